//! Many parameters to one vehicle, one after the other, with a definite outcome for each and what it takes
//! to undo them.
//!
//! Each is read first: for its type, for the old value, and because most need no writing at all. What the
//! vehicle does not know is tried again at the end, for `*_ENABLE` makes new parameters appear.

use std::collections::VecDeque;

use super::{
    get::ParamGet,
    terms::ParamTerms,
    trouble::ParamTrouble,
    write::{ParamWrite, WriteOutcome},
};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        params::{
            name::ParamName,
            set::ParamSet,
            traffic::ParamError,
            value::{ParamValue, ParamValueError},
        },
        report::Report,
        time::TimeUs,
        transfer::OnFailure,
    },
    protocol::step::Step,
};

/// Parameters in a row without an answer before the rest is left alone.
const MOST_UNANSWERED: u8 = 5;

/// What became of one parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParamOutcome {
    /// It had the value already.
    Unchanged,
    /// It has the value now.
    Set {
        /// The value before.
        old: ParamValue,
    },
    /// The vehicle chose another value.
    Kept {
        /// The value before.
        old: ParamValue,
        /// The value now.
        kept: ParamValue,
    },
    /// It was not set, and why.
    Failed(ParamTrouble),
    /// It may be set or not.
    Unconfirmed {
        /// The value before.
        old: ParamValue,
    },
    /// Stopped before its turn.
    NotTried,
}

impl ParamOutcome {
    /// Whether the vehicle has what was asked for.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self, Self::Unchanged | Self::Set { .. })
    }
}

/// One parameter, what it was to become, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParamResult {
    /// Which.
    pub name: ParamName,
    /// What was asked for.
    pub asked: ParamValue,
    /// What became of it.
    pub outcome: ParamOutcome,
}

impl ParamResult {
    /// The result as a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { name, asked, .. } = self;
        match self.outcome {
            ParamOutcome::Unchanged => format!("{name} was {asked} already"),
            ParamOutcome::Set { old } => format!("{name}: {old} → {asked}"),
            ParamOutcome::Kept { old, kept } => {
                format!("{name} was {old} and to become {asked}, the vehicle kept {kept} instead")
            }
            ParamOutcome::Failed(trouble) => trouble.to_string(),
            ParamOutcome::Unconfirmed { old } => {
                format!("{name} was {old} and to become {asked}, no answer: it may be set or not")
            }
            ParamOutcome::NotTried => format!("{name} was not tried"),
        }
    }
}

/// What became of all of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BatchReport {
    /// In the order they were done, those not tried last.
    pub results: Vec<ParamResult>,
    /// The old values of everything that has changed or may have: writing them undoes the batch.
    pub rollback: ParamSet,
}

#[derive(Debug, Clone)]
enum Work {
    Reading(ParamGet),
    Writing(ParamWrite, ParamValue),
}

#[derive(Debug, Clone)]
struct Item {
    name: ParamName,
    asked: ParamValue,
    work: Work,
}

/// Many parameters on their way.
#[derive(Debug, Clone)]
pub struct ParamBatch {
    terms: ParamTerms,
    on_failure: OnFailure,
    todo: VecDeque<(ParamName, ParamValue)>,
    /// Unknown to the vehicle so far, and how that was found out.
    unknown: Vec<(ParamName, ParamValue, ParamTrouble)>,
    is_second_pass: bool,
    /// In a row without an answer.
    unanswered: u8,
    current: Option<Item>,
    report: BatchReport,
}

impl ParamBatch {
    /// Everything in `wanted`, nothing sent yet. Numbers are brought into the vehicle's own types.
    #[must_use]
    pub fn new(terms: ParamTerms, wanted: &ParamSet, on_failure: OnFailure) -> Self {
        let mut todo: Vec<_> = wanted.iter().collect();
        // What switches others on comes first, names otherwise in order.
        todo.sort_by_key(|(name, _)| !name.as_str().ends_with("_ENABLE"));
        Self {
            terms,
            on_failure,
            todo: todo.into(),
            unknown: Vec::new(),
            is_second_pass: false,
            unanswered: 0,
            current: None,
            report: BatchReport::default(),
        }
    }

