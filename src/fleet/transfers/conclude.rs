//! What came of a conversation, in the words of an operator, and what is known of the vehicle from now on.

use std::sync::Arc;

use crate::{
    model::{
        holdings::{HeldParams, HeldPlan},
        mission::PlanKind,
        params::{name::ParamName, value::ParamValue},
        time::TimeUs,
        transfer::PlanList,
        transfer_report::{Outcome, PutResult, TransferState},
        words::Severity,
    },
    protocol::mission::{
        clear::ClearOutcome,
        compare::Difference,
        download::{DownloadOutcome, Downloaded},
        numbering::Stack,
        outcome::{Ending, Holds, PutOutcome},
        pace::Progress,
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
pub(super) const fn loudness(state: TransferState) -> Severity {
    match state {
        TransferState::Done | TransferState::Cancelled => Severity::INFO,
        _ => Severity::WARNING,
    }
}

const BROKEN_OFF: &str = "an upload broke off";

impl Conclusion {
    pub(super) fn new(state: TransferState, text: impl Into<String>) -> Self {
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

    pub(super) fn with(mut self, outcome: Outcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    pub(super) fn learning(mut self, learned: Learned) -> Self {
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
        is_given: false,
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
            is_given: true,
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
                is_given: true,
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
