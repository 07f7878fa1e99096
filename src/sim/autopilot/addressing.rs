//! Whom a message is for: where each kind carries its target, and whether that is this autopilot.

use crate::model::ids::SystemId;
use crate::sim::frames::Received;

use super::message_ids as id;

/// Whether a message is for the autopilot of this system, or for everyone.
pub(super) fn is_for(own: SystemId, frame: &Received) -> bool {
    let Some(at) = target_of(frame.id) else {
        return true;
    };
    let system = matches!(frame.u8(at), 0) || frame.u8(at) == own.0;
    // SET_MODE names no component: a base mode stands there.
    let component = frame.id == id::SET_MODE || matches!(frame.u8(at + 1), 0 | 1);
    system && component
}

/// Where the target system lies in the payload of an addressed message; the component follows it.
const fn target_of(message: u32) -> Option<usize> {
    match message {
        id::PARAM_REQUEST_LIST
        | id::MISSION_REQUEST_LIST
        | id::MISSION_CLEAR_ALL
        | id::MISSION_ACK => Some(0),
        id::FILE_TRANSFER_PROTOCOL => Some(1),
        id::PARAM_REQUEST_READ
        | id::MISSION_COUNT
        | id::MISSION_REQUEST_INT
        | id::MISSION_REQUEST
        | id::MISSION_SET_CURRENT
        | id::REQUEST_DATA_STREAM => Some(2),
        id::PARAM_SET | id::SET_MODE | id::MISSION_WRITE_PARTIAL_LIST => Some(4),
        id::SETUP_SIGNING => Some(8),
        id::PING => Some(12),
        id::TIMESYNC => Some(16),
        id::COMMAND_LONG | id::COMMAND_INT => Some(30),
        id::MISSION_ITEM_INT | id::MISSION_ITEM => Some(32),
        id::SET_POSITION_TARGET_GLOBAL_INT => Some(50),
        _ => None,
    }
}
