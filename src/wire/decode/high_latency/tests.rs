//! A vehicle in one message.

use mavlink::dialects::ardupilotmega::{
    HIGH_LATENCY2_DATA, HlFailureFlag, MavAutopilot, MavType as TypeOnWire,
};

use crate::{
    model::{
        groups::Wind,
        report::Hud,
        words::{Autopilot, MavType},
    },
    wire::decode::testing::{report, unwrap_report},
};

fn far_away() -> HIGH_LATENCY2_DATA {
    HIGH_LATENCY2_DATA {
        timestamp: 0x0102_0304,
        latitude: -353_632_621,
        longitude: 1_491_652_374,
        custom_mode: 10,
        altitude: -584,
        target_altitude: 1,
        target_distance: 2,
        wp_num: 300,
        failure_flags: HlFailureFlag::from_bits_retain(0x1234),
        mavtype: TypeOnWire::MAV_TYPE_FIXED_WING,
        autopilot: MavAutopilot::MAV_AUTOPILOT_ARDUPILOTMEGA,
        heading: 179,
        target_heading: 3,
        throttle: 55,
        airspeed: 101,
        airspeed_sp: 4,
        groundspeed: 99,
        windspeed: 26,
        wind_heading: 45,
        eph: 5,
        epv: 6,
        temperature_air: 7,
        climb_rate: 8,
        battery: 78,
        custom0: 0x81u8 as i8,
        custom1: 9,
        custom2: 10,
    }
}

#[test]
fn every_field_of_high_latency2_is_found() {
    let read = unwrap_report!(report(&far_away()), HighLatency);
    assert_eq!(
        (read.mav_type, read.autopilot),
        (MavType(1), Autopilot::ARDUPILOT)
    );
    assert_eq!(
        (read.armed, read.custom_mode, read.mode.name.as_ref()),
        (Some(true), 10, "AUTO")
    );
    let place = read.position.place.unwrap();
    assert_eq!(
        (place.lat_deg, place.lon_deg),
        (-35.363_262_1, 149.165_237_4)
    );
    assert_eq!(
        (read.position.alt_msl_m, read.position.alt_rel_m),
        (Some(-584.0), None)
    );
    assert_eq!(
        (read.position.heading_deg, read.hud.heading_deg),
        (Some(358.0), Some(358.0))
    );
    assert_eq!(read.position.boot_ms, 0x0102_0304);
    assert_eq!(
        (read.hud.airspeed_m_s, read.hud.groundspeed_m_s),
        (Some(20.2), Some(19.8))
    );
    assert_eq!(
        (read.hud.throttle_percent, read.hud.climb_m_s),
        (Some(55), None)
    );
    assert_eq!(
        (read.wind.from_deg, read.wind.speed_m_s),
        (Some(90.0), Some(5.2))
    );
    assert_eq!(
        (read.battery_percent, read.mission_current),
        (Some(78), 300)
    );
}

#[test]
fn px4_names_its_mode_by_two_bytes_and_sends_the_wind_the_other_way_round() {
    let message = HIGH_LATENCY2_DATA {
        autopilot: MavAutopilot::MAV_AUTOPILOT_PX4,
        custom_mode: 0x0504,
        ..far_away()
    };
    let read = unwrap_report!(report(&message), HighLatency);
    assert_eq!((read.mode.name.as_ref(), read.armed), ("RTL", None));
    assert_eq!(read.wind.from_deg, Some(270.0));
}

#[test]
fn what_is_not_known_far_away_is_unknown_here() {
    let message = HIGH_LATENCY2_DATA {
        latitude: 0,
        longitude: 0,
        heading: 200,
        throttle: 255,
        airspeed: 255,
        groundspeed: 255,
        windspeed: 0,
        wind_heading: 0,
        battery: -1,
        custom0: 0,
        ..far_away()
    };
    let read = unwrap_report!(report(&message), HighLatency);
    assert_eq!(
        (read.position.place, read.position.heading_deg),
        (None, None)
    );
    assert_eq!(read.hud, Hud::default());
    assert_eq!(read.wind, Wind::default());
    assert_eq!((read.battery_percent, read.armed), (None, None));
}
