//! The terminal: taken once, given back by `Drop`, also on panic, in at most a second.
//!
//! Bytes out go through a thread of their own and bytes in come from one, so that a terminal that
//! blocks, hangs up or vanishes never holds the screen's loop. (crossterm's own reader spins for
//! ever on a terminal that hung up, which is why only its modes and types are used here.)

use std::{
    fs::File,
    io,
    os::fd::AsFd as _,
    sync::{
        Mutex, Once,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ThreadId},
    time::{Duration, Instant},
};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode, window_size};

use super::error::Gone;
use output::Output;

pub(super) mod input;
mod output;
mod parse;
pub(super) mod suspend;

/// Longest time restoring may take.
const RESTORE_LIMIT: Duration = Duration::from_secs(1);

/// Alternate screen, no cursor, bracketed paste; the title is kept on the terminal's stack.
const ENTER: &[u8] = b"\x1b[22;2t\x1b[?1049h\x1b[2J\x1b[?25l\x1b[?2004h";
/// Clicks, drags and wheel in SGR form. Terminals keep Shift-drag for selecting text.
const MOUSE: &[u8] = b"\x1b[?1002h\x1b[?1006h";
/// Everything back, also the mouse when it was never on.
const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[0m\x1b[?1006l\x1b[?1002l\x1b[?2004l\x1b[?25h\x1b[?1049l\x1b[23;2t";
/// Begin and end of a frame that is shown at once.
const FRAME: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");

/// Whose terminal it is now; for the panic hook.
static OWNER: Mutex<Option<ThreadId>> = Mutex::new(None);
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours.
#[derive(Debug)]
pub(super) struct Terminal {
    output: Output,
    enter: Vec<u8>,
}

impl Terminal {
    /// Takes the terminal.
    ///
    /// # Errors
    /// What the terminal said when it refused raw mode.
    pub(super) fn take(mouse: bool, title: &str) -> io::Result<Self> {
        install_panic_hook();
        let output = Output::new(own_stdout()?)?;
        let mut enter = ENTER.to_vec();
        if mouse {
            enter.extend_from_slice(MOUSE);
        }
        enter.extend_from_slice(format!("\x1b]2;{title}\x07").as_bytes());
        let mut terminal = Self { output, enter };
        terminal.enter()?;
        Ok(terminal)
    }

    /// Sets the modes, at the start and after a suspension. The screen is blank then.
    pub(super) fn enter(&mut self) -> io::Result<()> {
        // A shell may have had the terminal since: crossterm believes it is still raw and would do nothing.
        let _ = disable_raw_mode();
        enable_raw_mode()?;
        if let Ok(mut owner) = OWNER.lock() {
            *owner = Some(thread::current().id());
        }
        IS_TAKEN.store(true, Ordering::Release);
        self.output.wait(Instant::now() + RESTORE_LIMIT);
        self.output.send(self.enter.clone());
        Ok(())
    }

    /// Whether a frame can be sent now; not while the last one is still being written.
    pub(super) fn is_ready(&mut self) -> Result<bool, Gone> {
        self.output.is_ready()
    }

    /// Sends a frame in one write.
    pub(super) fn send(&mut self, cells: &[u8]) {
        let mut frame = Vec::with_capacity(cells.len() + 16);
        frame.extend_from_slice(FRAME.0);
        frame.extend_from_slice(cells);
        frame.extend_from_slice(FRAME.1);
        self.output.send(frame);
    }

    /// Gives the terminal back. Does nothing when that was done before.
    pub(super) fn leave(&mut self) {
        if IS_TAKEN.swap(false, Ordering::AcqRel) {
            let until = Instant::now() + RESTORE_LIMIT;
            if self.output.wait(until) {
                self.output.send(LEAVE.to_vec());
                self.output.wait(until);
            }
            let _ = disable_raw_mode();
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Columns and rows of the terminal; `None` when it does not say.
#[must_use]
pub fn size() -> Option<(u16, u16)> {
    let size = window_size().ok()?;
    Some((size.columns, size.rows))
}

/// A handle of our own: standard output's lock could be held by a write that never ends.
fn own_stdout() -> io::Result<File> {
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

/// A panic of the screen's thread gives the terminal back before anything is printed. A panic of
/// another thread goes to the log: its task is restarted while the screen stays.
fn install_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !IS_TAKEN.load(Ordering::Acquire) {
                previous(info);
                return;
            }
            let owner = OWNER.lock().map_or(None, |owner| *owner);
            if owner.is_none_or(|owner| owner == thread::current().id()) {
                restore_now();
                previous(info);
            } else {
                tracing::error!(panic = %info, "a thread behind the screen panicked");
            }
        }));
    });
}

/// Restores without the writer, which may be stuck in the middle of a frame.
fn restore_now() {
    if !IS_TAKEN.swap(false, Ordering::AcqRel) {
        return;
    }
    let (done, is_done) = std::sync::mpsc::sync_channel(1);
    if let Ok(mut stdout) = own_stdout() {
        let writer = thread::Builder::new().name("screen-restore".to_owned());
        let _ = writer.spawn(move || {
            let _ = io::Write::write_all(&mut stdout, LEAVE);
            let _ = done.send(());
        });
        let _ = is_done.recv_timeout(RESTORE_LIMIT);
    }
    let _ = disable_raw_mode();
}
