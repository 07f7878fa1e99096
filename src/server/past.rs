//! `/api/v1/events` and `/api/v1/history`: the past, from the flight log where there is one.

use std::sync::Arc;

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use tokio::task::spawn_blocking;

use super::{hub::Hub, refusal::Refusal, reply::json};
use crate::model::{
    event::Event,
    history::{EventQuery, History, HistoryError, HistoryQuery},
    ids::VehicleId,
};

const USUAL_EVENTS: usize = 500;
const MOST_ROWS: usize = 10_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventParameters {
    since_ms: Option<i64>,
    after_id: Option<u64>,
    vehicle: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryParameters {
    vehicle: Option<String>,
    from_ms: Option<i64>,
    to_ms: Option<i64>,
    step_ms: Option<u32>,
    limit: Option<usize>,
}

/// An array of the newest events that match, oldest first: those of the log, and those it has not written yet.
pub(super) async fn events(
    State(hub): State<Arc<Hub>>,
    query: Result<Query<EventParameters>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(asked) = query?;
    let query = EventQuery {
        since_ms: asked.since_ms,
        after_id: asked.after_id,
        vehicle: asked.vehicle.map(|id| VehicleId(id.into())),
        limit: asked.limit.unwrap_or(USUAL_EVENTS).min(MOST_ROWS),
    };
    let mut found = match hub.station.history.clone() {
        Some(log) => {
            let query = query.clone();
            from_log(log, move |log| log.events(&query)).await?
        }
        None => Vec::new(),
    };
    // The log is a moment behind, and on a full disk longer.
    let ring = Arc::clone(&hub.newest().events);
    let wanted = ring.after(0).filter(|event| query.wants(event));
    found.extend(wanted.map(|event| Event::clone(event)));
    found.sort_by_key(|event| (event.t_ms, event.id));
    found.dedup_by_key(|event| (event.t_ms, event.id));
    if query.after_id.is_some() {
        found.truncate(query.limit);
    } else {
        found.drain(..found.len().saturating_sub(query.limit));
    }
    if found.is_empty() {
        refuse_unknown(&hub, query.vehicle.as_ref())?;
    }
    Ok(json(StatusCode::OK, &found))
}

/// An array of the newest rows that match, oldest first.
pub(super) async fn history(
    State(hub): State<Arc<Hub>>,
    query: Result<Query<HistoryParameters>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(asked) = query?;
    let Some(vehicle) = asked.vehicle else {
        let text = "say whose history: /api/v1/history?vehicle=ID&from_ms=&to_ms=&step_ms=";
        return Err(Refusal::bad_request(text));
    };
    let Some(log) = hub.station.history.clone() else {
        return Err(Refusal::not_found(
            "this station does not answer questions about the past from its log",
        ));
    };
    if let (Some(from), Some(to)) = (asked.from_ms, asked.to_ms)
        && from > to
    {
        return Err(Refusal::bad_request("from_ms is later than to_ms"));
    }
    let query = HistoryQuery {
        vehicle: VehicleId(vehicle.into()),
        from_ms: asked.from_ms,
        to_ms: asked.to_ms,
        step_ms: asked.step_ms,
        limit: asked.limit.unwrap_or(MOST_ROWS).min(MOST_ROWS),
    };
    let vehicle = query.vehicle.clone();
    let rows = from_log(log, move |log| log.rows(&query)).await?;
    if rows.is_empty() {
        refuse_unknown(&hub, Some(&vehicle))?;
    }
    Ok(json(StatusCode::OK, &rows))
}

/// Nothing was found of a vehicle: is there one of that name at all?
fn refuse_unknown(hub: &Hub, vehicle: Option<&VehicleId>) -> Result<(), Refusal> {
    let newest = hub.newest();
    match vehicle {
        Some(id) if !newest.vehicles.contains_key(id) => {
            let known = newest.vehicles.keys().map(VehicleId::as_str);
            Err(Refusal::unknown_vehicle(id.as_str(), known))
        }
        _ => Ok(()),
    }
}

async fn from_log<T: Send + 'static>(
    log: Arc<dyn History>,
    ask: impl FnOnce(&dyn History) -> Result<T, HistoryError> + Send + 'static,
) -> Result<T, Refusal> {
    match spawn_blocking(move || ask(&*log)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(Refusal::too_busy(error.to_string())),
        Err(error) => {
            tracing::error!(%error, "a question to the flight log was never answered");
            Err(Refusal::too_busy("the flight log does not answer"))
        }
    }
}
