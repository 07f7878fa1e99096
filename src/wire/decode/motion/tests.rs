//! Angles, speeds and wind.

use std::f32::consts::PI;

use mavlink::dialects::ardupilotmega::{
    ATTITUDE_DATA, ATTITUDE_QUATERNION_DATA, VFR_HUD_DATA, WIND_COV_DATA, WIND_DATA,
};

use crate::{
    model::{
        groups::{Attitude, Wind},
        report::Hud,
    },
    wire::decode::testing::{payload, report, unwrap_report},
    wire::decode::{Context, decode},
};

fn angles(roll_deg: f64, pitch_deg: f64, yaw_deg: f64) -> Attitude {
    Attitude {
        roll_deg: Some(roll_deg),
        pitch_deg: Some(pitch_deg),
        yaw_deg: Some(yaw_deg),
        t_ms: None,
    }
}

#[test]
fn attitude_is_in_degrees_and_yaw_goes_round_to_360() {
    let message = ATTITUDE_DATA {
        time_boot_ms: 77,
        roll: 0.1,
        pitch: -0.2,
        yaw: -PI / 2.0,
        rollspeed: 4.0,
        pitchspeed: 5.0,
        yawspeed: 6.0,
    };
    assert_eq!(
        unwrap_report!(report(&message), Attitude),
        angles(5.73, -11.46, 270.0)
    );
    let nan = ATTITUDE_DATA {
        roll: f32::NAN,
        pitch: f32::INFINITY,
        yaw: 1e30,
        ..message
    };
    assert_eq!(unwrap_report!(report(&nan), Attitude), Attitude::default());
}

#[test]
fn a_quaternion_says_what_attitude_says() {
    for (roll, pitch, yaw) in [
        (10.0, 20.0, 30.0),
        (-170.0, -80.0, 350.0),
        (0.0, 0.0, 180.0),
    ] {
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin_cos();
        let ((sr, cr), (sp, cp), (sy, cy)) = (half(roll), half(pitch), half(yaw));
        let message = ATTITUDE_QUATERNION_DATA {
            time_boot_ms: 1,
            q1: (cr * cp * cy + sr * sp * sy) as f32,
            q2: (sr * cp * cy - cr * sp * sy) as f32,
            q3: (cr * sp * cy + sr * cp * sy) as f32,
            q4: (cr * cp * sy - sr * sp * cy) as f32,
            rollspeed: 7.0,
            pitchspeed: 8.0,
            yawspeed: 9.0,
            repr_offset_q: [0.0; 4],
        };
        assert_eq!(
            unwrap_report!(report(&message), Attitude),
            angles(roll, pitch, yaw)
        );
    }
    let nothing = payload(&ATTITUDE_QUATERNION_DATA::DEFAULT);
    assert!(decode(31, &nothing, Context::default()).is_none());
}

fn hud() -> VFR_HUD_DATA {
    VFR_HUD_DATA {
        airspeed: 12.345,
        groundspeed: 6.789,
        alt: 1_000.0,
        climb: -1.234,
        heading: 271,
        throttle: 43,
    }
}

#[test]
fn every_field_of_vfr_hud_is_found() {
    let whole = Hud {
        airspeed_m_s: Some(12.35),
        groundspeed_m_s: Some(6.79),
        heading_deg: Some(271.0),
        throttle_percent: Some(43),
        climb_m_s: Some(-1.23),
    };
    // 12.345 as a 32-bit float lies a hair above the middle.
    assert_eq!(unwrap_report!(report(&hud()), Hud), whole);
}

#[test]
fn reverse_throttle_is_negative_and_nonsense_is_nothing() {
    let reverse = VFR_HUD_DATA {
        throttle: 65_536u32.wrapping_sub(50) as u16,
        heading: 360,
        ..hud()
    };
    let read = unwrap_report!(report(&reverse), Hud);
    assert_eq!(
        (read.throttle_percent, read.heading_deg),
        (Some(-50), Some(0.0))
    );
    let nonsense = VFR_HUD_DATA {
        airspeed: f32::NAN,
        groundspeed: f32::INFINITY,
        climb: f32::NEG_INFINITY,
        heading: -1,
        throttle: 30_000,
        alt: 0.0,
    };
    assert_eq!(unwrap_report!(report(&nonsense), Hud), Hud::default());
}

#[test]
fn ardupilots_wind_comes_from_where_it_says() {
    let message = WIND_DATA {
        direction: -90.0,
        speed: 5.557,
        speed_z: 0.5,
    };
    let from_the_west = Wind {
        from_deg: Some(270.0),
        speed_m_s: Some(5.56),
        climb_m_s: Some(-0.5),
        t_ms: None,
    };
    assert_eq!(unwrap_report!(report(&message), Wind), from_the_west);
}

fn air_moving(wind_x: f32, wind_y: f32, wind_z: f32) -> Wind {
    let message = WIND_COV_DATA {
        time_usec: 0x0102_0304_0506_0708,
        wind_x,
        wind_y,
        wind_z,
        var_horiz: 4.0,
        var_vert: 5.0,
        wind_alt: 6.0,
        horiz_accuracy: 7.0,
        vert_accuracy: 8.0,
    };
    unwrap_report!(report(&message), Wind)
}

#[test]
fn a_wind_vector_points_where_the_air_goes() {
    for (north, east, from_deg) in [
        (3.0, 0.0, 180.0),
        (-3.0, 0.0, 0.0),
        (0.0, 3.0, 270.0),
        (0.0, -3.0, 90.0),
        (-2.0, -2.0, 45.0),
    ] {
        assert_eq!(air_moving(north, east, 0.0).from_deg, Some(from_deg));
    }
    let slanted = air_moving(3.0, 4.0, -0.25);
    assert_eq!(
        (slanted.speed_m_s, slanted.climb_m_s),
        (Some(5.0), Some(0.25))
    );
}

#[test]
fn still_air_and_unknown_air_have_no_direction() {
    let still = air_moving(0.0, 0.0, 0.0);
    assert_eq!((still.from_deg, still.speed_m_s), (None, Some(0.0)));
    let unknown = air_moving(f32::NAN, f32::NAN, f32::NAN);
    assert_eq!(unknown, Wind::default());
}
