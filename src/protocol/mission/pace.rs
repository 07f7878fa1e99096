//! How long to wait for an answer, when to ask again and when to give up; what every machine of the mission
//! protocol says when polled.

use std::time::Duration;

use crate::model::{
    ids::{ComponentId, SystemId},
    mission::PlanKind,
    mission_report::Addressee,
    time::TimeUs,
    transmission::{Outgoing, PlanMessage, Target},
};

/// Wait for a list or an acknowledgement, as the protocol recommends.
const LIST: Duration = Duration::from_millis(1_500);
/// Wait for an item, as the protocol recommends.
const ITEM: Duration = Duration::from_millis(250);
/// Shorter waits than this ask again before a station that looks every 50 ms has seen the answer.
const SHORTEST_ITEM: Duration = Duration::from_millis(60);
const SHORTEST_LIST: Duration = Duration::from_millis(500);
/// No progress for this long ends a transfer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Tries at the first pace; later ones wait twice as long. None gives up before.
const TRIES: u32 = 5;

/// The waits of one transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// For a list or an acknowledgement.
    pub list: Duration,
    /// For an item.
    pub item: Duration,
    /// Without any progress, before giving up.
    pub patience: Duration,
}

impl Pace {
    /// The waits for a link with this measured round trip: 1,500 and 250 ms where nothing was measured.
    #[must_use]
    pub fn from_rtt(rtt: Option<Duration>) -> Self {
        let Some(rtt) = rtt else {
            return Self {
                list: LIST,
                item: ITEM,
                patience: PATIENCE,
            };
        };
        let item = (rtt * 3).max(SHORTEST_ITEM);
        let list = (rtt * 6).max(SHORTEST_LIST);
        Self {
            list,
            item,
            patience: PATIENCE.max(list * (TRIES + 1)),
        }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::from_rtt(None)
    }
}

/// What a machine wants now; the outcome of one that is over is asked for by `outcome()`.
pub type Step = crate::protocol::step::Step<()>;

/// How far a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Items that are over.
    pub done: u16,
    /// Of how many; `None` while the vehicle has not said.
    pub total: Option<u16>,
}

/// Whom a machine talks to, and about which list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) target: Target,
    pub(super) kind: PlanKind,
}

impl Line {
    /// Whether a message from `sender` is the target's word to us about our list.
    pub(super) fn hears(
        self,
        sender: (SystemId, ComponentId),
        addressee: Addressee,
        kind: Option<PlanKind>,
        own: (SystemId, ComponentId),
    ) -> bool {
        sender == (self.target.system(), self.target.component())
            && addressee.may_be(own)
            && kind == Some(self.kind)
    }

    pub(super) const fn say(self, message: PlanMessage) -> Outgoing {
        Outgoing::Plan(self.target, message)
    }
}

/// When to ask again, and whether it is time to give up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timer {
    pace: Pace,
    tries: u32,
    due: TimeUs,
    progress: Option<TimeUs>,
}

impl Timer {
    /// Due at once, with all its patience.
    pub(super) const fn new(pace: Pace) -> Self {
        Self {
            pace,
            tries: 0,
            due: TimeUs(i64::MIN),
            progress: None,
        }
    }

    /// Other waits from now on.
    pub(super) const fn repace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// Something new came: patience begins anew.
    pub(super) fn note_progress(&mut self, now: TimeUs) {
        self.tries = 0;
        self.progress = Some(now);
    }

    /// An answer came, but nothing new: the first pace again, and no more patience.
    pub(super) const fn note_answer(&mut self) {
        self.tries = 0;
    }

    /// Not due before `t`.
    pub(super) const fn not_before(&mut self, t: TimeUs) {
        self.due = t;
    }

    /// Something was sent whose answer should come within `wait`.
    pub(super) fn note_sent(&mut self, wait: Duration, now: TimeUs) {
        self.progress.get_or_insert(now);
        self.tries += 1;
        let slower = if self.tries > TRIES { 2 } else { 1 };
        self.due = now.plus(wait * slower);
    }

    pub(super) fn is_due(&self, now: TimeUs) -> bool {
        now >= self.due
    }

    /// Tries without an answer.
    pub(super) const fn tries(&self) -> u32 {
        self.tries
    }

    /// Enough tries over enough time, and no progress at all.
    pub(super) fn is_over(&self, now: TimeUs) -> bool {
        let silent = self.progress.map_or(Duration::ZERO, |t| now.since(t));
        self.tries >= TRIES && silent >= self.pace.patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_measured_round_trip_the_recommended_waits_hold() {
        let pace = Pace::from_rtt(None);
        assert_eq!(
            (pace.list, pace.item),
            (Duration::from_millis(1_500), Duration::from_millis(250))
        );
    }

    #[test]
    fn a_slow_link_is_waited_for_and_a_fast_one_is_not() {
        let slow = Pace::from_rtt(Some(Duration::from_secs(2)));
        assert_eq!(slow.item, Duration::from_secs(6));
        assert!(slow.patience >= slow.list * 5);
        let fast = Pace::from_rtt(Some(Duration::from_millis(2)));
        assert_eq!(fast.item, Duration::from_millis(60));
    }

    #[test]
    fn nobody_gives_up_before_five_tries_and_ten_silent_seconds() {
        let mut timer = Timer::new(Pace::default());
        let start = TimeUs::from_ms(0);
        for _ in 0..4 {
            timer.note_sent(ITEM, start);
        }
        assert!(!timer.is_over(TimeUs::from_ms(60_000)));
        timer.note_sent(ITEM, start);
        assert!(!timer.is_over(TimeUs::from_ms(9_999)));
        assert!(timer.is_over(TimeUs::from_ms(10_000)));
        timer.note_progress(TimeUs::from_ms(9_000));
        assert!(!timer.is_over(TimeUs::from_ms(10_000)));
    }
}
