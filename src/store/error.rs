//! What can go wrong with a flight log, in sentences that name the file.

use std::{io, path::PathBuf};

use rusqlite::ErrorCode;

use super::location::default_path;

/// What to do about it, where that is known.
fn explain(source: &io::Error) -> String {
    let usual = default_path(|name| std::env::var_os(name));
    match (source.kind(), usual) {
        (io::ErrorKind::NotFound, Some(usual)) => format!(
            "there is no such file; a station of this user writes {}",
            usual.display()
        ),
        (io::ErrorKind::NotFound, None) => "there is no such file".to_owned(),
        _ => source.to_string(),
    }
}

/// A flight log could not be opened, read or finished.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory of the log is not there and could not be made.
    #[error("cannot create {path}, the directory of the flight log: {source}")]
    CreateDirectory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file could not be looked at.
    #[error("cannot read the flight log {path}: {}", explain(.source))]
    Read {
        /// The log.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The lock beside the log could not be made.
    #[error("cannot lock the flight log through {path}: {source}")]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another instance writes this log.
    #[error(
        "the flight log {path} is being written by another volery (process {holder}): end that one, or say --log FILE or --no-log"
    )]
    Locked {
        /// The log.
        path: PathBuf,
        /// Process id of the other, or `unknown`.
        holder: String,
    },
    /// The file is something else.
    #[error("{path} is not a flight log: it is not an SQLite database; it was left untouched")]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// A flight log whose beginning is overwritten.
    #[error("the flight log {path} is damaged: {reason}; it was left untouched")]
    Damaged {
        /// The log.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A statement that is not one question.
    #[error("the flight log is only read here: {reason}")]
    NotAQuestion {
        /// Why it is refused.
        reason: String,
    },
    /// The query itself cannot be answered.
    #[error("{reason}")]
    Query {
        /// What SQLite says, with the place.
        reason: String,
    },
    /// An SQLite database, but somebody else's.
    #[error("{path} is an SQLite database but not a flight log; it was left untouched")]
    NotAFlightLog {
        /// The file.
        path: PathBuf,
    },
    /// Written by a later volery.
    #[error(
        "the flight log {path} has schema {found} and this volery writes schema {known}: \
         it can be read, not written"
    )]
    NewerSchema {
        /// The log.
        path: PathBuf,
        /// `PRAGMA user_version` of the file.
        found: i64,
        /// The newest this build writes.
        known: i64,
    },
    /// SQLite refuses.
    #[error("cannot {action} the flight log {path}: {source}")]
    Sqlite {
        /// What was tried.
        action: &'static str,
        /// The log.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// The writer thread could not be started.
    #[error("cannot start the writer of the flight log {path}: {source}")]
    Thread {
        /// The log.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The log was closed before everything was written.
    #[error("the flight log {path} was closed with {lost} entries unwritten: {reason}")]
    NotFlushed {
        /// The log.
        path: PathBuf,
        /// Frames and rows that are lost.
        lost: u64,
        /// What stood in the way.
        reason: String,
    },
    /// The disk hangs; the writer goes on in the background while the process lives.
    #[error("the flight log {path} could not be closed in time: the disk does not answer")]
    Hanging {
        /// The log.
        path: PathBuf,
    },
    /// What was read cannot be handed on: the disk is full, or the reader went away.
    #[error("cannot write the export of the flight log {path}: {source}")]
    Export {
        /// The log.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl StoreError {
    /// Whether the file itself is broken, so that going on in a fresh one (see [`super::beside`]) helps.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. }) || self.code() == Some(ErrorCode::DatabaseCorrupt)
    }

    /// Whether the disk is at fault, so that trying again later may help.
    #[must_use]
    pub fn is_trouble_of_the_disk(&self) -> bool {
        use io::ErrorKind;
        match self {
            Self::CreateDirectory { source, .. }
            | Self::Read { source, .. }
            | Self::Lock { source, .. } => !matches!(
                source.kind(),
                ErrorKind::NotFound
                    | ErrorKind::PermissionDenied
                    | ErrorKind::NotADirectory
                    | ErrorKind::AlreadyExists
                    | ErrorKind::InvalidInput
            ),
            _ => matches!(
                self.code(),
                Some(
                    ErrorCode::DiskFull
                        | ErrorCode::SystemIoFailure
                        | ErrorCode::CannotOpen
                        | ErrorCode::ReadOnly
                        | ErrorCode::DatabaseBusy
                        | ErrorCode::DatabaseLocked
                        | ErrorCode::OutOfMemory
                )
            ),
        }
    }

    /// Whether reading was stopped because it took too long.
    pub(super) fn is_interruption(&self) -> bool {
        self.code() == Some(ErrorCode::OperationInterrupted)
    }

    fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Sqlite { source, .. } => source.sqlite_error_code(),
            _ => None,
        }
    }
}
