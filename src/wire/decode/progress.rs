//! What the vehicle is doing and answering: MISSION_CURRENT, FENCE_STATUS,
//! EXTENDED_SYS_STATE, COMMAND_ACK, SYSTEM_TIME.

use super::payload::Payload;
use crate::model::{
    groups::{Fence, Mission},
    report::{CommandAck, SystemTime},
    words::{CommandResult, FenceBreach, LandedState, MissionState},
};

/// `MAV_RESULT_IN_PROGRESS`: the only result whose parameter is a percentage.
const IN_PROGRESS: u8 = 5;

/// UTC a vehicle may claim, µs: 2001 to 2039. Before a fix PX4 counts from 1970, which is no time of day.
const PLAUSIBLE_UTC_US: std::ops::RangeInclusive<u64> =
    1_000_000_000_000_000..=2_200_000_000_000_000;

/// MISSION_CURRENT (<https://mavlink.io/en/messages/common.html#MISSION_CURRENT>). A total of 0 is "not
/// supported", 65535 is "no mission on board", which is a count of none.
pub(super) fn mission_current(payload: Payload<'_>) -> Mission {
    Mission {
        current: Some(payload.u16(0)),
        count: match payload.u16(2) {
            0 => None,
            u16::MAX => Some(0),
            total => Some(total),
        },
        state: Some(MissionState(payload.u8(4))).filter(|state| state.0 != 0),
        t_ms: None,
    }
}

/// FENCE_STATUS (<https://mavlink.io/en/messages/ardupilotmega.html#FENCE_STATUS>).
pub(super) fn fence_status(payload: Payload<'_>) -> Fence {
    Fence {
        breached: Some(payload.u8(6) != 0),
        breaches: Some(payload.u16(4)),
        breach: Some(FenceBreach(payload.u8(7))),
        t_ms: None,
    }
}

/// EXTENDED_SYS_STATE (<https://mavlink.io/en/messages/common.html#EXTENDED_SYS_STATE>).
pub(super) fn landed_state(payload: Payload<'_>) -> Option<LandedState> {
    Some(LandedState(payload.u8(1))).filter(|state| state.0 != 0)
}

/// COMMAND_ACK (<https://mavlink.io/en/messages/common.html#COMMAND_ACK>).
pub(super) fn command_ack(payload: Payload<'_>) -> CommandAck {
    let result = payload.u8(2);
    let progress = payload.u8(3);
    // A payload that ends before the field says nothing of progress; a 0 that was sent says "just begun".
    let tells_progress = result == IN_PROGRESS && payload.has(3) && progress <= 100;
    CommandAck {
        command: payload.u16(0),
        result: CommandResult(result),
        progress: tells_progress.then_some(progress),
        detail: payload.i32(4),
        target_system: payload.u8(8),
        target_component: payload.u8(9),
    }
}

/// SYSTEM_TIME (<https://mavlink.io/en/messages/common.html#SYSTEM_TIME>).
pub(super) fn system_time(payload: Payload<'_>) -> SystemTime {
    SystemTime {
        utc_us: Some(payload.u64(0)).filter(|utc_us| PLAUSIBLE_UTC_US.contains(utc_us)),
        boot_ms: payload.u32(8),
    }
}

#[cfg(test)]
mod tests;
