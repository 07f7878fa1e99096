//! What operators may want of the station itself over HTTP: `login`, `stop`, `reload`.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::{
    body::Body,
    hub::Hub,
    refusal::{Code, Refusal},
    reply::json,
    role::{Operator, origin, require_json},
};
use crate::model::{control::NotReloaded, intent::Via};

/// A reload that takes longer hangs in the system; it may still come into force.
const RELOAD_WITHIN: Duration = Duration::from_secs(20);

#[derive(Deserialize)]
struct Login {
    token: String,
}

#[derive(Serialize)]
struct LoggedIn {
    role: &'static str,
}

/// `POST /api/v1/login`: a token becomes a cookie.
pub(super) async fn login(
    State(hub): State<Arc<Hub>>,
    headers: HeaderMap,
    Body(body): Body,
) -> Result<Response, Refusal> {
    require_json(&headers)?;
    let login: Login = serde_json::from_slice(&body)?;
    let cookie = hub.gate.log_in(&login.token)?;
    hub.note(&origin(Via::Rest, &headers), "logged in as operator");
    let mut response = json(StatusCode::OK, &LoggedIn { role: "operator" });
    let cookie = HeaderValue::from_str(&cookie)
        .map_err(|_unprintable| Refusal::too_busy("no cookie could be made"))?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

#[derive(Serialize)]
struct Stopping {
    stopping: bool,
    pid: u32,
}

/// `POST /api/v1/stop`: ends the station in order.
pub(super) async fn stop(
    State(hub): State<Arc<Hub>>,
    Operator(origin): Operator,
) -> Result<Response, Refusal> {
    let control = hub.station.control.as_ref();
    let control = control.ok_or_else(|| Refusal::not_yet("stop by request"))?;
    hub.note(&origin, "stop asked for");
    if !control.stop(origin) {
        return Err(Refusal::too_busy("the station is ending already"));
    }
    let (stopping, pid) = (true, std::process::id());
    Ok(json(StatusCode::OK, &Stopping { stopping, pid }))
}

/// `POST /api/v1/reload`: reads the configuration file again.
pub(super) async fn reload(
    State(hub): State<Arc<Hub>>,
    Operator(origin): Operator,
) -> Result<Response, Refusal> {
    let control = hub.station.control.as_ref();
    let control = control.ok_or_else(|| Refusal::not_yet("reload by request"))?;
    hub.note(&origin, "reload asked for");
    match timeout(RELOAD_WITHIN, control.reload(origin)).await {
        Ok(Ok(reloaded)) => Ok(json(StatusCode::OK, &reloaded)),
        Ok(Err(refused)) => Ok(unchanged(&refused)),
        Err(_elapsed) => Err(Refusal::new(
            StatusCode::GATEWAY_TIMEOUT,
            Code::TimedOut,
            "the reload is not done yet; the log book will tell",
        )),
    }
}

#[derive(Serialize)]
struct Unchanged<'a> {
    error: Reason<'a>,
}

#[derive(Serialize)]
struct Reason<'a> {
    code: Code,
    #[serde(flatten)]
    why: &'a NotReloaded,
}

fn unchanged(why: &NotReloaded) -> Response {
    let code = Code::Refused;
    let error = Reason { code, why };
    json(StatusCode::UNPROCESSABLE_ENTITY, &Unchanged { error }).into_response()
}
