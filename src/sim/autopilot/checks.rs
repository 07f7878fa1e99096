//! What speaks against arming, in the words of each firmware, and ArduPilot's habit of repeating it.

use crate::model::time::TimeUs;

use super::craft::{CRITICAL, Craft};

/// ArduPilot repeats what is wrong this often while it is disarmed.
const REPEAT_US: i64 = 30_000_000;

/// Why the craft refuses to arm.
pub(super) fn reason_not_to_arm(craft: &Craft, now: TimeUs) -> Option<String> {
    let mode = || {
        (!craft.mode.armable).then(|| {
            if craft.is_px4() {
                "Mode not suitable for takeoff".to_owned()
            } else {
                format!("{} mode not armable", craft.mode.name)
            }
        })
    };
    unfit(craft, now).map(str::to_owned).or_else(mode)
}

/// What is wrong with the craft itself, whatever its mode.
fn unfit(craft: &Craft, now: TimeUs) -> Option<&'static str> {
    if craft.is_px4() {
        let sick = !craft.has_position(now) || craft.battery_alarm > 1;
        return sick.then_some("Resolve system health failures first");
    }
    match () {
        () if !craft.is_warm(now) => Some("AHRS: waiting for home"),
        () if craft.is_gps_lost(now) => Some("GPS 1: Bad fix"),
        () if craft.battery_alarm > 0 => Some("Battery 1 low voltage failsafe"),
        () => None,
    }
}

/// ArduPilot on the ground says from time to time why it could not be armed.
pub(super) fn remind(craft: &mut Craft, now: TimeUs) {
    if craft.is_px4() || craft.armed || now < craft.reminder {
        return;
    }
    if let Some(reason) = unfit(craft, now) {
        craft.reminder = TimeUs(now.0 + REPEAT_US);
        craft.say(CRITICAL, format!("PreArm: {reason}"));
    }
}
