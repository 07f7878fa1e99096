//! What a vehicle says in the mission protocol, to us or to somebody else
//! (<https://mavlink.io/en/services/mission.html>). Whom it speaks to is kept: it may not be us.

use super::{
    ids::{ComponentId, SystemId},
    mission::{MissionItem, PlanKind},
};

/// Whom a message is for; 0 where the sender does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Addressee {
    /// System id as sent.
    pub system: u8,
    /// Component id as sent.
    pub component: u8,
}

impl Addressee {
    /// Whether the message may be for the station `own`.
    #[must_use]
    pub const fn may_be(self, own: (SystemId, ComponentId)) -> bool {
        (self.system == 0 || self.system == own.0.0)
            && (self.component == 0 || self.component == own.1.0)
    }
}

/// MISSION_COUNT (<https://mavlink.io/en/messages/common.html#MISSION_COUNT>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissionCount {
    /// Items of the list.
    pub count: u16,
    /// Which list; `None` for a MAV_MISSION_TYPE newer than ours.
    pub kind: Option<PlanKind>,
    /// The vehicle's mark of this content; `None` for 0.
    pub opaque_id: Option<u32>,
    /// Who asked.
    pub addressee: Addressee,
}

impl MissionCount {
    /// Whether it counts the items of the mission, not those of a fence or the rally points.
    #[must_use]
    pub fn is_mission(&self) -> bool {
        self.kind == Some(PlanKind::Mission)
    }
}

/// A message of the mission protocol other than MISSION_COUNT.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlanReport {
    /// MISSION_ITEM_INT or MISSION_ITEM.
    Item(HeardItem),
    /// MISSION_REQUEST_INT or MISSION_REQUEST.
    Request(ItemRequest),
    /// MISSION_ACK.
    Ack(MissionAck),
    /// MISSION_ITEM_REACHED: the number of the item.
    Reached(u16),
}

/// An item as a vehicle told it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeardItem {
    /// Its number in the list.
    pub seq: u16,
    /// Which list.
    pub kind: Option<PlanKind>,
    /// What it says.
    pub item: MissionItem,
    /// Whether the vehicle is flying it.
    pub current: bool,
    /// Whether it came as MISSION_ITEM, whose floats know a place to a metre or so.
    pub is_float: bool,
    /// Who asked.
    pub addressee: Addressee,
}

/// A vehicle wants an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemRequest {
    /// Its number in the list.
    pub seq: u16,
    /// Of which list.
    pub kind: Option<PlanKind>,
    /// Whether it asked by the old MISSION_REQUEST; answered alike.
    pub is_float: bool,
    /// From whom.
    pub addressee: Addressee,
}

/// MISSION_ACK (<https://mavlink.io/en/messages/common.html#MISSION_ACK>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissionAck {
    /// How it went.
    pub result: MissionResult,
    /// Which list.
    pub kind: Option<PlanKind>,
    /// The vehicle's mark of the new content; `None` for 0.
    pub opaque_id: Option<u32>,
    /// Whom it answers.
    pub addressee: Addressee,
}

/// MAV_MISSION_RESULT (<https://mavlink.io/en/messages/common.html#MAV_MISSION_RESULT>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MissionResult(pub u8);

impl MissionResult {
    /// Done.
    pub const ACCEPTED: Self = Self(0);
    /// Generic error, or not now.
    pub const ERROR: Self = Self(1);
    /// A frame the vehicle does not know.
    pub const UNSUPPORTED_FRAME: Self = Self(2);
    /// A command, or a list, the vehicle does not know.
    pub const UNSUPPORTED: Self = Self(3);
    /// The list is longer than the vehicle's memory.
    pub const NO_SPACE: Self = Self(4);
    /// An item came out of turn.
    pub const INVALID_SEQUENCE: Self = Self(13);
    /// Not from this station, or not now.
    pub const DENIED: Self = Self(14);
    /// Broken off.
    pub const OPERATION_CANCELLED: Self = Self(15);

    /// The result in words that finish "the vehicle says: …".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self.0 {
            0 => "accepted",
            1 => "it cannot do that now (no reason given)",
            2 => "it does not know this coordinate frame",
            3 => "it does not support this command",
            4 => "it has no room for that many items",
            5 => "one of the values is invalid",
            6 => "parameter 1 is invalid",
            7 => "parameter 2 is invalid",
            8 => "parameter 3 is invalid",
            9 => "parameter 4 is invalid",
            10 => "the latitude (parameter 5) is invalid",
            11 => "the longitude (parameter 6) is invalid",
            12 => "the altitude (parameter 7) is invalid",
            13 => "an item came out of sequence",
            14 => "it takes no plan from this station now; another station may be sending one",
            15 => "it broke the transfer off",
            _ => "a result this station does not know",
        }
    }

    /// MAV_MISSION_RESULT without its prefix, lower case; `result(99)` where it is newer.
    #[must_use]
    pub fn name(self) -> String {
        const NAMES: [&str; 16] = [
            "accepted",
            "error",
            "unsupported_frame",
            "unsupported",
            "no_space",
            "invalid",
            "invalid_param1",
            "invalid_param2",
            "invalid_param3",
            "invalid_param4",
            "invalid_param5_x",
            "invalid_param6_y",
            "invalid_param7",
            "invalid_sequence",
            "denied",
            "operation_cancelled",
        ];
        let known = NAMES.get(usize::from(self.0));
        known.map_or_else(|| format!("result({})", self.0), |name| (*name).to_owned())
    }

    /// Whether it judges the item sent last, so that the vehicle wants no other.
    #[must_use]
    pub const fn is_about_an_item(self) -> bool {
        matches!(self.0, 2 | 3 | 5..=12)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_for_another_station_is_not_for_us() {
        let own = (SystemId(255), ComponentId(25));
        let to = |system, component| Addressee { system, component }.may_be(own);
        assert!(to(255, 25) && to(255, 0) && to(0, 0));
        assert!(!to(254, 25) && !to(255, 190) && !to(254, 0));
    }

    #[test]
    fn every_result_has_words_and_a_name() {
        for number in 0..=15 {
            assert!(!MissionResult(number).name().contains('('), "{number}");
            assert!(!MissionResult(number).words().is_empty());
        }
        assert_eq!(MissionResult(99).name(), "result(99)");
    }
}
