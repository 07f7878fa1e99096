//! How do received bytes become frames, whichever way they were cut?
//!
//! `Splitter` is for byte streams (serial, TCP): one per peer, so that one peer's noise never costs
//! another's frames. `split_datagram` is for datagrams: nothing carries over from one to the next,
//! so a cut datagram cannot hold back anything. Pure; called by `link`, which owns the counters of
//! each peer.

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use super::{
    counters::SplitCounters,
    frame::{Frame, MAX_FRAME_LEN},
    scan::{self, End, Memory},
};

/// More bytes than can ever be pending: four unknown frames and the one behind them, each incomplete by a byte.
pub const MAX_PENDING: usize = 6 * MAX_FRAME_LEN;

/// Splits one peer's byte stream.
#[derive(Debug, Default)]
pub struct Splitter {
    pending: Vec<u8>,
    memory: Memory,
    counters: SplitCounters,
}

impl Splitter {
    /// A splitter that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the stream, in pieces of any size, and hands each frame they complete to `sink`.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Frame<'_>)) {
        let mut rest = bytes;
        while !self.pending.is_empty() && !rest.is_empty() {
            let old = self.pending.len();
            let (part, later) = rest.split_at(rest.len().min(MAX_PENDING - old.min(MAX_PENDING)));
            self.pending.extend_from_slice(part);
            let done = self.scan_pending(End::Open, sink);
            if done >= old {
                // What is left lies in `rest` as a whole: go on there without copying.
                self.pending.clear();
                rest = &rest[done - old..];
                break;
            }
            self.pending.drain(..done);
            rest = later;
        }
        if self.pending.is_empty() {
            let done = scan::scan(rest, End::Open, &mut self.memory, &mut self.counters, sink);
            self.pending.extend_from_slice(&rest[done..]);
        }
    }

    /// The stream has ended: what is pending is split without hope for more.
    pub fn finish(&mut self, sink: &mut impl FnMut(Frame<'_>)) {
        self.scan_pending(End::File, sink);
        self.pending.clear();
        self.memory = Memory::default();
    }

    /// Bytes that wait for more: they are in no counter yet. At most [`MAX_PENDING`].
    #[must_use]
    pub fn pending_bytes(&self) -> usize {
        self.pending.len()
    }

    /// Counts since the beginning.
    #[must_use]
    pub fn counters(&self) -> &SplitCounters {
        &self.counters
    }

    fn scan_pending(&mut self, end: End, sink: &mut impl FnMut(Frame<'_>)) -> usize {
        scan::scan(
            &self.pending,
            end,
            &mut self.memory,
            &mut self.counters,
            sink,
        )
    }
}

/// Splits one datagram: counts go to `counters`, each frame to `sink`, in order.
pub fn split_datagram(
    bytes: &[u8],
    counters: &mut SplitCounters,
    sink: &mut impl FnMut(Frame<'_>),
) {
    scan::scan(bytes, End::Datagram, &mut Memory::default(), counters, sink);
}
