//! Whose answer is it? Sends and answers of the last seconds, so that a late or foreign one is told apart.

use std::time::Duration;

use serde_json::json;

use super::{Commands, Sent};
use crate::{
    fleet::journal::{Desk, Entry},
    model::{
        event::EventKind,
        ids::{ComponentId, SystemId, VehicleId},
        mission_command,
        report::{CommandAck, Heard},
        time::TimeUs,
        transmission::{Outgoing, Transmission},
        words::Severity,
    },
    protocol::commanding::{Hearing, is_for},
};

/// An answer that takes longer than this belongs to nothing any more.
pub(super) const MEMORY: Duration = Duration::from_secs(10);
/// Foreign and late answers of one command are told at most this often.
const TELL_EVERY: Duration = Duration::from_secs(10);
const REMEMBERED: usize = 4_096;
const NOTICE: Severity = Severity(5);

/// Which vehicle answers.
pub(in crate::fleet) struct Answer<'a> {
    pub(in crate::fleet) row: usize,
    pub(in crate::fleet) vehicle: &'a VehicleId,
    pub(in crate::fleet) heard: &'a Heard,
    pub(in crate::fleet) ack: &'a CommandAck,
    /// The station's own enquiry waited for it.
    pub(in crate::fleet) taken: bool,
}

impl Commands {
    /// Remembers that a command left.
    pub(super) fn note_sent(&mut self, row: usize, command: u16, t: TimeUs) {
        while self
            .ledger
            .front()
            .is_some_and(|sent| self.ledger.len() >= REMEMBERED || t.since(sent.t) > MEMORY)
        {
            self.ledger.pop_front();
        }
        self.ledger.push_back(Sent {
            t,
            row,
            command,
            answered: false,
        });
    }

    /// Remembers the station's own questions, whose answers look like those to an operator's.
    pub(in crate::fleet) fn note_questions(
        &mut self,
        row: usize,
        sent: &[Transmission],
        t: TimeUs,
    ) {
        for transmission in sent {
            if let Outgoing::CommandLong { command, .. } = transmission.message {
                self.note_sent(row, command, t);
            }
        }
    }

    /// Sends of a command that may still be answered.
    pub(super) fn earlier(
        &self,
        row: usize,
        command: u16,
        now: TimeUs,
    ) -> impl Iterator<Item = &Sent> {
        self.ledger.iter().filter(move |sent| {
            sent.row == row && sent.command == command && now.since(sent.t) <= MEMORY
        })
    }

    /// A COMMAND_ACK of a vehicle's autopilot.
    pub(in crate::fleet) fn hear_ack(
        &mut self,
        answer: &Answer<'_>,
        own: (SystemId, ComponentId),
        desk: &mut Desk<'_>,
    ) {
        let Answer {
            row, heard, ack, ..
        } = *answer;
        if self.is_used(heard.fingerprint, heard.t) {
            return;
        }
        let sender = (heard.system, heard.component);
        if !is_for(ack, own) {
            self.tell_stray(answer, "another station's", desk);
            return;
        }
        let unanswered =
            |sent: &&mut Sent| sent.row == row && sent.command == ack.command && !sent.answered;
        let accounted = self.ledger.iter_mut().find(unanswered);
        let is_late = accounted.is_some_and(|sent| {
            sent.answered = true;
            true
        });
        if answer.taken {
            return;
        }
        let open = self.open.iter_mut().find(|open| {
            open.row == row && open.held.is_none() && open.run.command() == ack.command
        });
        let Some(open) = open else {
            if is_late {
                self.tell_stray(answer, "a late", desk);
            }
            return;
        };
        match open.run.on_ack(sender, ack, own, heard.t) {
            Hearing::Progress(percent) => {
                let (vehicle, asked) = (open.vehicle.clone(), open.asked.clone());
                let mut standing = super::Standing::new(
                    crate::model::command::report::CommandState::InProgress,
                    "",
                )
                .with(ack.result);
                standing.progress = percent;
                self.tell(desk.journal, (&vehicle, &asked), standing, heard.t);
            }
            Hearing::NotOurs | Hearing::Taken | Hearing::InDoubt => {}
        }
    }

    /// Whether these very bytes came before, over this path or another.
    fn is_used(&mut self, fingerprint: u64, t: TimeUs) -> bool {
        while self
            .used
            .front()
            .is_some_and(|(then, _)| self.used.len() >= REMEMBERED || t.since(*then) > MEMORY)
        {
            self.used.pop_front();
        }
        if self.used.iter().any(|(_, used)| *used == fingerprint) {
            return true;
        }
        self.used.push_back((t, fingerprint));
        false
    }

    fn tell_stray(&mut self, answer: &Answer<'_>, whose: &str, desk: &mut Desk<'_>) {
        let Answer {
            row, vehicle, ack, ..
        } = *answer;
        let t = desk.t;
        self.told.retain(|(then, ..)| t.since(*then) < TELL_EVERY);
        let known = self
            .told
            .iter()
            .any(|(_, of, command)| (*of, *command) == (row, ack.command));
        if known || self.told.len() >= REMEMBERED {
            return;
        }
        self.told.push_back((t, row, ack.command));
        let name = mission_command::name(ack.command);
        let text = format!("{whose} {name} was answered: {}", ack.result);
        let data = json!({
            "command": ack.command, "result": ack.result,
            "for": [ack.target_system, ack.target_component],
        });
        let entry = Entry::new(EventKind::Command, NOTICE, text).with(data);
        desk.journal.vehicle(t, vehicle, entry);
    }
}
