//! Ports and devices of the configured links, and the one for browsers: free, or held by whom.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    path::Path,
};

use super::finding::Finding;
use crate::{
    app::plan::{Plan, PlannedForward, PlannedLink},
    link::{
        devices::{of, try_open},
        error::LinkError,
        holders::{Holder, PortKind, of_port},
        route::Route,
        udp::UdpMode,
    },
};

const ABOUT: &str = "ports";

/// The links that can be opened, and what was found of all.
pub(super) fn look(plan: &Plan) -> (Vec<PlannedLink>, Vec<Finding>) {
    let (mut usable, mut findings) = (Vec::new(), Vec::new());
    for link in &plan.links {
        let openable = link.route.preflight().and_then(|()| device(&link.route));
        match openable {
            Ok(()) => {
                findings.push(Finding::ok(
                    ABOUT,
                    format!("{} can be opened", link.info.url),
                ));
                usable.push(link.clone());
            }
            Err(error) => findings.push(closed(&link.info.url, &link.route, &error)),
        }
    }
    for PlannedForward { info, route } in &plan.forwards {
        let openable = route.preflight().and_then(|()| device(route));
        findings.push(match openable {
            Ok(()) => Finding::ok(ABOUT, format!("forward to {} can be opened", info.url)),
            Err(error) => closed(&info.url, route, &error),
        });
    }
    findings.extend(plan.listen.map(browsers));
    (usable, findings)
}

/// A device must be opened to be known: it may belong to somebody else, or be none.
fn device(route: &Route) -> Result<(), LinkError> {
    match route {
        Route::Serial { device, .. } if !device.contains('*') => try_open(Path::new(device)),
        _ => Ok(()),
    }
}

fn closed(url: &str, route: &Route, error: &LinkError) -> Finding {
    let holders = port_of(route).map_or_else(Vec::new, |(kind, port)| of_port(kind, port));
    let Some(holder) = holders.first() else {
        let finding = Finding::problem(ABOUT, format!("{url}: {error}"));
        return match error {
            LinkError::Bind { .. } => {
                finding.hint("who holds it is not to be seen: another user's program? `sudo volery doctor` tells")
            }
            LinkError::Device { device, source }
                if source.kind() == io::ErrorKind::PermissionDenied =>
            {
                let group = of(Path::new(device)).group;
                finding.hint(format!(
                    "{device} belongs to group {group}: sudo usermod -aG {group} $USER, then log in again"
                ))
            }
            LinkError::NotSerial { .. } => {
                finding.hint("radios and autopilots on USB are /dev/ttyUSB0, /dev/ttyACM0 and the like")
            }
            _ => finding,
        };
    };
    Finding::problem(ABOUT, format!("{url}: {}", taken(holder))).hint(format!(
        "end {}, or let it forward to another port (MAVProxy: output add 127.0.0.1:14551) and listen there",
        holder.name
    ))
}

fn taken(holder: &Holder) -> String {
    format!("the port is held by {} (pid {})", holder.name, holder.pid)
}

/// The local port a route listens on.
fn port_of(route: &Route) -> Option<(PortKind, u16)> {
    match route {
        Route::Udp {
            mode: UdpMode::Listen,
            port,
            ..
        } => Some((PortKind::Udp, *port)),
        Route::TcpIn { address } => {
            let (_, port) = address.rsplit_once(':')?;
            Some((PortKind::Tcp, port.parse().ok()?))
        }
        _ => None,
    }
}

fn browsers(listen: SocketAddr) -> Finding {
    if TcpListener::bind(listen).is_ok() {
        return Finding::ok(ABOUT, format!("browsers can be served on http://{listen}"));
    }
    let holders = of_port(PortKind::Tcp, listen.port());
    let who = holders
        .first()
        .map_or("the port is in use".to_owned(), taken);
    Finding::problem(ABOUT, format!("http://{listen}: {who}"))
        .hint("volery --listen 127.0.0.1:8781, or --no-listen")
}

#[cfg(test)]
mod tests {
    use super::super::finding::Grade;
    use super::*;

    #[test]
    fn a_port_for_browsers_that_is_taken_is_a_problem() {
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = browsers(held.local_addr().unwrap());
        assert_eq!(taken.grade, Grade::Problem);
        assert!(taken.hint.unwrap().contains("--listen"));
    }

    #[test]
    fn a_plain_file_is_no_device_and_is_said_to_be_none() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let route = Route::Serial {
            device: file.path().display().to_string(),
            bauds: vec![57_600],
            hardware_flow: false,
        };
        let why = device(&route).unwrap_err().to_string();
        assert!(why.contains("is not a serial device"), "{why}");
    }

    #[test]
    fn only_listening_links_have_a_port_of_their_own() {
        let listening = Route::TcpIn {
            address: "[::1]:5760".into(),
        };
        assert_eq!(port_of(&listening), Some((PortKind::Tcp, 5_760)));
        let dialling = Route::TcpOut {
            address: "10.0.0.1:5760".into(),
        };
        assert_eq!(port_of(&dialling), None);
    }
}
