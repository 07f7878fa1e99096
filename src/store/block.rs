//! Frames put together until a block is worth writing: one open block per link and direction.
//!
//! A block closes at 64 KiB, at 500 ms of record time, or when the writer says it is old enough. It
//! is compressed only if that makes it smaller.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use flate2::{Compress, Compression, FlushCompress, Status};

use super::framing::record_at;
use crate::{
    model::{
        ids::LinkId,
        recorder::{Direction, FrameBatch},
        time::TimeUs,
    },
    wire::signing::redact::{blank_key, carries_key},
};

/// Most bytes of a block before compression.
pub(super) const BLOCK_BYTES: usize = 64 * 1024;
/// Longest time between the first and the last record of a block.
const BLOCK_SPAN: Duration = Duration::from_millis(500);
/// Fast: level 6 saves a tenth of the bytes for three times the work.
const LEVEL: u32 = 1;

/// How the data of a block is packed; the `codec` column.
pub(super) const ZLIB: &str = "zlib";
/// Not packed at all.
pub(super) const NONE: &str = "none";

/// A closed block, ready to be a row of `frames`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) link: LinkId,
    pub(super) direction: Direction,
    pub(super) start: TimeUs,
    pub(super) end: TimeUs,
    pub(super) count: u32,
    pub(super) codec: &'static str,
    pub(super) data: Vec<u8>,
}

#[derive(Debug)]
struct OpenBlock {
    opened: Instant,
    start: TimeUs,
    end: TimeUs,
    count: u32,
    data: Vec<u8>,
}

/// Every open block.
#[derive(Debug)]
pub(super) struct Assembler {
    open: BTreeMap<(LinkId, Direction), OpenBlock>,
    compress: Compress,
}

impl Assembler {
    pub(super) fn new() -> Self {
        Self {
            open: BTreeMap::new(),
            compress: Compress::new(Compression::new(LEVEL), true),
        }
    }

    /// Adds a batch whose oldest frame came at `since` or later, appending blocks that became full
    /// to `done`. Returns how many frames of the batch could not be told apart and are not kept.
    ///
    /// Records go over in runs as long as the block has room for, not one by one.
    pub(super) fn push(
        &mut self,
        batch: &FrameBatch,
        since: Instant,
        done: &mut Vec<Block>,
    ) -> u32 {
        let key = (batch.link, batch.direction);
        let data = &batch.data;
        let mut open = self.open.remove(&key);
        let (mut run, mut kept) = (0..0, 0);
        while let Some(record) = record_at(data, run.end) {
            let more = record.frame.end - run.start;
            let mut block = match open.take() {
                Some(block) if !block.is_full_for(more, record.t) => block,
                full => {
                    done.extend(full.map(|block| self.finish(key, block, data.get(run.clone()))));
                    run.start = run.end;
                    OpenBlock::at(record.t, since)
                }
            };
            block.note(record.t);
            run.end = record.frame.end;
            let length = record.frame.len();
            if data.get(record.frame).is_some_and(carries_key) {
                block.extend(data.get(run.clone()));
                block.blank_last(length);
                run.start = run.end;
            }
            open = Some(block);
            kept += 1;
        }
        if let Some(mut block) = open {
            block.extend(data.get(run));
            self.open.insert(key, block);
        }
        batch.count.saturating_sub(kept)
    }

    /// Closes every block whose first frame came `age` before `now`, or earlier.
    pub(super) fn close_older(&mut self, age: Duration, now: Instant, done: &mut Vec<Block>) {
        let due: Vec<_> = self
            .open
            .iter()
            .filter(|(_, open)| now.duration_since(open.opened) >= age)
            .map(|(key, _)| *key)
            .collect();
        for key in due {
            self.close(key, done);
        }
    }

    /// Whether there is nothing to close.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    fn close(&mut self, key: (LinkId, Direction), done: &mut Vec<Block>) {
        if let Some(open) = self.open.remove(&key) {
            done.push(self.finish(key, open, None));
        }
    }

    fn finish(
        &mut self,
        (link, direction): (LinkId, Direction),
        mut open: OpenBlock,
        rest: Option<&[u8]>,
    ) -> Block {
        open.extend(rest);
        let (codec, data) = match pack(&mut self.compress, &open.data) {
            Some(packed) => (ZLIB, packed),
            None => (NONE, open.data),
        };
        Block {
            link,
            direction,
            start: open.start,
            end: open.end,
            count: open.count,
            codec,
            data,
        }
    }
}

