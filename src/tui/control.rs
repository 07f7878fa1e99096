//! How the rest of the program speaks to the screen: flags that any thread may raise, read by its loop.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU8, Ordering},
};

const STOP: u8 = 1;
const HANG_UP: u8 = 2;
const SUSPEND: u8 = 4;
const RESUMED: u8 = 8;

/// Raised by `app` from its signal tasks; a raised flag is seen within 50 ms.
#[derive(Debug, Clone, Default)]
pub struct ScreenControl {
    flags: Arc<AtomicU8>,
    /// The newest thing to be said, until it is.
    told: Arc<Mutex<Option<String>>>,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) stop: bool,
    pub(super) hang_up: bool,
    pub(super) suspend: bool,
    pub(super) resumed: bool,
}

impl ScreenControl {
    /// SIGTERM, SIGINT, or another part of the program ends: `run` returns `Exit::Stopped`. Never asks.
    pub fn stop(&self) {
        self.raise(STOP);
    }

    /// SIGHUP: the terminal is gone, `run` returns `Exit::TerminalGone`. Never asks.
    pub fn hang_up(&self) {
        self.raise(HANG_UP);
    }

    /// SIGTSTP from outside: give the terminal back and stop.
    pub fn suspend(&self) {
        self.raise(SUSPEND);
    }

    /// SIGCONT: the shell has had the terminal meanwhile; set it up and draw everything anew.
    pub fn resumed(&self) {
        self.raise(RESUMED);
    }

    /// Says something short in the last line; a newer word takes the place of one not shown yet.
    pub fn tell(&self, text: String) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }

    pub(super) fn take_told(&self) -> Option<String> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.take()
    }

    fn raise(&self, flag: u8) {
        self.flags.fetch_or(flag, Ordering::AcqRel);
    }

    /// Takes down suspend and resumed; stop and hang-up stay.
    pub(super) fn take(&self) -> Asked {
        let flags = self.flags.fetch_and(STOP | HANG_UP, Ordering::AcqRel);
        Asked {
            stop: flags & STOP != 0,
            hang_up: flags & HANG_UP != 0,
            suspend: flags & SUSPEND != 0,
            resumed: flags & RESUMED != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_stays_and_resumed_is_seen_once() {
        let control = ScreenControl::default();
        let other = control.clone();
        other.stop();
        other.resumed();
        assert!(control.take().resumed);
        let asked = control.take();
        assert!(asked.stop && !asked.resumed && !asked.hang_up && !asked.suspend);
    }
}
