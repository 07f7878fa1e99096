//! The messages of the instrument panel: sensors, outputs and what the controllers aim at.
//!
//! <https://mavlink.io/en/messages/common.html>. Nothing in volery depends on them; inspectors and other stations do.

use mavlink::dialects::ardupilotmega as m;

use crate::model::time::TimeUs;
use crate::sim::kinematics::Spot;

use super::craft::Craft;
use super::modes::Conduct;

/// Air pressure at sea level, hPa, and the height over which it falls to a third, m.
const SEA_LEVEL_HPA: f64 = 1_013.25;
const SCALE_HEIGHT_M: f64 = 8_434.0;
const GRAVITY_MG: f64 = 1_000.0;

/// RAW_IMU: accelerations in mg, rates in mrad/s, the field of southern Australia in mgauss.
pub(super) fn raw_imu(craft: &mut Craft, now: TimeUs) -> m::RAW_IMU_DATA {
    let [roll, pitch, yaw] = craft.body.attitude_rad;
    let rates = craft.body.rates_rad_s;
    let mut around = |value: f64, noise: f64| (value + noise * craft.random.bell()).round() as i16;
    m::RAW_IMU_DATA {
        time_usec: craft_time(craft.booted, now),
        xacc: around(GRAVITY_MG * pitch.sin(), 3.0),
        yacc: around(-GRAVITY_MG * roll.sin(), 3.0),
        zacc: around(-GRAVITY_MG * roll.cos() * pitch.cos(), 3.0),
        xgyro: around(rates[0] * 1_000.0, 1.0),
        ygyro: around(rates[1] * 1_000.0, 1.0),
        zgyro: around(rates[2] * 1_000.0, 1.0),
        xmag: around(230.0 * yaw.cos(), 2.0),
        ymag: around(-230.0 * yaw.sin(), 2.0),
        zmag: around(-530.0, 2.0),
        id: 0,
        temperature: 4_500,
    }
}

const fn craft_time(booted: TimeUs, now: TimeUs) -> u64 {
    (now.0 - booted.0) as u64
}

/// SCALED_PRESSURE: what the height above the sea says.
pub(super) fn scaled_pressure(craft: &Craft, now: TimeUs) -> m::SCALED_PRESSURE_DATA {
    let height_m = craft.options.origin.alt_msl_m + craft.body.spot.up_m;
    m::SCALED_PRESSURE_DATA {
        time_boot_ms: craft.uptime_ms(now),
        press_abs: (SEA_LEVEL_HPA * (-height_m / SCALE_HEIGHT_M).exp()) as f32,
        press_diff: 0.0,
        temperature: 3_200,
        temperature_press_diff: 0,
    }
}

/// SERVO_OUTPUT_RAW: four motors at the throttle, or stopped.
pub(super) fn servo_output_raw(craft: &Craft, now: TimeUs) -> m::SERVO_OUTPUT_RAW_DATA {
    let pulse_us = if craft.armed {
        1_100 + (craft.body.throttle * 800.0) as u16
    } else {
        1_000
    };
    m::SERVO_OUTPUT_RAW_DATA {
        time_usec: craft.uptime_us(now) as u32,
        servo1_raw: pulse_us,
        servo2_raw: pulse_us,
        servo3_raw: pulse_us,
        servo4_raw: pulse_us,
        ..m::SERVO_OUTPUT_RAW_DATA::default()
    }
}

/// Where the craft is going just now.
fn aim(craft: &Craft) -> Spot {
    match craft.mode.conduct {
        Conduct::Mission => craft.plans[0]
            .get(usize::from(craft.progress.current))
            .map_or(craft.target, |item| {
                craft.options.origin.spot_of(item, craft.body.spot)
            }),
        Conduct::Return => craft.home,
        _ => craft.target,
    }
}

