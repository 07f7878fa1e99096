//! Commands of clients: `POST /api/v1/commands` and its abort, and what the WebSocket messages `command` and `abort`
//! have in common with them.
//!
//! The fleet alone decides; a client is told here only what cannot be understood at all. The answer of the route is
//! one state per vehicle, when all are final or the wait is over.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::Response,
};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use super::{
    body::Body,
    hub::Hub,
    refusal::{Code, Refusal},
    reply::json,
    requests::{Submitted, name_of},
    role::Operator,
    wish::Wish,
};
use crate::model::{
    command::{Command, CommandRequest, Consent, next_ticket, report::CommandReport},
    ids::VehicleId,
    intent::{Act, Origin},
    snapshot::Snapshot,
};

/// How long the route waits when nothing is said, and at most.
const WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_mins(5);
const TAKEN_UP_WITHIN: Duration = Duration::from_secs(2);
/// A request names at most so many vehicles: every system id of two networks.
const MOST_VEHICLES: usize = 512;

impl Wish {
    /// Hands the wish to the fleet, if it can be understood.
    pub(super) fn submit(self, hub: &Hub, origin: Origin) -> Result<Submitted, Refusal> {
        let command = Command::parse(&self.command, &self.params)
            .map_err(|mistake| Refusal::bad_request(mistake.0))?;
        let newest = hub.newest();
        let vehicles = targets(&newest, &self.vehicles)?;
        let ticket = next_ticket();
        let request = name_of(self.request, ('r', ticket));
        let act = Act::Command(Box::new(CommandRequest {
            ticket,
            request: Arc::clone(&request),
            vehicles: vehicles.clone(),
            command,
            consent: Consent {
                confirm: self.confirm,
                overrides: self.overrides,
            },
        }));
        hub.submit(origin, act)?;
        let submitted = Submitted {
            ticket,
            request,
            vehicles,
        };
        hub.requests.remember(&submitted);
        Ok(submitted)
    }
}

/// The vehicles a request names, each once.
pub(super) fn targets(newest: &Snapshot, names: &[String]) -> Result<Vec<VehicleId>, Refusal> {
    if names.is_empty() || names.len() > MOST_VEHICLES {
        let text = format!("vehicles names 1 to {MOST_VEHICLES} vehicles, each by its id");
        return Err(Refusal::bad_request(text));
    }
    let mut targets: Vec<VehicleId> = Vec::new();
    for name in names {
        let id = vehicle_named(newest, name)?;
        if !targets.contains(&id) {
            targets.push(id);
        }
    }
    Ok(targets)
}

/// The vehicle of that id.
pub(super) fn vehicle_named(newest: &Snapshot, name: &str) -> Result<VehicleId, Refusal> {
    let id = VehicleId::from(name);
    if newest.vehicles.contains_key(&id) {
        return Ok(id);
    }
    let known = newest.vehicles.keys().map(VehicleId::as_str);
    let name: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    Err(Refusal::unknown_vehicle(&name, known))
}

#[derive(Debug, Deserialize)]
pub(super) struct Patience {
    wait: Option<String>,
}

