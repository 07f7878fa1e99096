//! Answers that end nothing here: to another station, too late, a second time, or to nobody. Each is told once.

use std::{borrow::Cow, time::Duration};

use serde_json::json;

use super::{Commands, Stray, Told, acks::Answer};
use crate::{
    fleet::journal::{Desk, Entry},
    model::{command::report::CommandState, event::EventKind, mission_command, words::Severity},
};

/// The same is told at most this often.
const TELL_EVERY: Duration = Duration::from_mins(1);
const REMEMBERED: usize = 4_096;
const NOTICE: Severity = Severity(5);

/// What an ack is about: a MAV_CMD, or the message SET_MODE, which ArduPilot answers by its number.
pub(super) fn ack_name(command: u16) -> Cow<'static, str> {
    match command {
        11 => "SET_MODE".into(),
        command => mission_command::name(command),
    }
}

/// Questions and rates: every station asks them all the time, and they move nothing.
const fn is_question(command: u16) -> bool {
    matches!(command, 410 | 510..=528)
}

impl Commands {
    pub(super) fn tell_stray(&mut self, answer: &Answer<'_>, stray: Stray, desk: &mut Desk<'_>) {
        let Answer {
            row, vehicle, ack, ..
        } = *answer;
        let (t, command) = (desk.t, ack.command);
        if !matches!(stray, Stray::After(_)) && is_question(command) {
            return;
        }
        self.told.retain(|told| t.since(told.t) < TELL_EVERY);
        let is_known = |told: &Told| (told.row, told.command, told.stray) == (row, command, stray);
        if self.told.iter().any(is_known) || self.told.len() >= REMEMBERED {
            return;
        }
        self.told.push_back(Told {
            t,
            row,
            command,
            stray,
        });
        let (name, result) = (ack_name(command), ack.result);
        let mut data = json!({
            "mav_cmd": command, "result": result,
            "for": [ack.target_system, ack.target_component],
        });
        let (word, text) = match stray {
            Stray::Foreign => (
                "foreign",
                format!(
                    "another station's {name} was answered: {result} (to {}/{})",
                    ack.target_system, ack.target_component
                ),
            ),
            Stray::Unasked => (
                "unasked",
                format!("{name} was answered that nobody here sent lately: {result}"),
            ),
            Stray::After(ticket) => {
                let of = |finished: &&super::Finished| {
                    finished.row == row && finished.asked.ticket == ticket
                };
                let Some(finished) = self.finished.iter().rev().find(of) else {
                    return;
                };
                let asked = &finished.asked;
                data["request"] = json!(asked.request);
                data["command"] = json!(asked.command);
                let label = &asked.label;
                if finished.state == CommandState::TimedOut {
                    ("late", format!("{label} was answered too late: {result}"))
                } else {
                    ("again", format!("{label} was answered again: {result}"))
                }
            }
        };
        data["answer"] = json!(word);
        let entry = Entry::new(EventKind::Command, NOTICE, text).with(data);
        desk.journal.vehicle(t, vehicle, entry);
    }
}
