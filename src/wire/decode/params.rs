//! The messages of the parameter protocol, of file transfer, and of clocks: PARAM_*, FILE_TRANSFER_PROTOCOL,
//! TIMESYNC, PING.

use mavlink::{
    MessageData,
    dialects::ardupilotmega::{
        FILE_TRANSFER_PROTOCOL_DATA, PARAM_REQUEST_LIST_DATA, PARAM_REQUEST_READ_DATA,
        PARAM_SET_DATA, PARAM_VALUE_DATA, TIMESYNC_DATA,
    },
};

use super::payload::Payload;
use crate::model::{
    clocks::ClockReport,
    ftp::{FTP_DATA_BYTES, FtpOp, FtpPacket, FtpReport},
    params::{
        name::ParamName,
        traffic::{ParamError, ParamHeard, ParamRefusal, ParamReport},
    },
    report::Report,
};

/// PARAM_ERROR, younger than the mavlink crate's dialect
/// (<https://mavlink.io/en/messages/common.html#PARAM_ERROR>).
const PARAM_ERROR: u32 = 345;
/// PING, superseded by TIMESYNC and still sent by ground stations.
const PING: u32 = 4;

/// What a message of one of these protocols says; `None` for any other message.
pub(super) fn report(message: u32, payload: Payload<'_>) -> Option<Report> {
    Some(match message {
        PARAM_VALUE_DATA::ID => Report::Param(param_value(payload)?),
        PARAM_ERROR => Report::Param(param_error(payload)),
        PARAM_REQUEST_LIST_DATA::ID => Report::Param(param_asked(payload, 0)),
        PARAM_REQUEST_READ_DATA::ID => Report::Param(param_asked(payload, 2)),
        PARAM_SET_DATA::ID => Report::Param(param_asked(payload, 4)),
        FILE_TRANSFER_PROTOCOL_DATA::ID => Report::Ftp(file_transfer(payload)?.into()),
        TIMESYNC_DATA::ID => Report::Clock(timesync(payload)),
        PING => Report::Clock(ping(payload)),
        _ => return None,
    })
}

/// PARAM_VALUE (<https://mavlink.io/en/messages/common.html#PARAM_VALUE>); `None` for a name that is none.
fn param_value(payload: Payload<'_>) -> Option<ParamReport> {
    Some(ParamReport::Value(ParamHeard {
        name: ParamName::from_wire(payload.bytes(8))?,
        bits: payload.u32(0),
        kind: payload.u8(24),
        index: payload.u16(6),
        count: payload.u16(4),
    }))
}

/// PARAM_ERROR: 21 bytes, the index first.
fn param_error(payload: Payload<'_>) -> ParamReport {
    ParamReport::Error(ParamRefusal {
        name: ParamName::from_wire(payload.bytes(4)),
        index: u16::try_from(payload.i16(0)).ok(),
        target_system: payload.u8(2),
        target_component: payload.u8(3),
        error: ParamError(payload.u8(20)),
    })
}

/// The target of PARAM_REQUEST_LIST, PARAM_REQUEST_READ or PARAM_SET, which stands at byte `at`.
fn param_asked(payload: Payload<'_>, at: usize) -> ParamReport {
    ParamReport::Asked {
        target_system: payload.u8(at),
        target_component: payload.u8(at + 1),
    }
}

/// FILE_TRANSFER_PROTOCOL (<https://mavlink.io/en/services/ftp.html#payload>); `None` for a size beyond
/// the packet.
fn file_transfer(payload: Payload<'_>) -> Option<FtpReport> {
    // Network, system and component come before the packet itself.
    const PACKET: usize = 3;
    let size = payload.u8(PACKET + 4);
    let data: [u8; FTP_DATA_BYTES] = payload.bytes(PACKET + 12);
    Some(FtpReport {
        target_system: payload.u8(1),
        target_component: payload.u8(2),
        packet: FtpPacket {
            sequence: payload.u16(PACKET),
            session: payload.u8(PACKET + 2),
            op: FtpOp(payload.u8(PACKET + 3)),
            size,
            request: FtpOp(payload.u8(PACKET + 5)),
            burst_complete: payload.u8(PACKET + 6) != 0,
            offset: payload.u32(PACKET + 8),
            data: data.get(..usize::from(size))?.into(),
        },
    })
}

/// TIMESYNC (<https://mavlink.io/en/messages/common.html#TIMESYNC>).
fn timesync(payload: Payload<'_>) -> ClockReport {
    ClockReport::Timesync {
        tc1_ns: payload.u64(0).cast_signed(),
        ts1_ns: payload.u64(8).cast_signed(),
        target_system: payload.u8(16),
        target_component: payload.u8(17),
    }
}

/// PING (<https://mavlink.io/en/messages/common.html#PING>).
fn ping(payload: Payload<'_>) -> ClockReport {
    ClockReport::Ping {
        time_us: payload.u64(0),
        sequence: payload.u32(8),
        target_system: payload.u8(12),
        target_component: payload.u8(13),
    }
}

#[cfg(test)]
mod tests;
