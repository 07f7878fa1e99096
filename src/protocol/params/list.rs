//! All parameters by PARAM_REQUEST_LIST: what the list left out is asked for by its place, a few at once.
//!
//! ```text
//! Listing ──silence──► Filling ──every place heard, every name once──► Complete
//!    ▲  more than half missing, or the list has become another one │
//!    └─────────────────────────────────────────────────────────────┘   4 times at most
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    get::value,
    index::{Index, Place},
    pace::Pace,
    terms::{ParamTerms, is_for},
    trouble::ListTrouble,
};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        params::{
            name::ParamName,
            set::ParamSet,
            traffic::{ParamHeard, ParamReport, ParamRequest},
            value::{ParamType, ParamValue},
        },
        report::Report,
        time::TimeUs,
        transmission::Outgoing,
    },
    protocol::step::Step,
};

/// PX4's hash over all parameters, sent as if it were one.
pub(super) const HASH_CHECK: &str = "_HASH_CHECK";
/// Lists asked for in all.
const MOST_LISTS: u8 = 4;
/// Single requests without an answer in a row before it is given up.
const MOST_SILENCE: usize = 24;
/// A list that pauses for less has not ended.
const SHORTEST_SILENCE: Duration = Duration::from_millis(600);

/// What all parameters came to.
#[derive(Debug, Clone, PartialEq)]
pub enum ListOutcome {
    /// Every one of them.
    Complete {
        /// The parameters.
        set: ParamSet,
        /// PX4's hash over them.
        hash: Option<u32>,
        /// Names whose values cannot be read over this protocol; they count, but are not in the set.
        unreadable: Vec<ParamName>,
    },
    /// The hash is the one that was known: nothing has changed.
    Unchanged {
        /// The hash.
        hash: u32,
    },
    /// Not all of them.
    Failed(ListTrouble),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Listing,
    Filling,
}

#[derive(Debug, Clone, Copy)]
struct Ask {
    index: u16,
    tries: u8,
    sent_at: TimeUs,
    deadline: TimeUs,
}

/// How far a list has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListProgress {
    /// Parameters heard.
    pub heard: usize,
    /// Parameters there are; `None` before the first.
    pub count: Option<u16>,
    /// Another station is downloading too, and we go slowly.
    pub is_shared: bool,
    /// How often the vehicle's list has become another one meanwhile.
    pub changes: u16,
}

/// All parameters on their way.
#[derive(Debug, Clone)]
pub struct ParamList {
    terms: ParamTerms,
    window: usize,
    known_hash: Option<u32>,
    phase: Phase,
    lists: u8,
    deadline: TimeUs,
    heard_at: TimeUs,
    pause: Duration,
    index: Index,
    /// `None`: heard, and not to be read.
    values: BTreeMap<ParamName, Option<ParamValue>>,
    in_flight: Vec<Ask>,
    /// Places asked for since the last list.
    asked: BTreeSet<u16>,
    silence: usize,
    pace: Pace,
    hash: Option<u32>,
    /// The word that stops PX4's list, to be sent before the end.
    stop: Option<Outgoing>,
    outcome: Option<ListOutcome>,
}

impl ParamList {
    /// A list not asked for yet. `window`: single requests in flight at most; `known_hash`: of a cached set.
    #[must_use]
    pub const fn new(terms: ParamTerms, window: usize, known_hash: Option<u32>) -> Self {
        Self {
            terms,
            window: if window == 0 { 1 } else { window },
            known_hash,
            phase: Phase::Listing,
            lists: 0,
            deadline: TimeUs(i64::MIN),
            heard_at: TimeUs(i64::MIN),
            pause: Duration::ZERO,
            index: Index::new(),
            values: BTreeMap::new(),
            in_flight: Vec::new(),
            asked: BTreeSet::new(),
            silence: 0,
            pace: Pace::new(),
            hash: None,
            stop: None,
            outcome: None,
        }
    }

