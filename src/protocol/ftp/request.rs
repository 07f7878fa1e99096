//! One request that has one answer: sent again with the same number until the answer comes or the
//! tries are used up (<https://mavlink.io/en/services/ftp.html#timeouts>).

use crate::{
    model::{ftp::FtpPacket, time::TimeUs},
    protocol::patience::Patience,
};

/// Tries in all; the guide says six retries.
pub(super) const TRIES: u8 = 7;

/// A request on its way.
#[derive(Debug, Clone)]
pub(super) struct Request {
    packet: FtpPacket,
    tries: u8,
    sent: u8,
    sent_at: TimeUs,
    deadline: TimeUs,
}

/// What to do about it.
#[derive(Debug)]
pub(super) enum Waiting {
    /// Nothing yet.
    Wait,
    /// Send it.
    Send(FtpPacket),
    /// No answer to any try.
    Expired,
}

impl Request {
    /// A request not sent before `not_before`.
    pub(super) const fn new(packet: FtpPacket, tries: u8, not_before: TimeUs) -> Self {
        Self {
            packet,
            tries,
            sent: 0,
            sent_at: TimeUs(i64::MIN),
            deadline: not_before,
        }
    }

    pub(super) fn poll(&mut self, now: TimeUs, patience: &Patience) -> Waiting {
        if now < self.deadline {
            return Waiting::Wait;
        }
        if self.sent >= self.tries {
            return Waiting::Expired;
        }
        self.sent += 1;
        self.sent_at = now;
        self.deadline = now.plus(patience.wait(self.sent));
        Waiting::Send(self.packet.clone())
    }

    /// Whether `answer` is the answer; it may teach `patience` how long a round trip takes.
    pub(super) fn is_answered(
        &self,
        answer: &FtpPacket,
        now: TimeUs,
        patience: &mut Patience,
    ) -> bool {
        let is_ours = self.sent > 0
            && answer.sequence == self.packet.sequence.wrapping_add(1)
            && answer.request == self.packet.op;
        if is_ours && self.sent == 1 {
            patience.measured(now.since(self.sent_at));
        }
        is_ours
    }
}
