//! Missions, fences and rally points over the air: the messages both firmwares share.
//!
//! <https://mavlink.io/en/services/mission.html>. How a firmware holds the conversation is in
//! `ardupilot` and `px4`; which items it takes, and what becomes of them, in `rules`.

pub(super) mod ardupilot;
pub(super) mod px4;
pub(super) mod rules;

use crate::sim::mission::Item;

use super::message_ids as id;
use super::voice::{Asker, Voice};
use crate::sim::frames::Received;

/// `MAV_MISSION_RESULT`, by number since they travel as such.
pub(super) mod result {
    pub(in super::super) const ACCEPTED: u8 = 0;
    pub(in super::super) const ERROR: u8 = 1;
    pub(in super::super) const UNSUPPORTED_FRAME: u8 = 2;
    pub(in super::super) const UNSUPPORTED: u8 = 3;
    pub(in super::super) const NO_SPACE: u8 = 4;
    /// Of parameter 1; those of 2 to 7 follow.
    pub(in super::super) const INVALID_PARAM1: u8 = 6;
    pub(in super::super) const INVALID_SEQUENCE: u8 = 13;
    pub(in super::super) const DENIED: u8 = 14;
    pub(in super::super) const CANCELLED: u8 = 15;
}

/// The missions themselves; fences are 1, rally points 2 (`MAV_MISSION_TYPE`).
pub(super) const MISSION: u8 = 0;
pub(super) const FENCE: u8 = 1;
pub(super) const RALLY: u8 = 2;
/// Every kind at once, for MISSION_CLEAR_ALL.
pub(super) const EVERY_KIND: u8 = 255;

/// How items travel: with degrees × 1e7, or with the older floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Integers,
    Floats,
}

impl Form {
    /// The form of the message it came in.
    pub(super) const fn of(message: u32) -> Self {
        match message {
            id::MISSION_REQUEST | id::MISSION_ITEM => Self::Floats,
            _ => Self::Integers,
        }
    }
}

/// Sends MISSION_ACK. `opaque` is the number PX4 gives a plan; 0 for none.
pub(super) fn acknowledge(to: Asker, kind: u8, result: u8, opaque: u32, voice: &mut Voice<'_>) {
    let mut payload = [to.system.0, to.component.0, result, kind, 0, 0, 0, 0];
    payload[4..].copy_from_slice(&opaque.to_le_bytes());
    voice
        .sender
        .send_payload(voice.out, id::MISSION_ACK, &payload);
}

/// Sends MISSION_COUNT.
pub(super) fn tell_count(to: Asker, kind: u8, count: usize, opaque: u32, voice: &mut Voice<'_>) {
    let mut payload = [0; 9];
    payload[..2].copy_from_slice(&(count as u16).to_le_bytes());
    payload[2..5].copy_from_slice(&[to.system.0, to.component.0, kind]);
    payload[5..].copy_from_slice(&opaque.to_le_bytes());
    voice
        .sender
        .send_payload(voice.out, id::MISSION_COUNT, &payload);
}

/// Asks for an item with the message of this form.
pub(super) fn ask_for(to: Asker, kind: u8, number: u16, form: Form, voice: &mut Voice<'_>) {
    let [low, high] = number.to_le_bytes();
    let payload = [low, high, to.system.0, to.component.0, kind];
    let message = match form {
        Form::Integers => id::MISSION_REQUEST_INT,
        Form::Floats => id::MISSION_REQUEST,
    };
    voice.sender.send_payload(voice.out, message, &payload);
}

/// One item with its place in its plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbered {
    pub(super) kind: u8,
    pub(super) number: u16,
    pub(super) item: Item,
    pub(super) is_current: bool,
}

/// Sends MISSION_ITEM_INT, or MISSION_ITEM with its coarser place.
pub(super) fn tell_item(to: Asker, numbered: &Numbered, form: Form, voice: &mut Voice<'_>) {
    let item = &numbered.item;
    let mut payload = [0; 38];
    for (place, param) in payload.chunks_exact_mut(4).zip(item.params) {
        place.copy_from_slice(&param.to_le_bytes());
    }
    let place = |scaled: i32| match form {
        Form::Integers => scaled.to_le_bytes(),
        Form::Floats => ((f64::from(scaled) / 1e7) as f32).to_le_bytes(),
    };
    payload[16..20].copy_from_slice(&place(item.x));
    payload[20..24].copy_from_slice(&place(item.y));
    payload[24..28].copy_from_slice(&item.z.to_le_bytes());
    payload[28..30].copy_from_slice(&numbered.number.to_le_bytes());
    payload[30..32].copy_from_slice(&item.command.to_le_bytes());
    let frame = match (form, item.frame) {
        (Form::Floats, 5) => 0,
        (Form::Floats, 6) => 3,
        (_, frame) => frame,
    };
    payload[32..].copy_from_slice(&[
        to.system.0,
        to.component.0,
        frame,
        u8::from(numbered.is_current),
        item.autocontinue,
        numbered.kind,
    ]);
    let message = match form {
        Form::Integers => id::MISSION_ITEM_INT,
        Form::Floats => id::MISSION_ITEM,
    };
    voice.sender.send_payload(voice.out, message, &payload);
}

/// Reads MISSION_ITEM_INT or MISSION_ITEM.
pub(super) fn item_of(frame: &Received) -> Item {
    let scaled = |at: usize| match Form::of(frame.id) {
        Form::Floats => (f64::from(frame.f32(at)) * 1e7).round() as i32,
        Form::Integers => frame.i32(at),
    };
    Item {
        command: frame.u16(30),
        frame: frame.u8(34),
        autocontinue: frame.u8(36),
        params: [frame.f32(0), frame.f32(4), frame.f32(8), frame.f32(12)],
        x: scaled(16),
        y: scaled(20),
        z: frame.f32(24),
    }
}
