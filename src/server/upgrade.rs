//! From an HTTP request to a WebSocket session: subprotocol, limits, handshake.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;

use super::{
    commands::vehicle_named,
    guests::{Place, Seat},
    hub::Hub,
    patient::Patient,
    refusal::{Code, Refusal},
    role::{self, Rights, Role},
    selection::Encoding,
    session::Session,
    socket::Socket,
};
use crate::model::{ids::VehicleId, intent::Via};

/// `/ws`, `/ws/ui`: every vehicle.
pub(super) async fn all(
    State(hub): State<Arc<Hub>>,
    request: Request,
) -> Result<Response, Refusal> {
    open(&hub, request, None)
}

/// `/ws/vehicles/{id}`: one.
pub(super) async fn one(
    State(hub): State<Arc<Hub>>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let Path(id) = id?;
    let scope = vehicle_named(&hub.newest(), &id)?;
    open(&hub, request, Some(scope))
}

fn open(
    hub: &Arc<Hub>,
    mut request: Request,
    scope: Option<VehicleId>,
) -> Result<Response, Refusal> {
    require_upgrade(&request)?;
    let (encoding, name) = choose(request.headers())?;
    let (response, entry) = enter(hub, &mut request, name)?;
    hub.spawn(welcome(hub.clone(), entry, encoding, scope));
    Ok(response)
}

/// Refuses a request that does not ask for a WebSocket.
pub(super) fn require_upgrade(request: &Request) -> Result<(), Refusal> {
    if request.headers().contains_key(header::UPGRADE) {
        return Ok(());
    }
    let text = "this is a WebSocket: ask with Upgrade: websocket";
    let status = StatusCode::UPGRADE_REQUIRED;
    Err(Refusal::new(status, Code::BadMessage, text))
}

/// Answers the handshake, under a subprotocol where one is named, and takes a place for the client.
pub(super) fn enter(
    hub: &Arc<Hub>,
    request: &mut Request,
    subprotocol: Option<HeaderValue>,
) -> Result<(Response, Entry), Refusal> {
    let mut response = create_response_with_body(request, Body::empty)
        .map_err(|error| Refusal::bad_request(error.to_string()))?;
    if let Some(name) = subprotocol {
        let headers = response.headers_mut();
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, name);
    }
    let most = hub.station.max_clients;
    let place = hub.guests.place(most).ok_or_else(|| {
        Refusal::too_busy(format!("all {most} places for WebSocket clients are taken"))
    })?;
    let seat = request.extensions().get::<Arc<Seat>>().cloned();
    let role = request.extensions().get::<Role>().copied();
    let who = role::origin(Via::WebSocket, request.headers());
    let entry = Entry {
        upgraded: hyper::upgrade::on(request),
        rights: Rights {
            role: role.unwrap_or(Role::Viewer),
            origin: who,
        },
        stay: Stay {
            _place: place,
            _seat: seat,
        },
    };
    Ok((response, entry))
}

/// A client on its way in, with its rights to be here.
pub(super) struct Entry {
    upgraded: hyper::upgrade::OnUpgrade,
    rights: Rights,
    stay: Stay,
}

/// A client's places; given back when dropped.
pub(super) struct Stay {
    _place: Place,
    _seat: Option<Arc<Seat>>,
}

impl Entry {
    /// The WebSocket, once the connection has become one.
    pub(super) async fn come_in(
        self,
        hub: &Hub,
        encoding: Encoding,
    ) -> Option<(Socket, Rights, Stay)> {
        let upgraded = match self.upgraded.await {
            Ok(upgraded) => upgraded,
            Err(error) => {
                tracing::debug!(%error, "a WebSocket ended before it began");
                return None;
            }
        };
        let Ok(parts) = upgraded.downcast::<TokioIo<Patient>>() else {
            tracing::error!("a WebSocket came over a connection that is not ours");
            return None;
        };
        let stream = parts.io.into_inner();
        let socket = Socket::open(stream, parts.read_buf, encoding, &hub.limits).await;
        Some((socket, self.rights, self.stay))
    }
}

async fn welcome(hub: Arc<Hub>, entry: Entry, encoding: Encoding, scope: Option<VehicleId>) {
    if let Some((socket, rights, stay)) = entry.come_in(&hub, encoding).await {
        Session::new(hub, socket, scope, rights).run().await;
        drop(stay);
    }
}

/// The encoding the client wants, and what to answer it.
fn choose(headers: &HeaderMap) -> Result<(Encoding, Option<HeaderValue>), Refusal> {
    let mut offered = headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .peekable();
    if offered.peek().is_none() {
        return Ok((Encoding::Json, None));
    }
    offered
        .find_map(|name| Encoding::ALL.into_iter().find(|e| e.subprotocol() == name))
        .map(|found| {
            let name = HeaderValue::from_static(found.subprotocol());
            (found, Some(name))
        })
        .ok_or_else(|| {
            let [first, second] = Encoding::ALL.map(Encoding::subprotocol);
            let text = format!("the subprotocols spoken here are {first} and {second}");
            Refusal::bad_request(text)
        })
}
