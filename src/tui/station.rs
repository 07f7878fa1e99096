//! What the screen says of this station itself; handed over by `app`, never asked for.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
};

use super::format::duration;

/// This station.
#[derive(Debug, Clone, Default)]
pub struct StationInfo {
    /// Its name in `fleet.toml`; may be empty.
    pub name: Arc<str>,
    /// What kind of session this is, where it is not simply live: `DEMO`, `REPLAY x4`, `ATTACHED ws://…`.
    pub note: Option<Arc<str>>,
    /// Address of the browser mirror, to be shown on the empty screen and in the help.
    pub web_url: Option<Arc<str>>,
    /// The networks in the order of the configuration: the thousands of the vehicles' numbers.
    pub networks: Vec<Arc<str>>,
    /// Whether vehicles can hear us: false when passive, in replay and when attached.
    pub is_transmitting: bool,
    /// When the session began, Unix ms of station time.
    pub started_ms: i64,
    /// The flight log.
    pub log: Option<LogInfo>,
    /// Where a replay stands.
    pub replay: Option<Arc<Replay>>,
    /// Browsers and programs that are connected now.
    pub clients: Option<Arc<AtomicU64>>,
}

/// From when to when the recordings of a replay reach, Unix ms; 0 while that is not known.
#[derive(Debug, Default)]
pub struct Replay {
    /// The first moment.
    pub first_ms: AtomicI64,
    /// The last moment.
    pub last_ms: AtomicI64,
}

impl Replay {
    /// `02:31 / 03:51`, where the length is known and something was played.
    #[must_use]
    pub fn position(&self, now_ms: i64) -> Option<String> {
        let first_ms = self.first_ms.load(Ordering::Relaxed);
        let last_ms = self.last_ms.load(Ordering::Relaxed);
        if first_ms == 0 || last_ms <= first_ms || now_ms < first_ms {
            return None;
        }
        let (at, length) = (now_ms.min(last_ms) - first_ms, last_ms - first_ms);
        Some(format!("{} / {}", duration(at), duration(length)))
    }
}

/// The flight log as its writer keeps it up to date.
#[derive(Debug, Clone)]
pub struct LogInfo {
    /// Where it is.
    pub path: Arc<str>,
    /// Its size, bytes.
    pub bytes: Arc<AtomicU64>,
    /// Whether writing fails.
    pub has_failed: Arc<AtomicBool>,
}
