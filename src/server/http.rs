//! The routes, and the fleet as it is now.

use std::{
    collections::BTreeMap,
    future::{Ready, ready},
    sync::Arc,
};

use axum::{
    Router,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{Method, StatusCode},
    middleware,
    response::Response,
    routing::{get, post},
};
use serde::Serialize;

use super::{
    assets, body,
    commands::{self, vehicle_named},
    door, frames, health,
    hub::Hub,
    metrics, orders, params, past, plans,
    refusal::{Code, Refusal},
    reply::json,
    signing, transfers, upgrade,
};
use crate::model::{
    forward_state::ForwardState, ids::VehicleId, link::LinkState, mission::PlanKind,
    vehicle::Vehicle,
};

/// Every route of the contract, behind the door.
pub(super) fn router(hub: Arc<Hub>) -> Router {
    let api = Router::new()
        .route("/fleet", get(fleet))
        .route("/vehicles", get(vehicles))
        .route("/vehicles/{id}", get(vehicle))
        .route("/events", get(past::events))
        .route("/history", get(past::history))
        .route("/commands", post(commands::command))
        .route(
            "/commands/{request}",
            get(commands::states).delete(commands::abort),
        )
        .route("/commands/{request}/abort", post(commands::abort))
        .route("/signing", post(signing::signing))
        .route(
            "/transfers",
            get(transfers::list)
                .post(transfers::post)
                .layer(body::room_for_plans()),
        )
        .route("/transfers/{request}", get(transfers::states))
        .route("/transfers/{request}/cancel", post(transfers::cancel))
        .route("/login", post(orders::login))
        .route("/stop", post(orders::stop))
        .route("/reload", post(orders::reload));
    Router::new()
        .nest("/api/v1", api.merge(items()))
        .merge(assets::routes())
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .route("/ws", get(upgrade::all))
        .route("/ws/ui", get(upgrade::all))
        .route("/ws/vehicles/{id}", get(upgrade::one))
        .route("/ws/frames", get(frames::open))
        .route("/ws/drone/{id}", get(|| not_yet("let drones dial in")))
        .fallback(nothing_there)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(hub.clone(), door::check))
        .with_state(hub)
}

/// What is read from and given to one vehicle.
fn items() -> Router<Arc<Hub>> {
    let lists = [
        ("mission", PlanKind::Mission),
        ("fence", PlanKind::Fence),
        ("rally", PlanKind::Rally),
    ];
    let params = get(|hub, role, headers, id, query, which| {
        params::get(hub, role, headers, (id, query), which)
    })
    .patch(|hub, operator, id, query, body| params::patch(hub, operator, (id, query), body));
    let router = Router::new().route("/vehicles/{id}/params", params);
    lists.into_iter().fold(router, |router, (item, kind)| {
        let methods = get(move |hub, role, headers, id, query| {
            plans::get(kind, hub, (role, headers), (id, query))
        })
        .put(move |hub, operator, id, query, body| {
            plans::put(kind, hub, operator, (id, query), body)
        })
        .delete(move |hub, operator, id, query| plans::delete(kind, hub, operator, (id, query)));
        let methods = methods.layer(body::room_for_plans());
        router.route(&format!("/vehicles/{{id}}/{item}"), methods)
    })
}

fn not_yet(what: &'static str) -> Ready<Refusal> {
    ready(Refusal::not_yet(what))
}

async fn nothing_there(request: Request) -> Refusal {
    let path = request.uri().path();
    Refusal::not_found(format!("there is nothing at {path}"))
}

async fn wrong_method(method: Method) -> Refusal {
    let text = format!("{method} is not possible here");
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadMessage, text)
}

#[derive(Serialize)]
struct Fleet<'a> {
    name: &'a str,
    time_ms: i64,
    seq: u64,
    vehicles: &'a BTreeMap<VehicleId, Arc<Vehicle>>,
    links: &'a BTreeMap<Arc<str>, Arc<LinkState>>,
    forwards: &'a BTreeMap<Arc<str>, Arc<ForwardState>>,
}

async fn fleet(State(hub): State<Arc<Hub>>) -> Response {
    let newest = hub.newest();
    let fleet = Fleet {
        name: &hub.station.name.get(),
        time_ms: newest.time_ms,
        seq: newest.seq,
        vehicles: &newest.vehicles,
        links: &newest.links,
        forwards: &newest.forwards,
    };
    json(StatusCode::OK, &fleet)
}

async fn vehicles(State(hub): State<Arc<Hub>>) -> Response {
    let newest = hub.newest();
    let vehicles: Vec<_> = newest.vehicles.values().collect();
    json(StatusCode::OK, &vehicles)
}

async fn vehicle(
    State(hub): State<Arc<Hub>>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let Path(id) = id?;
    let newest = hub.newest();
    let id = vehicle_named(&newest, &id)?;
    Ok(json(StatusCode::OK, &newest.vehicles.get(&id)))
}
