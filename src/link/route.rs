//! The kinds of link there are, and how one is started. The configuration's URL becomes one of these in `app`.

use std::{
    io::{self, Read as _},
    net::{TcpListener, UdpSocket},
    path::PathBuf,
    time::Duration,
};

use tokio::task::JoinHandle;

use super::{
    error::LinkError,
    lane::{LinkSetup, supervise},
    recording::{Pacing, Recording, RecordingTime},
    serial::Serial,
    tcp::{TcpIn, TcpOut},
    udp::{Udp, UdpMode},
    websocket::WebSocket,
};
use crate::wire::file_format::{DETECT_LEN, FileFormat, detect};

/// Where a link leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Route {
    /// UDP.
    Udp {
        /// Listening, dialling, broadcast or multicast.
        mode: UdpMode,
        /// Local address to listen on, or remote host or group.
        host: String,
        /// Port.
        port: u16,
    },
    /// TCP, dialling.
    TcpOut {
        /// `HOST:PORT`.
        address: String,
    },
    /// TCP, listening for many.
    TcpIn {
        /// `HOST:PORT`.
        address: String,
    },
    /// A serial device.
    Serial {
        /// Path; a `*` in its last part stands for anything.
        device: String,
        /// Baud rates, tried in turn until frames come.
        bauds: Vec<u32>,
        /// RTS/CTS.
        hardware_flow: bool,
    },
    /// The frames of another instance.
    WebSocket {
        /// `ws://HOST:PORT/ws/frames`.
        url: String,
    },
    /// A tlog or raw stream.
    Recording {
        /// The file.
        path: PathBuf,
        /// 1 is its own pace.
        speed: f64,
        /// Played without waiting up to here.
        skip: Duration,
        /// Start again at its end.
        looped: bool,
        /// Whose time its frames carry.
        time: RecordingTime,
    },
}

impl Route {
    /// Whether many peers may speak on it, each answered at its own address.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        matches!(
            self,
            Self::Udp {
                mode: UdpMode::Listen,
                ..
            } | Self::TcpIn { .. }
        )
    }

    /// Whether it can never send.
    #[must_use]
    pub const fn is_recording(&self) -> bool {
        matches!(self, Self::Recording { .. })
    }

    /// Whether it only ever listens: whoever is there takes nothing.
    #[must_use]
    pub const fn only_listens(&self) -> bool {
        matches!(self, Self::Recording { .. } | Self::WebSocket { .. })
    }

    /// What cannot work on this machine now and will not mend itself: a port somebody holds, a device or
    /// a file that does not exist. What may come by itself (a host that is down) is no error here.
    pub fn preflight(&self) -> Result<(), LinkError> {
        match self {
            Self::Udp {
                mode: UdpMode::Listen,
                host,
                port,
            } => {
                let address = format!("{}:{port}", bracketed(host));
                let bound = UdpSocket::bind(&address).map(drop);
                bound.map_err(|source| LinkError::Bind { address, source })
            }
            Self::TcpIn { address } => {
                let bound = TcpListener::bind(address).map(drop);
                bound.map_err(|source| LinkError::Bind {
                    address: address.clone(),
                    source,
                })
            }
            Self::Serial { device, .. } if !device.contains('*') => {
                let found = std::fs::metadata(device).map(drop);
                found.map_err(|source| LinkError::Device {
                    device: device.clone(),
                    source,
                })
            }
            Self::Recording { path, .. } => readable(path),
            _ => Ok(()),
        }
    }

    /// Starts the link's task; it ends when `setup.stop` is cancelled or a recording has been played.
    #[must_use]
    pub fn spawn(self, setup: LinkSetup) -> JoinHandle<()> {
        match self {
            Self::Udp { mode, host, port } => {
                tokio::spawn(supervise(Udp::new(mode, host, port), setup))
            }
            Self::TcpOut { address } => tokio::spawn(supervise(TcpOut::new(address), setup)),
            Self::TcpIn { address } => tokio::spawn(supervise(TcpIn::new(address), setup)),
            Self::Serial {
                device,
                bauds,
                hardware_flow,
            } => tokio::spawn(supervise(Serial::new(device, bauds, hardware_flow), setup)),
            Self::WebSocket { url } => tokio::spawn(supervise(WebSocket::new(url), setup)),
            Self::Recording {
                path,
                speed,
                skip,
                looped,
                time,
            } => tokio::spawn(supervise(
                Recording::new(
                    path,
                    Pacing {
                        speed,
                        skip,
                        looped,
                    },
                    time,
                ),
                setup,
            )),
        }
    }
}

/// An IPv6 address in the brackets that a port needs.
fn bracketed(host: &str) -> String {
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

fn readable(path: &std::path::Path) -> Result<(), LinkError> {
    let error = |source| LinkError::File {
        path: path.display().to_string(),
        source,
    };
    let file = std::fs::File::open(path).map_err(error)?;
    if !file.metadata().map_err(error)?.is_file() {
        return Err(error(io::ErrorKind::IsADirectory.into()));
    }
    let mut head = Vec::new();
    file.take(DETECT_LEN as u64)
        .read_to_end(&mut head)
        .map_err(error)?;
    let why = match detect(&head) {
        FileFormat::Tlog | FileFormat::Raw => return Ok(()),
        FileFormat::Sqlite => {
            "a flight log can be looked into (volery log info) but not replayed yet"
        }
        FileFormat::Unknown => "it holds no MAVLink: neither a tlog nor a raw stream",
    };
    let path = path.display().to_string();
    Err(LinkError::NotPlayable { path, why })
}
