//! What came of a conversation, in the words of an operator, and what is known of the vehicle from now on.

use std::sync::Arc;

use crate::{
    model::{
        holdings::{HeldParams, HeldPlan},
        mission::PlanKind,
        params::{name::ParamName, set::ParamSet, value::ParamValue},
        time::TimeUs,
        transfer::PlanList,
        transfer_report::{Outcome, ParamLine, PutResult, TransferState},
        words::Severity,
    },
    protocol::{
        mission::{
            clear::ClearOutcome,
            compare::Difference,
            download::{DownloadOutcome, Downloaded},
            numbering::Stack,
            outcome::{Ending, Holds, PutOutcome},
            pace::Progress,
        },
        params::{
            batch::{BatchReport, ParamOutcome, ParamResult},
            download::DownloadOutcome as ParamsOutcome,
            reads::ReadResult,
            trouble::{ListTrouble, PackTrouble, ParamTrouble},
        },
    },
};

/// The definite end of a transfer.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::fleet) struct Conclusion {
    pub(in crate::fleet) state: TransferState,
    pub(in crate::fleet) severity: Severity,
    pub(in crate::fleet) text: String,
    pub(in crate::fleet) outcome: Option<Outcome>,
    pub(in crate::fleet) learned: Learned,
}

/// What is known of the vehicle now.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::fleet) enum Learned {
    /// Nothing new.
    Nothing,
    /// What a list holds.
    Plan(Arc<HeldPlan>),
    /// That what was read of a list need not be true any more.
    PlanInDoubt(PlanKind, &'static str),
    /// Every parameter.
    Params(Arc<HeldParams>),
    /// That all parameters are still those of this hash.
    ParamsUnchanged(u32),
    /// Some parameters.
    Values(Vec<(ParamName, ParamValue)>),
}

/// How loud an end is.
const fn loudness(state: TransferState) -> Severity {
    match state {
        TransferState::Done | TransferState::Cancelled => Severity::INFO,
        _ => Severity::WARNING,
    }
}

const BROKEN_OFF: &str = "an upload broke off";

impl Conclusion {
    fn new(state: TransferState, text: impl Into<String>) -> Self {
        Self {
            state,
            severity: loudness(state),
            text: text.into(),
            outcome: None,
            learned: Learned::Nothing,
        }
    }

    /// Somebody here broke it off.
    pub(in crate::fleet) fn cancelled(text: &str) -> Self {
        Self::new(TransferState::Cancelled, text)
    }

    /// It cannot go on.
    pub(in crate::fleet) fn failed(text: impl Into<String>) -> Self {
        Self::new(TransferState::Failed, text)
    }

    /// This station did not begin it.
    pub(in crate::fleet) fn refused(text: impl Into<String>) -> Self {
        Self::new(TransferState::Refused, text)
    }

