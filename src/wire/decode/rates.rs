//! What other stations ask vehicles to send: MAV_CMD_SET_MESSAGE_INTERVAL in COMMAND_LONG and COMMAND_INT,
//! REQUEST_DATA_STREAM. Other commands of other stations carry nothing for the fleet.

use super::payload::Payload;
use crate::model::report::{RateRequest, Stream};

const MAV_CMD_SET_MESSAGE_INTERVAL: u16 = 511;
/// Message ids have 24 bits.
const MESSAGE_IDS: f32 = 16_777_216.0;

/// COMMAND_LONG or COMMAND_INT (<https://mavlink.io/en/messages/common.html#COMMAND_LONG>): both have the first
/// parameter, the command and the target at the same places. `None` for any other command.
pub(super) fn message_interval(payload: Payload<'_>) -> Option<RateRequest> {
    let message = payload.f32(0);
    let is_meant = payload.u16(28) == MAV_CMD_SET_MESSAGE_INTERVAL;
    (is_meant && (0.0..MESSAGE_IDS).contains(&message)).then(|| RateRequest {
        target_system: payload.u8(30),
        target_component: payload.u8(31),
        stream: Stream::Message(message as u32),
    })
}

/// REQUEST_DATA_STREAM (<https://mavlink.io/en/messages/common.html#REQUEST_DATA_STREAM>).
pub(super) fn data_stream(payload: Payload<'_>) -> RateRequest {
    RateRequest {
        target_system: payload.u8(2),
        target_component: payload.u8(3),
        stream: Stream::Group(payload.u8(4)),
    }
}

#[cfg(test)]
mod tests;
