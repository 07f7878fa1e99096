//! Whom is a frame for? Where `target_system` and `target_component` lie in a payload, by message id.
//!
//! Offsets follow from the message definitions (<https://mavlink.io/en/guide/serialization.html#field_reordering>);
//! tests hold them against the mavlink crate. Used where frames of others are passed on
//! (<https://mavlink.io/en/guide/routing.html>). Pure.

use super::{dialect, frame::Frame};
use crate::model::ids::{ComponentId, SystemId};

/// Whom a frame is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressee {
    /// One system, and its component where the message can name one; component 0 stands for all of it.
    System(SystemId, Option<ComponentId>),
    /// The message can name a system, and names 0: everybody.
    Everybody,
    /// The message has no field for a target: whoever hears it.
    Unaddressed,
    /// The id is of no known dialect, so it cannot be told.
    Unknown,
}

/// Where one message carries its target.
#[derive(Debug, Clone, Copy)]
struct Row {
    id: u32,
    system_at: u8,
    component_at: Option<u8>,
}

const fn row(id: u32, system_at: u8, component_at: Option<u8>) -> Row {
    Row {
        id,
        system_at,
        component_at,
    }
}

/// Whom `frame` is for. Fields cut from the end of a payload are 0.
#[must_use]
pub fn addressee(frame: &Frame<'_>) -> Addressee {
    let Ok(at) = ROWS.binary_search_by_key(&frame.msgid, |row| row.id) else {
        return match dialect::entry(frame.msgid) {
            Some(_) => Addressee::Unaddressed,
            None => Addressee::Unknown,
        };
    };
    let byte = |at: u8| frame.payload().get(usize::from(at)).copied().unwrap_or(0);
    let row = ROWS[at];
    match byte(row.system_at) {
        0 => Addressee::Everybody,
        system => {
            let component = row.component_at.map(|at| ComponentId(byte(at)));
            Addressee::System(SystemId(system), component)
        }
    }
}

