//! Frames of the simulated side: MAVLink 2 frames out into one reused buffer, whole frames in from a datagram.
//!
//! Independent of `wire` on purpose: what `wire` reads is then not merely what `wire` wrote.
//! <https://mavlink.io/en/guide/serialization.html>

use mavlink::dialects::ardupilotmega::MavMessage;
use mavlink::{MavlinkVersion, Message, MessageData, calculate_crc};

use crate::model::ids::{ComponentId, SystemId};

use super::signing::{SIGNATURE, Signer};

const V2_MAGIC: u8 = 0xFD;
const V1_MAGIC: u8 = 0xFE;
const V2_HEADER: usize = 10;
const V1_HEADER: usize = 6;
const SIGNED: u8 = 0x01;

/// Frames waiting to be sent, back to back in one buffer that is reused: nothing is allocated per message.
#[derive(Debug, Default)]
pub struct Outbox {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Outbox {
    /// Every frame, in the order they were written.
    pub fn frames(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .filter_map(|(start, end)| self.bytes.get(start..*end))
    }

    /// Whole frames joined into datagrams of at most `limit` bytes (a longer frame travels alone).
    pub fn datagrams(&self, limit: usize) -> impl Iterator<Item = &[u8]> {
        let mut frame = 0;
        let mut start = 0;
        std::iter::from_fn(move || {
            let mut end = *self.ends.get(frame)?;
            frame += 1;
            while let Some(next) = self.ends.get(frame).filter(|next| **next - start <= limit) {
                end = *next;
                frame += 1;
            }
            let datagram = self.bytes.get(start..end);
            start = end;
            datagram
        })
    }

    /// Number of frames.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Forgets the frames and keeps the room.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}

/// One MAVLink sender: its ids, its running sequence number and, where it signs, its key.
#[derive(Debug)]
pub struct Sender {
    system: SystemId,
    component: ComponentId,
    sequence: u8,
    /// Signs every frame, while there is one.
    pub signer: Option<Signer>,
}

impl Sender {
    /// A sender whose first frame has sequence 0.
    #[must_use]
    pub const fn new(system: SystemId, component: ComponentId) -> Self {
        Self {
            system,
            component,
            sequence: 0,
            signer: None,
        }
    }

    /// Starts counting anew, as after a reboot.
    pub const fn restart(&mut self) {
        self.sequence = 0;
    }

    /// Writes one message of the dialect.
    pub fn send<M: MessageData>(&mut self, out: &mut Outbox, message: &M) {
        self.write(out, M::ID, M::EXTRA_CRC, |payload| {
            message.ser(MavlinkVersion::V2, payload)
        });
    }

    /// Writes a payload made by hand, for numbers the dialect's enumerations do not know.
    pub fn send_payload(&mut self, out: &mut Outbox, id: u32, payload: &[u8]) {
        self.write(out, id, MavMessage::extra_crc(id), |room| {
            let len = payload.len().min(room.len());
            room[..len].copy_from_slice(&payload[..len]);
            let trimmed = room[..len].iter().rposition(|byte| *byte != 0);
            trimmed.map_or(1, |last| last + 1)
        });
    }

    fn write(
        &mut self,
        out: &mut Outbox,
        id: u32,
        extra: u8,
        fill: impl FnOnce(&mut [u8]) -> usize,
    ) {
        let start = out.bytes.len();
        let flags = if self.signer.is_some() { SIGNED } else { 0 };
        out.bytes.resize(start + V2_HEADER + 255 + 2, 0);
        let frame = &mut out.bytes[start..];
        let len = fill(&mut frame[V2_HEADER..V2_HEADER + 255]);
        let id = id.to_le_bytes();
        let (system, component) = (self.system.0, self.component.0);
        frame[..V2_HEADER].copy_from_slice(&[
            V2_MAGIC,
            len as u8,
            flags,
            0,
            self.sequence,
            system,
            component,
            id[0],
            id[1],
            id[2],
        ]);
        let crc = calculate_crc(&frame[1..V2_HEADER + len], extra).to_le_bytes();
        frame[V2_HEADER + len..V2_HEADER + len + 2].copy_from_slice(&crc);
        out.bytes.truncate(start + V2_HEADER + len + 2);
        if let Some(signer) = &mut self.signer {
            let signature = signer.sign(&out.bytes[start..]);
            out.bytes.extend(signature);
        }
        out.ends.push(out.bytes.len());
        self.sequence = self.sequence.wrapping_add(1);
    }
}

/// One frame that arrived whole: its sender, its id and its payload, read field by field.
#[derive(Debug, Clone)]
pub struct Received {
    /// Who sent it.
    pub system: SystemId,
    /// Which part of the sender.
    pub component: ComponentId,
    /// Message id.
    pub id: u32,
    /// The whole frame, where it carries a signature.
    pub signed: Option<Box<[u8]>>,
    payload: [u8; 255],
}

/// The CRC-valid frames of a datagram; a damaged one and whatever is between frames is skipped.
pub fn frames_in(datagram: &[u8]) -> impl Iterator<Item = Received> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            if let Some((frame, len)) = first_frame(rest) {
                rest = &rest[len..];
                return Some(frame);
            }
            rest = &rest[1..];
        }
        None
    })
}

