//! Reading a list from a vehicle, one item after another, until it is whole and acknowledged
//! (<https://mavlink.io/en/services/mission.html#download_mission>).
//!
//! One request is in flight: PX4 aborts at an item out of turn. A duplicate is never a reason to ask again. A
//! count that changes, or an error in the middle, starts over: the list is another one now.

use std::{collections::VecDeque, time::Duration};

use super::pace::{Line, Pace, Progress, Step, Timer};
use crate::model::{
    ids::{ComponentId, SystemId},
    mission::{MissionItem, PlanKind},
    mission_report::{HeardItem, MissionAck, MissionCount, MissionResult, PlanReport},
    report::Report,
    time::TimeUs,
    transmission::{Outgoing, PlanMessage, Target},
};

/// How often a list may turn out to be another one.
const MOST_RESTARTS: u32 = 12;
/// By how much each beginning anew slows the questions down, and the most it does.
const HOLD_STEP: Duration = Duration::from_millis(15);
const LONGEST_HOLD: Duration = Duration::from_millis(60);
/// The same after an error.
const TRIES_AFTER_ERROR: u32 = 2;
/// Unanswered requests for one item before the list is asked for again: a PX4 that has aborted, and whose error got
/// lost, answers nothing else.
const TRIES_BEFORE_LIST: u32 = 12;

/// A list as the vehicle holds it, counted as the vehicle counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Downloaded {
    /// Which list.
    pub kind: PlanKind,
    /// Its items.
    pub items: Vec<MissionItem>,
    /// The vehicle's mark of this content.
    pub opaque_id: Option<u32>,
    /// The item being flown.
    pub current: Option<u16>,
    /// Whether some came as floats: places are good to a metre or so.
    pub is_float: bool,
}

/// How a download ended.
#[derive(Debug, Clone, PartialEq)]
pub enum DownloadOutcome {
    /// The list is whole.
    Complete(Downloaded),
    /// The vehicle said no.
    Refused(MissionResult),
    /// No progress for all of the patience.
    TimedOut(Progress),
    /// Broken off by this station.
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Listing,
    Fetching { count: u16 },
}

/// A list on its way down.
#[derive(Debug, Clone)]
pub struct Download {
    line: Line,
    pace: Pace,
    timer: Timer,
    phase: Phase,
    list: Downloaded,
    asks_float: bool,
    asked_float: bool,
    knows_int: bool,
    /// After an item out of turn the next question waits, for late copies of the last to pass.
    hold: Duration,
    hold_until: Option<TimeUs>,
    asked_at: TimeUs,
    refusal: Option<MissionResult>,
    restarts: u32,
    /// The count and mark of the list that may go on where it stood.
    resumes: Option<(u16, Option<u32>)>,
    has_resumed: bool,
    outbox: VecDeque<Outgoing>,
    outcome: Option<DownloadOutcome>,
}

impl Download {
    /// A download not begun: the first `poll` asks for the list.
    #[must_use]
    pub fn new(target: Target, kind: PlanKind, pace: Pace) -> Self {
        Self {
            line: Line { target, kind },
            pace,
            timer: Timer::new(pace),
            phase: Phase::Listing,
            list: Downloaded {
                kind,
                items: Vec::new(),
                opaque_id: None,
                current: None,
                is_float: false,
            },
            asks_float: false,
            asked_float: false,
            knows_int: false,
            hold: Duration::ZERO,
            hold_until: None,
            asked_at: TimeUs(0),
            refusal: None,
            restarts: 0,
            resumes: None,
            has_resumed: false,
            outbox: VecDeque::new(),
            outcome: None,
        }
    }

    /// The round trip was measured meanwhile: other waits from now on.
    pub const fn repace(&mut self, pace: Pace) {
        self.pace = pace;
        self.timer.repace(pace);
    }

    /// The same, not begun before `t`: for one that follows another, whose last word must arrive first.
    #[must_use]
    pub(super) const fn not_before(mut self, t: TimeUs) -> Self {
        self.timer.not_before(t);
        self
    }

