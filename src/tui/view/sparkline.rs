//! A line of small bars from a vehicle's track: the last minutes of one number.

use crate::{
    model::{track::Track, track::TrackPoint},
    tui::symbols::Symbols,
};

/// How far back a line reaches, ms.
const SPAN_MS: i64 = 120_000;

/// Altitude over the last two minutes in `cells` bars, oldest left and blank after it was last heard; empty
/// when nothing is known. Both times are Unix ms of station time: now, and when the position was heard.
pub(super) fn altitude(
    track: &Track,
    (now_ms, heard_ms): (i64, i64),
    cells: usize,
    symbols: &Symbols,
) -> String {
    let value = |point: &TrackPoint| point.alt_rel_m;
    let mut buckets = buckets(track, now_ms, cells, value);
    let silent_ms = now_ms.saturating_sub(heard_ms).clamp(0, SPAN_MS);
    let silent = (silent_ms * cells as i64 / SPAN_MS) as usize;
    let known = cells.saturating_sub(silent);
    buckets
        .iter_mut()
        .skip(known)
        .for_each(|value| *value = None);
    bars(&buckets, symbols)
}

/// The lowest and the highest altitude of the last two minutes, metres over home.
pub(super) fn extent(track: &Track, now_ms: i64) -> Option<(f64, f64)> {
    let recent = track
        .points()
        .filter(|point| (0..SPAN_MS).contains(&now_ms.saturating_sub(point.t.as_ms())));
    let heights = recent.filter_map(|point| point.alt_rel_m);
    heights.fold(None, |extent, m| {
        let (low, high) = extent.unwrap_or((m, m));
        Some((f64::min(low, m), f64::max(high, m)))
    })
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

/// Scaled from the ground, or from the lowest where that is below, to the highest; full scale is 10 m at least, so
/// that a vehicle that holds its height within decimetres does not look as if it fell.
fn bars(values: &[Option<f64>], symbols: &Symbols) -> String {
    let known = || values.iter().copied().flatten();
    let (Some(low), Some(high)) = (known().reduce(f64::min), known().reduce(f64::max)) else {
        return String::new();
    };
    let low = low.min(0.0);
    let range = (high - low).max(10.0);
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
        let line = |now_ms, heard_ms, cells| {
            altitude(&climb, (now_ms, heard_ms), cells, &Symbols::UNICODE)
        };
        assert_eq!(line(119_999, 119_000, 4), "▁▃▃█");
        assert_eq!(line(500_000, 500_000, 4), "");
        assert_eq!(line(119_999, 119_999, 0), "");
    }

    #[test]
    fn noise_on_the_ground_is_flat() {
        let parked = track(&[(0, 0.0), (60_000, 0.1), (110_000, 0.05)]);
        let line = altitude(&parked, (119_999, 119_999), 3, &Symbols::UNICODE);
        assert_eq!(line, "▁▁▁");
        let hovering = track(&[(0, 30.0), (60_000, 29.6), (110_000, 29.3)]);
        let line = altitude(&hovering, (119_999, 119_999), 3, &Symbols::UNICODE);
        assert_eq!(
            line, "███",
            "nor does a drift of decimetres look like a fall"
        );
        assert_eq!(extent(&hovering, 119_999), Some((29.3, 30.0)));
    }

    #[test]
    fn the_line_ends_where_the_vehicle_fell_silent() {
        let lost = track(&[(0, 5.0), (50_000, 60.0)]);
        let line = altitude(&lost, (119_999, 55_000), 4, &Symbols::UNICODE);
        assert_eq!(line, "▂█  ");
    }
}
