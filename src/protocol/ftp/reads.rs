//! ReadFile requests in flight: a few at once, each tried again by itself.
//!
//! Reading changes nothing, so a repeat takes a new sequence number: ArduPilot answers a number that is one
//! below its last answer with that answer, whatever was asked.

use super::assembly::Assembly;
use crate::{
    model::{ftp::FtpPacket, time::TimeUs},
    protocol::patience::Patience,
};

/// One read on its way.
#[derive(Debug, Clone)]
struct Read {
    offset: usize,
    sequence: u16,
    tries: u8,
    sent_at: TimeUs,
    deadline: TimeUs,
}

/// The reads on their way, at most `window`.
#[derive(Debug, Clone)]
pub(super) struct Reads {
    in_flight: Vec<Read>,
    window: usize,
}

/// What to read next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NextRead {
    /// Read at this offset for the so-manieth time.
    At(usize, u8),
    /// Enough is on its way.
    Wait,
    /// A read was tried too often.
    Expired,
}

impl Reads {
    pub(super) const fn new(window: usize) -> Self {
        Self {
            in_flight: Vec::new(),
            window,
        }
    }

    pub(super) fn clear(&mut self) {
        self.in_flight.clear();
    }

    /// The first byte that is neither here nor on its way. Beyond the highest byte one read looks for the
    /// end; without bursts as many as there may be go on from there.
    pub(super) fn fresh(
        &self,
        file: &Assembly,
        end: Option<usize>,
        chunk: usize,
        has_bursts: bool,
    ) -> Option<usize> {
        let is_reading = |offset: usize| self.in_flight.iter().any(|read| read.offset == offset);
        let mut in_holes = file
            .holes()
            .iter()
            .flat_map(|hole| hole.clone().step_by(chunk));
        if let Some(offset) = in_holes.find(|offset| !is_reading(*offset)) {
            return Some(offset);
        }
        let highest = file.highest();
        let frontier = self.in_flight.iter().map(|read| read.offset).max();
        let next = match frontier.filter(|frontier| *frontier >= highest) {
            None => highest,
            Some(frontier) if !has_bursts => frontier + chunk,
            Some(_) => return None,
        };
        is_wanted(file, end, next).then_some(next)
    }

    /// What to do at `now`: an overdue read comes before a new one at `fresh`.
    pub(super) fn next(&mut self, now: TimeUs, most_tries: u8, fresh: Option<usize>) -> NextRead {
        let overdue = self.in_flight.iter().position(|read| now >= read.deadline);
        if let Some(at) = overdue {
            let read = self.in_flight.swap_remove(at);
            return if read.tries >= most_tries {
                NextRead::Expired
            } else {
                NextRead::At(read.offset, read.tries + 1)
            };
        }
        match fresh {
            Some(offset) if self.in_flight.len() < self.window => NextRead::At(offset, 1),
            _ => NextRead::Wait,
        }
    }

    /// A read was sent.
    pub(super) fn sent(
        &mut self,
        offset: usize,
        sequence: u16,
        tries: u8,
        (now, patience): (TimeUs, &Patience),
    ) {
        self.in_flight.push(Read {
            offset,
            sequence,
            tries,
            sent_at: now,
            deadline: now.plus(patience.wait(tries)),
        });
    }

    /// The read that `answer` answers by its number: its offset, and the round trip.
    pub(super) fn answered(
        &mut self,
        answer: &FtpPacket,
        now: TimeUs,
    ) -> Option<(usize, std::time::Duration)> {
        let is_its = |read: &Read| answer.sequence == read.sequence.wrapping_add(1);
        let at = self.in_flight.iter().position(is_its)?;
        let read = self.in_flight.swap_remove(at);
        Some((read.offset, now.since(read.sent_at)))
    }

    /// Reads that nobody needs any more.
    pub(super) fn retain(&mut self, is_needed: impl Fn(usize) -> bool) {
        self.in_flight.retain(|read| is_needed(read.offset));
    }
}

/// Whether a byte is still to come: in a hole, or beyond the highest one as long as the end is not known to
/// be there.
pub(super) fn is_wanted(file: &Assembly, end: Option<usize>, offset: usize) -> bool {
    let is_missing = file.holes().iter().any(|hole| hole.contains(&offset));
    is_missing || (offset >= file.highest() && end.is_none_or(|end| offset < end))
}
