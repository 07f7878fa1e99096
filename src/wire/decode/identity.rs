//! Who speaks, in which mode, with which firmware: HEARTBEAT, AUTOPILOT_VERSION, AVAILABLE_MODES,
//! CURRENT_MODE.

use std::{fmt::Write, sync::Arc};

use super::{payload::Payload, text::clean_text};
use crate::{
    model::{
        report::{AutopilotVersion, AvailableMode, Heartbeat},
        vehicle::ModeClass,
        words::{Autopilot, MavType, SystemStatus},
    },
    wire::autopilot,
};

/// `MAV_MODE_FLAG_SAFETY_ARMED`.
const ARMED: u8 = 0b1000_0000;

/// HEARTBEAT (<https://mavlink.io/en/messages/common.html#HEARTBEAT>).
pub(super) fn heartbeat(payload: Payload<'_>) -> Heartbeat {
    let mav_type = MavType(payload.u8(4));
    let autopilot = Autopilot(payload.u8(5));
    let base_mode = payload.u8(6);
    let custom_mode = payload.u32(0);
    Heartbeat {
        mav_type,
        autopilot,
        armed: base_mode & ARMED != 0,
        base_mode,
        custom_mode,
        system_status: SystemStatus(payload.u8(7)),
        mode: autopilot::mode(autopilot, mav_type, base_mode, custom_mode),
    }
}

/// AUTOPILOT_VERSION (<https://mavlink.io/en/messages/common.html#AUTOPILOT_VERSION>).
pub(super) fn autopilot_version(payload: Payload<'_>) -> AutopilotVersion {
    AutopilotVersion {
        firmware: firmware(payload.u32(16)),
        uid: uid(payload),
        capabilities: payload.u64(0),
    }
}

/// Major, minor, patch and a FIRMWARE_VERSION_TYPE, one byte each; the types between two names count
/// the builds of the lower one.
fn firmware(version: u32) -> Option<Arc<str>> {
    if version == 0 {
        return None;
    }
    let [major, minor, patch, kind] = version.to_be_bytes();
    let suffix = match kind {
        0..64 => "-dev",
        64..128 => "-alpha",
        128..192 => "-beta",
        192..255 => "-rc",
        255 => "",
    };
    Some(format!("{major}.{minor}.{patch}{suffix}").into())
}

fn uid(payload: Payload<'_>) -> Option<Arc<str>> {
    let long: [u8; 18] = payload.bytes(60);
    let short = payload.u64(8);
    if long != [0; 18] {
        let mut hex = String::with_capacity(2 * long.len());
        for byte in long {
            // Writing into a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        return Some(hex.into());
    }
    (short != 0).then(|| short.to_string().into())
}

/// AVAILABLE_MODES (<https://mavlink.io/en/messages/common.html#AVAILABLE_MODES>).
pub(super) fn available_mode(payload: Payload<'_>) -> AvailableMode {
    AvailableMode {
        custom_mode: payload.u32(0),
        name: clean_text(&payload.bytes::<35>(11)).into(),
        class: standard_class(payload.u8(10)),
    }
}

/// MAV_STANDARD_MODE (<https://mavlink.io/en/services/standard_modes.html>) as one of our kinds.
const fn standard_class(standard_mode: u8) -> ModeClass {
    match standard_mode {
        1..=4 => ModeClass::Assisted,
        5 => ModeClass::Return,
        6 => ModeClass::Mission,
        7 => ModeClass::Land,
        8 => ModeClass::Takeoff,
        _ => ModeClass::Other,
    }
}

/// CURRENT_MODE (<https://mavlink.io/en/messages/common.html#CURRENT_MODE>).
pub(super) fn current_mode(payload: Payload<'_>) -> u32 {
    payload.u32(0)
}

#[cfg(test)]
mod tests;
