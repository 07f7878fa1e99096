//! The air between a craft and its station: clear, or losing, delaying, repeating and swapping frames.

use std::time::Duration;

use crate::model::time::TimeUs;

use super::random::Random;

/// Frames held back at once; more are lost, as on any overloaded link.
const MOST_WAITING: usize = 4_096;
/// A frame that is to be overtaken waits this long.
const SWAP_US: i64 = 60_000;

/// The state of one craft's air.
#[derive(Debug)]
pub struct Air {
    /// Share of the frames lost, percent.
    pub loss_percent: f64,
    /// How many are lost in a row, on average; up to 1: each by itself.
    pub loss_burst: f64,
    /// Share of the frames sent twice, percent.
    pub duplicate_percent: f64,
    /// Share of the frames overtaken by later ones, percent.
    pub reorder_percent: f64,
    /// Every frame is late by this much.
    pub delay: Duration,
    /// And by up to this much more.
    pub jitter: Duration,
    /// Nothing passes.
    pub silent: bool,
    /// The last frame was lost in a burst that may go on.
    losing: bool,
    random: Random,
    waiting: Vec<(TimeUs, Box<[u8]>)>,
}

impl Air {
    /// Clear air with a luck of its own.
    #[must_use]
    pub const fn clear(random: Random) -> Self {
        Self {
            loss_percent: 0.0,
            loss_burst: 1.0,
            losing: false,
            duplicate_percent: 0.0,
            reorder_percent: 0.0,
            delay: Duration::ZERO,
            jitter: Duration::ZERO,
            silent: false,
            random,
            waiting: Vec::new(),
        }
    }

    /// Whether frames pass unchanged: then nobody needs to ask frame by frame.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        !self.silent
            && self.waiting.is_empty()
            && self.loss_percent + self.duplicate_percent + self.reorder_percent <= 0.0
            && self.delay + self.jitter == Duration::ZERO
    }

    /// Whether a datagram that comes in is lost.
    pub fn swallows(&mut self) -> bool {
        if self.silent || self.loss_percent <= 0.0 {
            return self.silent;
        }
        // A burst goes on with the chance that gives it its length, and begins as seldom as gives the share.
        let goes_on = 100.0 * (1.0 - 1.0 / self.loss_burst.max(1.0));
        let begins = 100.0 * self.loss_percent * (100.0 - goes_on)
            / (100.0 * (100.0 - self.loss_percent).max(1e-9));
        let chance = match (self.loss_burst > 1.0, self.losing) {
            (false, _) => self.loss_percent,
            (true, true) => goes_on,
            (true, false) => begins.min(100.0),
        };
        self.losing = self.random.happens(chance);
        self.losing
    }

    /// Carries one frame: at once, later, twice or not at all.
    pub fn carry(&mut self, frame: &[u8], now: TimeUs, deliver: &mut impl FnMut(&[u8])) {
        if self.swallows() {
            return;
        }
        let copies = 1 + u8::from(self.random.happens(self.duplicate_percent));
        for _ in 0..copies {
            let jitter_us = self.jitter.as_micros() as f64 * self.random.unit();
            let mut late_us = self.delay.as_micros() as i64 + jitter_us as i64;
            if self.random.happens(self.reorder_percent) {
                late_us += SWAP_US;
            }
            if late_us == 0 {
                deliver(frame);
            } else if self.waiting.len() < MOST_WAITING {
                self.waiting.push((TimeUs(now.0 + late_us), frame.into()));
            }
        }
    }

    /// Delivers what has waited long enough, the longest-waiting first.
    pub fn release(&mut self, now: TimeUs, deliver: &mut impl FnMut(&[u8])) {
        if self.waiting.iter().all(|(due, _)| *due > now) {
            return;
        }
        self.waiting.sort_by_key(|(due, _)| *due);
        let ready = self.waiting.partition_point(|(due, _)| *due <= now);
        for (_, frame) in self.waiting.drain(..ready) {
            if !self.silent {
                deliver(&frame);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn air() -> Air {
        Air::clear(Random::from_seed(5))
    }

    fn pass(air: &mut Air, frames: u16, step_us: i64) -> Vec<u8> {
        let mut heard = Vec::new();
        for number in 0..frames {
            let now = TimeUs(i64::from(number) * step_us);
            air.release(now, &mut |frame| heard.push(frame[0]));
            air.carry(&[number as u8], now, &mut |frame| heard.push(frame[0]));
        }
        air.release(TimeUs(i64::MAX), &mut |frame| heard.push(frame[0]));
        heard
    }

    #[test]
    fn loss_loses_its_share() {
        let mut air = air();
        air.loss_percent = 30.0;
        let heard = pass(&mut air, 10_000, 0).len();
        assert!((6_800..7_200).contains(&heard), "{heard}");
    }

    #[test]
    fn a_burst_loses_its_share_and_as_many_in_a_row() {
        let mut air = air();
        air.loss_percent = 5.0;
        air.loss_burst = 8.0;
        let lost: Vec<bool> = (0..200_000).map(|_| air.swallows()).collect();
        let share = lost.iter().filter(|lost| **lost).count();
        assert!((9_000..11_000).contains(&share), "{share}");
        let begun = lost.windows(2).filter(|pair| !pair[0] && pair[1]).count();
        let length = share as f64 / begun as f64;
        assert!((7.0..9.0).contains(&length), "{length}");
    }

    #[test]
    fn a_delayed_frame_arrives_late_and_in_order() {
        let mut air = air();
        air.delay = Duration::from_millis(20);
        let mut heard = Vec::new();
        air.carry(&[1], TimeUs(0), &mut |frame| heard.push(frame[0]));
        air.carry(&[2], TimeUs(5_000), &mut |frame| heard.push(frame[0]));
        air.release(TimeUs(19_000), &mut |frame| heard.push(frame[0]));
        assert!(heard.is_empty() && !air.is_clear());
        air.release(TimeUs(25_000), &mut |frame| heard.push(frame[0]));
        assert_eq!(heard, [1, 2]);
    }

    #[test]
    fn duplicates_and_swaps_lose_nothing() {
        let mut air = air();
        air.duplicate_percent = 50.0;
        air.reorder_percent = 20.0;
        let heard = pass(&mut air, 200, 10_000);
        assert!(heard.len() > 250);
        assert!((0..200).all(|number| heard.contains(&number)));
        assert!(!heard.is_sorted());
    }

    #[test]
    fn nothing_passes_in_silence() {
        let mut air = air();
        air.silent = true;
        assert!(pass(&mut air, 100, 10_000).is_empty());
        assert!(air.swallows());
    }
}
