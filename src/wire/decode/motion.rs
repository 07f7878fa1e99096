//! How the vehicle is tilted and moves, and the air around it: ATTITUDE, ATTITUDE_QUATERNION, VFR_HUD,
//! WIND, WIND_COV.

use super::payload::{Payload, bearing, sane};
use crate::model::{
    groups::{Attitude, Wind},
    report::Hud,
};

/// ATTITUDE (<https://mavlink.io/en/messages/common.html#ATTITUDE>), radians on the wire.
pub(super) fn attitude(payload: Payload<'_>) -> Attitude {
    from_radians(
        f64::from(payload.f32(4)),
        f64::from(payload.f32(8)),
        f64::from(payload.f32(12)),
    )
}

/// ATTITUDE_QUATERNION (<https://mavlink.io/en/messages/common.html#ATTITUDE_QUATERNION>) as the angles
/// ATTITUDE would give; `None` where the four numbers are no rotation.
///
/// `repr_offset_q` is left out on purpose: ATTITUDE knows nothing of it either, and a tailsitter that
/// sends both must not flip between two pictures.
pub(super) fn attitude_quaternion(payload: Payload<'_>) -> Option<Attitude> {
    let [w, x, y, z] = [4, 8, 12, 16].map(|at| f64::from(payload.f32(at)));
    let norm = w * w + x * x + y * y + z * z;
    if !(0.9..=1.1).contains(&norm) {
        return None;
    }
    let roll = (2.0 * (w * x + y * z)).atan2(1.0 - 2.0 * (x * x + y * y));
    let pitch = (2.0 * (w * y - z * x)).clamp(-1.0, 1.0).asin();
    let yaw = (2.0 * (w * z + x * y)).atan2(1.0 - 2.0 * (y * y + z * z));
    Some(from_radians(roll, pitch, yaw))
}

fn from_radians(roll: f64, pitch: f64, yaw: f64) -> Attitude {
    let tilt = |radians: f64| sane(radians.to_degrees(), 2).filter(|angle| angle.abs() <= 360.0);
    Attitude {
        roll_deg: tilt(roll),
        pitch_deg: tilt(pitch),
        yaw_deg: bearing(yaw.to_degrees()),
        t_ms: None,
    }
}

/// VFR_HUD (<https://mavlink.io/en/messages/common.html#VFR_HUD>). Its altitude is left out: firmwares do
/// not agree above what it counts.
pub(super) fn vfr_hud(payload: Payload<'_>) -> Hud {
    let heading = payload.i16(16);
    // Reverse thrust goes out as a negative number in the unsigned field.
    let throttle = payload.i16(18);
    Hud {
        airspeed_m_s: sane(f64::from(payload.f32(0)), 2),
        groundspeed_m_s: sane(f64::from(payload.f32(4)), 2),
        heading_deg: (0..=360)
            .contains(&heading)
            .then(|| f64::from(heading % 360)),
        throttle_percent: (-100..=100).contains(&throttle).then_some(throttle),
        climb_m_s: sane(f64::from(payload.f32(12)), 2),
    }
}

/// WIND (<https://mavlink.io/en/messages/ardupilotmega.html#WIND>): the direction it comes from, and a
/// vertical part that counts down as ArduPilot's whole frame does.
pub(super) fn wind(payload: Payload<'_>) -> Wind {
    Wind {
        from_deg: bearing(f64::from(payload.f32(0))),
        speed_m_s: sane(f64::from(payload.f32(4)), 2),
        climb_m_s: sane(-f64::from(payload.f32(8)), 2),
        t_ms: None,
    }
}

/// WIND_COV (<https://mavlink.io/en/messages/common.html#WIND_COV>): the vector the air moves along,
/// north, east, down. Still air has no direction.
pub(super) fn wind_cov(payload: Payload<'_>) -> Wind {
    let [north, east, down] = [8, 12, 16].map(|at| f64::from(payload.f32(at)));
    let speed_m_s = sane(north.hypot(east), 2);
    Wind {
        from_deg: speed_m_s
            .filter(|speed| *speed > 0.0)
            .and_then(|_| bearing((-east).atan2(-north).to_degrees())),
        speed_m_s,
        climb_m_s: sane(-down, 2),
        t_ms: None,
    }
}

#[cfg(test)]
mod tests;
