//! Files the screen asks for: what is to be read or written and what for. The thread that does it is in `run`.
//!
//! ```text
//!  update ── Effect::Files(FileWork) ──► run (a thread per piece of work) ── Message::Filed(FileDone) ──► update
//! ```
//! A disk may take its time, or never answer: the screen goes on meanwhile.

pub mod listing;
pub mod run;

use listing::Listing;

use crate::{
    model::{ids::VehicleId, mission::PlanKind},
    tui::palette::order::Submission,
};

/// Larger files are no plans and no parameters, bytes.
pub const LARGEST: u64 = 16 * 1024 * 1024;

/// What is to be done with files.
#[derive(Debug, Clone, PartialEq)]
pub enum FileWork {
    /// Say what is in a folder.
    List {
        /// Its path, empty for where the program was started.
        folder: String,
    },
    /// Read a text.
    Read {
        /// Which file.
        path: String,
        /// What for.
        purpose: Purpose,
    },
    /// Write texts, all or as many as go.
    Write {
        /// Paths and what is to stand there.
        files: Vec<(String, String)>,
        /// Whether files that are there already are replaced.
        replace: bool,
        /// What is sent to vehicles once everything is on the disk.
        then: Option<Box<Submission>>,
    },
}

/// What a text is read for.
#[derive(Debug, Clone, PartialEq)]
pub struct Purpose {
    /// What is done with it.
    pub aim: Aim,
    /// The line of the palette that asked for it: if another one stands there by then, nothing is done.
    pub line: String,
}

/// What is done with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// One of its lists is given to vehicles.
    Put(PlanKind, Vec<VehicleId>),
    /// One of its lists is compared with that of a vehicle.
    DiffPlan(PlanKind, VehicleId),
    /// Its parameters are set where they differ.
    Load(Vec<VehicleId>),
    /// Its parameters are compared with those of a vehicle.
    DiffParams(VehicleId),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum FileDone {
    /// What is in a folder.
    Listed(Listing),
    /// A text, or why there is none.
    Read {
        /// Which file.
        path: String,
        /// What was asked for.
        purpose: Purpose,
        /// In one sentence, if it went wrong.
        text: Result<String, String>,
    },
    /// Texts were written, or not.
    Written {
        /// The first of them, and how many there are.
        what: (String, usize),
        /// In one sentence, if it went wrong.
        result: Result<(), String>,
        /// What is to be sent now.
        then: Option<Box<Submission>>,
    },
}
