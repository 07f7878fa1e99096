//! What a vehicle says that is about commands: its answers, and the modes they lead to.

use super::{Commands, acks::Answer};
use crate::{
    fleet::{journal::Desk, record::Record},
    model::{
        ids::{ComponentId, SystemId},
        report::{Heard, Heartbeat, Report},
    },
};

/// Finds out which command makes the change of mode that a vehicle is about to tell of.
pub(in crate::fleet) fn foresee(
    commands: &Commands,
    (row, record): (usize, &mut Record),
    heard: &Heard,
) {
    if let Report::Heartbeat(Heartbeat { mode, .. }) = &heard.report {
        let changes = record.vehicle.mode.as_ref() != Some(&mode.name);
        let reason = || commands.reason(row, mode, heard.t);
        record.causes.foresee(changes.then(reason).flatten());
    }
}

/// A COMMAND_ACK of a vehicle's autopilot; `taken` when the station's own enquiry waited for it, or it is of a
/// recording.
pub(in crate::fleet) fn hear_answer(
    commands: &mut Commands,
    (row, record): (usize, &mut Record),
    (heard, taken): (&Heard, bool),
    own: (SystemId, ComponentId),
    desk: &mut Desk<'_>,
) {
    let Report::Ack(ack) = &heard.report else {
        return;
    };
    let vehicle = &record.vehicle.id;
    let answer = Answer {
        row,
        vehicle,
        heard,
        ack,
        taken,
    };
    commands.hear_ack(&answer, own, desk);
    let who = commands.foreign_reason(row, heard.t);
    if let Some(entry) = who.and_then(|who| record.causes.commanded(&who, heard.t)) {
        record.note(desk, entry);
    }
}
