//! What came of a conversation about parameters, in the words of an operator.

use std::{fmt::Write as _, sync::Arc};

use super::conclude::{Conclusion, Learned};
use crate::{
    model::{
        holdings::HeldParams,
        params::{name::ParamName, set::ParamSet},
        time::TimeUs,
        transfer_report::{Outcome, ParamLine, TransferState},
    },
    protocol::params::{
        batch::{BatchReport, ParamOutcome, ParamResult},
        download::DownloadOutcome as ParamsOutcome,
        reads::ReadResult,
        trouble::{ListTrouble, PackTrouble, ParamTrouble},
    },
};

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
                let _ = write!(text, ", for the file came to nothing ({trouble})");
            }
            if !all.unreadable.is_empty() {
                let names: Vec<_> = all.unreadable.iter().map(ParamName::as_str).collect();
                let _ = write!(text, "; unreadable: {}", names.join(", "));
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
