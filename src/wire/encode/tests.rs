//! Frames against the bytes pymavlink 2.4.50 makes of the same messages.

use std::fmt::Write;

use mavlink::dialects::ardupilotmega::{
    AVAILABLE_MODES_DATA, BATTERY_STATUS_DATA, MavBatteryChargeState, MavBatteryFault,
    MavBatteryFunction, MavBatteryMode, MavBatteryType, MavModeProperty, MavStandardMode,
};

use super::*;

const STATION: (SystemId, ComponentId) = (SystemId(255), ComponentId(25));

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn target(system: u8) -> Target {
    Target::new(SystemId(system), ComponentId(1)).unwrap()
}

/// The frame of a station whose next sequence number is `sequence`.
fn sent(outgoing: &Outgoing, sequence: u8, mavlink2: bool) -> String {
    let mut encoder = Encoder::new(STATION.0, STATION.1);
    encoder.next.sequence = sequence;
    let mut out = Vec::new();
    encoder.encode(outgoing, mavlink2, &mut out);
    hex(&out)
}

fn command(system: u8, command: u16, confirmation: u8, params: [f32; 7]) -> Outgoing {
    Outgoing::CommandLong {
        target: target(system),
        command,
        confirmation,
        params,
    }
}

#[test]
fn the_heartbeat_is_that_of_a_ground_station() {
    assert_eq!(
        sent(&Outgoing::Heartbeat, 7, false),
        "fe0907ff19000000000006080004032656"
    );
    assert_eq!(
        sent(&Outgoing::Heartbeat, 7, true),
        "fd09000007ff1900000000000000060800040398a9"
    );
}

#[test]
fn a_command_carries_its_seven_parameters() {
    let arm = command(1, 400, 2, [1.0, 21_196.0, 0.0, 0.0, 0.0, 0.0, -3.5]);
    assert_eq!(
        sent(&arm, 255, false),
        "fe21ffff194c0000803f0098a54600000000000000000000000000000000000060c09001010102233d"
    );
    assert_eq!(
        sent(&arm, 255, true),
        "fd210000ffff194c00000000803f0098a54600000000000000000000000000000000000060c0900101010233bb"
    );
}

#[test]
fn a_command_with_a_place_keeps_its_last_centimetre() {
    let goto = Outgoing::CommandInt {
        target: target(1),
        command: 192,
        frame: 3,
        params: [-1.0, 1.0, 0.0, 2.5],
        place_1e7: (471_234_567, -85_000_001),
        z_m: 30.5,
    };
    assert_eq!(
        sent(&goto, 7, false),
        "fe2307ff194b000080bf0000803f00000000000020400778161cbf00effa0000f441c0000101030000002a"
    );
    assert_eq!(
        sent(&goto, 7, true),
        "fd21000007ff194b0000000080bf0000803f00000000000020400778161cbf00effa0000f441c000010103c11f"
    );
}

#[test]
fn what_old_autopilots_take_instead_of_a_command_goes_to_one_system_only() {
    let mode = Outgoing::SetMode {
        target: target(7),
        custom_mode: 6,
    };
    assert_eq!(sent(&mode, 7, false), "fe0607ff190b0600000007012770");
    assert_eq!(sent(&mode, 7, true), "fd06000007ff190b000006000000070190bc");
    let place = Outgoing::GuidedTarget {
        target: target(7),
        place_1e7: (471_234_567, -85_000_001),
        alt_rel_m: 30.5,
    };
    let numbers = "000000000778161cbf00effa0000f441";
    let none = "0".repeat(64);
    assert_eq!(
        sent(&place, 7, false),
        format!("fe3507ff1956{numbers}{none}f80d070106fb8f")
    );
    assert_eq!(
        sent(&place, 7, true),
        format!("fd35000007ff19560000{numbers}{none}f80d07010607b0")
    );
}

/// pymavlink leaves this message out; its checksum is that of pymavlink over the fields of common.xml.
#[test]
fn a_cancel_names_the_command_and_who_works_on_it() {
    let cancel = Outgoing::CommandCancel {
        target: target(7),
        command: 400,
    };
    assert_eq!(sent(&cancel, 7, false), "fe0407ff1950900107014cdd");
    assert_eq!(sent(&cancel, 7, true), "fd04000007ff19500000900107015b88");
}

#[test]
fn a_command_newer_than_our_tables_goes_out_too() {
    let mut params = [0.0; 7];
    params[4] = f32::NAN;
    let newer = command(9, 65_000, 0, params);
    assert_eq!(
        sent(&newer, 0, false),
        "fe2100ff194c000000000000000000000000000000000000c07f0000000000000000e8fd0901008a1f"
    );
    assert_eq!(
        sent(&newer, 0, true),
        "fd20000000ff194c0000000000000000000000000000000000000000c07f0000000000000000e8fd0901a56b"
    );
}