/// NAV_CONTROLLER_OUTPUT: bearing and distance of the aim, and how far off the height is.
pub(super) fn nav_controller_output(craft: &Craft) -> m::NAV_CONTROLLER_OUTPUT_DATA {
    let (here, aim) = (craft.body.spot, aim(craft));
    let bearing = (aim.east_m - here.east_m).atan2(aim.north_m - here.north_m);
    let bearing = bearing.to_degrees().round() as i16;
    let [roll, pitch, _] = craft.body.attitude_rad.map(f64::to_degrees);
    m::NAV_CONTROLLER_OUTPUT_DATA {
        nav_roll: roll as f32,
        nav_pitch: pitch as f32,
        alt_error: (aim.up_m - here.up_m) as f32,
        aspd_error: 0.0,
        xtrack_error: 0.0,
        nav_bearing: bearing,
        target_bearing: bearing,
        wp_dist: here.across_m(aim).round() as u16,
    }
}

/// POSITION_TARGET_GLOBAL_INT: the same aim on the earth.
pub(super) fn position_target(craft: &Craft, now: TimeUs) -> m::POSITION_TARGET_GLOBAL_INT_DATA {
    let aim = aim(craft);
    let (lat_int, lon_int) = craft.options.origin.scaled(aim);
    // As the recordings have it: ArduPilot means the place alone, PX4 says nothing of what it means.
    let mask = if craft.is_px4() { 0 } else { 0xFDF8 };
    m::POSITION_TARGET_GLOBAL_INT_DATA {
        type_mask: m::PositionTargetTypemask::from_bits_retain(mask),
        coordinate_frame: m::MavFrame::MAV_FRAME_GLOBAL,
        time_boot_ms: craft.uptime_ms(now),
        lat_int,
        lon_int,
        alt: (craft.options.origin.alt_msl_m + aim.up_m) as f32,
        ..m::POSITION_TARGET_GLOBAL_INT_DATA::default()
    }
}

/// MEMINFO: enough.
pub(super) fn meminfo() -> m::MEMINFO_DATA {
    m::MEMINFO_DATA {
        brkval: 0,
        freemem: u16::MAX,
        freemem32: 131_072,
    }
}

/// FENCE_STATUS: never breached here.
pub(super) fn fence_status() -> m::FENCE_STATUS_DATA {
    m::FENCE_STATUS_DATA::default()
}

/// ATTITUDE_QUATERNION: the attitude once more, the way PX4 prefers it.
pub(super) fn attitude_quaternion(craft: &Craft, now: TimeUs) -> m::ATTITUDE_QUATERNION_DATA {
    let [roll, pitch, yaw] = craft.body.attitude_rad.map(|angle| angle / 2.0);
    let ((sr, cr), (sp, cp), (sy, cy)) = (roll.sin_cos(), pitch.sin_cos(), yaw.sin_cos());
    let [rollspeed, pitchspeed, yawspeed] = craft.body.rates_rad_s.map(|rate| rate as f32);
    m::ATTITUDE_QUATERNION_DATA {
        time_boot_ms: craft.uptime_ms(now),
        q1: (cr * cp * cy + sr * sp * sy) as f32,
        q2: (sr * cp * cy - cr * sp * sy) as f32,
        q3: (cr * sp * cy + sr * cp * sy) as f32,
        q4: (cr * cp * sy - sr * sp * cy) as f32,
        rollspeed,
        pitchspeed,
        yawspeed,
        repr_offset_q: [0.0; 4],
    }
}

/// ALTITUDE: every height there is.
pub(super) fn altitude(craft: &Craft, now: TimeUs) -> m::ALTITUDE_DATA {
    let (up_m, sea_m) = (craft.body.spot.up_m, craft.options.origin.alt_msl_m);
    m::ALTITUDE_DATA {
        time_usec: craft.uptime_us(now),
        altitude_monotonic: (sea_m + up_m) as f32,
        altitude_amsl: (sea_m + up_m) as f32,
        altitude_local: up_m as f32,
        altitude_relative: (up_m - craft.home.up_m) as f32,
        altitude_terrain: f32::NAN,
        bottom_clearance: f32::NAN,
    }
}
