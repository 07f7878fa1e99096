//! Which upstream messages does the `mavlink` crate's `ardupilotmega` dialect lack, or know shorter?
//!
//! PX4 and vendor firmware send them; without their CRC_EXTRA they could not be checked. Ids, names,
//! CRC_EXTRA and lengths are facts of the message definitions published at
//! <https://mavlink.io/en/messages/> (`message_definitions/v1.0` of mavlink/mavlink). Called by
//! `dialect` only.

use super::entry::Entry;

const fn row(id: u32, name: &'static str, crc_extra: u8, max_len: u8) -> Entry {
    Entry {
        id,
        name,
        crc_extra,
        max_len,
    }
}

/// Messages beyond ArduPilot's dialect; where an id is in both, CRC_EXTRA agrees and the longer length counts.
pub(super) const UPSTREAM: &[Entry] = &[
    // common.xml (a newer length)
    row(435, "AVAILABLE_MODES", 134, 47),
    // development.xml
    row(292, "ESC_EEPROM", 227, 223),
    row(354, "SET_VELOCITY_LIMITS", 210, 14),
    row(355, "VELOCITY_LIMITS", 6, 12),
    row(369, "BATTERY_STATUS_V2", 145, 27),
    row(414, "GROUP_START", 109, 16),
    row(415, "GROUP_END", 161, 16),
    row(420, "RADIO_RC_CHANNELS", 20, 73),
    row(421, "RC_CHANNELS_OVERRIDE_V2", 149, 70),
    row(441, "GNSS_INTEGRITY", 169, 17),
    row(442, "EFI_PERFORMANCE", 189, 49),
    row(510, "TARGET_ABSOLUTE", 245, 106),
    row(511, "TARGET_RELATIVE", 28, 71),
    row(512, "CONTROL_STATUS", 21, 12),
    row(513, "RANGING_BEACON", 99, 45),
    row(514, "ESTIMATOR_SENSOR_FUSION_STATUS", 197, 54),
    row(515, "MANUAL_INPUT_STATUS", 128, 3),
    row(516, "DISTANCE_SENSOR_INFO", 125, 35),
    row(517, "DISTANCE_SENSOR_V2", 126, 10),
    // ASLUAV.xml
    row(223, "COMMAND_INT_STAMPED", 119, 47),
    row(224, "COMMAND_LONG_STAMPED", 102, 45),
    row(8002, "SENS_POWER", 218, 16),
    row(8003, "SENS_MPPT", 231, 41),
    row(8004, "ASLCTRL_DATA", 172, 98),
    row(8005, "ASLCTRL_DEBUG", 251, 38),
    row(8006, "ASLUAV_STATUS", 97, 14),
    row(8007, "EKF_EXT", 64, 32),
    row(8008, "ASL_OBCTRL", 234, 33),
    row(8009, "SENS_ATMOS", 144, 16),
    row(8010, "SENS_BATMON", 155, 41),
    row(8011, "FW_SOARING_DATA", 20, 102),
    row(8012, "SENSORPOD_STATUS", 54, 16),
    row(8013, "SENS_POWER_BOARD", 222, 46),
    row(8014, "GSM_LINK_STATUS", 200, 14),
    row(8015, "SATCOM_LINK_STATUS", 23, 24),
    row(8016, "SENSOR_AIRFLOW_ANGLES", 149, 18),
    // AVSSUAS.xml
    row(60050, "AVSS_PRS_SYS_STATUS", 220, 14),
    row(60051, "AVSS_DRONE_POSITION", 245, 24),
    row(60052, "AVSS_DRONE_IMU", 101, 44),
    row(60053, "AVSS_DRONE_OPERATION_MODE", 45, 6),
    // marsh.xml
    row(52501, "CONTROL_LOADING_AXIS", 240, 17),
    row(52502, "MOTION_PLATFORM_STATE", 88, 78),
    row(52503, "REXROTH_MOTION_PLATFORM", 96, 85),
    row(52504, "MOTION_CUE_EXTRA", 177, 28),
    row(52505, "EYE_TRACKING_DATA", 215, 50),
    // stemstudios.xml
    row(52600, "LED_STRIP_CONFIG", 181, 38),
    row(52601, "LED_STRIP_STATE", 102, 36),
    // storm32.xml
    row(60000, "AUTOPILOT_STATE_FOR_GIMBAL_DEVICE_EXT", 4, 22),
    row(60010, "STORM32_GIMBAL_MANAGER_INFORMATION", 208, 33),
    row(60011, "STORM32_GIMBAL_MANAGER_STATUS", 183, 7),
    row(60012, "STORM32_GIMBAL_MANAGER_CONTROL", 99, 36),
    row(60013, "STORM32_GIMBAL_MANAGER_CONTROL_PITCHYAW", 129, 24),
    row(60014, "STORM32_GIMBAL_MANAGER_CORRECT_ROLL", 134, 8),
    row(60020, "QSHOT_STATUS", 202, 4),
    row(60040, "FRSKY_PASSTHROUGH_ARRAY", 156, 245),
    row(60041, "PARAM_VALUE_ARRAY", 191, 255),
    row(60045, "MLRS_RADIO_LINK_STATS", 14, 23),
    row(60046, "MLRS_RADIO_LINK_INFORMATION", 171, 28),
    row(60047, "MLRS_RADIO_LINK_FLOW_CONTROL", 55, 7),
    // dialects of older sets (matrixpilot and others, and the test dialects)
    row(53, "MISSION_CHECKSUM", 3, 5),
    row(220, "NAV_FILTER_BIAS", 34, 32),
    row(221, "RADIO_CALIBRATION", 71, 42),
    row(222, "UALBERTA_SYS_STATUS", 15, 3),
    row(17000, "TEST_TYPES", 103, 179),
    row(17150, "ARRAY_TEST_0", 26, 33),
    row(17151, "ARRAY_TEST_1", 72, 16),
    row(17153, "ARRAY_TEST_3", 19, 17),
    row(17154, "ARRAY_TEST_4", 89, 17),
    row(17155, "ARRAY_TEST_5", 27, 10),
    row(17156, "ARRAY_TEST_6", 14, 91),
    row(17157, "ARRAY_TEST_7", 187, 84),
    row(17158, "ARRAY_TEST_8", 106, 24),
];
