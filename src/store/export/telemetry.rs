//! The rows of `telemetry` a selection lets through, one at a time, in the order of the log.

use std::ops::Range;

use rusqlite::Row;

use super::{
    super::{
        error::StoreError,
        reader::{LogReader, history},
    },
    selection::Selection,
};
use crate::model::time::TimeUs;

/// Stretches of the table, one per session, and how many rows they have together.
pub(super) struct Stretches {
    pub(super) of: Vec<(i64, Range<i64>)>,
    total: i64,
}

impl Stretches {
    /// Where the rows of `selection` are.
    pub(super) fn find(log: &LogReader, selection: &Selection) -> Result<Self, StoreError> {
        let find = || -> rusqlite::Result<_> {
            let sessions = history::sessions(&log.connection)?;
            let wanted = sessions
                .into_iter()
                .filter(|id| selection.session.is_none_or(|session| session == *id));
            let from = selection.from.unwrap_or(TimeUs(i64::MIN));
            let past = TimeUs(selection.to.map_or(i64::MAX, |to| to.0.saturating_add(1)));
            wanted
                .map(|id| Ok((id, history::row_range(&log.connection, id, from..past)?)))
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        let of = find().map_err(|source| log.failed(source))?;
        let total = of.iter().map(|(_, range)| range.end - range.start).sum();
        Ok(Self { of, total })
    }

    /// The part of all rows that lies before row `rowid` of stretch `n`.
    pub(super) fn part(&self, n: usize, rowid: i64) -> f64 {
        let before: i64 = self.of.iter().take(n).map(|(_, r)| r.end - r.start).sum();
        let here = self.of.get(n).map_or(0, |(_, range)| rowid - range.start);
        (before + here) as f64 / self.total.max(1) as f64
    }
}

/// Rows between two looks at the clock of the progress bar.
const EVERY: i64 = 2_048;

/// Calls `take` with the rows of `selection`, `SELECT rowid, *`.
pub(super) fn each_row(
    log: &LogReader,
    selection: &Selection,
    progress: &mut dyn FnMut(f64),
    mut take: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let failed = |source| log.failed(source);
    let stretches = Stretches::find(log, selection)?;
    let mut count = 0;
    for (n, (_, range)) in stretches.of.iter().enumerate() {
        let mut statement = log
            .connection
            .prepare_cached(
                "SELECT rowid, * FROM telemetry WHERE rowid >= ?1 AND rowid < ?2 ORDER BY rowid",
            )
            .map_err(failed)?;
        let mut rows = statement.query([range.start, range.end]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let rowid: i64 = row.get(0).map_err(failed)?;
            if rowid % EVERY == 0 {
                progress(stretches.part(n, rowid));
            }
            let vehicle = row.get_ref("drone_id").map_err(failed)?;
            if selection.wants(vehicle.as_str().ok()) {
                take(row)?;
                count += 1;
            }
        }
    }
    Ok(count)
}
