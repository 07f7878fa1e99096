//! Which frames are in a raw recording, a MAVLink byte stream without times?
//!
//! Reads a byte slice by the same judgement as a live stream, with the whole file at hand. Pure;
//! called by `log info` and replay.

use super::{
    counters::SplitCounters,
    frame::Frame,
    scan::{self, End, Judgement},
};

/// Iterates over the frames of a raw stream, verified and unknown ones.
#[derive(Debug)]
pub struct RawReader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// End of the last frame with a bad CRC: its bytes are not junk.
    bad_until: usize,
    counters: SplitCounters,
}

impl<'a> RawReader<'a> {
    /// A reader at the beginning of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            bad_until: 0,
            counters: SplitCounters::default(),
        }
    }

    /// Counts over what has been read so far. Bytes of frames with a bad CRC are not in `junk_bytes`.
    #[must_use]
    pub fn counters(&self) -> &SplitCounters {
        &self.counters
    }

    /// Bytes read so far.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }

    fn skip(&mut self, rest: &[u8]) {
        let from = self.at.max(self.bad_until);
        self.at += scan::to_next_start(rest);
        self.counters.junk_bytes += self.at.saturating_sub(from) as u64;
    }
}

impl<'a> Iterator for RawReader<'a> {
    type Item = Frame<'a>;

    fn next(&mut self) -> Option<Frame<'a>> {
        loop {
            let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
            match scan::judge(rest, End::File) {
                Judgement::Take(frame) => {
                    self.counters.count_frame(&frame);
                    self.at += frame.bytes().len();
                    return Some(frame);
                }
                Judgement::BadCrc { msgid, len } if self.at >= self.bad_until => {
                    self.counters.count_bad_crc(msgid);
                    self.bad_until = self.at + len;
                }
                Judgement::BadCrc { .. } | Judgement::Drop | Judgement::Wait => {}
            }
            self.skip(rest);
        }
    }
}
