//! Payloads of commands, by bytes: the crate's MAV_CMD could not carry a command newer than its tables.

use crate::model::transmission::{Outgoing, Target};

/// SET_MODE, superseded by MAV_CMD_DO_SET_MODE.
const SET_MODE: u32 = 11;
/// COMMAND_INT.
const COMMAND_INT: u32 = 75;
/// COMMAND_LONG.
const COMMAND_LONG: u32 = 76;
/// COMMAND_CANCEL.
const COMMAND_CANCEL: u32 = 80;
/// SET_POSITION_TARGET_GLOBAL_INT.
const SET_POSITION_TARGET_GLOBAL_INT: u32 = 86;

/// `MAV_MODE_FLAG_CUSTOM_MODE_ENABLED`, and nothing else: other bits of the base mode arm or disarm.
const CUSTOM_MODE_ENABLED: u8 = 1;
/// `POSITION_TARGET_TYPEMASK`: speeds, accelerations, yaw and its rate are to be ignored.
const POSITION_ONLY: u16 = 0x0DF8;
/// `MAV_FRAME_GLOBAL_RELATIVE_ALT_INT`: what every ArduPilot that knows the message takes.
const RELATIVE_INT: u8 = 6;

/// Id and payload of a command or of what stands for one; `None` for any other message.
pub(super) fn message(outgoing: &Outgoing) -> Option<(u32, Vec<u8>)> {
    Some(match *outgoing {
        Outgoing::CommandLong {
            target,
            command,
            confirmation,
            params,
        } => (
            COMMAND_LONG,
            command_long(target, command, confirmation, params),
        ),
        Outgoing::CommandInt { .. } => (COMMAND_INT, command_int(outgoing)?),
        Outgoing::CommandCancel { target, command } => {
            let mut payload = command.to_le_bytes().to_vec();
            payload.extend(ids(target));
            (COMMAND_CANCEL, payload)
        }
        Outgoing::SetMode {
            target,
            custom_mode,
        } => {
            let mut payload = custom_mode.to_le_bytes().to_vec();
            payload.extend([target.system().0, CUSTOM_MODE_ENABLED]);
            (SET_MODE, payload)
        }
        Outgoing::GuidedTarget {
            target,
            place_1e7,
            alt_rel_m,
        } => (
            SET_POSITION_TARGET_GLOBAL_INT,
            guided_target(target, place_1e7, alt_rel_m),
        ),
        _ => return None,
    })
}

const fn ids(target: Target) -> [u8; 2] {
    [target.system().0, target.component().0]
}

/// COMMAND_LONG (<https://mavlink.io/en/messages/common.html#COMMAND_LONG>).
fn command_long(target: Target, command: u16, confirmation: u8, params: [f32; 7]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(33);
    payload.extend(params.into_iter().flat_map(f32::to_le_bytes));
    payload.extend(command.to_le_bytes());
    payload.extend(ids(target));
    payload.push(confirmation);
    payload
}

/// COMMAND_INT (<https://mavlink.io/en/messages/common.html#COMMAND_INT>).
fn command_int(outgoing: &Outgoing) -> Option<Vec<u8>> {
    let Outgoing::CommandInt {
        target,
        command,
        frame,
        params,
        place_1e7: (x, y),
        z_m,
    } = *outgoing
    else {
        return None;
    };
    let mut payload = Vec::with_capacity(35);
    payload.extend(params.into_iter().flat_map(f32::to_le_bytes));
    payload.extend(x.to_le_bytes());
    payload.extend(y.to_le_bytes());
    payload.extend(z_m.to_le_bytes());
    payload.extend(command.to_le_bytes());
    payload.extend(ids(target));
    // frame, current, autocontinue
    payload.extend([frame, 0, 0]);
    Some(payload)
}

/// SET_POSITION_TARGET_GLOBAL_INT
/// (<https://mavlink.io/en/messages/common.html#SET_POSITION_TARGET_GLOBAL_INT>).
fn guided_target(target: Target, (lat, lon): (i32, i32), alt_rel_m: f32) -> Vec<u8> {
    let mut payload = vec![0; 53];
    payload[4..8].copy_from_slice(&lat.to_le_bytes());
    payload[8..12].copy_from_slice(&lon.to_le_bytes());
    payload[12..16].copy_from_slice(&alt_rel_m.to_le_bytes());
    payload[48..50].copy_from_slice(&POSITION_ONLY.to_le_bytes());
    payload[50..52].copy_from_slice(&ids(target));
    payload[52] = RELATIVE_INT;
    payload
}
