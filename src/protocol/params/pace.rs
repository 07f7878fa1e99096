//! Is another station downloading from the same vehicle? Then we step back: two at once starve each other,
//! and most of what it asks for comes past us anyway.

use std::time::Duration;

use crate::model::time::TimeUs;

/// After the last sign of another station.
const STEP_BACK: Duration = Duration::from_secs(3);
/// Parameters heard again without having been asked for, before that is a sign.
const REPEATS: u16 = 8;

/// Signs of another station.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    repeats: u16,
    other_until: TimeUs,
}

impl Pace {
    pub(super) const fn new() -> Self {
        Self {
            repeats: 0,
            other_until: TimeUs(i64::MIN),
        }
    }

    /// Another station was heard asking.
    pub(super) fn heard_request(&mut self, now: TimeUs) {
        self.other_until = now.plus(STEP_BACK);
    }

    /// A parameter came that is known and that nobody here asked for.
    pub(super) fn heard_repeat(&mut self, now: TimeUs) {
        self.repeats += 1;
        if self.repeats >= REPEATS {
            self.repeats = REPEATS;
            self.other_until = now.plus(STEP_BACK);
        }
    }

    /// The list was asked for anew: repeats are our own doing.
    pub(super) const fn expect_repeats(&mut self) {
        self.repeats = 0;
    }

    pub(super) fn is_shared(&self, now: TimeUs) -> bool {
        now < self.other_until
    }

    /// How many requests may be in flight instead of `usual`.
    pub(super) fn window(&self, usual: usize, now: TimeUs) -> usize {
        if self.is_shared(now) { 1 } else { usual }
    }
}
