//! The one thread that writes: takes what waits, puts frames into blocks, commits.
//!
//! ```text
//! queue ──take, every 200 ms──► blocks, rows ──► pending ──BEGIN … COMMIT──► file
//!                                                  ▲            │ failed: rolled back
//!                                                  └─back-off───┘ and tried again, whole
//! ```
//! `synchronous` is NORMAL; once a second, and for commands, one commit is FULL: its fsync covers all
//! commits before it, since they are in the same write-ahead log. When nothing follows, a passive
//! checkpoint does the same. A failed transaction is rolled back as a whole, so nothing is written
//! twice; while it is retried nothing more is taken from the queue, so nothing grows. A disk that keeps
//! failing is opened anew, a file that was deleted is begun again, a damaged one is left for another.

mod trouble;

use std::{
    fs,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    block::Assembler,
    error::StoreError,
    handle::Shared,
    insert::Numbers,
    place::{OpenLog, Place},
    queue::{Item, Taken},
    row::{Gap, GapKind, Row},
    transaction::{Write, Written, as_gap, insert_all, is_precious},
};
use crate::model::time::TimeUs;

/// How often an idle writer looks whether its file is still there.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A commit at least this often while anything comes.
const COMMIT_EVERY: Duration = Duration::from_millis(200);
/// Two commits: with the wait before the first a block spans no more than 500 ms.
const BLOCK_AGE: Duration = Duration::from_millis(400);
/// A commit that survives a power cut, at least this often.
const SYNC_EVERY: Duration = Duration::from_millis(800);
/// Most bytes of one transaction: what may wait here, beside the queue.
const TAKE_BYTES: usize = 4 * 1024 * 1024;
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// After so many failures in a row the file is opened anew.
const PATIENCE: u32 = 4;

#[derive(Debug)]
pub(super) struct Writer {
    place: Place,
    /// `None` while the file cannot be opened.
    log: Option<OpenLog>,
    numbers: Numbers,
    shared: Arc<Shared>,
    /// In this file, since the session began.
    in_file: Written,
    failures: u32,
    /// How often in a row the file was found damaged.
    damages: u32,
    assembler: Assembler,
    pending: Vec<Write>,
    is_full_sync: bool,
    synced: Instant,
    /// Something is committed that a power cut would take back.
    unsynced: bool,
    rows: u64,
    rated: Instant,
}

impl Writer {
    pub(super) fn new(place: Place, log: Option<OpenLog>, shared: Arc<Shared>) -> Self {
        let now = Instant::now();
        Self {
            place,
            numbers: log.as_ref().map(OpenLog::numbers).unwrap_or_default(),
            log,
            shared,
            in_file: Written::default(),
            failures: 0,
            damages: 0,
            assembler: Assembler::new(),
            pending: Vec::new(),
            is_full_sync: false,
            synced: now,
            unsynced: true,
            rows: 0,
            rated: now,
        }
    }

    /// Writes until the log is closed; `ended` says what to enter as the end of the session.
    pub(super) fn run(mut self, ended: impl FnOnce() -> TimeUs) -> u64 {
        self.shared.progress().bytes = size_of_log(&self.shared.path());
        let mut before = Instant::now();
        loop {
            let taken = self.shared.queue.take(before + COMMIT_EVERY, TAKE_BYTES);
            let (closing, is_all) = (taken.closing.is_some(), taken.is_all);
            let now = Instant::now();
            self.absorb(taken, before);
            before = now;
            if closing && is_all {
                break;
            }
            let owes = self.settle(BLOCK_AGE, now);
            let written = self.commit();
            if !written {
                break;
            }
            if !owes && self.assembler.is_empty() && !self.unsynced {
                self.shared.queue.sleep(LOOK_EVERY);
                before = Instant::now();
                // Nothing is written while nothing happens, but the file may be taken away meanwhile.
                self.rate(before);
            }
        }
        self.finish(ended())
    }

    fn absorb(&mut self, taken: Taken, since: Instant) {
        let mut blocks = Vec::new();
        for item in taken.items {
            match item {
                Item::Row(row) => self.pending.push(Write::Row(row)),
                Item::Frames(batch) => {
                    let count = u64::from(self.assembler.push(&batch, since, &mut blocks));
                    if count > 0 {
                        let (what, start, end) = (GapKind::Frames, batch.start, batch.end);
                        self.pending.push(Write::Row(Row::Gap(Gap {
                            what,
                            start,
                            end,
                            count,
                        })));
                    }
                }
            }
        }
        self.pending.extend(blocks.into_iter().map(Write::Block));
        let gaps = taken.gaps.into_iter();
        self.pending
            .extend(gaps.map(|gap| Write::Row(Row::Gap(gap))));
    }

    /// Adds what became due by itself; `true` when more will.
    fn settle(&mut self, age: Duration, now: Instant) -> bool {
        let (mut blocks, mut rows) = (Vec::new(), Vec::new());
        let owes = self.shared.sample_again(&mut rows);
        self.assembler.close_older(age, now, &mut blocks);
        self.pending.extend(blocks.into_iter().map(Write::Block));
        self.pending.extend(rows.into_iter().map(Write::Row));
        owes
    }

