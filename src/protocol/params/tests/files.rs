//! A vehicle's file server: ArduPilot's manners (a guessed size, one size of reads, the last answer said
//! again), with what others do differently as switches.

use std::collections::VecDeque;

use super::world::OWN;
use crate::{
    model::{
        ftp::{FTP_DATA_BYTES, FtpOp, FtpPacket, FtpReport},
        params::{name::ParamName, value::ParamValue},
        report::Report,
    },
    protocol::ftp::checksum::crc32,
};

type Params = [(ParamName, ParamValue)];

pub(in crate::protocol) struct Files {
    /// Other files by path.
    pub plain: Vec<(String, Vec<u8>)>,
    pub knows_bursts: bool,
    /// Packets in a burst before it must be asked for again.
    pub burst_packets: usize,
    /// Smaller pieces than asked for (RP2350).
    pub most_bytes: usize,
    /// Packets sent in a millisecond.
    pub per_ms: usize,
    /// So many times there is no session.
    pub busy: u8,
    /// The session is lost once, after so many requests.
    pub forgets_after: Option<u32>,
    /// Bursts and reads that were asked for.
    pub bursts: u32,
    pub reads: u32,
    open: Option<Open>,
    answers: VecDeque<FtpPacket>,
    last: Option<FtpPacket>,
    requests: u32,
}

struct Open {
    session: u8,
    path: String,
    read_size: Option<usize>,
    content: Vec<u8>,
}

impl Files {
    pub(in crate::protocol) fn new() -> Self {
        Self {
            plain: Vec::new(),
            knows_bursts: true,
            burst_packets: 2_000,
            most_bytes: FTP_DATA_BYTES,
            per_ms: 5,
            busy: 0,
            forgets_after: None,
            bursts: 0,
            reads: 0,
            open: None,
            answers: VecDeque::new(),
            last: None,
            requests: 0,
        }
    }

    pub(in crate::protocol) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub(in crate::protocol) fn speak(&mut self) -> Vec<Report> {
        let count = self.per_ms.min(self.answers.len());
        let report = |packet| {
            Report::Ftp(Box::new(FtpReport {
                target_system: OWN.0.0,
                target_component: OWN.1.0,
                packet,
            }))
        };
        self.answers.drain(..count).map(report).collect()
    }

    pub(in crate::protocol) fn hear(&mut self, request: &FtpPacket, params: &Params, _now_ms: i64) {
        self.requests += 1;
        if self
            .forgets_after
            .is_some_and(|after| self.requests > after)
        {
            self.forgets_after = None;
            self.open = None;
        }
        let is_repeat = |last: &FtpPacket| {
            last.session == request.session && last.sequence == request.sequence.wrapping_add(1)
        };
        if let Some(last) = self.last.clone().filter(is_repeat) {
            self.answers.push_back(last);
            return;
        }
        match request.op {
            FtpOp::OPEN_FILE_RO => self.on_open(request, params),
            FtpOp::READ_FILE => {
                self.reads += 1;
                let piece = self.piece(request, request.offset as usize, params);
                self.answer(
                    request,
                    request.sequence.wrapping_add(1),
                    request.offset,
                    piece,
                    false,
                );
            }
            FtpOp::BURST_READ_FILE => self.on_burst(request, params),
            FtpOp::TERMINATE_SESSION | FtpOp::RESET_SESSIONS => {
                self.open = None;
                self.answer(
                    request,
                    request.sequence.wrapping_add(1),
                    0,
                    Ok(Vec::new()),
                    false,
                );
            }
            FtpOp::CALC_FILE_CRC32 => {
                let path = String::from_utf8_lossy(&request.data).into_owned();
                let found = self.plain.iter().find(|(known, _)| *known == path);
                let sum = found
                    .map(|(_, bytes)| crc32(bytes).to_le_bytes().to_vec())
                    .ok_or(10);
                self.answer(request, request.sequence.wrapping_add(1), 0, sum, false);
            }
            FtpOp::LIST_DIRECTORY => self.on_list(request),
            _ => self.answer(request, request.sequence.wrapping_add(1), 0, Err(7), false),
        }
    }

