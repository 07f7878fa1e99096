//! The flights of a log: armed intervals, found in one walk over its telemetry.
//!
//! The same as the view `v_flights`, which sorts the whole table and so needs room for it; this keeps
//! one open flight per vehicle, however large the log is.

use std::{collections::BTreeMap, ops::Range};

use rusqlite::Row;
use serde::Serialize;

use super::{error::StoreError, reader::LogReader};

/// One armed interval of one vehicle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flight {
    /// In which session.
    pub session_id: i64,
    /// Whose.
    pub drone_id: String,
    /// First armed sample, µs since 1970.
    pub start_us: i64,
    /// Last armed sample.
    pub end_us: i64,
    /// From the one to the other.
    pub duration_s: f64,
    /// Highest above home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_alt_rel_m: Option<f64>,
    /// Fastest over ground.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_groundspeed_m_s: Option<f64>,
    /// Lowest state of charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_battery_percent: Option<i64>,
    /// How many rows of `telemetry`.
    pub samples: u64,
    /// Where those are, with rows of other vehicles among them.
    #[serde(skip)]
    pub(super) rows: Range<i64>,
}

const COLUMNS: &str =
    "rowid, session_id, drone_id, t_us, armed, alt_rel_m, groundspeed_m_s, battery_percent";

impl LogReader {
    /// Every flight, by its start. `progress` is told the part that is done, 0 to 1.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn flights(&self, progress: &mut dyn FnMut(f64)) -> Result<Vec<Flight>, StoreError> {
        let failed = |source| self.failed(source);
        let sql = format!(
            "SELECT {COLUMNS}, (SELECT max(rowid) FROM telemetry) FROM telemetry ORDER BY rowid"
        );
        let mut statement = self.connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut open: BTreeMap<(i64, String), Flight> = BTreeMap::new();
        let mut flights = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let (rowid, last) = self.ends(row)?;
            if rowid % 4_096 == 0 {
                progress(rowid as f64 / last.max(1) as f64);
            }
            add(row, &mut open, &mut flights).map_err(failed)?;
        }
        flights.extend(open.into_values());
        flights.sort_by(|a, b| {
            (a.session_id, a.start_us, &a.drone_id).cmp(&(b.session_id, b.start_us, &b.drone_id))
        });
        Ok(flights)
    }

    fn ends(&self, row: &Row<'_>) -> Result<(i64, i64), StoreError> {
        let ends = || Ok((row.get(0)?, row.get(8)?));
        ends().map_err(|source| self.failed(source))
    }
}

fn add(
    row: &Row<'_>,
    open: &mut BTreeMap<(i64, String), Flight>,
    done: &mut Vec<Flight>,
) -> rusqlite::Result<()> {
    let armed: Option<i64> = row.get(4)?;
    let Some(armed) = armed else { return Ok(()) };
    let key = (row.get(1)?, row.get(2)?);
    if armed != 1 {
        done.extend(open.remove(&key));
        return Ok(());
    }
    let sample = sample(row, &key)?;
    match open.get_mut(&key) {
        Some(flight) => flight.extend(&sample),
        None => {
            open.insert(key, sample);
        }
    }
    Ok(())
}

/// A flight of one sample.
fn sample(row: &Row<'_>, (session_id, drone_id): &(i64, String)) -> rusqlite::Result<Flight> {
    let (rowid, t_us): (i64, i64) = (row.get(0)?, row.get(3)?);
    Ok(Flight {
        session_id: *session_id,
        drone_id: drone_id.clone(),
        start_us: t_us,
        end_us: t_us,
        duration_s: 0.0,
        max_alt_rel_m: row.get(5)?,
        max_groundspeed_m_s: row.get(6)?,
        min_battery_percent: row.get(7)?,
        samples: 1,
        rows: rowid..rowid + 1,
    })
}

impl Flight {
    fn extend(&mut self, sample: &Self) {
        self.start_us = self.start_us.min(sample.start_us);
        self.end_us = self.end_us.max(sample.end_us);
        self.duration_s = (self.end_us - self.start_us) as f64 / 1e6;
        self.max_alt_rel_m = either(self.max_alt_rel_m, sample.max_alt_rel_m, f64::max);
        self.max_groundspeed_m_s = either(
            self.max_groundspeed_m_s,
            sample.max_groundspeed_m_s,
            f64::max,
        );
        self.min_battery_percent = either(
            self.min_battery_percent,
            sample.min_battery_percent,
            i64::min,
        );
        self.samples += sample.samples;
        self.rows.end = sample.rows.end;
    }
}

fn either<T>(a: Option<T>, b: Option<T>, pick: impl FnOnce(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(pick(a, b)),
        (a, b) => a.or(b),
    }
}
