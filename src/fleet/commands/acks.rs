//! Whose answer is it? Sends and answers of the last seconds, so that a late or foreign one is told apart.

use std::time::Duration;

use super::{Commands, Open, Sent, Standing, Stray};
use crate::{
    fleet::journal::Desk,
    model::{
        command::report::CommandState,
        ids::{ComponentId, SystemId, VehicleId},
        report::{CommandAck, Heard},
        time::TimeUs,
        transmission::{Outgoing, Transmission},
        words::CommandResult,
    },
    protocol::commanding::{Hearing, is_for},
};

/// An answer that takes longer than this belongs to nothing any more, unless the link itself is slower.
pub(super) const MEMORY: Duration = Duration::from_secs(10);
const REMEMBERED: usize = 4_096;
const IN_PROGRESS: CommandResult = CommandResult(5);

/// Which send an ack answers.
enum Accounted {
    /// One of a request, or of the station's own.
    To(Option<u64>),
    /// None that is remembered.
    Nowhere,
}

/// Which vehicle answers.
pub(in crate::fleet) struct Answer<'a> {
    pub(in crate::fleet) row: usize,
    pub(in crate::fleet) vehicle: &'a VehicleId,
    pub(in crate::fleet) heard: &'a Heard,
    pub(in crate::fleet) ack: &'a CommandAck,
    /// The station's own enquiry waited for it, or it is of a recording.
    pub(in crate::fleet) taken: bool,
}

impl Commands {
    /// Remembers that something left whose acks will name `command`.
    pub(super) fn note_sent(
        &mut self,
        row: usize,
        (command, ticket): (u16, Option<u64>),
        (t, within): (TimeUs, Duration),
    ) {
        while self
            .ledger
            .front()
            .is_some_and(|sent| self.ledger.len() >= REMEMBERED || t > sent.until)
        {
            self.ledger.pop_front();
        }
        self.ledger.push_back(Sent {
            t,
            until: t.plus(within.max(MEMORY)),
            row,
            command,
            answers: 0,
            ticket,
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
                self.note_sent(row, (command, None), (t, MEMORY));
            }
        }
    }

    /// Sends to a vehicle that may still be answered.
    pub(super) fn sends_of(&self, row: usize, now: TimeUs) -> impl Iterator<Item = &Sent> {
        let counts = move |sent: &&Sent| sent.row == row && now <= sent.until;
        self.ledger.iter().filter(counts)
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
        if !is_for(ack, own) {
            self.note_foreign(row, ack, heard.t);
            self.tell_stray(answer, Stray::Foreign, desk);
            return;
        }
        let accounted = self.account(row, ack, heard.t);
        if answer.taken || self.hand_over(answer, own, desk) {
            return;
        }
        match accounted {
            Accounted::To(Some(ticket)) => self.tell_stray(answer, Stray::After(ticket), desk),
            // A late answer to the station's own question is nothing to an operator.
            Accounted::To(None) => {}
            Accounted::Nowhere => self.tell_stray(answer, Stray::Unasked, desk),
        }
    }

    /// Gives an ack to the command that waits for it. Whether there is one.
    fn hand_over(
        &mut self,
        answer: &Answer<'_>,
        own: (SystemId, ComponentId),
        desk: &mut Desk<'_>,
    ) -> bool {
        let Answer {
            row, heard, ack, ..
        } = *answer;
        let waits = |open: &&mut Open| {
            open.row == row
                && open.held.is_none()
                && open.run.sent() > 0
                && open.run.is_answered_by(ack.command)
        };
        let Some(open) = self.open.iter_mut().find(waits) else {
            return false;
        };
        let sender = (heard.system, heard.component);
        if let Hearing::Progress(percent) = open.run.on_ack(sender, ack, own, heard.t) {
            let (vehicle, asked) = (open.vehicle.clone(), open.asked.clone());
            let mut standing = Standing::new(CommandState::InProgress, "").with(ack.result);
            standing.progress = percent;
            self.tell(desk.journal, (&vehicle, &asked), standing, heard.t);
        }
        true
    }

    /// Finds the send an ack answers: the first that waits for a final answer, else one answered before.
    fn account(&mut self, row: usize, ack: &CommandAck, t: TimeUs) -> Accounted {
        let of =
            |sent: &&mut Sent| sent.row == row && sent.command == ack.command && t <= sent.until;
        let mut sends: Vec<&mut Sent> = self.ledger.iter_mut().filter(of).collect();
        let waiting = sends.iter().position(|sent| sent.answers == 0);
        let Some(at) = waiting.or(sends.len().checked_sub(1)) else {
            return Accounted::Nowhere;
        };
        let sent = &mut *sends[at];
        if ack.result == IN_PROGRESS {
            sent.until = sent.until.max(t.plus(MEMORY));
        } else {
            sent.answers = sent.answers.saturating_add(1);
        }
        Accounted::To(sent.ticket)
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
}
