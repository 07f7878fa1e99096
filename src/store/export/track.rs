//! Tracks: one per flight, and one per session for a vehicle that moved without ever being armed.

use std::{collections::BTreeSet, io, ops::Range};

use rusqlite::params;

use super::{
    super::{error::StoreError, flights::Flight, reader::LogReader},
    selection::Selection,
    telemetry::Stretches,
};
use crate::model::time::TimeUs;

/// One point of a track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) t_us: i64,
    pub(super) lat_deg: f64,
    pub(super) lon_deg: f64,
    pub(super) alt_msl_m: Option<f64>,
}

/// What a track is called.
#[derive(Debug, Clone)]
pub(super) struct Head<'a> {
    pub(super) session_id: i64,
    pub(super) vehicle: &'a str,
    /// Which flight of that vehicle in the session, from 1; `None` when it never was armed.
    pub(super) flight: Option<usize>,
}

impl Head<'_> {
    /// The name for people.
    pub(super) fn name(&self) -> String {
        let Self {
            session_id,
            vehicle,
            ..
        } = self;
        match self.flight {
            Some(n) => format!("{vehicle}, session {session_id}, flight {n}"),
            None => format!("{vehicle}, session {session_id}, not armed"),
        }
    }
}

/// A format tracks are written in.
pub(super) trait TrackFormat {
    fn begin(&mut self) -> io::Result<()>;
    /// A track follows; it has at least one point.
    fn open(&mut self, head: &Head<'_>) -> io::Result<()>;
    fn point(&mut self, point: &Point) -> io::Result<()>;
    fn close(&mut self) -> io::Result<()>;
    fn end(&mut self) -> io::Result<()>;
}

/// Writes every track of `selection`; returns the number of points.
pub(super) fn export(
    log: &LogReader,
    selection: &Selection,
    format: &mut dyn TrackFormat,
    progress: &mut dyn FnMut(f64),
) -> Result<u64, StoreError> {
    let unwritten = |source| log.unwritten(source);
    let plan = plan(log, selection, &mut |part| progress(part / 2.0))?;
    format.begin().map_err(unwritten)?;
    let mut points = 0;
    let total = plan.len().max(1) as f64;
    for (n, (session_id, vehicle, flight, rows)) in plan.iter().enumerate() {
        progress(0.5 + n as f64 / total / 2.0);
        let head = Head {
            session_id: *session_id,
            vehicle,
            flight: *flight,
        };
        points += write_track(log, selection, format, (&head, rows))?;
    }
    format.end().map_err(unwritten)?;
    Ok(points)
}

type Planned = (i64, String, Option<usize>, Range<i64>);

/// Which tracks there are, and between which rows their points are.
fn plan(
    log: &LogReader,
    selection: &Selection,
    progress: &mut dyn FnMut(f64),
) -> Result<Vec<Planned>, StoreError> {
    let flights = log.flights(progress)?;
    let mut tracks = Vec::new();
    for (session, range) in Stretches::find(log, selection)?.of {
        let ids = vehicles(log, &range)?;
        for vehicle in ids.into_iter().filter(|id| selection.wants(Some(id))) {
            let is_its =
                |flight: &&Flight| flight.session_id == session && flight.drone_id == vehicle;
            let mut its = flights.iter().filter(is_its).enumerate().peekable();
            if its.peek().is_none() {
                tracks.push((session, vehicle.clone(), None, range.clone()));
            }
            for (n, flight) in its {
                let rows = flight.rows.start.max(range.start)..flight.rows.end.min(range.end);
                if !rows.is_empty() {
                    tracks.push((session, vehicle.clone(), Some(n + 1), rows));
                }
            }
        }
    }
    Ok(tracks)
}

fn vehicles(log: &LogReader, range: &Range<i64>) -> Result<BTreeSet<String>, StoreError> {
    let sql = "SELECT DISTINCT drone_id FROM telemetry WHERE rowid >= ?1 AND rowid < ?2 AND lat_deg IS NOT NULL";
    let read = || -> rusqlite::Result<_> {
        let mut statement = log.connection.prepare_cached(sql)?;
        let ids = statement.query_map([range.start, range.end], |row| row.get(0))?;
        ids.collect()
    };
    read().map_err(|source| log.failed(source))
}

fn write_track(
    log: &LogReader,
    selection: &Selection,
    format: &mut dyn TrackFormat,
    (head, rows): (&Head<'_>, &Range<i64>),
) -> Result<u64, StoreError> {
    let (failed, unwritten) = (|source| log.failed(source), |source| log.unwritten(source));
    let mut statement = log
        .connection
        .prepare_cached(
            "SELECT t_us, lat_deg, lon_deg, alt_msl_m FROM telemetry WHERE rowid >= ?1 AND rowid < ?2
             AND drone_id = ?3 AND lat_deg IS NOT NULL AND lon_deg IS NOT NULL ORDER BY rowid",
        )
        .map_err(failed)?;
    let mut found = statement
        .query(params![rows.start, rows.end, head.vehicle])
        .map_err(failed)?;
    let mut count = 0;
    while let Some(row) = found.next().map_err(failed)? {
        let read = || -> rusqlite::Result<Point> {
            Ok(Point {
                t_us: row.get(0)?,
                lat_deg: row.get(1)?,
                lon_deg: row.get(2)?,
                alt_msl_m: row.get(3)?,
            })
        };
        let point = read().map_err(failed)?;
        if !selection.wants_time(TimeUs(point.t_us)) {
            continue;
        }
        if count == 0 {
            format.open(head).map_err(unwritten)?;
        }
        format.point(&point).map_err(unwritten)?;
        count += 1;
    }
    if count > 0 {
        format.close().map_err(unwritten)?;
    }
    Ok(count)
}

/// Text inside an XML element.
pub(super) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no place for them, not even escaped.
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
