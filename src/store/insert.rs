//! One row into its table. The only place with the SQL of the writer.

use rusqlite::{Connection, ErrorCode, ToSql, params};

use super::{
    block::Block,
    options::SessionInfo,
    row::{DroneRow, Gap, ParamRows, PlanRow, TelemetryRow},
};
use crate::{
    model::{event::Event, ids::VehicleId, mission::PlanKind, time::TimeUs},
    plan::{document::PlanDocument, write},
};

const TELEMETRY: &str =
    "INSERT INTO telemetry VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
    ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)";

const DRONE_COLUMNS: &str =
    "network = ?3, sysid = ?4, name = ?5, type = ?6, category = ?7, autopilot = ?8,
    first_seen_us = min(first_seen_us, ?9), last_seen_us = max(last_seen_us, ?10)";

/// The connection and the numbers every row of a session shares.
#[derive(Debug)]
pub(super) struct Inserter {
    pub(super) connection: Connection,
    pub(super) numbers: Numbers,
    /// The oldest moment of the session: what is older was there before it.
    floor: TimeUs,
}

/// Which session of a file this is, and how its events are numbered there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    /// Id in `session`; 0 before the file could be opened.
    pub(super) session: i64,
    /// Events of the session have ids above this one.
    pub(super) event_base: u64,
    /// Added to the id of an event, where the file has ids above `event_base` already: it could not be
    /// asked when the session began.
    pub(super) event_shift: u64,
}

impl Inserter {
    /// Begins a session. Its events are numbered from `told` on where that is said already.
    pub(super) fn begin(
        connection: Connection,
        info: &SessionInfo,
        told: Option<u64>,
    ) -> rusqlite::Result<Self> {
        connection.execute(
            "INSERT INTO session(started_us, name, host, version, config) VALUES(?1, ?2, ?3, ?4, ?5)",
            params![info.started.0, info.name, info.host, info.version, info.config],
        )?;
        let session = connection.last_insert_rowid();
        let newest = "SELECT coalesce(max(id), 0) FROM event";
        let newest: i64 = connection.query_row(newest, [], |row| row.get(0))?;
        let newest = u64::try_from(newest).unwrap_or_default();
        let event_base = told.unwrap_or(newest);
        let numbers = Numbers {
            session,
            event_base,
            event_shift: newest.saturating_sub(event_base),
        };
        Ok(Self {
            connection,
            numbers,
            floor: info.started,
        })
    }

    /// Goes on with the session that was begun in this file before; `None` when it is not there.
    pub(super) fn resume(
        connection: Connection,
        info: &SessionInfo,
        numbers: Numbers,
    ) -> rusqlite::Result<Result<Self, Connection>> {
        let sql =
            "SELECT count(*) FROM session WHERE id = ?1 AND started_us = ?2 AND ended_us IS NULL";
        let found: i64 =
            connection.query_row(sql, params![numbers.session, info.started.0], |row| {
                row.get(0)
            })?;
        if found == 0 {
            return Ok(Err(connection));
        }
        Ok(Ok(Self {
            connection,
            numbers,
            floor: info.started,
        }))
    }

    pub(super) fn end(&self, ended: TimeUs) -> rusqlite::Result<()> {
        let sql = "UPDATE session SET ended_us = ?2 WHERE id = ?1";
        self.connection
            .execute(sql, params![self.numbers.session, ended.0])
            .map(drop)
    }

