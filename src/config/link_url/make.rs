//! Builds endpoints from what follows a scheme: sockets, recordings, WebSockets. Defaults live here.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use super::{
    endpoint::Endpoint,
    hosts,
    piece::{LinkUrlError, Note, Piece},
    query::Parts,
};

type Made = Result<(Endpoint, Option<Note>), LinkUrlError>;

const GCS_PORT: u16 = 14550;
const TCP_PORT: u16 = 5760;
/// The group that pymavlink and ArduPilot's simulator use.
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 145, 50);

/// Where a listener listens: every address when no host is named.
fn local(parts: &Parts<'_>, usual_port: u16) -> Result<(String, u16), LinkUrlError> {
    let (host, port) = hosts::host_and_port(parts.rest)?;
    let host = match host.text {
        "" | "*" => "0.0.0.0".to_owned(),
        _ => hosts::host(host)?,
    };
    let port = port.map_or(Ok(usual_port), |port| hosts::port(port, true))?;
    Ok((host, port))
}

/// Where a sender sends: a host must be named, and not "everywhere"; `listen` is the scheme for that.
fn remote(
    parts: &Parts<'_>,
    usual_port: u16,
    schemes: (&str, &str),
) -> Result<(String, u16), LinkUrlError> {
    let (word, listen) = schemes;
    let (host, port) = hosts::host_and_port(parts.rest)?;
    let port = port.map_or(Ok(usual_port), |port| hosts::port(port, false))?;
    if hosts::is_wildcard(host.text) {
        let message = match host.text {
            "" | "*" => format!("{word}: sends, and needs a host to send to"),
            wild => format!("{word}: sends, and nothing can be sent to {wild}"),
        };
        let host = bracket(if host.text.contains(':') {
            "::"
        } else {
            "0.0.0.0"
        });
        return Err(parts.rest.error(message).help(format!(
            "name the host ({word}:192.168.1.20:{port}), or listen with {listen}:{host}:{port}"
        )));
    }
    Ok((hosts::host(host)?, port))
}

