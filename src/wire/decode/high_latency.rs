//! HIGH_LATENCY2: a whole vehicle in 42 bytes, for links that carry nothing else
//! (<https://mavlink.io/en/services/high_latency.html>).

use super::payload::{Payload, bearing, percent, place};
use crate::{
    model::{
        groups::Wind,
        report::{GlobalPosition, HighLatency, Hud},
        words::{Autopilot, MavType},
    },
    wire::autopilot,
};

/// `MAV_MODE_FLAG_SAFETY_ARMED`.
const ARMED: u8 = 0b1000_0000;
/// `MAV_MODE_FLAG_CUSTOM_MODE_ENABLED`: set in every base_mode ArduPilot sends.
const CUSTOM_MODE: u8 = 1;

/// HIGH_LATENCY2 (<https://mavlink.io/en/messages/common.html#HIGH_LATENCY2>).
///
/// `climb_rate` is a magnitude without a sign and so says nothing of climbing; altitude is whole metres.
pub(super) fn high_latency2(payload: Payload<'_>) -> HighLatency {
    let mav_type = MavType(payload.u8(24));
    let autopilot = Autopilot(payload.u8(25));
    let custom_mode = payload.u16(12);
    let heading_deg = half_degrees(payload.u8(26));
    let throttle = payload.u8(28);
    HighLatency {
        mav_type,
        autopilot,
        armed: armed(autopilot, payload.u8(39)),
        custom_mode,
        mode: autopilot::high_latency_mode(autopilot, mav_type, custom_mode),
        position: GlobalPosition {
            place: place(payload.i32(4), payload.i32(8)),
            alt_msl_m: Some(f64::from(payload.i16(14))),
            heading_deg,
            boot_ms: payload.u32(0),
            ..GlobalPosition::default()
        },
        hud: Hud {
            airspeed_m_s: fifths(payload.u8(29)),
            groundspeed_m_s: fifths(payload.u8(31)),
            heading_deg,
            throttle_percent: (throttle <= 100).then(|| i16::from(throttle)),
            climb_m_s: None,
        },
        battery_percent: percent(payload.i8(38)),
        wind: wind(payload, autopilot),
        mission_current: payload.u16(20),
    }
}

/// ArduPilot puts base_mode into `custom0`; nobody else says whether it is armed.
fn armed(autopilot: Autopilot, custom0: u8) -> Option<bool> {
    (autopilot == Autopilot::ARDUPILOT && custom0 & CUSTOM_MODE != 0)
        .then_some(custom0 & ARMED != 0)
}

/// PX4 sends where the air goes, ArduPilot where it comes from. Nothing at all is an unfilled field.
fn wind(payload: Payload<'_>, autopilot: Autopilot) -> Wind {
    let (speed, direction) = (payload.u8(32), payload.u8(33));
    if speed == 0 && direction == 0 {
        return Wind::default();
    }
    let turned = if autopilot == Autopilot::PX4 {
        180.0
    } else {
        0.0
    };
    Wind {
        from_deg: half_degrees(direction).and_then(|degrees| bearing(degrees + turned)),
        speed_m_s: fifths(speed),
        ..Wind::default()
    }
}

fn half_degrees(raw: u8) -> Option<f64> {
    (raw <= 180).then(|| f64::from(u16::from(raw) * 2 % 360))
}

/// Fifths of a m/s; the largest number only says that it is at least that fast.
fn fifths(raw: u8) -> Option<f64> {
    (raw != u8::MAX).then(|| f64::from(raw) / 5.0)
}

#[cfg(test)]
mod tests;
