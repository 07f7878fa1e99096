//! How much of the wanted rates a radio takes: cut when its transmit buffer fills, given back slowly when it is empty.
//!
//! RADIO_STATUS says how much of the buffer is free (<https://mavlink.io/en/messages/common.html#RADIO_STATUS>). The
//! thresholds are those of ArduPilot (`GCS_MAVLINK::handle_radio_status`: slower below 20 %, faster again above
//! 90 %); PX4 (`Mavlink::update_radio_status`) has 25 and 50 %. They lengthen intervals by the millisecond; a
//! station has to ask every vehicle anew for each change, so it goes in halves.

use std::time::Duration;

use crate::model::time::TimeUs;

/// Below this the buffer is about to run over, percent free.
const LOW_PERCENT: u8 = 20;
/// Above this it has room, percent free.
const HIGH_PERCENT: u8 = 90;
/// A cut has this long to show before the next.
const CUT_EVERY: Duration = Duration::from_secs(3);
/// There must have been room for this long before half of a cut is taken back.
const ROOM_FOR: Duration = Duration::from_secs(8);
/// A radio that says nothing for so long has nothing to say against more.
const SILENCE: Duration = Duration::from_secs(30);
/// An eighth of the wanted rates is the least.
const MOST_CUTS: u8 = 3;

/// The state of one link.
#[derive(Debug, Clone, Copy, Default)]
pub struct Throttle {
    cuts: u8,
    cut_at: Option<TimeUs>,
    room_since: Option<TimeUs>,
    heard: Option<(TimeUs, u8)>,
}

impl Throttle {
    /// The part of the wanted rates that is asked for: 1, 1/2, 1/4 or 1/8.
    #[must_use]
    pub fn factor(&self) -> f64 {
        0.5f64.powi(i32::from(self.cuts))
    }

    /// Free part of the transmit buffer as last said, percent; `None` when that is long ago.
    #[must_use]
    pub fn free_percent(&self, now: TimeUs) -> Option<u8> {
        let heard = self.heard.filter(|(t, _)| now.since(*t) < SILENCE);
        heard.map(|(_, percent)| percent)
    }

    /// A RADIO_STATUS came. Where several radios serve a link, the fullest decides.
    pub fn hear(&mut self, free_percent: u8, t: TimeUs) {
        self.heard = Some((t, free_percent));
        if free_percent < LOW_PERCENT {
            self.room_since = None;
            let is_soon = self.cut_at.is_some_and(|at| t.since(at) < CUT_EVERY);
            if self.cuts < MOST_CUTS && !is_soon {
                self.cuts += 1;
                self.cut_at = Some(t);
            }
        } else if free_percent > HIGH_PERCENT {
            let since = *self.room_since.get_or_insert(t);
            if t.since(since) >= ROOM_FOR {
                self.ease(t);
            }
        } else {
            self.room_since = None;
        }
    }

    /// Time goes by: a radio that has fallen silent holds nothing back for ever.
    pub fn poll(&mut self, now: TimeUs) {
        let is_silent = self.heard.is_none_or(|(t, _)| now.since(t) >= SILENCE);
        if self.cuts > 0 && is_silent {
            let since = *self.room_since.get_or_insert(now);
            if now.since(since) >= ROOM_FOR {
                self.ease(now);
            }
        }
    }

    fn ease(&mut self, t: TimeUs) {
        self.cuts = self.cuts.saturating_sub(1);
        self.room_since = Some(t);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> TimeUs {
        TimeUs::from_ms(seconds * 1_000)
    }

    fn hear(throttle: &mut Throttle, seconds: std::ops::Range<i64>, percent: u8) {
        for second in seconds {
            throttle.hear(percent, at(second));
        }
    }

    fn eighths(throttle: &Throttle) -> u8 {
        (throttle.factor() * 8.0) as u8
    }

    #[test]
    fn a_buffer_that_fills_halves_the_rates_and_again_only_when_that_did_not_help() {
        let mut throttle = Throttle::default();
        hear(&mut throttle, 0..1, 12);
        assert_eq!(eighths(&throttle), 4);
        hear(&mut throttle, 1..3, 12);
        assert_eq!(eighths(&throttle), 4, "it has time to show");
        hear(&mut throttle, 3..4, 12);
        assert_eq!(eighths(&throttle), 2);
        hear(&mut throttle, 4..60, 0);
        assert_eq!(eighths(&throttle), 1, "an eighth is the least");
    }

    #[test]
    fn between_the_thresholds_nothing_changes() {
        let mut throttle = Throttle::default();
        hear(&mut throttle, 0..1, 19);
        hear(&mut throttle, 1..300, 20);
        hear(&mut throttle, 300..600, 90);
        assert_eq!(eighths(&throttle), 4);
    }

    #[test]
    fn room_for_some_time_gives_one_step_back_after_another() {
        let mut throttle = Throttle::default();
        hear(&mut throttle, 0..4, 5);
        assert_eq!(eighths(&throttle), 2);
        hear(&mut throttle, 10..18, 100);
        assert_eq!(eighths(&throttle), 2);
        hear(&mut throttle, 18..19, 100);
        assert_eq!(eighths(&throttle), 4);
        hear(&mut throttle, 19..22, 100);
        hear(&mut throttle, 22..23, 60);
        hear(&mut throttle, 23..31, 100);
        assert_eq!(eighths(&throttle), 4, "it was not empty all the time");
        hear(&mut throttle, 31..32, 100);
        assert_eq!(eighths(&throttle), 8);
    }

    #[test]
    fn a_radio_that_falls_silent_holds_nothing_back_for_ever() {
        let mut throttle = Throttle::default();
        hear(&mut throttle, 0..1, 5);
        throttle.poll(at(29));
        assert_eq!(throttle.free_percent(at(29)), Some(5));
        for second in 30..45 {
            throttle.poll(at(second));
        }
        assert_eq!(eighths(&throttle), 8);
        assert_eq!(throttle.free_percent(at(45)), None);
    }
}