    pub(super) fn block(&self, block: &Block, link: &str) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO frames(session_id, link, direction, t_start_us, t_end_us, count, codec, data)
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let direction = block.direction.word();
        let (start, end) = (block.start.0, block.end.0);
        statement
            .execute(params![
                self.numbers.session,
                link,
                direction,
                start,
                end,
                block.count,
                block.codec,
                block.data
            ])
            .map(drop)
    }

    pub(super) fn telemetry(&self, row: &TelemetryRow) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(TELEMETRY)?;
        let mut column = 0;
        let mut bind = |value: &dyn ToSql| {
            column += 1;
            statement.raw_bind_parameter(column, value)
        };
        bind(&self.numbers.session)?;
        bind(&row.vehicle.as_str())?;
        bind(&row.t.0)?;
        for number in &row.numbers {
            bind(number)?;
        }
        bind(&row.throttle_percent)?;
        bind(&row.battery_percent)?;
        bind(&row.battery_v)?;
        bind(&row.battery_a)?;
        bind(&row.gps_fix.map(|fix| fix.to_string()))?;
        bind(&row.satellites)?;
        bind(&row.hdop)?;
        bind(&row.mode)?;
        bind(&row.armed)?;
        bind(&row.state.word())?;
        bind(&row.link)?;
        bind(&row.loss_percent)?;
        statement.raw_execute().map(drop)
    }

    /// A drone is known by its id and hardware id. One that told its hardware id only later, in this
    /// session, stays one row.
    pub(super) fn drone(&mut self, row: &DroneRow) -> rusqlite::Result<()> {
        self.floor = self.floor.min(row.seen.0);
        // The last condition is always true; it is there for the parameter it shares with the other update.
        let known = self.update_drone(row, "drone_id = ?1 AND uid IS ?2 AND ?11 IS NOT NULL")?;
        if row.uid.is_none() {
            return if known {
                Ok(())
            } else {
                self.insert_drone(row)
            };
        }
        if known {
            let mut forget = self.connection.prepare_cached(
                "DELETE FROM drone WHERE drone_id = ?1 AND uid IS NULL AND first_seen_us >= ?2",
            )?;
            return forget
                .execute(params![row.vehicle.as_str(), self.floor.0])
                .map(drop);
        }
        let nameless = "drone_id = ?1 AND uid IS NULL AND first_seen_us >= ?11";
        if self.update_drone(row, nameless)? {
            return Ok(());
        }
        self.insert_drone(row)
    }

    fn update_drone(&self, row: &DroneRow, which: &str) -> rusqlite::Result<bool> {
        let sql = format!("UPDATE drone SET uid = ?2, {DRONE_COLUMNS} WHERE {which}");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let changed = statement.execute(params![
            row.vehicle.as_str(),
            row.uid,
            row.network,
            row.sysid,
            row.name,
            row.kind,
            row.category,
            row.autopilot,
            row.seen.0.0,
            row.seen.1.0,
            self.floor.0,
        ])?;
        Ok(changed > 0)
    }

    fn insert_drone(&self, row: &DroneRow) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO drone(drone_id, uid, network, sysid, name, type, category, autopilot, first_seen_us,
             last_seen_us) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        statement
            .execute(params![
                row.vehicle.as_str(),
                row.uid,
                row.network,
                row.sysid,
                row.name,
                row.kind,
                row.category,
                row.autopilot,
                row.seen.0.0,
                row.seen.1.0,
            ])
            .map(drop)
    }

    /// An event twice is an event once.
    pub(super) fn event(&self, event: &Event) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT OR IGNORE INTO event(id, session_id, drone_id, t_us, kind, severity, text, data)
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        let id = event.id.saturating_add(self.numbers.event_shift);
        let id = i64::try_from(id).unwrap_or(i64::MAX);
        let data = (!event.data.is_null()).then(|| event.data.to_string());
        statement
            .execute(params![
                id,
                self.numbers.session,
                event.vehicle.as_ref().map(VehicleId::as_str),
                TimeUs::from_ms(event.t_ms).0,
                event.kind.word(),
                event.severity.to_string(),
                event.text,
                data,
            ])
            .map(drop)
    }

    /// The list as a `.plan`; one that cannot be written as one keeps its count.
    pub(super) fn plan(&self, row: &PlanRow) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO mission(session_id, drone_id, t_us, kind, source, count, plan)
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        let plan = &row.plan;
        let kind = match plan.kind {
            PlanKind::Mission => "mission",
            PlanKind::Fence => "fence",
            PlanKind::Rally => "rally",
        };
        let mut document = PlanDocument {
            home: plan.home,
            ..PlanDocument::default()
        };
        document.set(plan.kind, plan.items.clone());
        let text = write::qgc_json(&document).ok().map(|plan| plan.to_string());
        let count = i64::try_from(plan.items.len()).unwrap_or(i64::MAX);
        let source = if plan.is_given {
            "uploaded"
        } else {
            "downloaded"
        };
        let (vehicle, t) = (row.vehicle.as_str(), TimeUs::from_ms(plan.t_ms));
        statement
            .execute(params![
                self.numbers.session,
                vehicle,
                t.0,
                kind,
                source,
                count,
                text
            ])
            .map(drop)
    }

    pub(super) fn params(&self, rows: &ParamRows) -> rusqlite::Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("INSERT INTO param VALUES(?1, ?2, ?3, ?4, ?5, ?6)")?;
        let vehicle = rows.vehicle.as_str();
        for (name, value) in &rows.values {
            let (kind, name) = (value.kind().to_string(), name.as_str());
            let value = value.as_f64();
            statement.execute(params![
                self.numbers.session,
                vehicle,
                rows.t.0,
                name,
                value,
                kind
            ])?;
        }
        Ok(())
    }

    pub(super) fn gap(&self, gap: &Gap) -> rusqlite::Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("INSERT INTO gap VALUES(?1, ?2, ?3, ?4, ?5)")?;
        let count = i64::try_from(gap.count).unwrap_or(i64::MAX);
        let (start, end) = (gap.start.0, gap.end.0);
        statement
            .execute(params![
                self.numbers.session,
                start,
                end,
                gap.what.word(),
                count
            ])
            .map(drop)
    }
}

/// Whether the row itself is at fault: it would fail again, whatever becomes of the disk.
pub(super) fn is_about_the_row(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => matches!(
            code,
            ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig
        ),
        None => matches!(error, rusqlite::Error::ToSqlConversionFailure(_)),
    }
}
