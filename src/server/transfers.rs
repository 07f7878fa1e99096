//! Transfers of clients: handing them to the fleet, waiting for their ends, and the routes that tell of all of them.
//!
//! The routes of missions and parameters are short ways to the same thing for one vehicle (`plans`, `params`).

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    extract::{Path, Query, State, rejection::PathRejection, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use super::{
    body::Body,
    commands::{Patience, targets},
    hub::Hub,
    refusal::{Code, Refusal},
    reply::json,
    requests::name_of,
    role::Operator,
    transfer_json::{TransferWish, full},
};
use crate::model::{
    command::{Consent, next_ticket},
    ids::VehicleId,
    intent::{Act, Origin},
    snapshot::Snapshot,
    transfer::{TransferRequest, Work},
    transfer_report::{TransferReport, TransferState},
};

/// How long a route waits when nothing is said: a long mission over a bad radio takes minutes.
pub(super) const WAIT: Duration = Duration::from_mins(5);
const TAKEN_UP_WITHIN: Duration = Duration::from_secs(2);

/// What is wanted, of whom, by whom.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) request: Option<String>,
    pub(super) vehicles: Vec<VehicleId>,
    pub(super) work: Work,
    pub(super) consent: Consent,
    pub(super) origin: Origin,
}

/// Hands a transfer to the fleet and waits until it is over with every vehicle, or `wait` is.
pub(super) async fn transfer(
    hub: &Hub,
    wanted: Wanted,
    wait: Duration,
) -> Result<(Arc<str>, Vec<Arc<TransferReport>>), Refusal> {
    let count = wanted.vehicles.len();
    let snapshots = hub.snapshots.clone();
    let (ticket, request) = submit(hub, wanted)?;
    let reports = over(snapshots, (ticket, count), wait).await?;
    Ok((request, reports))
}

/// The reports of a request for `count` vehicles, when all are final or the wait is over.
async fn over(
    mut snapshots: watch::Receiver<Arc<Snapshot>>,
    (ticket, count): (u64, usize),
    wait: Duration,
) -> Result<Vec<Arc<TransferReport>>, Refusal> {
    let began = Instant::now();
    loop {
        let newest = snapshots.borrow_and_update().clone();
        let reports: Vec<_> = newest.transfers.of(ticket).cloned().collect();
        let is_over = reports.iter().all(|report| report.state.is_final());
        if reports.len() >= count && is_over {
            return Ok(reports);
        }
        let least = if reports.is_empty() {
            TAKEN_UP_WITHIN
        } else {
            Duration::ZERO
        };
        match timeout_at(began + wait.max(least), snapshots.changed()).await {
            Ok(Ok(())) => {}
            Ok(Err(_ended)) => return Err(Refusal::too_busy("the station is ending")),
            Err(_elapsed) if reports.is_empty() => {
                let text = "the fleet has not taken it up in time; the log book will tell";
                return Err(timed_out(text));
            }
            Err(_elapsed) => return Ok(reports),
        }
    }
}

fn submit(hub: &Hub, wanted: Wanted) -> Result<(u64, Arc<str>), Refusal> {
    let ticket = next_ticket();
    let request = name_of(wanted.request, ('t', ticket));
    let act = Act::Transfer(Box::new(TransferRequest {
        ticket,
        request: Arc::clone(&request),
        vehicles: wanted.vehicles,
        work: wanted.work,
        consent: wanted.consent,
    }));
    hub.submit(wanted.origin, act)?;
    Ok((ticket, request))
}

fn timed_out(text: &str) -> Refusal {
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, Code::TimedOut, text)
}

/// Whether it was done as asked.
pub(super) fn is_done(report: &TransferReport) -> bool {
    report.state == TransferState::Done
}

