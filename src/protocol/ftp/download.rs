//! One file from a vehicle, from OpenFileRO to the last hole.
//!
//! The size in the answer to OpenFileRO is not believed (ArduPilot guesses that of `@PARAM/param.pck`): the
//! end is where the vehicle says "past the end". All reads ask for the same number of bytes, for
//! ArduPilot refuses another size in the middle of `param.pck`.

use std::time::Duration;

use super::{
    assembly::Assembly,
    burst::Bursts,
    checksum::crc32,
    failure::{FtpFailure, Nak},
    line::{FtpIds, Line, Party, is_after},
    options::{FtpOptions, FtpProgress},
    reads::{NextRead, Reads, is_wanted},
    request::{Request, TRIES, Waiting},
};
use crate::{
    model::{
        ftp::{FTP_DATA_BYTES, FtpOp, FtpPacket},
        report::Report,
        time::TimeUs,
        transmission::Target,
    },
    protocol::step::Step,
};

#[derive(Debug, Clone)]
enum Phase {
    Opening(Request),
    /// ResetSessions, after the vehicle had none free.
    Resetting(Request),
    Bursting,
    Filling,
    Checking(Request),
    Closing(Request),
    Over,
}

/// A file on its way.
#[derive(Debug, Clone)]
pub struct FtpDownload {
    line: Line,
    path: String,
    options: FtpOptions,
    phase: Phase,
    file: Assembly,
    reads: Reads,
    announced: Option<u32>,
    /// The file ends here or before.
    end: Option<usize>,
    /// Number of the request that opened the file: what is not after it belongs to an older transfer.
    opened: u16,
    bursts: Bursts,
    /// Whether the vehicle knows bursts.
    has_bursts: bool,
    /// How often it may be opened anew.
    reopens: u8,
    outcome: Option<Result<Vec<u8>, FtpFailure>>,
}

/// The vehicle gives an idle session away after 3 s.
const SESSION_IDLE: Duration = Duration::from_millis(3_200);

impl FtpDownload {
    /// The file at `path`, not asked for yet.
    #[must_use]
    pub fn new(target: Target, path: &str, ids: FtpIds, options: FtpOptions) -> Self {
        let mut line = Line::new(target, ids);
        let fits = path.len() < FTP_DATA_BYTES;
        let packet = line.request_path(FtpOp::OPEN_FILE_RO, 0, if fits { path } else { "" });
        let opened = packet.sequence;
        Self {
            line,
            path: path.to_owned(),
            options,
            phase: if fits {
                Phase::Opening(Request::new(packet, TRIES, TimeUs(i64::MIN)))
            } else {
                Phase::Over
            },
            file: Assembly::new(options.limit_bytes),
            reads: Reads::new(options.window.max(1)),
            announced: None,
            end: None,
            opened,
            bursts: Bursts::new(TimeUs(i64::MIN)),
            has_bursts: true,
            reopens: 2,
            outcome: (!fits).then(|| Err(FtpFailure::path(path))),
        }
    }