impl Patience {
    /// How long to wait, `usual` where nothing was said.
    pub(super) fn wait(&self, usual: Duration) -> Result<Duration, Refusal> {
        let wait = self.wait.as_deref();
        wait.map_or(Ok(usual), wait_of)
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    request: &'a str,
    /// Whether nothing more will come.
    done: bool,
    vehicles: BTreeMap<VehicleId, Arc<CommandReport>>,
}

/// `POST /api/v1/commands?wait=10s`.
pub(super) async fn command(
    State(hub): State<Arc<Hub>>,
    Operator(origin): Operator,
    patience: Result<Query<Patience>, QueryRejection>,
    Body(body): Body,
) -> Result<Response, Refusal> {
    let Query(patience) = patience?;
    let wait = patience.wait(WAIT)?;
    let wish: Wish = serde_json::from_slice(&body)?;
    let mut snapshots = hub.snapshots.clone();
    let seen = snapshots.borrow_and_update().commands.newest_id();
    let submitted = wish.submit(&hub, origin)?;
    states_of(snapshots, seen, &submitted, wait).await
}

/// `POST /api/v1/commands/{request}/abort?wait=10s` and `DELETE /api/v1/commands/{request}?wait=10s`: no more of it.
pub(super) async fn abort(
    State(hub): State<Arc<Hub>>,
    Operator(origin): Operator,
    request: Result<Path<String>, PathRejection>,
    patience: Result<Query<Patience>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Path(request) = request?;
    let Query(patience) = patience?;
    let wait = patience.wait(WAIT)?;
    let snapshots = hub.snapshots.clone();
    let submitted = hub.abort(&request, origin)?;
    states_of(snapshots, 0, &submitted, wait).await
}

/// `GET /api/v1/commands/{request}?wait=0s`: how the newest request of that name stands.
pub(super) async fn states(
    State(hub): State<Arc<Hub>>,
    request: Result<Path<String>, PathRejection>,
    patience: Result<Query<Patience>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Path(request) = request?;
    let Query(patience) = patience?;
    let wait = patience.wait(Duration::ZERO)?;
    let submitted = hub.known(&request)?;
    states_of(hub.snapshots.clone(), 0, &submitted, wait).await
}

impl Hub {
    fn known(&self, request: &str) -> Result<Submitted, Refusal> {
        let found = self.requests.find(request, &self.newest());
        found.ok_or_else(|| {
            let plain = request.chars().filter(|letter| !letter.is_control());
            let name: String = plain.take(80).collect();
            Refusal::not_found(format!("no request called {name} is known here"))
        })
    }

    /// Hands the fleet the wish that nothing more comes of the newest request of that name.
    pub(super) fn abort(&self, request: &str, origin: Origin) -> Result<Submitted, Refusal> {
        let submitted = self.known(request)?;
        let ticket = submitted.ticket;
        let act = Act::AbortCommand { ticket };
        self.submit(origin, act)?;
        Ok(submitted)
    }
}

/// One state per vehicle, when all are final or the wait is over.
pub(super) async fn states_of(
    mut snapshots: watch::Receiver<Arc<Snapshot>>,
    mut seen: u64,
    submitted: &Submitted,
    wait: Duration,
) -> Result<Response, Refusal> {
    let began = Instant::now();
    let mut vehicles = BTreeMap::new();
    let done = loop {
        let newest = snapshots.borrow_and_update().clone();
        for report in newest.commands.after(seen) {
            if report.ticket == submitted.ticket {
                vehicles.insert(report.vehicle.clone(), Arc::clone(report));
            }
        }
        seen = newest.commands.newest_id().max(seen);
        let final_ones = vehicles.values().filter(|report| report.state.is_final());
        if final_ones.count() >= submitted.vehicles.len() {
            break true;
        }
        // The fleet takes a command up within a tick or two, however short the wait.
        let least = if vehicles.is_empty() {
            TAKEN_UP_WITHIN
        } else {
            Duration::ZERO
        };
        match timeout_at(began + wait.max(least), snapshots.changed()).await {
            Ok(Ok(())) => {}
            Ok(Err(_ended)) => return Err(Refusal::too_busy("the station is ending")),
            Err(_elapsed) => break false,
        }
    };
    if vehicles.is_empty() {
        let text = "the fleet has not taken the command up in time; the log book will tell";
        return Err(Refusal::new(
            StatusCode::GATEWAY_TIMEOUT,
            Code::TimedOut,
            text,
        ));
    }
    let request = &*submitted.request;
    let answer = Answer {
        request,
        done,
        vehicles,
    };
    Ok(json(StatusCode::OK, &answer))
}

/// A time as `wait` says it.
pub(super) fn wait_of(text: &str) -> Result<Duration, Refusal> {
    let (number, unit_s) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => match text.strip_suffix('m') {
            Some(number) => (number, 60.0),
            None => (text.strip_suffix('s').unwrap_or(text), 1.0),
        },
    };
    let seconds = number.parse::<f64>().ok().map(|number| number * unit_s);
    seconds
        .filter(|seconds| (0.0..=LONGEST_WAIT.as_secs_f64()).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| Refusal::bad_request("wait is a time from 0s to 5m, as in wait=10s"))
}
