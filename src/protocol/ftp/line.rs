//! Whose packets are ours? Sequence numbers and sessions towards one vehicle, and what may be believed.

use crate::model::{
    ftp::{FtpOp, FtpPacket},
    ids::{ComponentId, SystemId},
    report::Report,
    time::TimeUs,
    transmission::{Outgoing, Target},
};

/// A sender, or this station.
pub type Party = (SystemId, ComponentId);

/// Numbers that go on from one transfer to the next: a server answers a number it knows with what it
/// said before. Kept per vehicle by whoever starts transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FtpIds {
    next_sequence: u16,
    next_session: u8,
}

impl FtpIds {
    /// Numbers that differ from those of the last run.
    #[must_use]
    pub const fn seeded(now: TimeUs) -> Self {
        let seed = now.0.unsigned_abs() / 1_000;
        Self {
            next_sequence: (seed % 60_000) as u16,
            next_session: (seed % 255) as u8 + 1,
        }
    }

    /// A session to propose: ArduPilot takes it, and then a repeated OpenFileRO opens nothing twice; PX4
    /// ignores it. Never 0, for which ArduPilot chooses another at each try.
    pub(super) const fn take_session(&mut self) -> u8 {
        let session = self.next_session;
        self.next_session = if session == u8::MAX { 1 } else { session + 1 };
        session
    }
}

/// One client talking to one server.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) target: Target,
    pub(super) ids: FtpIds,
    pub(super) session: u8,
}

impl Line {
    pub(super) const fn new(target: Target, mut ids: FtpIds) -> Self {
        let session = ids.take_session();
        Self {
            target,
            ids,
            session,
        }
    }

    /// A new request: with a new sequence number.
    pub(super) fn request(&mut self, op: FtpOp, offset: u32, size: u8, data: &[u8]) -> FtpPacket {
        let sequence = self.ids.next_sequence;
        self.ids.next_sequence = sequence.wrapping_add(1);
        FtpPacket {
            sequence,
            session: self.session,
            op,
            size,
            request: FtpOp(0),
            burst_complete: false,
            offset,
            data: data.into(),
        }
    }

    /// A request about a path.
    pub(super) fn request_path(&mut self, op: FtpOp, offset: u32, path: &str) -> FtpPacket {
        self.request(op, offset, path.len() as u8, path.as_bytes())
    }

    /// An answer came with this number: ours go on above it.
    pub(super) const fn heard(&mut self, sequence: u16) {
        if is_after(sequence, self.ids.next_sequence.wrapping_sub(1)) {
            self.ids.next_sequence = sequence.wrapping_add(1);
        }
    }

    pub(super) const fn send(&self, packet: FtpPacket) -> Outgoing {
        Outgoing::Ftp {
            target: self.target,
            packet,
        }
    }

    /// The answer in a report: from our target, to this station by name, and an answer at all.
    pub(super) fn answer<'a>(
        &self,
        sender: Party,
        report: &'a Report,
        own: Party,
    ) -> Option<&'a FtpPacket> {
        let Report::Ftp(heard) = report else {
            return None;
        };
        let from_target = sender == (self.target.system(), self.target.component());
        let for_us = (heard.target_system, heard.target_component) == (own.0.0, own.1.0);
        let is_answer = matches!(heard.packet.op, FtpOp::ACK | FtpOp::NAK);
        (from_target && for_us && is_answer).then_some(&heard.packet)
    }
}

/// Whether a sequence number comes after another, which is at most half the numbers away.
pub(super) const fn is_after(sequence: u16, other: u16) -> bool {
    let ahead = sequence.wrapping_sub(other);
    ahead != 0 && ahead < 0x8000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_past_the_answers_and_around_the_end() {
        let target = Target::new(SystemId(1), ComponentId(1)).unwrap();
        let ids = FtpIds {
            next_sequence: 65_535,
            next_session: 255,
        };
        let mut line = Line::new(target, ids);
        assert_eq!(line.session, 255);
        assert_eq!(line.ids.take_session(), 1);
        assert_eq!(line.request(FtpOp::READ_FILE, 0, 0, &[]).sequence, 65_535);
        line.heard(4);
        assert_eq!(line.request(FtpOp::READ_FILE, 0, 0, &[]).sequence, 5);
        line.heard(2);
        assert_eq!(line.request(FtpOp::READ_FILE, 0, 0, &[]).sequence, 6);
    }

    #[test]
    fn no_session_is_zero_whatever_the_time() {
        for ms in 0..600 {
            assert_ne!(FtpIds::seeded(TimeUs::from_ms(ms)).take_session(), 0);
        }
    }
}
