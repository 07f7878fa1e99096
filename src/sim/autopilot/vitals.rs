//! The messages about a craft's health: power, sensors, satellites, estimator, vibration.

use mavlink::dialects::ardupilotmega as m;

use crate::model::time::TimeUs;
use crate::sim::random::Random;

use super::craft::Craft;
use super::firmware::Firmware;

const GPS: u32 = 1 << 5;
const POSITION_CONTROL: u32 = 1 << 14;
const BATTERY: u32 = 1 << 25;
const PREARM: u32 = 1 << 28;
const GEOFENCE: u32 = 1 << 20;
/// Gyro, accelerometer, magnetometer, barometer, GPS, the controllers of rate, attitude, yaw, height and
/// position, motors, RC, AHRS, logging, battery, prearm check.
const PRESENT: u32 = 0x0F | GPS | 0xFC00 | 1 << 16 | 1 << 21 | 1 << 24 | BATTERY | PREARM;

/// SYS_STATUS: what is fitted, what is on, what is well.
pub(super) fn sys_status(craft: &Craft, now: TimeUs) -> m::SYS_STATUS_DATA {
    let mut health = PRESENT | GEOFENCE;
    if craft.is_gps_lost(now) || !craft.is_warm(now) {
        health &= !(GPS | POSITION_CONTROL | PREARM);
    }
    if craft.battery_alarm > 0 {
        health &= !(BATTERY | PREARM);
    }
    let bits = m::MavSysStatusSensor::from_bits_retain;
    m::SYS_STATUS_DATA {
        // A fence that is off is present and well: else a station would report a breach.
        onboard_control_sensors_present: bits(PRESENT | GEOFENCE),
        onboard_control_sensors_enabled: bits(PRESENT),
        onboard_control_sensors_health: bits(health),
        load: 180,
        voltage_battery: millivolts(craft.battery.voltage_v()),
        current_battery: centiamperes(craft.battery.current_a()),
        drop_rate_comm: 0,
        errors_comm: 0,
        errors_count1: 0,
        errors_count2: 0,
        errors_count3: 0,
        errors_count4: 0,
        battery_remaining: craft.battery.remaining_percent().floor() as i8,
        onboard_control_sensors_present_extended: m::MavSysStatusSensorExtended::empty(),
        onboard_control_sensors_enabled_extended: m::MavSysStatusSensorExtended::empty(),
        onboard_control_sensors_health_extended: m::MavSysStatusSensorExtended::empty(),
    }
}

fn millivolts(volts: f64) -> u16 {
    (volts * 1_000.0).round() as u16
}

fn centiamperes(amperes: f64) -> i16 {
    (amperes * 100.0).round() as i16
}

/// BATTERY_STATUS: ArduPilot's as a total in the first field, PX4's cell by cell.
pub(super) fn battery_status(craft: &Craft) -> m::BATTERY_STATUS_DATA {
    let mut voltages = [u16::MAX; 10];
    match craft.options.firmware {
        Firmware::ArduPilot => voltages[0] = millivolts(craft.battery.voltage_v()),
        Firmware::Px4 => {
            voltages[..usize::from(craft.battery.cells())].fill(millivolts(craft.battery.cell_v()));
        }
    }
    m::BATTERY_STATUS_DATA {
        current_consumed: craft.battery.used_mah().round() as i32,
        energy_consumed: -1,
        temperature: 3_140,
        voltages,
        current_battery: centiamperes(craft.battery.current_a()),
        id: 0,
        battery_function: m::MavBatteryFunction::MAV_BATTERY_FUNCTION_ALL,
        mavtype: m::MavBatteryType::MAV_BATTERY_TYPE_LIPO,
        battery_remaining: craft.battery.remaining_percent().floor() as i8,
        time_remaining: 0,
        charge_state: match craft.battery_alarm {
            0 => m::MavBatteryChargeState::MAV_BATTERY_CHARGE_STATE_OK,
            1 => m::MavBatteryChargeState::MAV_BATTERY_CHARGE_STATE_LOW,
            _ => m::MavBatteryChargeState::MAV_BATTERY_CHARGE_STATE_CRITICAL,
        },
        voltages_ext: [0; 4],
        mode: m::MavBatteryMode::MAV_BATTERY_MODE_UNKNOWN,
        fault_bitmask: m::MavBatteryFault::empty(),
    }
}

/// POWER_STATUS: the board's own supply.
pub(super) fn power_status(craft: &mut Craft) -> m::POWER_STATUS_DATA {
    m::POWER_STATUS_DATA {
        Vcc: (5_040.0 + 8.0 * craft.random.bell()) as u16,
        Vservo: 0,
        flags: m::MavPowerStatus::MAV_POWER_STATUS_BRICK_VALID,
    }
}