/// Every message that names its target, by rising id.
const ROWS: &[Row] = &[
    row(4, 12, Some(13)),     // PING
    row(5, 0, None),          // CHANGE_OPERATOR_CONTROL
    row(11, 4, None),         // SET_MODE
    row(20, 2, Some(3)),      // PARAM_REQUEST_READ
    row(21, 0, Some(1)),      // PARAM_REQUEST_LIST
    row(23, 4, Some(5)),      // PARAM_SET
    row(37, 4, Some(5)),      // MISSION_REQUEST_PARTIAL_LIST
    row(38, 4, Some(5)),      // MISSION_WRITE_PARTIAL_LIST
    row(39, 32, Some(33)),    // MISSION_ITEM
    row(40, 2, Some(3)),      // MISSION_REQUEST
    row(41, 2, Some(3)),      // MISSION_SET_CURRENT
    row(43, 0, Some(1)),      // MISSION_REQUEST_LIST
    row(44, 2, Some(3)),      // MISSION_COUNT
    row(45, 0, Some(1)),      // MISSION_CLEAR_ALL
    row(47, 0, Some(1)),      // MISSION_ACK
    row(48, 12, None),        // SET_GPS_GLOBAL_ORIGIN
    row(50, 18, Some(19)),    // PARAM_MAP_RC
    row(51, 2, Some(3)),      // MISSION_REQUEST_INT
    row(54, 24, Some(25)),    // SAFETY_SET_ALLOWED_AREA
    row(66, 2, Some(3)),      // REQUEST_DATA_STREAM
    row(69, 10, None),        // MANUAL_CONTROL
    row(70, 16, Some(17)),    // RC_CHANNELS_OVERRIDE
    row(73, 32, Some(33)),    // MISSION_ITEM_INT
    row(75, 30, Some(31)),    // COMMAND_INT
    row(76, 30, Some(31)),    // COMMAND_LONG
    row(77, 8, Some(9)),      // COMMAND_ACK
    row(80, 2, Some(3)),      // COMMAND_CANCEL
    row(82, 36, Some(37)),    // SET_ATTITUDE_TARGET
    row(84, 50, Some(51)),    // SET_POSITION_TARGET_LOCAL_NED
    row(86, 50, Some(51)),    // SET_POSITION_TARGET_GLOBAL_INT
    row(110, 1, Some(2)),     // FILE_TRANSFER_PROTOCOL
    row(111, 16, Some(17)),   // TIMESYNC
    row(117, 4, Some(5)),     // LOG_REQUEST_LIST
    row(119, 10, Some(11)),   // LOG_REQUEST_DATA
    row(121, 0, Some(1)),     // LOG_ERASE
    row(122, 0, Some(1)),     // LOG_REQUEST_END
    row(123, 0, Some(1)),     // GPS_INJECT_DATA
    row(126, 79, Some(80)),   // SERIAL_CONTROL
    row(139, 41, Some(42)),   // SET_ACTUATOR_CONTROL_TARGET
    row(151, 6, Some(7)),     // SET_MAG_OFFSETS
    row(154, 6, Some(7)),     // DIGICAM_CONFIGURE
    row(155, 4, Some(5)),     // DIGICAM_CONTROL
    row(156, 0, Some(1)),     // MOUNT_CONFIGURE
    row(157, 12, Some(13)),   // MOUNT_CONTROL
    row(158, 12, Some(13)),   // MOUNT_STATUS
    row(160, 8, Some(9)),     // FENCE_POINT
    row(161, 0, Some(1)),     // FENCE_FETCH_POINT
    row(175, 14, Some(15)),   // RALLY_POINT
    row(176, 0, Some(1)),     // RALLY_FETCH_POINT
    row(179, 26, None),       // CAMERA_STATUS
    row(180, 42, None),       // CAMERA_FEEDBACK
    row(183, 0, Some(1)),     // AUTOPILOT_VERSION_REQUEST
    row(184, 4, Some(5)),     // REMOTE_LOG_DATA_BLOCK
    row(185, 4, Some(5)),     // REMOTE_LOG_BLOCK_STATUS
    row(186, 0, Some(1)),     // LED_CONTROL
    row(200, 40, Some(41)),   // GIMBAL_REPORT
    row(201, 12, Some(13)),   // GIMBAL_CONTROL
    row(214, 6, Some(7)),     // GIMBAL_TORQUE_CMD_REPORT
    row(216, 0, Some(1)),     // GOPRO_GET_REQUEST
    row(218, 0, Some(1)),     // GOPRO_SET_REQUEST
    row(223, 42, Some(43)),   // COMMAND_INT_STAMPED
    row(224, 42, Some(43)),   // COMMAND_LONG_STAMPED
    row(243, 52, None),       // SET_HOME_POSITION
    row(248, 3, Some(4)),     // V2_EXTENSION
    row(256, 8, Some(9)),     // SETUP_SIGNING
    row(258, 0, Some(1)),     // PLAY_TUNE
    row(266, 2, Some(3)),     // LOGGING_DATA
    row(267, 2, Some(3)),     // LOGGING_DATA_ACKED
    row(268, 2, Some(3)),     // LOGGING_ACK
    row(282, 32, Some(33)),   // GIMBAL_MANAGER_SET_ATTITUDE
    row(284, 30, Some(31)),   // GIMBAL_DEVICE_SET_ATTITUDE
    row(285, 38, Some(39)),   // GIMBAL_DEVICE_ATTITUDE_STATUS
    row(286, 50, Some(51)),   // AUTOPILOT_STATE_FOR_GIMBAL_DEVICE
    row(287, 20, Some(21)),   // GIMBAL_MANAGER_SET_PITCHYAW
    row(288, 20, Some(21)),   // GIMBAL_MANAGER_SET_MANUAL_CONTROL
    row(292, 24, Some(25)),   // ESC_EEPROM
    row(296, 36, Some(37)),   // GLOBAL_POSITION_SENSOR
    row(320, 2, Some(3)),     // PARAM_EXT_REQUEST_READ
    row(321, 0, Some(1)),     // PARAM_EXT_REQUEST_LIST
    row(323, 0, Some(1)),     // PARAM_EXT_SET
    row(345, 2, Some(3)),     // PARAM_ERROR
    row(354, 12, Some(13)),   // SET_VELOCITY_LIMITS
    row(385, 2, Some(3)),     // TUNNEL
    row(386, 4, Some(5)),     // CAN_FRAME
    row(387, 4, Some(5)),     // CANFD_FRAME
    row(388, 32, Some(33)),   // CAN_FILTER_MODIFY
    row(400, 4, Some(5)),     // PLAY_TUNE_V2
    row(401, 4, Some(5)),     // SUPPORTED_TUNES
    row(412, 4, Some(5)),     // REQUEST_EVENT
    row(413, 4, Some(5)),     // RESPONSE_EVENT_ERROR
    row(420, 6, Some(7)),     // RADIO_RC_CHANNELS
    row(421, 4, Some(5)),     // RC_CHANNELS_OVERRIDE_V2
    row(513, 40, Some(41)),   // RANGING_BEACON
    row(11000, 4, Some(5)),   // DEVICE_OP_READ
    row(11002, 4, Some(5)),   // DEVICE_OP_WRITE
    row(11004, 8, Some(9)),   // SECURE_COMMAND
    row(11033, 16, Some(17)), // OSD_PARAM_CONFIG
    row(11035, 4, Some(5)),   // OSD_PARAM_SHOW_CONFIG
    row(12900, 0, Some(1)),   // OPEN_DRONE_ID_BASIC_ID
    row(12901, 30, Some(31)), // OPEN_DRONE_ID_LOCATION
    row(12902, 4, Some(5)),   // OPEN_DRONE_ID_AUTHENTICATION
    row(12903, 0, Some(1)),   // OPEN_DRONE_ID_SELF_ID
    row(12904, 28, Some(29)), // OPEN_DRONE_ID_SYSTEM
    row(12905, 0, Some(1)),   // OPEN_DRONE_ID_OPERATOR_ID
    row(12915, 0, Some(1)),   // OPEN_DRONE_ID_MESSAGE_PACK
    row(12919, 16, Some(17)), // OPEN_DRONE_ID_SYSTEM_UPDATE
    row(50004, 8, Some(9)),   // CUBEPILOT_FIRMWARE_UPDATE_START
    row(50005, 4, Some(5)),   // CUBEPILOT_FIRMWARE_UPDATE_RESP
    row(52600, 32, Some(33)), // LED_STRIP_CONFIG
    row(60000, 20, Some(21)), // AUTOPILOT_STATE_FOR_GIMBAL_DEVICE_EXT
    row(60012, 32, Some(33)), // STORM32_GIMBAL_MANAGER_CONTROL
    row(60013, 20, Some(21)), // STORM32_GIMBAL_MANAGER_CONTROL_PITCHYAW
    row(60014, 4, Some(5)),   // STORM32_GIMBAL_MANAGER_CORRECT_ROLL
    row(60045, 2, Some(3)),   // MLRS_RADIO_LINK_STATS
    row(60046, 8, Some(9)),   // MLRS_RADIO_LINK_INFORMATION
];

