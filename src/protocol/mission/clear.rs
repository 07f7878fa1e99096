//! Emptying a list aboard, and making sure that it is empty
//! (<https://mavlink.io/en/services/mission.html#clear_mission>).
//!
//! An acknowledgement carries no number, so an old one could be taken for ours: the count read afterwards decides.

use std::collections::VecDeque;

use super::{
    numbering::Stack,
    pace::{Line, Pace, Step, Timer},
};
use crate::model::{
    ids::{ComponentId, SystemId},
    mission::PlanKind,
    mission_report::{MissionAck, MissionResult, PlanReport},
    report::Report,
    time::TimeUs,
    transmission::{Outgoing, PlanMessage, Target},
};

/// Refusals in a row that are believed.
const REFUSALS: u32 = 3;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClearOutcome {
    /// The vehicle says that the list is empty.
    Cleared,
    /// The vehicle said no. ArduPilot does while it flies the mission.
    Refused(MissionResult),
    /// The vehicle said yes and still counts this many items.
    StillHolds(u16),
    /// No answer to MISSION_CLEAR_ALL (`false`) or to the question whether it is empty (`true`).
    TimedOut {
        /// Whether it had been acknowledged.
        acknowledged: bool,
    },
    /// Broken off by this station: the list may be gone or not.
    Cancelled,
}

impl ClearOutcome {
    /// The outcome in one sentence.
    #[must_use]
    pub fn explain(self, kind: PlanKind) -> String {
        let word = kind.word();
        match self {
            Self::Cleared => format!("the {word} aboard is empty"),
            Self::Refused(result) => {
                format!(
                    "the vehicle did not clear its {word}: {} ({})",
                    result.words(),
                    result.name()
                )
            }
            Self::StillHolds(count) => {
                format!("the vehicle acknowledged, but still holds {count} items of its {word}")
            }
            Self::TimedOut { acknowledged: true } => {
                format!(
                    "the vehicle acknowledged, but did not say whether its {word} is empty: read it back"
                )
            }
            Self::TimedOut { .. } => {
                format!("the vehicle did not answer; its {word} may be cleared or not")
            }
            Self::Cancelled => format!("cancelled; the {word} aboard may be cleared or not"),
        }
    }
}

/// A list being emptied.
#[derive(Debug, Clone)]
pub struct Clear {
    line: Line,
    pace: Pace,
    timer: Timer,
    most_left: u16,
    acknowledged: bool,
    refusals: u32,
    refusal: Option<MissionResult>,
    outbox: VecDeque<Outgoing>,
    outcome: Option<ClearOutcome>,
}

impl Clear {
    /// Not begun: the first `poll` sends MISSION_CLEAR_ALL for this one list.
    #[must_use]
    pub fn new(target: Target, kind: PlanKind, stack: Stack, pace: Pace) -> Self {
        Self {
            line: Line { target, kind },
            pace,
            timer: Timer::new(pace),
            most_left: u16::from(stack.keeps_home(kind)),
            acknowledged: false,
            refusals: 0,
            refusal: None,
            outbox: VecDeque::new(),
            outcome: None,
        }
    }

    /// The round trip was measured meanwhile: other waits from now on.
    pub const fn repace(&mut self, pace: Pace) {
        self.pace = pace;
        self.timer.repace(pace);
    }

    /// A report from `sender`, heard by the station `own`. Returns whether it belongs to this.
    pub fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        match report {
            Report::Plan(PlanReport::Ack(ack))
                if self.line.hears(sender, ack.addressee, ack.kind, own) =>
            {
                self.on_ack(*ack, now);
            }
            Report::MissionCount(told)
                if self.line.hears(sender, told.addressee, told.kind, own) =>
            {
                self.on_count(told.count);
            }
            _ => return false,
        }
        true
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step {
        if let Some(message) = self.outbox.pop_front() {
            return Step::Send(message);
        }
        if self.outcome.is_none() && self.timer.is_over(now) {
            let acknowledged = self.acknowledged;
            self.outcome = Some(self.refusal.map_or(
                ClearOutcome::TimedOut { acknowledged },
                ClearOutcome::Refused,
            ));
        }
        if self.outcome.is_some() {
            return Step::Done(());
        }
        if !self.timer.is_due(now) {
            return Step::Wait;
        }
        self.timer.note_sent(self.pace.list, now);
        let kind = self.line.kind;
        Step::Send(self.line.say(if self.acknowledged {
            PlanMessage::RequestList(kind)
        } else {
            PlanMessage::ClearAll(kind)
        }))
    }

    /// How it ended; `None` while it goes on.
    #[must_use]
    pub const fn outcome(&self) -> Option<ClearOutcome> {
        self.outcome
    }

    /// Stops asking.
    pub fn cancel(&mut self) {
        self.outcome.get_or_insert(ClearOutcome::Cancelled);
    }

    fn on_ack(&mut self, ack: MissionAck, now: TimeUs) {
        if self.outcome.is_some() || self.acknowledged || self.timer.tries() == 0 {
            return;
        }
        if ack.result == MissionResult::ACCEPTED {
            self.acknowledged = true;
            self.refusal = None;
            self.timer = Timer::new(self.pace);
            self.timer.note_progress(now);
            return;
        }
        self.refusals += 1;
        self.refusal = Some(ack.result);
        let may_change = matches!(ack.result, MissionResult::ERROR | MissionResult::DENIED);
        if !may_change || self.refusals >= REFUSALS {
            self.outcome = Some(ClearOutcome::Refused(ack.result));
        }
    }

    fn on_count(&mut self, count: u16) {
        if self.outcome.is_some() || !self.acknowledged || self.timer.tries() == 0 {
            return;
        }
        let kind = self.line.kind;
        let thanks = PlanMessage::Ack(kind, MissionResult::ACCEPTED);
        self.outbox.push_back(self.line.say(thanks));
        self.outcome = Some(if count <= self.most_left {
            ClearOutcome::Cleared
        } else {
            ClearOutcome::StillHolds(count)
        });
    }
}
