//! A line of small bars from a vehicle's track: the last minutes of one number.

use crate::{
    model::{track::Track, track::TrackPoint},
    tui::symbols::Symbols,
};

/// How far back a line reaches, ms.
const SPAN_MS: i64 = 120_000;

/// Altitude over the last two minutes in `cells` bars, oldest left; empty when nothing is known.
pub(super) fn altitude(track: &Track, now_ms: i64, cells: usize, symbols: &Symbols) -> String {
    let value = |point: &TrackPoint| point.alt_rel_m;
    bars(&buckets(track, now_ms, cells, value), symbols)
}

/// The last value in each of `cells` equal pieces of the time, carried over gaps.
fn buckets(
    track: &Track,
    now_ms: i64,
    cells: usize,
    value: impl Fn(&TrackPoint) -> Option<f64>,
) -> Vec<Option<f64>> {
    let mut buckets = vec![None; cells];
    if cells == 0 {
        return buckets;
    }
    for point in track.points() {
        let age_ms = now_ms.saturating_sub(point.t.as_ms());
        if (0..SPAN_MS).contains(&age_ms)
            && let Some(number) = value(point)
        {
            let from_end = (age_ms * cells as i64 / SPAN_MS) as usize;
            buckets[cells - 1 - from_end.min(cells - 1)] = Some(number);
        }
    }
    let mut last = None;
    for bucket in &mut buckets {
        last = bucket.or(last);
        *bucket = last;
    }
    buckets
}

/// Scaled between the lowest and the highest, but never more than a metre full scale apart.
fn bars(values: &[Option<f64>], symbols: &Symbols) -> String {
    let known = || values.iter().copied().flatten();
    let (Some(low), Some(high)) = (known().reduce(f64::min), known().reduce(f64::max)) else {
        return String::new();
    };
    let range = (high - low).max(4.0);
    values
        .iter()
        .map(|value| match value {
            Some(value) => symbols.levels[(((value - low) / range * 7.0).round() as usize).min(7)],
            None => " ",
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{geo::LatLon, time::TimeUs};

    fn track(points: &[(i64, f64)]) -> Track {
        let mut track = Track::default();
        for (t_ms, alt_m) in points {
            track.push(TrackPoint {
                t: TimeUs::from_ms(*t_ms),
                place: LatLon {
                    lat_deg: 0.0,
                    lon_deg: 0.0,
                },
                alt_rel_m: Some(*alt_m),
            });
        }
        track
    }

    #[test]
    fn a_climb_rises_and_a_gap_carries_the_last_value() {
        let climb = track(&[(0, 0.0), (30_000, 20.0), (90_000, 70.0)]);
        assert_eq!(altitude(&climb, 119_999, 4, &Symbols::UNICODE), "▁▃▃█");
        assert_eq!(altitude(&climb, 500_000, 4, &Symbols::UNICODE), "");
        assert_eq!(altitude(&climb, 119_999, 0, &Symbols::UNICODE), "");
    }

    #[test]
    fn noise_on_the_ground_is_flat() {
        let parked = track(&[(0, 0.0), (60_000, 0.1), (110_000, 0.05)]);
        assert_eq!(altitude(&parked, 119_999, 3, &Symbols::UNICODE), "▁▁▁");
    }
}
