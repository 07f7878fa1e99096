//! The MAVLink messages the simulator reads or writes by hand, by number (<https://mavlink.io/en/messages/common.html>).
//!
//! Numbers and not the dialect's types, because half of them are marked deprecated there and still in daily use.

pub(super) const HEARTBEAT: u32 = 0;
pub(super) const PING: u32 = 4;
pub(super) const SET_MODE: u32 = 11;
pub(super) const PARAM_REQUEST_READ: u32 = 20;
pub(super) const PARAM_REQUEST_LIST: u32 = 21;
pub(super) const PARAM_VALUE: u32 = 22;
pub(super) const PARAM_SET: u32 = 23;
pub(super) const MISSION_WRITE_PARTIAL_LIST: u32 = 38;
pub(super) const MISSION_ITEM: u32 = 39;
pub(super) const MISSION_REQUEST: u32 = 40;
pub(super) const MISSION_SET_CURRENT: u32 = 41;
pub(super) const MISSION_CURRENT: u32 = 42;
pub(super) const MISSION_REQUEST_LIST: u32 = 43;
pub(super) const MISSION_COUNT: u32 = 44;
pub(super) const MISSION_CLEAR_ALL: u32 = 45;
pub(super) const MISSION_ACK: u32 = 47;
pub(super) const MISSION_REQUEST_INT: u32 = 51;
pub(super) const REQUEST_DATA_STREAM: u32 = 66;
pub(super) const MISSION_ITEM_INT: u32 = 73;
pub(super) const COMMAND_INT: u32 = 75;
pub(super) const COMMAND_LONG: u32 = 76;
pub(super) const SET_POSITION_TARGET_GLOBAL_INT: u32 = 86;
pub(super) const RADIO_STATUS: u32 = 109;
pub(super) const FILE_TRANSFER_PROTOCOL: u32 = 110;
pub(super) const TIMESYNC: u32 = 111;
pub(super) const AUTOPILOT_VERSION: u32 = 148;
pub(super) const HOME_POSITION: u32 = 242;
pub(super) const STATUSTEXT: u32 = 253;
pub(super) const SETUP_SIGNING: u32 = 256;
pub(super) const PARAM_ERROR: u32 = 345;
pub(super) const AVAILABLE_MODES: u32 = 435;
pub(super) const CURRENT_MODE: u32 = 436;
