//! What everybody but the writer holds: give frames and snapshots, ask how the log is doing.

use std::{
    collections::BTreeMap,
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    options::StoreOptions,
    queue::{Item, Queue},
    row::{Gap, Row},
    sampler::Sampler,
    status::StoreStatus,
};
use crate::model::{
    ids::LinkId,
    recorder::{FrameBatch, Recorder},
    snapshot::Snapshot,
    time::TimeUs,
};

/// A rate older than this is no longer a rate.
const STALE: Duration = Duration::from_secs(2);

/// The way into an open log. Cheap to clone; no call ever waits for the disk.
#[derive(Clone)]
pub struct StoreHandle {
    shared: Arc<Shared>,
}

/// What the handles and the writer thread share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) queue: Queue,
    pub(super) path: Arc<Path>,
    pub(super) session: i64,
    pub(super) event_base: i64,
    frames: bool,
    names: Mutex<BTreeMap<LinkId, Arc<str>>>,
    sampling: Mutex<Sampling>,
    progress: Mutex<Progress>,
}

#[derive(Debug)]
struct Sampling {
    sampler: Sampler,
    newest: Option<(Arc<Snapshot>, Instant)>,
    rows: Vec<Row>,
}

/// What the writer thread says of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    pub(super) open: bool,
    pub(super) degraded: Option<Arc<str>>,
    pub(super) bytes: u64,
    pub(super) rows_per_s: f64,
    pub(super) rated: Option<Instant>,
    pub(super) frames: u64,
    pub(super) gaps: u64,
}

impl Shared {
    pub(super) fn new(path: Arc<Path>, ids: (i64, i64), options: &StoreOptions) -> Self {
        let sampling = Sampling {
            sampler: Sampler::new(options.sample_hz),
            newest: None,
            rows: Vec::new(),
        };
        let open = true;
        Self {
            queue: Queue::new(options.queue_bytes),
            path,
            session: ids.0,
            event_base: ids.1,
            frames: options.frames,
            names: Mutex::new(options.links.iter().cloned().collect()),
            sampling: Mutex::new(sampling),
            progress: Mutex::new(Progress {
                open,
                ..Progress::default()
            }),
        }
    }

    /// The name of a link; `link-3` for one that nobody named.
    pub(super) fn link_name(&self, link: LinkId) -> Arc<str> {
        let name = lock(&self.names).get(&link).cloned();
        name.unwrap_or_else(|| format!("link-{}", link.0).into())
    }

    /// Rows that were held back and are due by now; `true` when some still are not.
    pub(super) fn sample_again(&self, rows: &mut Vec<Row>) -> bool {
        let mut sampling = lock(&self.sampling);
        if !sampling.sampler.owes() {
            return false;
        }
        sampling.with_newest(|sampler, snapshot, now| sampler.sample(snapshot, now, rows));
        sampling.sampler.owes()
    }

    /// The last row of every vehicle.
    pub(super) fn last_rows(&self, rows: &mut Vec<Row>) {
        lock(&self.sampling)
            .with_newest(|sampler, snapshot, now| sampler.finish(snapshot, now, rows));
    }

    pub(super) fn progress(&self) -> MutexGuard<'_, Progress> {
        lock(&self.progress)
    }
}

impl Sampling {
    /// Runs `work` on the newest snapshot as of now: its own time and what has passed since it came.
    fn with_newest(&mut self, work: impl FnOnce(&mut Sampler, &Snapshot, TimeUs)) {
        if let Some((snapshot, came)) = &self.newest {
            let now = TimeUs::from_ms(snapshot.time_ms).plus(came.elapsed());
            work(&mut self.sampler, snapshot, now);
        }
    }
}

impl StoreHandle {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Gives the log a tick. To be called with every snapshot that says something new.
    pub fn snapshot(&self, snapshot: &Arc<Snapshot>) {
        let mut sampling = lock(&self.shared.sampling);
        let Sampling {
            sampler,
            newest,
            rows,
        } = &mut *sampling;
        *newest = Some((Arc::clone(snapshot), Instant::now()));
        sampler.sample(snapshot, TimeUs::from_ms(snapshot.time_ms), rows);
        for row in rows.drain(..) {
            let vehicle = match &row {
                Row::Telemetry(row) => Some(row.vehicle.clone()),
                Row::Drone(row) => Some(row.vehicle.clone()),
                Row::Event(_) | Row::Gap(_) => None,
            };
            if !self.shared.queue.push(Item::Row(row))
                && let Some(vehicle) = vehicle
            {
                sampler.owe(&vehicle);
            }
        }
        if sampler.owes() {
            self.shared.queue.wake();
        }
    }

    /// Records that something never reached the log: frames the kernel or a channel dropped.
    pub fn missed(&self, gap: Gap) {
        self.shared.queue.lose(gap);
    }

    /// Rows of telemetry per vehicle and second from now on, at most.
    pub fn set_sample_hz(&self, sample_hz: f64) {
        lock(&self.shared.sampling).sampler.set_rate(sample_hz);
    }

    /// Names a link. Blocks that are still open take the new name.
    pub fn name_link(&self, link: LinkId, name: Arc<str>) {
        lock(&self.shared.names).insert(link, name);
    }

    /// How the log is doing.
    #[must_use]
    pub fn status(&self) -> StoreStatus {
        let progress = self.shared.progress().clone();
        let is_fresh = progress.rated.is_some_and(|at| at.elapsed() < STALE);
        StoreStatus {
            open: progress.open,
            degraded: progress.degraded,
            bytes: progress.bytes,
            rows_per_s: if is_fresh { progress.rows_per_s } else { 0.0 },
            frames: progress.frames,
            gaps: progress.gaps + self.shared.queue.unrecorded(),
            queue_bytes: self.shared.queue.bytes(),
            path: Arc::clone(&self.shared.path),
        }
    }

    /// Id of this run in `session`.
    #[must_use]
    pub fn session(&self) -> i64 {
        self.shared.session
    }

    /// The id of an event in the log minus its id in this session.
    #[must_use]
    pub fn event_base(&self) -> i64 {
        self.shared.event_base
    }
}

impl Recorder for StoreHandle {
    fn record(&self, batch: FrameBatch) {
        if self.shared.frames && batch.count > 0 {
            self.shared.queue.push(Item::Frames(batch));
        }
    }
}

impl fmt::Debug for StoreHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreHandle")
            .field("path", &self.shared.path)
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
