//! What a service manager is told: ready, reloading, stopping, alive. The protocol of sd_notify(3), by hand.

use std::{
    env,
    os::unix::net::{SocketAddr, UnixDatagram},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// Says things to the manager that started this process; to nobody when none did.
#[derive(Debug)]
pub(super) struct Notifier(Option<SocketAddr>);

/// When the manager wants to hear that the station lives.
#[derive(Debug)]
pub(super) struct Watchdog {
    every: Option<Duration>,
    next: Instant,
}

impl Notifier {
    /// The manager of `NOTIFY_SOCKET`.
    pub(super) fn from_env() -> Self {
        let socket = env::var_os("NOTIFY_SOCKET");
        Self(socket.and_then(|path| address(path.to_str()?)))
    }

    /// Sends one line. A manager that does not listen is no reason to stop flying.
    pub(super) fn say(&self, line: &str) {
        let Some(address) = &self.0 else { return };
        let said = UnixDatagram::unbound()
            .and_then(|socket| socket.send_to_addr(line.as_bytes(), address));
        if let Err(error) = said {
            tracing::warn!(%error, line, "the service manager does not listen");
        }
    }

    /// The watchdog the manager asked for.
    pub(super) fn watchdog(&self) -> Watchdog {
        let number = |name: &str| env::var(name).ok()?.parse::<u64>().ok();
        let is_ours = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
        let limit =
            number("WATCHDOG_USEC").filter(|limit| *limit > 0 && is_ours && self.0.is_some());
        // Half of the limit, as sd_watchdog_enabled(3) recommends.
        let every = limit.map(|limit| Duration::from_micros(limit / 2));
        Watchdog {
            every,
            next: Instant::now(),
        }
    }
}

impl Watchdog {
    /// Waits until a sign of life is due; returns how long finding out may take.
    pub(super) async fn due(&mut self) -> Duration {
        let Some(every) = self.every else {
            return std::future::pending().await;
        };
        sleep_until(self.next).await;
        self.next = Instant::now() + every;
        every / 2
    }
}

/// A path, or an abstract name behind `@`.
fn address(path: &str) -> Option<SocketAddr> {
    #[cfg(target_os = "linux")]
    if let Some(name) = path.strip_prefix('@') {
        use std::os::linux::net::SocketAddrExt as _;
        return SocketAddr::from_abstract_name(name).ok();
    }
    SocketAddr::from_pathname(path).ok()
}
