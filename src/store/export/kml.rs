//! KML 2.2 with `gx:Track` (<https://developers.google.com/kml/documentation/kmlreference#gxtrack>): a
//! track with its times, absolute altitude. A point whose altitude is unknown keeps the one before.

use std::io::{self, Write};

use super::{
    selection::utc,
    track::{Head, Point, TrackFormat, xml},
};

/// Writes a `kml` document with a placemark per flight.
pub(super) struct Kml<'a> {
    out: &'a mut dyn Write,
    alt_msl_m: f64,
}

impl<'a> Kml<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            alt_msl_m: 0.0,
        }
    }
}

impl TrackFormat for Kml<'_> {
    fn begin(&mut self) -> io::Result<()> {
        writeln!(
            self.out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\" \
             xmlns:gx=\"http://www.google.com/kml/ext/2.2\"><Document>"
        )
    }

    fn open(&mut self, head: &Head<'_>) -> io::Result<()> {
        self.alt_msl_m = 0.0;
        writeln!(
            self.out,
            "<Placemark><name>{}</name><gx:Track><altitudeMode>absolute</altitudeMode>",
            xml(&head.name())
        )
    }

    fn point(&mut self, point: &Point) -> io::Result<()> {
        self.alt_msl_m = point.alt_msl_m.unwrap_or(self.alt_msl_m);
        let Point {
            lat_deg, lon_deg, ..
        } = point;
        writeln!(
            self.out,
            "<when>{}</when><gx:coord>{lon_deg} {lat_deg} {}</gx:coord>",
            utc(point.t_us),
            self.alt_msl_m
        )
    }

    fn close(&mut self) -> io::Result<()> {
        writeln!(self.out, "</gx:Track></Placemark>")
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(self.out, "</Document></kml>")
    }
}
