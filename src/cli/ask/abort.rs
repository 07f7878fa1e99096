//! What Ctrl-C means while several vehicles are commanded: no more of it, and how every one stands.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::sleep;

use super::instance::Instance;
use crate::{
    cli::failure::Failure,
    server::client::ask::{AskError, post_body},
};

/// The station answers after the wait; a slow machine gets more.
pub(super) const SPARE: Duration = Duration::from_secs(5);
/// What has left when a group is aborted may still be answered for so long.
const ABORTED_WITHIN: Duration = Duration::from_secs(6);
const UNKNOWN_TRIES: u8 = 3;
const UNKNOWN_EVERY: Duration = Duration::from_millis(200);

/// What this process calls its request.
pub(super) fn own_name() -> String {
    format!("send-{}", std::process::id())
}

/// Aborts the request of this process; the answer of the station.
pub(super) async fn abort(instance: &Instance, command: &str) -> Result<Value, Failure> {
    crate::cli::say(&format!(
        "interrupted: {command} is aborted for those it has not reached"
    ));
    let route = format!(
        "/api/v1/commands/{}/abort?wait={}ms",
        own_name(),
        ABORTED_WITHIN.as_millis()
    );
    let empty = Value::Object(Map::new());
    let (address, caller) = (&instance.address, &instance.caller);
    let body = (ABORTED_WITHIN + SPARE, &empty);
    let mut asked = post_body(address, &route, caller, body).await;
    // The command itself may still be on its way to the station.
    for _ in 0..UNKNOWN_TRIES {
        if !matches!(&asked, Err(AskError::Refused { status: 404, .. })) {
            break;
        }
        sleep(UNKNOWN_EVERY).await;
        asked = post_body(address, &route, caller, body).await;
    }
    asked.map_err(|error| instance.failure(&error))
}
