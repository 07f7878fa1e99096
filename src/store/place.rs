//! Where a session is written: opens the log for it, again after the disk failed, elsewhere when the
//! file is damaged. Used by `Store` at the start and by the writer thread later.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    error::StoreError,
    identity::FileIdentity,
    insert::{Inserter, Numbers},
    location::beside,
    lock::WriterLock,
    options::{SessionInfo, StoreOptions},
    schema,
};
use crate::model::time::TimeUs;

/// What is needed to open the log of a session, at any time.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    info: SessionInfo,
    max_pages: Option<u32>,
    note: Option<Arc<str>>,
}

/// An open file with a session in it.
#[derive(Debug)]
pub(super) struct OpenLog {
    pub(super) inserter: Inserter,
    file: Option<FileIdentity>,
    /// Released when the log is closed, whoever waits for it. After the connection.
    _lock: WriterLock,
}

impl OpenLog {
    /// The session in its file.
    pub(super) fn numbers(&self) -> Numbers {
        self.inserter.numbers
    }
}

impl Place {
    pub(super) fn new(path: &Path, info: &SessionInfo, options: &StoreOptions) -> Self {
        Self {
            path: path.to_owned(),
            info: info.clone(),
            max_pages: options.max_pages,
            note: None,
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    pub(super) fn started(&self) -> TimeUs {
        self.info.started
    }

    /// What an operator should know of it.
    pub(super) fn note(&self) -> Option<Arc<str>> {
        self.note.clone()
    }

    /// Opens or creates the log, its directory too. `before` are the numbers of the session when it was
    /// begun already: if it stands in this file it goes on.
    pub(super) fn open(&self, before: Option<Numbers>) -> Result<OpenLog, StoreError> {
        let path = &self.path;
        create_directory(path)?;
        // One lock for one file, by whichever symbolic link it is reached.
        let path = &fs::canonicalize(path).unwrap_or_else(|_not_there_yet| path.clone());
        refuse_further_names(path)?;
        // Before the lock, so that a stranger's file gets no lock file beside it.
        schema::refuse_strangers(path)?;
        let lock = WriterLock::take(path)?;
        let connection = schema::open_for_writing(path, self.max_pages)?;
        let begun = || {
            let connection = match before.filter(|numbers| numbers.session > 0) {
                None => connection,
                Some(numbers) => match Inserter::resume(connection, &self.info, numbers)? {
                    Ok(inserter) => return Ok(inserter),
                    Err(connection) => connection,
                },
            };
            let told = before.map(|numbers| numbers.event_base);
            Inserter::begin(connection, &self.info, told)
        };
        let inserter = begun().map_err(|source| StoreError::Sqlite {
            action: "begin a session in",
            path: path.clone(),
            source,
        })?;
        Ok(OpenLog {
            inserter,
            file: FileIdentity::of(path),
            _lock: lock,
        })
    }

    /// Whether `log` still is the file behind the path; not when it was deleted or replaced.
    pub(super) fn holds(&self, log: &OpenLog) -> bool {
        log.file == FileIdentity::of(&self.path)
    }

    /// Goes on in a fresh file beside the damaged one, which is kept; `false` when there is no name left.
    pub(super) fn move_beside(&mut self, why: &dyn std::fmt::Display) -> bool {
        let Some(other) = beside(&self.path) else {
            return false;
        };
        self.tell(format!("{why}; the log goes on in {}", other.display()));
        self.path = other;
        true
    }

    /// Remembers what an operator should know.
    pub(super) fn tell(&mut self, note: String) {
        tracing::warn!("{note}");
        self.note = Some(note.into());
    }
}

fn create_directory(path: &Path) -> Result<(), StoreError> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => {
            fs::create_dir_all(parent).map_err(|source| StoreError::CreateDirectory {
                path: parent.to_owned(),
                source,
            })
        }
        _ => Ok(()),
    }
}

/// SQLite keeps its write-ahead log beside the name a file was opened by: under two names there would be two, and
/// what one of them holds is lost.
fn refuse_further_names(path: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt as _;
    let file = fs::metadata(path).ok().filter(fs::Metadata::is_file);
    match file.map(|metadata| metadata.nlink()) {
        Some(names @ 2..) => Err(StoreError::ManyNames {
            path: path.to_owned(),
            names,
        }),
        _ => Ok(()),
    }
}