/// The host as it stands in front of `:port`.
fn bracket(host: &str) -> String {
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

pub(super) fn udp_in(parts: &Parts<'_>) -> Result<Endpoint, LinkUrlError> {
    if let Some(bind) = parts.query.get("bind") {
        return Err(bind
            .error("a listening link is bound to its own host and port")
            .help("write udpin:ADDRESS:PORT"));
    }
    let (host, port) = local(parts, GCS_PORT)?;
    Ok(Endpoint::UdpIn { host, port })
}

pub(super) fn tcp_in(parts: &Parts<'_>) -> Result<Endpoint, LinkUrlError> {
    let (host, port) = local(parts, TCP_PORT)?;
    Ok(Endpoint::TcpIn { host, port })
}

pub(super) fn udp_out(parts: &Parts<'_>) -> Result<Endpoint, LinkUrlError> {
    let (host, port) = remote(parts, GCS_PORT, ("udpout", "udpin"))?;
    let bind = parts.query.get("bind").map(hosts::bind).transpose()?;
    Ok(Endpoint::UdpOut { host, port, bind })
}

pub(super) fn tcp_out(parts: &Parts<'_>) -> Result<Endpoint, LinkUrlError> {
    let (host, port) = remote(parts, TCP_PORT, ("tcpout", "tcpin"))?;
    Ok(Endpoint::TcpOut { host, port })
}

pub(super) fn udp_broadcast(parts: &Parts<'_>) -> Result<Endpoint, LinkUrlError> {
    let (host, port) = hosts::host_and_port(parts.rest)?;
    let host = match host.text {
        "" | "*" => Ipv4Addr::BROADCAST.to_string(),
        wild if hosts::is_wildcard(wild) => {
            return Err(host
                .error(format!("nothing can be sent to {wild}"))
                .help("name the broadcast address of the network: udpbcast:192.168.1.255:14550"));
        }
        text if text.contains(':') => {
            return Err(host
                .error("IPv6 has no broadcast")
                .help("use a multicast group: mcast:[ff02::1]:14550"));
        }
        _ => hosts::host(host)?,
    };
    let port = port.map_or(Ok(GCS_PORT), |port| hosts::port(port, false))?;
    let bind = parts.query.get("bind").map(hosts::bind).transpose()?;
    Ok(Endpoint::UdpBroadcast { host, port, bind })
}

pub(super) fn multicast(parts: &Parts<'_>) -> Result<Endpoint, LinkUrlError> {
    let (host, port) = hosts::host_and_port(parts.rest)?;
    let group = match host.text {
        "" | "*" => IpAddr::V4(GROUP),
        text => text
            .parse()
            .ok()
            .filter(IpAddr::is_multicast)
            .ok_or_else(|| {
                host.error(format!("`{text}` is no multicast group"))
                    .help("a group lies between 224.0.0.0 and 239.255.255.255, or in ff00::/8")
            })?,
    };
    let port = port.map_or(Ok(GCS_PORT), |port| hosts::port(port, false))?;
    let bind = match parts.query.get("bind") {
        None => None,
        Some(value) => Some(interface(value)?),
    };
    Ok(Endpoint::Multicast { group, port, bind })
}

fn interface(value: Piece<'_>) -> Result<IpAddr, LinkUrlError> {
    let bind = hosts::bind(value)?;
    if bind.port() != 0 {
        return Err(value
            .error("a multicast link binds to the port of its group")
            .help("name only the interface: bind=192.168.1.5"));
    }
    Ok(bind.ip())
}

/// `udp:` listens as in pymavlink; `udp://` listens or sends as in MAVSDK, by its host.
pub(super) fn udp(parts: &Parts<'_>) -> Made {
    let (host, port) = hosts::host_and_port(parts.rest)?;
    if parts.slashes {
        let (endpoint, word) = if hosts::is_wildcard(host.text) {
            (udp_in(parts)?, "udpin")
        } else {
            (udp_out(parts)?, "udpout")
        };
        return Ok(noted(endpoint, "udp://", "MAVSDK", word));
    }
    if !hosts::is_local(host.text) {
        let name = bracket(&hosts::host(host)?);
        let port = port.map_or(Ok(GCS_PORT), |port| hosts::port(port, false))?;
        return Err(host
            .error("udp:HOST with a real host listens in pymavlink's spelling")
            .help(format!(
                "did you mean udpout:{name}:{port}? To listen on that address write udpin:{name}:{port}"
            )));
    }
    Ok(noted(udp_in(parts)?, "udp:", "pymavlink", "udpin"))
}

/// `tcp:` connects; `tcp://` without a host listens, as in MAVSDK.
pub(super) fn tcp(parts: &Parts<'_>) -> Made {
    let (host, _) = hosts::host_and_port(parts.rest)?;
    if parts.slashes && hosts::is_wildcard(host.text) {
        return Ok(noted(tcp_in(parts)?, "tcp://", "MAVSDK", "tcpin"));
    }
    Ok((tcp_out(parts)?, None))
}

fn noted(endpoint: Endpoint, written: &str, whose: &str, word: &str) -> (Endpoint, Option<Note>) {
    let note = format!(
        "ambiguous scheme {written} read as {whose} does, as {word}:; write {word}: to be sure"
    );
    (endpoint, Some(Note(note)))
}

pub(super) fn file(parts: &Parts<'_>) -> Result<Endpoint, LinkUrlError> {
    let path = hosts::unescape(parts.rest)?;
    recording(parts, path)
}

/// A recording at a path that is not escaped any more.
pub(super) fn recording(parts: &Parts<'_>, path: String) -> Result<Endpoint, LinkUrlError> {
    if path.is_empty() {
        return Err(parts
            .rest
            .error("the path of the recording is missing")
            .help("write file:flight.tlog"));
    }
    let speed = match parts.query.get("speed") {
        None => 1.0,
        Some(word) => word
            .text
            .parse()
            .ok()
            .filter(|speed: &f64| speed.is_finite() && *speed > 0.0)
            .ok_or_else(|| {
                word.error(format!("`{}` is no speed", word.text))
                    .help("times real time, above 0: speed=4")
            })?,
    };
    Ok(Endpoint::File {
        path: PathBuf::from(path),
        speed,
        looped: parts.query.flag("loop")?,
    })
}

/// Port 80 or 443 is left out; no path means `/ws/frames`.
pub(super) fn web_socket(parts: &Parts<'_>, scheme: &str) -> Made {
    let (authority, path) = authority_and_path(parts, scheme)?;
    let (host, port) = hosts::host_and_port(authority)?;
    if hosts::is_wildcard(host.text) {
        return Err(authority
            .error(format!("{scheme}:// needs a host to connect to"))
            .help(format!("write {scheme}://relay.example.org:8780")));
    }
    let name = bracket(&hosts::host(host)?);
    let usual = if scheme == "ws" { 80 } else { 443 };
    let port = port.map(|port| hosts::port(port, false)).transpose()?;
    let note = (port.is_none() && scheme == "ws").then(|| {
        Note(format!(
            "{scheme}://{name} is port {usual}; an instance listens on 8780 unless told otherwise"
        ))
    });
    let port = match port {
        Some(port) if port != usual => format!(":{port}"),
        _ => String::new(),
    };
    let path = match path.text {
        "" | "/" => "/ws/frames",
        path => path,
    };
    let url = format!("{scheme}://{name}{port}{path}");
    Ok((Endpoint::WebSocket { url }, note))
}

fn authority_and_path<'t>(
    parts: &Parts<'t>,
    scheme: &str,
) -> Result<(Piece<'t>, Piece<'t>), LinkUrlError> {
    let rest = parts.rest;
    if !parts.slashes {
        return Err(rest
            .error(format!("{scheme} is written with //"))
            .help(format!("did you mean {scheme}://{}?", rest.text)));
    }
    if rest.text.contains('@') {
        return Err(rest
            .error("a link carries no user and password")
            .help("a token goes into `token_file` of the [[link]]"));
    }
    let end = rest.text.find('/').unwrap_or(rest.text.len());
    let (authority, path) = (rest.until(end), rest.from(end));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%:,+=".contains(&byte);
    if !path.text.bytes().all(plain) {
        return Err(path.error("this path has characters that a URL must not have"));
    }
    Ok((authority, path))
}
