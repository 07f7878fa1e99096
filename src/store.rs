//! The flight log: every frame, sampled telemetry and every event in one SQLite file.
//!
//! Knows the model and SQLite, nothing of links, screens or MAVLink messages. `app` opens a
//! [`Store`] and hands its [`StoreHandle`] to the links (as `Recorder`) and to the tick; the CLI and
//! the server read through [`LogReader`]. A log that cannot be written never stops the station: what
//! is missing is counted, shown in [`StoreStatus`] and entered as `gap` rows.
//!
//! ```text
//! links ──FrameBatch──► handle ──bounded queue──► writer thread ──► flights.db ◄── reader
//! tick  ──Snapshot────► sampler ─┘                 blocks, rows      (WAL)          frames, history, verify
//! ```

mod block;
mod cell;
mod error;
pub mod export;
mod flights;
mod framing;
mod handle;
mod held;
mod identity;
mod insert;
mod location;
mod lock;
mod options;
mod past;
mod place;
mod query;
mod queue;
mod reader;
mod row;
mod sampler;
mod schema;
pub mod space;
mod status;
mod transaction;
mod writer;

use std::{
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::model::time::TimeUs;

pub use self::{
    cell::Cell,
    error::StoreError,
    flights::Flight,
    handle::StoreHandle,
    location::{beside, default_path, temporary_path},
    options::{SessionInfo, StoreOptions},
    past::Past,
    query::{QueryRows, query},
    reader::{
        FrameFilter, Frames, LogInfo, LogReader, LoggedDrone, LoggedFrame, LoggedGap,
        LoggedSession, Sender, VerifyReport, verify,
    },
    row::{DroneRow, Gap, GapKind, Row, TelemetryRow},
    sampler::Sampler,
    schema::SCHEMA,
    status::StoreStatus,
};

/// How long `close` lets the writer try, and how much longer it waits for a disk that does not answer.
const CLOSE: (Duration, Duration) = (Duration::from_millis(900), Duration::from_millis(1_500));

/// An open log and its writer thread. To be closed; dropped it closes too, silently.
#[derive(Debug)]
pub struct Store {
    handle: StoreHandle,
    shared: Arc<handle::Shared>,
    thread: Option<JoinHandle<u64>>,
    ended: Arc<Mutex<Option<TimeUs>>>,
}

impl Store {
    /// Opens or creates the log at `path` (its directory too) and starts the writer.
    ///
    /// # Errors
    /// When another process writes it, when it is no flight log or a newer one, and when the disk
    /// refuses. A file that is not a log is never changed.
    pub fn open(
        path: &Path,
        info: &SessionInfo,
        options: &StoreOptions,
    ) -> Result<(Self, StoreHandle), StoreError> {
        let place = place::Place::new(path, info, options);
        let opened = place.open(None)?;
        Self::start(place, Some(opened), options)
    }

    /// As [`Store::open`], for a station that must fly on whatever its disk does: a damaged log is kept
    /// as it is and another one is begun beside it, and a disk that refuses is tried again until it does
    /// not. [`StoreStatus`] tells.
    ///
    /// # Errors
    /// When another process writes the log, when it is something else or a newer one.
    pub fn open_or_wait(
        path: &Path,
        info: &SessionInfo,
        options: &StoreOptions,
    ) -> Result<(Self, StoreHandle), StoreError> {
        let mut place = place::Place::new(path, info, options);
        match place.open(None) {
            Ok(opened) => Self::start(place, Some(opened), options),
            Err(error) if error.is_damage() && place.move_beside(&error) => {
                let opened = place.open(None)?;
                Self::start(place, Some(opened), options)
            }
            Err(error) if error.is_trouble_of_the_disk() => {
                let (store, handle) = Self::start(place, None, options)?;
                handle.say_degraded(&error);
                Ok((store, handle))
            }
            Err(error) => Err(error),
        }
    }

    fn start(
        place: place::Place,
        opened: Option<place::OpenLog>,
        options: &StoreOptions,
    ) -> Result<(Self, StoreHandle), StoreError> {
        let path = place.path();
        let numbers = opened.as_ref().map(place::OpenLog::numbers);
        let shared = handle::Shared::new(
            Arc::from(path.as_path()),
            numbers.unwrap_or_default(),
            options,
        );
        let shared = Arc::new(shared);
        shared.progress().note = place.note();
        let started = (place.started(), Instant::now());
        let writer = writer::Writer::new(place, opened, Arc::clone(&shared));
        let ended = Arc::new(Mutex::new(None));
        let thread = spawn(writer, started, Arc::clone(&ended));
        let handle = StoreHandle::new(Arc::clone(&shared));
        let store = Self {
            handle: handle.clone(),
            shared,
            ended,
            thread: Some(thread.map_err(|source| StoreError::Thread { path, source })?),
        };
        Ok((store, handle))
    }

    /// Another way in.
    #[must_use]
    pub fn handle(&self) -> StoreHandle {
        self.handle.clone()
    }

    /// Writes everything that waits, the last row of every vehicle and the end of the session, and
    /// closes the file. Takes milliseconds on a healthy disk and at most 1.5 s on any.
    ///
    /// # Errors
    /// When something could not be written in that time.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.shut()
    }

    /// As [`Store::close`], for a recording whose time is not this station's.
    ///
    /// # Errors
    /// As [`Store::close`].
    pub fn close_at(mut self, ended: TimeUs) -> Result<(), StoreError> {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = Some(ended);
        self.shut()
    }

    fn shut(&mut self) -> Result<(), StoreError> {
        let Some(thread) = self.thread.take() else {
            return Ok(());
        };
        let now = Instant::now();
        let failed = |lost, reason| StoreError::NotFlushed {
            path: self.shared.path().to_path_buf(),
            lost,
            reason,
        };
        if !self.shared.queue.close(now + CLOSE.0, now + CLOSE.1) {
            // The thread sits in the kernel and ends when the disk lets go of it.
            let path = self.shared.path().to_path_buf();
            return Err(StoreError::Hanging { path });
        }
        match thread.join() {
            Ok(0) => Ok(()),
            Ok(lost) => {
                let reason = self.handle.status().degraded;
                Err(failed(
                    lost,
                    reason.map_or_else(String::new, |reason| reason.to_string()),
                ))
            }
            Err(_panic) => Err(failed(0, "the writer failed".to_owned())),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Err(error) = self.shut() {
            tracing::warn!(%error, "the flight log is incomplete");
        }
    }
}

fn spawn(
    writer: writer::Writer,
    started: (TimeUs, Instant),
    ended: Arc<Mutex<Option<TimeUs>>>,
) -> io::Result<JoinHandle<u64>> {
    let end = move || {
        let told = *ended.lock().unwrap_or_else(PoisonError::into_inner);
        told.unwrap_or_else(|| started.0.plus(started.1.elapsed()))
    };
    thread::Builder::new()
        .name("flight-log".to_owned())
        .spawn(move || writer.run(end))
}
