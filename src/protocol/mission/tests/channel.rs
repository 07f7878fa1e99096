//! A link in both directions that loses, repeats, delays and so reorders, the same way for the same seed.

use std::{collections::BTreeMap, time::Duration};

use crate::model::{report::Report, time::TimeUs, transmission::Outgoing};

/// How finely time passes.
const TICK: Duration = Duration::from_millis(2);

pub(super) struct Channel {
    state: u64,
    loss_percent: u64,
    copy_percent: u64,
    late_percent: u64,
    latest_us: u64,
    now: TimeUs,
    up: BTreeMap<(TimeUs, u64), Outgoing>,
    down: BTreeMap<(TimeUs, u64), Report>,
    counter: u64,
    pub(super) is_dead: bool,
    pub(super) sent: Vec<(TimeUs, Outgoing)>,
}

impl Channel {
    /// A quarter lost each way, a tenth twice, a tenth late by up to 30 ms, which lets the next message pass.
    pub(super) fn bad(seed: u64) -> Self {
        Self {
            loss_percent: 25,
            copy_percent: 10,
            late_percent: 10,
            ..Self::good(seed)
        }
    }

    /// The same, late by up to 60 ms: three whole exchanges.
    pub(super) fn unruly(seed: u64) -> Self {
        Self {
            latest_us: 60_000,
            ..Self::bad(seed)
        }
    }

    pub(super) fn good(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            loss_percent: 0,
            copy_percent: 0,
            late_percent: 0,
            latest_us: 30_000,
            now: TimeUs(0),
            up: BTreeMap::new(),
            down: BTreeMap::new(),
            counter: 0,
            is_dead: false,
            sent: Vec::new(),
        }
    }

    pub(super) fn now(&self) -> TimeUs {
        self.now
    }

    pub(super) fn step(&mut self) {
        self.now = self.now.plus(TICK);
    }

    pub(super) fn up(&mut self, message: Outgoing) {
        for key in self.arrivals() {
            self.up.insert(key, message.clone());
        }
        self.sent.push((self.now, message));
    }

    pub(super) fn down(&mut self, report: &Report) {
        for key in self.arrivals() {
            self.down.insert(key, report.clone());
        }
    }

    pub(super) fn arrived_up(&mut self) -> Option<Outgoing> {
        let first = self.up.first_entry()?;
        (first.key().0 <= self.now).then(|| first.remove())
    }

    pub(super) fn arrived_down(&mut self) -> Option<Report> {
        let first = self.down.first_entry()?;
        (first.key().0 <= self.now).then(|| first.remove())
    }

    /// When the copies of one message arrive: none, one or two times.
    fn arrivals(&mut self) -> Vec<(TimeUs, u64)> {
        let lost = self.is_dead || self.below(100) < self.loss_percent;
        let copies = 1 + u64::from(self.below(100) < self.copy_percent);
        let mut keys = Vec::new();
        for _ in 0..copies {
            let late = self.below(100) < self.late_percent;
            let extra = if late {
                self.below(self.latest_us)
            } else {
                self.below(4_000)
            };
            let at = self.now.plus(Duration::from_micros(8_000 + extra));
            self.counter += 1;
            if !lost {
                keys.push((at, self.counter));
            }
        }
        keys
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) % bound
    }
}
