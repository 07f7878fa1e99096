//! What came of a command: one report for each change of its state, numbered, the newest kept.

use std::{collections::VecDeque, sync::Arc};

use serde::Serialize;

use crate::model::{ids::VehicleId, intent::Origin, words::CommandResult};

/// How far a command has come with one vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandState {
    /// On its way; no answer yet.
    Sent,
    /// The vehicle works on it.
    InProgress,
    /// Its own answer said yes.
    Accepted,
    /// Its own answer said no.
    Rejected,
    /// No answer that is certainly its own came in time. It may have been done.
    TimedOut,
    /// This station did not send it.
    Refused,
}

impl CommandState {
    /// Whether nothing more will come.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Sent | Self::InProgress)
    }

    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::InProgress => "in_progress",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::TimedOut => "timed_out",
            Self::Refused => "refused",
        }
    }
}

/// One change of state.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommandReport {
    /// Rising by one within a session.
    #[serde(skip)]
    pub id: u64,
    /// Of which request, for this program.
    #[serde(skip)]
    pub ticket: u64,
    /// The client's own name for the request.
    pub request: Arc<str>,
    /// Whose.
    pub vehicle: VehicleId,
    /// The word of the contract.
    pub command: &'static str,
    /// How far it has come.
    pub state: CommandState,
    /// What the vehicle's answer said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<CommandResult>,
    /// Percent, where the vehicle says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<u8>,
    /// Why, one sentence; empty where there is nothing to explain.
    pub text: Arc<str>,
    /// Since it was asked for, ms.
    pub took_ms: i64,
    /// Who asked.
    pub origin: Origin,
}

/// The newest reports.
#[derive(Debug, Clone, Default)]
pub struct CommandRing {
    reports: VecDeque<Arc<CommandReport>>,
    newest: u64,
}

impl CommandRing {
    /// How many are kept.
    pub const CAPACITY: usize = 4_000;

    /// Adds the newest and numbers it; the oldest leaves when full.
    pub fn push(&mut self, mut report: CommandReport) {
        if self.reports.len() == Self::CAPACITY {
            self.reports.pop_front();
        }
        self.newest += 1;
        report.id = self.newest;
        self.reports.push_back(Arc::new(report));
    }

    /// Every report with an id above `id`, oldest first.
    #[must_use]
    pub fn after(&self, id: u64) -> impl DoubleEndedIterator<Item = &Arc<CommandReport>> {
        self.reports
            .range(self.reports.partition_point(|report| report.id <= id)..)
    }

    /// How many reports after `id` have already left.
    #[must_use]
    pub fn missed_after(&self, id: u64) -> u64 {
        let oldest = self.reports.front();
        oldest.map_or(0, |oldest| oldest.id.saturating_sub(id + 1))
    }

    /// Id of the newest; 0 when there is none.
    #[must_use]
    pub const fn newest_id(&self) -> u64 {
        self.newest
    }
}
