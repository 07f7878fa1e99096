//! Giving a vehicle a list: it asks, we answer, it acknowledges
//! (<https://mavlink.io/en/services/mission.html#uploading_mission>).
//!
//! Every item stays at hand until the last acknowledgement, and is given again however it is asked for. The item
//! asked for last is repeated when the vehicle falls silent: ArduPilot asks again only once a second and gives up
//! after eight. An error need not be the end (ArduPilot goes on after one, PX4 answers a late MISSION_COUNT with
//! one), so it counts once the vehicle has wanted nothing more for a while; only a verdict on an item is final.

use std::collections::VecDeque;

use super::pace::{Line, Pace, Progress, Step, Timer};
use crate::model::{
    ids::{ComponentId, SystemId},
    mission::{MissionItem, PlanKind},
    mission_report::{ItemRequest, MissionAck, MissionResult, PlanReport},
    report::Report,
    time::TimeUs,
    transmission::{Outgoing, PlanMessage, Target},
};

/// Float requests for one item in a row, all answered, after which the vehicle is believed to need floats.
const FLOAT_REQUESTS: u32 = 4;
/// How far beyond the item asked for last the vehicle may be, its requests having got lost.
const FARTHEST_PROBE: u16 = 2;
/// How often a vehicle may begin again with item 0, as ArduPilot does at a late copy of our offer.
const MOST_NEW_BEGINNINGS: u32 = 5;

/// How an upload ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadOutcome {
    /// The vehicle asked for every item and accepted them, under this mark.
    Accepted(Option<u32>),
    /// The vehicle said no: to the item with this number of its own, or to the whole list.
    Refused {
        /// What it said.
        result: MissionResult,
        /// The item it had asked for last; `None` when it wanted none.
        seq: Option<u16>,
    },
    /// Every item was given, and no acknowledgement came: only reading back can tell.
    Unsure,
    /// The vehicle wants nothing more, although not everything was given.
    TimedOut {
        /// The item it had asked for last; `None` when it never answered.
        seq: Option<u16>,
    },
    /// Broken off by this station.
    Cancelled {
        /// Whether the list had been offered: ArduPilot cuts the old one at once.
        offered: bool,
    },
}

/// A list on its way up.
#[derive(Debug, Clone)]
pub struct Upload {
    line: Line,
    pace: Pace,
    timer: Timer,
    items: Vec<MissionItem>,
    marks_first: bool,
    /// The highest item asked for since the vehicle began.
    asked: Option<u16>,
    all_asked: bool,
    begun_anew: u32,
    /// How far beyond it the vehicle may be.
    probe: u16,
    may_probe: bool,
    answered: Option<(u16, TimeUs, u32)>,
    float_requests: u32,
    offered: bool,
    complaint: Option<(MissionResult, TimeUs)>,
    outbox: VecDeque<Outgoing>,
    outcome: Option<UploadOutcome>,
}

impl Upload {
    /// An upload not begun: the first `poll` offers the list. `items` are counted as the vehicle counts them
    /// (`Stack::to_vehicle`), at most 65,535; `marks_first` marks item 0 as the current one, which PX4 needs.
    #[must_use]
    pub fn new(
        target: Target,
        kind: PlanKind,
        items: Vec<MissionItem>,
        marks_first: bool,
        pace: Pace,
    ) -> Self {
        Self {
            line: Line { target, kind },
            pace,
            timer: Timer::new(pace),
            items,
            marks_first,
            asked: None,
            all_asked: false,
            begun_anew: 0,
            probe: 0,
            may_probe: false,
            answered: None,
            float_requests: 0,
            offered: false,
            complaint: None,
            outbox: VecDeque::new(),
            outcome: None,
        }
    }

    /// The round trip was measured meanwhile: other waits from now on.
    pub const fn repace(&mut self, pace: Pace) {
        self.pace = pace;
        self.timer.repace(pace);
    }

