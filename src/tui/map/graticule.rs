//! Parallels and meridians at round numbers, with labels where they leave the map.

use super::projection::{Dot, Projection};
use crate::model::geo::LatLon;

/// Degrees between lines above one degree; below it is 1, 2, 5 by decades.
const WIDE_DEG: [f64; 6] = [2.0, 5.0, 10.0, 15.0, 30.0, 45.0];
/// The least distance of two lines, columns.
const APART: f64 = 15.0;
/// Most lines of a kind.
const MOST: usize = 40;

/// A line and the dots it goes through; where it is behind the horizon it is broken.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Pieces of at least two dots.
    pub pieces: Vec<Vec<Dot>>,
}

/// Words at the edge of the map, at the column or row where a line leaves it.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeLabel {
    /// Where the line meets the edge, dots.
    pub at: Dot,
    /// `35.363 S`
    pub text: String,
    /// Parallels are written at the right edge, meridians at the lower.
    pub is_parallel: bool,
}

/// All lines of a view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graticule {
    /// Lines.
    pub rules: Vec<Rule>,
    /// Labels.
    pub labels: Vec<EdgeLabel>,
}

/// The range of degrees in a view, longitudes counted from its centre.
#[derive(Debug, Clone, Copy)]
struct Range {
    south: f64,
    north: f64,
    west: f64,
    east: f64,
}

/// The graticule of a view whose cells are `dots_per_column` dots wide.
#[must_use]
pub fn graticule(view: &Projection, dots_per_column: f64) -> Graticule {
    let apart_deg = view.m_per_dot() * dots_per_column * APART / 111_195.0;
    let range = range(view);
    let lean = view.centre().lat_deg.to_radians().cos().max(0.02);
    let (lat_step, lon_step) = (step(apart_deg).min(30.0), step(apart_deg / lean));
    let mut graticule = Graticule::default();
    let centre_lon = view.centre().lon_deg;
    for lat_deg in multiples(lat_step, range.south, range.north) {
        if lat_deg.abs() > 89.999_99 {
            continue;
        }
        let at = |lon: f64| LatLon {
            lat_deg,
            lon_deg: centre_lon + lon,
        };
        let rule = rule(view, (range.west, range.east), at);
        graticule.add(view, rule, true, || label(lat_deg, lat_step, ('N', 'S')));
    }
    let (west, east) = (centre_lon + range.west, centre_lon + range.east);
    for lon_deg in multiples(lon_step, west, east) {
        // All the way round the last meridian is the first.
        if range.east - range.west >= 360.0 && lon_deg - west >= 360.0 - 1e-9 {
            continue;
        }
        let at = |lat_deg: f64| LatLon { lat_deg, lon_deg };
        let rule = rule(view, (range.south, range.north), at);
        graticule.add(view, rule, false, || {
            let lon = (lon_deg + 180.0).rem_euclid(360.0) - 180.0;
            label(lon, lon_step, ('E', 'W'))
        });
    }
    graticule
}

impl Graticule {
    fn add(
        &mut self,
        view: &Projection,
        rule: Rule,
        is_parallel: bool,
        text: impl FnOnce() -> String,
    ) {
        if let Some(at) = leaves(view, &rule, is_parallel) {
            self.labels.push(EdgeLabel {
                at,
                text: text(),
                is_parallel,
            });
        }
        self.rules.push(rule);
    }
}

/// The least round step that is not below a number of degrees.
fn step(least_deg: f64) -> f64 {
    if least_deg > 1.0 {
        let wide = WIDE_DEG.into_iter().find(|step| *step >= least_deg);
        return wide.unwrap_or(45.0);
    }
    let decade = 10f64.powf(least_deg.max(1e-7).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|part| part * decade)
        .find(|step| *step >= least_deg * 0.999_999)
        .unwrap_or(1.0)
}

fn multiples(step: f64, low: f64, high: f64) -> impl Iterator<Item = f64> {
    let first = (low / step).ceil();
    let count = ((high / step).floor() - first + 1.0).max(0.0) as usize;
    (0..count.min(MOST)).map(move |n| (first + n as f64) * step)
}

/// What the edge of the view says; the whole earth where the edge is beside the globe.
fn range(view: &Projection) -> Range {
    let mut range = Range {
        south: 90.0,
        north: -90.0,
        west: 0.0,
        east: 0.0,
    };
    let all_round = (-180.0, 180.0);
    let (width, height) = view.size();
    for n in 0..32 {
        let part = f64::from(n % 8) / 8.0;
        let (x, y) = match n / 8 {
            0 => (part, 0.0),
            1 => (1.0, part),
            2 => (1.0 - part, 1.0),
            _ => (0.0, 1.0 - part),
        };
        let Some(at) = view.unproject(Dot {
            x: x * width,
            y: y * height,
        }) else {
            let (west, east) = all_round;
            return Range {
                south: -90.0,
                north: 90.0,
                west,
                east,
            };
        };
        let lon = (at.lon_deg - view.centre().lon_deg + 180.0).rem_euclid(360.0) - 180.0;
        range.south = range.south.min(at.lat_deg);
        range.north = range.north.max(at.lat_deg);
        range.west = range.west.min(lon);
        range.east = range.east.max(lon);
    }
    for pole in [90.0, -90.0] {
        let at = LatLon {
            lat_deg: pole,
            lon_deg: 0.0,
        };
        if view.project_at(at).is_some_and(|dot| view.is_inside(dot)) {
            (range.west, range.east) = all_round;
            range.north = range.north.max(pole);
            range.south = range.south.min(pole);
        }
    }
    range
}

