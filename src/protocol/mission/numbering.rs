//! How an autopilot counts the items of a mission, and what it keeps of one that broke off.
//!
//! ArduPilot's item 0 is home: it is sent with every mission, overwritten by the vehicle and never flown. PX4 and
//! the protocol itself know no such item. A plan here holds the items an operator drew, numbered from 1 (item 1 is
//! ArduPilot's item 1 and PX4's item 0), and DO_JUMP names those numbers, as in a `.plan` of QGroundControl.

use crate::model::{
    mission::{Frame, MissionItem, PlanKind, PlannedHome},
    mission_command::{DO_JUMP, NAV_WAYPOINT},
    words::Autopilot,
};

/// The autopilots whose habits differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    /// ArduPilot.
    ArduPilot,
    /// PX4.
    Px4,
    /// Whoever keeps to the protocol.
    Other,
}

impl From<Autopilot> for Stack {
    fn from(autopilot: Autopilot) -> Self {
        match autopilot {
            Autopilot::ARDUPILOT => Self::ArduPilot,
            Autopilot::PX4 => Self::Px4,
            _ => Self::Other,
        }
    }
}

impl Stack {
    /// Whether item 0 of a list of this kind is home.
    #[must_use]
    pub const fn keeps_home(self, kind: PlanKind) -> bool {
        matches!((self, kind), (Self::ArduPilot, PlanKind::Mission))
    }

    /// The operator's number of the vehicle's item `seq`, from 1; 0 is home.
    #[must_use]
    pub const fn number(self, kind: PlanKind, seq: u16) -> u16 {
        if self.keeps_home(kind) {
            seq
        } else {
            seq.saturating_add(1)
        }
    }

    /// The vehicle's number of the operator's item `number`, which counts from 1.
    #[must_use]
    pub const fn seq(self, kind: PlanKind, number: u16) -> u16 {
        if self.keeps_home(kind) {
            number
        } else {
            number.saturating_sub(1)
        }
    }

    /// The list as this autopilot takes it. Without a home a place of 0/0 stands for it: ArduPilot puts its own
    /// there. An empty mission stays empty.
    #[must_use]
    pub fn to_vehicle(
        self,
        kind: PlanKind,
        home: Option<PlannedHome>,
        items: &[MissionItem],
    ) -> Vec<MissionItem> {
        let home_item = home.map_or(MissionItem::action(NAV_WAYPOINT, [0.0; 4]), |home| {
            MissionItem::at(NAV_WAYPOINT, Frame::GLOBAL, home.place, home.alt_msl_m)
        });
        let home_item = MissionItem {
            frame: Frame::GLOBAL,
            ..home_item
        };
        let first = (self.keeps_home(kind) && !items.is_empty()).then_some(home_item);
        let renumbered = items.iter().map(|item| self.jump(kind, item, -1.0));
        first.into_iter().chain(renumbered).collect()
    }

    /// The items an operator drew out of the vehicle's list, and home where the list begins with it.
    #[must_use]
    pub fn from_vehicle(
        self,
        kind: PlanKind,
        items: &[MissionItem],
    ) -> (Option<PlannedHome>, Vec<MissionItem>) {
        let (home, rest) = match items.split_first() {
            Some((home, rest)) if self.keeps_home(kind) => (Some(home), rest),
            _ => (None, items),
        };
        let home = home.and_then(|item| {
            Some(PlannedHome {
                place: item.place()?,
                alt_msl_m: item.z,
            })
        });
        let items = rest.iter().map(|item| self.jump(kind, item, 1.0));
        (home, items.collect())
    }

    /// DO_JUMP names an item: its number changes with the way of counting.
    fn jump(self, kind: PlanKind, item: &MissionItem, step: f32) -> MissionItem {
        let mut item = *item;
        if item.command == DO_JUMP && kind == PlanKind::Mission && !self.keeps_home(kind) {
            item.params[0] += step;
        }
        item
    }

    /// What a vehicle holds after an upload that broke off (<https://mavlink.io/en/services/mission.html>).
    #[must_use]
    pub const fn after_a_broken_upload(self) -> &'static str {
        match self {
            Self::ArduPilot => {
                "the vehicle may hold a partial mission: ArduPilot keeps a mix of the new items and the old ones"
            }
            Self::Px4 => {
                "the vehicle may hold a partial mission, though PX4 goes back to the old one by itself"
            }
            Self::Other => "the vehicle may hold a partial mission",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geo::LatLon;

    const HOME: PlannedHome = PlannedHome {
        place: LatLon {
            lat_deg: 47.0,
            lon_deg: 8.0,
        },
        alt_msl_m: 488.0,
    };

    fn plan() -> Vec<MissionItem> {
        let place = LatLon {
            lat_deg: 47.1,
            lon_deg: 8.1,
        };
        vec![
            MissionItem::at(16, Frame::GLOBAL_RELATIVE, place, 30.0),
            MissionItem::action(DO_JUMP, [1.0, 3.0, 0.0, 0.0]),
        ]
    }

    #[test]
    fn ardupilot_gets_home_first_and_jumps_as_drawn() {
        let sent = Stack::ArduPilot.to_vehicle(PlanKind::Mission, Some(HOME), &plan());
        assert_eq!(sent.len(), 3);
        assert_eq!(
            sent[0],
            MissionItem::at(16, Frame::GLOBAL, HOME.place, 488.0)
        );
        assert!((sent[2].params[0] - 1.0).abs() < f32::EPSILON);
        assert_eq!(
            Stack::ArduPilot.from_vehicle(PlanKind::Mission, &sent),
            (Some(HOME), plan())
        );
    }

    #[test]
    fn px4_counts_from_zero_and_knows_no_home() {
        let sent = Stack::Px4.to_vehicle(PlanKind::Mission, Some(HOME), &plan());
        assert_eq!(sent.len(), 2);
        assert!(sent[1].params[0].abs() < f32::EPSILON);
        assert_eq!(
            Stack::Px4.from_vehicle(PlanKind::Mission, &sent),
            (None, plan())
        );
    }

    #[test]
    fn fences_and_rally_points_have_no_home_anywhere() {
        for kind in [PlanKind::Fence, PlanKind::Rally] {
            let sent = Stack::ArduPilot.to_vehicle(kind, Some(HOME), &plan());
            assert_eq!(sent, plan());
        }
    }

    #[test]
    fn an_empty_mission_stays_empty() {
        let sent = Stack::ArduPilot.to_vehicle(PlanKind::Mission, Some(HOME), &[]);
        assert!(sent.is_empty());
    }

    #[test]
    fn numbers_go_there_and_back() {
        for stack in [Stack::ArduPilot, Stack::Px4, Stack::Other] {
            assert_eq!(
                stack.number(PlanKind::Mission, stack.seq(PlanKind::Mission, 5)),
                5
            );
        }
        assert_eq!(Stack::ArduPilot.number(PlanKind::Fence, 0), 1);
    }
}