    /// A report from `sender`, heard by the station `own`. Returns whether it belongs to this upload.
    pub fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        let Report::Plan(report) = report else {
            return false;
        };
        match report {
            PlanReport::Request(request)
                if self
                    .line
                    .hears(sender, request.addressee, request.kind, own) =>
            {
                self.on_request(*request, now);
            }
            PlanReport::Ack(ack) if self.line.hears(sender, ack.addressee, ack.kind, own) => {
                self.on_ack(*ack, now);
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
        if self.outcome.is_none() {
            self.outcome = self.conclusion(now);
        }
        if self.outcome.is_some() {
            return Step::Done(());
        }
        if !self.timer.is_due(now) {
            return Step::Wait;
        }
        Step::Send(match self.asked {
            None => self.offer(now),
            Some(asked) => {
                // Its request for the next may have got lost: that one goes along with the second repeat.
                if self.timer.tries() > 1 && usize::from(asked) + 1 < self.items.len() {
                    let next = self.item(asked + 1);
                    self.outbox.push_back(next);
                }
                self.may_probe = true;
                self.timer.note_sent(self.pace.item, now);
                self.item(asked.saturating_add(self.probe))
            }
        })
    }

    /// How far it is: items the vehicle has taken.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let total = self.count();
        let done = match self.outcome {
            Some(UploadOutcome::Accepted(_)) => total,
            _ => self.asked.unwrap_or(0),
        };
        Progress {
            done,
            total: Some(total),
        }
    }

    /// How it ended; `None` while it goes on.
    #[must_use]
    pub const fn outcome(&self) -> Option<UploadOutcome> {
        self.outcome
    }

    /// Breaks it off and tells the vehicle, which may or may not care: see `Stack::after_a_broken_upload`.
    pub fn cancel(&mut self) {
        if self.outcome.is_some() {
            return;
        }
        self.outbox.clear();
        if self.offered {
            let cancelled = MissionResult::OPERATION_CANCELLED;
            let message = self.line.say(PlanMessage::Ack(self.line.kind, cancelled));
            self.outbox.push_back(message);
        }
        self.outcome = Some(UploadOutcome::Cancelled {
            offered: self.offered,
        });
    }

    fn count(&self) -> u16 {
        u16::try_from(self.items.len()).unwrap_or(u16::MAX)
    }

    /// Whether the vehicle has asked for every item.
    const fn is_all_asked(&self) -> bool {
        self.all_asked || self.items.is_empty()
    }

    /// The end, if it is reached by waiting.
    fn conclusion(&self, now: TimeUs) -> Option<UploadOutcome> {
        let grace = self.pace.list.max(self.pace.item * 6);
        let is_over = self.timer.is_over(now);
        let seq = self.asked;
        match self.complaint {
            Some((_, since)) if seq.is_some() && now.since(since) < grace && !is_over => None,
            Some(_) if seq.is_none() && !is_over => None,
            None if !is_over => None,
            _ if seq.is_some() && self.is_all_asked() => Some(UploadOutcome::Unsure),
            Some((result, _)) => Some(UploadOutcome::Refused { result, seq }),
            None => Some(UploadOutcome::TimedOut { seq }),
        }
    }

    fn offer(&mut self, now: TimeUs) -> Outgoing {
        self.timer.note_sent(self.pace.list, now);
        self.offered = true;
        let (kind, count) = (self.line.kind, self.count());
        let offer = self.line.say(PlanMessage::Count(kind, count));
        if self.complaint.is_none() {
            return offer;
        }
        // It may believe that a download still goes on, because our last word of it got lost.
        self.outbox.push_back(offer);
        self.line
            .say(PlanMessage::Ack(kind, MissionResult::ACCEPTED))
    }

