//! Telemetry of one vehicle over a time, without an index: rows of a session follow each other and
//! its times rise, so the range is found by halving.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;

use crate::model::time::TimeUs;

/// Which telemetry is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Whose.
    pub vehicle: String,
    /// Not before.
    pub from: TimeUs,
    /// Not after.
    pub to: TimeUs,
    /// One row per step, its last, ms; 0 gives every row.
    pub step_ms: u64,
}

/// One row of telemetry; what was unknown is absent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryRow {
    /// When, Unix ms.
    pub t_ms: i64,
    /// The columns of `telemetry` from `lat_deg` on that are known, under their names.
    #[serde(flatten)]
    pub values: serde_json::Map<String, serde_json::Value>,
}

/// First column after session, drone and time.
const VALUES: usize = 3;

/// The rows `query` asks for, oldest first.
pub(super) fn history(
    connection: &Connection,
    query: &HistoryQuery,
) -> rusqlite::Result<Vec<HistoryRow>> {
    let mut rows: Vec<HistoryRow> = Vec::new();
    let step = i64::try_from(query.step_ms).unwrap_or(i64::MAX);
    let past = TimeUs(query.to.0.saturating_add(1));
    for session in sessions(connection)? {
        let begin = lower_bound(connection, (session, query.from))?;
        let end = lower_bound(connection, (session, past))?;
        let mut statement = connection.prepare_cached(
            "SELECT * FROM telemetry WHERE rowid >= ?1 AND rowid < ?2 AND drone_id = ?3 ORDER BY rowid",
        )?;
        let mut found = statement.query(params![begin, end, query.vehicle])?;
        while let Some(row) = found.next()? {
            let row = read(row)?;
            let same_step = |last: &HistoryRow| {
                step > 0 && last.t_ms.div_euclid(step) == row.t_ms.div_euclid(step)
            };
            match rows.last_mut() {
                Some(last) if same_step(last) => *last = row,
                _ => rows.push(row),
            }
        }
    }
    rows.sort_by_key(|row| row.t_ms);
    Ok(rows)
}

/// The newest row of `vehicle` at `t`, over all sessions.
pub(super) fn at(
    connection: &Connection,
    vehicle: &str,
    t: TimeUs,
) -> rusqlite::Result<Option<HistoryRow>> {
    let mut newest: Option<HistoryRow> = None;
    for session in sessions(connection)? {
        let begin = lower_bound(connection, (session, TimeUs(i64::MIN)))?;
        let end = lower_bound(connection, (session, TimeUs(t.0.saturating_add(1))))?;
        let mut statement = connection.prepare_cached(
            "SELECT * FROM telemetry WHERE rowid >= ?1 AND rowid < ?2 AND drone_id = ?3
             ORDER BY rowid DESC LIMIT 1",
        )?;
        let found = statement
            .query_row(params![begin, end, vehicle], read)
            .optional()?;
        if let Some(row) = found
            && newest.as_ref().is_none_or(|newest| newest.t_ms <= row.t_ms)
        {
            newest = Some(row);
        }
    }
    Ok(newest)
}

fn sessions(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    let mut statement = connection.prepare_cached("SELECT id FROM session ORDER BY id")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// The first rowid whose (session, time) is `key` or more; one past the last when there is none.
fn lower_bound(connection: &Connection, key: (i64, TimeUs)) -> rusqlite::Result<i64> {
    let range = "SELECT coalesce(min(rowid), 0), coalesce(max(rowid), -1) + 1 FROM telemetry";
    let (mut low, mut high): (i64, i64) =
        connection.query_row(range, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut probe = connection.prepare_cached(
        "SELECT rowid, session_id, t_us FROM telemetry WHERE rowid >= ?1 ORDER BY rowid LIMIT 1",
    )?;
    while low < high {
        let middle = low + (high - low) / 2;
        let (rowid, session, t): (i64, i64, i64) =
            probe.query_row([middle], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        // Rows may have been deleted between `middle` and `rowid`.
        if (session, TimeUs(t)) < key {
            low = rowid + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn read(row: &Row<'_>) -> rusqlite::Result<HistoryRow> {
    let t_us: i64 = row.get("t_us")?;
    let columns = row.as_ref().column_names();
    let mut values = serde_json::Map::new();
    for (n, name) in columns.into_iter().enumerate().skip(VALUES) {
        use rusqlite::types::ValueRef;
        let value = match row.get_ref(n)? {
            ValueRef::Null | ValueRef::Blob(_) => continue,
            ValueRef::Integer(flag) if name == "armed" => (flag != 0).into(),
            ValueRef::Integer(number) => number.into(),
            ValueRef::Real(number) => number.into(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        };
        values.insert(name.to_owned(), value);
    }
    Ok(HistoryRow {
        t_ms: t_us.div_euclid(1_000),
        values,
    })
}
