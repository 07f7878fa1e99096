//! One parameter by its name, asked until it is heard or refused.

use super::{
    terms::{ParamTerms, is_for},
    trouble::ParamTrouble,
};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        params::{
            name::ParamName,
            traffic::{ParamHeard, ParamReport, ParamRequest},
            value::{ParamType, ParamValue},
        },
        report::Report,
        time::TimeUs,
        transmission::Outgoing,
    },
    protocol::step::Step,
};

/// Tries in all: reading changes nothing.
const TRIES: u8 = 5;

/// A parameter being asked for.
#[derive(Debug, Clone)]
pub struct ParamGet {
    terms: ParamTerms,
    name: ParamName,
    sent: u8,
    sent_at: TimeUs,
    deadline: TimeUs,
    outcome: Option<Result<ParamValue, ParamTrouble>>,
}

impl ParamGet {
    /// `name`, not asked for yet.
    #[must_use]
    pub const fn new(terms: ParamTerms, name: ParamName) -> Self {
        Self {
            terms,
            name,
            sent: 0,
            sent_at: TimeUs(i64::MIN),
            deadline: TimeUs(i64::MIN),
            outcome: None,
        }
    }

    /// What is being asked for.
    #[must_use]
    pub const fn name(&self) -> ParamName {
        self.name
    }

    /// Tries so far.
    #[must_use]
    pub const fn progress(&self) -> u8 {
        self.sent
    }

    /// The terms, with the round trip as measured.
    #[must_use]
    pub const fn terms(&self) -> ParamTerms {
        self.terms
    }

    /// A report from `sender`; returns whether it ends this.
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
        let outcome = match self.terms.value(sender, report) {
            Some(heard) if heard.name == self.name => value(&self.terms, heard),
            _ => match refusal(&self.terms, self.name, (sender, report, own)) {
                Some(trouble) => Err(trouble),
                None => return false,
            },
        };
        if self.sent == 1 {
            self.terms.patience.measured(now.since(self.sent_at));
        }
        self.outcome = Some(outcome);
        true
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step<Result<ParamValue, ParamTrouble>> {
        if let Some(outcome) = self.outcome {
            return Step::Done(outcome);
        }
        if now < self.deadline {
            return Step::Wait;
        }
        if self.sent >= TRIES {
            let outcome = Err(ParamTrouble::NotAnswered(self.name));
            return Step::Done(*self.outcome.insert(outcome));
        }
        self.sent += 1;
        self.sent_at = now;
        self.deadline = now.plus(self.terms.patience.wait(self.sent));
        Step::Send(Outgoing::Param(ParamRequest::Read {
            target: self.terms.target,
            name: self.name,
        }))
    }
}

/// The value in a PARAM_VALUE.
pub(super) fn value(terms: &ParamTerms, heard: &ParamHeard) -> Result<ParamValue, ParamTrouble> {
    let kind = ParamType::from_number(heard.kind);
    let value = kind.and_then(|kind| terms.encoding.decode(heard.bits, kind));
    value.ok_or(ParamTrouble::Unreadable {
        name: heard.name,
        kind: heard.kind,
    })
}

/// A PARAM_ERROR about `name`, from the target to this station.
pub(super) fn refusal(
    terms: &ParamTerms,
    name: ParamName,
    (sender, report, own): ((SystemId, ComponentId), &Report, (SystemId, ComponentId)),
) -> Option<ParamTrouble> {
    let Report::Param(ParamReport::Error(refusal)) = report else {
        return None;
    };
    let for_us = is_for(refusal.target_system, refusal.target_component, own);
    let is_ours = terms.is_target(sender) && for_us && refusal.name == Some(name);
    is_ours.then_some(ParamTrouble::Refused {
        name,
        error: refusal.error,
    })
}
