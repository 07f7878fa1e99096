//! `/healthz`: does the station run. `/readyz`: can it do its work.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Serialize;

use super::{hub::Hub, refusal::Code, reply::json, station::LogHealth};

#[derive(Serialize)]
struct Alive {
    ok: bool,
    time_ms: i64,
    seq: u64,
    name: Arc<str>,
    version: &'static str,
    session: Arc<str>,
}

/// 200 while the fleet is kept; 503 when nobody publishes snapshots any more.
pub(super) async fn healthz(State(hub): State<Arc<Hub>>) -> Response {
    let ok = hub.station.snapshots.has_changed().is_ok();
    let alive = Alive {
        ok,
        time_ms: (hub.station.clock)(),
        seq: hub.newest().seq,
        name: hub.station.name.get(),
        version: hub.station.version,
        session: Arc::clone(&hub.station.session),
    };
    json(status(ok), &alive)
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    log: &'static str,
    links_started: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Unready>,
}

#[derive(Serialize)]
struct Unready {
    code: Code,
    text: String,
}

/// 200 when the log is open or off and every link was started; else 503 with the reason.
pub(super) async fn readyz(State(hub): State<Arc<Hub>>) -> Response {
    let health = &hub.station.health;
    let links_started = health.links_started();
    let (log, mut reasons) = match health.log() {
        LogHealth::Open => ("open", Vec::new()),
        LogHealth::Off => ("off", Vec::new()),
        LogHealth::Failed(why) => ("failed", vec![format!("the flight log failed: {why}")]),
    };
    if !links_started {
        reasons.push("not every link is started yet".into());
    }
    let ready = reasons.is_empty();
    let error = (!ready).then(|| Unready {
        code: Code::TooBusy,
        text: reasons.join("; "),
    });
    let answer = Readiness {
        ready,
        log,
        links_started,
        error,
    };
    json(status(ready), &answer)
}

const fn status(good: bool) -> StatusCode {
    if good {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}
