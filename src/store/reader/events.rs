//! Events as the HTTP interface asks for them: the newest that match, or those after an id, oldest first.

use rusqlite::{Connection, Row, params};

use crate::model::{
    event::{Event, EventKind},
    history::EventQuery,
    ids::VehicleId,
    time::TimeUs,
    words::Severity,
};

/// The columns [`read_event`] reads, in its order.
pub(in super::super) const EVENT_COLUMNS: &str =
    "id, t_us, drone_id, kind, severity, text, data, session_id";

/// The events `query` asks for, with the session of each, oldest first.
pub(super) fn events(
    connection: &Connection,
    query: &EventQuery,
) -> rusqlite::Result<Vec<(i64, Event)>> {
    let order = if query.after_id.is_some() {
        "ASC"
    } else {
        "DESC"
    };
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM event
         WHERE (?1 IS NULL OR t_us >= ?1) AND (?2 IS NULL OR drone_id = ?2) AND id > ?4 ORDER BY id {order} LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let since_us = query.since_ms.map(|ms| ms.saturating_mul(1_000));
    let vehicle = query.vehicle.as_ref().map(VehicleId::as_str);
    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX);
    let after = query.after_id.unwrap_or(0);
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![since_us, vehicle, limit, after], read_event)?;
    let mut events = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    if query.after_id.is_none() {
        events.reverse();
    }
    Ok(events)
}

/// One row of `event` and its session. A word newer than this build becomes the plainest of its kind.
pub(in super::super) fn read_event(row: &Row<'_>) -> rusqlite::Result<(i64, Event)> {
    let id: i64 = row.get(0)?;
    let t_us: i64 = row.get(1)?;
    let vehicle: Option<String> = row.get(2)?;
    let word = |column| {
        row.get::<_, Option<String>>(column)
            .map(Option::unwrap_or_default)
    };
    let data: Option<String> = row.get(6)?;
    let event = Event {
        id: u64::try_from(id).unwrap_or_default(),
        t_ms: TimeUs(t_us).as_ms(),
        vehicle: vehicle.map(|id| VehicleId(id.into())),
        kind: EventKind::from_word(&word(3)?).unwrap_or(EventKind::System),
        severity: Severity::from_name(&word(4)?).unwrap_or(Severity::INFO),
        text: word(5)?.into(),
        data: data
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default(),
    };
    Ok((row.get(7)?, event))
}
