//! Parameters, files and clocks as the mavlink crate writes them; PARAM_ERROR, which it lacks, by bytes.

use mavlink::{
    MessageData,
    dialects::ardupilotmega::{
        FILE_TRANSFER_PROTOCOL_DATA, MavParamType, PARAM_REQUEST_LIST_DATA,
        PARAM_REQUEST_READ_DATA, PARAM_SET_DATA, PARAM_VALUE_DATA, TIMESYNC_DATA,
    },
};

use crate::{
    model::{
        clocks::ClockReport,
        ftp::FtpOp,
        params::{
            name::ParamName,
            traffic::{ParamError, ParamHeard, ParamRefusal, ParamReport},
        },
        report::Report,
    },
    wire::decode::{
        Context, decode,
        testing::{payload, report, unwrap_report},
    },
};

fn field(text: &str) -> [u8; 16] {
    ParamName::new(text).unwrap().to_wire()
}

fn value(name: [u8; 16]) -> PARAM_VALUE_DATA {
    PARAM_VALUE_DATA {
        param_value: -0.75,
        param_count: 1_312,
        param_index: 700,
        param_id: name.into(),
        param_type: MavParamType::MAV_PARAM_TYPE_REAL32,
    }
}

#[test]
fn every_field_of_a_parameter_is_found() {
    let read = unwrap_report!(report(&value(field("ABCDEFGHIJKLMNOP"))), Param);
    assert_eq!(
        read,
        ParamReport::Value(ParamHeard {
            name: ParamName::new("ABCDEFGHIJKLMNOP").unwrap(),
            bits: (-0.75_f32).to_bits(),
            kind: 9,
            index: 700,
            count: 1_312,
        })
    );
}

#[test]
fn a_parameter_whose_name_is_none_is_no_parameter() {
    for name in [[0; 16], *b"BAD NAME\0\0\0\0\0\0\0\0"] {
        let bytes = payload(&value(name));
        assert!(decode(PARAM_VALUE_DATA::ID, &bytes, Context::default()).is_none());
    }
}

#[test]
fn requests_of_other_stations_are_heard_with_their_target() {
    let asked = ParamReport::Asked {
        target_system: 7,
        target_component: 1,
    };
    let list = PARAM_REQUEST_LIST_DATA {
        target_system: 7,
        target_component: 1,
    };
    assert_eq!(unwrap_report!(report(&list), Param), asked);
    let read = PARAM_REQUEST_READ_DATA {
        param_index: -1,
        target_system: 7,
        target_component: 1,
        param_id: field("A").into(),
    };
    assert_eq!(unwrap_report!(report(&read), Param), asked);
    let set = PARAM_SET_DATA {
        param_value: 1.0,
        target_system: 7,
        target_component: 1,
        param_id: field("A").into(),
        param_type: MavParamType::MAV_PARAM_TYPE_INT8,
    };
    assert_eq!(unwrap_report!(report(&set), Param), asked);
}

/// The bytes pymavlink 2.4.50 makes of
/// `param_error_encode(255, 25, b"RTL_ALT", -1, MAV_PARAM_ERROR_READ_ONLY)`.
#[test]
fn a_param_error_is_read_by_its_bytes() {
    let mut bytes = vec![0xFF, 0xFF, 0xFF, 0x19];
    bytes.extend_from_slice(b"RTL_ALT\0\0\0\0\0\0\0\0\0");
    bytes.push(5);
    let Some(Report::Param(read)) = decode(345, &bytes, Context::default()) else {
        panic!("PARAM_ERROR is a message for the fleet")
    };
    let refusal = ParamRefusal {
        name: ParamName::new("RTL_ALT").ok(),
        index: None,
        target_system: 255,
        target_component: 25,
        error: ParamError(5),
    };
    assert_eq!(read, ParamReport::Error(refusal));
    assert_eq!(refusal.error.to_string(), "the parameter is read-only");
}

fn file_transfer() -> FILE_TRANSFER_PROTOCOL_DATA {
    let mut message = FILE_TRANSFER_PROTOCOL_DATA {
        target_network: 0,
        target_system: 255,
        target_component: 25,
        payload: [0; 251],
    };
    let packet = [
        0x34, 0x12, 9, 128, 3, 15, 1, 0, 0xEF, 0, 0, 0, 0xA, 0xB, 0xC,
    ];
    message.payload[..packet.len()].copy_from_slice(&packet);
    message
}

#[test]
fn every_field_of_a_file_transfer_is_found() {
    let read = unwrap_report!(report(&file_transfer()), Ftp);
    assert_eq!((read.target_system, read.target_component), (255, 25));
    let packet = read.packet;
    assert_eq!((packet.sequence, packet.session), (0x1234, 9));
    assert_eq!(packet.op, FtpOp::ACK);
    assert_eq!(packet.request, FtpOp::BURST_READ_FILE);
    assert!(packet.burst_complete);
    assert_eq!(packet.offset, 239);
    assert_eq!((packet.size, &*packet.data), (3, &[0xA, 0xB, 0xC][..]));
}

#[test]
fn a_file_transfer_that_claims_more_data_than_it_has_room_for_is_none() {
    let mut message = file_transfer();
    message.payload[4] = 240;
    let bytes = payload(&message);
    assert!(decode(FILE_TRANSFER_PROTOCOL_DATA::ID, &bytes, Context::default()).is_none());
}

#[test]
fn both_times_of_a_timesync_are_found() {
    let message = TIMESYNC_DATA {
        tc1: -5,
        ts1: 1_700_000_000_123_456_789,
        target_system: 255,
        target_component: 25,
    };
    assert_eq!(
        unwrap_report!(report(&message), Clock),
        ClockReport::Timesync {
            tc1_ns: -5,
            ts1_ns: 1_700_000_000_123_456_789,
            target_system: 255,
            target_component: 25,
        }
    );
}

#[expect(deprecated, reason = "superseded, and still sent")]
#[test]
fn every_field_of_a_ping_is_found() {
    let message = mavlink::dialects::ardupilotmega::PING_DATA {
        time_usec: 12_345_678_901,
        seq: 77,
        target_system: 3,
        target_component: 1,
    };
    assert_eq!(
        unwrap_report!(report(&message), Clock),
        ClockReport::Ping {
            time_us: 12_345_678_901,
            sequence: 77,
            target_system: 3,
            target_component: 1,
        }
    );
}
