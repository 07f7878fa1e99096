//! What a link URL means: the types, and their one canonical text.
//!
//! `Display` is what is shown, logged and written back; reading it again gives the same value.

use std::{
    fmt::{self, Write as _},
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use super::{device, hosts};

/// A way in or out, as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkUrl {
    /// Where the bytes come from and go to.
    pub endpoint: Endpoint,
    /// A name of the operator's choosing (`?label=`); the `name` of a `[[link]]` beats it.
    pub label: Option<String>,
    /// Never transmit on it (`?readonly=1`).
    pub read_only: bool,
}

/// The kinds of links.
#[derive(Debug, Clone, PartialEq)]
pub enum Endpoint {
    /// Listen for datagrams; every sender is a peer of its own.
    UdpIn {
        /// Local address or name, without brackets.
        host: String,
        /// Local port; 0 takes a free one.
        port: u16,
    },
    /// Send datagrams to one address and take its answers.
    UdpOut {
        /// Remote address or name, without brackets.
        host: String,
        /// Remote port.
        port: u16,
        /// Local address to send from; port 0 takes a free one.
        bind: Option<SocketAddr>,
    },
    /// Broadcast datagrams until somebody answers.
    UdpBroadcast {
        /// Broadcast address of the network.
        host: String,
        /// Remote port.
        port: u16,
        /// Local address to send from; port 0 takes a free one.
        bind: Option<SocketAddr>,
    },
    /// Join a multicast group.
    Multicast {
        /// The group; always a multicast address.
        group: IpAddr,
        /// Port of the group.
        port: u16,
        /// Address of the interface to join on.
        bind: Option<IpAddr>,
    },
    /// Connect to a TCP server.
    TcpOut {
        /// Remote address or name, without brackets.
        host: String,
        /// Remote port.
        port: u16,
    },
    /// Listen for TCP clients; any number of them.
    TcpIn {
        /// Local address or name, without brackets.
        host: String,
        /// Local port; 0 takes a free one.
        port: u16,
    },
    /// A serial port.
    Serial {
        /// Device path, or `COM3`.
        device: String,
        /// Baud rates, never empty; more than one are tried in turn.
        baud: Vec<u32>,
        /// Flow control.
        flow: FlowControl,
    },
    /// A recording, played with its own times.
    File {
        /// The recording.
        path: PathBuf,
        /// Times real time; above 0.
        speed: f64,
        /// Start again at the end.
        looped: bool,
    },
    /// Frames of another instance's `/ws/frames`.
    WebSocket {
        /// The whole `ws://` or `wss://` URL to ask for, path included.
        url: String,
    },
}

/// How a serial port holds the sender back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowControl {
    /// Not at all: three wires.
    None,
    /// RTS and CTS wires.
    RtsCts,
}

/// Which kind of local port a listener takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
}

impl LinkUrl {
    /// A link without options.
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            label: None,
            read_only: false,
        }
    }

    /// What runs without any configuration: `udpin:0.0.0.0:14550`.
    #[must_use]
    pub fn standard() -> Self {
        Self::new(Endpoint::UdpIn {
            host: "0.0.0.0".into(),
            port: 14550,
        })
    }
}

impl Endpoint {
    /// The canonical scheme word: `udpin`, `serial`, `ws` …
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        match self {
            Self::UdpIn { .. } => "udpin",
            Self::UdpOut { .. } => "udpout",
            Self::UdpBroadcast { .. } => "udpbcast",
            Self::Multicast { .. } => "mcast",
            Self::TcpOut { .. } => "tcpout",
            Self::TcpIn { .. } => "tcpin",
            Self::Serial { .. } => "serial",
            Self::File { .. } => "file",
            Self::WebSocket { url } if url.starts_with("wss:") => "wss",
            Self::WebSocket { .. } => "ws",
        }
    }

    /// Whether it is a recording: nobody is at its other end.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// The local port that a listener takes, if it is one.
    #[must_use]
    pub fn listens_on(&self) -> Option<(Transport, &str, u16)> {
        match self {
            Self::UdpIn { host, port } => Some((Transport::Udp, host, *port)),
            Self::TcpIn { host, port } => Some((Transport::Tcp, host, *port)),
            _ => None,
        }
    }
}

impl fmt::Display for LinkUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut query = Vec::new();
        match &self.endpoint {
            Endpoint::UdpIn { host, port } | Endpoint::TcpIn { host, port } => {
                write_socket(f, self.endpoint.scheme(), host, *port)?;
            }
            Endpoint::TcpOut { host, port } => write_socket(f, "tcpout", host, *port)?,
            Endpoint::UdpOut { host, port, bind } | Endpoint::UdpBroadcast { host, port, bind } => {
                write_socket(f, self.endpoint.scheme(), host, *port)?;
                query.extend(bind.map(|bind| ("bind", bind_text(bind))));
            }
            Endpoint::Multicast { group, port, bind } => {
                write_socket(f, "mcast", &group.to_string(), *port)?;
                query.extend(bind.map(|bind| ("bind", bind.to_string())));
            }
            Endpoint::Serial { device, baud, flow } => {
                write!(f, "serial://{}", device::escape(device))?;
                query.push(("baud", join(baud)));
                if *flow == FlowControl::RtsCts {
                    query.push(("flow", "rtscts".into()));
                }
            }
            Endpoint::File {
                path,
                speed,
                looped,
            } => {
                write_path(f, path)?;
                query.extend(((*speed - 1.0).abs() > 0.0).then(|| ("speed", speed.to_string())));
                query.extend(looped.then(|| ("loop", "1".to_owned())));
            }
            Endpoint::WebSocket { url } => f.write_str(url)?,
        }
        // The only free text; in a `bind` a '%' belongs to the address.
        let label = self.label.as_deref();
        query.extend(label.map(|label| ("label", hosts::escape(label, hosts::QUERY))));
        query.extend(self.read_only.then(|| ("readonly", "1".to_owned())));
        write_query(f, &query)
    }
}

fn write_socket(f: &mut fmt::Formatter<'_>, scheme: &str, host: &str, port: u16) -> fmt::Result {
    if host.contains(':') {
        write!(f, "{scheme}:[{host}]:{port}")
    } else {
        write!(f, "{scheme}:{host}:{port}")
    }
}

fn write_path(f: &mut fmt::Formatter<'_>, path: &Path) -> fmt::Result {
    let text = hosts::escape(&path.to_string_lossy(), hosts::PATH);
    // A leading "//" would be read as the "//" of a URL.
    let guard = if text.starts_with("//") { "//" } else { "" };
    write!(f, "file:{guard}{text}")
}

fn write_query(f: &mut fmt::Formatter<'_>, query: &[(&str, String)]) -> fmt::Result {
    for (index, (key, value)) in query.iter().enumerate() {
        f.write_char(if index == 0 { '?' } else { '&' })?;
        write!(f, "{key}={value}")?;
    }
    Ok(())
}

fn bind_text(bind: SocketAddr) -> String {
    if bind.port() == 0 {
        bind.ip().to_string()
    } else {
        bind.to_string()
    }
}

fn join(baud: &[u32]) -> String {
    let words: Vec<String> = baud.iter().map(u32::to_string).collect();
    words.join(",")
}
