//! `/api/v1/vehicles/{id}/mission`, `fence` and `rally`: the lists of one vehicle as QGroundControl's `.plan`.
//!
//! GET reads the vehicle (an operator's request; a viewer gets what was read last), PUT gives a list and reads it
//! back, DELETE empties it. What a file says of the other two lists is not touched.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension,
    extract::{Path, Query, State, rejection::PathRejection, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;

use super::{
    body::Body,
    commands::{vehicle_named, wait_of},
    hub::Hub,
    refusal::{Code, Refusal},
    reply,
    role::{Operator, Role, origin},
    transfer_json::{self, list_of},
    transfers::{self, Wanted, transfer},
};
use crate::model::{
    command::Consent,
    holdings::HeldPlan,
    ids::VehicleId,
    intent::{Origin, Via},
    mission::PlanKind,
    transfer::Work,
    transfer_report::{Outcome, TransferReport},
};

/// What may be asked beside the list.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    wait: Option<String>,
    /// Agreed to a vehicle that is lost, in conflict or behind a satellite.
    #[serde(default, rename = "override")]
    overrides: bool,
    /// What was read last is enough.
    #[serde(default)]
    cached: bool,
}

impl Asked {
    fn wait(&self) -> Result<Duration, Refusal> {
        let wait = self.wait.as_deref();
        wait.map_or(Ok(transfers::WAIT), wait_of)
    }

    pub(super) const fn is_cached_enough(&self) -> bool {
        self.cached
    }
}

/// The parts of a request every one of these routes takes.
pub(super) type Id = Result<Path<String>, PathRejection>;
pub(super) type AskedQuery = Result<Query<Asked>, QueryRejection>;

/// Reads a list.
pub(super) async fn get(
    kind: PlanKind,
    State(hub): State<Arc<Hub>>,
    (Extension(role), headers): (Extension<Role>, HeaderMap),
    (id, query): (Id, AskedQuery),
) -> Result<Response, Refusal> {
    let (Path(id), Query(asked)) = (id?, query?);
    let id = vehicle_named(&hub.newest(), &id)?;
    let is_viewer = role < Role::Operator;
    if asked.is_cached_enough() || is_viewer {
        let newest = hub.newest();
        let held = newest.holdings.get(&id).and_then(|held| held.plan(kind));
        let word = kind.word();
        return match held {
            Some(plan) => answer(plan),
            None if is_viewer => Err(Refusal::forbidden(format!(
                "the {word} of {id} was not read yet, and a viewer may not ask the vehicle for it"
            ))),
            None => Err(Refusal::not_found(format!(
                "the {word} of {id} was not read yet"
            ))),
        };
    }
    let origin = origin(Via::Rest, &headers);
    let report = one(&hub, id, Work::PlanGet(kind), &asked, origin).await?;
    match report.outcome.as_deref() {
        Some(Outcome::Plan(plan)) => answer(plan),
        _ => Ok(transfers::answer(&report)),
    }
}

fn answer(plan: &HeldPlan) -> Result<Response, Refusal> {
    let value = transfer_json::plan(plan);
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let value = value.map_err(|why| Refusal::new(status, Code::Refused, why))?;
    Ok(reply::json(StatusCode::OK, &value))
}

/// A transfer with one vehicle, and its report. Asking for it by its own route is agreeing to it.
pub(super) async fn one(
    hub: &Hub,
    id: VehicleId,
    work: Work,
    asked: &Asked,
    origin: Origin,
) -> Result<Arc<TransferReport>, Refusal> {
    let wanted = Wanted {
        request: None,
        vehicles: vec![id],
        work,
        consent: Consent {
            confirm: true,
            overrides: asked.overrides,
        },
        origin,
    };
    let (_, reports) = transfer(hub, wanted, asked.wait()?).await?;
    let report = reports.into_iter().next();
    report.ok_or_else(|| Refusal::too_busy("the fleet has lost the transfer"))
}

/// Gives a list.
pub(super) async fn put(
    kind: PlanKind,
    State(hub): State<Arc<Hub>>,
    Operator(origin): Operator,
    (id, query): (Id, AskedQuery),
    Body(body): Body,
) -> Result<Response, Refusal> {
    let (Path(id), Query(asked)) = (id?, query?);
    let id = vehicle_named(&hub.newest(), &id)?;
    let work = Work::PlanPut(kind, Arc::new(list_of(kind, &body)?));
    let report = one(&hub, id, work, &asked, origin).await?;
    Ok(transfers::answer(&report))
}

/// Empties a list.
pub(super) async fn delete(
    kind: PlanKind,
    State(hub): State<Arc<Hub>>,
    Operator(origin): Operator,
    (id, query): (Id, AskedQuery),
) -> Result<Response, Refusal> {
    let (Path(id), Query(asked)) = (id?, query?);
    let id = vehicle_named(&hub.newest(), &id)?;
    let report = one(&hub, id, Work::PlanClear(kind), &asked, origin).await?;
    Ok(transfers::answer(&report))
}
