//! One parameter set and read back: accepted only by a PARAM_VALUE of its name with the value asked for.
//!
//! ```text
//! PARAM_SET ×3 ─► the value asked for: Set
//!       │ another value, or nothing
//!       ▼
//! PARAM_REQUEST_READ ×5 ─► the value asked for: Set · another: Kept · nothing: Unconfirmed
//! ```
//! A PARAM_SET has no number, and a list that is being sent may bring the old value just after it: another value is
//! believed only in answer to a read that was sent once the sets had had their time.

use std::cmp::Ordering;

use super::{
    get::{ParamGet, refusal, value},
    terms::ParamTerms,
    trouble::ParamTrouble,
};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        params::{
            encoding::ParamEncoding, name::ParamName, traffic::ParamRequest, value::ParamValue,
        },
        report::Report,
        time::TimeUs,
        transmission::Outgoing,
    },
    protocol::step::Step,
};

/// PARAM_SET is idempotent: a repeat sets the same value again.
const TRIES: u8 = 3;

/// How a write ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WriteOutcome {
    /// The vehicle has the value.
    Set(ParamValue),
    /// The vehicle answered, and has this instead.
    Kept(ParamValue),
    /// The vehicle said why not, or what was asked for cannot be sent.
    Failed(ParamTrouble),
    /// Nothing came back to any PARAM_SET and any read: it may have the value or not.
    Unconfirmed,
}

impl WriteOutcome {
    /// The outcome as a sentence.
    #[must_use]
    pub fn words(self, name: ParamName, asked: ParamValue) -> String {
        match self {
            Self::Set(value) => format!("{name} is now {value}"),
            Self::Kept(kept) => {
                format!("{name} was to become {asked}, the vehicle kept {kept} instead")
            }
            Self::Failed(trouble) => trouble.to_string(),
            Self::Unconfirmed => {
                format!("{name} was to become {asked}, no answer: it may be set or not")
            }
        }
    }
}

/// A parameter being set.
#[derive(Debug, Clone)]
pub struct ParamWrite {
    terms: ParamTerms,
    name: ParamName,
    asked: ParamValue,
    sent: u8,
    sent_at: TimeUs,
    deadline: TimeUs,
    /// The read that decides, once the sets have had their time.
    check: Option<ParamGet>,
    outcome: Option<WriteOutcome>,
}

impl ParamWrite {
    /// `name` to `asked`, which must have the parameter's own type (PX4 copies its bytes); not sent yet.
    #[must_use]
    pub const fn new(terms: ParamTerms, name: ParamName, asked: ParamValue) -> Self {
        Self {
            terms,
            name,
            asked,
            sent: 0,
            sent_at: TimeUs(i64::MIN),
            deadline: TimeUs(i64::MIN),
            check: None,
            outcome: None,
        }
    }

    /// Tries so far.
    #[must_use]
    pub fn progress(&self) -> u8 {
        self.sent + self.check.as_ref().map_or(0, ParamGet::progress)
    }

    /// Whether the vehicle may have heard of it.
    #[must_use]
    pub const fn is_sent(&self) -> bool {
        self.sent > 0
    }

    /// The terms, with the round trip as measured.
    #[must_use]
    pub const fn terms(&self) -> ParamTerms {
        self.terms
    }

    /// A report from `sender`; returns whether it says anything about this write.
    pub fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        if self.sent == 0 || self.outcome.is_some() {
            return false;
        }
        if let Some(trouble) = refusal(&self.terms, self.name, (sender, report, own)) {
            self.outcome = Some(WriteOutcome::Failed(trouble));
            return true;
        }
        let heard = self.terms.value(sender, report);
        let Some(heard) = heard.filter(|heard| heard.name == self.name) else {
            return false;
        };
        if let Ok(value) = value(&self.terms, heard)
            && self.is_asked(value)
        {
            if self.sent == 1 && self.check.is_none() {
                self.terms.patience.measured(now.since(self.sent_at));
            }
            self.outcome = Some(WriteOutcome::Set(value));
        } else if let Some(check) = &mut self.check {
            check.on_report(sender, report, own, now);
        } else {
            // Not what was asked for: no need to set it again before it has been read.
            self.sent = TRIES;
        }
        true
    }

    /// ArduPilot keeps floats: what was asked for is what a float can hold of it.
    fn is_asked(&self, value: ParamValue) -> bool {
        match self.terms.encoding {
            ParamEncoding::Cast => {
                let (heard, asked) = (value.as_f32(), self.asked.as_f32());
                heard.partial_cmp(&asked) == Some(Ordering::Equal)
                    || (heard.is_nan() && asked.is_nan())
            }
            ParamEncoding::Bytewise => value == self.asked,
        }
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step<WriteOutcome> {
        if let Some(outcome) = self.outcome {
            return Step::Done(outcome);
        }
        if now < self.deadline {
            return Step::Wait;
        }
        if self.sent >= TRIES {
            return self.poll_check(now);
        }
        let Some(bits) = self.terms.encoding.encode(self.asked) else {
            return self.done(WriteOutcome::Failed(ParamTrouble::Unsendable {
                name: self.name,
                kind: self.asked.kind(),
            }));
        };
        self.sent += 1;
        self.sent_at = now;
        self.deadline = now.plus(self.terms.patience.wait(self.sent));
        Step::Send(Outgoing::Param(ParamRequest::Set {
            target: self.terms.target,
            name: self.name,
            bits,
            kind: self.asked.kind().number(),
        }))
    }

    fn poll_check(&mut self, now: TimeUs) -> Step<WriteOutcome> {
        let (terms, name) = (self.terms, self.name);
        let check = self.check.get_or_insert_with(|| ParamGet::new(terms, name));
        match check.poll(now) {
            Step::Wait => Step::Wait,
            Step::Send(message) => Step::Send(message),
            Step::Done(Ok(value)) => self.done(WriteOutcome::Kept(value)),
            Step::Done(Err(ParamTrouble::NotAnswered(_))) => self.done(WriteOutcome::Unconfirmed),
            Step::Done(Err(trouble)) => self.done(WriteOutcome::Failed(trouble)),
        }
    }

    fn done(&mut self, outcome: WriteOutcome) -> Step<WriteOutcome> {
        Step::Done(*self.outcome.insert(outcome))
    }
}