impl OpenBlock {
    fn at(t: TimeUs, opened: Instant) -> Self {
        Self {
            opened,
            start: t,
            end: t,
            count: 0,
            data: Vec::new(),
        }
    }

    fn is_full_for(&self, more: usize, t: TimeUs) -> bool {
        let (start, end) = (self.start.min(t), self.end.max(t));
        self.data.len() + more > BLOCK_BYTES || end.since(start) > BLOCK_SPAN
    }

    /// One more record, whose bytes follow.
    fn note(&mut self, t: TimeUs) {
        self.start = self.start.min(t);
        self.end = self.end.max(t);
        self.count += 1;
    }

    fn extend(&mut self, records: Option<&[u8]>) {
        self.data.extend_from_slice(records.unwrap_or_default());
    }

    /// Blanks the key in the frame that ends the block.
    fn blank_last(&mut self, length: usize) {
        let from = self.data.len().saturating_sub(length);
        if let Some(frame) = self.data.get_mut(from..) {
            blank_key(frame);
        }
    }
}

/// `data` as a zlib stream; `None` when that is not smaller.
fn pack(compress: &mut Compress, data: &[u8]) -> Option<Vec<u8>> {
    compress.reset();
    let mut packed = Vec::with_capacity(data.len());
    let status = compress.compress_vec(data, &mut packed, FlushCompress::Finish);
    (matches!(status, Ok(Status::StreamEnd)) && packed.len() < data.len()).then_some(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(t: i64, frames: u32, size: usize) -> FrameBatch {
        let mut data = Vec::new();
        for n in 0..frames {
            data.extend_from_slice(&(t + i64::from(n)).to_be_bytes());
            data.extend_from_slice(&[0xfe, (size - 8) as u8]);
            data.resize(data.len() + size - 2, n as u8);
        }
        FrameBatch {
            link: LinkId(0),
            direction: Direction::Received,
            start: TimeUs(t),
            end: TimeUs(t + i64::from(frames) - 1),
            count: frames,
            data,
        }
    }

    #[test]
    fn a_block_closes_before_it_is_larger_than_64_kib() {
        let (mut assembler, mut done) = (Assembler::new(), Vec::new());
        let now = Instant::now();
        assert_eq!(assembler.push(&batch(0, 3_000, 50), now, &mut done), 0);
        assembler.close_older(Duration::ZERO, now, &mut done);
        assert_eq!(
            done.iter().map(|block| block.count).collect::<Vec<_>>(),
            [1129, 1129, 742]
        );
        assert!(done.iter().all(|block| block.codec == ZLIB));
        assert_eq!((done[1].start, done[1].end), (TimeUs(1129), TimeUs(2257)));
    }

    #[test]
    fn a_block_spans_at_most_half_a_second_and_waits_no_longer() {
        let (mut assembler, mut done) = (Assembler::new(), Vec::new());
        let now = Instant::now();
        for t in [0, 499_000, 501_000, 300_000] {
            assembler.push(&batch(t, 1, 20), now, &mut done);
        }
        assert_eq!(done.len(), 1);
        assembler.close_older(
            Duration::from_millis(400),
            now + Duration::from_millis(399),
            &mut done,
        );
        assert_eq!(done.len(), 1);
        assembler.close_older(
            Duration::from_millis(400),
            now + Duration::from_millis(400),
            &mut done,
        );
        assert_eq!(
            (done[1].start, done[1].end, done[1].count),
            (TimeUs(300_000), TimeUs(501_000), 2)
        );
        assert!(assembler.is_empty());
    }

    #[test]
    fn what_does_not_shrink_is_kept_as_it_is_and_what_is_no_frame_is_counted() {
        let (mut assembler, mut done) = (Assembler::new(), Vec::new());
        let mut one = batch(5, 1, 12);
        one.data.truncate(10);
        one.data.extend_from_slice(b"0246813579");
        one.data.extend_from_slice(b"12345678nothing");
        one.count = 2;
        assert_eq!(assembler.push(&one, Instant::now(), &mut done), 1);
        assembler.close_older(Duration::ZERO, Instant::now(), &mut done);
        assert_eq!(done[0].codec, NONE);
        assert_eq!(done[0].data, one.data[..20]);
    }
}
