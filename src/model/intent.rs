//! The one path up: what somebody wants of the fleet, who they are, and the trait that takes it.
//!
//! Screens, routes and verbs make an [`Intent`]; the fleet actor alone acts on it. There is no reply
//! channel: what comes of an intent is an event and a change of state, which everybody sees alike.

use std::{fmt, sync::Arc};

use serde::Serialize;
use serde_json::Value;

use super::{
    command::CommandRequest, event::EventKind, ids::VehicleId, params::set::ParamSet,
    signing::SigningRequest, transfer::TransferRequest, words::Severity,
};

/// What somebody wants, and who.
#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    /// Who wants it; written into the event.
    pub origin: Origin,
    /// What.
    pub act: Act,
}

/// What can be wanted of the fleet.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// An entry of the log book about something that was done at this station.
    Note {
        /// `operator` for what a client did, `system` for what the station did.
        kind: EventKind,
        /// How bad.
        severity: Severity,
        /// One line.
        text: String,
        /// Details for programs: an object, or null.
        data: Value,
    },
    /// A command for vehicles.
    Command(Box<CommandRequest>),
    /// No more of a command: what has not left does not leave, nothing is sent again, what a vehicle works on is
    /// cancelled. Every vehicle still gets its definite end.
    AbortCommand {
        /// The [`CommandRequest::ticket`] of it.
        ticket: u64,
    },
    /// The key of its link for vehicles, or none.
    Signing(Box<SigningRequest>),
    /// A mission, a fence, rally points or parameters to be read, given, cleared or set.
    Transfer(Box<TransferRequest>),
    /// An operator looks at these vehicles: they get what they want of a link before the others.
    Focus {
        /// All of them; replaces those of before.
        vehicles: Vec<VehicleId>,
    },
    /// Transfers of this request that are not over yet are to be broken off.
    CancelTransfer {
        /// The request's.
        ticket: u64,
    },
    /// Parameters an earlier session read from the vehicle with this uid.
    RememberParams {
        /// AUTOPILOT_VERSION's.
        uid: Arc<str>,
        /// The vehicle's own hash over them (PX4).
        hash: Option<u32>,
        /// As they were then.
        set: Arc<ParamSet>,
    },
}

/// Who wants something, and over which way it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The way.
    pub via: Via,
    /// Whom, as far as is known: the client's own name for itself, without control characters.
    pub who: Arc<str>,
}

/// The ways up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// Keys and mouse of this station's screen.
    Screen,
    /// An HTTP request; the verbs of the command line are such.
    Rest,
    /// A message on a WebSocket.
    WebSocket,
    /// A signal of the operating system.
    Signal,
    /// The configuration file changed.
    File,
}

impl Via {
    /// As an event tells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Rest => "REST client",
            Self::WebSocket => "WebSocket client",
            Self::Signal => "signal",
            Self::File => "file",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.who)
    }
}

/// Why an intent was not taken. Whoever wanted it is told at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// The fleet has more to do than it can; nothing of this one will happen.
    #[error("the station is too busy to take this; nothing was done")]
    Full,
    /// The fleet has ended.
    #[error("the station is ending; nothing was done")]
    Gone,
}

/// Takes intents for the fleet. Never waits: a full inbox refuses.
pub trait FleetHandle: Send + Sync + fmt::Debug {
    /// Hands an intent over. Taken means it will be acted on within a tick, not that it succeeds.
    ///
    /// # Errors
    /// [`NotTaken`] when nothing of it will happen.
    fn submit(&self, intent: Intent) -> Result<(), NotTaken>;
}