    /// Numbers for the next transfer.
    #[must_use]
    pub const fn ids(&self) -> FtpIds {
        self.line.ids
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> FtpProgress {
        FtpProgress {
            received_bytes: self.file.received(),
            announced_bytes: self.announced,
        }
    }

    /// A report from `sender`; returns whether it belongs to this transfer.
    pub fn on_report(&mut self, sender: Party, report: &Report, own: Party, now: TimeUs) -> bool {
        let Some(answer) = self.line.answer(sender, report, own) else {
            return false;
        };
        let patience = &mut self.options.patience;
        let belongs = match &self.phase {
            Phase::Over => false,
            Phase::Opening(request)
            | Phase::Resetting(request)
            | Phase::Checking(request)
            | Phase::Closing(request) => request.is_answered(answer, now, patience),
            Phase::Bursting | Phase::Filling => {
                answer.session == self.line.session && is_after(answer.sequence, self.opened)
            }
        };
        if !belongs {
            return false;
        }
        self.line.heard(answer.sequence);
        let is_ack = answer.op == FtpOp::ACK;
        match self.phase {
            Phase::Opening(_) if is_ack => self.on_open(answer, now),
            Phase::Opening(_) => self.on_open_refused(Nak::of(answer), now),
            Phase::Resetting(_) => self.open(now.plus(Duration::from_millis(100))),
            Phase::Checking(_) => self.on_checksum(answer, now),
            Phase::Closing(_) => self.phase = Phase::Over,
            _ if is_ack => self.on_data(answer, now),
            _ => self.on_nak(answer, now),
        }
        true
    }

    fn on_open(&mut self, answer: &FtpPacket, now: TimeUs) {
        self.line.session = answer.session;
        let size = answer.data.first_chunk().copied().map(u32::from_le_bytes);
        self.announced = size;
        self.bursts = Bursts::new(now);
        self.phase = if self.has_bursts {
            Phase::Bursting
        } else {
            Phase::Filling
        };
    }

    fn on_open_refused(&mut self, nak: Nak, now: TimeUs) {
        // "Could not" is ArduPilot's word for a session that has a file open already.
        let is_passing = nak.code == Nak::NO_SESSIONS || nak.code == 1;
        if !is_passing || self.reopens == 0 {
            return self.finish(Err(FtpFailure::refused(&self.path, "opening it", nak)), now);
        }
        let is_first = self.reopens == 2;
        self.reopens -= 1;
        self.line.session = self.line.ids.take_session();
        match (nak.code, is_first) {
            (Nak::NO_SESSIONS, false) => {
                let packet = self.line.request(FtpOp::RESET_SESSIONS, 0, 0, &[]);
                self.phase = Phase::Resetting(Request::new(packet, 2, now));
            }
            (Nak::NO_SESSIONS, true) | (_, false) => self.open(now.plus(SESSION_IDLE)),
            (_, true) => self.open(now),
        }
    }

    /// OpenFileRO from the start; what has come is forgotten, for the file may have changed.
    fn open(&mut self, not_before: TimeUs) {
        let packet = self.line.request_path(FtpOp::OPEN_FILE_RO, 0, &self.path);
        self.opened = packet.sequence;
        self.file = Assembly::new(self.options.limit_bytes);
        self.reads.clear();
        self.end = None;
        self.phase = Phase::Opening(Request::new(packet, TRIES, not_before));
    }

    fn on_data(&mut self, answer: &FtpPacket, now: TimeUs) {
        let offset = answer.offset as usize;
        match answer.request {
            FtpOp::BURST_READ_FILE | FtpOp::READ_FILE if !answer.data.is_empty() => {}
            _ => return,
        }
        if !self.file.insert(offset, &answer.data) {
            return self.finish(
                Err(FtpFailure::too_long(&self.path, self.options.limit_bytes)),
                now,
            );
        }
        if answer.request == FtpOp::READ_FILE {
            if let Some((_, round_trip)) = self.reads.answered(answer, now) {
                self.options.patience.measured(round_trip);
            }
            let (file, end) = (&self.file, self.end);
            self.reads.retain(|offset| is_wanted(file, end, offset));
            return;
        }
        self.bursts.heard(now, &self.options.patience);
        if answer.burst_complete && matches!(self.phase, Phase::Bursting) {
            self.bursts.again(now);
        }
    }

    fn on_nak(&mut self, answer: &FtpPacket, now: TimeUs) {
        let nak = Nak::of(answer);
        let is_burst = answer.request == FtpOp::BURST_READ_FILE;
        let read = self.reads.answered(answer, now).filter(|_| !is_burst);
        let is_bursting = matches!(self.phase, Phase::Bursting);
        let burst_ended = is_bursting && is_burst && self.bursts.is_of(answer.sequence);
        match (nak.code, read) {
            (Nak::END_OF_FILE, Some((offset, _))) => self.end_at(offset),
            (Nak::END_OF_FILE, None) if burst_ended => {
                // ArduPilot and PX4 say where the end is; a packet before it may have been lost.
                let end = answer.offset as usize;
                if end > self.file.highest() && !self.file.reach(end) {
                    return self.finish(
                        Err(FtpFailure::too_long(&self.path, self.options.limit_bytes)),
                        now,
                    );
                }
                if end == self.file.highest() && end > 0 {
                    self.end_at(end);
                }
                self.phase = Phase::Filling;
            }
            (Nak::UNKNOWN_COMMAND, None) if burst_ended => {
                self.has_bursts = false;
                self.phase = Phase::Filling;
            }
            (Nak::INVALID_SESSION | Nak::FILE_NOT_FOUND | Nak::NO_SESSIONS, _)
                if (burst_ended || read.is_some()) && self.reopens > 0 =>
            {
                self.reopens -= 1;
                self.line.session = self.line.ids.take_session();
                self.open(now);
            }
            _ if burst_ended || read.is_some() => {
                self.finish(Err(FtpFailure::refused(&self.path, "reading it", nak)), now);
            }
            // An answer to something that is over.
            _ => {}
        }
    }

    fn end_at(&mut self, end: usize) {
        self.end = Some(self.end.map_or(end, |known| known.min(end)));
        if end < self.file.highest() {
            self.file.cut(end);
        }
        let (file, end) = (&self.file, self.end);
        self.reads.retain(|offset| is_wanted(file, end, offset));
    }

    fn on_checksum(&mut self, answer: &FtpPacket, now: TimeUs) {
        let theirs = answer.data.first_chunk().copied().map(u32::from_le_bytes);
        let differs = answer.op == FtpOp::ACK && theirs != Some(crc32(self.file.bytes()));
        let outcome = if differs {
            let path = self.path.clone();
            Err(FtpFailure::Checksum { path })
        } else {
            Ok(self.take_file())
        };
        self.finish(outcome, now);
    }

    fn take_file(&mut self) -> Vec<u8> {
        std::mem::replace(&mut self.file, Assembly::new(0)).into_bytes()
    }

    /// The outcome is known: the session is closed, and nobody waits for long.
    fn finish(&mut self, outcome: Result<Vec<u8>, FtpFailure>, now: TimeUs) {
        let was_open = !matches!(self.phase, Phase::Opening(_) | Phase::Resetting(_));
        self.outcome = Some(outcome);
        self.reads.clear();
        self.phase = if was_open {
            let packet = self.line.request(FtpOp::TERMINATE_SESSION, 0, 0, &[]);
            Phase::Closing(Request::new(packet, 3, now))
        } else {
            Phase::Over
        };
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step<Result<Vec<u8>, FtpFailure>> {
        loop {
            let step = match &mut self.phase {
                Phase::Over => return self.done(),
                Phase::Bursting => self.poll_burst(now),
                Phase::Filling => self.poll_reads(now),
                Phase::Opening(request)
                | Phase::Resetting(request)
                | Phase::Checking(request)
                | Phase::Closing(request) => match request.poll(now, &self.options.patience) {
                    Waiting::Wait => Some(Step::Wait),
                    Waiting::Send(packet) => Some(Step::Send(self.line.send(packet))),
                    Waiting::Expired => {
                        self.on_expired(now);
                        None
                    }
                },
            };
            if let Some(step) = step {
                return step;
            }
        }
    }

    fn done(&self) -> Step<Result<Vec<u8>, FtpFailure>> {
        let never = || Err(FtpFailure::not_answered(&self.path, "anything"));
        Step::Done(self.outcome.clone().unwrap_or_else(never))
    }

    fn on_expired(&mut self, now: TimeUs) {
        match &self.phase {
            Phase::Opening(_) => {
                let failure = FtpFailure::not_answered(&self.path, "opening it");
                // The answer may have been lost, and then a session is open.
                self.phase = Phase::Filling;
                self.finish(Err(failure), now);
            }
            // An idle session is given away after a while; then there is one.
            Phase::Resetting(_) => self.open(now.plus(SESSION_IDLE)),
            // Not every vehicle counts checksums.
            Phase::Checking(_) => {
                let file = self.take_file();
                self.finish(Ok(file), now);
            }
            _ => self.phase = Phase::Over,
        }
    }

    /// `None` when the phase has changed.
    fn poll_burst(&mut self, now: TimeUs) -> Option<Step<Result<Vec<u8>, FtpFailure>>> {
        if !self.bursts.is_due(now) {
            return Some(Step::Wait);
        }
        let from = self.file.highest();
        if self.bursts.count_silence(from) >= TRIES {
            self.finish(Err(FtpFailure::not_answered(&self.path, "reading it")), now);
            return None;
        }
        let chunk = self.options.chunk_bytes.max(1);
        let packet = self
            .line
            .request(FtpOp::BURST_READ_FILE, from as u32, chunk, &[]);
        self.bursts
            .sent(packet.sequence, from, now, &self.options.patience);
        Some(Step::Send(self.line.send(packet)))
    }

    /// `None` when the phase has changed.
    fn poll_reads(&mut self, now: TimeUs) -> Option<Step<Result<Vec<u8>, FtpFailure>>> {
        let is_whole = self.file.holes().is_empty();
        if is_whole && self.end.is_some_and(|end| end <= self.file.highest()) {
            self.complete(now);
            return None;
        }
        let chunk = usize::from(self.options.chunk_bytes.max(1));
        let fresh = self
            .reads
            .fresh(&self.file, self.end, chunk, self.has_bursts);
        match self.reads.next(now, TRIES, fresh) {
            NextRead::Wait => Some(Step::Wait),
            NextRead::Expired => {
                self.finish(Err(FtpFailure::not_answered(&self.path, "reading it")), now);
                None
            }
            NextRead::At(offset, tries) => {
                let chunk = self.options.chunk_bytes.max(1);
                let packet = self
                    .line
                    .request(FtpOp::READ_FILE, offset as u32, chunk, &[]);
                let when = (now, &self.options.patience);
                self.reads.sent(offset, packet.sequence, tries, when);
                Some(Step::Send(self.line.send(packet)))
            }
        }
    }

    fn complete(&mut self, now: TimeUs) {
        if !self.options.is_checked {
            let file = self.take_file();
            return self.finish(Ok(file), now);
        }
        let packet = self
            .line
            .request_path(FtpOp::CALC_FILE_CRC32, 0, &self.path);
        self.phase = Phase::Checking(Request::new(packet, 3, now));
    }
}

#[cfg(test)]
mod tests;
