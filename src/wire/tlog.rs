//! Which frames are in a tlog, when was each heard, and how much of the file is damaged?
//!
//! A record is 8 bytes of big-endian µs since 1970 and one frame. After damage the reader goes on
//! byte by byte to the next plausible time followed by a frame whose CRC holds. Pure: it reads a byte
//! slice, so a file is mapped or loaded by its caller (`log info`, replay, the log's frame blocks).

#[cfg(test)]
mod tests;

use super::{
    counters::SplitCounters,
    frame::Frame,
    verify::{self, Look},
};

/// Times a record may carry, µs since 1970: 2001 to 2039.
const PLAUSIBLE_US: std::ops::RangeInclusive<u64> = 1_000_000_000_000_000..=2_200_000_000_000_000;
const TIME_LEN: usize = 8;

/// One record of a tlog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// When the frame was heard, µs since 1970; may step back from one record to the next.
    pub t_us: u64,
    /// The frame, verified or of an unknown id.
    pub frame: Frame<'a>,
}

/// Iterates over the records of a tlog, those with verified and with unknown frames.
#[derive(Debug)]
pub struct TlogReader<'a> {
    bytes: &'a [u8],
    at: usize,
    counters: SplitCounters,
}

impl<'a> TlogReader<'a> {
    /// A reader at the beginning of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            counters: SplitCounters::default(),
        }
    }

    /// Counts over what has been read so far. Records with a bad CRC are not in `junk_bytes`, a cut last record is.
    #[must_use]
    pub fn counters(&self) -> &SplitCounters {
        &self.counters
    }

    /// Bytes read so far: where the next record begins.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.at
    }

    fn take(&mut self, t_us: u64, frame: Frame<'a>) -> Record<'a> {
        self.counters.count_frame(&frame);
        self.at += TIME_LEN + frame.bytes().len();
        Record { t_us, frame }
    }

    fn resync(&mut self) {
        let next = (self.at + 1..self.bytes.len())
            .find(|&at| verified_record(&self.bytes[at..]))
            .unwrap_or(self.bytes.len());
        self.counters.junk_bytes += (next - self.at) as u64;
        self.at = next;
    }
}

impl<'a> Iterator for TlogReader<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        loop {
            let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
            let Some((t_us, behind)) = split_time(rest) else {
                self.resync();
                continue;
            };
            match verify::look(behind) {
                Look::Verified(frame) => return Some(self.take(t_us, frame)),
                Look::Unknown(frame) if looks_like_record(&behind[frame.bytes().len()..]) => {
                    return Some(self.take(t_us, frame));
                }
                Look::BadCrc { msgid, len, .. } if is_record_or_end(&behind[len..]) => {
                    self.counters.count_bad_crc(msgid);
                    self.at += TIME_LEN + len;
                }
                _ => self.resync(),
            }
        }
    }
}

/// Appends one record; `frame` is written as it is, whatever it holds.
pub fn push_record(out: &mut Vec<u8>, t_us: u64, frame: &[u8]) {
    out.extend_from_slice(&t_us.to_be_bytes());
    out.extend_from_slice(frame);
}

#[inline]
fn split_time(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (time, behind) = bytes.split_first_chunk::<TIME_LEN>()?;
    let t_us = u64::from_be_bytes(*time);
    PLAUSIBLE_US.contains(&t_us).then_some((t_us, behind))
}

#[inline]
fn verified_record(bytes: &[u8]) -> bool {
    split_time(bytes).is_some_and(|(_, behind)| verify::verified(behind).is_some())
}

fn looks_like_record(bytes: &[u8]) -> bool {
    split_time(bytes)
        .is_some_and(|(_, behind)| behind.first().is_some_and(|&b| verify::is_start(b)))
}

fn is_record_or_end(bytes: &[u8]) -> bool {
    bytes.is_empty() || looks_like_record(bytes)
}
