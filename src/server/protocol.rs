//! The small messages of the WebSocket, both ways, and how any message becomes bytes.

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{refusal::Code, selection::Encoding, wish::Wish};
use crate::model::{command::report::CommandReport, event::Event};

/// The protocol this station speaks.
pub(super) const PROTOCOL: &str = "volery.v1";

/// Server → client, all but `snapshot` and `update`.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum ServerMessage<'a> {
    /// The first message.
    Hello {
        protocol: &'a str,
        version: &'a str,
        session: &'a str,
        role: &'a str,
        name: &'a str,
        tick_ms: u32,
        time_ms: i64,
    },
    /// Entries of the log book, oldest first.
    Events { events: &'a [&'a Event] },
    /// How a command stands with one vehicle.
    Command(&'a CommandReport),
    /// Answers `auth`: what this connection may do from now on.
    Auth { role: &'a str },
    /// Answers `ping`.
    Pong { time_ms: i64 },
    /// Something could not be done; the connection goes on.
    Error {
        code: Code,
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        request: Option<&'a str>,
    },
}

/// Client → server.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum ClientMessage {
    /// A token; changes the role of this connection.
    Auth {
        /// The token of this run.
        token: String,
    },
    /// What is wanted from now on.
    Subscribe(Subscribe),
    /// The client cannot go on from what it has.
    Resync {},
    /// Are you there?
    Ping {},
    /// A command for vehicles.
    Command(Wish),
    /// No more of a command.
    Abort {
        /// The name it was given.
        request: String,
    },
}

/// What a client wants from now on.
#[derive(Debug, Default, Deserialize, PartialEq)]
pub(super) struct Subscribe {
    /// Which vehicles.
    #[serde(default)]
    pub(super) vehicles: Names,
    /// Which of their fields.
    #[serde(default)]
    pub(super) fields: Names,
    /// At most so many updates per second; one per tick when absent.
    pub(super) rate_hz: Option<f64>,
    /// Where an earlier connection ended.
    pub(super) resume: Option<Resume>,
}

/// Where an earlier connection ended. State always comes as a fresh snapshot; events go on from here.
#[derive(Debug, Deserialize, PartialEq)]
pub(super) struct Resume {
    /// The session of that connection's `hello`.
    pub(super) session: String,
    /// Id of the last event it saw.
    pub(super) event: Option<u64>,
}

/// `"*"` or a list of names.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(
    untagged,
    expecting = "vehicles and fields are \"*\" or a list of names"
)]
pub(super) enum Names {
    /// Not said: all.
    #[default]
    Unsaid,
    /// `"*"`.
    All(Star),
    /// These.
    These(Vec<String>),
}

/// The text `*`.
#[derive(Debug, Deserialize, PartialEq)]
pub(super) enum Star {
    /// `"*"`.
    #[serde(rename = "*")]
    Star,
}

impl Names {
    /// The names, `None` for all.
    pub(super) fn into_list(self) -> Option<Vec<String>> {
        match self {
            Self::Unsaid | Self::All(Star::Star) => None,
            Self::These(names) => Some(names),
        }
    }
}

/// Why a message could not be made or understood.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum MessageError {
    /// Ours; it should not happen.
    #[error("cannot encode a message: {0}")]
    Encode(Arc<str>),
    /// Theirs.
    #[error("{0}")]
    Decode(String),
}

/// `message` as bytes.
pub(super) fn encode<T: Serialize>(encoding: Encoding, message: &T) -> Result<Bytes, MessageError> {
    let mut bytes = Vec::with_capacity(1024);
    let reason = match encoding {
        Encoding::Json => serde_json::to_writer(&mut bytes, message)
            .err()
            .map(|error| error.to_string()),
        Encoding::Msgpack => message
            .serialize(&mut rmp_serde::Serializer::new(&mut bytes).with_struct_map())
            .err()
            .map(|error| error.to_string()),
    };
    match reason {
        Some(reason) => Err(MessageError::Encode(reason.into())),
        None => Ok(bytes.into()),
    }
}

/// What a client said in a text frame.
pub(super) fn from_text(text: &str) -> Result<ClientMessage, MessageError> {
    serde_json::from_str(text).map_err(|error| MessageError::Decode(error.to_string()))
}

/// What a client said in a binary frame.
pub(super) fn from_binary(encoding: Encoding, bytes: &[u8]) -> Result<ClientMessage, MessageError> {
    match encoding {
        Encoding::Json => {
            let text = "volery.v1.json speaks in text frames; this one was binary";
            Err(MessageError::Decode(text.into()))
        }
        Encoding::Msgpack => {
            rmp_serde::from_slice(bytes).map_err(|error| MessageError::Decode(error.to_string()))
        }
    }
}
