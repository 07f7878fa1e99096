//! A bar on standard error for work that takes long: only on a terminal, only after half a second, and
//! gone when the work is done.

use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

const AFTER: Duration = Duration::from_millis(500);
const EVERY: Duration = Duration::from_millis(100);
const WIDTH: usize = 24;

/// How far a piece of work is.
#[derive(Debug)]
pub(super) struct Progress {
    what: &'static str,
    /// When it is drawn next; `None` where there is nobody to see it.
    next: Option<Instant>,
    is_shown: bool,
}

impl Progress {
    /// Work that begins now; `what` is it, as in "exporting".
    pub(super) fn of(what: &'static str) -> Self {
        Self::on(what, io::stderr().is_terminal())
    }

    /// The same where the answer goes to standard output while the work goes on: a terminal shows that.
    pub(super) fn beside_answer(what: &'static str) -> Self {
        let is_seen = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Self::on(what, is_seen)
    }

    fn on(what: &'static str, is_seen: bool) -> Self {
        Self {
            what,
            next: is_seen.then(|| Instant::now() + AFTER),
            is_shown: false,
        }
    }

    /// So much is done, 0 to 1.
    pub(super) fn at(&mut self, part: f64) {
        let now = Instant::now();
        if self.next.is_none_or(|next| now < next) {
            return;
        }
        self.next = Some(now + EVERY);
        self.is_shown = true;
        // Whoever took the terminal away does not miss the bar.
        let _ = write!(io::stderr(), "\r{}\x1b[K", line(self.what, part));
    }
}

fn line(what: &str, part: f64) -> String {
    let part = part.clamp(0.0, 1.0);
    let done = (part * WIDTH as f64) as usize;
    let (full, rest) = ("#".repeat(done), ".".repeat(WIDTH - done));
    format!("{what} [{full}{rest}] {:3.0} %", part * 100.0)
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_from_left_to_right() {
        assert_eq!(
            line("checking", 0.0),
            format!("checking [{}]   0 %", ".".repeat(24))
        );
        let half = format!("checking [{}{}]  50 %", "#".repeat(12), ".".repeat(12));
        assert_eq!(line("checking", 0.5), half);
        assert_eq!(
            line("checking", 7.0),
            format!("checking [{}] 100 %", "#".repeat(24))
        );
    }

    #[test]
    fn work_that_nobody_sees_draws_nothing() {
        let mut progress = Progress::on("checking", false);
        progress.at(0.5);
        assert!(!progress.is_shown);
    }
}
