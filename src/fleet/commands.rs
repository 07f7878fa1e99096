//! Commands under way: checked, sent at a pace the link bears, answered, explained. Every step is an event.
//!
//! ```text
//!  intent ─► begin (checks, forms) ─► Open ─► drive (send, believe, end) ─► report, event
//!                                      ▲ acks, texts, reboots of its vehicle
//! ```

mod abort;
pub(super) mod acks;
pub(super) mod begin;
pub(super) mod drive;
pub(super) mod forms;

use std::{collections::VecDeque, sync::Arc};

use serde_json::json;

use super::journal::{Entry, Journal};
use crate::{
    model::{
        command::{
            Kind,
            report::{CommandReport, CommandRing, CommandState},
        },
        event::EventKind,
        ids::{PathId, SystemId, VehicleId},
        intent::Origin,
        modes::ModeBook,
        time::TimeUs,
        vehicle::Vehicle,
        words::{CommandResult, Severity},
    },
    protocol::commanding::Commanding,
};

/// Everything about commands.
#[derive(Debug, Default)]
pub(super) struct Commands {
    pub(super) open: Vec<Open>,
    /// Sends and answers of the last seconds.
    pub(super) ledger: VecDeque<Sent>,
    pub(super) used: VecDeque<(TimeUs, u64)>,
    pub(super) told: VecDeque<(TimeUs, usize, u16)>,
    pub(super) ring: Arc<CommandRing>,
    pub(super) modes: Option<Arc<dyn ModeBook>>,
    /// The last event that was looked at for explanations.
    pub(super) read_to: u64,
}

/// What the vehicle itself would say when it has done it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Wanted {
    /// Armed or not.
    Armed(bool),
    /// A mode of this name.
    Mode(&'static str),
    /// Nothing that could be told apart.
    Nothing,
}

impl Wanted {
    /// Whether the vehicle says so.
    pub(super) fn is_so(self, vehicle: &Vehicle) -> bool {
        match self {
            Self::Armed(armed) => vehicle.armed == Some(armed),
            Self::Mode(name) => vehicle.mode.as_deref() == Some(name),
            Self::Nothing => false,
        }
    }
}

/// A command that left for a vehicle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub(super) t: TimeUs,
    pub(super) row: usize,
    pub(super) command: u16,
    pub(super) answered: bool,
}

/// Who asked for what, for reports and events.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) ticket: u64,
    pub(super) request: Arc<str>,
    pub(super) command: &'static str,
    pub(super) label: Arc<str>,
    pub(super) kind: Kind,
    pub(super) origin: Origin,
    pub(super) at: TimeUs,
}

/// One command to one vehicle.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) row: usize,
    pub(super) system: SystemId,
    pub(super) vehicle: VehicleId,
    pub(super) path: PathId,
    pub(super) boots: u32,
    pub(super) asked: Asked,
    pub(super) run: Commanding,
    pub(super) wanted: Wanted,
    pub(super) first_sent: Option<TimeUs>,
    /// What the vehicle said about it.
    pub(super) explanation: Option<Arc<str>>,
    /// Rejected, and an explanation may still come until then.
    pub(super) held: Option<(CommandResult, TimeUs)>,
}

/// How a command stands with a vehicle.
pub(super) struct Standing {
    pub(super) state: CommandState,
    pub(super) result: Option<CommandResult>,
    pub(super) progress: Option<u8>,
    pub(super) text: String,
}

impl Standing {
    pub(super) fn new(state: CommandState, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            state,
            result: None,
            progress: None,
            text,
        }
    }

    pub(super) const fn with(mut self, result: CommandResult) -> Self {
        self.result = Some(result);
        self
    }
}

impl Commands {
    /// Tells everybody how a command stands: a report, and an event of the vehicle.
    pub(super) fn tell(
        &mut self,
        journal: &mut Journal,
        (vehicle, asked): (&VehicleId, &Asked),
        standing: Standing,
        now: TimeUs,
    ) {
        let Standing {
            state,
            result,
            progress,
            text,
        } = standing;
        let severity = match state {
            CommandState::Rejected | CommandState::TimedOut | CommandState::Refused => {
                Severity::WARNING
            }
            _ => Severity::INFO,
        };
        let took_ms = now.as_ms() - asked.at.as_ms();
        let word = match result.filter(|_| state == CommandState::Rejected) {
            Some(result) => format!("{} ({result})", state.word()),
            None => state.word().replace('_', " "),
        };
        let why = if text.is_empty() {
            String::new()
        } else {
            format!(": {text}")
        };
        let data = json!({
            "request": asked.request, "command": asked.command, "state": state, "result": result,
            "progress": progress, "took_ms": took_ms, "by": asked.origin,
        });
        let entry = Entry::new(
            EventKind::Command,
            severity,
            format!("{} {word}{why}", asked.label),
        );
        journal.vehicle(now, vehicle, entry.with(data));
        let report = CommandReport {
            id: 0,
            ticket: asked.ticket,
            request: Arc::clone(&asked.request),
            vehicle: vehicle.clone(),
            command: asked.command,
            state,
            result,
            progress,
            text: text.into(),
            took_ms,
            origin: asked.origin.clone(),
        };
        Arc::make_mut(&mut self.ring).push(report);
    }
}