    fn on_open(&mut self, request: &FtpPacket, params: &Params) {
        let sequence = request.sequence.wrapping_add(1);
        let path = String::from_utf8_lossy(&request.data).into_owned();
        if self.busy > 0 {
            self.busy -= 1;
            return self.answer(request, sequence, 0, Err(5), false);
        }
        let plain = self
            .plain
            .iter()
            .find(|(known, _)| *known == path)
            .map(|(_, bytes)| bytes.clone());
        let size = match (&plain, path.as_str()) {
            (_, "@PARAM/param.pck") => params.len() * 12,
            (Some(bytes), _) => bytes.len(),
            _ => return self.answer(request, sequence, 0, Err(10), false),
        };
        self.open = Some(Open {
            session: request.session,
            path,
            read_size: None,
            content: plain.unwrap_or_default(),
        });
        let size = (size as u32).to_le_bytes().to_vec();
        self.answer(request, sequence, 0, Ok(size), false);
    }

    /// The bytes at `offset`, or an error code.
    fn piece(
        &mut self,
        request: &FtpPacket,
        offset: usize,
        params: &Params,
    ) -> Result<Vec<u8>, u8> {
        let size = usize::from(request.size).min(self.most_bytes);
        let open = self
            .open
            .as_mut()
            .filter(|open| open.session == request.session)
            .ok_or(10)?;
        if open.path.starts_with("@PARAM") {
            if *open.read_size.get_or_insert(size) != size {
                return Err(2);
            }
            if open.content.is_empty() {
                open.content = pack(params, size);
            }
        }
        let rest = open
            .content
            .get(offset..)
            .filter(|rest| !rest.is_empty())
            .ok_or(6)?;
        Ok(rest[..size.min(rest.len())].to_vec())
    }

    fn on_burst(&mut self, request: &FtpPacket, params: &Params) {
        self.bursts += 1;
        let mut sequence = request.sequence.wrapping_add(1);
        let mut offset = request.offset;
        if !self.knows_bursts {
            return self.answer(request, sequence, offset, Err(7), false);
        }
        for sent in 1..=self.burst_packets {
            let piece = self.piece(request, offset as usize, params);
            let length = piece.as_ref().map_or(0, Vec::len) as u32;
            let is_last = piece.is_err() || sent == self.burst_packets;
            self.answer(request, sequence, offset, piece, is_last);
            if length == 0 {
                return;
            }
            sequence = sequence.wrapping_add(1);
            offset += length;
        }
    }

    fn on_list(&mut self, request: &FtpPacket) {
        let names = self.plain.iter().skip(request.offset as usize).take(3);
        let mut text = Vec::new();
        for (path, bytes) in names {
            text.extend(format!("F{path}\t{}\0", bytes.len()).into_bytes());
        }
        let listed = if text.is_empty() { Err(6) } else { Ok(text) };
        self.answer(
            request,
            request.sequence.wrapping_add(1),
            request.offset,
            listed,
            false,
        );
    }

    fn answer(
        &mut self,
        request: &FtpPacket,
        sequence: u16,
        offset: u32,
        content: Result<Vec<u8>, u8>,
        burst_complete: bool,
    ) {
        let op = if content.is_ok() {
            FtpOp::ACK
        } else {
            FtpOp::NAK
        };
        let data = content.unwrap_or_else(|code| vec![code]);
        let packet = FtpPacket {
            sequence,
            session: request.session,
            op,
            size: data.len() as u8,
            request: request.op,
            burst_complete,
            offset,
            data: data.into(),
        };
        self.last = Some(packet.clone());
        self.answers.push_back(packet);
    }
}

/// `param.pck` as ArduPilot packs it for reads of `read_size` bytes.
pub(in crate::protocol) fn pack(params: &Params, read_size: usize) -> Vec<u8> {
    let count = (params.len() as u16).to_le_bytes();
    let mut file = vec![0x1B, 0x67, count[0], count[1], count[0], count[1]];
    let mut before = "";
    for (name, value) in params {
        let name = name.as_str();
        let same = name
            .bytes()
            .zip(before.bytes())
            .take_while(|(new, old)| new == old)
            .count();
        let (shared, further) = (same.min(15), &name[same.min(15)..]);
        let (kind, data) = match value {
            ParamValue::I8(value) => (1, value.to_le_bytes().to_vec()),
            ParamValue::I16(value) => (2, value.to_le_bytes().to_vec()),
            ParamValue::I32(value) => (3, value.to_le_bytes().to_vec()),
            ParamValue::Real32(value) => (4, value.to_le_bytes().to_vec()),
            other => panic!("ArduPilot has no {other:?}"),
        };
        let over = (file.len() + 2 + further.len() + data.len()) % read_size;
        if data.len() > 1 && over > 0 && over < data.len() {
            file.extend(vec![0; data.len() - over]);
        }
        file.extend([kind, shared as u8 | ((further.len() - 1) as u8) << 4]);
        file.extend(further.bytes());
        file.extend(data);
        before = name;
    }
    file
}
