//! Reads a flight log, also while it is being written, also a newer or damaged one; never writes.
//!
//! Calls are blocking and may take long on a large file: a server calls them off its reactor. A
//! `LogReader` is one connection and belongs to one thread at a time.

mod events;
mod frames;
mod history;
mod verify;

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::{error::StoreError, schema};
use crate::model::time::TimeUs;

pub use self::{
    events::{EventQuery, LoggedEvent},
    frames::{FrameFilter, Frames, LoggedFrame},
    history::{HistoryQuery, HistoryRow},
    verify::{VerifyReport, verify},
};

/// An open log, read-only.
#[derive(Debug)]
pub struct LogReader {
    connection: Connection,
    path: PathBuf,
    schema: i64,
}

/// One run of a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoggedSession {
    /// Its number in this file.
    pub id: i64,
    /// When it began.
    pub started_us: Option<i64>,
    /// When it ended; absent while it runs and after a crash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_us: Option<i64>,
    /// Name of the fleet.
    pub name: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// Version of volery.
    pub version: Option<String>,
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoggedGap {
    /// In which session.
    pub session_id: i64,
    /// Time of the first that is missing.
    pub t_start_us: i64,
    /// Time of the last that is missing.
    pub t_end_us: i64,
    /// `frames`, `telemetry` or `events`.
    pub what: String,
    /// How many.
    pub count: i64,
}

/// The figures of a log that need no decoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogInfo {
    /// `PRAGMA user_version`.
    pub schema: i64,
    /// How many sessions.
    pub sessions: i64,
    /// How many drones.
    pub drones: i64,
    /// How many blocks of frames.
    pub blocks: i64,
    /// How many frames are in them.
    pub frames: i64,
    /// Bytes of them as stored.
    pub frame_bytes: i64,
    /// How many rows of telemetry.
    pub telemetry: i64,
    /// How many events.
    pub events: i64,
    /// How many things are missing.
    pub gaps: i64,
    /// Time of the first frame or row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_us: Option<i64>,
    /// Time of the last frame or row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_us: Option<i64>,
}

impl LogReader {
    /// Opens the log at `path`, of this schema or a newer one.
    ///
    /// # Errors
    /// When there is no file, when it is no flight log, and when SQLite cannot read it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let (connection, schema) = schema::open_for_reading(path)?;
        let path = path.to_owned();
        Ok(Self {
            connection,
            path,
            schema,
        })
    }

    /// `PRAGMA user_version`; above [`schema::SCHEMA`] when a later volery wrote it.
    #[must_use]
    pub fn schema(&self) -> i64 {
        self.schema
    }

    /// Every session, oldest first.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn sessions(&self) -> Result<Vec<LoggedSession>, StoreError> {
        let sql = "SELECT id, started_us, ended_us, name, host, version FROM session ORDER BY id";
        self.rows(sql, |row| {
            Ok(LoggedSession {
                id: row.get(0)?,
                started_us: row.get(1)?,
                ended_us: row.get(2)?,
                name: row.get(3)?,
                host: row.get(4)?,
                version: row.get(5)?,
            })
        })
    }

    /// Everything that is known to be missing, in the order it was entered.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn gaps(&self) -> Result<Vec<LoggedGap>, StoreError> {
        let sql = "SELECT session_id, t_start_us, t_end_us, what, count FROM gap ORDER BY rowid";
        self.rows(sql, |row| {
            Ok(LoggedGap {
                session_id: row.get(0)?,
                t_start_us: row.get(1)?,
                t_end_us: row.get(2)?,
                what: row.get(3)?,
                count: row.get(4)?,
            })
        })
    }

    /// The figures of the log.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn info(&self) -> Result<LogInfo, StoreError> {
        let sql = "SELECT (SELECT count(*) FROM session), (SELECT count(*) FROM drone),
              f.blocks, f.frames, f.bytes, t.rows, e.rows, (SELECT coalesce(sum(count), 0) FROM gap),
              nullif(min(coalesce(f.first, 9e18), coalesce(t.first, 9e18), coalesce(e.first, 9e18)), 9e18),
              nullif(max(coalesce(f.last, -9e18), coalesce(t.last, -9e18), coalesce(e.last, -9e18)), -9e18)
            FROM (SELECT count(*) AS blocks, coalesce(sum(count), 0) AS frames,
                    coalesce(sum(length(data)), 0) AS bytes, min(t_start_us) AS first, max(t_end_us) AS last
                  FROM frames) AS f,
              (SELECT count(*) AS rows, min(t_us) AS first, max(t_us) AS last FROM telemetry) AS t,
              (SELECT count(*) AS rows, min(t_us) AS first, max(t_us) AS last FROM event) AS e";
        let info = self.connection.query_row(sql, [], |row| {
            Ok(LogInfo {
                schema: self.schema,
                sessions: row.get(0)?,
                drones: row.get(1)?,
                blocks: row.get(2)?,
                frames: row.get(3)?,
                frame_bytes: row.get(4)?,
                telemetry: row.get(5)?,
                events: row.get(6)?,
                gaps: row.get(7)?,
                first_us: row.get(8)?,
                last_us: row.get(9)?,
            })
        });
        info.map_err(|source| self.failed(source))
    }

    /// Every frame `filter` lets through: of one link and direction in the order it was recorded,
    /// across links by time.
    ///
    /// # Errors
    /// When SQLite cannot read the table; damage inside a block is counted by the iterator instead.
    pub fn frames(&self, filter: &FrameFilter) -> Result<Frames<'_>, StoreError> {
        Frames::new(&self.connection, filter).map_err(|source| self.failed(source))
    }

    /// Writes the frames `filter` lets through as a tlog. Returns how many, and how many are missing
    /// because their block is damaged.
    ///
    /// # Errors
    /// When SQLite cannot read and when `out` refuses.
    pub fn export_tlog(
        &self,
        filter: &FrameFilter,
        mut out: impl Write,
    ) -> Result<(u64, u64), StoreError> {
        let failed = |source| StoreError::Export {
            path: self.path.clone(),
            source,
        };
        let mut frames = self.frames(filter)?;
        let mut written = 0;
        for frame in &mut frames {
            out.write_all(&frame.t.0.to_be_bytes()).map_err(failed)?;
            out.write_all(&frame.bytes).map_err(failed)?;
            written += 1;
        }
        out.flush().map_err(failed)?;
        Ok((written, frames.lost_frames()))
    }

    /// Events, oldest first.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn events(&self, query: &EventQuery) -> Result<Vec<LoggedEvent>, StoreError> {
        events::events(&self.connection, query).map_err(|source| self.failed(source))
    }

    /// Telemetry of one vehicle, oldest first.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn history(&self, query: &HistoryQuery) -> Result<Vec<HistoryRow>, StoreError> {
        history::history(&self.connection, query).map_err(|source| self.failed(source))
    }

    /// What the log knew of `vehicle` at `t`: its newest row up to then; `None` before the first.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn at(&self, vehicle: &str, t: TimeUs) -> Result<Option<HistoryRow>, StoreError> {
        history::at(&self.connection, vehicle, t).map_err(|source| self.failed(source))
    }

    fn rows<T>(
        &self,
        sql: &str,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let rows = || -> rusqlite::Result<Vec<T>> {
            let mut statement = self.connection.prepare(sql)?;
            statement.query_map(params![], read)?.collect()
        };
        rows().map_err(|source| self.failed(source))
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite {
            action: "read",
            path: self.path.clone(),
            source,
        }
    }
}