    /// A report from `sender`, heard by the station `own`. Returns whether it belongs to this download.
    pub fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        match report {
            Report::MissionCount(told)
                if self.line.hears(sender, told.addressee, told.kind, own) =>
            {
                self.on_count(*told, now);
            }
            Report::Plan(PlanReport::Item(heard))
                if self.line.hears(sender, heard.addressee, heard.kind, own) =>
            {
                self.on_item(heard, now);
            }
            Report::Plan(PlanReport::Ack(ack))
                if self.line.hears(sender, ack.addressee, ack.kind, own) =>
            {
                self.on_ack(*ack);
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
        if self.outcome.is_some() {
            return Step::Done(());
        }
        let is_held = self.hold_until.is_some_and(|end| now < end);
        let is_due = self.hold_until.is_some() || self.timer.is_due(now);
        if is_held || !is_due {
            return Step::Wait;
        }
        if self.timer.is_over(now) {
            self.outcome = Some(self.refusal.map_or_else(
                || DownloadOutcome::TimedOut(self.progress()),
                DownloadOutcome::Refused,
            ));
            return Step::Done(());
        }
        Step::Send(self.ask(now))
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        if let Some(DownloadOutcome::Complete(list)) = &self.outcome {
            let count = u16::try_from(list.items.len()).unwrap_or(u16::MAX);
            return Progress {
                done: count,
                total: Some(count),
            };
        }
        Progress {
            done: self.received(),
            total: match self.phase {
                Phase::Listing => None,
                Phase::Fetching { count } => Some(count),
            },
        }
    }

    /// How it ended; `None` while it goes on.
    #[must_use]
    pub const fn outcome(&self) -> Option<&DownloadOutcome> {
        self.outcome.as_ref()
    }

    /// Breaks it off and tells the vehicle. Nothing aboard changes.
    pub fn cancel(&mut self) {
        if self.outcome.is_none() {
            let cancelled = MissionResult::OPERATION_CANCELLED;
            self.outbox.clear();
            self.say(PlanMessage::Ack(self.line.kind, cancelled));
            self.outcome = Some(DownloadOutcome::Cancelled);
        }
    }

    fn received(&self) -> u16 {
        u16::try_from(self.list.items.len()).unwrap_or(u16::MAX)
    }

    fn say(&mut self, message: PlanMessage) {
        self.outbox.push_back(self.line.say(message));
    }

    fn ask(&mut self, now: TimeUs) -> Outgoing {
        let kind = self.line.kind;
        let is_fetching = matches!(self.phase, Phase::Fetching { .. });
        let enough = if self.refusal.is_some() {
            TRIES_AFTER_ERROR
        } else {
            TRIES_BEFORE_LIST
        };
        if is_fetching && self.timer.tries() >= enough {
            self.start_over(self.refusal);
        }
        let Phase::Fetching { .. } = self.phase else {
            self.timer.note_sent(self.pace.list, now);
            return self.line.say(PlanMessage::RequestList(kind));
        };
        let seq = self.received();
        let tries = self.timer.tries();
        self.timer.note_sent(self.pace.item, now);
        self.hold_until = None;
        self.asked_at = now;
        // A vehicle that has never answered MISSION_REQUEST_INT may know the old request only.
        let try_float = !self.knows_int && self.restarts > 0 && tries >= 5 && tries % 2 == 1;
        self.asked_float = self.asks_float || try_float;
        self.line.say(if self.asked_float {
            PlanMessage::RequestFloatItem(kind, seq)
        } else {
            PlanMessage::RequestItem(kind, seq)
        })
    }

    fn on_count(&mut self, told: MissionCount, now: TimeUs) {
        let is_asked_for = self.timer.tries() > 0 && self.outcome.is_none();
        match self.phase {
            Phase::Listing if is_asked_for => {
                let is_same = self.resumes == Some((told.count, told.opaque_id));
                if !is_same {
                    self.list.items.clear();
                    self.list.current = None;
                }
                self.resumes = None;
                self.list.opaque_id = told.opaque_id;
                self.phase = Phase::Fetching { count: told.count };
                if self.restarts == 0 {
                    self.timer.note_progress(now);
                } else {
                    self.timer.note_answer();
                }
                self.go_on(now, now);
            }
            // The same list again is no reason to ask for anything. Another count is a reason to ask for the
            // list again, and not to believe this one: it may be an old answer that took its time.
            Phase::Fetching { count } if count != told.count && self.outcome.is_none() => {
                self.start_over(Some(MissionResult::INVALID_SEQUENCE));
            }
            _ => {}
        }
    }

    fn on_item(&mut self, heard: &HeardItem, now: TimeUs) {
        let Phase::Fetching { count } = self.phase else {
            return;
        };
        if self.outcome.is_some() {
            // The vehicle has not heard that we are done.
            if heard.seq.checked_add(1) == Some(count) {
                self.say(PlanMessage::Ack(self.line.kind, MissionResult::ACCEPTED));
            }
            return;
        }
        if heard.seq != self.received() || heard.seq >= count {
            return;
        }
        // Only a vehicle that leaves MISSION_REQUEST_INT unanswered goes on being asked the old way.
        self.asks_float |= heard.is_float && self.asked_float;
        self.knows_int |= !heard.is_float;
        self.list.items.push(heard.item);
        self.list.is_float |= heard.is_float;
        if heard.current {
            self.list.current = Some(heard.seq);
        }
        self.refusal = None;
        // Where it took several questions, the last may still be on its way, and must not arrive out of turn.
        let was_repeated = self.timer.tries() > 1;
        let passed = self.asked_at.plus(self.pace.item * 2 / 3);
        let calm = if was_repeated { passed } else { now };
        self.timer.note_progress(now);
        self.go_on(now.plus(self.hold).max(calm), now);
    }

    /// Asks for what is missing, not before `earliest`, or ends with an acknowledgement.
    fn go_on(&mut self, earliest: TimeUs, now: TimeUs) {
        if self.progress().total == Some(self.received()) {
            self.say(PlanMessage::Ack(self.line.kind, MissionResult::ACCEPTED));
            let list = Downloaded {
                items: std::mem::take(&mut self.list.items),
                ..self.list
            };
            self.outcome = Some(DownloadOutcome::Complete(list));
        } else if earliest > now {
            self.hold_until = Some(earliest);
        } else {
            let message = self.ask(now);
            self.outbox.push_back(message);
        }
    }

    fn on_ack(&mut self, ack: MissionAck) {
        if self.outcome.is_some() || ack.result == MissionResult::ACCEPTED {
            return;
        }
        let is_unknown = ack.result == MissionResult::UNSUPPORTED;
        let is_unknown_again = is_unknown && self.refusal == Some(ack.result);
        match self.phase {
            Phase::Listing if self.timer.tries() == 0 => {}
            // Twice, for once may be an old answer.
            Phase::Listing if is_unknown_again => {
                self.outcome = Some(DownloadOutcome::Refused(ack.result));
            }
            Phase::Fetching { .. } if is_unknown && !self.knows_int => self.asks_float = true,
            // "Not now" is asked again, with patience. In the middle of a list it may be about something else; if
            // the next question stays unanswered too, it was not.
            _ => self.refusal = Some(ack.result),
        }
    }

    /// The list is another one now, or the vehicle has lost its place in it: ask for it again when the time of
    /// the last question is over, so that an error that comes in threes starts over once.
    fn start_over(&mut self, reason: Option<MissionResult>) {
        self.restarts += 1;
        self.refusal = reason.or(self.refusal);
        if self.restarts > MOST_RESTARTS {
            let timed_out = DownloadOutcome::TimedOut(self.progress());
            self.outcome = Some(reason.map_or(timed_out, DownloadOutcome::Refused));
            return;
        }
        // Without any error the link was to blame, and the same list goes on where it stood: once, for a PX4 does
        // not, and says so.
        self.resumes = match self.phase {
            Phase::Fetching { count } if reason.is_none() && !self.has_resumed => {
                self.has_resumed = true;
                Some((count, self.list.opaque_id))
            }
            _ => None,
        };
        self.phase = Phase::Listing;
        self.outbox.clear();
        self.hold_until = None;
        self.hold = (self.hold + HOLD_STEP).min(LONGEST_HOLD);
    }
}
