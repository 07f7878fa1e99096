//! The messages a craft sends about itself, each by its id, from the craft's state of this moment.
//!
//! <https://mavlink.io/en/messages/common.html>; figures that a firmware does not measure carry its own sentinels.

use mavlink::dialects::ardupilotmega as m;

use crate::model::time::TimeUs;
use crate::sim::airframe::Airframe;

use super::craft::{Craft, Landed};
use super::firmware::Firmware;
use super::modes::Conduct;
use super::plans::px4::opaque_id;
use super::voice::Voice;
use super::{available_modes, identity, instruments, vitals};

/// Sends the message with this id; `false` when this firmware has no such message.
pub(super) fn report(craft: &mut Craft, id: u32, now: TimeUs, voice: &mut Voice<'_>) -> bool {
    let px4 = craft.options.firmware == Firmware::Px4;
    match id {
        0 => heartbeat(craft, now, voice),
        1 => voice.send(&vitals::sys_status(craft, now)),
        2 => voice.send(&system_time(craft, now)),
        24 => voice.send(&vitals::gps_raw_int(craft, now)),
        27 if !px4 => voice.send(&instruments::raw_imu(craft, now)),
        29 => voice.send(&instruments::scaled_pressure(craft, now)),
        30 => voice.send(&attitude(craft, now)),
        31 if px4 => voice.send(&instruments::attitude_quaternion(craft, now)),
        32 => voice.send(&local_position(craft, now)),
        33 => voice.send(&global_position(craft, now)),
        36 => voice.send(&instruments::servo_output_raw(craft, now)),
        42 => voice.send(&mission_current(craft)),
        62 if !px4 => voice.send(&instruments::nav_controller_output(craft)),
        65 if !px4 => voice.send(&rc_channels(craft, now)),
        74 => voice.send(&vfr_hud(craft)),
        87 => voice.send(&instruments::position_target(craft, now)),
        125 if !px4 => voice.send(&vitals::power_status(craft)),
        141 if px4 => voice.send(&instruments::altitude(craft, now)),
        147 => voice.send(&vitals::battery_status(craft)),
        148 => voice.send(&identity::autopilot_version(craft)),
        152 if !px4 => voice.send(&instruments::meminfo()),
        162 if !px4 => voice.send(&instruments::fence_status()),
        168 if !px4 => voice.send(&wind(craft)),
        193 if !px4 => voice.send(&vitals::ekf_status(craft, now)),
        230 if px4 => voice.send(&vitals::estimator_status(craft, now)),
        231 if px4 => voice.send(&wind_cov(craft, now)),
        241 => voice.send(&vitals::vibration(craft, now)),
        242 if craft.is_warm(now) => voice.send(&home_position(craft, now)),
        245 => voice.send(&extended_state(craft)),
        436 => available_modes::tell_current(craft, voice),
        _ => return false,
    }
    true
}

/// Whether a stream of this message can be asked for.
pub(super) fn offers(firmware: Firmware, id: u32) -> bool {
    const BOTH: &[u32] = &[
        0, 1, 2, 24, 29, 30, 32, 33, 36, 42, 74, 87, 111, 147, 148, 241, 242, 245, 436,
    ];
    const ARDUPILOT: &[u32] = &[27, 62, 65, 125, 152, 162, 168, 193];
    const PX4: &[u32] = &[31, 141, 230, 231];
    BOTH.contains(&id)
        || match firmware {
            Firmware::ArduPilot => ARDUPILOT.contains(&id),
            Firmware::Px4 => PX4.contains(&id),
        }
}

fn heartbeat(craft: &Craft, now: TimeUs, voice: &mut Voice<'_>) {
    let armed = if craft.armed {
        m::MavModeFlag::MAV_MODE_FLAG_SAFETY_ARMED.bits()
    } else {
        0
    };
    let base = craft
        .options
        .firmware
        .base_mode(craft.options.airframe, craft.mode)
        | armed;
    voice.send(&m::HEARTBEAT_DATA {
        custom_mode: craft.mode.number,
        mavtype: match craft.options.airframe {
            Airframe::Copter => m::MavType::MAV_TYPE_QUADROTOR,
            Airframe::Plane => m::MavType::MAV_TYPE_FIXED_WING,
            Airframe::Rover => m::MavType::MAV_TYPE_GROUND_ROVER,
        },
        autopilot: match craft.options.firmware {
            Firmware::ArduPilot => m::MavAutopilot::MAV_AUTOPILOT_ARDUPILOTMEGA,
            Firmware::Px4 => m::MavAutopilot::MAV_AUTOPILOT_PX4,
        },
        base_mode: m::MavModeFlag::from_bits_retain(base),
        system_status: system_status(craft, now),
        mavlink_version: 3,
    });
}