#[cfg(test)]
mod tests {
    use mavlink::{MavlinkVersion, Message, dialects::ardupilotmega::MavMessage};

    use super::*;
    use crate::{
        model::transmission::{Outgoing, Target},
        wire::{counters::SplitCounters, encode::Encoder, splitter::split_datagram},
    };

    #[test]
    fn rows_rise() {
        assert!(ROWS.windows(2).all(|pair| pair[0].id < pair[1].id));
    }

    /// Where one changed byte of a message lies in its payload.
    fn place(id: u32, change: impl Fn(&mut MavMessage) -> bool) -> Option<u8> {
        let mut message = MavMessage::default_message_from_id(id)?;
        let payload = |message: &MavMessage| {
            let mut bytes = [0; 255];
            message.ser(MavlinkVersion::V2, &mut bytes);
            bytes
        };
        let before = payload(&message);
        if !change(&mut message) {
            return None;
        }
        let after = payload(&message);
        let at = (0..255).find(|at| before[*at] != after[*at])?;
        u8::try_from(at).ok()
    }

    #[test]
    fn offsets_agree_with_the_mavlink_crate_for_every_message_it_knows() {
        let set = |field: Option<&mut u8>| field.map(|byte| *byte ^= 0x5A).is_some();
        let mut compared = 0;
        for &(name, id) in MavMessage::all_messages() {
            let system = place(id, |message| set(message.target_system_id_mut()));
            let component = place(id, |message| set(message.target_component_id_mut()));
            let row = ROWS.iter().find(|row| row.id == id);
            // MANUAL_CONTROL calls the field `target`.
            if id != 69 {
                assert_eq!(row.map(|row| row.system_at), system, "{name}");
                assert_eq!(row.and_then(|row| row.component_at), component, "{name}");
            }
            compared += usize::from(system.is_some());
        }
        assert!(compared > 80, "{compared}");
    }

    fn of(bytes: &[u8]) -> Addressee {
        let mut found = None;
        let mut counters = SplitCounters::default();
        split_datagram(bytes, &mut counters, &mut |frame| {
            found = Some(addressee(&frame));
        });
        found.unwrap()
    }

    #[test]
    fn a_command_is_for_its_target_and_a_heartbeat_for_whoever_hears_it() {
        let mut encoder = Encoder::new(SystemId(255), ComponentId(25));
        let command = Outgoing::CommandLong {
            target: Target::new(SystemId(7), ComponentId(1)).unwrap(),
            command: 400,
            confirmation: 0,
            params: [1.0; 7],
        };
        for mavlink2 in [false, true] {
            let mut bytes = Vec::new();
            encoder.encode(&command, mavlink2, &mut bytes);
            assert_eq!(
                of(&bytes),
                Addressee::System(SystemId(7), Some(ComponentId(1)))
            );
            bytes.clear();
            encoder.encode(&Outgoing::Heartbeat, mavlink2, &mut bytes);
            assert_eq!(of(&bytes), Addressee::Unaddressed);
        }
    }

    #[test]
    fn a_target_cut_from_the_end_is_everybody() {
        // PARAM_REQUEST_LIST to system 0, component 0: MAVLink 2 leaves one zero of the two.
        let mut frame = vec![0xFD, 1, 0, 0, 0, 255, 190, 21, 0, 0, 0];
        let crc =
            crate::wire::crc::frame_checksum(&frame[1..], dialect::entry(21).unwrap().crc_extra);
        frame.extend(crc.to_le_bytes());
        assert_eq!(of(&frame), Addressee::Everybody);
    }
}
