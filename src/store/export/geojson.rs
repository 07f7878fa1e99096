//! GeoJSON (RFC 7946): a feature per flight, a `LineString` or, where there is one point only, a `Point`.
//! Its first and last time are in the properties, altitude is above mean sea level.

use std::io::{self, Write};

use serde_json::json;

use super::{
    selection::utc,
    track::{Head, Point, TrackFormat},
};

/// Writes a feature collection.
pub(super) struct GeoJson<'a> {
    out: &'a mut dyn Write,
    is_first_feature: bool,
    properties: serde_json::Value,
    first: Option<Point>,
    last: Option<Point>,
}

impl<'a> GeoJson<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            is_first_feature: true,
            properties: serde_json::Value::Null,
            first: None,
            last: None,
        }
    }
}

fn position(point: &Point) -> serde_json::Value {
    match point.alt_msl_m {
        Some(alt) => json!([point.lon_deg, point.lat_deg, alt]),
        None => json!([point.lon_deg, point.lat_deg]),
    }
}

impl TrackFormat for GeoJson<'_> {
    fn begin(&mut self) -> io::Result<()> {
        write!(self.out, "{{\"type\":\"FeatureCollection\",\"features\":[")
    }

    fn open(&mut self, head: &Head<'_>) -> io::Result<()> {
        let comma = if self.is_first_feature { "" } else { "," };
        self.is_first_feature = false;
        self.properties = json!({
            "name": head.name(), "vehicle": head.vehicle, "session": head.session_id, "flight": head.flight,
        });
        (self.first, self.last) = (None, None);
        write!(
            self.out,
            "{comma}\n{{\"type\":\"Feature\",\"geometry\":{{\"type\":"
        )
    }

    fn point(&mut self, point: &Point) -> io::Result<()> {
        let Some(first) = self.first else {
            // Whether it is a line is known with the second point.
            self.first = Some(*point);
            return Ok(());
        };
        let is_second = self.last.replace(*point).is_none();
        if is_second {
            write!(
                self.out,
                "\"LineString\",\"coordinates\":[{}",
                position(&first)
            )?;
        }
        write!(self.out, ",{}", position(point))
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(first) = self.first else {
            return Ok(());
        };
        match self.last {
            Some(_) => write!(self.out, "]}}")?,
            None => write!(self.out, "\"Point\",\"coordinates\":{}}}", position(&first))?,
        }
        let last = self.last.unwrap_or(first);
        self.properties["start"] = utc(first.t_us).into();
        self.properties["end"] = utc(last.t_us).into();
        write!(self.out, ",\"properties\":{}}}", self.properties)
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(self.out, "\n]}}")
    }
}
