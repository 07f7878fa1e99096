//! A log in the words of other programs: tlog, CSV, JSON lines, GPX, KML, GeoJSON.
//!
//! Every export reads row by row and holds one flight's figures at most, so a log of many gigabytes
//! takes no more memory than a small one.

mod csv;
mod geojson;
mod gpx;
mod jsonl;
mod kml;
mod selection;
mod telemetry;
mod tlog;
mod track;

use std::io::Write;

use super::{error::StoreError, reader::LogReader};

pub use self::{
    csv::{write_csv_header, write_csv_row},
    selection::{Exported, Selection},
};

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
