//! MAVLink FTP as autopilots serve it: sessions, reads, bursts, listings, checksums and the right refusals.
//!
//! <https://mavlink.io/en/services/ftp.html>. ArduPilot has five sessions named by the station and works
//! one request at a time; PX4 has one, number 0. Nothing can be written.

mod files;
mod operation;
mod session;

use std::collections::VecDeque;

use crate::model::time::TimeUs;
use crate::sim::checksum::crc32;
use crate::sim::frames::Received;
use crate::sim::params::Params;

use super::craft::Craft;
use super::firmware::Firmware;
use super::identity;
use super::voice::Voice;
use files::Content;
use operation::{DATA, Operation, Trouble, op};
use session::{Session, missing};

const SESSIONS: usize = 5;
/// Requests that wait while ArduPilot is busy; more are lost.
const WAITING: usize = 5;
/// A session that has been silent for this long may be taken over.
const IDLE_US: i64 = 3_000_000;
/// And is closed after this long.
const DEAD_US: i64 = 20_000_000;
/// Messages of a burst at once, and how far apart.
const BURST: (usize, i64) = (3, 5_000);

#[derive(Debug)]
struct Burst {
    answer: Operation,
    block: usize,
    due: TimeUs,
}

/// The file server of one craft.
#[derive(Debug, Default)]
pub(super) struct Ftp {
    sessions: Vec<Session>,
    waiting: VecDeque<Operation>,
    burst: Option<Burst>,
    last: Option<Operation>,
}

impl Ftp {
    /// Closes everything.
    pub(super) fn restart(&mut self) {
        *self = Self::default();
    }

    /// Whether it has more to send by itself.
    pub(super) fn is_busy(&self) -> bool {
        self.burst.is_some() || !self.waiting.is_empty()
    }

    /// Takes a FILE_TRANSFER_PROTOCOL message; the target has been checked.
    pub(super) fn answer(
        &mut self,
        craft: &mut Craft,
        params: &Params,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        let request = Operation::of(frame);
        let ends_burst = matches!(request.opcode, op::TERMINATE | op::RESET);
        if craft.is_px4() && ends_burst {
            self.burst = None;
        }
        if self.burst.is_some() && !craft.is_px4() {
            if self.waiting.len() < WAITING {
                self.waiting.push_back(request);
            }
            return;
        }
        self.handle(craft, params, &request, now, voice);
    }

    /// Goes on with a burst, then with what waited for its end.
    pub(super) fn advance(
        &mut self,
        craft: &mut Craft,
        params: &Params,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        self.sessions
            .retain(|session| now.0 - session.used.0 < DEAD_US);
        while self.burst.as_ref().is_some_and(|burst| burst.due <= now) {
            for _ in 0..BURST.0 {
                self.go_on(params, now, voice);
            }
        }
        while self.burst.is_none() {
            let Some(request) = self.waiting.pop_front() else {
                return;
            };
            self.handle(craft, params, &request, now, voice);
        }
    }

    fn handle(
        &mut self,
        craft: &mut Craft,
        params: &Params,
        request: &Operation,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        if matches!(request.opcode, op::ACK | op::NAK) {
            return;
        }
        // The same question again: its answer was lost, and is said again as it was.
        if let Some(last) = self.last.as_ref().filter(|last| last.answers(request)) {
            last.send(voice);
            return;
        }
        let done = if request.opcode == op::RESET {
            self.sessions
                .retain(|session| session.owner != request.with);
            Ok(Some(Vec::new()))
        } else {
            self.serve(craft, params, request, now)
        };
        let mut answer = request.answered();
        match done {
            Ok(None) => return,
            Ok(Some(data)) => {
                answer.size = data.len() as u8;
                answer.data = data;
                if request.opcode == op::READ {
                    answer.offset = request.offset;
                }
            }
            Err(trouble) => answer.refuse(trouble),
        }
        answer.send(voice);
        self.last = Some(answer);
    }

    /// The data of the answer; nothing when a burst answers instead.
    fn serve(
        &mut self,
        craft: &mut Craft,
        params: &Params,
        request: &Operation,
        now: TimeUs,
    ) -> Result<Option<Vec<u8>>, Trouble> {
        let firmware = craft.options.firmware;
        let session = self.session(firmware, request, now)?;
        match request.opcode {
            op::NONE => Ok(Some(Vec::new())),
            op::TERMINATE if firmware == Firmware::Px4 && session.file.is_none() => {
                Err(Trouble::NoSession)
            }
            op::TERMINATE => {
                session.file = None;
                session.used = TimeUs(0);
                Ok(Some(Vec::new()))
            }
            op::LIST => listing(firmware, request).map(Some),
            op::CHECKSUM => checksum(firmware, params, request).map(Some),
            op::OPEN => {
                let size = session.open(firmware, params, request)?;
                if request.path().starts_with("@PARAM/param.pck") {
                    identity::introduce(craft);
                }
                Ok(Some(size.to_le_bytes().to_vec()))
            }
            op::READ => {
                let block = usize::from(request.size).min(DATA);
                session.read(params, request.offset, block).map(Some)
            }
            op::BURST => {
                let no_file = session.file.is_none();
                self.begin_burst(firmware, request, no_file, now)?;
                Ok(None)
            }
            // Writing, moving and removing: known, but not here.
            6..=13 => Err(Trouble::FileProtected),
            _ => Err(Trouble::UnknownCommand),
        }
    }