    /// Writes what is pending, for as long as it takes; `false` when the log was closed before.
    fn commit(&mut self) -> bool {
        if self.pending.is_empty() && self.log.is_some() {
            self.sync();
            self.rate(Instant::now());
            return true;
        }
        let mut back_off = BACK_OFF.0;
        loop {
            self.shared.writing();
            let done = self.transaction();
            self.shared.written();
            match done {
                Ok(written) => {
                    self.pending.clear();
                    self.wrote(&written);
                    return true;
                }
                Err(error) => self.failed(&error),
            }
            if let Some(deadline) = self.shared.queue.pause(back_off) {
                if Instant::now() >= deadline {
                    return false;
                }
                thread::sleep(BACK_OFF.0 / 4);
            }
            back_off = (back_off * 2).min(BACK_OFF.1);
        }
    }

    fn transaction(&mut self) -> Result<Written, StoreError> {
        self.open()?;
        let path = self.shared.path();
        self.write_all().map_err(|source| StoreError::Sqlite {
            action: "write",
            path: path.to_path_buf(),
            source,
        })
    }

    /// Opens the file, if it is not.
    fn open(&mut self) -> Result<(), StoreError> {
        if self.log.is_some() {
            return Ok(());
        }
        let log = self.place.open(Some(self.numbers))?;
        self.numbers = log.numbers();
        self.shared.moved(self.place.path().into(), log.numbers());
        self.log = Some(log);
        self.is_full_sync = false;
        Ok(())
    }

    fn write_all(&mut self) -> rusqlite::Result<Written> {
        let Some(log) = &mut self.log else {
            return Ok(Written::default());
        };
        let full = self.synced.elapsed() >= SYNC_EVERY || self.pending.iter().any(is_precious);
        let inserter = &mut log.inserter;
        if full != self.is_full_sync {
            let word = if full { "FULL" } else { "NORMAL" };
            inserter
                .connection
                .pragma_update(None, "synchronous", word)?;
            self.is_full_sync = full;
        }
        inserter.connection.execute_batch("BEGIN IMMEDIATE")?;
        let written = insert_all(inserter, &self.shared, &self.pending)?;
        inserter.connection.execute_batch("COMMIT")?;
        if full {
            self.synced = Instant::now();
        }
        self.unsynced = !full;
        Ok(written)
    }

    /// Makes the last commit survive a power cut when no other follows.
    fn sync(&mut self) {
        if !self.unsynced || self.synced.elapsed() < SYNC_EVERY {
            return;
        }
        self.shared.writing();
        let done = self.checkpoint("PASSIVE");
        self.shared.written();
        match done {
            Ok(()) => self.unsynced = false,
            Err(error) => self.failed(&error),
        }
        self.synced = Instant::now();
    }

    fn checkpoint(&self, how: &str) -> Result<(), StoreError> {
        let Some(log) = &self.log else {
            return Ok(());
        };
        let sql = format!("PRAGMA wal_checkpoint({how})");
        let done = log.inserter.connection.query_row(&sql, [], |_| Ok(()));
        done.map_err(|source| StoreError::Sqlite {
            action: "write",
            path: self.place.path(),
            source,
        })
    }

    fn wrote(&mut self, written: &Written) {
        self.rows += written.rows;
        self.in_file.add(written);
        (self.failures, self.damages) = (0, 0);
        let mut progress = self.shared.progress();
        progress.frames += written.frames;
        progress.gaps += written.gaps;
        progress.note = self.place.note();
        let was_degraded = progress.degraded.take().is_some();
        if was_degraded {
            tracing::info!(path = %self.shared.path().display(), "the flight log is written again");
        }
        drop(progress);
        self.rate(Instant::now());
    }

    fn rate(&mut self, now: Instant) {
        let passed = now.duration_since(self.rated);
        if passed < Duration::from_secs(1) {
            return;
        }
        if self.log.as_ref().is_some_and(|log| !self.place.holds(log)) {
            self.lose_file();
        }
        // Not under the lock: a dead disk may not answer.
        let bytes = size_of_log(&self.shared.path());
        let mut progress = self.shared.progress();
        progress.rows_per_s = self.rows as f64 / passed.as_secs_f64();
        progress.rated = Some(now);
        progress.bytes = bytes;
        drop(progress);
        self.rows = 0;
        self.rated = now;
    }

    /// Everything that is left, the end of the session, and the write-ahead log back into the file.
    /// Returns how much was lost.
    fn finish(mut self, ended: TimeUs) -> u64 {
        let mut rows = Vec::new();
        self.shared.last_rows(&mut rows);
        self.pending.extend(rows.into_iter().map(Write::Row));
        self.settle(Duration::ZERO, Instant::now());
        self.pending.push(Write::End(ended));
        let mut lost = 0;
        if self.commit() {
            if let Err(error) = self.checkpoint("TRUNCATE") {
                tracing::debug!(%error, "the write-ahead log stays until the next start");
            }
        } else {
            lost = self
                .pending
                .iter()
                .filter_map(as_gap)
                .map(|gap| gap.count)
                .sum();
        }
        let lost = lost + self.shared.queue.end();
        let bytes = size_of_log(&self.shared.path());
        let mut progress = self.shared.progress();
        progress.gaps += lost;
        progress.bytes = bytes;
        drop(progress);
        lost
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Also after a panic: whoever closes the log must not wait for nobody.
        self.shared.progress().open = false;
        self.shared.queue.end();
    }
}

fn size_of_log(path: &Path) -> u64 {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    size(path) + size(Path::new(&wal))
}
