//! The frames of a log one by one: blocks unpacked as they are needed and merged across links.
//!
//! Each (session, link, direction) is a stream whose order is kept as recorded, steps back in time
//! included; streams are merged by the time of their next frame. One block per stream is in memory, and
//! the ids of the next few thousand: blocks close within a second of each other, so the next block of
//! every stream is among them, however large the log.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
    sync::Arc,
};

use bytes::Bytes;
use flate2::{Decompress, FlushDecompress};
use rusqlite::{Connection, params};

use super::super::{block, framing};
use crate::model::{recorder::Direction, time::TimeUs};

/// No block is ever larger, whatever a damaged one claims: 64 KiB is closed, one record may follow.
const MOST_BYTES: usize = 1024 * 1024;

/// Most ids of blocks that are listed ahead.
const LISTED: usize = 4_096;

/// Which frames are wanted; the default is all.
#[derive(Debug, Clone, Default)]
pub struct FrameFilter {
    /// Of this session only.
    pub session: Option<i64>,
    /// Of this direction only.
    pub direction: Option<Direction>,
    /// Of this link only.
    pub link: Option<String>,
    /// Not before this moment.
    pub from: Option<TimeUs>,
    /// Not after this moment.
    pub to: Option<TimeUs>,
    /// Sent by one of these; empty is everybody.
    pub senders: Vec<Sender>,
}

/// A system id, and the links where it means the vehicle that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// MAVLink system id (<https://mavlink.io/en/guide/serialization.html>).
    pub sysid: u8,
    /// Names of links; empty is any.
    pub links: Vec<String>,
}

impl FrameFilter {
    fn wants(&self, frame: &LoggedFrame) -> bool {
        let sysid = framing::system_id(&frame.bytes);
        let is_it = |sender: &Sender| {
            sysid == Some(sender.sysid)
                && (sender.links.is_empty()
                    || sender.links.iter().any(|link| **link == *frame.link))
        };
        self.from.is_none_or(|from| frame.t >= from)
            && self.to.is_none_or(|to| frame.t <= to)
            && (self.senders.is_empty() || self.senders.iter().any(is_it))
    }
}

/// One frame as it went over a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedFrame {
    /// In which session.
    pub session: i64,
    /// Name of the link.
    pub link: Arc<str>,
    /// Which way.
    pub direction: Direction,
    /// When.
    pub t: TimeUs,
    /// The bytes, from the magic byte to the checksum or signature.
    pub bytes: Bytes,
}

/// Frames in time order; see [`super::LogReader::frames`].
#[derive(Debug)]
pub struct Frames<'a> {
    connection: &'a Connection,
    streams: Vec<Stream>,
    /// Streams by the time of their next frame, or of the block it is in.
    next: BinaryHeap<Reverse<(TimeUs, usize)>>,
    filter: FrameFilter,
    known: BTreeMap<(i64, Arc<str>, Direction), usize>,
    /// Ids of blocks that are listed and not yet opened.
    listed: usize,
    /// Id of the last block that was listed, of the first, and of the last there was at the start.
    ids: (i64, i64, i64),
    is_listed: bool,
    damaged_blocks: u64,
    missing: u64,
}

#[derive(Debug)]
struct Stream {
    session: i64,
    link: Arc<str>,
    direction: Direction,
    blocks: VecDeque<(i64, TimeUs)>,
    open: Option<(Bytes, framing::Record)>,
}

/// A block as it came out: what could be unpacked, and how many frames should be in it.
pub(super) struct Unpacked {
    pub(super) data: Bytes,
    pub(super) count: u64,
    pub(super) is_whole: bool,
}

impl Stream {
    fn new(session: i64, link: Arc<str>, direction: Direction) -> Self {
        Self {
            session,
            link,
            direction,
            blocks: VecDeque::new(),
            open: None,
        }
    }
}

impl<'a> Frames<'a> {
    pub(super) fn new(connection: &'a Connection, filter: &FrameFilter) -> rusqlite::Result<Self> {
        let ends = "SELECT (SELECT min(id) FROM frames), (SELECT max(id) FROM frames)";
        let (first, last): (Option<i64>, Option<i64>) =
            connection.query_row(ends, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let first = first.unwrap_or(1);
        let mut frames = Self {
            connection,
            streams: Vec::new(),
            next: BinaryHeap::new(),
            filter: filter.clone(),
            known: BTreeMap::new(),
            listed: 0,
            ids: (first.saturating_sub(1), first, last.unwrap_or(0)),
            is_listed: false,
            damaged_blocks: 0,
            missing: 0,
        };
        frames.list()?;
        Ok(frames)
    }

    /// How far it is through the log, 0 to 1.
    #[must_use]
    pub fn part(&self) -> f64 {
        let (at, first, last) = self.ids;
        ((at - first + 1) as f64 / (last - first + 1).max(1) as f64).clamp(0.0, 1.0)
    }

    /// Blocks that could not be unpacked in full.
    #[must_use]
    pub fn damaged_blocks(&self) -> u64 {
        self.damaged_blocks
    }

    /// Frames of those blocks that are missing here.
    #[must_use]
    pub fn lost_frames(&self) -> u64 {
        self.missing
    }

    /// Lists the next blocks when only few are left.
    fn list(&mut self) -> rusqlite::Result<()> {
        if self.is_listed || self.listed >= LISTED / 2 {
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT id, session_id, link, direction, t_start_us FROM frames
             WHERE id > ?6 AND id <= ?7 AND (?1 IS NULL OR session_id = ?1) AND (?2 IS NULL OR direction = ?2)
               AND (?3 IS NULL OR link = ?3) AND t_end_us >= ?4 AND t_start_us <= ?5 ORDER BY id LIMIT ?8",
        )?;
        let FrameFilter {
            session,
            direction,
            link,
            from,
            to,
            ..
        } = &self.filter;
        let (from, to) = (from.map_or(i64::MIN, |t| t.0), to.map_or(i64::MAX, |t| t.0));
        let direction = direction.map(Direction::word);
        let wanted = LISTED as i64;
        let mut rows = statement.query(params![
            session, direction, link, from, to, self.ids.0, self.ids.2, wanted
        ])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            count += 1;
            let (id, session) = (row.get(0)?, row.get(1)?);
            let link: Arc<str> = row.get(2)?;
            let direction = match row.get_ref(3)?.as_str() {
                Ok("sent") => Direction::Sent,
                _ => Direction::Received,
            };
            let key = (session, Arc::clone(&link), direction);
            let n = *self.known.entry(key).or_insert(self.streams.len());
            if n == self.streams.len() {
                self.streams.push(Stream::new(session, link, direction));
            }
            let start = TimeUs(row.get(4)?);
            if let Some(stream) = self.streams.get_mut(n) {
                if stream.blocks.is_empty() && stream.open.is_none() {
                    self.next.push(Reverse((start, n)));
                }
                stream.blocks.push_back((id, start));
            }
            self.ids.0 = id;
            self.listed += 1;
        }
        self.is_listed = count < LISTED;
        Ok(())
    }

