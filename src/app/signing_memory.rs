//! What signing must remember over a restart, in one small file: the link ids and time stamps of every link that signs.
//!
//! Plain numbers, no secret; mode 0600 all the same, since whoever could lower a time stamp could play old frames
//! again. Written whole, under another name first, so that it is never half there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::plan::PlannedLink;
use crate::{
    link::gate::{LinkSigning, SigningKeeper},
    model::time::WallClock,
    wire::signing::state::SigningState,
};

/// A file beyond this is none of ours.
const LONGEST: u64 = 16 * 1_024 * 1_024;

/// The memory of a running station.
#[derive(Debug)]
pub(super) struct SigningMemory {
    path: Option<PathBuf>,
    held: Mutex<Held>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Held {
    is_loaded: bool,
    links: BTreeMap<String, Remembered>,
    /// Those of this station; the others of the file belong to other stations, or to earlier ones.
    own: BTreeSet<String>,
    is_dirty: bool,
}

/// One link.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Remembered {
    link_id: u8,
    #[serde(flatten)]
    state: SigningState,
}

/// The whole file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct File {
    links: BTreeMap<String, Remembered>,
}

impl SigningMemory {
    /// A memory in this file; `None` remembers nothing. Nothing is read yet.
    pub(super) fn at(path: Option<PathBuf>) -> Arc<Self> {
        Arc::new(Self {
            path,
            held: Mutex::default(),
            changed: Notify::new(),
        })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The link id and the state of a link that is about to sign, and what an operator should know.
    pub(super) fn begin(&self, link: &str) -> (u8, SigningState, Option<String>) {
        let mut held = self.held();
        let mut warning = None;
        if !std::mem::replace(&mut held.is_loaded, true) {
            let (links, why) = self.load();
            (held.links, warning) = (links, why);
        }
        let id = match held.links.get(link) {
            Some(known) => known.link_id,
            None => free_id(link, &held.links),
        };
        held.own.insert(link.to_owned());
        let known = held.links.entry(link.to_owned()).or_default();
        known.link_id = id;
        (id, known.state.clone(), warning)
    }

    fn load(&self) -> (BTreeMap<String, Remembered>, Option<String>) {
        let none = |why: String| {
            let text = format!(
                "{why}: frames recorded in the last minute before this start could be played again, and a clock that was set back is not noticed"
            );
            (BTreeMap::new(), Some(text))
        };
        let Some(path) = &self.path else {
            return none("there is no place to remember the time stamps of signed links".into());
        };
        let place = path.display();
        match read(path) {
            Ok(file) => (file.links, None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => none(format!(
                "no time stamps of signed links are remembered in {place}, as before the first use"
            )),
            Err(error) => none(format!(
                "the time stamps of signed links in {place} cannot be read and start anew ({error})"
            )),
        }
    }

    /// Stores what has changed, at once.
    ///
    /// # Errors
    /// The file or its folder cannot be written.
    pub(super) fn store(&self) -> io::Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let own = {
            let mut held = self.held();
            if !std::mem::take(&mut held.is_dirty) {
                return Ok(());
            }
            let own = held
                .links
                .iter()
                .filter(|(name, _)| held.own.contains(*name));
            own.map(|(name, link)| (name.clone(), link.clone()))
                .collect::<BTreeMap<_, _>>()
        };
        let mut file = read(path).unwrap_or_default();
        file.links.extend(own);
        let stored = write(path, &file);
        if stored.is_err() {
            self.held().is_dirty = true;
        }
        stored
    }

    /// What a link needs to sign, and what an operator should know; `None` for one that does not.
    pub(super) fn of_link(
        self: &Arc<Self>,
        link: &PlannedLink,
    ) -> Option<(LinkSigning, Option<String>)> {
        let key = link.key.clone()?;
        let name = Arc::clone(&link.info.name);
        let (link_id, state, warning) = self.begin(&name);
        let signing = LinkSigning {
            name,
            key,
            policy: link.info.signing,
            link_id,
            state,
            keeper: Arc::clone(self) as Arc<dyn SigningKeeper>,
            wall: WallClock::system(),
        };
        Some((signing, warning))
    }

    /// Stores whenever a link says so, and once more at the end.
    pub(super) async fn keep_stored(self: Arc<Self>, stop: CancellationToken) {
        let mut is_told = false;
        let mut is_over = false;
        while !is_over {
            tokio::select! {
                () = self.changed.notified() => {}
                () = stop.cancelled() => is_over = true,
            }
            let memory = Arc::clone(&self);
            let stored = tokio::task::spawn_blocking(move || memory.store()).await;
            match stored {
                Ok(Err(error)) if !std::mem::replace(&mut is_told, true) => {
                    tracing::warn!(%error, "the time stamps of signed links cannot be stored");
                }
                Ok(Ok(())) => is_told = false,
                _ => {}
            }
        }
    }
}

impl SigningKeeper for SigningMemory {
    fn keep(&self, link: &str, state: SigningState) {
        let mut held = self.held();
        if let Some(known) = held.links.get_mut(link)
            && known.state != state
        {
            known.state = state;
            held.is_dirty = true;
            drop(held);
            self.changed.notify_one();
        }
    }
}

/// A link id no other link has. It begins somewhere else on each machine: stations that share a key, and by mistake
/// their system id, would otherwise share their time stamps too.
fn free_id(link: &str, taken: &BTreeMap<String, Remembered>) -> u8 {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let mixed = host.bytes().chain([0]).chain(link.bytes());
    let begin = mixed.fold(0x811C_9DC5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let begin = (begin ^ begin >> 8 ^ begin >> 16 ^ begin >> 24) as u8;
    let is_free = |id: &u8| !taken.values().any(|other| other.link_id == *id);
    (0..=u8::MAX)
        .map(|step| begin.wrapping_add(step))
        .find(is_free)
        .unwrap_or(begin)
}

fn read(path: &Path) -> io::Result<File> {
    let mut text = String::new();
    fs::File::open(path)?
        .take(LONGEST)
        .read_to_string(&mut text)?;
    serde_json::from_str(&text).map_err(io::Error::from)
}

fn write(path: &Path, file: &File) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = folder.join(format!(".{name}.{}", std::process::id()));
    // Left over by an instance of the same number that was killed.
    let _ = fs::remove_file(&fresh);
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&fresh)?;
    serde_json::to_writer(&mut out, file)?;
    out.write_all(b"\n")?;
    out.sync_all()?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn state(clock_10us: u64) -> SigningState {
        SigningState {
            clock_10us,
            streams: Vec::new(),
        }
    }