    fn session(
        &mut self,
        firmware: Firmware,
        request: &Operation,
        now: TimeUs,
    ) -> Result<&mut Session, Trouble> {
        let mine = |session: &Session| {
            session.owner == request.with
                && (session.id == request.session || firmware == Firmware::Px4)
        };
        let most = match firmware {
            Firmware::ArduPilot => SESSIONS,
            Firmware::Px4 => 1,
        };
        let place = self.sessions.iter().position(mine);
        let place = if let Some(place) = place {
            place
        } else {
            if self.sessions.len() >= most {
                let idle = |session: &Session| now.0 - session.used.0 >= IDLE_US;
                let place = self.sessions.iter().position(idle);
                self.sessions
                    .swap_remove(place.ok_or(Trouble::NoSessionsLeft)?);
            }
            self.sessions.push(Session {
                owner: request.with,
                id: request.session,
                file: None,
                used: now,
            });
            self.sessions.len() - 1
        };
        let session = &mut self.sessions[place];
        if session.file.is_some() && now.0 - session.used.0 > IDLE_US && request.opcode == op::OPEN
        {
            session.file = None;
        }
        session.used = now;
        Ok(session)
    }

    fn begin_burst(
        &mut self,
        firmware: Firmware,
        request: &Operation,
        no_file: bool,
        now: TimeUs,
    ) -> Result<(), Trouble> {
        if no_file {
            return Err(match firmware {
                Firmware::ArduPilot => Trouble::NotFound,
                Firmware::Px4 => Trouble::NoSession,
            });
        }
        let mut answer = request.answered();
        answer.offset = request.offset;
        self.burst = Some(Burst {
            answer,
            block: match usize::from(request.size) {
                0 => DATA,
                size => size.min(DATA),
            },
            due: now,
        });
        Ok(())
    }

    /// One message of the burst; the last one is the refusal at the end of the file.
    fn go_on(&mut self, params: &Params, now: TimeUs, voice: &mut Voice<'_>) {
        let Some(mut burst) = self.burst.take() else {
            return;
        };
        let (owner, number) = (burst.answer.with, burst.answer.session);
        let session = self
            .sessions
            .iter_mut()
            .find(|session| session.owner == owner && session.id == number);
        let Some(session) = session else {
            return;
        };
        session.used = now;
        match session.read(params, burst.answer.offset, burst.block) {
            Ok(data) => {
                burst.answer.size = data.len() as u8;
                burst.answer.data = data;
                burst.answer.send(voice);
                burst.answer.offset += u32::from(burst.answer.size);
                burst.answer.sequence = burst.answer.sequence.wrapping_add(1);
                burst.due = TimeUs(burst.due.0 + BURST.1 / BURST.0 as i64);
                self.burst = Some(burst);
            }
            Err(trouble) => {
                burst.answer.is_last_of_burst = true;
                burst.answer.refuse(trouble);
                burst.answer.send(voice);
                self.last = Some(burst.answer);
            }
        }
    }
}

fn listing(firmware: Firmware, request: &Operation) -> Result<Vec<u8>, Trouble> {
    let entries = files::list(firmware, request.path()).ok_or(Trouble::NotFound)?;
    let mut data = Vec::new();
    for entry in entries.iter().skip(request.offset as usize) {
        if data.len() + entry.len() + 1 > DATA {
            break;
        }
        data.extend(entry.as_bytes());
        data.push(0);
    }
    if data.is_empty() {
        return Err(Trouble::EndOfFile);
    }
    Ok(data)
}

fn checksum(firmware: Firmware, params: &Params, request: &Operation) -> Result<Vec<u8>, Trouble> {
    let (content, _) = files::open(firmware, request.path(), params).map_err(missing)?;
    let bytes = match content {
        Content::Bytes(bytes) => bytes,
        Content::Packed(part) => files::lay_out(params, part, DATA).ok_or(Trouble::Errno)?,
    };
    Ok(crc32(0, &bytes).to_le_bytes().to_vec())
}
