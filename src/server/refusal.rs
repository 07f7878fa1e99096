//! How a request is refused: one JSON object with a code of the contract and a sentence.

use axum::{
    extract::rejection::{PathRejection, QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::reply::json;

/// The codes of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Code {
    /// It cannot be understood.
    BadMessage,
    /// A token is missing or wrong.
    Unauthorized,
    /// Not for you.
    Forbidden,
    /// No vehicle of that id.
    UnknownVehicle,
    /// No such thing here.
    NotFound,
    /// Full.
    TooBusy,
    /// Understood, and not done.
    Refused,
    /// Not done in time.
    TimedOut,
}

const MOST_NAMES: usize = 40;

/// A request refused.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: Code,
    text: String,
}

#[derive(Serialize)]
struct Body<'a> {
    error: Reason<'a>,
}

#[derive(Serialize)]
struct Reason<'a> {
    code: Code,
    text: &'a str,
}

impl Refusal {
    /// A refusal with its HTTP status.
    pub(super) fn new(status: StatusCode, code: Code, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { status, code, text }
    }

    /// 400: the request makes no sense.
    pub(super) fn bad_request(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadMessage, text)
    }

    /// What it says, for a WebSocket.
    pub(super) fn reason(&self) -> (Code, &str) {
        (self.code, &self.text)
    }

    /// 403.
    pub(super) fn forbidden(text: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, Code::Forbidden, text)
    }

    /// 404.
    pub(super) fn not_found(text: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, Code::NotFound, text)
    }

    /// 404: no such vehicle; names those that there are, the first forty.
    pub(super) fn unknown_vehicle<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let known: Vec<_> = known.collect();
        let text = match known.len() {
            0 => format!("no vehicle is called {id}; none is known yet"),
            count => {
                let shown = known[..count.min(MOST_NAMES)].join(", ");
                let more = if count > MOST_NAMES { ", …" } else { "" };
                format!("no vehicle is called {id}; there are {shown}{more}")
            }
        };
        Self::new(StatusCode::NOT_FOUND, Code::UnknownVehicle, text)
    }

    /// 503.
    pub(super) fn too_busy(text: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Code::TooBusy, text)
    }

    /// 501: in the contract, and not in this build.
    pub(super) fn not_yet(what: &str) -> Self {
        let text = format!("this build does not {what} yet");
        Self::new(StatusCode::NOT_IMPLEMENTED, Code::NotFound, text)
    }
}

impl From<QueryRejection> for Refusal {
    fn from(error: QueryRejection) -> Self {
        Self::bad_request(error.body_text())
    }
}

impl From<PathRejection> for Refusal {
    fn from(error: PathRejection) -> Self {
        Self::bad_request(error.body_text())
    }
}

/// Of a body; answers are written by `reply`.
impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (code, text) = (self.code, self.text.as_str());
        let error = Reason { code, text };
        json(self.status, &Body { error })
    }
}