/// One report as an answer: what came of it, and an `error` of the contract where it is not done.
pub(super) fn answer(report: &TransferReport) -> Response {
    let (status, code) = match report.state {
        TransferState::Done => return json(StatusCode::OK, &full(report)),
        // Begun and not over: the list of transfers tells how it goes on.
        TransferState::Waiting | TransferState::Running => {
            return json(StatusCode::ACCEPTED, &full(report));
        }
        TransferState::TimedOut => (StatusCode::GATEWAY_TIMEOUT, Code::TimedOut),
        TransferState::Refused | TransferState::Rejected => (StatusCode::CONFLICT, Code::Refused),
        TransferState::Failed | TransferState::Cancelled => {
            (StatusCode::UNPROCESSABLE_ENTITY, Code::Refused)
        }
    };
    let mut value = full(report);
    if let Value::Object(object) = &mut value {
        let text = &*report.text;
        object.insert("error".to_owned(), json!({ "code": code, "text": text }));
    }
    json(status, &value)
}

#[derive(Serialize)]
struct Answer {
    request: Arc<str>,
    /// Whether nothing more will come.
    done: bool,
    vehicles: BTreeMap<VehicleId, Value>,
}

/// `POST /api/v1/transfers?wait=60s`: any transfer, with one vehicle or many.
pub(super) async fn post(
    State(hub): State<Arc<Hub>>,
    Operator(origin): Operator,
    query: Result<Query<Patience>, QueryRejection>,
    Body(body): Body,
) -> Result<Response, Refusal> {
    let Query(patience) = query?;
    let wait = patience.wait(WAIT)?;
    let wish: TransferWish = serde_json::from_slice(&body)?;
    let vehicles = targets(&hub.newest(), &wish.vehicles)?;
    let wanted = Wanted {
        work: wish.work()?,
        request: wish.request,
        vehicles,
        consent: Consent {
            confirm: wish.confirm,
            overrides: wish.overrides,
        },
        origin,
    };
    let (request, reports) = transfer(&hub, wanted, wait).await?;
    Ok(answer_of(request, &reports))
}

fn answer_of(request: Arc<str>, reports: &[Arc<TransferReport>]) -> Response {
    let done = reports.iter().all(|report| report.state.is_final());
    let vehicles = reports.iter();
    let vehicles = vehicles.map(|report| (report.vehicle.clone(), full(report)));
    let vehicles = vehicles.collect();
    let answer = Answer {
        request,
        done,
        vehicles,
    };
    json(StatusCode::OK, &answer)
}

/// `GET /api/v1/transfers/{request}?wait=0s`: how the newest of that name stands, with everything that came of it.
/// What was read may have been asked for by an operator only, and is everybody's to see.
pub(super) async fn states(
    State(hub): State<Arc<Hub>>,
    request: Result<Path<String>, PathRejection>,
    query: Result<Query<Patience>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Path(request) = request?;
    let Query(patience) = query?;
    let wait = patience.wait(Duration::ZERO)?;
    let newest = known(&hub, &request)?;
    let count = hub.newest().transfers.of(newest.ticket).count();
    let reports = over(hub.snapshots.clone(), (newest.ticket, count), wait).await?;
    Ok(answer_of(Arc::clone(&newest.request), &reports))
}

/// The newest transfer of that name.
fn known(hub: &Hub, request: &str) -> Result<Arc<TransferReport>, Refusal> {
    let snapshot = hub.newest();
    let mut reports = snapshot.transfers.iter().rev();
    let found = reports.find(|report| *report.request == *request).cloned();
    found.ok_or_else(|| Refusal::not_found("no transfer of that name is known"))
}

#[derive(Serialize)]
struct All {
    transfers: Vec<Arc<TransferReport>>,
}

/// `GET /api/v1/transfers`: what is under way, and what ended last.
pub(super) async fn list(State(hub): State<Arc<Hub>>) -> Response {
    let transfers = hub.newest().transfers.iter().cloned().collect();
    json(StatusCode::OK, &All { transfers })
}

/// `POST /api/v1/transfers/{request}/cancel`: breaks off what is not over yet.
pub(super) async fn cancel(
    State(hub): State<Arc<Hub>>,
    Operator(origin): Operator,
    request: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let Path(request) = request?;
    let ticket = known(&hub, &request)?.ticket;
    let act = Act::CancelTransfer { ticket };
    hub.submit(origin, act)?;
    let transfers = hub.newest().transfers.of(ticket).cloned().collect();
    Ok(json(StatusCode::ACCEPTED, &All { transfers }))
}
