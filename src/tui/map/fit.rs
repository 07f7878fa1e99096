//! Which view shows all of these places, and whether the one there is still does.

use super::projection::{Dot, Place, Projection, place};
use crate::model::geo::{EARTH_RADIUS_M, LatLon};

/// Part of the map the fleet takes after a fit; the rest is room to fly in.
const FILLED: f64 = 0.62;
/// A fleet that takes less than this is shown nearer.
const EMPTY: f64 = 0.22;
/// A vehicle nearer to the edge than this is about to leave the map.
const EDGE: f64 = 0.03;
/// A fit never goes nearer than this across, metres: a parked vehicle is not looked at with a lens.
const LEAST_M: f64 = 240.0;
/// Scales are steps of this, so that small changes of a fleet do not change the scale.
const STEP: f64 = 1.25;

/// Whether every place is well inside and they are not lost in the middle. True for no places.
#[must_use]
pub fn is_good(view: &Projection, fleet: &[LatLon]) -> bool {
    let (width, height) = view.size();
    let (mut low, mut high) = ((1.0_f64, 1.0_f64), (0.0_f64, 0.0_f64));
    for at in fleet {
        let Some(dot) = view.project_at(*at) else {
            return false;
        };
        let (x, y) = (dot.x / width, dot.y / height);
        low = (low.0.min(x), low.1.min(y));
        high = (high.0.max(x), high.1.max(y));
    }
    let is_inside = low.0.min(low.1) >= EDGE && high.0.max(high.1) <= 1.0 - EDGE;
    let across_m = view.m_per_dot() * width.min(height);
    let filled = (high.0 - low.0).max(high.1 - low.1);
    fleet.is_empty() || is_inside && (filled > EMPTY || across_m <= LEAST_M * STEP)
}

/// Centre and metres to the column that show all places; `None` for no places.
#[must_use]
pub fn fit(fleet: &[LatLon], cells: (u16, u16)) -> Option<(LatLon, f64)> {
    let places: Vec<Place> = fleet.iter().map(|at| place(*at)).collect();
    let mut centre = mean(&places)?;
    let (columns, rows) = (f64::from(cells.0.max(1)), f64::from(cells.1.max(1)));
    let mut half_m = (0.0, 0.0);
    for _ in 0..3 {
        let box_m = bounds_m(centre, &places);
        let middle = Dot {
            x: f64::midpoint(box_m.0.x, box_m.1.x),
            y: f64::midpoint(box_m.0.y, box_m.1.y),
        };
        half_m = (box_m.1.x - middle.x, box_m.1.y - middle.y);
        if half_m.0.max(half_m.1) > EARTH_RADIUS_M {
            break;
        }
        centre = flat(centre).unproject(middle)?;
    }
    let wanted = (half_m.0 / columns).max(half_m.1 / (rows * 2.0)) * 2.0 / FILLED;
    let least = LEAST_M / columns.min(rows * 2.0);
    let steps = (wanted.max(least) / least).log(STEP).ceil();
    Some((centre, least * STEP.powf(steps)))
}

/// A plane around a centre that reaches round the earth, in metres with the centre at zero.
fn flat(centre: LatLon) -> Projection {
    Projection::unfolded(centre)
}

fn bounds_m(centre: LatLon, places: &[Place]) -> (Dot, Dot) {
    let plane = flat(centre);
    let far = 2.0 * EARTH_RADIUS_M;
    let none = Dot {
        x: f64::INFINITY,
        y: f64::INFINITY,
    };
    let all = Dot {
        x: f64::NEG_INFINITY,
        y: f64::NEG_INFINITY,
    };
    places.iter().fold((none, all), |(low, high), place| {
        let (a, b) = match plane.project(place) {
            Some(dot) => (dot, dot),
            // At the antipode it is everywhere on the rim.
            None => (Dot { x: -far, y: -far }, Dot { x: far, y: far }),
        };
        (
            Dot {
                x: low.x.min(a.x),
                y: low.y.min(a.y),
            },
            Dot {
                x: high.x.max(b.x),
                y: high.y.max(b.y),
            },
        )
    })
}

/// The middle direction of places; the first one where they cancel each other.
fn mean(places: &[Place]) -> Option<LatLon> {
    let first = *places.first()?;
    let sum = places.iter().fold([0.0; 3], |sum: Place, place| {
        std::array::from_fn(|n| sum[n] + place[n])
    });
    let length = sum.iter().map(|part| part * part).sum::<f64>().sqrt();
    let [x, y, z] = if length > 1e-6 { sum } else { first };
    Some(LatLon {
        lat_deg: z.atan2(x.hypot(y)).to_degrees(),
        lon_deg: y.atan2(x).to_degrees(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::map::{MapView, canvas::Grain};
    use proptest::prelude::*;

    const CELLS: (u16, u16) = (60, 30);

    fn shown(fleet: &[LatLon]) -> Projection {
        let (centre, m_per_column) = fit(fleet, CELLS).unwrap();
        let view = MapView {
            centre,
            m_per_column,
            ..MapView::default()
        };
        view.projection(Grain::Braille, CELLS)
    }

    const fn at(lat_deg: f64, lon_deg: f64) -> LatLon {
        LatLon { lat_deg, lon_deg }
    }

    #[test]
    fn one_parked_vehicle_gets_240_metres() {
        let view = shown(&[at(-35.363, 149.165)]);
        assert!(
            (view.m_per_dot() * 120.0 - 240.0).abs() < 1.0,
            "{}",
            view.m_per_dot()
        );
    }

    #[test]
    fn a_fleet_on_both_sides_of_the_antimeridian_is_fitted_there() {
        let view = shown(&[at(-17.0, 179.9), at(-17.1, -179.9)]);
        assert!((view.centre().lon_deg.abs() - 180.0).abs() < 0.01);
        assert!(view.m_per_dot() < 400.0);
    }

    #[test]
    fn a_small_move_keeps_the_view_and_leaving_it_does_not() {
        let fleet = [at(47.0, 8.0), at(47.01, 8.02)];
        let view = shown(&fleet);
        assert!(is_good(&view, &fleet));
        assert!(is_good(&view, &[at(47.0, 8.0), at(47.011, 8.022)]));
        assert!(!is_good(&view, &[at(47.0, 8.0), at(47.03, 8.02)]));
        assert!(
            !is_good(&view, &[at(47.005, 8.0101), at(47.005, 8.0103)]),
            "too far away"
        );
        assert!(is_good(&view, &[]));
    }

    #[test]
    fn vehicles_at_opposite_ends_of_the_earth_are_both_shown() {
        let fleet = [at(10.0, 0.0), at(-10.0, 150.0)];
        let view = shown(&fleet);
        for place in fleet {
            let dot = view.project_at(place);
            assert!(dot.is_some_and(|dot| view.is_inside(dot)), "{dot:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_fitted_is_in_view_and_stays(
            centre in (-90.0..=90.0_f64, -180.0..=180.0_f64),
            spread in -6.0..1.3_f64,
            offs in proptest::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), 1..20),
        ) {
            let spread = 10f64.powf(spread);
            let fleet: Vec<_> = offs
                .iter()
                .map(|(a, b)| super::super::projection::tidy(at(centre.0 + a * spread, centre.1 + b * spread)))
                .collect();
            let view = shown(&fleet);
            prop_assert!(is_good(&view, &fleet));
        }
    }
}
