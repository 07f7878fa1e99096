//! `POST /api/v1/signing?wait=15s`: vehicles get the key of their link, or lose it. No key is ever in such a request.
//!
//! What comes of it is reported like that of a command, as `signing_setup` and `signing_disable`.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
};
use serde::Deserialize;

use super::{
    body::Body,
    commands::{Patience, states_of, targets},
    hub::Hub,
    refusal::Refusal,
    requests::{Submitted, name_of},
    role::Operator,
};
use crate::model::{
    command::next_ticket,
    intent::{Act, Origin},
    signing::{SigningChange, SigningRequest},
};

/// A vehicle may need ten seconds to show that it obeyed.
const WAIT: Duration = Duration::from_secs(15);

/// What a client wants.
#[derive(Debug, Deserialize)]
struct Wish {
    request: Option<String>,
    vehicles: Vec<String>,
    change: Change,
    #[serde(default)]
    confirm: bool,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Change {
    Setup,
    Disable,
}

impl Wish {
    fn submit(self, hub: &Hub, origin: Origin) -> Result<Submitted, Refusal> {
        let vehicles = targets(&hub.newest(), &self.vehicles)?;
        let ticket = next_ticket();
        let request = name_of(self.request, ('r', ticket));
        let act = Act::Signing(Box::new(SigningRequest {
            ticket,
            request: Arc::clone(&request),
            vehicles: vehicles.clone(),
            change: match self.change {
                Change::Setup => SigningChange::Setup,
                Change::Disable => SigningChange::Disable,
            },
            confirm: self.confirm,
        }));
        hub.submit(origin, act)?;
        Ok(Submitted {
            ticket,
            request,
            vehicles,
        })
    }
}

/// The route.
pub(super) async fn signing(
    State(hub): State<Arc<Hub>>,
    Operator(origin): Operator,
    patience: Result<Query<Patience>, QueryRejection>,
    Body(body): Body,
) -> Result<Response, Refusal> {
    let Query(patience) = patience?;
    let wait = patience.wait(WAIT)?;
    let wish: Wish = serde_json::from_slice(&body)?;
    let seen = hub.newest().commands.newest_id();
    let submitted = wish.submit(&hub, origin)?;
    states_of(hub.snapshots.clone(), seen, &submitted, wait).await
}
