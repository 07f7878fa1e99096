//! From latitude and longitude to dots of the map and back: one azimuthal projection for every scale.
//!
//! The centre of the view touches the plane, north is up there, and every distance from it is true at
//! the scale of the bar. A globe is seen from afar (orthographic) until it is smaller than the view;
//! farther out the far side is unfolded around it (Lambert's equal-area). Both are the same formula,
//! `r = sin(k c) / k` for an angle `c` from the centre, with `k` 1 and 1/2. There is no seam: poles
//! and the antimeridian are points like any other.
//!
//! ```text
//!  (0,0) ┌───────────┐   x right, y down, in dots; a dot is square:
//!        │     N     │   a cell has 2×4 (braille) or 1×2 (ASCII) of them
//!        │     +     │ ← centre
//!        └───────────┘
//! ```

use crate::model::geo::{EARTH_RADIUS_M, LatLon};

/// A place as a point of the unit sphere, which is all that is needed to project it.
pub type Place = [f64; 3];

/// A point of the map, dots right and down from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dot {
    /// Right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// How the far side of the globe is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    /// Hidden behind the horizon.
    Globe,
    /// Unfolded around the near side.
    World,
}

/// Below this height above the horizon a point of the globe is not shown: it would only thicken the rim.
const HORIZON: f64 = 0.004;
/// Nearer to the antipode than about 8 degrees shapes are smeared round the rim.
const ANTIPODE: f64 = -0.99;

/// Centre, scale and size of a view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projection {
    centre: LatLon,
    east: Place,
    north: Place,
    up: Place,
    /// Earth radii per dot, turned round.
    dots_per_radius: f64,
    fold: Fold,
    /// Dots across and down.
    size: (f64, f64),
}

