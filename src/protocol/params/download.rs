//! All parameters of a vehicle, the quickest way it offers: `@PARAM/param.pck` by file transfer, and the
//! list where that is not offered or comes to nothing.

use super::{
    list::{ListOutcome, ListProgress, ParamList},
    pack::{PATH, unpack},
    terms::ParamTerms,
    trouble::{ListTrouble, PackTrouble},
};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        params::{encoding::offers_ftp, name::ParamName, set::ParamSet},
        report::Report,
        time::TimeUs,
        words::Autopilot,
    },
    protocol::{
        ftp::{
            download::FtpDownload,
            line::FtpIds,
            options::{FtpOptions, FtpProgress},
        },
        step::Step,
    },
};

/// Longest `param.pck` taken: 65,535 parameters of full length.
const MOST_BYTES: usize = 2 << 20;

/// How parameters are fetched.
#[derive(Debug, Clone, Copy)]
pub struct DownloadOptions {
    /// Whether `param.pck` may be asked for: see [`offers_pack`].
    pub by_file: bool,
    /// Bytes of a file asked for at once, 1 to 239.
    pub chunk_bytes: u8,
    /// Single requests in flight at most.
    pub window: usize,
    /// PX4's hash of a cached set.
    pub known_hash: Option<u32>,
    /// Numbers for file transfers with this vehicle.
    pub ids: FtpIds,
}

/// Whether a vehicle has `@PARAM/param.pck`: ArduPilot's alone, and only where file transfer is offered.
#[must_use]
pub fn offers_pack(autopilot: Autopilot, capabilities: Option<u64>) -> bool {
    autopilot == Autopilot::ARDUPILOT && capabilities.is_some_and(offers_ftp)
}

/// What a download came to.
#[derive(Debug, Clone, PartialEq)]
pub enum DownloadOutcome {
    /// Every parameter.
    Complete(Downloaded),
    /// The known hash is still right.
    Unchanged {
        /// The hash.
        hash: u32,
    },
    /// Not all of them.
    Failed(ListTrouble),
}

/// All parameters of a vehicle.
#[derive(Debug, Clone, PartialEq)]
pub struct Downloaded {
    /// The parameters.
    pub set: ParamSet,
    /// PX4's hash over them.
    pub hash: Option<u32>,
    /// Names whose values cannot be read over this protocol.
    pub unreadable: Vec<ParamName>,
    /// Whether they came as a file.
    pub by_file: bool,
}

/// How far a download has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownloadProgress {
    /// As a file.
    File(FtpProgress),
    /// As a list.
    List(ListProgress),
}

#[derive(Debug, Clone)]
enum Way {
    File(Box<FtpDownload>),
    List(Box<ParamList>),
}

/// A download on its way.
#[derive(Debug, Clone)]
pub struct ParamDownload {
    terms: ParamTerms,
    options: DownloadOptions,
    way: Way,
    /// How often the file may still be tried.
    files: u8,
    /// Why the file was of no use.
    trouble: Option<PackTrouble>,
    outcome: Option<DownloadOutcome>,
}

impl ParamDownload {
    /// A download not begun.
    #[must_use]
    pub fn new(terms: ParamTerms, options: DownloadOptions) -> Self {
        Self {
            terms,
            options,
            way: if options.by_file {
                Way::File(Box::new(file(&terms, &options)))
            } else {
                Way::List(Box::new(list(&terms, &options)))
            },
            files: 2,
            trouble: None,
            outcome: None,
        }
    }

    /// Numbers for the next file transfer with this vehicle.
    #[must_use]
    pub const fn ids(&self) -> FtpIds {
        match &self.way {
            Way::File(file) => file.ids(),
            Way::List(_) => self.options.ids,
        }
    }

    /// How far it has come at `now`.
    #[must_use]
    pub fn progress(&self, now: TimeUs) -> DownloadProgress {
        match &self.way {
            Way::File(file) => DownloadProgress::File(file.progress()),
            Way::List(list) => DownloadProgress::List(list.progress(now)),
        }
    }

    /// Why the parameters do not come as a file although that was offered.
    #[must_use]
    pub const fn file_trouble(&self) -> Option<&PackTrouble> {
        self.trouble.as_ref()
    }

    /// A report from `sender`; returns whether it belongs to this download.
    pub fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        match &mut self.way {
            Way::File(file) => file.on_report(sender, report, own, now),
            Way::List(list) => list.on_report(sender, report, own, now),
        }
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step<DownloadOutcome> {
        loop {
            if let Some(outcome) = &self.outcome {
                return Step::Done(outcome.clone());
            }
            match &mut self.way {
                Way::File(file) => match file.poll(now) {
                    Step::Wait => return Step::Wait,
                    Step::Send(message) => return Step::Send(message),
                    Step::Done(result) => {
                        self.options.ids = file.ids();
                        let unpacked = result
                            .map_err(PackTrouble::from)
                            .and_then(|bytes| Ok(unpack(&bytes)?));
                        self.on_file(unpacked);
                    }
                },
                Way::List(list) => match list.poll(now) {
                    Step::Wait => return Step::Wait,
                    Step::Send(message) => return Step::Send(message),
                    Step::Done(outcome) => self.on_list(outcome),
                },
            }
        }
    }

    fn on_file(&mut self, unpacked: Result<ParamSet, PackTrouble>) {
        match unpacked {
            Ok(set) => {
                self.outcome = Some(DownloadOutcome::Complete(Downloaded {
                    set,
                    hash: None,
                    unreadable: Vec::new(),
                    by_file: true,
                }));
            }
            Err(trouble) => {
                // A list that changed while it was read is right the second time.
                let again = matches!(trouble, PackTrouble::Content(_)) && self.files > 1;
                self.trouble = Some(trouble);
                self.files -= 1;
                self.way = if again {
                    Way::File(Box::new(file(&self.terms, &self.options)))
                } else {
                    Way::List(Box::new(list(&self.terms, &self.options)))
                };
            }
        }
    }

    fn on_list(&mut self, outcome: ListOutcome) {
        self.outcome = Some(match outcome {
            ListOutcome::Complete {
                set,
                hash,
                unreadable,
            } => DownloadOutcome::Complete(Downloaded {
                set,
                hash,
                unreadable,
                by_file: false,
            }),
            ListOutcome::Unchanged { hash } => DownloadOutcome::Unchanged { hash },
            ListOutcome::Failed(trouble) => DownloadOutcome::Failed(trouble),
        });
    }
}

fn file(terms: &ParamTerms, options: &DownloadOptions) -> FtpDownload {
    let ftp = FtpOptions {
        chunk_bytes: options.chunk_bytes,
        limit_bytes: MOST_BYTES,
        patience: terms.patience,
        ..FtpOptions::default()
    };
    FtpDownload::new(terms.target, PATH, options.ids, ftp)
}

fn list(terms: &ParamTerms, options: &DownloadOptions) -> ParamList {
    ParamList::new(*terms, options.window, options.known_hash)
}
