//! What is in a directory of the vehicle? (<https://mavlink.io/en/services/ftp.html#list_directory>)

use super::{
    failure::{FtpFailure, Nak},
    line::{FtpIds, Line, Party},
    request::{Request, TRIES, Waiting},
};
use crate::{
    model::{
        ftp::{FTP_DATA_BYTES, FtpOp},
        report::Report,
        time::TimeUs,
        transmission::Target,
    },
    protocol::{patience::Patience, step::Step},
};

/// More entries than any vehicle's directory has.
const MOST_ENTRIES: usize = 10_000;

/// One file or directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FtpEntry {
    /// Its name, without control characters.
    pub name: String,
    /// Bytes of a file; `None` for a directory, and where the vehicle does not say.
    pub size_bytes: Option<u64>,
    /// Whether it is a directory.
    pub is_directory: bool,
}

/// A directory on its way.
#[derive(Debug, Clone)]
pub struct FtpListing {
    line: Line,
    path: String,
    patience: Patience,
    request: Request,
    /// Entries the vehicle has told of, those it skipped included.
    told: u32,
    entries: Vec<FtpEntry>,
    outcome: Option<Result<Vec<FtpEntry>, FtpFailure>>,
}

impl FtpListing {
    /// The directory at `path`, not asked for yet.
    #[must_use]
    pub fn new(target: Target, path: &str, ids: FtpIds, patience: Patience) -> Self {
        let mut line = Line::new(target, ids);
        let fits = path.len() < FTP_DATA_BYTES;
        let shown = if fits { path } else { "" };
        let packet = line.request_path(FtpOp::LIST_DIRECTORY, 0, shown);
        Self {
            line,
            path: path.to_owned(),
            patience,
            request: Request::new(packet, TRIES, TimeUs(i64::MIN)),
            told: 0,
            entries: Vec::new(),
            outcome: (!fits).then(|| Err(FtpFailure::path(path))),
        }
    }

    /// Numbers for the next transfer.
    #[must_use]
    pub const fn ids(&self) -> FtpIds {
        self.line.ids
    }

    /// Entries so far.
    #[must_use]
    pub fn progress(&self) -> usize {
        self.entries.len()
    }

    /// A report from `sender`; returns whether it belongs to this listing.
    pub fn on_report(&mut self, sender: Party, report: &Report, own: Party, now: TimeUs) -> bool {
        let Some(answer) = self.line.answer(sender, report, own) else {
            return false;
        };
        if self.outcome.is_some() || !self.request.is_answered(answer, now, &mut self.patience) {
            return false;
        }
        self.line.heard(answer.sequence);
        if answer.op == FtpOp::NAK {
            let nak = Nak::of(answer);
            self.outcome = Some(if nak.code == Nak::END_OF_FILE {
                Ok(std::mem::take(&mut self.entries))
            } else {
                Err(FtpFailure::refused(&self.path, "listing it", nak))
            });
            return true;
        }
        let told = answer
            .data
            .split(|byte| *byte == 0)
            .filter(|entry| !entry.is_empty());
        let before = self.told;
        for raw in told {
            self.told += 1;
            self.entries.extend(entry(raw));
        }
        if self.told == before || self.entries.len() > MOST_ENTRIES {
            self.outcome = Some(Ok(std::mem::take(&mut self.entries)));
            return true;
        }
        let packet = self
            .line
            .request_path(FtpOp::LIST_DIRECTORY, self.told, &self.path);
        self.request = Request::new(packet, TRIES, now);
        true
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step<Result<Vec<FtpEntry>, FtpFailure>> {
        if let Some(outcome) = &self.outcome {
            return Step::Done(outcome.clone());
        }
        match self.request.poll(now, &self.patience) {
            Waiting::Wait => Step::Wait,
            Waiting::Send(packet) => Step::Send(self.line.send(packet)),
            Waiting::Expired => {
                let outcome = Err(FtpFailure::not_answered(&self.path, "listing it"));
                Step::Done(self.outcome.insert(outcome).clone())
            }
        }
    }
}

/// `Fname\tsize` or `Dname`; `S` is an entry the vehicle would rather not tell of.
fn entry(raw: &[u8]) -> Option<FtpEntry> {
    let text = String::from_utf8_lossy(raw);
    let mut letters = text.chars();
    let kind = letters.next()?;
    let (name, size) = match letters.as_str().split_once('\t') {
        Some((name, size)) => (name, size.parse().ok()),
        None => (letters.as_str(), None),
    };
    let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
    matches!(kind, 'F' | 'D').then_some(FtpEntry {
        name,
        size_bytes: size.filter(|_| kind == 'F'),
        is_directory: kind == 'D',
    })
}
