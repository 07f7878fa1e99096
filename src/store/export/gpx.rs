//! GPX 1.1 (<https://www.topografix.com/GPX/1/1/>): `ele` is metres above mean sea level, times are UTC.

use std::io::{self, Write};

use super::{
    selection::utc,
    track::{Head, Point, TrackFormat, xml},
};

/// Writes a `gpx` element with a `trk` per flight.
pub(super) struct Gpx<'a>(pub(super) &'a mut dyn Write);

impl TrackFormat for Gpx<'_> {
    fn begin(&mut self) -> io::Result<()> {
        writeln!(
            self.0,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"volery {}\" \
             xmlns=\"http://www.topografix.com/GPX/1/1\">",
            env!("CARGO_PKG_VERSION")
        )
    }

    fn open(&mut self, head: &Head<'_>) -> io::Result<()> {
        writeln!(self.0, "<trk><name>{}</name><trkseg>", xml(&head.name()))
    }

    fn point(&mut self, point: &Point) -> io::Result<()> {
        let Point {
            lat_deg, lon_deg, ..
        } = point;
        write!(self.0, "<trkpt lat=\"{lat_deg}\" lon=\"{lon_deg}\">")?;
        if let Some(alt) = point.alt_msl_m {
            write!(self.0, "<ele>{alt}</ele>")?;
        }
        writeln!(self.0, "<time>{}</time></trkpt>", utc(point.t_us))
    }

    fn close(&mut self) -> io::Result<()> {
        writeln!(self.0, "</trkseg></trk>")
    }

    fn end(&mut self) -> io::Result<()> {
        writeln!(self.0, "</gpx>")
    }
}
