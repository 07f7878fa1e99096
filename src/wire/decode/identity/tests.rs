//! Heartbeats, versions and the modes an autopilot offers.

use mavlink::dialects::ardupilotmega::{
    AUTOPILOT_VERSION_DATA, AVAILABLE_MODES_DATA, CURRENT_MODE_DATA, HEARTBEAT_DATA, MavAutopilot,
    MavModeFlag, MavModeProperty, MavProtocolCapability, MavStandardMode, MavState,
    MavType as TypeOnWire,
};

use crate::{
    model::{
        report::Report,
        vehicle::ModeClass,
        words::{Autopilot, MavType, SystemStatus},
    },
    wire::decode::testing::{payload, report, report_v1, unwrap_report},
    wire::decode::{Context, decode},
};

fn heartbeat() -> HEARTBEAT_DATA {
    HEARTBEAT_DATA {
        custom_mode: 0x0403_0000,
        mavtype: TypeOnWire::MAV_TYPE_QUADROTOR,
        autopilot: MavAutopilot::MAV_AUTOPILOT_PX4,
        base_mode: MavModeFlag::from_bits_retain(0b1001_1101),
        system_status: MavState::MAV_STATE_ACTIVE,
        mavlink_version: 3,
    }
}

#[test]
fn every_field_of_heartbeat_is_found() {
    let read = unwrap_report!(report(&heartbeat()), Heartbeat);
    assert_eq!(read.mav_type, MavType(2));
    assert_eq!(read.autopilot, Autopilot::PX4);
    assert_eq!(read.base_mode, 0b1001_1101);
    assert_eq!(read.custom_mode, 0x0403_0000);
    assert_eq!(read.system_status, SystemStatus(4));
    assert_eq!((read.armed, read.is_vehicle()), (true, true));
    assert_eq!(read.mode.name, "POSCTL");
}

#[test]
fn only_the_topmost_flag_means_armed() {
    let message = HEARTBEAT_DATA {
        base_mode: MavModeFlag::from_bits_retain(0b0111_1111),
        ..heartbeat()
    };
    assert!(!unwrap_report!(report(&message), Heartbeat).armed);
}

#[test]
fn a_heartbeat_of_a_type_newer_than_our_tables_is_heard() {
    let mut bytes = payload(&heartbeat());
    (bytes[4], bytes[5], bytes[7]) = (240, 241, 242);
    let Some(Report::Heartbeat(read)) = decode(0, &bytes, Context::default()) else {
        panic!()
    };
    assert_eq!(read.mav_type.to_string(), "mav_type(240)");
    assert_eq!(read.autopilot.to_string(), "autopilot(241)");
    assert_eq!(read.system_status.to_string(), "system_status(242)");
    assert!(read.is_vehicle() && !read.mode.known);
}

fn version(flight_sw_version: u32, uid: u64, uid2: [u8; 18]) -> AUTOPILOT_VERSION_DATA {
    AUTOPILOT_VERSION_DATA {
        capabilities: MavProtocolCapability::from_bits_retain(0xf102_0304_0506_0708),
        uid,
        flight_sw_version,
        middleware_sw_version: 1,
        os_sw_version: 2,
        board_version: 3,
        vendor_id: 4,
        product_id: 5,
        flight_custom_version: [6; 8],
        middleware_custom_version: [7; 8],
        os_custom_version: [8; 8],
        uid2,
    }
}

#[test]
fn every_field_of_autopilot_version_is_found() {
    let mut uid2 = [0; 18];
    (uid2[0], uid2[1], uid2[17]) = (0xab, 0x01, 0x0f);
    let message = version(0x0405_07ff, u64::MAX, uid2);
    let read = unwrap_report!(report(&message), Version);
    assert_eq!(read.firmware.as_deref(), Some("4.5.7"));
    assert_eq!(
        read.uid.as_deref(),
        Some("ab010000000000000000000000000000000f")
    );
    assert_eq!(read.capabilities, 0xf102_0304_0506_0708);
    // MAVLink 1 has no uid2.
    let read = unwrap_report!(report_v1(&message), Version);
    assert_eq!(read.uid.as_deref(), Some("18446744073709551615"));
}

#[test]
fn the_firmware_says_how_finished_it_is() {
    for (number, expected) in [
        (0x0408_0000, Some("4.8.0-dev")),
        (0x0408_0040, Some("4.8.0-alpha")),
        (0x0408_0080, Some("4.8.0-beta")),
        (0x0408_0083, Some("4.8.0-beta")),
        (0x0408_00c0, Some("4.8.0-rc")),
        (0x0110_02ff, Some("1.16.2")),
        (0, None),
    ] {
        let read = unwrap_report!(report(&version(number, 0, [0; 18])), Version);
        assert_eq!((read.firmware.as_deref(), read.uid), (expected, None));
    }
}

fn available(mode_name: [u8; 35], standard_mode: MavStandardMode) -> AVAILABLE_MODES_DATA {
    AVAILABLE_MODES_DATA {
        custom_mode: 0x0102_0304,
        properties: MavModeProperty::from_bits_retain(0x0506_0708),
        number_modes: 9,
        mode_index: 10,
        standard_mode,
        mode_name: mode_name.into(),
    }
}

#[test]
fn every_field_of_available_modes_is_found() {
    let mut name = [0; 35];
    name[..13].copy_from_slice(b"Safe\x1b Return!");
    let recovery = MavStandardMode::MAV_STANDARD_MODE_SAFE_RECOVERY;
    let read = unwrap_report!(report(&available(name, recovery)), AvailableMode);
    assert_eq!(read.custom_mode, 0x0102_0304);
    assert_eq!(read.name.as_ref(), "Safe Return!");
    assert_eq!(read.class, ModeClass::Return);
    let unterminated = available([b'x'; 35], MavStandardMode::MAV_STANDARD_MODE_NON_STANDARD);
    let read = unwrap_report!(report(&unterminated), AvailableMode);
    assert_eq!((read.name.len(), read.class), (35, ModeClass::Other));
}

#[test]
fn current_mode_is_the_mode_it_is_in_not_the_one_it_wants() {
    let message = CURRENT_MODE_DATA {
        custom_mode: 0x0102_0304,
        intended_custom_mode: 0x0506_0708,
        standard_mode: MavStandardMode::MAV_STANDARD_MODE_LAND,
    };
    assert_eq!(unwrap_report!(report(&message), CurrentMode), 0x0102_0304);
}
