//! Every message of the mission protocol, written by the mavlink crate and read by us.

#![expect(
    clippy::float_cmp,
    reason = "numbers of a file or of the wire are exact"
)]
#![expect(
    deprecated,
    reason = "MISSION_ITEM and MISSION_REQUEST are what old vehicles send"
)]

use mavlink::dialects::ardupilotmega::{
    MISSION_ACK_DATA, MISSION_COUNT_DATA, MISSION_ITEM_DATA, MISSION_ITEM_INT_DATA,
    MISSION_ITEM_REACHED_DATA, MISSION_REQUEST_DATA, MISSION_REQUEST_INT_DATA, MavCmd, MavFrame,
    MavMissionResult, MavMissionType,
};

use super::*;
use crate::wire::decode::testing::{report, report_v1, unwrap_report};

const STATION: Addressee = Addressee {
    system: 255,
    component: 25,
};
const FENCE: MavMissionType = MavMissionType::MAV_MISSION_TYPE_FENCE;

fn item_int_data() -> MISSION_ITEM_INT_DATA {
    MISSION_ITEM_INT_DATA {
        param1: 1.5,
        param2: f32::NAN,
        param3: -3.0,
        param4: 270.0,
        x: -353_632_621,
        y: 1_491_652_379,
        z: 584.25,
        seq: 258,
        command: MavCmd::MAV_CMD_NAV_LOITER_TIME,
        target_system: 255,
        target_component: 25,
        frame: MavFrame::MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
        current: 1,
        autocontinue: 1,
        mission_type: FENCE,
    }
}

fn heard(report: crate::model::report::Report) -> HeardItem {
    match unwrap_report!(report, Plan) {
        PlanReport::Item(heard) => heard,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_field_of_an_item_is_found() {
    let item = MissionItem {
        command: 19,
        frame: Frame(6),
        params: [1.5, f32::NAN, -3.0, 270.0],
        x: -35.363_262_1,
        y: 149.165_237_9,
        z: 584.25,
        autocontinue: true,
    };
    let expected = HeardItem {
        seq: 258,
        kind: Some(PlanKind::Fence),
        item,
        current: true,
        is_float: false,
        addressee: STATION,
    };
    assert_eq!(heard(report(&item_int_data())), expected);
    let v1 = heard(report_v1(&item_int_data()));
    assert_eq!(
        v1,
        HeardItem {
            kind: Some(PlanKind::Mission),
            ..expected
        }
    );
    assert_eq!(v1.item.wire_xy(), (-353_632_621, 1_491_652_379));
}

#[test]
fn a_float_item_says_so() {
    let data = MISSION_ITEM_DATA {
        param1: 1.0,
        param2: 2.0,
        param3: 3.0,
        param4: 4.0,
        x: -35.363_262,
        y: 149.165_24,
        z: 30.0,
        seq: 3,
        command: MavCmd::MAV_CMD_NAV_WAYPOINT,
        target_system: 255,
        target_component: 25,
        frame: MavFrame::MAV_FRAME_GLOBAL_RELATIVE_ALT,
        current: 0,
        autocontinue: 0,
        mission_type: MavMissionType::MAV_MISSION_TYPE_RALLY,
    };
    let heard = heard(report(&data));
    assert!(heard.is_float && !heard.current && !heard.item.autocontinue);
    assert_eq!((heard.seq, heard.kind), (3, Some(PlanKind::Rally)));
    assert_eq!(heard.item.params, [1.0, 2.0, 3.0, 4.0]);
    assert!((heard.item.x + 35.363_262).abs() < 1e-5 && (heard.item.y - 149.165_24).abs() < 1e-5);
}

#[test]
fn a_count_tells_its_list_and_its_mark() {
    let message = MISSION_COUNT_DATA {
        count: 513,
        target_system: 255,
        target_component: 25,
        mission_type: FENCE,
        opaque_id: 0x0102_0304,
    };
    let expected = MissionCount {
        count: 513,
        kind: Some(PlanKind::Fence),
        opaque_id: Some(0x0102_0304),
        addressee: STATION,
    };
    assert_eq!(unwrap_report!(report(&message), MissionCount), expected);
    assert!(!expected.is_mission());
    let v1 = unwrap_report!(report_v1(&message), MissionCount);
    assert_eq!(
        v1,
        MissionCount {
            kind: Some(PlanKind::Mission),
            opaque_id: None,
            ..expected
        }
    );
    assert!(v1.is_mission());
}

#[test]
fn both_requests_are_read_alike() {
    let asked = |is_float| ItemRequest {
        seq: 258,
        kind: Some(PlanKind::Fence),
        is_float,
        addressee: STATION,
    };
    let int = MISSION_REQUEST_INT_DATA {
        seq: 258,
        target_system: 255,
        target_component: 25,
        mission_type: FENCE,
    };
    assert_eq!(
        unwrap_report!(report(&int), Plan),
        PlanReport::Request(asked(false))
    );
    let old = MISSION_REQUEST_DATA {
        seq: 258,
        target_system: 255,
        target_component: 25,
        mission_type: FENCE,
    };
    assert_eq!(
        unwrap_report!(report(&old), Plan),
        PlanReport::Request(asked(true))
    );
}

#[test]
fn every_field_of_an_ack_is_found() {
    let message = MISSION_ACK_DATA {
        target_system: 255,
        target_component: 25,
        mavtype: MavMissionResult::MAV_MISSION_INVALID_SEQUENCE,
        mission_type: FENCE,
        opaque_id: 0x0102_0304,
    };
    let expected = MissionAck {
        result: MissionResult::INVALID_SEQUENCE,
        kind: Some(PlanKind::Fence),
        opaque_id: Some(0x0102_0304),
        addressee: STATION,
    };
    assert_eq!(
        unwrap_report!(report(&message), Plan),
        PlanReport::Ack(expected)
    );
}

#[test]
fn a_reached_item_is_named() {
    let reached = unwrap_report!(report(&MISSION_ITEM_REACHED_DATA { seq: 300 }), Plan);
    assert_eq!(reached, PlanReport::Reached(300));
}
