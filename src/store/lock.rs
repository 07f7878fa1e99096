//! One writer per log: an exclusive lock on `flights.db-lock` beside it.
//!
//! The kernel drops the lock with the process, so a kill leaves nothing that stands in the way. The
//! log itself is never locked this way: closing a second handle of it would drop SQLite's own locks.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    process,
};

use super::{error::StoreError, identity::FileIdentity};

/// The right to write a log; given up when dropped.
#[derive(Debug)]
pub(super) struct WriterLock {
    file: File,
    path: PathBuf,
}

impl WriterLock {
    /// Takes the lock of `log`, or says who has it.
    pub(super) fn take(log: &Path) -> Result<Self, StoreError> {
        let mut path = log.as_os_str().to_owned();
        path.push("-lock");
        let path = PathBuf::from(path);
        let failed = |source| StoreError::Lock {
            path: path.clone(),
            source,
        };
        loop {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let mut file = options.open(&path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::Error(source)) => return Err(failed(source)),
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::Locked {
                        path: log.to_owned(),
                        holder: holder(&mut file),
                    });
                }
            }
            // The holder before us removes the file when it closes: what we locked may be that one.
            if is_same_file(&file, &path) {
                // Only for the other's error message: a lock without a name is still a lock.
                let _ = file
                    .set_len(0)
                    .and_then(|()| write!(file, "{}", process::id()));
                return Ok(Self { file, path });
            }
        }
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // Somebody may have deleted ours, and another writer made its own.
        if is_same_file(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file
        .rewind()
        .and_then(|()| io::Read::by_ref(file).take(20).read_to_string(&mut text));
    match read {
        Ok(_) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => text,
        _ => "unknown".to_owned(),
    }
}

#[cfg(unix)]
fn is_same_file(file: &File, path: &Path) -> bool {
    let ours = file.metadata().ok();
    ours.as_ref().map(FileIdentity::from) == FileIdentity::of(path)
}

#[cfg(not(unix))]
fn is_same_file(_file: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_taker_is_told_who_has_it_and_the_next_one_gets_it() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("flights.db");
        let first = WriterLock::take(&log).unwrap();
        let refusal = WriterLock::take(&log).unwrap_err().to_string();
        assert!(refusal.contains("flights.db"), "{refusal}");
        assert!(refusal.contains(&process::id().to_string()), "{refusal}");
        drop(first);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        WriterLock::take(&log).unwrap();
    }

    #[test]
    fn a_lock_file_left_by_a_killed_writer_stands_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("flights.db");
        fs::write(folder.path().join("flights.db-lock"), "12345").unwrap();
        WriterLock::take(&log).unwrap();
    }
}
