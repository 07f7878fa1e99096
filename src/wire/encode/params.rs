//! Payloads of the parameter protocol, of file transfer, of clocks and of SETUP_SIGNING, by bytes.

use crate::model::{
    clocks::ClockMessage,
    ftp::{FTP_DATA_BYTES, FtpPacket},
    params::{name::NAME_BYTES, traffic::ParamRequest},
    signing::SigningKey,
    transmission::{Outgoing, Target},
};

/// PARAM_REQUEST_READ.
const PARAM_REQUEST_READ: u32 = 20;
/// PARAM_REQUEST_LIST.
const PARAM_REQUEST_LIST: u32 = 21;
/// PARAM_SET.
const PARAM_SET: u32 = 23;
/// PING.
const PING: u32 = 4;
/// TIMESYNC.
const TIMESYNC: u32 = 111;
/// FILE_TRANSFER_PROTOCOL.
const FILE_TRANSFER_PROTOCOL: u32 = 110;
/// SETUP_SIGNING: beyond the ids of MAVLink 1.
pub(super) const SETUP_SIGNING: u32 = 256;

/// Id and payload of a message of one of these protocols; `None` for any other.
pub(super) fn message(outgoing: &Outgoing, mavlink2: bool) -> Option<(u32, Vec<u8>)> {
    Some(match outgoing {
        Outgoing::Param(request) => param(*request),
        Outgoing::Ftp { target, packet } => {
            (FILE_TRANSFER_PROTOCOL, file_transfer(*target, packet))
        }
        Outgoing::Clock(message) => clock(*message, mavlink2),
        _ => return None,
    })
}

/// Id and payload of a message of the parameter protocol
/// (<https://mavlink.io/en/services/parameter.html>).
fn param(request: ParamRequest) -> (u32, Vec<u8>) {
    let mut payload = Vec::with_capacity(23);
    match request {
        ParamRequest::List { target } => {
            payload.extend(ids(target));
            (PARAM_REQUEST_LIST, payload)
        }
        ParamRequest::Read { target, name } => {
            payload.extend((-1_i16).to_le_bytes());
            payload.extend(ids(target));
            payload.extend(name.to_wire());
            (PARAM_REQUEST_READ, payload)
        }
        ParamRequest::ReadIndex { target, index } => {
            payload.extend(index.to_le_bytes());
            payload.extend(ids(target));
            payload.extend([0; NAME_BYTES]);
            (PARAM_REQUEST_READ, payload)
        }
        ParamRequest::Set {
            target,
            name,
            bits,
            kind,
        } => {
            payload.extend(bits.to_le_bytes());
            payload.extend(ids(target));
            payload.extend(name.to_wire());
            payload.push(kind);
            (PARAM_SET, payload)
        }
    }
}

/// FILE_TRANSFER_PROTOCOL (<https://mavlink.io/en/services/ftp.html#payload>). Data beyond what a packet
/// holds is cut off.
fn file_transfer(target: Target, packet: &FtpPacket) -> Vec<u8> {
    let data = &packet.data[..packet.data.len().min(FTP_DATA_BYTES)];
    let mut payload = Vec::with_capacity(254);
    payload.push(0);
    payload.extend(ids(target));
    payload.extend(packet.sequence.to_le_bytes());
    payload.extend([packet.session, packet.op.0, packet.size, packet.request.0]);
    payload.extend([u8::from(packet.burst_complete), 0]);
    payload.extend(packet.offset.to_le_bytes());
    payload.extend_from_slice(data);
    // MAVLink 1 sends the whole field, MAVLink 2 cuts the zeros off again.
    payload.resize(254, 0);
    payload
}

/// Id and payload of TIMESYNC or PING. MAVLink 1 has no room for the target of a TIMESYNC.
fn clock(message: ClockMessage, mavlink2: bool) -> (u32, Vec<u8>) {
    let mut payload = Vec::with_capacity(18);
    match message {
        ClockMessage::Timesync {
            target,
            tc1_ns,
            ts1_ns,
        } => {
            payload.extend(tc1_ns.to_le_bytes());
            payload.extend(ts1_ns.to_le_bytes());
            if mavlink2 {
                payload.extend(ids(target));
            }
            (TIMESYNC, payload)
        }
        ClockMessage::PingAnswer {
            target,
            time_us,
            sequence,
        } => {
            payload.extend(time_us.to_le_bytes());
            payload.extend(sequence.to_le_bytes());
            payload.extend(ids(target));
            (PING, payload)
        }
    }
}

/// SETUP_SIGNING (<https://mavlink.io/en/messages/common.html#SETUP_SIGNING>): a key of zeros with the
/// time stamp 0 switches signing off.
pub(super) fn setup_signing(target: Target, handed: Option<(&SigningKey, u64)>) -> [u8; 42] {
    let mut payload = [0; 42];
    payload[8..10].copy_from_slice(&ids(target));
    if let Some((key, timestamp_10us)) = handed {
        payload[..8].copy_from_slice(&timestamp_10us.to_le_bytes());
        payload[10..].copy_from_slice(key.expose());
    }
    payload
}

const fn ids(target: Target) -> [u8; 2] {
    [target.system().0, target.component().0]
}

#[cfg(test)]
mod tests;
