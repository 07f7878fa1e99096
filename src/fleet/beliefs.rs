//! From reports to the groups of the vehicle object. Which message wins, and for how long, is decided here.

use std::{sync::Arc, time::Duration};

use crate::model::{
    geo::{LatLon, round_to},
    groups::{Battery, Gps, Heading, Home, Position, Throttle, Velocity, WorstBattery},
    report::{GlobalPosition, Hud, SystemReport},
    time::TimeUs,
    track::{Track, TrackPoint},
    vehicle::Vehicle,
};

/// How long one message keeps a lesser source of the same fact out.
const FRESH_FOR: Duration = Duration::from_millis(3_500);
/// A track point is added after this distance or this time.
const TRACK_STEP_M: f64 = 2.0;
const TRACK_STEP: Duration = Duration::from_millis(200);

/// What must be remembered beside the vehicle object to rebuild its mixed groups.
#[derive(Debug, Default)]
pub(super) struct Sources {
    global: Option<(GlobalPosition, TimeUs)>,
    hud: Option<(Hud, TimeUs)>,
    battery_status_heard: bool,
}

impl Sources {
    /// GLOBAL_POSITION_INT: position, velocity over ground, heading.
    pub(super) fn hear_global(&mut self, vehicle: &mut Vehicle, report: GlobalPosition, t: TimeUs) {
        self.global = Some((report, t));
        let place = report.place;
        vehicle.position = Some(Position {
            lat_deg: place.map(|place| place.lat_deg),
            lon_deg: place.map(|place| place.lon_deg),
            alt_msl_m: report.alt_msl_m,
            alt_rel_m: report.alt_rel_m,
            t_ms: Some(t.as_ms()),
        });
        if report.heading_deg.is_some() {
            vehicle.heading = Some(Heading {
                deg: report.heading_deg,
                t_ms: Some(t.as_ms()),
            });
        }
        vehicle.velocity = Some(self.velocity(t));
        measure_home(vehicle);
    }

    /// VFR_HUD: speeds, climb, throttle, and heading where nobody better says it.
    pub(super) fn hear_hud(&mut self, vehicle: &mut Vehicle, report: Hud, t: TimeUs) {
        self.hud = Some((report, t));
        let heading_known = self
            .global
            .is_some_and(|(global, at)| global.heading_deg.is_some() && is_fresh(at, t));
        if !heading_known && report.heading_deg.is_some() {
            vehicle.heading = Some(Heading {
                deg: report.heading_deg,
                t_ms: Some(t.as_ms()),
            });
        }
        vehicle.throttle = report.throttle_percent.map(|percent| Throttle {
            percent: Some(percent),
            t_ms: Some(t.as_ms()),
        });
        vehicle.velocity = Some(self.velocity(t));
    }

    /// GPS_RAW_INT and GPS2_RAW: the receiver itself, and the position while the estimator gives none.
    pub(super) fn hear_gps(&mut self, vehicle: &mut Vehicle, id: u8, mut gps: Gps, t: TimeUs) {
        gps.t_ms = Some(t.as_ms());
        vehicle.gps.make_mut().insert(id, gps);
        let estimator_speaks = self.global.is_some_and(|(_, at)| is_fresh(at, t));
        if id == 0 && !estimator_speaks {
            let Gps {
                lat_deg,
                lon_deg,
                alt_msl_m,
                t_ms,
                ..
            } = gps;
            vehicle.position = Some(Position {
                lat_deg,
                lon_deg,
                alt_msl_m,
                alt_rel_m: None,
                t_ms,
            });
            measure_home(vehicle);
        }
    }

    /// SYS_STATUS: sensors, load, and battery 0 as long as no BATTERY_STATUS was ever heard.
    pub(super) fn hear_system(&mut self, vehicle: &mut Vehicle, report: SystemReport, t: TimeUs) {
        vehicle.sensors = Some(report.sensors);
        let mut processor = report.processor;
        processor.t_ms = Some(t.as_ms());
        vehicle.processor = Some(processor);
        if !self.battery_status_heard {
            insert_battery(vehicle, 0, report.battery, t);
        }
    }

    /// BATTERY_STATUS.
    pub(super) fn hear_battery(
        &mut self,
        vehicle: &mut Vehicle,
        id: u8,
        battery: Battery,
        t: TimeUs,
    ) {
        if !self.battery_status_heard {
            self.battery_status_heard = true;
            vehicle.batteries.make_mut().clear();
        }
        insert_battery(vehicle, id, battery, t);
    }

