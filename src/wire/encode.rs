//! From what the fleet wants said, or any message of the dialect, to the bytes of one frame.
//!
//! Knows headers, zero truncation and checksums (<https://mavlink.io/en/guide/serialization.html>); sequence
//! numbers are per link and sender, so each link owns its `Encoder`. Nothing is sent from here.

use mavlink::{
    MavlinkVersion, Message, MessageData, calculate_crc,
    dialects::ardupilotmega::{
        HEARTBEAT_DATA, MavAutopilot, MavMessage, MavModeFlag, MavState, MavType,
    },
};

use crate::model::{
    ids::{ComponentId, SystemId},
    signing::SigningKey,
    transmission::{Outgoing, Target},
};

mod command;
mod mission;
mod params;

/// First byte of a MAVLink 1 frame.
const MAGIC_V1: u8 = 0xFE;
/// First byte of a MAVLink 2 frame.
const MAGIC_V2: u8 = 0xFD;
/// REQUEST_DATA_STREAM: superseded in the dialect, and the only way with older ArduPilots.
const REQUEST_DATA_STREAM: u32 = 66;
/// Most bytes a payload can have.
const PAYLOAD_BYTES: usize = 255;

/// Who sends a frame, and which of his it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The sender.
    pub system: SystemId,
    /// The sender's component.
    pub component: ComponentId,
    /// Rises by one with each frame of this sender on this link.
    pub sequence: u8,
}

/// Why a message cannot become a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// MAVLink 1 has 8 bits for the message id.
    #[error("message {message} does not exist in MAVLink 1")]
    NotInMavlink1 {
        /// Its id.
        message: u32,
    },
}

/// One sender on one link.
#[derive(Debug, Clone)]
pub struct Encoder {
    next: Header,
}

impl Encoder {
    /// A sender whose first frame has sequence number 0.
    #[must_use]
    pub const fn new(system: SystemId, component: ComponentId) -> Self {
        Self {
            next: Header {
                system,
                component,
                sequence: 0,
            },
        }
    }

    /// Appends one frame to `out`; nothing for a SETUP_SIGNING, whose key comes by [`Self::setup_signing`].
    pub fn encode(&mut self, outgoing: &Outgoing, mavlink2: bool, out: &mut Vec<u8>) {
        if matches!(outgoing, Outgoing::SetupSigning { .. }) {
            return;
        }
        let header = self.take_header();
        match *outgoing {
            Outgoing::Heartbeat => {
                let mut payload = [0; HEARTBEAT_DATA::ENCODED_LEN];
                let length = ground_station().ser(version(mavlink2), &mut payload);
                write_frame(
                    header,
                    HEARTBEAT_DATA::ID,
                    &payload[..length],
                    mavlink2,
                    out,
                );
            }
            Outgoing::CommandLong { .. }
            | Outgoing::CommandInt { .. }
            | Outgoing::CommandCancel { .. }
            | Outgoing::SetMode { .. }
            | Outgoing::GuidedTarget { .. } => {
                if let Some((id, payload)) = command::message(outgoing) {
                    write_frame(header, id, &payload, mavlink2, out);
                }
            }
            Outgoing::RequestDataStream {
                target,
                stream,
                rate_hz,
            } => {
                let payload = request_data_stream(target, stream, rate_hz);
                write_frame(header, REQUEST_DATA_STREAM, &payload, mavlink2, out);
            }
            Outgoing::Plan(target, message) => {
                let payload = mission::payload(target, message, mavlink2);
                write_frame(header, payload.message, payload.bytes(), mavlink2, out);
            }
            Outgoing::Param(_)
            | Outgoing::Ftp { .. }
            | Outgoing::Clock(_)
            | Outgoing::SetupSigning { .. } => {
                if let Some((id, payload)) = params::message(outgoing, mavlink2) {
                    write_frame(header, id, &payload, mavlink2, out);
                }
            }
        }
    }

