//! What was found in the bytes of one source, in numbers?
//!
//! Filled by the splitter and by the readers of recordings, shown under the link and in `log info`.

use super::frame::{Check, Frame, Version};

/// How many different message ids with bad CRCs are told apart.
const MAX_BAD_IDS: usize = 32;

/// Counts over everything one source gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SplitCounters {
    /// Frames of known messages whose CRC holds.
    pub frames: u64,
    /// Those of them that are MAVLink 1.
    pub v1: u64,
    /// Those of them that are MAVLink 2.
    pub v2: u64,
    /// Those of them that carry a signature.
    pub signed: u64,
    /// Known messages of plausible length whose CRC does not hold: damage, or another dialect's definition.
    pub bad_crc: u64,
    /// Frames of ids of no known dialect.
    pub unknown: u64,
    /// Bytes that belong to no frame. A splitter counts those of bad CRCs too, the readers of recordings do not.
    pub junk_bytes: u64,
    /// `bad_crc` by message id.
    pub bad_crc_ids: BadCrcIds,
}

/// Bad CRCs by message id: many of one id mean that the sender's definition of it differs from ours.
/// Bounded, because noise can claim any id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BadCrcIds {
    /// (message id, count), in the order of first appearance; at most 32.
    pub ids: Vec<(u32, u64)>,
    /// Bad CRCs of further ids.
    pub others: u64,
}

impl SplitCounters {
    /// Adds the counts of another source.
    pub fn add(&mut self, other: &Self) {
        self.frames += other.frames;
        self.v1 += other.v1;
        self.v2 += other.v2;
        self.signed += other.signed;
        self.bad_crc += other.bad_crc;
        self.unknown += other.unknown;
        self.junk_bytes += other.junk_bytes;
        self.bad_crc_ids.others += other.bad_crc_ids.others;
        for &(id, count) in &other.bad_crc_ids.ids {
            self.bad_crc_ids.add(id, count);
        }
    }

    #[inline]
    pub(super) fn count_frame(&mut self, frame: &Frame<'_>) {
        if frame.check == Check::Unknown {
            self.unknown += 1;
            return;
        }
        self.frames += 1;
        self.signed += u64::from(frame.is_signed());
        match frame.version {
            Version::V1 => self.v1 += 1,
            Version::V2 => self.v2 += 1,
        }
    }

    pub(super) fn count_bad_crc(&mut self, msgid: u32) {
        self.bad_crc += 1;
        self.bad_crc_ids.add(msgid, 1);
    }
}

impl BadCrcIds {
    fn add(&mut self, id: u32, count: u64) {
        if let Some(entry) = self.ids.iter_mut().find(|(known, _)| *known == id) {
            entry.1 += count;
        } else if self.ids.len() < MAX_BAD_IDS {
            self.ids.push((id, count));
        } else {
            self.others += count;
        }
    }
}
