//! What the server is given: the station's identity, its snapshots, and small questions it may ask.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use super::run_token::RunToken;
use crate::model::{
    control::Control, frames::FrameHub, history::History, intent::FleetHandle, snapshot::Snapshot,
};

/// Everything the server knows of the station it speaks for.
#[derive(Clone)]
pub struct Station {
    /// Name of the station, from `fleet.toml`; may change while it runs.
    pub name: Name,
    /// Different at every start: `seq` and event ids mean nothing across sessions.
    pub session: Arc<str>,
    /// Version of this program.
    pub version: &'static str,
    /// Time between two ticks, ms.
    pub tick_ms: u32,
    /// The newest snapshot; its sender going away ends every client.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Station time now, Unix ms: what ages are counted from.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Further names accepted in the `Host` header.
    pub hosts: Vec<String>,
    /// Further origins accepted beside the host itself.
    pub allowed_origins: Vec<String>,
    /// Most WebSocket clients at a time.
    pub max_clients: usize,
    /// Answers `/readyz`.
    pub health: Arc<dyn Health>,
    /// The flight log, when there is one.
    pub history: Option<Arc<dyn History>>,
    /// Whose bearer is operator; without one nobody is.
    pub token: Option<RunToken>,
    /// Where intents of clients go.
    pub fleet: Option<Arc<dyn FleetHandle>>,
    /// Ends or changes the station for clients that may.
    pub control: Option<Arc<dyn Control>>,
    /// The frames of all links, for `/ws/frames`; without it there are none.
    pub frames: Option<Arc<dyn FrameHub>>,
}

/// A name that may change while others read it.
#[derive(Clone)]
pub struct Name(Arc<Mutex<Arc<str>>>);

impl Name {
    /// The name as it is now.
    #[must_use]
    pub fn get(&self) -> Arc<str> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Another name from now on.
    pub fn set(&self, name: Arc<str>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = name;
    }
}

impl From<Arc<str>> for Name {
    fn from(name: Arc<str>) -> Self {
        Self(Arc::new(Mutex::new(name)))
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Arc::<str>::from(name).into()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl fmt::Debug for Station {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Station")
            .field("name", &self.name)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// Whether the station can do its work.
pub trait Health: Send + Sync + fmt::Debug {
    /// How the flight log does.
    fn log(&self) -> LogHealth;

    /// Whether every configured link was started (not: heard).
    fn links_started(&self) -> bool;

    /// The flight log in numbers; `None` where there is none.
    fn log_figures(&self) -> Option<LogFigures> {
        None
    }
}

/// The flight log in numbers, for `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogFigures {
    /// It is written: neither ended nor in trouble.
    pub well: bool,
    /// On disk, write-ahead log included.
    pub bytes: u64,
    /// Rows written in the last second.
    pub rows_per_s: f64,
    /// Bytes that wait for the disk.
    pub queue_bytes: u64,
    /// Frames of this session that were written.
    pub frames: u64,
    /// Frames, rows and events of this session that are missing.
    pub missing: u64,
}

/// How the flight log does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogHealth {
    /// It is written.
    Open,
    /// Nobody wants one.
    Off,
    /// It should be written and is not.
    Failed(Arc<str>),
}

/// How long and how much a client may take. The defaults are those of a station; tests shorten them.
#[derive(Debug, Clone)]
pub struct Limits {
    /// A connection that takes no byte for this long is closed.
    pub stall: Duration,
    /// How often a WebSocket client is pinged.
    pub ping_every: Duration,
    /// A WebSocket client that says nothing for this long, not even pong, is closed.
    pub silent: Duration,
    /// How long a request's headers may take; also how long a kept connection may idle.
    pub headers: Duration,
    /// How long open connections get to end at shutdown.
    pub shutdown: Duration,
    /// Largest message a client may send, bytes.
    pub message_bytes: usize,
    /// Messages a client may send per second; more are read later.
    pub messages_per_s: u32,
    /// Connections beside the WebSocket clients.
    pub spare_connections: usize,
    /// Connections of one address that is not loopback.
    pub per_address: usize,
    /// Send buffer the kernel holds for a connection, bytes: how stale a slow client can get.
    pub send_buffer_bytes: u32,
}

impl Limits {
    /// Connections in all.
    pub(super) const fn most_connections(&self, max_clients: usize) -> usize {
        max_clients.saturating_add(self.spare_connections)
    }

    /// Connections of one address. This machine may have nearly all, and no process of it every one.
    pub(super) const fn most_of(&self, address: IpAddr, max_clients: usize) -> usize {
        if address.is_loopback() {
            max_clients.saturating_add(self.spare_connections / 2)
        } else {
            self.per_address
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            stall: Duration::from_secs(30),
            ping_every: Duration::from_secs(15),
            silent: Duration::from_secs(45),
            headers: Duration::from_secs(10),
            shutdown: Duration::from_secs(1),
            message_bytes: 64 * 1024,
            messages_per_s: 100,
            spare_connections: 128,
            per_address: 128,
            send_buffer_bytes: 256 * 1024,
        }
    }
}

/// What to do about it, where that is known.
fn explain(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::AddrInUse => {
            "the port is in use, perhaps by another volery; --listen takes another one, --no-listen none".into()
        }
        io::ErrorKind::PermissionDenied => "not permitted; ports below 1024 need rights".into(),
        io::ErrorKind::AddrNotAvailable => "this machine has no such address".into(),
        _ => source.to_string(),
    }
}

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The port is taken, forbidden, or the address is not ours.
    #[error("cannot listen on {address}: {}", explain(.source))]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// No thread or no runtime to be had.
    #[error("cannot start the server: {0}")]
    Start(io::Error),
}
