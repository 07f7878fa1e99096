//! Distances and bearings on a sphere of 6,371,000 m, exact enough for everything below 1 % of a flight.

/// Mean radius of the earth used throughout, metres.
pub const EARTH_RADIUS_M: f64 = 6_371_000.0;

/// A point on the earth, WGS 84 degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LatLon {
    /// Latitude, degrees north.
    pub lat_deg: f64,
    /// Longitude, degrees east.
    pub lon_deg: f64,
}

impl LatLon {
    /// Great-circle distance by the haversine formula, metres.
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.lat_deg.to_radians(), other.lat_deg.to_radians());
        let half_dlat = (lat2 - lat1) / 2.0;
        let half_dlon = (other.lon_deg - self.lon_deg).to_radians() / 2.0;
        let a = half_dlat.sin().powi(2) + lat1.cos() * lat2.cos() * half_dlon.sin().powi(2);
        2.0 * EARTH_RADIUS_M * a.sqrt().min(1.0).asin()
    }

    /// Initial bearing towards `other`, degrees clockwise from true north, 0 to 360.
    #[must_use]
    pub fn bearing_deg(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.lat_deg.to_radians(), other.lat_deg.to_radians());
        let dlon = (other.lon_deg - self.lon_deg).to_radians();
        let y = dlon.sin() * lat2.cos();
        let x = lat1.cos() * lat2.sin() - lat1.sin() * lat2.cos() * dlon.cos();
        y.atan2(x).to_degrees().rem_euclid(360.0)
    }
}

/// `value` rounded to `decimals` places: how every number of the vehicle object is rounded, once.
#[must_use]
pub fn round_to(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    let rounded = (value * scale).round() / scale;
    if rounded == 0.0 { 0.0 } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: LatLon = LatLon {
        lat_deg: -35.363_262,
        lon_deg: 149.165_237,
    };

    #[test]
    fn a_degree_of_latitude_is_about_111_km() {
        let north = LatLon {
            lat_deg: HOME.lat_deg + 1.0,
            ..HOME
        };
        assert!((HOME.distance_m(north) - 111_194.93).abs() < 0.1);
        assert!(HOME.bearing_deg(north).abs() < 1e-9);
    }

    #[test]
    fn east_across_the_antimeridian_is_short() {
        let west = LatLon {
            lat_deg: 0.0,
            lon_deg: 179.9,
        };
        let east = LatLon {
            lat_deg: 0.0,
            lon_deg: -179.9,
        };
        assert!((west.distance_m(east) - 22_238.99).abs() < 0.1);
        assert!((west.bearing_deg(east) - 90.0).abs() < 1e-6);
    }

    #[test]
    fn rounding_never_gives_minus_zero() {
        assert_eq!(round_to(-0.001, 2).to_bits(), 0f64.to_bits());
        assert!((round_to(47.397_742_149, 7) - 47.397_742_1).abs() < 1e-12);
    }
}
