//! Fleets with places, tracks and homes, anywhere on earth.

use std::sync::Arc;

use volery::model::{
    geo::LatLon,
    groups::{Heading, Home, Position, Velocity},
    snapshot::Snapshot,
    time::TimeUs,
    track::{Track, TrackPoint},
    vehicle::{State, Vehicle},
};

use super::fleets::{NOW_MS, flying, power};

/// Metres to a degree of latitude.
const DEGREE_M: f64 = 111_194.926_6;

/// Metres north and east of a place.
pub(crate) fn off(from: LatLon, north_m: f64, east_m: f64) -> LatLon {
    let lean = from.lat_deg.to_radians().cos().max(1e-6);
    LatLon {
        lat_deg: from.lat_deg + north_m / DEGREE_M,
        lon_deg: (from.lon_deg + east_m / DEGREE_M / lean + 180.0).rem_euclid(360.0) - 180.0,
    }
}

pub(crate) const fn at(lat_deg: f64, lon_deg: f64) -> LatLon {
    LatLon { lat_deg, lon_deg }
}

/// Puts a vehicle somewhere, with a home.
pub(crate) fn put(vehicle: &mut Vehicle, here: LatLon, home: LatLon) {
    let t_ms = vehicle.heard_ms;
    vehicle.position = Some(Position {
        lat_deg: Some(here.lat_deg),
        lon_deg: Some(here.lon_deg),
        alt_rel_m: Some(50.0),
        t_ms,
        ..Position::default()
    });
    vehicle.home = Some(Home {
        lat_deg: Some(home.lat_deg),
        lon_deg: Some(home.lon_deg),
        distance_m: Some(home.distance_m(here)),
        bearing_deg: Some(home.bearing_deg(here)),
        t_ms,
        ..Home::default()
    });
}

/// A vehicle that has flown `turns` of a circle round its home, clockwise.
pub(crate) fn circling(
    vehicle: &mut Vehicle,
    home: LatLon,
    (radius_m, turns): (f64, f64),
) -> Track {
    let place = |part: f64| {
        let (sin, cos) = (part * std::f64::consts::TAU).sin_cos();
        off(home, radius_m * cos, radius_m * sin)
    };
    let mut track = Track::default();
    for n in 0..=300_i64 {
        track.push(TrackPoint {
            t: TimeUs::from_ms(NOW_MS - (300 - n) * 1_000),
            place: place(turns * n as f64 / 300.0),
            alt_rel_m: Some(50.0),
        });
    }
    put(vehicle, place(turns), home);
    vehicle.heading = Some(Heading {
        deg: Some((turns * 360.0 + 90.0).rem_euclid(360.0)),
        t_ms: vehicle.heard_ms,
    });
    track
}

fn snapshot(vehicles: Vec<(Vehicle, Track)>) -> Snapshot {
    let mut snapshot = Snapshot {
        seq: 1,
        time_ms: NOW_MS,
        ..Snapshot::default()
    };
    for (vehicle, track) in vehicles {
        let id = vehicle.id.clone();
        snapshot.tracks.insert(id.clone(), Arc::new(track));
        snapshot.vehicles.insert(id, Arc::new(vehicle));
    }
    snapshot
}

/// Three on circles round one home; the third is parked beside it.
pub(crate) fn three(home: LatLon) -> Snapshot {
    let mut alpha = flying("Alpha", 1, "AUTO", 200);
    let mut bravo = flying("Bravo", 2, "GUIDED", 300);
    let mut charlie = flying("Charlie", 3, "LOITER", 100);
    charlie.armed = Some(false);
    let tracks = [
        circling(&mut alpha, home, (300.0, 0.7)),
        circling(&mut bravo, home, (160.0, 0.4)),
        Track::default(),
    ];
    put(&mut charlie, off(home, -40.0, 90.0), home);
    let vehicles = [alpha, bravo, charlie];
    snapshot(vehicles.into_iter().zip(tracks).collect())
}

/// Six, of whom one is lost, one critical, one late, one in conflict and one silent about its place.
pub(crate) fn troubled() -> Snapshot {
    let home = at(-35.363_262, 149.165_237);
    let names = ["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot"];
    let mut vehicles = Vec::new();
    for (name, n) in names.into_iter().zip(1_u8..) {
        let mut vehicle = flying(name, n, "AUTO", if n == 5 { 12_000 } else { 200 });
        let turns = 0.16 * f64::from(n);
        let track = circling(&mut vehicle, home, (120.0 + 60.0 * f64::from(n), turns));
        match n {
            2 => power(&mut vehicle, 14, 3_400),
            3 => vehicle.state = State::Late,
            4 => {
                let position = vehicle.position.unwrap_or_default();
                vehicle.position = Some(Position {
                    t_ms: Some(NOW_MS - 15_000),
                    ..position
                });
            }
            5 => {
                vehicle.state = State::Lost;
                vehicle.velocity = Some(Velocity {
                    groundspeed_m_s: Some(9.0),
                    t_ms: vehicle.heard_ms,
                    ..Velocity::default()
                });
            }
            _ => {}
        }
        vehicles.push((vehicle, track));
    }
    snapshot(vehicles)
}

/// A thousand in a grid of twenty kilometres.
pub(crate) fn thousand() -> Snapshot {
    let vehicles = (0..1_000_u16).map(|n| {
        let mut vehicle = flying(
            &format!("net{}-{}", n / 250, n % 250),
            (n % 250 + 1) as u8,
            "AUTO",
            200,
        );
        let place = off(
            at(47.2, 8.3),
            f64::from(n / 32) * 640.0,
            f64::from(n % 32) * 640.0,
        );
        put(&mut vehicle, place, at(47.2, 8.3));
        power(&mut vehicle, 20 + (n % 80) as u8, 3_700 + n % 400);
        (vehicle, Track::default())
    });
    snapshot(vehicles.collect())
}

/// Two on both sides of the antimeridian off Fiji, with a track across it.
pub(crate) fn antimeridian() -> Snapshot {
    let mut alpha = flying("Alpha", 1, "AUTO", 200);
    let mut bravo = flying("Bravo", 2, "AUTO", 200);
    let home = at(-17.0, 180.0);
    let first = circling(&mut alpha, home, (60_000.0, 0.9));
    let second = circling(&mut bravo, off(home, 10_000.0, 90_000.0), (30_000.0, 0.3));
    snapshot(vec![(alpha, first), (bravo, second)])
}

/// One that flies round the north pole, with a home on it.
pub(crate) fn north_pole() -> Snapshot {
    let mut polar = flying("Polar", 1, "AUTO", 200);
    let mut track = Track::default();
    for n in 0..=360_i64 {
        track.push(TrackPoint {
            t: TimeUs::from_ms(NOW_MS - (360 - n) * 1_000),
            place: at(89.6, n as f64 * 0.8 - 180.0),
            alt_rel_m: None,
        });
    }
    put(&mut polar, at(89.6, 108.0), at(90.0, 0.0));
    polar.heading = Some(Heading {
        deg: Some(90.0),
        t_ms: polar.heard_ms,
    });
    snapshot(vec![(polar, track)])
}
