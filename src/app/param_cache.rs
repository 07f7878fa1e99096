//! Remembers parameters over restarts: one small file per hardware id, in `params` beside the flight log.
//!
//! What an earlier session read is given to the fleet as a memory, which it shows as such; where the vehicle has a hash
//! over its parameters (PX4) and says the same one, they need not be asked for again.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use crate::{
    fleet::actor::FleetInbox,
    model::{
        holdings::HeldParams,
        intent::{Act, FleetHandle, Intent, Origin, Via},
        snapshot::Snapshot,
    },
    param_file::cache::{self, ParamCache},
};

/// How often the newest snapshot is looked at.
const EVERY: Duration = Duration::from_millis(250);
/// Longest file that is read.
const LARGEST_BYTES: u64 = 4 << 20;

/// Starts looking, until the fleet is stopped, and once more then.
pub(super) fn start(
    folder: PathBuf,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    (fleet, stop): (FleetInbox, CancellationToken),
) -> JoinHandle<()> {
    tokio::spawn(keep(folder, snapshots, fleet, stop))
}

async fn keep(
    folder: PathBuf,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    fleet: FleetInbox,
    stop: CancellationToken,
) {
    let mut cache = Cache {
        folder,
        fleet,
        known: BTreeMap::new(),
    };
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let goes_on = stop.run_until_cancelled(tick.tick()).await.is_some();
        let newest = snapshots.borrow().clone();
        cache.look(&newest);
        if !goes_on {
            return;
        }
    }
}

/// What each hardware id's file says.
#[derive(Debug)]
struct Cache {
    folder: PathBuf,
    fleet: FleetInbox,
    known: BTreeMap<Arc<str>, Option<Arc<HeldParams>>>,
}

impl Cache {
    fn look(&mut self, snapshot: &Snapshot) {
        for (id, vehicle) in &snapshot.vehicles {
            let Some(uid) = &vehicle.uid else { continue };
            let held = snapshot
                .holdings
                .get(id)
                .and_then(|held| held.params.as_ref());
            let held = held.filter(|held| held.doubt.is_none() && held.set.is_complete());
            let Some(known) = self.known.get(uid) else {
                self.known.insert(Arc::clone(uid), None);
                if held.is_none() {
                    self.remember(uid);
                }
                continue;
            };
            let Some(held) = held else { continue };
            if known.as_ref().is_some_and(|known| Arc::ptr_eq(known, held)) {
                continue;
            }
            if let Err(error) = self.write(uid, held) {
                let folder = self.folder.display();
                tracing::warn!(%error, %uid, %folder, "parameters are not remembered");
            }
            self.known.insert(Arc::clone(uid), Some(Arc::clone(held)));
        }
    }

    fn path(&self, uid: &str) -> PathBuf {
        let name: String = uid
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(80)
            .collect();
        self.folder.join(format!("{name}.params"))
    }

    fn write(&self, uid: &str, held: &HeldParams) -> io::Result<()> {
        let text = cache::write(&ParamCache {
            uid: uid.to_owned(),
            hash: held.hash,
            set: held.set.clone(),
        });
        fs::create_dir_all(&self.folder)?;
        let path = self.path(uid);
        let part = path.with_extension("part");
        fs::write(&part, text)?;
        fs::rename(part, path)
    }

    fn remember(&self, uid: &Arc<str>) {
        let path = self.path(uid);
        let read = match read(&path) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "remembered parameters cannot be read");
                return;
            }
        };
        if read.uid != **uid {
            return;
        }
        let act = Act::RememberParams {
            uid: Arc::clone(uid),
            hash: read.hash,
            set: Arc::new(read.set),
        };
        let origin = Origin {
            via: Via::File,
            who: "an earlier session".into(),
        };
        // A fleet too busy for a memory does without it.
        let _ = self.fleet.submit(Intent { origin, act });
    }
}

fn read(path: &Path) -> io::Result<ParamCache> {
    let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    if fs::metadata(path)?.len() > LARGEST_BYTES {
        return Err(invalid("it is too long".to_owned()));
    }
    let text = fs::read_to_string(path)?;
    cache::read(&text).map_err(|error| invalid(error.to_string()))
}