    /// Appends a SETUP_SIGNING by MAVLink 2: the key with its first time stamp (units of 10 µs since 2015), or none,
    /// which switches signing off (<https://mavlink.io/en/messages/common.html#SETUP_SIGNING>).
    pub fn setup_signing(
        &mut self,
        target: Target,
        handed: Option<(&SigningKey, u64)>,
        out: &mut Vec<u8>,
    ) {
        let header = self.take_header();
        let payload = params::setup_signing(target, handed);
        write_frame(header, params::SETUP_SIGNING, &payload, true, out);
    }

    /// Appends one frame with any message of the dialect to `out`.
    ///
    /// # Errors
    /// `NotInMavlink1`: nothing is appended and no sequence number is used up.
    pub fn encode_message(
        &mut self,
        message: &MavMessage,
        mavlink2: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        encode_message(message, self.next, mavlink2, out)?;
        self.take_header();
        Ok(())
    }

    fn take_header(&mut self) -> Header {
        let header = self.next;
        self.next.sequence = self.next.sequence.wrapping_add(1);
        header
    }
}

/// Appends one frame with `message` to `out`.
///
/// # Errors
/// `NotInMavlink1`: nothing is appended.
pub fn encode_message(
    message: &MavMessage,
    header: Header,
    mavlink2: bool,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let id = message.message_id();
    if !mavlink2 && id > u32::from(u8::MAX) {
        return Err(EncodeError::NotInMavlink1 { message: id });
    }
    let mut payload = [0; PAYLOAD_BYTES];
    let length = message.ser(version(mavlink2), &mut payload);
    write_frame(header, id, &payload[..length], mavlink2, out);
    Ok(())
}

const fn version(mavlink2: bool) -> MavlinkVersion {
    if mavlink2 {
        MavlinkVersion::V2
    } else {
        MavlinkVersion::V1
    }
}

/// A station is no autopilot, has no modes and is always active.
fn ground_station() -> HEARTBEAT_DATA {
    HEARTBEAT_DATA {
        custom_mode: 0,
        mavtype: MavType::MAV_TYPE_GCS,
        autopilot: MavAutopilot::MAV_AUTOPILOT_INVALID,
        base_mode: MavModeFlag::empty(),
        system_status: MavState::MAV_STATE_ACTIVE,
        mavlink_version: 3,
    }
}

/// REQUEST_DATA_STREAM (<https://mavlink.io/en/messages/common.html#REQUEST_DATA_STREAM>).
fn request_data_stream(target: Target, stream: u8, rate_hz: u16) -> [u8; 6] {
    let [rate_low, rate_high] = rate_hz.to_le_bytes();
    let start = u8::from(rate_hz > 0);
    [
        rate_low,
        rate_high,
        target.system().0,
        target.component().0,
        stream,
        start,
    ]
}

fn write_frame(header: Header, id: u32, payload: &[u8], mavlink2: bool, out: &mut Vec<u8>) {
    let start = out.len();
    let (sequence, system, component) = (header.sequence, header.system.0, header.component.0);
    let [low, middle, high, _] = id.to_le_bytes();
    let payload = if mavlink2 {
        without_trailing_zeros(payload)
    } else {
        payload
    };
    let length = payload.len() as u8;
    if mavlink2 {
        out.extend([MAGIC_V2, length, 0, 0, sequence, system, component]);
        out.extend([low, middle, high]);
    } else {
        out.extend([MAGIC_V1, length, sequence, system, component, low]);
    }
    out.extend_from_slice(payload);
    // The checksum covers all but the first byte.
    let checksum = calculate_crc(&out[start + 1..], MavMessage::extra_crc(id));
    out.extend(checksum.to_le_bytes());
}

/// At least one byte stays.
fn without_trailing_zeros(payload: &[u8]) -> &[u8] {
    let end = payload.iter().rposition(|byte| *byte != 0).unwrap_or(0);
    payload.get(..=end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