#[test]
fn a_stream_is_asked_for_and_stopped() {
    let stream = |rate_hz| Outgoing::RequestDataStream {
        target: target(1),
        stream: 6,
        rate_hz,
    };
    assert_eq!(sent(&stream(4), 1, false), "fe0601ff1942040001010601d32b");
    assert_eq!(
        sent(&stream(4), 1, true),
        "fd06000001ff194200000400010106017ad2"
    );
    assert_eq!(sent(&stream(0), 2, false), "fe0602ff1942000001010600cea3");
    assert_eq!(
        sent(&stream(0), 2, true),
        "fd05000002ff194200000000010106185b"
    );
}

#[test]
fn sequence_numbers_rise_by_one_and_wrap() {
    let mut encoder = Encoder::new(STATION.0, STATION.1);
    let mut sequences = Vec::new();
    for _ in 0..258 {
        let mut out = Vec::new();
        encoder.encode(&Outgoing::Heartbeat, false, &mut out);
        sequences.push(out[2]);
    }
    assert_eq!(sequences[..3], [0, 1, 2]);
    assert_eq!(sequences[254..], [254, 255, 0, 1]);
}

fn battery() -> MavMessage {
    let mut voltages = [u16::MAX; 10];
    voltages[..4].fill(4_100);
    MavMessage::BATTERY_STATUS(BATTERY_STATUS_DATA {
        current_consumed: 567,
        energy_consumed: -1,
        temperature: 2_510,
        voltages,
        current_battery: 1_234,
        id: 1,
        battery_function: MavBatteryFunction::MAV_BATTERY_FUNCTION_UNKNOWN,
        mavtype: MavBatteryType::MAV_BATTERY_TYPE_LION,
        battery_remaining: 78,
        time_remaining: 600,
        charge_state: MavBatteryChargeState::MAV_BATTERY_CHARGE_STATE_OK,
        voltages_ext: [0; 4],
        mode: MavBatteryMode::DEFAULT,
        fault_bitmask: MavBatteryFault::empty(),
    })
}

const VEHICLE: Header = Header {
    system: SystemId(1),
    component: ComponentId(1),
    sequence: 9,
};

#[test]
fn extension_fields_go_out_in_mavlink_2_alone() {
    let mut out = Vec::new();
    encode_message(&battery(), VEHICLE, false, &mut out).unwrap();
    assert_eq!(
        hex(&out),
        "fe240901019337020000ffffffffce090410041004100410ffffffffffffffffffffffffd2040100034e9e6a"
    );
    out.clear();
    encode_message(&battery(), VEHICLE, true, &mut out).unwrap();
    assert_eq!(
        hex(&out),
        "fd29000009010193000037020000ffffffffce090410041004100410ffffffffffffffffffffffffd2040100034e5802000001ff3e"
    );
}

#[test]
fn a_message_that_mavlink_1_cannot_name_is_refused_and_costs_nothing() {
    let modes = MavMessage::AVAILABLE_MODES(AVAILABLE_MODES_DATA {
        custom_mode: 10,
        properties: MavModeProperty::from_bits_retain(2),
        number_modes: 3,
        mode_index: 1,
        standard_mode: MavStandardMode::MAV_STANDARD_MODE_MISSION,
        mode_name: "Auto".into(),
    });
    let mut encoder = Encoder {
        next: Header {
            sequence: 10,
            ..VEHICLE
        },
    };
    let mut out = vec![0xAA];
    assert_eq!(
        encoder.encode_message(&modes, false, &mut out),
        Err(EncodeError::NotInMavlink1 { message: 435 })
    );
    assert_eq!(out, [0xAA]);
    encoder.encode_message(&modes, true, &mut out).unwrap();
    assert_eq!(hex(&out[1..]), AVAILABLE_MODES_FRAME);
    assert_eq!(encoder.next.sequence, 11);
}

const AVAILABLE_MODES_FRAME: &str = "fd0f00000a0101b301000a000000020000000301064175746f6605";

#[test]
fn the_crate_reads_back_what_was_written() {
    let mut out = Vec::new();
    encode_message(&battery(), VEHICLE, true, &mut out).unwrap();
    let payload = &out[10..out.len() - 2];
    let message = MavMessage::parse(MavlinkVersion::V2, 147, payload).unwrap();
    assert_eq!(message, battery());
}
