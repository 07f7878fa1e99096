//! A log in the words of other programs: tlog, CSV, JSON lines, GPX, KML, GeoJSON.
//!
//! Every export reads row by row and holds one flight's figures at most, so a log of many gigabytes
//! takes no more memory than a small one.

mod csv;
mod geojson;
mod gpx;
mod jsonl;
mod kml;
mod telemetry;
mod tlog;
mod track;

use std::{collections::BTreeSet, io::Write};

use super::{error::StoreError, reader::LogReader};
use crate::model::time::TimeUs;

pub use self::csv::{write_csv_header, write_csv_row};

/// What of a log is wanted; the default is all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Of these vehicles only; empty is all.
    pub vehicles: BTreeSet<String>,
    /// Of this session only.
    pub session: Option<i64>,
    /// Not before this moment.
    pub from: Option<TimeUs>,
    /// Not after this moment.
    pub to: Option<TimeUs>,
}

impl Selection {
    /// Whether a vehicle is wanted; what belongs to none is, unless vehicles are named.
    fn wants(&self, vehicle: Option<&str>) -> bool {
        self.vehicles.is_empty() || vehicle.is_some_and(|id| self.vehicles.contains(id))
    }

    fn wants_time(&self, t: TimeUs) -> bool {
        self.from.is_none_or(|from| t >= from) && self.to.is_none_or(|to| t <= to)
    }
}

/// How telemetry is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Rows of `telemetry` as comma-separated values, RFC 4180.
    Csv,
    /// Telemetry and events, one JSON object a line, in order of time.
    Jsonl,
    /// Tracks as GPX 1.1.
    Gpx,
    /// Tracks as KML 2.2.
    Kml,
    /// Tracks as GeoJSON, RFC 7946.
    GeoJson,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Frames, rows, or points of tracks.
    pub items: u64,
    /// Frames that are missing because their block is damaged.
    pub lost: u64,
}

impl LogReader {
    /// Writes the telemetry `selection` lets through in `format`. `progress` is told the part that is
    /// done, 0 to 1.
    ///
    /// # Errors
    /// When SQLite cannot read and when `out` refuses.
    pub fn export(
        &self,
        format: Format,
        selection: &Selection,
        out: &mut dyn Write,
        progress: &mut dyn FnMut(f64),
    ) -> Result<Exported, StoreError> {
        let items = match format {
            Format::Csv => csv::export(self, selection, out, progress),
            Format::Jsonl => jsonl::export(self, selection, out, progress),
            Format::Gpx => track::export(self, selection, &mut gpx::Gpx(out), progress),
            Format::Kml => track::export(self, selection, &mut kml::Kml::new(out), progress),
            Format::GeoJson => {
                track::export(self, selection, &mut geojson::GeoJson::new(out), progress)
            }
        }?;
        out.flush().map_err(|source| self.unwritten(source))?;
        Ok(Exported { items, lost: 0 })
    }
}

/// A moment as RFC 3339 in UTC, to the microsecond.
fn utc(t_us: i64) -> String {
    jiff::Timestamp::from_microsecond(t_us).map_or_else(|_| t_us.to_string(), |t| t.to_string())
}