/// A latitude and longitude as a point of the unit sphere.
#[must_use]
pub fn place(at: LatLon) -> Place {
    let (sin_lat, cos_lat) = at.lat_deg.to_radians().sin_cos();
    let (sin_lon, cos_lon) = at.lon_deg.to_radians().sin_cos();
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

fn dot(a: &Place, b: &Place) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Longitude brought into −180 to 180, latitude held within ±90; what is not a number becomes 0.
#[must_use]
pub fn tidy(at: LatLon) -> LatLon {
    let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
    LatLon {
        lat_deg: finite(at.lat_deg).clamp(-90.0, 90.0),
        lon_deg: (finite(at.lon_deg) + 180.0).rem_euclid(360.0) - 180.0,
    }
}

impl Projection {
    /// A view of `size` dots around a centre, `m_per_dot` metres to the dot.
    #[must_use]
    pub fn new(centre: LatLon, m_per_dot: f64, size: (f64, f64)) -> Self {
        let centre = tidy(centre);
        let m_per_dot = if m_per_dot.is_finite() {
            m_per_dot.max(1e-6)
        } else {
            1.0
        };
        let (sin_lat, cos_lat) = centre.lat_deg.to_radians().sin_cos();
        let (sin_lon, cos_lon) = centre.lon_deg.to_radians().sin_cos();
        let dots_per_radius = EARTH_RADIUS_M / m_per_dot;
        let is_globe = dots_per_radius * 2.0 * 1.05 >= size.0.min(size.1);
        Self {
            centre,
            east: [-sin_lon, cos_lon, 0.0],
            north: [-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat],
            up: [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat],
            dots_per_radius,
            fold: if is_globe { Fold::Globe } else { Fold::World },
            size,
        }
    }

    /// The plane that shows the whole earth, a metre to the dot, with the centre at zero.
    #[must_use]
    pub fn unfolded(centre: LatLon) -> Self {
        Self {
            fold: Fold::World,
            ..Self::new(centre, 1.0, (0.0, 0.0))
        }
    }

    /// The middle of the view.
    #[must_use]
    pub const fn centre(&self) -> LatLon {
        self.centre
    }

    /// The point of the sphere in the middle of the view.
    #[must_use]
    pub const fn axis(&self) -> Place {
        self.up
    }

    /// Dots across and down.
    #[must_use]
    pub const fn size(&self) -> (f64, f64) {
        self.size
    }

    /// Metres to the dot in the middle of the view.
    #[must_use]
    pub fn m_per_dot(&self) -> f64 {
        EARTH_RADIUS_M / self.dots_per_radius
    }

    /// Where a point of the sphere lies; `None` behind the horizon. May lie outside of the view.
    #[must_use]
    pub fn project(&self, place: &Place) -> Option<Dot> {
        let height = dot(place, &self.up);
        let stretch = match self.fold {
            Fold::Globe if height > HORIZON => 1.0,
            Fold::World if height > ANTIPODE => (2.0 / (1.0 + height)).sqrt(),
            _ => return None,
        };
        let scale = stretch * self.dots_per_radius;
        Some(Dot {
            x: self.size.0 / 2.0 + scale * dot(place, &self.east),
            y: self.size.1 / 2.0 - scale * dot(place, &self.north),
        })
    }

    /// Where a latitude and longitude lies; `None` behind the horizon.
    #[must_use]
    pub fn project_at(&self, at: LatLon) -> Option<Dot> {
        self.project_near(at).or_else(|| self.project(&place(at)))
    }

    /// The same by a short series within half a degree of the centre, where it is good to two
    /// millimetres: a track has thousands of points.
    fn project_near(&self, at: LatLon) -> Option<Dot> {
        const NEAR_RAD: f64 = 0.0087;
        let dlat = (at.lat_deg - self.centre.lat_deg).to_radians();
        let dlon = (at.lon_deg - self.centre.lon_deg).to_radians();
        if !(dlat.abs() < NEAR_RAD && dlon.abs() < NEAR_RAD) {
            return None;
        }
        let (sin_lat0, cos_lat0) = (self.up[2], self.north[2]);
        let (dlat2, dlon2) = (dlat * dlat, dlon * dlon);
        let sin_dlat = dlat * (1.0 - dlat2 / 6.0);
        let cos_lat = cos_lat0 * (1.0 - dlat2 / 2.0) - sin_lat0 * sin_dlat;
        let lean = sin_lat0 * cos_lat * dlon2 * (0.5 - dlon2 / 24.0);
        Some(Dot {
            x: self.size.0 / 2.0 + self.dots_per_radius * cos_lat * dlon * (1.0 - dlon2 / 6.0),
            y: self.size.1 / 2.0 - self.dots_per_radius * (sin_dlat + lean),
        })
    }

    /// What lies under a dot; `None` beside the globe.
    #[must_use]
    pub fn unproject(&self, at: Dot) -> Option<LatLon> {
        let x = (at.x - self.size.0 / 2.0) / self.dots_per_radius;
        let y = (self.size.1 / 2.0 - at.y) / self.dots_per_radius;
        let r = x.hypot(y);
        let angle = match self.fold {
            Fold::Globe if r <= 1.0 => r.asin(),
            Fold::World if r <= 2.0 => 2.0 * (r / 2.0).asin(),
            _ => return None,
        };
        let (sin_c, cos_c) = angle.sin_cos();
        let along = if r > 0.0 { sin_c / r } else { 0.0 };
        let [px, py, pz]: Place = std::array::from_fn(|n| {
            cos_c * self.up[n] + along * (x * self.east[n] + y * self.north[n])
        });
        Some(LatLon {
            lat_deg: pz.atan2(px.hypot(py)).to_degrees(),
            lon_deg: py.atan2(px).to_degrees(),
        })
    }

    /// Whether a dot is in the view.
    #[must_use]
    pub fn is_inside(&self, at: Dot) -> bool {
        (0.0..self.size.0).contains(&at.x) && (0.0..self.size.1).contains(&at.y)
    }

    /// The cosine of the largest angle from the centre that can be in the view: what lies farther need not be looked at.
    #[must_use]
    pub fn reach_cos(&self) -> f64 {
        let r = self.size.0.hypot(self.size.1) / 2.0 / self.dots_per_radius;
        match self.fold {
            Fold::Globe if r < 1.0 => (1.0 - r * r).sqrt(),
            Fold::Globe => 0.0,
            Fold::World if r < 2.0 => 1.0 - r * r / 2.0,
            Fold::World => -1.0,
        }
    }

    /// Whether a line between two neighbouring points would cross the unfolded earth although the way
    /// round it is short.
    #[must_use]
    pub fn is_torn(&self, a: Dot, b: Dot) -> bool {
        self.fold == Fold::World && (a.x - b.x).hypot(a.y - b.y) > self.dots_per_radius
    }

    /// The dots of the shortest way between two places, in pieces where it is behind the horizon.
    #[must_use]
    pub fn shortest_way(&self, from: LatLon, to: LatLon) -> Vec<Vec<Dot>> {
        let (a, b) = (place(from), place(to));
        let angle = dot(&a, &b).clamp(-1.0, 1.0).acos();
        let count = (angle / 0.02).ceil().clamp(1.0, 160.0) as u32;
        let mut pieces: Vec<Vec<Dot>> = vec![Vec::new()];
        for n in 0..=count {
            let part = f64::from(n) / f64::from(count);
            let there = if count == 1 {
                self.project_at(if n == 0 { from } else { to })
            } else {
                let (wa, wb) = (((1.0 - part) * angle).sin(), (part * angle).sin());
                let mixed: Place = std::array::from_fn(|n| (a[n] * wa + b[n] * wb) / angle.sin());
                self.project(&mixed)
            };
            let last = pieces.last().and_then(|piece| piece.last().copied());
            let is_torn = there.is_none_or(|dot| last.is_some_and(|last| self.is_torn(last, dot)));
            if is_torn {
                pieces.push(Vec::new());
            }
            if let (Some(dot), Some(piece)) = (there, pieces.last_mut()) {
                piece.push(dot);
            }
        }
        pieces.retain(|piece| piece.len() > 1);
        pieces
    }

    /// The rim of the globe in dots, when any of it can be in the view.
    #[must_use]
    pub fn rim(&self) -> Option<f64> {
        let radius = match self.fold {
            Fold::Globe => self.dots_per_radius,
            Fold::World => 2.0 * self.dots_per_radius,
        };
        (radius < self.size.0.hypot(self.size.1) / 2.0).then_some(radius)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn at(lat_deg: f64, lon_deg: f64) -> LatLon {
        LatLon { lat_deg, lon_deg }
    }

    fn view(centre: LatLon, m_per_dot: f64) -> Projection {
        Projection::new(centre, m_per_dot, (240.0, 240.0))
    }

    #[test]
    fn north_is_up_east_is_right_and_a_dot_is_so_many_metres() {
        for lat_deg in [0.0, -35.0, 70.0] {
            let view = view(at(lat_deg, 149.0), 10.0);
            let metre_deg = 1.0 / 111_194.926_6;
            let north = view
                .project_at(at(lat_deg + 500.0 * metre_deg, 149.0))
                .unwrap();
            let lon_deg = 149.0 + 500.0 * metre_deg / lat_deg.to_radians().cos();
            let east = view.project_at(at(lat_deg, lon_deg)).unwrap();
            assert!(
                (north.x - 120.0).abs() < 0.01 && (north.y - 70.0).abs() < 0.01,
                "{north:?}"
            );
            assert!(
                (east.x - 170.0).abs() < 0.01 && (east.y - 120.0).abs() < 0.01,
                "{east:?}"
            );
        }
    }

    #[test]
    fn across_the_antimeridian_is_next_door() {
        let view = view(at(-17.0, 180.0), 100.0);
        let west = view.project_at(at(-17.0, 179.99)).unwrap();
        let east = view.project_at(at(-17.0, -179.99)).unwrap();
        assert!(
            east.x - west.x > 20.0 && east.x - west.x < 22.0,
            "{west:?} {east:?}"
        );
        assert!((view.unproject(east).unwrap().lon_deg + 179.99).abs() < 1e-9);
    }

    #[test]
    fn the_pole_is_a_point_with_meridians_all_round() {
        let view = view(at(90.0, 0.0), 1_000.0);
        let pole = view.project_at(at(90.0, 77.0)).unwrap();
        assert!((pole.x - 120.0).abs() < 1e-6 && (pole.y - 120.0).abs() < 1e-6);
        for lon_deg in [0.0, 90.0, 180.0, -90.0] {
            let dot = view.project_at(at(89.5, lon_deg)).unwrap();
            let r = (dot.x - 120.0).hypot(dot.y - 120.0);
            assert!((r - 55.6).abs() < 0.1, "{lon_deg}: {r}");
        }
    }

    #[test]
    fn the_far_side_is_hidden_on_the_globe_and_unfolded_on_the_world() {
        let far = at(0.0, 120.0);
        assert_eq!(view(at(0.0, 0.0), 50_000.0).project_at(far), None);
        let world = view(at(0.0, 0.0), 110_000.0);
        assert!(world.is_inside(world.project_at(far).unwrap()));
    }

    proptest! {
        #[test]
        fn what_is_projected_comes_back(
            centre in (-90.0..=90.0_f64, -180.0..=180.0_f64),
            zoom in -1.0..5.3_f64,
            dot in (0.0..240.0_f64, 0.0..240.0_f64),
        ) {
            let view = view(at(centre.0, centre.1), 10f64.powf(zoom));
            let dot = Dot { x: dot.0, y: dot.1 };
            if let Some(there) = view.unproject(dot)
                && let Some(back) = view.project_at(there)
            {
                prop_assert!((back.x - dot.x).hypot(back.y - dot.y) < 0.01, "{dot:?} {there:?} {back:?}");
            }
        }

        #[test]
        fn the_short_series_agrees_with_the_sphere(
            centre in (-90.0..=90.0_f64, -180.0..=180.0_f64),
            off in (-0.49..0.49_f64, -0.49..0.49_f64),
        ) {
            let view = view(at(centre.0, centre.1), 1.0);
            let there = at(centre.0 + off.0, centre.1 + off.1);
            let exact = view.project(&place(there)).unwrap();
            let short = view.project_at(there).unwrap();
            prop_assert!((exact.x - short.x).hypot(exact.y - short.y) < 0.005);
        }

        #[test]
        fn nothing_makes_it_panic(lat in any::<f64>(), lon in any::<f64>(), scale in any::<f64>(), x in any::<f64>()) {
            let view = Projection::new(at(lat, lon), scale, (240.0, x));
            let _ = (view.project_at(at(lon, lat)), view.unproject(Dot { x, y: lat }), view.reach_cos(), view.rim());
        }
    }
}