fn system_status(craft: &Craft, now: TimeUs) -> m::MavState {
    let blind = craft.is_gps_lost(now) && craft.is_flying();
    match (craft.is_warm(now), craft.is_px4()) {
        (false, true) => m::MavState::MAV_STATE_UNINIT,
        (false, false) => m::MavState::MAV_STATE_CALIBRATING,
        _ if craft.battery_alarm > 1 || blind => m::MavState::MAV_STATE_CRITICAL,
        (_, px4) if craft.is_flying() || craft.armed && px4 => m::MavState::MAV_STATE_ACTIVE,
        _ => m::MavState::MAV_STATE_STANDBY,
    }
}

fn system_time(craft: &Craft, now: TimeUs) -> m::SYSTEM_TIME_DATA {
    m::SYSTEM_TIME_DATA {
        time_unix_usec: if craft.is_warm(now) {
            now.0.max(0).unsigned_abs()
        } else {
            0
        },
        time_boot_ms: craft.uptime_ms(now),
    }
}

fn attitude(craft: &Craft, now: TimeUs) -> m::ATTITUDE_DATA {
    let [roll, pitch, yaw] = craft.body.attitude_rad.map(|angle| angle as f32);
    let [rollspeed, pitchspeed, yawspeed] = craft.body.rates_rad_s.map(|rate| rate as f32);
    m::ATTITUDE_DATA {
        time_boot_ms: craft.uptime_ms(now),
        roll,
        pitch,
        yaw: if yaw > std::f32::consts::PI {
            yaw - std::f32::consts::TAU
        } else {
            yaw
        },
        rollspeed,
        pitchspeed,
        yawspeed,
    }
}

fn local_position(craft: &Craft, now: TimeUs) -> m::LOCAL_POSITION_NED_DATA {
    let (spot, speed) = (craft.body.spot, craft.body.velocity_m_s);
    m::LOCAL_POSITION_NED_DATA {
        time_boot_ms: craft.uptime_ms(now),
        x: spot.north_m as f32,
        y: spot.east_m as f32,
        z: -spot.up_m as f32,
        vx: speed[0] as f32,
        vy: speed[1] as f32,
        vz: -speed[2] as f32,
    }
}

fn heading_deg(craft: &Craft) -> f64 {
    craft.body.attitude_rad[2].to_degrees().rem_euclid(360.0)
}

fn global_position(craft: &Craft, now: TimeUs) -> m::GLOBAL_POSITION_INT_DATA {
    let (lat, lon) = if craft.is_warm(now) {
        craft.options.origin.scaled(craft.body.spot)
    } else {
        (0, 0)
    };
    let up_m = craft.body.spot.up_m;
    let cm_s = |axis: usize| (craft.body.velocity_m_s[axis] * 100.0).round() as i16;
    m::GLOBAL_POSITION_INT_DATA {
        time_boot_ms: craft.uptime_ms(now),
        lat,
        lon,
        alt: ((craft.options.origin.alt_msl_m + up_m) * 1_000.0).round() as i32,
        relative_alt: ((up_m - craft.home.up_m) * 1_000.0).round() as i32,
        vx: cm_s(0),
        vy: cm_s(1),
        vz: -cm_s(2),
        hdg: (heading_deg(craft) * 100.0).round() as u16 % 36_000,
    }
}

