//! What the fleet wants on the air, before it is bytes. A target of 0 cannot be expressed.

use super::{
    ids::{ComponentId, LinkId, PeerId, SystemId},
    mission::{MissionItem, PlanKind},
    mission_report::MissionResult,
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
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// REQUEST_DATA_STREAM, for autopilots without SET_MESSAGE_INTERVAL.
    RequestDataStream {
        /// Who shall do it.
        target: Target,
        /// MAV_DATA_STREAM.
        stream: u8,
        /// Hz; 0 stops the stream.
        rate_hz: u16,
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

/// One component of one system, never "all".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    system: SystemId,
    component: ComponentId,
}

impl Target {
    /// The target, or `None` where an id is 0: that would speak to everybody.
    #[must_use]
    pub const fn new(system: SystemId, component: ComponentId) -> Option<Self> {
        if system.0 == 0 || component.0 == 0 {
            None
        } else {
            Some(Self { system, component })
        }
    }

    /// Never 0.
    #[must_use]
    pub const fn system(self) -> SystemId {
        self.system
    }

    /// Never 0.
    #[must_use]
    pub const fn component(self) -> ComponentId {
        self.component
    }
}