    /// Done so far, and in all.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let waiting = self.todo.len() + self.unknown.len() + usize::from(self.current.is_some());
        let done = self.report.results.len();
        (done, done + waiting)
    }

    /// No further one is begun; the one on its way still gets its definite outcome.
    pub fn abort(&mut self) {
        for (name, asked, trouble) in self.unknown.drain(..) {
            let outcome = ParamOutcome::Failed(trouble);
            self.report.results.push(ParamResult {
                name,
                asked,
                outcome,
            });
        }
        for (name, asked) in self.todo.drain(..) {
            let outcome = ParamOutcome::NotTried;
            self.report.results.push(ParamResult {
                name,
                asked,
                outcome,
            });
        }
    }

    /// Nothing more is sent, of the one on its way neither: what is known of all of them now.
    #[must_use]
    pub fn give_up(mut self) -> BatchReport {
        self.abort();
        let outcome = self.current.as_ref().map(|item| match item.work {
            Work::Writing(ref write, old) if write.is_sent() => ParamOutcome::Unconfirmed { old },
            Work::Reading(_) | Work::Writing(..) => ParamOutcome::NotTried,
        });
        if let Some(outcome) = outcome {
            self.finish(outcome);
        }
        self.report
    }

    /// A report from `sender`; returns whether it belongs to the one on its way.
    pub fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        match self.current.as_mut().map(|item| &mut item.work) {
            None => false,
            Some(Work::Reading(get)) => get.on_report(sender, report, own, now),
            Some(Work::Writing(write, _)) => write.on_report(sender, report, own, now),
        }
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step<BatchReport> {
        loop {
            if self.current.is_none() {
                self.current = self.next();
            }
            let Some(item) = &mut self.current else {
                return Step::Done(self.report.clone());
            };
            match &mut item.work {
                Work::Reading(get) => match get.poll(now) {
                    Step::Wait => return Step::Wait,
                    Step::Send(message) => return Step::Send(message),
                    Step::Done(read) => {
                        self.terms = get.terms();
                        self.on_read(read);
                    }
                },
                Work::Writing(write, old) => match write.poll(now) {
                    Step::Wait => return Step::Wait,
                    Step::Send(message) => return Step::Send(message),
                    Step::Done(outcome) => {
                        self.terms = write.terms();
                        let outcome = written(outcome, *old);
                        self.finish(outcome);
                    }
                },
            }
        }
    }

    fn next(&mut self) -> Option<Item> {
        if self.todo.is_empty() && !self.is_second_pass {
            self.is_second_pass = true;
            let changed = self.report.results.iter().any(|result| {
                matches!(
                    result.outcome,
                    ParamOutcome::Set { .. } | ParamOutcome::Kept { .. }
                )
            });
            if changed {
                let unknown = self.unknown.drain(..);
                self.todo = unknown.map(|(name, asked, _)| (name, asked)).collect();
            } else {
                // Nothing has changed that could have made them appear.
                self.abort();
            }
        }
        let (name, asked) = self.todo.pop_front()?;
        let work = Work::Reading(ParamGet::new(self.terms, name));
        Some(Item { name, asked, work })
    }

    fn on_read(&mut self, read: Result<ParamValue, ParamTrouble>) {
        let Some(item) = &mut self.current else {
            return;
        };
        let (name, asked) = (item.name, item.asked);
        match read.and_then(|old| Ok((old, fitted(name, asked, old)?))) {
            Ok((old, asked)) if old.is_same(asked) => self.finish(ParamOutcome::Unchanged),
            Ok((old, asked)) => {
                let write = ParamWrite::new(self.terms, name, asked);
                item.work = Work::Writing(write, old);
            }
            Err(trouble) if !self.is_second_pass && self.may_appear(trouble) => {
                self.unknown.push((name, asked, trouble));
                self.current = None;
                self.count_silence(matches!(trouble, ParamTrouble::NotAnswered(_)));
            }
            Err(trouble) => self.finish(ParamOutcome::Failed(trouble)),
        }
    }

    /// Whether the parameter may be one that another of the batch brings to light. Many vehicles say nothing
    /// of names they do not know.
    fn may_appear(&self, trouble: ParamTrouble) -> bool {
        match trouble {
            ParamTrouble::Refused { error, .. } => error == ParamError::DOES_NOT_EXIST,
            ParamTrouble::NotAnswered(_) => self.on_failure == OnFailure::GoOn,
            _ => false,
        }
    }

    /// A vehicle that answers nothing any more is not asked for hours.
    fn count_silence(&mut self, is_silent: bool) {
        self.unanswered = if is_silent { self.unanswered + 1 } else { 0 };
        if self.unanswered >= MOST_UNANSWERED {
            self.abort();
        }
    }

    fn finish(&mut self, outcome: ParamOutcome) {
        let Some(Item { name, asked, .. }) = self.current.take() else {
            return;
        };
        match outcome {
            ParamOutcome::Set { old }
            | ParamOutcome::Unconfirmed { old }
            | ParamOutcome::Kept { old, .. } => drop(self.report.rollback.insert(name, old)),
            _ => {}
        }
        self.report.results.push(ParamResult {
            name,
            asked,
            outcome,
        });
        if self.on_failure == OnFailure::Stop && !outcome.is_success() {
            self.abort();
        }
        self.count_silence(matches!(
            outcome,
            ParamOutcome::Unconfirmed { .. } | ParamOutcome::Failed(ParamTrouble::NotAnswered(_))
        ));
    }
}

fn written(outcome: WriteOutcome, old: ParamValue) -> ParamOutcome {
    match outcome {
        WriteOutcome::Set(_) => ParamOutcome::Set { old },
        WriteOutcome::Kept(kept) => ParamOutcome::Kept { old, kept },
        WriteOutcome::Failed(trouble) => ParamOutcome::Failed(trouble),
        WriteOutcome::Unconfirmed => ParamOutcome::Unconfirmed { old },
    }
}

/// What was asked for in the parameter's own type.
fn fitted(name: ParamName, asked: ParamValue, old: ParamValue) -> Result<ParamValue, ParamTrouble> {
    if asked.kind() == old.kind() {
        return Ok(asked);
    }
    let unfit = |reason: ParamValueError| ParamTrouble::Unfit { name, reason };
    ParamValue::from_number(asked.as_f64(), old.kind()).map_err(unfit)
}