    /// How far it has come at `now`.
    #[must_use]
    pub fn progress(&self, now: TimeUs) -> ListProgress {
        ListProgress {
            heard: self.index.known(),
            count: Some(self.index.count()).filter(|count| *count > 0),
            is_shared: self.pace.is_shared(now),
            changes: self.index.changes(),
        }
    }

    /// A report from `sender`; returns whether it belongs to this list.
    pub fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        if self.lists == 0 || self.outcome.is_some() {
            return false;
        }
        if let Some(heard) = self.terms.value(sender, report) {
            self.on_value(heard, now);
            return true;
        }
        match report {
            Report::Param(ParamReport::Asked {
                target_system,
                target_component,
            }) if sender != own => {
                let target = (self.terms.target.system(), self.terms.target.component());
                if is_for(*target_system, *target_component, target) {
                    self.pace.heard_request(now);
                }
                false
            }
            Report::Param(ParamReport::Error(refusal)) => {
                let for_us = is_for(refusal.target_system, refusal.target_component, own);
                self.terms.is_target(sender) && for_us && self.on_refusal(refusal.index, now)
            }
            _ => false,
        }
    }

    /// A place that does not exist (any more) is not waited for. Returns whether it was asked for.
    fn on_refusal(&mut self, index: Option<u16>, now: TimeUs) -> bool {
        let ask = self
            .in_flight
            .iter_mut()
            .find(|ask| Some(ask.index) == index);
        ask.map(|ask| ask.deadline = now).is_some()
    }

    fn on_value(&mut self, heard: &ParamHeard, now: TimeUs) {
        if heard.name.as_str() == HASH_CHECK {
            return self.on_hash(heard.bits, now);
        }
        let place = self.index.hear(heard.name, heard.index, heard.count);
        if place == Place::Outside && !self.values.contains_key(&heard.name) {
            return;
        }
        self.values
            .insert(heard.name, value(&self.terms, heard).ok());
        let ask = self
            .in_flight
            .iter()
            .position(|ask| ask.index == heard.index);
        if let Some(ask) = ask.map(|at| self.in_flight.swap_remove(at)) {
            if ask.tries == 1 {
                self.terms.patience.measured(now.since(ask.sent_at));
            }
        } else if place == Place::Again
            && self.phase == Phase::Filling
            && !self.asked.contains(&heard.index)
        {
            self.pace.heard_repeat(now);
        }
        if place == Place::New {
            self.silence = 0;
            let index = &self.index;
            self.in_flight
                .retain(|ask| ask.index < index.count() && !index.is_known(ask.index));
        }
        if self.phase == Phase::Listing && place != Place::Outside {
            self.on_listed(now, heard.index + 1 == heard.count);
        }
    }

    /// The list goes on: when will it have ended?
    fn on_listed(&mut self, now: TimeUs, is_last: bool) {
        let pause = now.since(self.heard_at).min(Duration::from_secs(2));
        self.pause = if self.index.known() <= 1 {
            Duration::ZERO
        } else {
            pause.max((self.pause * 7 + pause) / 8)
        };
        self.heard_at = now;
        let silence = if is_last {
            Duration::from_millis(100)
        } else {
            SHORTEST_SILENCE.max(self.pause * 4)
        };
        self.deadline = now.plus(silence);
    }

    fn on_hash(&mut self, hash: u32, now: TimeUs) {
        self.hash = Some(hash);
        self.deadline = self.deadline.max(now.plus(SHORTEST_SILENCE));
        if self.known_hash == Some(hash) {
            if let Ok(name) = ParamName::new(HASH_CHECK) {
                self.stop = Some(Outgoing::Param(ParamRequest::Set {
                    target: self.terms.target,
                    name,
                    bits: hash,
                    kind: ParamType::U32.number(),
                }));
            }
            self.outcome = Some(ListOutcome::Unchanged { hash });
        }
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step<ListOutcome> {
        if let Some(stop) = self.stop.take() {
            return Step::Send(stop);
        }
        if let Some(outcome) = &self.outcome {
            return Step::Done(outcome.clone());
        }
        if self.index.is_whole() {
            return self.whole(now);
        }
        if self.phase == Phase::Listing {
            if now < self.deadline {
                return Step::Wait;
            }
            if self.lists == 0 || self.index.known() == 0 {
                return self.list(now, ListTrouble::NotAnswered);
            }
            self.phase = Phase::Filling;
            self.silence = 0;
        }
        self.fill(now)
    }

    fn list(&mut self, now: TimeUs, otherwise: ListTrouble) -> Step<ListOutcome> {
        if self.lists >= MOST_LISTS {
            return self.done(ListOutcome::Failed(otherwise));
        }
        self.lists += 1;
        self.phase = Phase::Listing;
        self.heard_at = now;
        self.in_flight.clear();
        self.asked.clear();
        self.pace.expect_repeats();
        // The vehicle may have much else to send before.
        let wait = self
            .terms
            .patience
            .wait(self.lists)
            .max(Duration::from_secs(1));
        self.deadline = now.plus(wait);
        Step::Send(Outgoing::Param(ParamRequest::List {
            target: self.terms.target,
        }))
    }

    fn fill(&mut self, now: TimeUs) -> Step<ListOutcome> {
        let missing = usize::from(self.index.count()) - self.index.known();
        let count = self.index.count();
        if missing * 2 > usize::from(count) && self.lists < MOST_LISTS {
            return self.list(now, ListTrouble::Unstable);
        }
        let overdue = self.in_flight.iter().position(|ask| now >= ask.deadline);
        if let Some(at) = overdue {
            let ask = self.in_flight.swap_remove(at);
            self.silence += 1;
            if self.silence > MOST_SILENCE {
                return self.done(ListOutcome::Failed(ListTrouble::Incomplete {
                    missing,
                    count,
                }));
            }
            return self.ask(ask.index, ask.tries.saturating_add(1), now);
        }
        if self.in_flight.len() >= self.pace.window(self.window, now) {
            return Step::Wait;
        }
        let is_asked = |index: &u16| self.in_flight.iter().any(|ask| ask.index == *index);
        let next = self.index.missing().find(|index| !is_asked(index));
        match next {
            Some(index) => self.ask(index, 1, now),
            None => Step::Wait,
        }
    }

    fn ask(&mut self, index: u16, tries: u8, now: TimeUs) -> Step<ListOutcome> {
        let slower = if self.pace.is_shared(now) { 3 } else { 1 };
        self.asked.insert(index);
        self.in_flight.push(Ask {
            index,
            tries,
            sent_at: now,
            deadline: now.plus(self.terms.patience.wait(tries) * slower),
        });
        Step::Send(Outgoing::Param(ParamRequest::ReadIndex {
            target: self.terms.target,
            index,
        }))
    }

    /// Every place was heard; were they all of one list?
    fn whole(&mut self, now: TimeUs) -> Step<ListOutcome> {
        let named = self
            .index
            .names()
            .map(|name| (name, self.values.get(&name).copied().flatten()));
        let named: BTreeMap<ParamName, Option<ParamValue>> = named.collect();
        if named.len() != usize::from(self.index.count()) {
            // One name at two places: the list moved while its length stayed.
            self.index.forget();
            return self.list(now, ListTrouble::Unstable);
        }
        let unreadable: Vec<ParamName> = named
            .iter()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| *name)
            .collect();
        let read = named
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        let mut set: ParamSet = read.collect();
        set.expect(self.index.count() - unreadable.len() as u16);
        self.done(ListOutcome::Complete {
            set,
            hash: self.hash,
            unreadable,
        })
    }

    fn done(&mut self, outcome: ListOutcome) -> Step<ListOutcome> {
        Step::Done(self.outcome.insert(outcome).clone())
    }
}
