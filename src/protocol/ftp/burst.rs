//! BurstReadFile: one request, many answers, and an end that may be lost. When is it over?

use std::time::Duration;

use super::line::is_after;
use crate::{model::time::TimeUs, protocol::patience::Patience};

/// The bursts of one transfer.
#[derive(Debug, Clone)]
pub(super) struct Bursts {
    /// Number of the last request; `None` before the first.
    sequence: Option<u16>,
    /// Where the file had got to when it was sent.
    from: usize,
    deadline: TimeUs,
    /// Requests in a row that brought nothing.
    silent: u8,
    /// Usual pause between two packets, longer rather than shorter.
    pause: Duration,
    heard: TimeUs,
}

/// A pause is never taken for longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

impl Bursts {
    /// No burst yet; the first may be asked for at `now`.
    pub(super) const fn new(now: TimeUs) -> Self {
        Self {
            sequence: None,
            from: 0,
            deadline: now,
            silent: 0,
            pause: Duration::ZERO,
            heard: now,
        }
    }

    /// Another may be asked for at once.
    pub(super) const fn again(&mut self, now: TimeUs) {
        self.deadline = now;
        self.sequence = None;
    }

    /// A packet of a burst came.
    pub(super) fn heard(&mut self, now: TimeUs, patience: &Patience) {
        let pause = now.since(self.heard).min(LONGEST_PAUSE);
        self.pause = pause.max((self.pause * 7 + pause) / 8);
        self.heard = now;
        self.silent = 0;
        self.deadline = now.plus(self.quiet(patience));
    }

    /// A burst that has paused for so long has ended, or its end was lost.
    fn quiet(&self, patience: &Patience) -> Duration {
        patience.wait(1).max(self.pause * 4)
    }

    /// Whether an answer with this number is of the burst that is going on.
    pub(super) fn is_of(&self, sequence: u16) -> bool {
        self.sequence
            .is_some_and(|request| is_after(sequence, request))
    }

    pub(super) fn is_due(&self, now: TimeUs) -> bool {
        now >= self.deadline
    }

    /// Requests in a row that brought nothing, when the file has got to `highest`.
    pub(super) fn count_silence(&mut self, highest: usize) -> u8 {
        if self.sequence.is_some() && highest == self.from {
            self.silent += 1;
        }
        self.silent
    }

    /// A request was sent for what comes after `from`.
    pub(super) fn sent(&mut self, sequence: u16, from: usize, now: TimeUs, patience: &Patience) {
        self.sequence = Some(sequence);
        self.from = from;
        self.heard = now;
        let wait = patience.wait(self.silent + 1).max(self.quiet(patience));
        self.deadline = now.plus(wait);
    }
}