fn mission_current(craft: &Craft) -> m::MISSION_CURRENT_DATA {
    let items = craft.plans[0].len() as u16;
    // ArduPilot does not count its item 0, which is home.
    let total = items.saturating_sub(craft.first_item());
    let in_mission = craft.mode.conduct == Conduct::Mission;
    let px4 = craft.is_px4();
    let opaque = |kind: usize| {
        if px4 {
            opaque_id(&craft.plans[kind])
        } else {
            0
        }
    };
    m::MISSION_CURRENT_DATA {
        seq: craft.progress.current,
        total: match (px4, total) {
            (true, 0) => u16::MAX,
            (_, total) => total,
        },
        mission_state: match (total, craft.progress.finished, in_mission) {
            (0, _, _) => m::MissionState::MISSION_STATE_NO_MISSION,
            (_, true, _) => m::MissionState::MISSION_STATE_COMPLETE,
            (_, false, true) => m::MissionState::MISSION_STATE_ACTIVE,
            (_, false, false) if craft.progress.current > craft.first_item() => {
                m::MissionState::MISSION_STATE_PAUSED
            }
            _ => m::MissionState::MISSION_STATE_NOT_STARTED,
        },
        mission_mode: match (in_mission, px4) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 0,
        },
        mission_id: opaque(0),
        fence_id: opaque(1),
        rally_points_id: opaque(2),
    }
}

fn rc_channels(craft: &Craft, now: TimeUs) -> m::RC_CHANNELS_DATA {
    m::RC_CHANNELS_DATA {
        time_boot_ms: craft.uptime_ms(now),
        chan1_raw: 1_500,
        chan2_raw: 1_500,
        chan3_raw: 1_000,
        chan4_raw: 1_500,
        chan5_raw: 1_800,
        chan6_raw: 1_000,
        chan7_raw: 1_000,
        chan8_raw: 1_800,
        chancount: 8,
        rssi: 200,
        ..m::RC_CHANNELS_DATA::default()
    }
}

fn vfr_hud(craft: &Craft) -> m::VFR_HUD_DATA {
    let blind =
        craft.options.firmware == Firmware::Px4 && craft.options.airframe != Airframe::Plane;
    m::VFR_HUD_DATA {
        airspeed: if blind {
            f32::NAN
        } else {
            craft.body.airspeed_m_s as f32
        },
        groundspeed: craft.body.groundspeed_m_s() as f32,
        alt: (craft.options.origin.alt_msl_m + craft.body.spot.up_m) as f32,
        climb: craft.body.velocity_m_s[2] as f32,
        heading: heading_deg(craft).round() as i16 % 360,
        throttle: (craft.body.throttle * 100.0).round() as u16,
    }
}

fn wind(craft: &Craft) -> m::WIND_DATA {
    let (north, east) = (craft.wind.north_m_s, craft.wind.east_m_s);
    m::WIND_DATA {
        // Where it comes from.
        direction: (-east).atan2(-north).to_degrees() as f32,
        speed: north.hypot(east) as f32,
        speed_z: 0.0,
    }
}

fn wind_cov(craft: &Craft, now: TimeUs) -> m::WIND_COV_DATA {
    m::WIND_COV_DATA {
        time_usec: craft.uptime_us(now),
        wind_x: craft.wind.north_m_s as f32,
        wind_y: craft.wind.east_m_s as f32,
        wind_z: 0.0,
        var_horiz: 0.4,
        var_vert: 0.0,
        wind_alt: f32::NAN,
        horiz_accuracy: f32::NAN,
        vert_accuracy: f32::NAN,
    }
}

fn home_position(craft: &Craft, now: TimeUs) -> m::HOME_POSITION_DATA {
    let (latitude, longitude) = craft.options.origin.scaled(craft.home);
    m::HOME_POSITION_DATA {
        latitude,
        longitude,
        altitude: ((craft.options.origin.alt_msl_m + craft.home.up_m) * 1_000.0).round() as i32,
        x: craft.home.north_m as f32,
        y: craft.home.east_m as f32,
        z: -craft.home.up_m as f32,
        q: [f32::NAN; 4],
        approach_x: 0.0,
        approach_y: 0.0,
        approach_z: 0.0,
        time_usec: craft.uptime_us(now),
    }
}

fn extended_state(craft: &Craft) -> m::EXTENDED_SYS_STATE_DATA {
    m::EXTENDED_SYS_STATE_DATA {
        vtol_state: m::MavVtolState::MAV_VTOL_STATE_UNDEFINED,
        landed_state: match craft.landed {
            Landed::OnGround => m::MavLandedState::MAV_LANDED_STATE_ON_GROUND,
            Landed::InAir => m::MavLandedState::MAV_LANDED_STATE_IN_AIR,
            Landed::TakingOff => m::MavLandedState::MAV_LANDED_STATE_TAKEOFF,
            Landed::Landing => m::MavLandedState::MAV_LANDED_STATE_LANDING,
        },
    }
}
