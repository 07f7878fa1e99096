//! What everybody but the writer holds: give frames and snapshots, ask how the log is doing.

use std::{
    collections::BTreeMap,
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    insert::Numbers,
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

/// A write that takes longer is worth telling.
const SLOW: Duration = Duration::from_secs(1);
/// For so long: the next ones may be quick because they ask less of the disk.
const REMEMBERED: Duration = Duration::from_secs(5);

/// The way into an open log. Cheap to clone; no call ever waits for the disk.
#[derive(Clone)]
pub struct StoreHandle {
    pub(super) shared: Arc<Shared>,
}

/// What the handles and the writer thread share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) queue: Queue,
    place: Mutex<(Arc<Path>, Numbers)>,
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
    pub(super) note: Option<Arc<str>>,
    /// A transaction is being written since then.
    pub(super) writing: Option<Instant>,
    /// When the last one that took long was done, and how long it took.
    pub(super) slow: Option<(Instant, Duration)>,
    pub(super) bytes: u64,
    pub(super) rows_per_s: f64,
    pub(super) rated: Option<Instant>,
    pub(super) frames: u64,
    pub(super) gaps: u64,
}

impl Shared {
    pub(super) fn new(path: Arc<Path>, numbers: Numbers, options: &StoreOptions) -> Self {
        let sampling = Sampling {
            sampler: Sampler::new(options.sample_hz).after_event(numbers.event_base),
            newest: None,
            rows: Vec::new(),
        };
        let open = true;
        Self {
            queue: Queue::new(options.queue_bytes),
            place: Mutex::new((path, numbers)),
            frames: options.frames,
            names: Mutex::new(options.links.iter().cloned().collect()),
            sampling: Mutex::new(sampling),
            progress: Mutex::new(Progress {
                open,
                ..Progress::default()
            }),
        }
    }

    /// The file that is written.
    pub(super) fn path(&self) -> Arc<Path> {
        Arc::clone(&lock(&self.place).0)
    }

    /// The session in that file.
    pub(super) fn numbers(&self) -> Numbers {
        lock(&self.place).1
    }

    /// The newest time the log knows of.
    pub(super) fn now(&self) -> TimeUs {
        let sampling = lock(&self.sampling);
        let newest = sampling.newest.as_ref();
        newest.map_or_else(TimeUs::default, |(snapshot, came)| {
            TimeUs::from_ms(snapshot.time_ms).plus(came.elapsed())
        })
    }

    /// Another file, or another session in it.
    pub(super) fn moved(&self, path: Arc<Path>, numbers: Numbers) {
        *lock(&self.place) = (path, numbers);
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

    /// A write begins.
    pub(super) fn writing(&self) {
        lock(&self.progress).writing = Some(Instant::now());
    }

    /// It ended, however it did.
    pub(super) fn written(&self) {
        let mut progress = lock(&self.progress);
        let took = progress.writing.take().map(|since| since.elapsed());
        if let Some(took) = took.filter(|took| *took > SLOW) {
            progress.slow = Some((Instant::now(), took));
        }
    }

    pub(super) fn progress(&self) -> MutexGuard<'_, Progress> {
        lock(&self.progress)
    }
}

impl Progress {
    /// Why nothing, or not everything, is being written now. A disk that hangs cannot be asked: that a
    /// write does not end is seen from here.
    fn trouble(&self) -> Option<Arc<str>> {
        if self.degraded.is_some() {
            return self.degraded.clone();
        }
        let hanging = self.writing.map(|since| since.elapsed());
        if let Some(took) = hanging.filter(|took| *took > SLOW) {
            let text = format!(
                "slow disk: a write takes {:.0} s already",
                took.as_secs_f64()
            );
            return Some(text.into());
        }
        let (_, took) = self.slow.filter(|(at, _)| at.elapsed() < REMEMBERED)?;
        Some(format!("slow disk: a write took {:.1} s", took.as_secs_f64()).into())
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
                Row::Event(_) | Row::Gap(_) | Row::Plan(_) | Row::Params(_) => None,
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
            degraded: progress.trouble(),
            note: progress.note,
            bytes: progress.bytes,
            rows_per_s: if is_fresh { progress.rows_per_s } else { 0.0 },
            frames: progress.frames,
            gaps: progress.gaps + self.shared.queue.unrecorded(),
            queue_bytes: self.shared.queue.bytes(),
            path: self.shared.path(),
        }
    }

    /// The log could not even be opened yet.
    pub(super) fn say_degraded(&self, error: &dyn fmt::Display) {
        self.shared.progress().degraded = Some(error.to_string().into());
    }

    /// Id of this run in `session`; 0 while the file could not be opened yet.
    #[must_use]
    pub fn session(&self) -> i64 {
        self.shared.numbers().session
    }

    /// The highest id an event had in earlier sessions: those of this session are to be numbered after it.
    #[must_use]
    pub fn event_base(&self) -> u64 {
        self.shared.numbers().event_base
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
            .field("path", &self.shared.path())
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
