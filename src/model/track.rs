//! Where a vehicle has been: bounded, cheap to share, thinned as it grows.

use std::sync::Arc;

use super::{
    geo::{EARTH_RADIUS_M, LatLon},
    time::TimeUs,
};

/// A point of a track.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackPoint {
    /// When.
    pub t: TimeUs,
    /// Where.
    pub place: LatLon,
    /// Above home, metres.
    pub alt_rel_m: Option<f64>,
}

/// Points that are complete, with what tells from afar whether they are worth a look.
#[derive(Debug, Clone)]
struct Chunk {
    points: Arc<[TrackPoint]>,
    first: TrackPoint,
    /// Diagonal of the box round them, metres.
    extent_m: f64,
}

/// The last points of a flight, oldest first; at most [`Track::CAPACITY`].
#[derive(Debug, Clone, Default)]
pub struct Track {
    full: Vec<Chunk>,
    open: Vec<TrackPoint>,
}

const CHUNK: usize = 64;

impl Track {
    /// Most points kept.
    pub const CAPACITY: usize = CHUNK * 32;

    /// Adds a point; the oldest 64 leave when the track is full.
    pub fn push(&mut self, point: TrackPoint) {
        self.open.push(point);
        if self.open.len() == CHUNK {
            if self.full.len() == Self::CAPACITY / CHUNK {
                self.full.remove(0);
            }
            let extent_m = extent_m(&self.open);
            let first = self.open.first().copied().unwrap_or(point);
            self.full.push(Chunk {
                points: std::mem::take(&mut self.open).into(),
                first,
                extent_m,
            });
        }
    }

    /// Every point, oldest first.
    pub fn points(&self) -> impl Iterator<Item = &TrackPoint> {
        self.full
            .iter()
            .flat_map(|chunk| chunk.points.iter())
            .chain(&self.open)
    }

    /// How many points there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.full.len() * CHUNK + self.open.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every point whose number is a multiple of `stride`, a power of two up to 32, oldest first, and
    /// the newest. The same points stay chosen while the track grows.
    pub fn every(&self, stride: usize) -> impl Iterator<Item = &TrackPoint> {
        self.seen_from(stride, 0.0)
    }

    /// The same for an eye that cannot tell places apart that are less than `detail_m` metres from each
    /// other: of 64 points within so little only the first.
    pub fn seen_from(&self, stride: usize, detail_m: f64) -> impl Iterator<Item = &TrackPoint> {
        let stride = stride.clamp(1, CHUNK / 2);
        let newest = self.last().filter(|_| stride > 1);
        self.full
            .iter()
            .flat_map(move |chunk| {
                let points = if chunk.extent_m < detail_m {
                    std::slice::from_ref(&chunk.first)
                } else {
                    &chunk.points
                };
                points.iter().step_by(stride)
            })
            .chain(self.open.iter().step_by(stride))
            .chain(newest)
    }

    /// The newest point.
    #[must_use]
    pub fn last(&self) -> Option<&TrackPoint> {
        self.open
            .last()
            .or_else(|| self.full.last().and_then(|chunk| chunk.points.last()))
    }
}

/// Diagonal of the box round points, metres; across the antimeridian all round the earth, which is no harm.
fn extent_m(points: &[TrackPoint]) -> f64 {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let grown = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    let (lat, lon) = points.iter().fold((none, none), |(lat, lon), point| {
        let place = point.place;
        (grown(lat, place.lat_deg), grown(lon, place.lon_deg))
    });
    let lean = f64::midpoint(lat.0, lat.1).to_radians().cos();
    (lat.1 - lat.0).hypot((lon.1 - lon.0) * lean).to_radians() * EARTH_RADIUS_M
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_flight_keeps_its_newest_points() {
        let mut track = Track::default();
        let place = LatLon {
            lat_deg: 0.0,
            lon_deg: 0.0,
        };
        for n in 0..10_000 {
            track.push(TrackPoint {
                t: TimeUs(n),
                place,
                alt_rel_m: None,
            });
        }
        assert_eq!(track.last().unwrap().t, TimeUs(9_999));
        let count = track.points().count();
        assert!(
            count <= Track::CAPACITY + CHUNK && count > Track::CAPACITY - CHUNK,
            "{count}"
        );
        assert!(track.points().map(|point| point.t.0).is_sorted());
        assert_eq!(track.len(), count);
        let thinned: Vec<_> = track.every(16).map(|point| point.t.0).collect();
        assert_eq!(thinned.last(), Some(&9_999));
        assert!(thinned.len() <= count / 16 + 2 && thinned.is_sorted());
        assert_eq!(track.every(1).count(), count);
    }

    #[test]
    fn from_afar_points_close_together_are_one_and_the_newest_stays() {
        let mut track = Track::default();
        for n in 0..200 {
            let place = LatLon {
                lat_deg: 47.0 + n as f64 * 1e-5,
                lon_deg: 8.0,
            };
            track.push(TrackPoint {
                t: TimeUs(n),
                place,
                alt_rel_m: None,
            });
        }
        // 64 points a metre and a bit apart: 70 m.
        assert_eq!(track.seen_from(1, 60.0).count(), 200);
        let seen: Vec<_> = track.seen_from(16, 80.0).map(|point| point.t.0).collect();
        assert_eq!(seen, [0, 64, 128, 192, 199]);
        assert_eq!(track.seen_from(1, 80.0).count(), 3 + 8);
    }
}
