//! What came of a command that was sent from this screen: one line per vehicle, the worst first.

use std::{collections::BTreeMap, sync::Arc};

use super::order::{Named, Submission};
use crate::model::{
    command::{
        Command, Consent,
        report::{CommandReport, CommandRing, CommandState},
    },
    ids::VehicleId,
};

/// The key that asks whether what is under way shall be aborted.
pub const ABORT: char = 'x';

/// A command that was handed to the fleet.
#[derive(Debug, Clone)]
pub struct Sent {
    ticket: u64,
    command: Command,
    consent: Consent,
    vehicles: Vec<Named>,
    left_out: Vec<(Named, String)>,
    /// When, Unix ms of station time.
    pub at_ms: i64,
    reports: BTreeMap<VehicleId, Arc<CommandReport>>,
    seen: u64,
}

/// One line.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Whose.
    pub named: &'a Named,
    /// The newest that is known of it; nothing until the fleet has taken it up.
    pub report: Option<&'a CommandReport>,
    /// Why it was asked for and not sent to, if so.
    pub left_out: Option<&'a str>,
}

/// How many are how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each counts what it is called")]
pub struct Tally {
    pub accepted: usize,
    pub rejected: usize,
    pub refused: usize,
    pub timed_out: usize,
    pub under_way: usize,
    pub left_out: usize,
}

impl Tally {
    /// Those that a retry is for.
    #[must_use]
    pub const fn failed(&self) -> usize {
        self.rejected + self.refused + self.timed_out
    }
}

impl Sent {
    /// What was just handed over; reports up to `seen` are of others.
    #[must_use]
    pub fn new(ticket: u64, submission: Submission, at_ms: i64, seen: u64) -> Self {
        Self {
            ticket,
            command: submission.command,
            consent: submission.consent,
            vehicles: submission.vehicles,
            left_out: submission.left_out,
            at_ms,
            reports: BTreeMap::new(),
            seen,
        }
    }

    /// Takes in what the fleet said since.
    pub fn take(&mut self, ring: &CommandRing) {
        for report in ring.after(self.seen) {
            if report.ticket == self.ticket {
                self.reports
                    .insert(report.vehicle.clone(), Arc::clone(report));
            }
        }
        self.seen = ring.newest_id().max(self.seen);
    }

    /// What its reports carry.
    #[must_use]
    pub const fn ticket(&self) -> u64 {
        self.ticket
    }

    /// What they shall do.
    #[must_use]
    pub const fn command(&self) -> &Command {
        &self.command
    }

    /// What was agreed to.
    #[must_use]
    pub const fn consent(&self) -> Consent {
        self.consent
    }

    /// How many it was for, those left out among them.
    #[must_use]
    pub fn count(&self) -> usize {
        self.vehicles.len() + self.left_out.len()
    }

    /// A line per vehicle, the worst first.
    #[must_use]
    pub fn lines(&self) -> Vec<Line<'_>> {
        let line = |named| Line {
            named,
            report: self.reports.get(&named.id).map(|report| &**report),
            left_out: None,
        };
        let left_out = self.left_out.iter().map(|(named, why)| Line {
            named,
            report: None,
            left_out: Some(why),
        });
        let mut lines: Vec<_> = self.vehicles.iter().map(line).chain(left_out).collect();
        lines.sort_by_key(|line| (rank(line), line.named.number));
        lines
    }

    /// How many are how.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for line in self.lines() {
            let count = match line.report.map(|report| report.state) {
                _ if line.left_out.is_some() => &mut tally.left_out,
                Some(CommandState::Accepted) => &mut tally.accepted,
                Some(CommandState::Rejected) => &mut tally.rejected,
                Some(CommandState::Refused) => &mut tally.refused,
                Some(CommandState::TimedOut) => &mut tally.timed_out,
                Some(CommandState::Sent | CommandState::InProgress) | None => &mut tally.under_way,
            };
            *count += 1;
        }
        tally
    }

    /// Those that did not accept it, with a final answer or none in time.
    #[must_use]
    pub fn failed(&self) -> Vec<VehicleId> {
        let has_failed = |named: &&Named| {
            let report = self.reports.get(&named.id);
            report.is_some_and(|report| {
                report.state.is_final() && report.state != CommandState::Accepted
            })
        };
        let failed = self.vehicles.iter().filter(has_failed);
        failed.map(|named| named.id.clone()).collect()
    }
}

/// The worst is first: a no, a silence, what is still under way, a yes.
fn rank(line: &Line<'_>) -> u8 {
    match line.report.map(|report| report.state) {
        _ if line.left_out.is_some() => 3,
        Some(CommandState::Rejected) => 0,
        Some(CommandState::TimedOut) => 1,
        Some(CommandState::Refused) => 2,
        None => 4,
        Some(CommandState::Sent) => 5,
        Some(CommandState::InProgress) => 6,
        Some(CommandState::Accepted) => 7,
    }
}
