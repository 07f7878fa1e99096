//! Commands under way: checked, sent at a pace the link bears, answered, explained, aborted. Every step is an event.
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
pub(super) mod hear;
mod hints;
mod pace;
pub(super) mod reasons;
mod strays;

use std::{collections::VecDeque, sync::Arc};

use serde_json::json;

use self::pace::Pace;
use super::{
    journal::{Entry, Journal},
    record::Record,
};
use crate::{
    model::{
        command::{
            Consent, Kind,
            report::{CommandReport, CommandRing, CommandState},
        },
        event::EventKind,
        ids::{PathId, SystemId, VehicleId},
        intent::Origin,
        modes::ModeBook,
        time::TimeUs,
        vehicle::ModeClass,
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
    pub(super) told: VecDeque<Told>,
    /// What ended in the last seconds, and what other stations commanded.
    pub(super) finished: VecDeque<Finished>,
    pub(super) foreign: VecDeque<Foreign>,
    pub(super) pace: Pace,
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
    /// On its way there, degrees × 1e7.
    Going((i32, i32)),
    /// On its way to this item of its mission.
    Item(u16),
    /// Nothing that could be told apart.
    Nothing,
}

impl Wanted {
    /// Whether the vehicle has said so after `since`.
    pub(super) fn is_so(self, record: &Record, since: TimeUs) -> bool {
        let vehicle = &record.vehicle;
        let beat = vehicle.heard_ms.is_some_and(|heard| heard > since.as_ms());
        match self {
            Self::Armed(armed) => beat && vehicle.armed == Some(armed),
            Self::Mode(name) => beat && vehicle.mode.as_deref() == Some(name),
            Self::Going(place_1e7) => record
                .going
                .is_some_and(|(t, to)| t > since && is_near(to.place_1e7, place_1e7)),
            Self::Item(seq) => vehicle.mission.is_some_and(|mission| {
                mission.current == Some(seq) && mission.t_ms > Some(since.as_ms())
            }),
            Self::Nothing => false,
        }
    }
}

/// Within a step or two: firmwares keep places in their own units.
const fn is_near(one: (i32, i32), other: (i32, i32)) -> bool {
    const NEAR: u32 = 20;
    one.0.abs_diff(other.0) <= NEAR && one.1.abs_diff(other.1) <= NEAR
}

/// A command that left for a vehicle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    /// When it left.
    pub(super) t: TimeUs,
    /// An answer that comes later than this belongs to nothing any more.
    pub(super) until: TimeUs,
    pub(super) row: usize,
    /// What its acks name.
    pub(super) command: u16,
    /// Final answers that came.
    pub(super) answers: u8,
    /// Of which request; `None` for the station's own questions.
    pub(super) ticket: Option<u64>,
}

/// A command that ended lately.
#[derive(Debug, Clone)]
pub(super) struct Finished {
    pub(super) t: TimeUs,
    pub(super) row: usize,
    pub(super) asked: Asked,
    pub(super) wanted: Wanted,
    pub(super) state: CommandState,
}

/// A command of another station that a vehicle accepted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Foreign {
    pub(super) t: TimeUs,
    pub(super) row: usize,
    pub(super) command: u16,
    pub(super) station: (u8, u8),
}

/// Why an answer ends nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stray {
    /// It names another station.
    Foreign,
    /// It answers a request of this station that has ended.
    After(u64),
    /// It answers nothing this station sent lately; it may be another station's, where the vehicle names none.
    Unasked,
}

/// What was told, about whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) t: TimeUs,
    pub(super) row: usize,
    pub(super) command: u16,
    pub(super) stray: Stray,
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
    /// As `Record::heirs` was when it was asked for.
    pub(super) heirs: u32,
    pub(super) consent: Consent,
    /// What kind of mode is asked for, where one is.
    pub(super) class: Option<ModeClass>,
    pub(super) asked: Asked,
    pub(super) run: Commanding,
    pub(super) wanted: Wanted,
    pub(super) first_sent: Option<TimeUs>,
    /// What is told with `sent`.
    pub(super) remark: Option<String>,
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
