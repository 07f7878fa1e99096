//! Missions, fences, acknowledgements and clocks.

use mavlink::dialects::ardupilotmega::{
    COMMAND_ACK_DATA, EXTENDED_SYS_STATE_DATA, FENCE_STATUS_DATA, FenceBreach as BreachOnWire,
    FenceMitigate, MISSION_CURRENT_DATA, MavCmd, MavLandedState, MavResult, MavVtolState,
    MissionState as StateOnWire, SYSTEM_TIME_DATA,
};

use crate::{
    model::{
        groups::{Fence, Mission},
        report::{CommandAck, Report, SystemTime},
        words::{CommandResult, FenceBreach, LandedState, MissionState},
    },
    wire::decode::testing::{report, report_v1, unwrap_report},
    wire::decode::{Context, decode},
};

fn mission(total: u16, mission_state: StateOnWire) -> MISSION_CURRENT_DATA {
    MISSION_CURRENT_DATA {
        seq: 300,
        total,
        mission_state,
        mission_mode: 1,
        mission_id: 0x0102_0304,
        fence_id: 0x0506_0708,
        rally_points_id: 0x090a_0b0c,
    }
}

fn progress(count: Option<u16>, state: Option<u8>) -> Mission {
    Mission {
        current: Some(300),
        count,
        state: state.map(MissionState),
        t_ms: None,
    }
}

#[test]
fn mission_current_tells_the_count_only_where_it_has_one() {
    let active = StateOnWire::MISSION_STATE_ACTIVE;
    let message = mission(512, active);
    assert_eq!(
        unwrap_report!(report(&message), Mission),
        progress(Some(512), Some(3))
    );
    assert_eq!(
        unwrap_report!(report_v1(&message), Mission),
        progress(None, None)
    );
    let none = mission(u16::MAX, StateOnWire::MISSION_STATE_NO_MISSION);
    assert_eq!(
        unwrap_report!(report(&none), Mission),
        progress(Some(0), Some(1))
    );
    let unsupported = mission(0, StateOnWire::MISSION_STATE_UNKNOWN);
    assert_eq!(
        unwrap_report!(report(&unsupported), Mission),
        progress(None, None)
    );
}

#[test]
fn every_field_of_fence_status_is_found() {
    let message = FENCE_STATUS_DATA {
        breach_time: 0x0102_0304,
        breach_count: 513,
        breach_status: 1,
        breach_type: BreachOnWire::FENCE_BREACH_BOUNDARY,
        breach_mitigation: FenceMitigate::FENCE_MITIGATE_VEL_LIMIT,
    };
    let outside = Fence {
        breached: Some(true),
        breaches: Some(513),
        breach: Some(FenceBreach(3)),
        t_ms: None,
    };
    assert_eq!(unwrap_report!(report(&message), Fence), outside);
}

#[test]
fn an_undefined_landed_state_is_unknown() {
    let mut message = EXTENDED_SYS_STATE_DATA {
        vtol_state: MavVtolState::MAV_VTOL_STATE_FW,
        landed_state: MavLandedState::MAV_LANDED_STATE_IN_AIR,
    };
    assert_eq!(
        unwrap_report!(report(&message), Landed),
        Some(LandedState(2))
    );
    message.landed_state = MavLandedState::MAV_LANDED_STATE_UNDEFINED;
    assert_eq!(unwrap_report!(report(&message), Landed), None);
}

fn ack(result: MavResult, progress: u8) -> COMMAND_ACK_DATA {
    COMMAND_ACK_DATA {
        command: MavCmd::MAV_CMD_COMPONENT_ARM_DISARM,
        result,
        progress,
        result_param2: -5,
        target_system: 255,
        target_component: 25,
    }
}

#[test]
fn every_field_of_command_ack_is_found() {
    let whole = CommandAck {
        command: 400,
        result: CommandResult(5),
        progress: Some(40),
        detail: -5,
        target_system: 255,
        target_component: 25,
    };
    let in_progress = MavResult::MAV_RESULT_IN_PROGRESS;
    assert_eq!(unwrap_report!(report(&ack(in_progress, 40)), Ack), whole);
    let v1 = unwrap_report!(report_v1(&ack(in_progress, 40)), Ack);
    assert_eq!(
        (v1.result, v1.progress, v1.target_system),
        (CommandResult(5), None, 0)
    );
}

#[test]
fn progress_is_told_only_while_in_progress() {
    let in_progress = MavResult::MAV_RESULT_IN_PROGRESS;
    for (result, progress, expected) in [
        (in_progress, 0, Some(0)),
        (in_progress, 100, Some(100)),
        (in_progress, 255, None),
        (in_progress, 101, None),
        (MavResult::MAV_RESULT_ACCEPTED, 40, None),
        (MavResult::MAV_RESULT_DENIED, 3, None),
    ] {
        let read = unwrap_report!(report(&ack(result, progress)), Ack);
        assert_eq!(read.progress, expected, "{result:?} {progress}");
    }
}

#[test]
fn a_command_newer_than_our_tables_is_acknowledged_too() {
    let bytes = [0xe8, 0xfd, 77];
    let Some(Report::Ack(ack)) = decode(77, &bytes, Context::default()) else {
        panic!()
    };
    assert_eq!((ack.command, ack.result), (65_000, CommandResult(77)));
}

#[test]
fn a_vehicle_that_does_not_know_the_time_says_none() {
    let time = |time_unix_usec| {
        let message = SYSTEM_TIME_DATA {
            time_unix_usec,
            time_boot_ms: 0x0102_0304,
        };
        unwrap_report!(report(&message), Time)
    };
    let known = SystemTime {
        utc_us: Some(1_726_000_000_123_456),
        boot_ms: 0x0102_0304,
    };
    assert_eq!(time(1_726_000_000_123_456), known);
    for unknown in [0, 12_000_000, u64::MAX] {
        assert_eq!(time(unknown).utc_us, None);
    }
}
