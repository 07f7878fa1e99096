//! The mission protocol as a vehicle speaks it: MISSION_COUNT, MISSION_ITEM(_INT), MISSION_REQUEST(_INT),
//! MISSION_ACK. Parameters stay as sent, NaN included: there it means "not set".

use super::payload::Payload;
use crate::model::{
    mission::{Frame, MissionItem, PlanKind},
    mission_report::{
        Addressee, HeardItem, ItemRequest, MissionAck, MissionCount, MissionResult, PlanReport,
    },
};

fn addressee(payload: Payload<'_>, at: usize) -> Addressee {
    Addressee {
        system: payload.u8(at),
        component: payload.u8(at + 1),
    }
}

fn opaque_id(payload: Payload<'_>, at: usize) -> Option<u32> {
    Some(payload.u32(at)).filter(|id| *id != 0)
}

/// MISSION_COUNT (<https://mavlink.io/en/messages/common.html#MISSION_COUNT>).
pub(super) fn count(payload: Payload<'_>) -> MissionCount {
    MissionCount {
        count: payload.u16(0),
        kind: PlanKind::from_number(payload.u8(4)),
        opaque_id: opaque_id(payload, 5),
        addressee: addressee(payload, 2),
    }
}

/// MISSION_ITEM_INT (<https://mavlink.io/en/messages/common.html#MISSION_ITEM_INT>).
pub(super) fn item_int(payload: Payload<'_>) -> PlanReport {
    let (frame, command) = (Frame(payload.u8(34)), payload.u16(30));
    let degrees = |at| MissionItem::from_wire_xy(payload.i32(at), frame, command);
    item(payload, degrees(16), degrees(20), false)
}

/// MISSION_ITEM (<https://mavlink.io/en/messages/common.html#MISSION_ITEM>).
pub(super) fn item_float(payload: Payload<'_>) -> PlanReport {
    item(
        payload,
        f64::from(payload.f32(16)),
        f64::from(payload.f32(20)),
        true,
    )
}

/// Both forms are alike but for x and y.
fn item(payload: Payload<'_>, x: f64, y: f64, is_float: bool) -> PlanReport {
    PlanReport::Item(HeardItem {
        seq: payload.u16(28),
        kind: PlanKind::from_number(payload.u8(37)),
        item: MissionItem {
            command: payload.u16(30),
            frame: Frame(payload.u8(34)),
            params: [
                payload.f32(0),
                payload.f32(4),
                payload.f32(8),
                payload.f32(12),
            ],
            x,
            y,
            z: payload.f32(24),
            autocontinue: payload.u8(36) != 0,
        },
        current: payload.u8(35) != 0,
        is_float,
        addressee: addressee(payload, 32),
    })
}

/// MISSION_REQUEST_INT (<https://mavlink.io/en/messages/common.html#MISSION_REQUEST_INT>) and MISSION_REQUEST.
pub(super) fn request(payload: Payload<'_>, is_float: bool) -> PlanReport {
    PlanReport::Request(ItemRequest {
        seq: payload.u16(0),
        kind: PlanKind::from_number(payload.u8(4)),
        is_float,
        addressee: addressee(payload, 2),
    })
}

/// MISSION_ACK (<https://mavlink.io/en/messages/common.html#MISSION_ACK>).
pub(super) fn ack(payload: Payload<'_>) -> PlanReport {
    PlanReport::Ack(MissionAck {
        result: MissionResult(payload.u8(2)),
        kind: PlanKind::from_number(payload.u8(3)),
        opaque_id: opaque_id(payload, 4),
        addressee: addressee(payload, 0),
    })
}

#[cfg(test)]
mod tests;
