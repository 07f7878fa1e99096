//! Telemetry of one vehicle over a time, without an index: rows of a session follow each other and
//! its times rise, so the range is found by halving.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension as _, Row, params, types::FromSql};

use crate::model::{
    history::{HistoryQuery, HistoryRow},
    time::TimeUs,
    vehicle::State,
    words::GpsFix,
};

/// The rows `query` asks for, oldest first.
pub(super) fn history(
    connection: &Connection,
    query: &HistoryQuery,
) -> rusqlite::Result<Vec<HistoryRow>> {
    let mut rows = Vec::new();
    let at =
        |ms: Option<i64>, otherwise| TimeUs(ms.map_or(otherwise, |ms| ms.saturating_mul(1_000)));
    let from = at(query.from_ms, i64::MIN);
    // Up to the end of that millisecond.
    let past = TimeUs(at(query.to_ms, i64::MAX - 1_000).0.saturating_add(1_000));
    for session in sessions(connection)? {
        let range = row_range(connection, session, from..past)?;
        newest_of(connection, range, query, &mut rows)?;
    }
    rows.sort_by_key(|row| row.t_ms);
    rows.drain(..rows.len().saturating_sub(query.limit));
    Ok(rows)
}

/// The newest rows of one session, one per step, newest first.
fn newest_of(
    connection: &Connection,
    range: Range<i64>,
    query: &HistoryQuery,
    rows: &mut Vec<HistoryRow>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM telemetry WHERE rowid >= ?1 AND rowid < ?2 AND drone_id = ?3 ORDER BY rowid DESC",
    )?;
    let vehicle = query.vehicle.as_str();
    let mut found = statement.query(params![range.start, range.end, vehicle])?;
    let step = query.step_ms.map_or(0, i64::from);
    let (mut last_step, mut count) = (None, 0);
    while count < query.limit
        && let Some(row) = found.next()?
    {
        if step > 0 {
            let t_us: i64 = row.get("t_us")?;
            let this_step = Some(TimeUs(t_us).as_ms().div_euclid(step));
            if this_step == last_step {
                continue;
            }
            last_step = this_step;
        }
        rows.push(read(row)?);
        count += 1;
    }
    Ok(())
}

/// The newest row of `vehicle` at `t`, over all sessions.
pub(super) fn at(
    connection: &Connection,
    vehicle: &str,
    t: TimeUs,
) -> rusqlite::Result<Option<HistoryRow>> {
    let mut newest: Option<HistoryRow> = None;
    for session in sessions(connection)? {
        let until = TimeUs(t.0.saturating_add(1));
        let range = row_range(connection, session, TimeUs(i64::MIN)..until)?;
        let mut statement = connection.prepare_cached(
            "SELECT * FROM telemetry WHERE rowid >= ?1 AND rowid < ?2 AND drone_id = ?3
             ORDER BY rowid DESC LIMIT 1",
        )?;
        let found = statement
            .query_row(params![range.start, range.end, vehicle], read)
            .optional()?;
        if let Some(row) = found
            && newest.as_ref().is_none_or(|newest| newest.t_ms <= row.t_ms)
        {
            newest = Some(row);
        }
    }
    Ok(newest)
}

/// Ids of all sessions, oldest first.
pub(in super::super) fn sessions(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    let mut statement = connection.prepare_cached("SELECT id FROM session ORDER BY id")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// The rowids of `telemetry` that hold the `time` of a session.
pub(in super::super) fn row_range(
    connection: &Connection,
    session: i64,
    time: Range<TimeUs>,
) -> rusqlite::Result<Range<i64>> {
    let begin = lower_bound(connection, (session, time.start))?;
    let end = lower_bound(connection, (session, time.end))?;
    Ok(begin..end)
}

/// The first rowid whose (session, time) is `key` or more; one past the last when there is none.
fn lower_bound(connection: &Connection, key: (i64, TimeUs)) -> rusqlite::Result<i64> {
    let range = "SELECT (SELECT min(rowid) FROM telemetry), (SELECT max(rowid) FROM telemetry)";
    let mut ends = connection.prepare_cached(range)?;
    let ends: (Option<i64>, Option<i64>) =
        ends.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (mut low, mut high) = (ends.0.unwrap_or(0), ends.1.unwrap_or(-1) + 1);
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

/// One row; a number no vehicle can have, in a file somebody changed, is as unknown.
fn read(row: &Row<'_>) -> rusqlite::Result<HistoryRow> {
    let t_us: i64 = row.get("t_us")?;
    let word = |name: &str| known::<String>(row, name);
    Ok(HistoryRow {
        t_ms: TimeUs(t_us).as_ms(),
        lat_deg: known(row, "lat_deg"),
        lon_deg: known(row, "lon_deg"),
        alt_msl_m: known(row, "alt_msl_m"),
        alt_rel_m: known(row, "alt_rel_m"),
        roll_deg: known(row, "roll_deg"),
        pitch_deg: known(row, "pitch_deg"),
        yaw_deg: known(row, "yaw_deg"),
        heading_deg: known(row, "heading_deg"),
        groundspeed_m_s: known(row, "groundspeed_m_s"),
        airspeed_m_s: known(row, "airspeed_m_s"),
        climb_m_s: known(row, "climb_m_s"),
        throttle_percent: known(row, "throttle_percent"),
        battery_percent: known(row, "battery_percent"),
        battery_v: known(row, "battery_v"),
        battery_a: known(row, "battery_a"),
        gps_fix: word("gps_fix").and_then(|word| GpsFix::from_name(&word)),
        satellites: known(row, "satellites"),
        hdop: known(row, "hdop"),
        mode: word("mode").map(Into::into),
        armed: known(row, "armed"),
        state: word("state").and_then(|word| State::from_word(&word)),
        link: word("link").map(Into::into),
        loss_percent: known(row, "loss_percent"),
    })
}

fn known<T: FromSql>(row: &Row<'_>, name: &str) -> Option<T> {
    row.get::<_, Option<T>>(name).ok().flatten()
}
