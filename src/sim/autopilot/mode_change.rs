//! Changing the mode on request, and the refusals that go with it.

use crate::model::time::TimeUs;

use super::craft::{CRITICAL, Craft, INFO, WARNING};
use super::firmware::Firmware;
use super::modes::{Conduct, Mode};
use super::voice::Verdict;

/// DO_SET_MODE: base mode, then the custom mode as the firmware splits it.
pub(super) fn set_mode(
    craft: &mut Craft,
    base: f32,
    second: f32,
    third: f32,
    now: TimeUs,
) -> Verdict {
    if (base as u32) & 1 == 0 {
        return if craft.is_px4() {
            Verdict::Unsupported
        } else {
            Verdict::Denied
        };
    }
    let number = match craft.options.firmware {
        Firmware::ArduPilot => second as u32,
        Firmware::Px4 => px4_number(second as u32, third as u32),
    };
    set_mode_numbered(craft, number, now)
}

/// PX4 takes "auto" without a sub mode for holding its place.
const fn px4_number(main: u32, sub: u32) -> u32 {
    let sub = if main == 4 && sub == 0 { 3 } else { sub };
    (main & 0xFF) << 16 | (sub & 0xFF) << 24
}

/// Changes to the mode with this `custom_mode`.
pub(super) fn set_mode_numbered(craft: &mut Craft, number: u32, now: TimeUs) -> Verdict {
    let airframe = craft.options.airframe;
    match craft.options.firmware.mode_numbered(airframe, number) {
        Some(mode) => enter(craft, mode, now),
        None if craft.is_px4() => Verdict::Denied,
        None => {
            craft.say(WARNING, format!("No such mode {number}"));
            Verdict::Failed
        }
    }
}

/// Changes to the firmware's mode of a conduct.
pub(super) fn change_mode(craft: &mut Craft, conduct: Conduct, now: TimeUs) -> Verdict {
    let airframe = craft.options.airframe;
    match craft.options.firmware.mode_for(airframe, conduct) {
        Some(mode) => enter(craft, mode, now),
        None => Verdict::Unsupported,
    }
}

fn enter(craft: &mut Craft, mode: Mode, now: TimeUs) -> Verdict {
    let no_plan = craft.plans[0].len() <= usize::from(craft.first_item());
    let reason = if mode.needs_position && !craft.has_position(now) {
        Some("requires position")
    } else if mode.conduct == Conduct::Mission && no_plan {
        Some("init failed")
    } else {
        None
    };
    if let Some(reason) = reason {
        if craft.is_px4() {
            craft.say(
                CRITICAL,
                format!(
                    "Switching to mode '{}' is currently not possible\t",
                    mode.name
                ),
            );
            return Verdict::TemporarilyRejected;
        }
        craft.say(
            WARNING,
            format!("Mode change to {} failed: {reason}", mode.name),
        );
        return Verdict::Failed;
    }
    if craft.is_px4() && mode.conduct == Conduct::Return && craft.is_flying() {
        let height_m = craft.body.spot.up_m.max(30.0);
        let msl_m = height_m + craft.options.origin.alt_msl_m;
        craft.say(INFO, "Returning to launch\t");
        craft.say(
            INFO,
            format!("RTL: start return at {msl_m:.0} m ({height_m:.0} m above destination)\t"),
        );
    }
    craft.enter(mode);
    Verdict::Accepted
}
