//! How transfers stand, in words: how far, what is going on, how it ended, and which one is worth a place in the bar.

use crate::{
    model::{
        ids::VehicleId,
        snapshot::Snapshot,
        transfer_report::{Outcome, TransferReport, TransferState},
    },
    tui::{severity::Level, symbols::Symbols},
};

/// How long the end of a transfer is shown below the list, ms of station time; a bad one for as long as it is the last.
const TOLD_MS: i64 = 120_000;

/// How full, from 0 to 1; nothing while the vehicle has not said of how many.
#[must_use]
pub fn ratio(report: &TransferReport) -> Option<f64> {
    let total = report.progress.total.filter(|total| *total > 0)?;
    Some((f64::from(report.progress.done) / f64::from(total)).min(1.0))
}

/// `120/500`, or `120` while nobody knows of how many.
#[must_use]
pub fn count(report: &TransferReport) -> String {
    let done = report.progress.done;
    match report.progress.total {
        Some(total) => format!("{done}/{total}"),
        None if done == 0 => String::new(),
        None => done.to_string(),
    }
}

/// A bar of so many cells: full ones, and the rest.
#[must_use]
pub fn bar(ratio: f64, cells: usize, symbols: &Symbols) -> (String, String) {
    let full = ((ratio.clamp(0.0, 1.0) * cells as f64) as usize).min(cells);
    (
        symbols.gauge_full.repeat(full),
        symbols.gauge_rest.repeat(cells - full),
    )
}

/// The transfer a bar has room for, and how many others are under way: the selected vehicle's first.
#[must_use]
pub fn under_way<'a>(
    snapshot: &'a Snapshot,
    selected: Option<&VehicleId>,
) -> Option<(&'a TransferReport, usize)> {
    let open = || {
        snapshot
            .transfers
            .iter()
            .filter(|report| !report.state.is_final())
    };
    let own = open().find(|report| Some(&report.vehicle) == selected);
    let running = || open().find(|report| report.state == TransferState::Running);
    let shown = own.or_else(running).or_else(|| open().next())?;
    Some((shown, open().count() - 1))
}

/// The transfer to tell of below a vehicle's list.
#[must_use]
pub fn of_vehicle<'a>(
    snapshot: &'a Snapshot,
    vehicle: &VehicleId,
    now_ms: i64,
) -> Option<&'a TransferReport> {
    let report = snapshot.transfers.newest_of(vehicle)?;
    let ended_ms = report.asked_ms.saturating_add(report.took_ms);
    let is_old = now_ms.saturating_sub(ended_ms) > TOLD_MS;
    let is_good = matches!(report.state, TransferState::Done | TransferState::Cancelled);
    (!report.state.is_final() || !is_old || (!is_good && loudness(report) == Level::Critical))
        .then_some(report)
}

/// Whether the vehicle may hold neither the old list nor the new one.
#[must_use]
pub fn may_be_partial(report: &TransferReport) -> bool {
    let outcome = report.outcome.as_deref();
    matches!(outcome, Some(Outcome::Put(result)) if result.may_be_partial)
}

/// How loud a report is.
#[must_use]
pub fn loudness(report: &TransferReport) -> Level {
    match report.state {
        _ if may_be_partial(report) => Level::Critical,
        TransferState::Failed
        | TransferState::Refused
        | TransferState::Rejected
        | TransferState::TimedOut => Level::Warning,
        TransferState::Waiting | TransferState::Running => Level::Calm,
        TransferState::Done | TransferState::Cancelled => Level::Notice,
    }
}

/// What goes on or how it ended, without its subject: `sending`, `waits its turn`, the sentence of the end.
#[must_use]
pub fn words(report: &TransferReport) -> String {
    match report.state {
        TransferState::Waiting => "waits its turn".to_owned(),
        TransferState::Running if report.progress.phase.is_empty() => "asking".to_owned(),
        TransferState::Running => report.progress.phase.to_owned(),
        state if report.text.is_empty() => state.word().replace('_', " "),
        state => format!("{}: {}", state.word().replace('_', " "), report.text),
    }
}
