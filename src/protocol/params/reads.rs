//! A few parameters by name, one after the other, each with a definite answer.

use std::collections::VecDeque;

use super::{get::ParamGet, terms::ParamTerms, trouble::ParamTrouble};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        params::{name::ParamName, value::ParamValue},
        report::Report,
        time::TimeUs,
    },
    protocol::step::Step,
};

/// What became of one.
pub type ReadResult = (ParamName, Result<ParamValue, ParamTrouble>);

/// Several parameters being read.
#[derive(Debug, Clone)]
pub struct ParamReads {
    terms: ParamTerms,
    todo: VecDeque<ParamName>,
    current: Option<(ParamName, ParamGet)>,
    results: Vec<ReadResult>,
}

impl ParamReads {
    /// Not begun.
    #[must_use]
    pub fn new(terms: ParamTerms, names: &[ParamName]) -> Self {
        Self {
            terms,
            todo: names.iter().copied().collect(),
            current: None,
            results: Vec::new(),
        }
    }

    /// Over so far, and in all.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let waiting = self.todo.len() + usize::from(self.current.is_some());
        (self.results.len(), self.results.len() + waiting)
    }

    /// A report from `sender`; returns whether it belongs to the one on its way.
    pub fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        let current = self.current.as_mut();
        current.is_some_and(|(_, get)| get.on_report(sender, report, own, now))
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step<Vec<ReadResult>> {
        loop {
            if self.current.is_none() {
                let terms = self.terms;
                let next = self.todo.pop_front();
                self.current = next.map(|name| (name, ParamGet::new(terms, name)));
            }
            let Some((name, get)) = &mut self.current else {
                return Step::Done(self.results.clone());
            };
            match get.poll(now) {
                Step::Wait => return Step::Wait,
                Step::Send(message) => return Step::Send(message),
                Step::Done(result) => {
                    self.terms = get.terms();
                    self.results.push((*name, result));
                    self.current = None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            params::{
                encoding::ParamEncoding,
                traffic::{ParamHeard, ParamReport},
            },
            transmission::Target,
        },
        protocol::patience::Patience,
    };

    const VEHICLE: (SystemId, ComponentId) = (SystemId(7), ComponentId(1));
    const OWN: (SystemId, ComponentId) = (SystemId(255), ComponentId(25));

    #[test]
    fn each_name_gets_its_own_answer_and_silence_is_one_too() {
        let terms = ParamTerms {
            target: Target::new(VEHICLE.0, VEHICLE.1).unwrap(),
            encoding: ParamEncoding::Cast,
            patience: Patience::NORMAL,
        };
        let names = ["A", "B"].map(|name| ParamName::new(name).unwrap());
        let mut reads = ParamReads::new(terms, &names);
        let mut now = TimeUs::from_ms(0);
        assert!(matches!(reads.poll(now), Step::Send(_)));
        let answer = Report::Param(ParamReport::Value(ParamHeard {
            name: names[0],
            bits: 2.0_f32.to_bits(),
            kind: 9,
            index: 0,
            count: 2,
        }));
        assert!(reads.on_report(VEHICLE, &answer, OWN, now));
        let results = loop {
            match reads.poll(now) {
                Step::Done(results) => break results,
                _ => now = now.plus(std::time::Duration::from_millis(50)),
            }
        };
        assert_eq!(results[0], (names[0], Ok(ParamValue::Real32(2.0))));
        assert_eq!(
            results[1],
            (names[1], Err(ParamTrouble::NotAnswered(names[1])))
        );
        assert_eq!(reads.progress(), (2, 2));
    }
}