    fn velocity(&self, now: TimeUs) -> Velocity {
        let fresh_global = self
            .global
            .filter(|(_, at)| is_fresh(*at, now))
            .map(|(global, _)| global);
        let fresh_hud = self
            .hud
            .filter(|(_, at)| is_fresh(*at, now))
            .map(|(hud, _)| hud);
        let (north, east, down) = fresh_global.map_or((None, None, None), |global| {
            (global.north_m_s, global.east_m_s, global.down_m_s)
        });
        let over_ground = north
            .zip(east)
            .map(|(north, east)| round_to(north.hypot(east), 2));
        Velocity {
            groundspeed_m_s: fresh_hud
                .and_then(|hud| hud.groundspeed_m_s)
                .or(over_ground),
            airspeed_m_s: fresh_hud.and_then(|hud| hud.airspeed_m_s),
            climb_m_s: fresh_hud
                .and_then(|hud| hud.climb_m_s)
                .or(down.map(|down| round_to(-down, 2))),
            north_m_s: north,
            east_m_s: east,
            down_m_s: down,
            t_ms: Some(now.as_ms()),
        }
    }
}

/// HOME_POSITION: where it is; how far is measured at once and at every new position.
pub(super) fn hear_home(vehicle: &mut Vehicle, mut home: Home, t: TimeUs) {
    home.t_ms = Some(t.as_ms());
    vehicle.home = Some(home);
    measure_home(vehicle);
}

/// Adds the vehicle's position to its track when it has moved.
pub(super) fn extend_track(track: &mut Arc<Track>, vehicle: &Vehicle, t: TimeUs) {
    let Some(place) = vehicle
        .position
        .and_then(|position| place_of(position.lat_deg, position.lon_deg))
    else {
        return;
    };
    let moved = track.last().is_none_or(|last| {
        t.since(last.t) >= TRACK_STEP && (last.place.distance_m(place) >= TRACK_STEP_M)
    });
    if moved {
        let alt_rel_m = vehicle.position.and_then(|position| position.alt_rel_m);
        Arc::make_mut(track).push(TrackPoint {
            t,
            place,
            alt_rel_m,
        });
    }
}

fn insert_battery(vehicle: &mut Vehicle, id: u8, mut battery: Battery, t: TimeUs) {
    battery.t_ms = Some(t.as_ms());
    vehicle.batteries.make_mut().insert(id, battery);
    vehicle.battery = worst_battery(vehicle);
}

/// The battery that ends the flight first: least charge, then least voltage; one that says nothing is last.
fn worst_battery(vehicle: &Vehicle) -> Option<WorstBattery> {
    let rank = |battery: &Battery| {
        let charge = battery.remaining_percent.unwrap_or(u8::MAX);
        let millivolts = battery
            .voltage_v
            .map_or(u32::MAX, |volts| (volts * 1_000.0) as u32);
        (charge, millivolts)
    };
    let (id, worst) = vehicle
        .batteries
        .iter()
        .min_by_key(|(_, battery)| rank(battery))?;
    Some(WorstBattery {
        id: Some(*id),
        remaining_percent: worst.remaining_percent,
        voltage_v: worst.voltage_v,
        current_a: worst.current_a,
        consumed_mah: worst.consumed_mah,
        t_ms: worst.t_ms,
    })
}

fn measure_home(vehicle: &mut Vehicle) {
    let Some(home) = &mut vehicle.home else {
        return;
    };
    let here = vehicle
        .position
        .and_then(|position| place_of(position.lat_deg, position.lon_deg));
    if let Some((here, there)) = here.zip(place_of(home.lat_deg, home.lon_deg)) {
        home.distance_m = Some(round_to(here.distance_m(there), 2));
        home.bearing_deg = Some(round_to(here.bearing_deg(there), 2));
    }
}

fn place_of(lat_deg: Option<f64>, lon_deg: Option<f64>) -> Option<LatLon> {
    lat_deg
        .zip(lon_deg)
        .map(|(lat_deg, lon_deg)| LatLon { lat_deg, lon_deg })
}

fn is_fresh(heard: TimeUs, now: TimeUs) -> bool {
    now.since(heard) <= FRESH_FOR
}
