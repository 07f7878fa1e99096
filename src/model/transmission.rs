//! What the fleet wants on the air, before it is bytes. A target of 0 cannot be expressed.

pub use super::target::Target;
use super::{
    clocks::ClockMessage,
    ftp::FtpPacket,
    ids::{LinkId, PeerId},
    mission::{MissionItem, PlanKind},
    mission_report::MissionResult,
    params::traffic::ParamRequest,
    signing::SigningChange,
};

/// A message for one link, or for one peer of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Transmission {
    /// The link.
    pub link: LinkId,
    /// The remote address; `None` only for a link that has just one.
    pub peer: Option<PeerId>,
    /// MAVLink 2, or 1 for a vehicle that has spoken nothing else.
    pub mavlink2: bool,
    /// The message.
    pub message: Outgoing,
}

/// Messages this station sends.
#[derive(Debug, Clone, PartialEq)]
pub enum Outgoing {
    /// HEARTBEAT of a ground station.
    Heartbeat,
    /// COMMAND_LONG.
    CommandLong {
        /// Who shall do it.
        target: Target,
        /// MAV_CMD.
        command: u16,
        /// 0 for the first try, rising with each repeat.
        confirmation: u8,
        /// param1 to param7.
        params: [f32; 7],
    },
    /// COMMAND_INT: a command with a place, in the frame it is meant in.
    CommandInt {
        /// Who shall do it.
        target: Target,
        /// MAV_CMD.
        command: u16,
        /// MAV_FRAME.
        frame: u8,
        /// param1 to param4.
        params: [f32; 4],
        /// Latitude and longitude, degrees × 1e7.
        place_1e7: (i32, i32),
        /// z, metres in the frame.
        z_m: f32,
    },
    /// COMMAND_CANCEL: leave what is being worked on.
    CommandCancel {
        /// Who works on it.
        target: Target,
        /// MAV_CMD.
        command: u16,
    },
    /// SET_MODE, for autopilots older than MAV_CMD_DO_SET_MODE. The message names the target's system only.
    SetMode {
        /// Whose mode.
        target: Target,
        /// As in its heartbeat.
        custom_mode: u32,
    },
    /// SET_POSITION_TARGET_GLOBAL_INT with a position and nothing else.
    GuidedTarget {
        /// Who shall go there.
        target: Target,
        /// Latitude and longitude, degrees × 1e7.
        place_1e7: (i32, i32),
        /// Metres above home.
        alt_rel_m: f32,
    },
    /// REQUEST_DATA_STREAM, for autopilots without SET_MESSAGE_INTERVAL.
    RequestDataStream {
        /// Who shall do it.
        target: Target,
        /// MAV_DATA_STREAM.
        stream: u8,
        /// Hz; 0 stops the stream.
        rate_hz: u16,
    },
    /// PARAM_REQUEST_LIST, PARAM_REQUEST_READ, PARAM_SET.
    Param(ParamRequest),
    /// FILE_TRANSFER_PROTOCOL.
    Ftp {
        /// Whose files.
        target: Target,
        /// What is asked.
        packet: FtpPacket,
    },
    /// TIMESYNC or the answer to a PING.
    Clock(ClockMessage),
    /// SETUP_SIGNING: gives the vehicle the key of its link, which the link alone knows and fills in, or takes it
    /// away. Only over MAVLink 2, never recorded as it is.
    SetupSigning {
        /// Whose key.
        target: Target,
        /// Given or taken.
        change: SigningChange,
    },
    /// A message of the mission protocol.
    Plan(Target, PlanMessage),
}

/// What this station says in the mission protocol (<https://mavlink.io/en/services/mission.html>).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlanMessage {
    /// MISSION_REQUEST_LIST.
    RequestList(PlanKind),
    /// MISSION_REQUEST_INT: the item with this number.
    RequestItem(PlanKind, u16),
    /// MISSION_REQUEST, for a vehicle that knows no other.
    RequestFloatItem(PlanKind, u16),
    /// MISSION_COUNT: this many items are coming.
    Count(PlanKind, u16),
    /// MISSION_ITEM_INT, or MISSION_ITEM where the vehicle insists on floats.
    Item {
        /// Of which list.
        kind: PlanKind,
        /// Its number in the list.
        seq: u16,
        /// Whether the vehicle shall start with it.
        current: bool,
        /// As MISSION_ITEM: for a vehicle that knows no other.
        as_float: bool,
        /// What it says.
        item: MissionItem,
    },
    /// MISSION_ACK.
    Ack(PlanKind, MissionResult),
    /// MISSION_CLEAR_ALL.
    ClearAll(PlanKind),
    /// MISSION_SET_CURRENT: go on with this item.
    SetCurrent(u16),
}
