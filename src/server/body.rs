//! The body of a request, whole; one that is too large or breaks off is refused in the words of the contract.

use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Request},
    http::StatusCode,
};

use super::refusal::{Code, Refusal};

/// A plan of as many items as MAVLink can count, without much white space, still goes through.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Room for plans, on the routes that take them; others keep axum's 2 MiB.
pub(super) fn room_for_plans() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MOST_BYTES)
}

/// All bytes of a body.
#[derive(Debug)]
pub(super) struct Body(pub(super) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let body = Bytes::from_request(request, state).await;
        body.map(Self).map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                Code::BadMessage,
                "the body is larger than this route takes (8 MiB for plans, 2 MiB elsewhere)",
            ),
            status => Refusal::new(status, Code::BadMessage, error.body_text()),
        })
    }
}