    fn with(mut self, outcome: Outcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    fn learning(mut self, learned: Learned) -> Self {
        self.learned = learned;
        self
    }
}

/// A list was read.
pub(super) fn get(outcome: Option<&DownloadOutcome>, stack: Stack, now: TimeUs) -> Conclusion {
    match outcome {
        Some(DownloadOutcome::Complete(list)) => {
            let plan = Arc::new(held(list, stack, now));
            let text = format!("{} items", plan.items.len());
            Conclusion::new(TransferState::Done, text)
                .with(Outcome::Plan(Arc::clone(&plan)))
                .learning(Learned::Plan(plan))
        }
        Some(DownloadOutcome::Refused(result)) => {
            let text = format!(
                "the vehicle refused: {} ({})",
                result.words(),
                result.name()
            );
            Conclusion::new(TransferState::Rejected, text)
        }
        Some(DownloadOutcome::TimedOut(progress)) => {
            Conclusion::new(TransferState::TimedOut, silence(*progress))
        }
        Some(DownloadOutcome::Cancelled) | None => {
            Conclusion::cancelled("broken off; nothing aboard has changed")
        }
    }
}

fn silence(progress: Progress) -> String {
    match progress.total {
        None => "no answer to the request for the list".to_owned(),
        Some(total) => format!(
            "the vehicle fell silent after {} of {total} items",
            progress.done
        ),
    }
}

fn held(list: &Downloaded, stack: Stack, now: TimeUs) -> HeldPlan {
    let (home, items) = stack.from_vehicle(list.kind, &list.items);
    HeldPlan {
        kind: list.kind,
        home,
        items,
        opaque_id: list.opaque_id,
        t_ms: now.as_ms(),
        is_coarse: list.is_float,
        doubt: None,
    }
}

/// A list was given.
pub(super) fn put(
    outcome: Option<&PutOutcome>,
    kind: PlanKind,
    sent: &PlanList,
    now: TimeUs,
) -> Conclusion {
    let Some(outcome) = outcome else {
        return Conclusion::failed("it ended without an outcome")
            .learning(Learned::PlanInDoubt(kind, BROKEN_OFF));
    };
    let state = match outcome.ending {
        Ending::Verified => TransferState::Done,
        Ending::Cancelled => TransferState::Cancelled,
        Ending::Refused { .. } => TransferState::Rejected,
        Ending::TimedOut { .. } | Ending::NotBegun => TransferState::TimedOut,
        Ending::Differs | Ending::AcceptedUnread => TransferState::Failed,
    };
    let sentences = |found: &[Difference]| found.iter().map(ToString::to_string).collect();
    let before = outcome.before.as_ref();
    let result = PutResult {
        items: outcome.items,
        is_verified: outcome.is_success(),
        may_be_partial: outcome.may_be_partial(),
        differences: sentences(&outcome.comparison.differences),
        remarks: sentences(&outcome.comparison.remarks),
        before: before.map(|list| Arc::new(held(list, outcome.stack, now))),
    };
    let learned = match outcome.holds {
        Holds::New if outcome.is_success() => Learned::Plan(Arc::new(HeldPlan {
            kind,
            home: sent.home,
            items: sent.items.clone(),
            opaque_id: outcome.opaque_id,
            t_ms: now.as_ms(),
            is_coarse: false,
            doubt: None,
        })),
        Holds::Former => Learned::Nothing,
        _ => Learned::PlanInDoubt(kind, BROKEN_OFF),
    };
    let mut conclusion = Conclusion::new(state, outcome.explain()).learning(learned);
    if outcome.may_be_partial() {
        conclusion.severity = Severity::CRITICAL;
    }
    conclusion.with(Outcome::Put(result))
}

/// A list was emptied.
pub(super) fn clear(outcome: Option<ClearOutcome>, kind: PlanKind, now: TimeUs) -> Conclusion {
    let outcome = outcome.unwrap_or(ClearOutcome::Cancelled);
    let text = outcome.explain(kind);
    let doubt = Learned::PlanInDoubt(kind, "it may have been cleared");
    match outcome {
        ClearOutcome::Cleared => {
            let empty = HeldPlan {
                kind,
                home: None,
                items: Vec::new(),
                opaque_id: None,
                t_ms: now.as_ms(),
                is_coarse: false,
                doubt: None,
            };
            Conclusion::new(TransferState::Done, text)
                .with(Outcome::Cleared)
                .learning(Learned::Plan(Arc::new(empty)))
        }
        ClearOutcome::Refused(_) => Conclusion::new(TransferState::Rejected, text),
        ClearOutcome::StillHolds(_) => Conclusion::failed(text).learning(doubt),
        ClearOutcome::TimedOut { .. } => {
            Conclusion::new(TransferState::TimedOut, text).learning(doubt)
        }
        ClearOutcome::Cancelled => Conclusion::cancelled(&text).learning(doubt),
    }
}

/// All parameters were read.
pub(super) fn params(
    outcome: ParamsOutcome,
    file_trouble: Option<&PackTrouble>,
    now: TimeUs,
) -> Conclusion {
    match outcome {
        ParamsOutcome::Complete(all) => {
            let mut text = format!("{} parameters", all.set.len());
            text.push_str(if all.by_file {
                " as a file"
            } else {
                " as a list"
            });
            if let Some(trouble) = file_trouble {
                text.push_str(&format!(", for the file came to nothing ({trouble})"));
            }
            if !all.unreadable.is_empty() {
                let names: Vec<_> = all.unreadable.iter().map(ParamName::as_str).collect();
                text.push_str(&format!("; unreadable: {}", names.join(", ")));
            }
            let held = Arc::new(HeldParams {
                set: all.set,
                hash: all.hash,
                t_ms: now.as_ms(),
                by_file: all.by_file,
                unreadable: all.unreadable,
                doubt: None,
            });
            Conclusion::new(TransferState::Done, text)
                .with(Outcome::Params(Arc::clone(&held)))
                .learning(Learned::Params(held))
        }
        ParamsOutcome::Unchanged { hash } => Conclusion::new(
            TransferState::Done,
            "they are as they were when they were last read: the vehicle's hash says so",
        )
        .learning(Learned::ParamsUnchanged(hash)),
        ParamsOutcome::Failed(trouble) => {
            let state = match trouble {
                ListTrouble::NotAnswered | ListTrouble::Incomplete { .. } => {
                    TransferState::TimedOut
                }
                ListTrouble::Unstable => TransferState::Failed,
            };
            Conclusion::new(state, trouble.to_string())
        }
    }
}

/// Some parameters were read.
pub(super) fn reads(results: Vec<ReadResult>) -> Conclusion {
    let mut set = ParamSet::new();
    let mut troubles = Vec::new();
    let mut state = TransferState::Done;
    for (name, result) in results {
        match result {
            Ok(value) => drop(set.insert(name, value)),
            Err(trouble) => {
                state = worse(state, of_trouble(&trouble));
                troubles.push(ParamLine {
                    name,
                    asked: None,
                    was: None,
                    now: None,
                    is_success: false,
                    text: trouble.to_string(),
                });
            }
        }
    }
    let learned = Learned::Values(set.iter().collect());
    let mut text = match set.len() {
        1 => set
            .iter()
            .next()
            .map_or_else(String::new, |(name, value)| format!("{name} is {value}")),
        count => format!("{count} parameters read"),
    };
    if let Some(first) = troubles.first() {
        text = one_of(&first.text, troubles.len());
    }
    let set = Arc::new(set);
    Conclusion::new(state, text)
        .with(Outcome::Values { set, troubles })
        .learning(learned)
}

fn one_of(first: &str, count: usize) -> String {
    match count {
        1 => first.to_owned(),
        count => format!("{first} (and {} more)", count - 1),
    }
}

const fn of_trouble(trouble: &ParamTrouble) -> TransferState {
    match trouble {
        ParamTrouble::NotAnswered(_) => TransferState::TimedOut,
        _ => TransferState::Rejected,
    }
}

/// The worse of two ends; a no is worse than silence.
fn worse(one: TransferState, other: TransferState) -> TransferState {
    let rank = |state| match state {
        TransferState::Done => 0,
        TransferState::Cancelled => 1,
        TransferState::TimedOut => 2,
        _ => 3,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// Some parameters were set.
pub(super) fn written(report: BatchReport) -> Conclusion {
    let BatchReport { results, rollback } = report;
    let failed: Vec<_> = results
        .iter()
        .filter(|result| !result.outcome.is_success())
        .collect();
    let set = results
        .iter()
        .filter(|result| matches!(result.outcome, ParamOutcome::Set { .. }))
        .count();
    let text = match (failed.first(), results.len()) {
        (None, 1) => results[0].words(),
        (None, count) => format!("{set} set, {} were so already", count - set),
        (Some(first), count) => format!(
            "{} of {count} are as asked; {}",
            count - failed.len(),
            one_of(&first.words(), failed.len())
        ),
    };
    let states = results.iter().map(|result| match &result.outcome {
        ParamOutcome::Unchanged | ParamOutcome::Set { .. } => TransferState::Done,
        ParamOutcome::NotTried => TransferState::Cancelled,
        ParamOutcome::Unconfirmed { .. } => TransferState::TimedOut,
        ParamOutcome::Kept { .. } => TransferState::Rejected,
        ParamOutcome::Failed(trouble) => of_trouble(trouble),
    });
    let state = states.fold(TransferState::Done, worse);
    let lines: Vec<_> = results.iter().map(line).collect();
    let known = lines.iter().filter_map(|line| Some((line.name, line.now?)));
    let learned = Learned::Values(known.collect());
    let rollback = Arc::new(rollback);
    Conclusion::new(state, text)
        .with(Outcome::Written { lines, rollback })
        .learning(learned)
}

fn line(result: &ParamResult) -> ParamLine {
    let asked = result.asked;
    let (was, now) = match result.outcome {
        ParamOutcome::Unchanged => (Some(asked), Some(asked)),
        ParamOutcome::Set { old } => (Some(old), Some(asked)),
        ParamOutcome::Kept { old, kept } => (Some(old), Some(kept)),
        ParamOutcome::Unconfirmed { old } => (Some(old), None),
        ParamOutcome::Failed(_) | ParamOutcome::NotTried => (None, None),
    };
    ParamLine {
        name: result.name,
        asked: Some(asked),
        was,
        now,
        is_success: result.outcome.is_success(),
        text: result.words(),
    }
}
