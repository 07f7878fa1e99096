//! Reads a flight log, also while it is being written, also a newer or damaged one; never writes.
//!
//! Calls are blocking and may take long on a large file: a server calls them off its reactor. A
//! `LogReader` is one connection and belongs to one thread at a time.

pub(super) mod events;
mod frames;
pub(super) mod history;
mod verify;

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::{error::StoreError, identity::FileIdentity, schema};
use crate::model::{
    event::Event,
    history::{EventQuery, HistoryQuery, HistoryRow},
    time::TimeUs,
};

pub use self::{
    frames::{FrameFilter, Frames, LoggedFrame, Sender},
    verify::{VerifyReport, verify},
};

/// After so many steps of SQLite's machine a limited question looks at the clock.
const STEPS: i32 = 10_000;

/// An open log, read-only.
#[derive(Debug)]
pub struct LogReader {
    pub(super) connection: Connection,
    path: PathBuf,
    schema: i64,
    file: Option<FileIdentity>,
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

/// One vehicle of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoggedDrone {
    /// Its id, as everywhere else.
    pub drone_id: String,
    /// Hardware id, where it told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Where it was heard.
    pub network: Option<String>,
    /// MAVLink system id.
    pub sysid: Option<u8>,
    /// Name for people.
    pub name: Option<String>,
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
        let file = FileIdentity::of(path);
        let (connection, schema) = schema::open_for_reading(path)?;
        let path = path.to_owned();
        Ok(Self {
            connection,
            path,
            schema,
            file,
        })
    }

    /// Whether this still is the file behind its path.
    pub(super) fn is_current(&self) -> bool {
        self.file == FileIdentity::of(&self.path)
    }

    /// Questions are given up at `deadline`.
    pub(super) fn limit_until(&mut self, deadline: Instant) -> Result<(), StoreError> {
        let is_late = move || Instant::now() >= deadline;
        self.connection
            .progress_handler(STEPS, Some(is_late))
            .map_err(|source| self.failed(source))
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

    /// Every vehicle that was ever heard, in the order they first were.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn drones(&self) -> Result<Vec<LoggedDrone>, StoreError> {
        let sql = "SELECT drone_id, uid, network, sysid, name FROM drone ORDER BY id";
        self.rows(sql, |row| {
            Ok(LoggedDrone {
                drone_id: row.get(0)?,
                uid: row.get(1)?,
                network: row.get(2)?,
                sysid: row.get(3)?,
                name: row.get(4)?,
            })
        })
    }

    /// How the frames of `vehicles` are told from others: by their system id, and where another vehicle of
    /// the log has the same, by the links they were heard over. An id the log does not know gives none.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn senders<'a>(
        &self,
        vehicles: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Sender>, StoreError> {
        let drones = self.drones()?;
        let mut senders = Vec::new();
        for id in vehicles {
            for drone in drones.iter().filter(|drone| drone.drone_id == id) {
                let Some(sysid) = drone.sysid else { continue };
                let is_rival =
                    |other: &LoggedDrone| other.sysid == Some(sysid) && other.drone_id != id;
                let links = if drones.iter().any(is_rival) {
                    self.links_of(id)?
                } else {
                    Vec::new()
                };
                senders.push(Sender { sysid, links });
            }
        }
        Ok(senders)
    }

    fn links_of(&self, vehicle: &str) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT link FROM telemetry WHERE drone_id = ?1 AND link IS NOT NULL";
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut statement = self.connection.prepare(sql)?;
            statement.query_map([vehicle], |row| row.get(0))?.collect()
        };
        read().map_err(|source| self.failed(source))
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

    /// The newest events that match, oldest first, each with the session it belongs to.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn events(&self, query: &EventQuery) -> Result<Vec<(i64, Event)>, StoreError> {
        events::events(&self.connection, query).map_err(|source| self.failed(source))
    }

    /// The newest telemetry of one vehicle that matches, oldest first.
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

    pub(super) fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite {
            action: "read",
            path: self.path.clone(),
            source,
        }
    }

    /// What was read of the log could not be handed on.
    pub(super) fn unwritten(&self, source: std::io::Error) -> StoreError {
        StoreError::Export {
            path: self.path.clone(),
            source,
        }
    }
}