/// GPS_RAW_INT: without satellites its figures are the sentinels.
pub(super) fn gps_raw_int(craft: &mut Craft, now: TimeUs) -> m::GPS_RAW_INT_DATA {
    let mut message = m::GPS_RAW_INT_DATA {
        time_usec: craft.uptime_us(now),
        eph: u16::MAX,
        epv: u16::MAX,
        vel: u16::MAX,
        cog: u16::MAX,
        fix_type: m::GpsFixType::GPS_FIX_TYPE_NO_FIX,
        satellites_visible: (craft.random.below(4)) as u8,
        ..m::GPS_RAW_INT_DATA::default()
    };
    if !craft.has_position(now) {
        return message;
    }
    let mut seen = craft.body.spot;
    let random: &mut Random = &mut craft.random;
    seen.north_m += 0.25 * random.bell();
    seen.east_m += 0.25 * random.bell();
    seen.up_m += 0.4 * random.bell();
    (message.lat, message.lon) = craft.options.origin.scaled(seen);
    message.alt = ((craft.options.origin.alt_msl_m + seen.up_m) * 1_000.0).round() as i32;
    message.alt_ellipsoid = message.alt + 19_400;
    message.eph = 70 + craft.random.below(12) as u16;
    message.epv = 110 + craft.random.below(20) as u16;
    let [north, east, _] = craft.body.velocity_m_s;
    message.vel = (north.hypot(east) * 100.0).round() as u16;
    message.cog =
        (east.atan2(north).to_degrees().rem_euclid(360.0) * 100.0).round() as u16 % 36_000;
    message.fix_type = m::GpsFixType::GPS_FIX_TYPE_3D_FIX;
    message.satellites_visible = 13 + craft.random.below(5) as u8;
    message.h_acc = 600 + craft.random.below(300) as u32;
    message.v_acc = 900 + craft.random.below(400) as u32;
    message.vel_acc = 300;
    message
}

/// EKF_STATUS_REPORT: flags 831 in flight as recorded, without the horizontal ones when blind.
pub(super) fn ekf_status(craft: &mut Craft, now: TimeUs) -> m::EKF_STATUS_REPORT_DATA {
    const WELL: u16 = 831;
    const BLIND: u16 = 1 | 4 | 32 | 128;
    const STARTING: u16 = 1_024;
    let flags = match (craft.is_warm(now), craft.is_gps_lost(now)) {
        (false, _) => STARTING,
        (true, true) => BLIND,
        (true, false) => WELL,
    };
    let poor = if craft.is_gps_lost(now) { 0.9 } else { 0.0 };
    let mut around =
        |middle: f64| (middle + poor + 0.2 * middle * craft.random.bell()).max(0.0) as f32;
    m::EKF_STATUS_REPORT_DATA {
        velocity_variance: around(0.03),
        pos_horiz_variance: around(0.02),
        pos_vert_variance: around(0.01),
        compass_variance: around(0.04),
        terrain_alt_variance: 0.0,
        flags: m::EkfStatusFlags::from_bits_retain(flags),
        airspeed_variance: 0.0,
    }
}

/// ESTIMATOR_STATUS: flags 895 in flight and 229 without a position, as recorded.
pub(super) fn estimator_status(craft: &mut Craft, now: TimeUs) -> m::ESTIMATOR_STATUS_DATA {
    let flags = if craft.has_position(now) { 895 } else { 229 };
    let accuracy = if craft.has_position(now) { 0.3 } else { 12.0 };
    m::ESTIMATOR_STATUS_DATA {
        time_usec: craft.uptime_us(now),
        vel_ratio: (0.02 + 0.004 * craft.random.bell()).max(0.0) as f32,
        pos_horiz_ratio: (0.01 + 0.002 * craft.random.bell()).max(0.0) as f32,
        pos_vert_ratio: 0.003,
        mag_ratio: 0.05,
        hagl_ratio: 0.0,
        tas_ratio: f32::NAN,
        pos_horiz_accuracy: accuracy,
        pos_vert_accuracy: 0.3,
        flags: m::EstimatorStatusFlags::from_bits_retain(flags),
    }
}

/// VIBRATION: grows with the throttle.
pub(super) fn vibration(craft: &mut Craft, now: TimeUs) -> m::VIBRATION_DATA {
    let level = if craft.armed {
        4.0 + 12.0 * craft.body.throttle
    } else {
        0.01
    };
    let mut shaken = || (level * (1.0 + 0.15 * craft.random.bell())).max(0.0) as f32;
    let [vibration_x, vibration_y, vibration_z] = [shaken(), shaken(), shaken()];
    m::VIBRATION_DATA {
        time_usec: craft.uptime_us(now),
        vibration_x,
        vibration_y,
        vibration_z,
        clipping_0: 0,
        clipping_1: 0,
        clipping_2: 0,
    }
}