    /// The item with this number, or the last one.
    fn item(&mut self, seq: u16) -> Outgoing {
        let seq = seq.min(self.count().saturating_sub(1));
        let item = self.items.get(usize::from(seq)).copied();
        let message = PlanMessage::Item {
            kind: self.line.kind,
            seq,
            current: self.marks_first && seq == 0,
            as_float: self.float_requests > FLOAT_REQUESTS,
            item: item.unwrap_or(MissionItem::action(0, [0.0; 4])),
        };
        self.line.say(message)
    }

    fn on_request(&mut self, request: ItemRequest, now: TimeUs) {
        // Also when all is over: a late copy of our offer makes ArduPilot ask for everything again.
        let is_open = matches!(self.outcome, None | Some(UploadOutcome::Accepted(_)));
        if !is_open || !self.offered || request.seq >= self.count() {
            return;
        }
        self.note_form(request);
        self.note_asked(request.seq, now);
        let again = match self.answered {
            Some((seq, t, times)) if seq == request.seq && now.since(t) < self.pace.item / 2 => {
                times + 1
            }
            _ => 1,
        };
        // Once for each of two copies of a request; more would let duplicates breed duplicates.
        if again > 2 {
            return;
        }
        self.answered = Some((request.seq, now, again));
        self.timer.note_sent(self.pace.item, now);
        let message = self.item(request.seq);
        self.outbox.push_back(message);
    }

    fn note_asked(&mut self, seq: u16, now: TimeUs) {
        let starts_over = seq == 0
            && self.asked.is_some_and(|asked| asked > 2)
            && self.begun_anew < MOST_NEW_BEGINNINGS;
        if starts_over {
            self.begun_anew += 1;
        }
        if starts_over || self.asked.is_none_or(|asked| seq > asked) {
            self.asked = Some(seq);
            self.complaint = None;
            self.timer.note_progress(now);
        }
        self.all_asked |= seq + 1 == self.count();
        self.probe = 0;
        self.may_probe = false;
    }

    /// A vehicle that asks for one item by MISSION_REQUEST again and again does not take MISSION_ITEM_INT.
    fn note_form(&mut self, request: ItemRequest) {
        let is_stuck = request.is_float && request.seq == 0 && self.asked == Some(0);
        if is_stuck {
            self.float_requests += 1;
        } else if self.float_requests <= FLOAT_REQUESTS {
            self.float_requests = 0;
        }
    }

    fn on_ack(&mut self, ack: MissionAck, now: TimeUs) {
        if self.outcome.is_some() || !self.offered {
            return;
        }
        match ack.result {
            // An acceptance before the last item was asked for belongs to something else.
            MissionResult::ACCEPTED if self.is_all_asked() => {
                self.outcome = Some(UploadOutcome::Accepted(ack.opaque_id));
            }
            MissionResult::ACCEPTED => {}
            MissionResult::INVALID_SEQUENCE => self.probe_further(now),
            MissionResult::OPERATION_CANCELLED if self.asked.is_none() => {}
            MissionResult::OPERATION_CANCELLED | MissionResult::NO_SPACE => self.refuse(ack.result),
            result if result.is_about_an_item() => self.refuse(result),
            result => {
                let since = self.complaint.map_or(now, |(_, since)| since);
                self.complaint = Some((result, since));
            }
        }
    }

    fn refuse(&mut self, result: MissionResult) {
        self.outbox.clear();
        self.outcome = Some(UploadOutcome::Refused {
            result,
            seq: self.asked,
        });
    }

    /// "Not this item": after a repeated one it means that the vehicle is farther than its requests that came
    /// through. One step for each silence, so that copies of the answer do not multiply.
    fn probe_further(&mut self, now: TimeUs) {
        let Some(asked) = self.asked.filter(|_| self.may_probe) else {
            return;
        };
        self.may_probe = false;
        self.probe = if self.probe >= FARTHEST_PROBE {
            0
        } else {
            self.probe + 1
        };
        self.timer.note_sent(self.pace.item, now);
        let message = self.item(asked.saturating_add(self.probe));
        self.outbox.push_back(message);
    }
}
