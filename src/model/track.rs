//! Where a vehicle has been: bounded, cheap to share, thinned as it grows.

use std::sync::Arc;

use super::{geo::LatLon, time::TimeUs};

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

/// The last points of a flight, oldest first; at most [`Track::CAPACITY`].
#[derive(Debug, Clone, Default)]
pub struct Track {
    full: Vec<Arc<[TrackPoint]>>,
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
            self.full.push(std::mem::take(&mut self.open).into());
        }
    }

    /// Every point, oldest first.
    pub fn points(&self) -> impl Iterator<Item = &TrackPoint> {
        self.full
            .iter()
            .flat_map(|chunk| chunk.iter())
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
        let stride = stride.clamp(1, CHUNK / 2);
        let newest = self.last().filter(|_| stride > 1);
        self.full
            .iter()
            .flat_map(move |chunk| chunk.iter().step_by(stride))
            .chain(self.open.iter().step_by(stride))
            .chain(newest)
    }

    /// The newest point.
    #[must_use]
    pub fn last(&self) -> Option<&TrackPoint> {
        self.open
            .last()
            .or_else(|| self.full.last().and_then(|chunk| chunk.last()))
    }
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
}
