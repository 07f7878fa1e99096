//! What we write, read back by the mavlink crate.

#![expect(
    deprecated,
    reason = "MISSION_REQUEST and MISSION_SET_CURRENT are what old vehicles know"
)]

use mavlink::{
    MavlinkVersion, Message,
    dialects::ardupilotmega::{
        MISSION_ACK_DATA, MISSION_CLEAR_ALL_DATA, MISSION_COUNT_DATA, MISSION_ITEM_INT_DATA,
        MISSION_REQUEST_DATA, MISSION_REQUEST_INT_DATA, MISSION_REQUEST_LIST_DATA,
        MISSION_SET_CURRENT_DATA, MavCmd, MavFrame, MavMessage, MavMissionResult, MavMissionType,
    },
};

use super::*;
use crate::model::{
    geo::LatLon,
    ids::{ComponentId, SystemId},
    mission::Frame,
    mission_report::MissionResult,
};

const FENCE: MavMissionType = MavMissionType::MAV_MISSION_TYPE_FENCE;

fn read_back(message: PlanMessage) -> MavMessage {
    let target = Target::new(SystemId(7), ComponentId(1)).unwrap();
    let payload = payload(target, message, true);
    MavMessage::parse(MavlinkVersion::V2, payload.message, payload.bytes()).unwrap()
}

#[test]
fn every_message_says_what_was_meant() {
    let (target_system, target_component, mission_type) = (7, 1, FENCE);
    for (message, expected) in [
        (
            PlanMessage::RequestList(PlanKind::Fence),
            MavMessage::MISSION_REQUEST_LIST(MISSION_REQUEST_LIST_DATA {
                target_system,
                target_component,
                mission_type,
            }),
        ),
        (
            PlanMessage::RequestItem(PlanKind::Fence, 258),
            MavMessage::MISSION_REQUEST_INT(MISSION_REQUEST_INT_DATA {
                seq: 258,
                target_system,
                target_component,
                mission_type,
            }),
        ),
        (
            PlanMessage::RequestFloatItem(PlanKind::Fence, 258),
            MavMessage::MISSION_REQUEST(MISSION_REQUEST_DATA {
                seq: 258,
                target_system,
                target_component,
                mission_type,
            }),
        ),
        (
            PlanMessage::Count(PlanKind::Fence, 513),
            MavMessage::MISSION_COUNT(MISSION_COUNT_DATA {
                count: 513,
                target_system,
                target_component,
                mission_type,
                opaque_id: 0,
            }),
        ),
        (
            PlanMessage::Ack(PlanKind::Fence, MissionResult::OPERATION_CANCELLED),
            MavMessage::MISSION_ACK(MISSION_ACK_DATA {
                target_system,
                target_component,
                mavtype: MavMissionResult::MAV_MISSION_OPERATION_CANCELLED,
                mission_type,
                opaque_id: 0,
            }),
        ),
        (
            PlanMessage::ClearAll(PlanKind::Fence),
            MavMessage::MISSION_CLEAR_ALL(MISSION_CLEAR_ALL_DATA {
                target_system,
                target_component,
                mission_type,
            }),
        ),
        (
            PlanMessage::SetCurrent(300),
            MavMessage::MISSION_SET_CURRENT(MISSION_SET_CURRENT_DATA {
                seq: 300,
                target_system,
                target_component,
            }),
        ),
    ] {
        assert_eq!(read_back(message), expected);
    }
}

#[test]
fn every_field_of_an_item_goes_out() {
    let place = LatLon {
        lat_deg: -35.363_262_1,
        lon_deg: 149.165_237_9,
    };
    let item = MissionItem::at(19, Frame(6), place, 584.25).with_params([1.5, 2.0, -3.0, 270.0]);
    let sent = |as_float| PlanMessage::Item {
        kind: PlanKind::Fence,
        seq: 258,
        current: true,
        as_float,
        item,
    };
    let expected = MISSION_ITEM_INT_DATA {
        param1: 1.5,
        param2: 2.0,
        param3: -3.0,
        param4: 270.0,
        x: -353_632_621,
        y: 1_491_652_379,
        z: 584.25,
        seq: 258,
        command: MavCmd::MAV_CMD_NAV_LOITER_TIME,
        target_system: 7,
        target_component: 1,
        frame: MavFrame::MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
        current: 1,
        autocontinue: 1,
        mission_type: FENCE,
    };
    assert_eq!(
        read_back(sent(false)),
        MavMessage::MISSION_ITEM_INT(expected)
    );
    let MavMessage::MISSION_ITEM(float) = read_back(sent(true)) else {
        panic!()
    };
    assert_eq!((float.x, float.y), (-35.363_262, 149.165_24));
    assert_eq!(float.frame, MavFrame::MAV_FRAME_GLOBAL_RELATIVE_ALT);
    assert_eq!((float.seq, float.z, float.param4), (258, 584.25, 270.0));
}

#[test]
fn mavlink_1_leaves_the_kind_of_list_out() {
    let target = Target::new(SystemId(7), ComponentId(1)).unwrap();
    let count = payload(target, PlanMessage::Count(PlanKind::Mission, 3), false);
    assert_eq!(count.bytes(), [3, 0, 7, 1]);
    let current = payload(target, PlanMessage::SetCurrent(3), false);
    assert_eq!(current.bytes(), [3, 0, 7, 1]);
}
