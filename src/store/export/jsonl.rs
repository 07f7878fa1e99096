//! Telemetry and events, one JSON object a line: each session in order of time, the two merged.

use std::io::Write;

use rusqlite::{Row, Rows};
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    super::{
        cell::Cell,
        error::StoreError,
        reader::{
            LogReader,
            events::{EVENT_COLUMNS, read_event},
        },
    },
    selection::Selection,
    telemetry::Stretches,
};
use crate::model::{event::Event, ids::VehicleId, time::TimeUs};

#[derive(Serialize)]
struct EventLine<'a> {
    r#type: &'static str,
    session_id: i64,
    #[serde(flatten)]
    event: &'a Event,
}

/// A row of telemetry; what is unknown is left out.
struct TelemetryLine<'a>(&'a Row<'a>);

impl Serialize for TelemetryLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "telemetry")?;
        for (n, name) in row.as_ref().column_names().enumerate().skip(1) {
            match (row.get_ref(n).map(Cell::from), name) {
                (Err(_) | Ok(Cell::Null), _) => {}
                (Ok(Cell::Integer(flag)), "armed") => map.serialize_entry(name, &(flag != 0))?,
                (Ok(Cell::Integer(t_us)), "t_us") => {
                    map.serialize_entry("t_ms", &TimeUs(t_us).as_ms())?;
                }
                (Ok(cell), "drone_id") => map.serialize_entry("vehicle", &cell)?,
                (Ok(cell), _) => map.serialize_entry(name, &cell)?,
            }
        }
        map.end()
    }
}

/// Everything `selection` lets through.
pub(super) fn export(
    log: &LogReader,
    selection: &Selection,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(f64),
) -> Result<u64, StoreError> {
    let failed = |source| log.failed(source);
    let stretches = Stretches::find(log, selection)?;
    let mut lines = Lines {
        log,
        selection,
        out,
        count: 0,
    };
    for (n, (session, range)) in stretches.of.iter().enumerate() {
        let mut telemetry = log
            .connection
            .prepare_cached(
                "SELECT rowid, * FROM telemetry WHERE rowid >= ?1 AND rowid < ?2 ORDER BY rowid",
            )
            .map_err(failed)?;
        let mut rows = telemetry.query([range.start, range.end]).map_err(failed)?;
        let sql = format!("SELECT {EVENT_COLUMNS} FROM event WHERE session_id = ?1 ORDER BY id");
        let mut events = log.connection.prepare_cached(&sql).map_err(failed)?;
        let mut events = events.query([session]).map_err(failed)?;
        let mut event = lines.next_event(&mut events)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let (rowid, t_us): (i64, i64) = (
                row.get(0).map_err(failed)?,
                row.get("t_us").map_err(failed)?,
            );
            if rowid % 2_048 == 0 {
                progress(stretches.part(n, rowid));
            }
            while let Some(earlier) = event.take_if(|event| TimeUs::from_ms(event.t_ms).0 <= t_us) {
                lines.event(*session, &earlier)?;
                event = lines.next_event(&mut events)?;
            }
            lines.telemetry(row)?;
        }
        while let Some(later) = event {
            lines.event(*session, &later)?;
            event = lines.next_event(&mut events)?;
        }
    }
    Ok(lines.count)
}

struct Lines<'a> {
    log: &'a LogReader,
    selection: &'a Selection,
    out: &'a mut dyn Write,
    count: u64,
}

impl Lines<'_> {
    /// The next event that is wanted.
    fn next_event(&self, events: &mut Rows<'_>) -> Result<Option<Event>, StoreError> {
        let failed = |source| self.log.failed(source);
        while let Some(row) = events.next().map_err(failed)? {
            let (_, event) = read_event(row).map_err(failed)?;
            let vehicle = event.vehicle.as_ref().map(VehicleId::as_str);
            if self.selection.wants(vehicle)
                && self.selection.wants_time(TimeUs::from_ms(event.t_ms))
            {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    fn telemetry(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        let vehicle = row
            .get_ref("drone_id")
            .map_err(|source| self.log.failed(source))?;
        if self.selection.wants(vehicle.as_str().ok()) {
            self.write(&TelemetryLine(row))?;
        }
        Ok(())
    }

    fn event(&mut self, session_id: i64, event: &Event) -> Result<(), StoreError> {
        self.write(&EventLine {
            r#type: "event",
            session_id,
            event,
        })
    }

    fn write(&mut self, line: &impl Serialize) -> Result<(), StoreError> {
        self.count += 1;
        serde_json::to_writer(&mut *self.out, line)
            .map_err(std::io::Error::from)
            .and_then(|()| self.out.write_all(b"\n"))
            .map_err(|source| self.log.unwritten(source))
    }
}
