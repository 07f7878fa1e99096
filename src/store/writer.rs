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
//! twice; while it is retried nothing more is taken from the queue, so nothing grows.

use std::{
    fs,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    block::{Assembler, Block},
    handle::Shared,
    insert::{Inserter, is_about_the_row},
    lock::WriterLock,
    queue::{Item, Taken},
    row::{Gap, GapKind, Row},
};
use crate::model::time::TimeUs;

/// A commit at least this often while anything comes.
const COMMIT_EVERY: Duration = Duration::from_millis(200);
/// Two commits: with the wait before the first a block spans no more than 500 ms.
const BLOCK_AGE: Duration = Duration::from_millis(400);
/// A commit that survives a power cut, at least this often.
const SYNC_EVERY: Duration = Duration::from_millis(800);
/// Most bytes of one transaction: what may wait here, beside the queue.
const TAKE_BYTES: usize = 4 * 1024 * 1024;
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// A commit that takes longer is worth telling.
const SLOW: Duration = Duration::from_secs(1);

#[derive(Debug)]
enum Write {
    Block(Block),
    Row(Row),
    End(TimeUs),
}

/// How far a transaction came.
#[derive(Debug, Default)]
struct Written {
    rows: u64,
    frames: u64,
    gaps: u64,
}

#[derive(Debug)]
pub(super) struct Writer {
    inserter: Inserter,
    shared: Arc<Shared>,
    assembler: Assembler,
    pending: Vec<Write>,
    is_full_sync: bool,
    synced: Instant,
    /// Something is committed that a power cut would take back.
    unsynced: bool,
    rows: u64,
    rated: Instant,
    /// Released when the thread ends, whoever waits for it.
    _lock: WriterLock,
}

impl Writer {
    pub(super) fn new(inserter: Inserter, shared: Arc<Shared>, lock: WriterLock) -> Self {
        let now = Instant::now();
        Self {
            inserter,
            shared,
            assembler: Assembler::new(),
            pending: Vec::new(),
            is_full_sync: false,
            synced: now,
            unsynced: true,
            rows: 0,
            rated: now,
            _lock: lock,
        }
    }

