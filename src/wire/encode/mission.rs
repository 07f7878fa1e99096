//! The payloads of the mission protocol as this station speaks it, by bytes: the crate's enumerations could
//! not carry a command or a frame newer than its tables. <https://mavlink.io/en/services/mission.html>

use crate::model::{
    mission::{MissionItem, PlanKind},
    transmission::{PlanMessage, Target},
};

const MISSION_ITEM: u32 = 39;
const MISSION_REQUEST: u32 = 40;
const MISSION_SET_CURRENT: u32 = 41;
const MISSION_REQUEST_LIST: u32 = 43;
const MISSION_COUNT: u32 = 44;
const MISSION_CLEAR_ALL: u32 = 45;
const MISSION_ACK: u32 = 47;
const MISSION_REQUEST_INT: u32 = 51;
const MISSION_ITEM_INT: u32 = 73;
const MISSION_ITEM_INT_BYTES: usize = 38;

/// A message id and its payload.
pub(super) struct PlanPayload {
    pub(super) message: u32,
    buffer: [u8; MISSION_ITEM_INT_BYTES],
    length: usize,
}

impl PlanPayload {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    fn new(message: u32, bytes: &[u8]) -> Self {
        let mut buffer = [0; MISSION_ITEM_INT_BYTES];
        buffer[..bytes.len()].copy_from_slice(bytes);
        Self {
            message,
            buffer,
            length: bytes.len(),
        }
    }
}

/// The payload of `message`. MAVLink 1 has no field for the kind of list, the last byte of each.
pub(super) fn payload(target: Target, message: PlanMessage, mavlink2: bool) -> PlanPayload {
    let mut payload = whole(target, message);
    if !mavlink2 && !matches!(message, PlanMessage::SetCurrent(_)) {
        payload.length -= 1;
    }
    payload
}

fn whole(target: Target, message: PlanMessage) -> PlanPayload {
    let (system, component) = (target.system().0, target.component().0);
    let numbered = |number: u16, kind: PlanKind| {
        let [low, high] = number.to_le_bytes();
        [low, high, system, component, kind.number()]
    };
    match message {
        PlanMessage::RequestList(kind) => {
            PlanPayload::new(MISSION_REQUEST_LIST, &[system, component, kind.number()])
        }
        PlanMessage::RequestItem(kind, seq) => {
            PlanPayload::new(MISSION_REQUEST_INT, &numbered(seq, kind))
        }
        PlanMessage::RequestFloatItem(kind, seq) => {
            PlanPayload::new(MISSION_REQUEST, &numbered(seq, kind))
        }
        PlanMessage::Count(kind, count) => PlanPayload::new(MISSION_COUNT, &numbered(count, kind)),
        PlanMessage::Item {
            kind,
            seq,
            current,
            as_float,
            item,
        } => item_payload(target, (kind, seq, current), &item, as_float),
        PlanMessage::Ack(kind, result) => {
            PlanPayload::new(MISSION_ACK, &[system, component, result.0, kind.number()])
        }
        PlanMessage::ClearAll(kind) => {
            PlanPayload::new(MISSION_CLEAR_ALL, &[system, component, kind.number()])
        }
        PlanMessage::SetCurrent(seq) => {
            let [low, high] = seq.to_le_bytes();
            PlanPayload::new(MISSION_SET_CURRENT, &[low, high, system, component])
        }
    }
}

fn item_payload(
    target: Target,
    place: (PlanKind, u16, bool),
    item: &MissionItem,
    as_float: bool,
) -> PlanPayload {
    let mut bytes = item_int(target, place, item);
    if as_float {
        make_float(&mut bytes, item);
        return PlanPayload::new(MISSION_ITEM, &bytes);
    }
    PlanPayload::new(MISSION_ITEM_INT, &bytes)
}

/// MISSION_ITEM_INT (<https://mavlink.io/en/messages/common.html#MISSION_ITEM_INT>).
fn item_int(
    target: Target,
    (kind, seq, current): (PlanKind, u16, bool),
    item: &MissionItem,
) -> [u8; MISSION_ITEM_INT_BYTES] {
    let mut payload = [0; MISSION_ITEM_INT_BYTES];
    for (place, param) in payload.chunks_exact_mut(4).zip(item.params) {
        place.copy_from_slice(&param.to_le_bytes());
    }
    let (x, y) = item.wire_xy();
    payload[16..20].copy_from_slice(&x.to_le_bytes());
    payload[20..24].copy_from_slice(&y.to_le_bytes());
    payload[24..28].copy_from_slice(&item.z.to_le_bytes());
    payload[28..30].copy_from_slice(&seq.to_le_bytes());
    payload[30..32].copy_from_slice(&item.command.to_le_bytes());
    payload[32..].copy_from_slice(&[
        target.system().0,
        target.component().0,
        item.frame.0,
        u8::from(current),
        u8::from(item.autocontinue),
        kind.number(),
    ]);
    payload
}

/// MISSION_ITEM (<https://mavlink.io/en/messages/common.html#MISSION_ITEM>): the same with x and y as floats and
/// without the frames whose names end in INT.
fn make_float(payload: &mut [u8; MISSION_ITEM_INT_BYTES], item: &MissionItem) {
    let known = |value: f64| if value.is_nan() { 0.0 } else { value as f32 };
    payload[16..20].copy_from_slice(&known(item.x).to_le_bytes());
    payload[20..24].copy_from_slice(&known(item.y).to_le_bytes());
    payload[34] = item.frame.canonical().0;
}

#[cfg(test)]
mod tests;