    /// Unpacks the next block of a stream and puts the stream back in line.
    fn open_block(&mut self, n: usize) {
        let Some(stream) = self.streams.get_mut(n) else {
            return;
        };
        if let Some((id, _)) = stream.blocks.pop_front() {
            self.listed = self.listed.saturating_sub(1);
            match read_block(self.connection, id) {
                Err(_unreadable) => self.damaged_blocks += 1,
                Ok(unpacked) => {
                    let found = framing::records(&unpacked.data).count() as u64;
                    self.damaged_blocks += u64::from(!unpacked.is_whole || found != unpacked.count);
                    self.missing += unpacked.count.saturating_sub(found);
                    let first = framing::record_at(&unpacked.data, 0);
                    stream.open = first.map(|record| (unpacked.data, record));
                }
            }
        }
        self.queue(n);
        if self.list().is_err() {
            // The table is damaged further on: what is listed still comes.
            self.is_listed = true;
            self.damaged_blocks += 1;
        }
    }

    fn queue(&mut self, n: usize) {
        let Some(stream) = self.streams.get(n) else {
            return;
        };
        let next = match &stream.open {
            Some((_, record)) => Some(record.t),
            None => stream.blocks.front().map(|(_, t)| *t),
        };
        self.next.extend(next.map(|t| Reverse((t, n))));
    }

    fn take(&mut self, n: usize) -> Option<LoggedFrame> {
        let stream = self.streams.get_mut(n)?;
        let (data, record) = stream.open.take()?;
        let frame = LoggedFrame {
            session: stream.session,
            link: Arc::clone(&stream.link),
            direction: stream.direction,
            t: record.t,
            bytes: data.slice(record.frame.clone()),
        };
        let following = framing::record_at(&data, record.frame.end);
        stream.open = following.map(|record| (data, record));
        self.queue(n);
        Some(frame)
    }
}

impl Iterator for Frames<'_> {
    type Item = LoggedFrame;

    fn next(&mut self) -> Option<LoggedFrame> {
        loop {
            let Reverse((_, n)) = self.next.pop()?;
            if self.streams.get(n)?.open.is_none() {
                self.open_block(n);
                continue;
            }
            let frame = self.take(n)?;
            if self.filter.wants(&frame) {
                return Some(frame);
            }
        }
    }
}

/// Reads and unpacks a block; an error when not even the row can be read.
pub(super) fn read_block(connection: &Connection, id: i64) -> rusqlite::Result<Unpacked> {
    let mut statement =
        connection.prepare_cached("SELECT count, codec, data FROM frames WHERE id = ?1")?;
    statement.query_row([id], |row| {
        let count: i64 = row.get(0)?;
        let codec = row.get_ref(1)?;
        let data = row.get_ref(2)?.as_blob().unwrap_or_default();
        let (data, is_whole) = match codec.as_str() {
            Ok(block::NONE) => (data.to_vec(), true),
            Ok(block::ZLIB) => unpack(data),
            _ => (Vec::new(), false),
        };
        Ok(Unpacked {
            data: data.into(),
            count: count.unsigned_abs(),
            is_whole,
        })
    })
}

/// What comes out of a zlib stream, and whether it came to its end with the right checksum.
fn unpack(packed: &[u8]) -> (Vec<u8>, bool) {
    let mut state = Decompress::new(true);
    let mut data = Vec::with_capacity(2 * block::BLOCK_BYTES);
    loop {
        let (read, had) = (state.total_in() as usize, data.len());
        let rest = packed.get(read..).unwrap_or_default();
        match state.decompress_vec(rest, &mut data, FlushDecompress::None) {
            Ok(flate2::Status::StreamEnd) => return (data, true),
            Err(_damage) => return (data, false),
            Ok(_) => {}
        }
        if data.len() == data.capacity() && data.len() < MOST_BYTES {
            data.reserve(block::BLOCK_BYTES);
        } else if state.total_in() as usize == read && data.len() == had {
            return (data, false);
        }
    }
}