fn first_frame(bytes: &[u8]) -> Option<(Received, usize)> {
    let payload_len = usize::from(*bytes.get(1)?);
    let (header, tail, at) = match bytes[0] {
        V2_MAGIC if *bytes.get(2)? == SIGNED => (V2_HEADER, SIGNATURE, 5),
        V2_MAGIC if *bytes.get(2)? == 0 => (V2_HEADER, 0, 5),
        V1_MAGIC => (V1_HEADER, 0, 3),
        _ => return None,
    };
    let len = header + payload_len + 2 + tail;
    let frame = bytes.get(..len)?;
    let id = match header {
        V2_HEADER => u32::from_le_bytes([frame[7], frame[8], frame[9], 0]),
        _ => u32::from(frame[5]),
    };
    let crc = calculate_crc(&frame[1..header + payload_len], MavMessage::extra_crc(id));
    let sent = u16::from_le_bytes([frame[header + payload_len], frame[header + payload_len + 1]]);
    if crc != sent {
        return None;
    }
    let mut payload = [0; 255];
    payload[..payload_len].copy_from_slice(&frame[header..header + payload_len]);
    let received = Received {
        system: SystemId(frame[at]),
        component: ComponentId(frame[at + 1]),
        id,
        signed: (tail > 0).then(|| frame.into()),
        payload,
    };
    Some((received, len))
}

impl Received {
    fn bytes<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut field = [0; N];
        if let Some(found) = self.payload.get(at..at + N) {
            field.copy_from_slice(found);
        }
        field
    }

    /// An unsigned byte at an offset of the payload, as it lies on the wire.
    #[must_use]
    pub fn u8(&self, at: usize) -> u8 {
        self.bytes::<1>(at)[0]
    }

    /// A little-endian `u16` at an offset.
    #[must_use]
    pub fn u16(&self, at: usize) -> u16 {
        u16::from_le_bytes(self.bytes(at))
    }

    /// A little-endian `u32` at an offset.
    #[must_use]
    pub fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.bytes(at))
    }

    /// A little-endian `i32` at an offset.
    #[must_use]
    pub fn i32(&self, at: usize) -> i32 {
        i32::from_le_bytes(self.bytes(at))
    }

    /// A little-endian `i64` at an offset.
    #[must_use]
    pub fn i64(&self, at: usize) -> i64 {
        i64::from_le_bytes(self.bytes(at))
    }

    /// A little-endian float at an offset; may be NaN.
    #[must_use]
    pub fn f32(&self, at: usize) -> f32 {
        f32::from_le_bytes(self.bytes(at))
    }

    /// The payload, zeros where the sender cut them off.
    #[must_use]
    pub const fn payload(&self) -> &[u8; 255] {
        &self.payload
    }

    /// Text of at most `len` bytes at an offset, up to its terminator.
    #[must_use]
    pub fn text(&self, at: usize, len: usize) -> &str {
        let field = self.payload.get(at..at + len).unwrap_or_default();
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(len);
        std::str::from_utf8(&field[..end]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use mavlink::dialects::ardupilotmega::{COMMAND_ACK_DATA, SYSTEM_TIME_DATA};

    use super::*;

    fn two_frames() -> Outbox {
        let mut out = Outbox::default();
        let mut sender = Sender::new(SystemId(7), ComponentId(1));
        sender.send(
            &mut out,
            &SYSTEM_TIME_DATA {
                time_unix_usec: 5,
                time_boot_ms: 9,
            },
        );
        sender.send_payload(
            &mut out,
            COMMAND_ACK_DATA::ID,
            &[0x10, 0x27, 3, 0, 0, 0, 0, 0, 255, 190],
        );
        out
    }

    #[test]
    fn what_is_written_is_read_back_with_its_sequence() {
        let out = two_frames();
        let bytes: Vec<u8> = out.frames().flatten().copied().collect();
        let read: Vec<Received> = frames_in(&bytes).collect();
        assert_eq!(read.len(), 2);
        assert_eq!(
            (read[0].id, read[0].system, read[0].u32(8)),
            (2, SystemId(7), 9)
        );
        assert_eq!(
            (read[1].u16(0), read[1].u8(2), read[1].u8(9)),
            (10_000, 3, 190)
        );
        let sequences: Vec<u8> = out.frames().map(|frame| frame[4]).collect();
        assert_eq!(sequences, [0, 1]);
    }

    #[test]
    fn damage_costs_only_the_damaged_frame() {
        let out = two_frames();
        let mut bytes = vec![0xFD, 3, 0xFE];
        bytes.extend(out.frames().flatten());
        bytes[15] ^= 0x40;
        assert_eq!(
            frames_in(&bytes).map(|frame| frame.id).collect::<Vec<_>>(),
            [77]
        );
    }

    #[test]
    fn datagrams_hold_whole_frames_up_to_the_limit() {
        let out = two_frames();
        assert_eq!(out.datagrams(1_200).count(), 1);
        assert_eq!(out.datagrams(30).count(), 2);
        let lengths: usize = out.datagrams(30).map(<[u8]>::len).sum();
        assert_eq!(lengths, out.frames().map(<[u8]>::len).sum::<usize>());
    }
}