    /// Writes until the log is closed; `ended` says what to enter as the end of the session.
    pub(super) fn run(mut self, ended: impl FnOnce() -> TimeUs) -> u64 {
        self.shared.progress().bytes = size_of_log(&self.shared.path);
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
                self.shared.queue.sleep();
                before = Instant::now();
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
        if self.pending.is_empty() {
            self.sync();
            self.rate(Instant::now());
            return true;
        }
        let mut back_off = BACK_OFF.0;
        loop {
            let started = Instant::now();
            match self.transaction() {
                Ok(written) => {
                    self.pending.clear();
                    self.wrote(&written, started.elapsed());
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

    fn transaction(&mut self) -> rusqlite::Result<Written> {
        let is_precious = |write: &Write| match write {
            Write::Row(row) => row.is_precious(),
            Write::End(_) => true,
            Write::Block(_) => false,
        };
        let full = self.synced.elapsed() >= SYNC_EVERY || self.pending.iter().any(is_precious);
        self.set_full_sync(full)?;
        self.inserter.connection.execute_batch("BEGIN IMMEDIATE")?;
        let written = self.insert_all()?;
        self.inserter.connection.execute_batch("COMMIT")?;
        if full {
            self.synced = Instant::now();
        }
        self.unsynced = !full;
        Ok(written)
    }

    fn insert_all(&mut self) -> rusqlite::Result<Written> {
        let mut written = Written::default();
        let mut refused: Vec<Gap> = Vec::new();
        for write in &self.pending {
            match insert(&mut self.inserter, &self.shared, write) {
                Ok(()) => written.count(write),
                Err(error) if is_about_the_row(&error) => refused.extend(as_gap(write)),
                Err(error) => return Err(error),
            }
        }
        for gap in refused {
            self.inserter.gap(&gap)?;
            written.gaps += gap.count;
        }
        Ok(written)
    }

    fn set_full_sync(&mut self, full: bool) -> rusqlite::Result<()> {
        if full != self.is_full_sync {
            let word = if full { "FULL" } else { "NORMAL" };
            let connection = &self.inserter.connection;
            connection.pragma_update(None, "synchronous", word)?;
            self.is_full_sync = full;
        }
        Ok(())
    }

    /// Makes the last commit survive a power cut when no other follows.
    fn sync(&mut self) {
        if !self.unsynced || self.synced.elapsed() < SYNC_EVERY {
            return;
        }
        match checkpoint(&self.inserter, "PASSIVE") {
            Ok(()) => self.unsynced = false,
            Err(error) => self.failed(&error),
        }
        self.synced = Instant::now();
    }

    fn failed(&mut self, error: &rusqlite::Error) {
        let connection = &self.inserter.connection;
        if !connection.is_autocommit() {
            // If even this fails, the next BEGIN does too, and we come by again.
            let _ = connection.execute_batch("ROLLBACK");
        }
        let mut progress = self.shared.progress();
        if progress.degraded.is_none() {
            tracing::warn!(path = %self.shared.path.display(), %error, "the flight log cannot be written");
        }
        progress.degraded =
            Some(format!("cannot write {}: {error}", self.shared.path.display()).into());
    }

    fn wrote(&mut self, written: &Written, took: Duration) {
        self.rows += written.rows;
        let mut progress = self.shared.progress();
        progress.frames += written.frames;
        progress.gaps += written.gaps;
        let was_degraded = progress.degraded.take().is_some();
        if took > SLOW {
            let slow = format!("slow disk: the last write took {:.1} s", took.as_secs_f64());
            progress.degraded = Some(slow.into());
        } else if was_degraded {
            tracing::info!(path = %self.shared.path.display(), "the flight log is written again");
        }
        drop(progress);
        self.rate(Instant::now());
    }

    fn rate(&mut self, now: Instant) {
        let passed = now.duration_since(self.rated);
        if passed < Duration::from_secs(1) {
            return;
        }
        // Not under the lock: a dead disk may not answer.
        let bytes = size_of_log(&self.shared.path);
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
            if let Err(error) = checkpoint(&self.inserter, "TRUNCATE") {
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
        let bytes = size_of_log(&self.shared.path);
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

impl Written {
    fn count(&mut self, write: &Write) {
        self.rows += 1;
        match write {
            Write::Block(block) => self.frames += u64::from(block.count),
            Write::Row(Row::Gap(gap)) => self.gaps += gap.count,
            Write::Row(_) | Write::End(_) => {}
        }
    }
}

fn insert(inserter: &mut Inserter, shared: &Shared, write: &Write) -> rusqlite::Result<()> {
    match write {
        Write::Block(block) => inserter.block(block, &shared.link_name(block.link)),
        Write::Row(Row::Telemetry(row)) => inserter.telemetry(row),
        Write::Row(Row::Drone(row)) => inserter.drone(row),
        Write::Row(Row::Event(event)) => inserter.event(event),
        Write::Row(Row::Gap(gap)) => inserter.gap(gap),
        Write::End(ended) => inserter.end(*ended),
    }
}

fn as_gap(write: &Write) -> Option<Gap> {
    match write {
        Write::Row(row) => Some(row.as_gap()),
        Write::End(_) => None,
        Write::Block(block) => Some(Gap {
            what: GapKind::Frames,
            start: block.start,
            end: block.end,
            count: u64::from(block.count),
        }),
    }
}

fn checkpoint(inserter: &Inserter, how: &str) -> rusqlite::Result<()> {
    let sql = format!("PRAGMA wal_checkpoint({how})");
    inserter.connection.query_row(&sql, [], |_| Ok(()))
}

fn size_of_log(path: &Path) -> u64 {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    size(path) + size(Path::new(&wal))
}
