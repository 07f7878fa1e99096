//! From an endpoint of the configuration to the way `link` opens it, and which of them this build has.

use std::time::Duration;

use super::failure::{Failure, Status};
use crate::{
    config::link_url::{Endpoint, FlowControl},
    link::{recording::RecordingTime, route::Route, udp::UdpMode},
};

/// Where an endpoint leads, in this build.
pub(super) fn route(endpoint: &Endpoint) -> Result<Route, Failure> {
    let udp = |mode, host: &str, port: &u16| Route::Udp {
        mode,
        host: host.to_owned(),
        port: *port,
    };
    Ok(match endpoint {
        Endpoint::UdpIn { host, port } => udp(UdpMode::Listen, host, port),
        Endpoint::UdpOut { host, port, bind } => udp(UdpMode::Dial { bind: *bind }, host, port),
        Endpoint::UdpBroadcast { host, port, bind } => {
            udp(UdpMode::Broadcast { bind: *bind }, host, port)
        }
        Endpoint::Multicast { group, port, bind } => udp(
            UdpMode::Multicast { interface: *bind },
            &group.to_string(),
            port,
        ),
        Endpoint::TcpOut { host, port } => Route::TcpOut {
            address: address(host, *port),
        },
        Endpoint::TcpIn { host, port } => Route::TcpIn {
            address: address(host, *port),
        },
        Endpoint::Serial { device, baud, flow } => Route::Serial {
            device: device.clone(),
            bauds: baud.clone(),
            hardware_flow: *flow == FlowControl::RtsCts,
        },
        Endpoint::File {
            path,
            speed,
            looped,
        } => Route::Recording {
            path: path.clone(),
            speed: *speed,
            skip: Duration::ZERO,
            looped: *looped,
            time: RecordingTime::Station,
        },
        Endpoint::WebSocket { url } if url.starts_with("ws:") => {
            Route::WebSocket { url: url.clone() }
        }
        Endpoint::WebSocket { url } => {
            let why = format!(
                "{url}: WebSockets over TLS are not in this build yet; take the link out to start, or use ws:// through a tunnel"
            );
            return Err(Failure::new(why).with(Status::Usage));
        }
    })
}

fn address(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}
