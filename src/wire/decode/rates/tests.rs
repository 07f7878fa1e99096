//! Which requests of other stations are about rates, and what they ask for.

use mavlink::dialects::ardupilotmega::{COMMAND_INT_DATA, COMMAND_LONG_DATA, MavCmd};

use crate::{
    model::report::{RateRequest, Stream},
    wire::decode::{
        Context, decode,
        testing::{payload, report, report_v1, unwrap_report},
    },
};

fn long(command: MavCmd, message: f32) -> COMMAND_LONG_DATA {
    COMMAND_LONG_DATA {
        param1: message,
        param2: 100_000.0,
        command,
        target_system: 7,
        target_component: 1,
        ..COMMAND_LONG_DATA::default()
    }
}

fn asks(stream: Stream) -> RateRequest {
    RateRequest {
        target_system: 7,
        target_component: 1,
        stream,
    }
}

#[test]
fn an_interval_is_asked_for_by_either_form_of_a_command() {
    let long = long(MavCmd::MAV_CMD_SET_MESSAGE_INTERVAL, 30.0);
    let expected = asks(Stream::Message(30));
    assert_eq!(unwrap_report!(report(&long), RateRequest), expected);
    assert_eq!(unwrap_report!(report_v1(&long), RateRequest), expected);
    let int = COMMAND_INT_DATA {
        param1: 30.0,
        command: MavCmd::MAV_CMD_SET_MESSAGE_INTERVAL,
        target_system: 7,
        target_component: 1,
        ..COMMAND_INT_DATA::default()
    };
    assert_eq!(unwrap_report!(report(&int), RateRequest), expected);
}

#[test]
fn other_commands_and_impossible_messages_carry_nothing() {
    for (command, message) in [
        (MavCmd::MAV_CMD_REQUEST_MESSAGE, 30.0),
        (MavCmd::MAV_CMD_COMPONENT_ARM_DISARM, 1.0),
        (MavCmd::MAV_CMD_SET_MESSAGE_INTERVAL, -1.0),
        (MavCmd::MAV_CMD_SET_MESSAGE_INTERVAL, f32::NAN),
        (MavCmd::MAV_CMD_SET_MESSAGE_INTERVAL, 2e7),
    ] {
        let bytes = payload(&long(command, message));
        assert!(decode(76, &bytes, Context::default()).is_none());
    }
}

#[test]
fn a_data_stream_is_a_group() {
    // 4 Hz of MAV_DATA_STREAM_EXTRA1, by bytes: the crate has the message only as deprecated.
    let found = decode(66, &[4, 0, 7, 1, 10, 1], Context::default()).expect("a request");
    assert_eq!(unwrap_report!(found, RateRequest), asks(Stream::Group(10)));
    let all = decode(66, &[0, 0, 7, 1], Context::default()).expect("a request");
    assert_eq!(unwrap_report!(all, RateRequest), asks(Stream::Group(0)));
}
