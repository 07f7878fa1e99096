//! How far a transfer is with a vehicle, and what came of it.

use std::sync::Arc;

use serde::Serialize;

use super::{
    holdings::{HeldParams, HeldPlan},
    ids::VehicleId,
    intent::Origin,
    params::{name::ParamName, set::ParamSet, value::ParamValue},
};

/// How a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// Behind others of its vehicle or its link.
    Waiting,
    /// On its way.
    Running,
    /// Done as asked, and proven.
    Done,
    /// The vehicle said no.
    Rejected,
    /// The vehicle fell silent.
    TimedOut,
    /// Not done as asked, or not proven: `text` says why and what the vehicle may hold now.
    Failed,
    /// This station did not begin it.
    Refused,
    /// Broken off by somebody here.
    Cancelled,
}

impl TransferState {
    /// Whether nothing more will come.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }

    /// The word of the JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Rejected => "rejected",
            Self::TimedOut => "timed_out",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct TransferProgress {
    /// What is going on, a participle: `reading`, `sending`, `reading back`.
    pub phase: &'static str,
    /// Items, parameters or bytes that are over.
    pub done: u32,
    /// Of how many; absent while the vehicle has not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u32>,
}

/// How a transfer with one vehicle stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TransferReport {
    /// Of which request, for this program.
    #[serde(skip)]
    pub ticket: u64,
    /// The client's own name for the request.
    pub request: Arc<str>,
    /// Whose.
    pub vehicle: VehicleId,
    /// The word of `Work`: `mission put`.
    pub work: &'static str,
    /// How it stands.
    pub state: TransferState,
    /// How far it is.
    pub progress: TransferProgress,
    /// Messages that had to be sent again, or asked for again.
    pub retries: u32,
    /// In one or two sentences; empty where there is nothing to explain.
    pub text: Arc<str>,
    /// When it was asked for, Unix ms of station time.
    pub asked_ms: i64,
    /// Since then, ms.
    pub took_ms: i64,
    /// Who asked.
    pub origin: Origin,
    /// What came of it.
    #[serde(skip)]
    pub outcome: Option<Arc<Outcome>>,
}

/// What came of a transfer.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A list as it is aboard.
    Plan(Arc<HeldPlan>),
    /// A list was given, or not.
    Put(PutResult),
    /// A list is empty.
    Cleared,
    /// Every parameter.
    Params(Arc<HeldParams>),
    /// Some parameters, and why others could not be read.
    Values {
        /// Read.
        set: Arc<ParamSet>,
        /// Not read.
        troubles: Vec<ParamLine>,
    },
    /// Parameters were set, or not.
    Written {
        /// One for each, in the order they were done.
        lines: Vec<ParamLine>,
        /// The old values of everything that has changed or may have.
        rollback: Arc<ParamSet>,
    },
}

/// What giving a list came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PutResult {
    /// Items sent, home not counted.
    pub items: usize,
    /// Whether reading back showed what was sent.
    pub is_verified: bool,
    /// Whether the vehicle may hold neither the old list nor the new one.
    pub may_be_partial: bool,
    /// What reading back showed to be different, one sentence each.
    pub differences: Vec<String>,
    /// Details the vehicle does not keep, one sentence each.
    pub remarks: Vec<String>,
    /// What it held before: the way back.
    pub before: Option<Arc<HeldPlan>>,
}

/// What became of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamLine {
    /// Which.
    pub name: ParamName,
    /// What was asked for; `None` for a read.
    pub asked: Option<ParamValue>,
    /// As it was before, where that was read.
    pub was: Option<ParamValue>,
    /// As it is now, where that is known.
    pub now: Option<ParamValue>,
    /// Whether it is as asked.
    pub is_success: bool,
    /// In one sentence.
    pub text: String,
}
