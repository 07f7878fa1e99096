//! The seam between links and the flight log: links hand over bytes, whoever keeps them implements this.

use std::fmt;

use bytes::Bytes;

use super::{ids::LinkId, time::TimeUs};

/// Frames as they went over a link, in tlog framing: 8 bytes of big-endian µs since 1970, one frame, and so on.
#[derive(Debug, Clone)]
pub struct FrameBatch {
    /// Over which link.
    pub link: LinkId,
    /// Which way.
    pub direction: Direction,
    /// Time of the first.
    pub start: TimeUs,
    /// Time of the last.
    pub end: TimeUs,
    /// How many.
    pub count: u32,
    /// The records, shared with whoever passes the frames on.
    pub data: Bytes,
}

/// Which way a frame went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From a vehicle.
    Received,
    /// From this station.
    Sent,
}

impl Direction {
    /// The word of the flight log.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Sent => "sent",
        }
    }
}

/// Keeps frames. Never blocks: what it cannot take it counts as a gap.
pub trait Recorder: Send + Sync + fmt::Debug {
    /// Takes a batch.
    fn record(&self, batch: FrameBatch);
}

/// Keeps nothing: `--no-log`, or a log without frames.
#[derive(Debug, Clone, Copy)]
pub struct NoRecorder;

impl Recorder for NoRecorder {
    fn record(&self, _batch: FrameBatch) {}
}
