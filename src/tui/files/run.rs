//! Reads and writes the files the screen asks for, each piece of work on a thread of its own.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::PathBuf,
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread,
};

use super::{FileDone, FileWork, LARGEST, listing::Listing};

/// Answers that may wait to be looked at.
const WAITING: usize = 16;
/// Most names of a folder that are completed.
const MOST_NAMES: usize = 2_000;

/// The work under way.
#[derive(Debug)]
pub struct Files {
    // Written by the threads, read by the loop of the screen; one that finds it full lets its answer go.
    done_tx: SyncSender<FileDone>,
    done_rx: Receiver<FileDone>,
}

impl Default for Files {
    fn default() -> Self {
        let (done_tx, done_rx) = sync_channel(WAITING);
        Self { done_tx, done_rx }
    }
}

impl Files {
    /// Begins a piece of work; what came of it is taken later.
    pub fn start(&self, work: FileWork) {
        let done_tx = self.done_tx.clone();
        let spawned = thread::Builder::new()
            .name("files".to_owned())
            .spawn(move || give(&done_tx, carry_out(work)));
        if let Err(error) = spawned {
            tracing::warn!(%error, "no thread for a file");
        }
    }

    /// The next answer, if there is one.
    #[must_use]
    pub fn take(&self) -> Option<FileDone> {
        self.done_rx.try_recv().ok()
    }
}

fn give(done_tx: &SyncSender<FileDone>, done: FileDone) {
    match done_tx.try_send(done) {
        Err(TrySendError::Full(_)) => tracing::warn!("an answer about a file was dropped"),
        // Nobody is left to be told when the screen has ended meanwhile.
        Ok(()) | Err(TrySendError::Disconnected(_)) => {}
    }
}

/// Does it, here and now.
#[must_use]
pub fn carry_out(work: FileWork) -> FileDone {
    match work {
        FileWork::List { folder } => FileDone::Listed(Listing {
            names: names(&folder),
            folder,
        }),
        FileWork::Read { path, purpose } => FileDone::Read {
            text: read(&path).map_err(|error| format!("{path}: {}", reason(&error))),
            path,
            purpose,
        },
        FileWork::Write {
            files,
            replace,
            then,
        } => {
            let first = files
                .first()
                .map_or_else(String::new, |(path, _)| path.clone());
            let result = files.iter().try_for_each(|(path, text)| {
                write(path, text, replace).map_err(|error| format!("{path}: {}", reason(&error)))
            });
            FileDone::Written {
                what: (first, files.len()),
                result,
                then,
            }
        }
    }
}

/// `~/` is the operator's own folder, as in a shell.
fn place(path: &str) -> PathBuf {
    let home = std::env::var_os("HOME");
    match (path.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(path),
    }
}

fn names(folder: &str) -> Vec<String> {
    let place = if folder.is_empty() {
        PathBuf::from(".")
    } else {
        place(folder)
    };
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let named = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let is_plain = !name.contains(char::is_control);
        let is_folder = fs::metadata(entry.path()).is_ok_and(|about| about.is_dir());
        is_plain.then(|| if is_folder { format!("{name}/") } else { name })
    });
    let mut names: Vec<String> = named.take(MOST_NAMES).collect();
    names.sort();
    names
}

fn read(path: &str) -> io::Result<String> {
    let place = place(path);
    let about = fs::metadata(&place)?;
    if !about.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    if about.len() > LARGEST {
        return Err(io::Error::other(
            "it is too large to be a plan or parameters",
        ));
    }
    let mut bytes = Vec::new();
    File::open(place)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Written beside its place and put there whole, so that a full disk leaves no half of it.
fn write(path: &str, text: &str, replace: bool) -> io::Result<()> {
    let place = place(path);
    if !replace && place.exists() {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists));
    }
    let mut part = place.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&part)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    let done = written.and_then(|()| fs::rename(&part, &place));
    if done.is_err() {
        // What is left of it is of no use, and why it failed is told already.
        let _ = fs::remove_file(&part);
    }
    done
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "this may not be done there".to_owned(),
        io::ErrorKind::AlreadyExists => {
            "there is such a file already; force behind it replaces it".to_owned()
        }
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::files::{Aim, Purpose};

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn read_again(path: &str) -> Result<String, String> {
        let purpose = Purpose {
            aim: Aim::Load(Vec::new()),
            line: String::new(),
        };
        let path = path.to_owned();
        match carry_out(FileWork::Read { path, purpose }) {
            FileDone::Read { text, .. } => text,
            other => panic!("{other:?}"),
        }
    }

    fn written(path: &str, text: &str, replace: bool) -> Result<(), String> {
        let files = vec![(path.to_owned(), text.to_owned())];
        match carry_out(FileWork::Write {
            files,
            replace,
            then: None,
        }) {
            FileDone::Written { result, .. } => result,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_is_never_replaced_unless_that_was_asked_for() {
        let folder = folder();
        let path = folder.path().join("a.param");
        let path = path.to_str().unwrap();
        assert_eq!(written(path, "A,1\n", false), Ok(()));
        let refused = written(path, "A,2\n", false).unwrap_err();
        assert!(
            refused.contains("already") && refused.contains("force"),
            "{refused}"
        );
        assert_eq!(read_again(path), Ok("A,1\n".to_owned()));
        assert_eq!(written(path, "A,2\n", true), Ok(()));
        assert_eq!(read_again(path), Ok("A,2\n".to_owned()));
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no rest of it"
        );
    }

    #[test]
    fn what_cannot_be_read_says_which_file_and_why() {
        let folder = folder();
        let missing = folder.path().join("none.plan");
        let why = read_again(missing.to_str().unwrap()).unwrap_err();
        assert!(
            why.ends_with("none.plan: there is no such file or folder"),
            "{why}"
        );
        let why = read_again(folder.path().to_str().unwrap()).unwrap_err();
        assert!(why.ends_with("it is no file"), "{why}");
    }

    #[test]
    fn a_folder_is_listed_by_name_with_its_folders_marked() {
        let folder = folder();
        fs::create_dir(folder.path().join("plans")).unwrap();
        fs::write(folder.path().join("b.plan"), "").unwrap();
        let asked = folder.path().to_str().unwrap().to_owned() + "/";
        let done = carry_out(FileWork::List {
            folder: asked.clone(),
        });
        let names = vec!["b.plan".to_owned(), "plans/".to_owned()];
        assert_eq!(
            done,
            FileDone::Listed(Listing {
                folder: asked,
                names
            })
        );
    }
}