    #[test]
    fn every_link_keeps_its_id_and_its_clock_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/flights.signing.json");
        let memory = SigningMemory::at(Some(path.clone()));
        let (radio, none, warning) = memory.begin("radio");
        assert!(warning.unwrap().contains("before the first use"));
        assert_eq!(none, SigningState::default());
        let (lan, _, warning) = memory.begin("lan");
        assert_ne!(radio, lan);
        assert_eq!(warning, None, "said once");
        memory.keep("radio", state(7));
        memory.store().unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        let again = SigningMemory::at(Some(path.clone()));
        assert_eq!(again.begin("lan"), (lan, SigningState::default(), None));
        assert_eq!(again.begin("radio"), (radio, state(7), None));
        again.keep("lan", state(9));
        again.store().unwrap();
        let third = SigningMemory::at(Some(path));
        assert_eq!(third.begin("radio").1, state(7));
        assert_eq!(third.begin("lan").1, state(9));
    }

    #[test]
    fn what_belongs_to_another_station_stays_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        let (one, other) = (
            SigningMemory::at(Some(path.clone())),
            SigningMemory::at(Some(path.clone())),
        );
        one.begin("a");
        other.begin("b");
        one.keep("a", state(1));
        one.store().unwrap();
        other.keep("b", state(2));
        other.store().unwrap();
        let both = SigningMemory::at(Some(path));
        assert_eq!((both.begin("a").1, both.begin("b").1), (state(1), state(2)));
    }

    #[test]
    fn garbage_and_a_place_that_is_none_are_told_and_signing_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        for garbage in [
            "",
            "{",
            "{\"links\":[1]}",
            "{\"links\":{\"a\":{\"link_id\":900}}}",
        ] {
            fs::write(&path, garbage).unwrap();
            let memory = SigningMemory::at(Some(path.clone()));
            let (_, none, warning) = memory.begin("a");
            assert_eq!(none, SigningState::default());
            assert!(warning.unwrap().contains("cannot be read"), "{garbage}");
            memory.keep("a", state(5));
            memory.store().unwrap();
            assert_eq!(SigningMemory::at(Some(path.clone())).begin("a").1, state(5));
        }
        fs::write(&path, [0xFF, 0xFE, 0]).unwrap();
        let memory = SigningMemory::at(Some(path));
        assert!(memory.begin("a").2.unwrap().contains("cannot be read"));
        let nowhere = SigningMemory::at(None);
        assert!(nowhere.begin("a").2.unwrap().contains("no place"));
        nowhere.keep("a", state(1));
        nowhere.store().unwrap();
    }
}
