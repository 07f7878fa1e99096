//! `/api/v1/vehicles/{id}/params`: the parameters of one vehicle, name → value.
//!
//! GET answers with what was read and kept true since, and asks the vehicle when an operator wants it fresh or nothing
//! was read; PATCH sets some, each read back.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;

use super::{
    body::Body,
    commands::vehicle_named,
    hub::Hub,
    plans::{AskedQuery, Id, one},
    refusal::Refusal,
    reply,
    role::{Operator, Role, origin},
    transfer_json::{names_of, values, wanted_of},
    transfers,
};
use crate::model::{
    intent::Via,
    params::{name::ParamName, set::ParamSet},
    transfer::{OnFailure, Work},
    transfer_report::Outcome,
};

/// Which parameters, and how fresh.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    /// `A,B`; absent: all of them.
    names: Option<String>,
    /// Ask the vehicle although they are known.
    #[serde(default)]
    fresh: bool,
}

/// Reads parameters.
pub(super) async fn get(
    State(hub): State<Arc<Hub>>,
    Extension(role): Extension<Role>,
    headers: HeaderMap,
    (id, query): (Id, AskedQuery),
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(which) = which?;
    let (Path(id), Query(asked)) = (id?, query?);
    let id = vehicle_named(&hub.newest(), &id)?;
    let names = which.names.as_deref().map(names_of).transpose()?;
    let held = || {
        let newest = hub.newest();
        newest.holdings.get(&id)?.params.clone()
    };
    let is_viewer = role < Role::Operator;
    if let Some(held) = held() {
        let is_known = |name: &ParamName| held.set.get(*name).is_some();
        let is_enough =
            held.doubt.is_none() && names.iter().flatten().all(is_known) && !which.fresh;
        if is_viewer || asked.is_cached_enough() || is_enough {
            return Ok(told(&held.set, names.as_deref()));
        }
    }
    if is_viewer {
        let text = format!(
            "the parameters of {id} were not read yet, and a viewer may not ask the vehicle for them"
        );
        return Err(Refusal::forbidden(text));
    }
    let work = names.map_or(Work::ParamsGet, |names| Work::ParamsRead(names.into()));
    let report = one(&hub, id.clone(), work, &asked, origin(Via::Rest, &headers)).await?;
    match report.outcome.as_deref() {
        Some(Outcome::Params(held)) => Ok(told(&held.set, None)),
        Some(Outcome::Values { set, troubles }) if troubles.is_empty() => Ok(told(set, None)),
        // The vehicle's hash said that they are as they were.
        None if transfers::is_done(&report) => {
            Ok(held().map_or_else(|| transfers::answer(&report), |held| told(&held.set, None)))
        }
        _ => Ok(transfers::answer(&report)),
    }
}

fn told(set: &ParamSet, names: Option<&[ParamName]>) -> Response {
    reply::json(StatusCode::OK, &values(set, names))
}

/// Sets parameters.
pub(super) async fn patch(
    State(hub): State<Arc<Hub>>,
    Operator(origin): Operator,
    (id, query): (Id, AskedQuery),
    Body(body): Body,
) -> Result<Response, Refusal> {
    let (Path(id), Query(asked)) = (id?, query?);
    let id = vehicle_named(&hub.newest(), &id)?;
    let work = Work::ParamsWrite(Arc::new(wanted_of(&body)?), OnFailure::GoOn);
    let report = one(&hub, id, work, &asked, origin).await?;
    Ok(transfers::answer(&report))
}
