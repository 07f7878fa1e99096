//! The signals a station listens to, and what each means.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::failure::Failure;
use crate::tui::ScreenControl;

/// How a station ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Somebody asked it to, or there is nothing left to do.
    Done,
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

/// A signal that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    Interrupt,
    Terminate,
    HangUp,
    Stop,
    Continue,
}

#[cfg(target_os = "macos")]
const SIGTSTP_SIGCONT: (i32, i32) = (18, 19);
#[cfg(not(target_os = "macos"))]
const SIGTSTP_SIGCONT: (i32, i32) = (20, 18);

/// The signals of this process, listened to from now on.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    stop: Signal,
    resume: Signal,
}

impl Signals {
    /// Listens; needs a runtime.
    pub(super) fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind)
                .map_err(|error| Failure::new(format!("cannot listen for signals: {error}")))
        };
        let (stop, resume) = SIGTSTP_SIGCONT;
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
            stop: listen(SignalKind::from_raw(stop))?,
            resume: listen(SignalKind::from_raw(resume))?,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Came {
        tokio::select! {
            _ = self.interrupt.recv() => Came::Interrupt,
            _ = self.terminate.recv() => Came::Terminate,
            _ = self.hang_up.recv() => Came::HangUp,
            _ = self.stop.recv() => Came::Stop,
            _ = self.resume.recv() => Came::Continue,
        }
    }

    /// Waits for the one that ends a program without a station.
    pub(super) async fn end(&mut self) -> End {
        loop {
            if let Some(end) = self.next().await.ends() {
                return end;
            }
        }
    }
}

impl Came {
    /// How it ends a station, if it does. A hang-up does not: vehicles may depend on its heartbeat.
    pub(super) const fn ends(self) -> Option<End> {
        match self {
            Self::Interrupt => Some(End::Interrupted),
            Self::Terminate => Some(End::Terminated),
            Self::HangUp | Self::Stop | Self::Continue => None,
        }
    }

    /// Tells the screen what concerns it; says how the station ends, if it does.
    pub(super) fn act(self, screen: &ScreenControl) -> Option<End> {
        match self {
            Self::HangUp => screen.hang_up(),
            Self::Stop => screen.suspend(),
            Self::Continue => screen.resumed(),
            Self::Interrupt | Self::Terminate => {}
        }
        self.ends()
    }
}
