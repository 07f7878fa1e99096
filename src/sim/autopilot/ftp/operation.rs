//! One request or answer of MAVLink FTP as it lies in FILE_TRANSFER_PROTOCOL.
//!
//! <https://mavlink.io/en/services/ftp.html#payload>

use crate::sim::autopilot::message_ids as id;
use crate::sim::autopilot::voice::{Asker, Voice};
use crate::sim::frames::Received;

/// Bytes of data one message carries.
pub(super) const DATA: usize = 239;
/// Where the operation begins in the message's payload.
const HEAD: usize = 3;
const INVALID_ARGUMENT: u8 = 22;

/// Operations, by number.
pub(super) mod op {
    pub(in super::super) const NONE: u8 = 0;
    pub(in super::super) const TERMINATE: u8 = 1;
    pub(in super::super) const RESET: u8 = 2;
    pub(in super::super) const LIST: u8 = 3;
    pub(in super::super) const OPEN: u8 = 4;
    pub(in super::super) const READ: u8 = 5;
    pub(in super::super) const CHECKSUM: u8 = 14;
    pub(in super::super) const BURST: u8 = 15;
    pub(in super::super) const ACK: u8 = 128;
    pub(in super::super) const NAK: u8 = 129;
}

/// Why something failed: the first byte of a refusal, and the system's own number after "see there".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Trouble {
    Failed = 1,
    Errno = 2,
    BadSize = 3,
    NoSession = 4,
    NoSessionsLeft = 5,
    EndOfFile = 6,
    UnknownCommand = 7,
    FileProtected = 9,
    NotFound = 10,
}

/// One request or answer.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) with: Asker,
    pub(super) sequence: u16,
    pub(super) session: u8,
    pub(super) opcode: u8,
    pub(super) asked: u8,
    pub(super) is_last_of_burst: bool,
    pub(super) size: u8,
    pub(super) offset: u32,
    pub(super) data: Vec<u8>,
}

impl Operation {
    pub(super) fn of(frame: &Received) -> Self {
        let payload = &frame.payload()[HEAD..];
        let size = payload[4];
        let len = usize::from(size).min(DATA);
        Self {
            with: Asker::of(frame),
            sequence: u16::from_le_bytes([payload[0], payload[1]]),
            session: payload[2],
            opcode: payload[3],
            asked: payload[5],
            is_last_of_burst: false,
            size,
            offset: u32::from_le_bytes([payload[8], payload[9], payload[10], payload[11]]),
            data: payload[12..12 + len].to_vec(),
        }
    }

    /// The text of the data, up to its terminator.
    pub(super) fn path(&self) -> &str {
        let text = self.data.split(|byte| *byte == 0).next();
        std::str::from_utf8(text.unwrap_or_default()).unwrap_or_default()
    }

    pub(super) fn answered(&self) -> Self {
        Self {
            sequence: self.sequence.wrapping_add(1),
            opcode: op::ACK,
            asked: self.opcode,
            size: 0,
            offset: 0,
            data: Vec::new(),
            ..self.clone()
        }
    }

    pub(super) fn answers(&self, request: &Self) -> bool {
        self.with == request.with
            && self.session == request.session
            && self.sequence == request.sequence.wrapping_add(1)
            && self.asked == request.opcode
    }

    pub(super) fn refuse(&mut self, trouble: Trouble) {
        self.opcode = op::NAK;
        self.data = match trouble {
            Trouble::Errno => vec![trouble as u8, INVALID_ARGUMENT],
            _ => vec![trouble as u8],
        };
        self.size = self.data.len() as u8;
    }

    pub(super) fn send(&self, voice: &mut Voice<'_>) {
        let mut payload = [0; HEAD + 12 + DATA];
        payload[1..HEAD].copy_from_slice(&[self.with.system.0, self.with.component.0]);
        payload[HEAD..HEAD + 2].copy_from_slice(&self.sequence.to_le_bytes());
        payload[HEAD + 2..HEAD + 7].copy_from_slice(&[
            self.session,
            self.opcode,
            self.size,
            self.asked,
            u8::from(self.is_last_of_burst),
        ]);
        payload[HEAD + 8..HEAD + 12].copy_from_slice(&self.offset.to_le_bytes());
        payload[HEAD + 12..HEAD + 12 + self.data.len()].copy_from_slice(&self.data);
        voice
            .sender
            .send_payload(voice.out, id::FILE_TRANSFER_PROTOCOL, &payload);
    }
}
