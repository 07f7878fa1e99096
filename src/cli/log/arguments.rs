//! What can be said after `volery log`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::moment::moment;
use crate::model::time::TimeUs;

#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Sessions and flights of flight logs.
    Ls {
        /// Flight logs; without any, the one this machine's station writes.
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// What is in a .tlog, a raw MAVLink stream or a flight log.
    Info {
        /// The recording.
        file: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// A flight log for other programs: frames as a .tlog, telemetry as a table, tracks for a map.
    Export(ExportArgs),
    /// Ask a flight log in SQL; nothing in it can be changed by that (docs/flight-log.md has ten examples).
    Query {
        /// The flight log.
        file: PathBuf,
        /// One SELECT.
        sql: String,
        #[command(flatten)]
        form: QueryForm,
    },
    /// Check that a flight log is whole; status 1 when something is wrong.
    Verify {
        /// The flight log.
        file: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// How an answer is written; a table for people otherwise.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct QueryForm {
    /// As a JSON array of objects.
    #[arg(long, conflicts_with = "csv")]
    pub(super) json: bool,
    /// As comma-separated values.
    #[arg(long)]
    pub(super) csv: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The flight log.
    pub(super) file: PathBuf,
    /// What it becomes.
    #[arg(long, value_enum)]
    pub(super) format: ExportFormat,
    /// Of this vehicle only; may be repeated.
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub(super) vehicle: Vec<String>,
    /// Of this session only (`volery log ls` numbers them).
    #[arg(long, value_name = "N")]
    pub(super) session: Option<i64>,
    /// Not before this time: RFC 3339, a date, or seconds or milliseconds since 1970.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(super) from: Option<TimeUs>,
    /// Not after this time.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(super) to: Option<TimeUs>,
    /// Frames that came in only (tlog).
    #[arg(long, conflicts_with = "sent")]
    pub(super) received: bool,
    /// Frames that went out only (tlog).
    #[arg(long)]
    pub(super) sent: bool,
    /// Frames of this link only (tlog).
    #[arg(long, value_name = "NAME")]
    pub(super) link: Option<String>,
    /// Into this file; standard output otherwise.
    #[arg(short, long, value_name = "OUT")]
    pub(super) output: Option<PathBuf>,
    /// Overwrite OUT.
    #[arg(long, requires = "output")]
    pub(super) force: bool,
}

/// Into what a log can be turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Every frame with its time, as MAVProxy, QGroundControl and Mission Planner record and replay them.
    Tlog,
    /// Telemetry, a row a sample.
    Csv,
    /// Telemetry and events, a JSON object a line.
    Jsonl,
    /// Tracks.
    Gpx,
    /// Tracks for Google Earth.
    Kml,
    /// Tracks for QGIS and the web.
    Geojson,
}
