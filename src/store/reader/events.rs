//! Events as the HTTP interface asks for them.

use rusqlite::{Connection, params};
use serde::Serialize;

/// Which events are wanted.
#[derive(Debug, Clone, Default)]
pub struct EventQuery {
    /// Not before this moment, Unix ms. Without it the newest are given.
    pub since_ms: Option<i64>,
    /// About this vehicle only.
    pub vehicle: Option<String>,
    /// At most so many: the first since `since_ms`, else the last of all.
    pub limit: u32,
}

/// An event as the contract writes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoggedEvent {
    /// Unique in this file; see [`super::super::StoreHandle::event_base`].
    pub id: i64,
    /// When, Unix ms.
    pub t_ms: i64,
    /// About whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<String>,
    /// What sort.
    pub kind: String,
    /// A word of MAV_SEVERITY.
    pub severity: String,
    /// One line.
    pub text: String,
    /// Details for programs.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub data: serde_json::Value,
}

/// The events `query` asks for, oldest first.
pub(super) fn events(
    connection: &Connection,
    query: &EventQuery,
) -> rusqlite::Result<Vec<LoggedEvent>> {
    let order = if query.since_ms.is_some() {
        "ASC"
    } else {
        "DESC"
    };
    let sql = format!(
        "SELECT id, t_us, drone_id, kind, severity, text, data FROM event
         WHERE (?1 IS NULL OR t_us >= ?1) AND (?2 IS NULL OR drone_id = ?2) ORDER BY id {order} LIMIT ?3"
    );
    let mut statement = connection.prepare(&sql)?;
    let since_us = query.since_ms.map(|ms| ms.saturating_mul(1_000));
    let rows = statement.query_map(params![since_us, query.vehicle, query.limit], |row| {
        let t_us: i64 = row.get(1)?;
        let data: Option<String> = row.get(6)?;
        Ok(LoggedEvent {
            id: row.get(0)?,
            t_ms: t_us.div_euclid(1_000),
            vehicle: row.get(2)?,
            kind: row.get(3)?,
            severity: row.get(4)?,
            text: row.get(5)?,
            data: data
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default(),
        })
    })?;
    let mut events = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    if query.since_ms.is_none() {
        events.reverse();
    }
    Ok(events)
}
