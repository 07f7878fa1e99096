//! Messages written by the mavlink crate and read by us: the proof that every offset is right.

use mavlink::{MavlinkVersion, MessageData};

use super::{Context, decode};
use crate::model::report::Report;

/// The payload as MAVLink 2 sends it, trailing zeros cut.
pub(super) fn payload<M: MessageData>(message: &M) -> Vec<u8> {
    let mut bytes = vec![0; 255];
    let length = message.ser(MavlinkVersion::V2, &mut bytes);
    bytes.truncate(length);
    bytes
}

/// What we read of `message`; the same with and without its trailing zeros.
pub(super) fn report<M: MessageData>(message: &M) -> Report {
    let trimmed = payload(message);
    let mut whole = trimmed.clone();
    whole.resize(M::ENCODED_LEN, 0);
    let report = decode(M::ID, &whole, Context::default()).expect("a message for the fleet");
    let short = decode(M::ID, &trimmed, Context::default()).expect("a message for the fleet");
    assert_eq!(format!("{report:?}"), format!("{short:?}"), "{}", M::NAME);
    report
}

/// What we read of `message` when it comes by MAVLink 1, which has no extension fields.
pub(super) fn report_v1<M: MessageData>(message: &M) -> Report {
    let mut bytes = vec![0; 255];
    let length = message.ser(MavlinkVersion::V1, &mut bytes);
    decode(M::ID, &bytes[..length], Context::default()).expect("a message for the fleet")
}

/// The inside of one kind of report.
macro_rules! unwrap_report {
    ($report:expr, $kind:ident) => {
        match $report {
            $crate::model::report::Report::$kind(inside) => inside,
            other => panic!("expected {}, got {other:?}", stringify!($kind)),
        }
    };
}
pub(super) use unwrap_report;