/// A line from one end of a range to the other, in as many dots as its bend needs.
fn rule(view: &Projection, (from, to): (f64, f64), at: impl Fn(f64) -> LatLon) -> Rule {
    let span = to - from;
    let count = match span {
        span if span < 0.5 => 2,
        span if span < 5.0 => 8,
        span if span < 60.0 => 24,
        _ => 72,
    };
    let mut pieces = vec![Vec::new()];
    for n in 0..=count {
        let dot = view.project_at(at(from + span * f64::from(n) / f64::from(count)));
        match (dot, pieces.last_mut()) {
            (Some(dot), Some(piece)) => piece.push(dot),
            (None, Some(piece)) if !piece.is_empty() => pieces.push(Vec::new()),
            _ => {}
        }
    }
    pieces.retain(|piece| piece.len() > 1);
    Rule { pieces }
}

/// Where a rule crosses the right edge (parallels) or the lower one (meridians).
fn leaves(view: &Projection, rule: &Rule, is_parallel: bool) -> Option<Dot> {
    let (width, height) = view.size();
    rule.pieces
        .iter()
        .flat_map(|piece| piece.windows(2))
        .find_map(|pair| {
            let (a, b) = (pair[0], pair[1]);
            let (from, to, edge) = if is_parallel {
                (a.x, b.x, width - 0.5)
            } else {
                (a.y, b.y, height - 0.5)
            };
            let part = (edge - from) / (to - from);
            let dot = Dot {
                x: a.x + part * (b.x - a.x),
                y: a.y + part * (b.y - a.y),
            };
            ((0.0..=1.0).contains(&part) && view.is_inside(dot)).then_some(dot)
        })
}

/// `35.363 S` with as many places as the step needs.
fn label(degrees: f64, step: f64, (positive, negative): (char, char)) -> String {
    let decimals = (-step.log10()).ceil().clamp(0.0, 7.0) as usize;
    let letter = match degrees {
        degrees if degrees.abs() < step / 2.0 => None,
        degrees if degrees.abs() > 179.999_999_9 => None,
        degrees if degrees > 0.0 => Some(positive),
        _ => Some(negative),
    };
    let number = degrees.abs();
    letter.map_or_else(
        || format!("{number:.decimals$}"),
        |letter| format!("{number:.decimals$} {letter}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(lat_deg: f64, lon_deg: f64, m_per_dot: f64) -> Vec<String> {
        let view = Projection::new(LatLon { lat_deg, lon_deg }, m_per_dot, (160.0, 120.0));
        let labels = graticule(&view, 2.0).labels;
        labels.into_iter().map(|label| label.text).collect()
    }

    #[test]
    fn labels_are_round_numbers_with_as_many_places_as_needed() {
        let near = labels(-35.363_262, 149.165_237, 5.0);
        assert!(near.contains(&"35.364 S".to_owned()), "{near:?}");
        assert!(near.contains(&"149.166 E".to_owned()), "{near:?}");
        let wide = labels(47.0, 8.0, 3_000.0);
        assert!(
            wide.contains(&"47 N".to_owned()) && wide.contains(&"8 E".to_owned()),
            "{wide:?}"
        );
    }

    #[test]
    fn the_antimeridian_has_one_label_and_east_is_followed_by_west() {
        let labels = labels(-17.0, 180.0, 500.0);
        let meridians: Vec<_> = labels.iter().filter(|text| !text.contains('S')).collect();
        assert_eq!(
            meridians
                .iter()
                .filter(|text| text.starts_with("180"))
                .count(),
            1
        );
        assert!(
            meridians.iter().any(|text| text.ends_with('E')),
            "{labels:?}"
        );
        assert!(
            meridians.iter().any(|text| text.ends_with('W')),
            "{labels:?}"
        );
    }

    #[test]
    fn round_the_pole_meridians_go_all_round() {
        let view = Projection::new(
            LatLon {
                lat_deg: 90.0,
                lon_deg: 0.0,
            },
            10_000.0,
            (160.0, 160.0),
        );
        let graticule = graticule(&view, 2.0);
        assert!(graticule.rules.len() > 8);
        for rule in &graticule.rules {
            for pair in rule.pieces.iter().flat_map(|piece| piece.windows(2)) {
                let length = (pair[0].x - pair[1].x).hypot(pair[0].y - pair[1].y);
                assert!(length < 80.0, "a line across the map");
            }
        }
    }

    proptest! {
        #[test]
        fn lines_are_few_apart_and_never_cross_the_whole_map(
            centre in (-90.0..=90.0_f64, -180.0..=180.0_f64),
            zoom in -1.5..5.4_f64,
            size in (1.0..600.0_f64, 1.0..400.0_f64),
        ) {
            let centre = LatLon { lat_deg: centre.0, lon_deg: centre.1 };
            let view = Projection::new(centre, 10f64.powf(zoom), size);
            let graticule = graticule(&view, 2.0);
            prop_assert!(graticule.rules.len() <= 2 * MOST);
            for label in &graticule.labels {
                prop_assert!(view.is_inside(label.at));
            }
        }
    }
}
