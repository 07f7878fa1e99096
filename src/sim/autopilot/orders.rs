//! Orders to fly: what each command does to a craft, and the refusal a real firmware gives with its reason.
//!
//! <https://mavlink.io/en/messages/common.html#mav_commands>. Questions and streams are not here but in `autopilot`.

use crate::model::time::TimeUs;
use crate::sim::airframe::Airframe;
use crate::sim::frames::Received;
use crate::sim::kinematics::{Body, Spot};

use super::checks::reason_not_to_arm;
use super::craft::{CRITICAL, Craft, INFO, Landed};
use super::firmware::Firmware;
use super::flight::{TAKEOFF_UP_M, arm_words, disarm_words};
use super::mode_change::{change_mode, set_mode};
use super::modes::Conduct;
use super::voice::Verdict;

/// The number that makes arming and disarming skip its checks.
const FORCE: f32 = 21_196.0;
const FRAME_ABSOLUTE: [u8; 2] = [0, 5];
const FRAME_RELATIVE: [u8; 4] = [3, 6, 10, 11];

/// A COMMAND_LONG or COMMAND_INT.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// `MAV_CMD`.
    pub command: u16,
    /// Parameters 1 to 4, and 7 as the last.
    pub params: [f32; 5],
    /// Latitude and longitude, degrees × 1e7; 0/0 when none was given.
    pub place: (i32, i32),
    /// `MAV_FRAME`; COMMAND_LONG has none.
    pub frame: Option<u8>,
}

impl Order {
    /// Reads a COMMAND_LONG.
    #[must_use]
    pub fn from_long(frame: &Received) -> Self {
        let scaled = |degrees: f32| (f64::from(degrees) * 1e7).round() as i32;
        Self {
            command: frame.u16(28),
            params: [
                frame.f32(0),
                frame.f32(4),
                frame.f32(8),
                frame.f32(12),
                frame.f32(24),
            ],
            place: (scaled(frame.f32(16)), scaled(frame.f32(20))),
            frame: None,
        }
    }

    /// Reads a COMMAND_INT.
    #[must_use]
    pub fn from_int(frame: &Received) -> Self {
        Self {
            command: frame.u16(28),
            params: [
                frame.f32(0),
                frame.f32(4),
                frame.f32(8),
                frame.f32(12),
                frame.f32(24),
            ],
            place: (frame.i32(16), frame.i32(20)),
            frame: Some(frame.u8(32)),
        }
    }

    const fn has_place(&self) -> bool {
        (self.place.0 != 0 || self.place.1 != 0)
            && self.place.0.unsigned_abs() <= 900_000_000
            && self.place.1 != i32::MAX
    }
}

/// Carries out an order to fly; `None` when it is no such order.
pub(super) fn obey(craft: &mut Craft, order: &Order, now: TimeUs) -> Option<Verdict> {
    let [first, second, ..] = order.params;
    let verdict = match order.command {
        400 => arm_or_disarm(craft, first, second, now),
        22 => take_off(craft, order, now),
        21 => land(craft),
        20 => change_mode(craft, Conduct::Return, now),
        17 => {
            craft.hold();
            Verdict::Accepted
        }
        115 => face(craft, order),
        176 => set_mode(craft, first, second, order.params[2], now),
        178 if second > 0.0 => {
            craft.speed_m_s = f64::from(second);
            Verdict::Accepted
        }
        178 => Verdict::Denied,
        179 => set_home(craft, order),
        192 => reposition(craft, order, now),
        224 => set_current(craft, first),
        300 => start_mission(craft, now),
        _ => return None,
    };
    Some(verdict)
}

fn arm_or_disarm(craft: &mut Craft, wanted: f32, force: f32, now: TimeUs) -> Verdict {
    let force = (force - FORCE).abs() < 0.5;
    if (wanted - 1.0).abs() < 0.01 {
        arm(craft, force, now)
    } else if wanted.abs() < 0.01 {
        disarm(craft, force)
    } else if craft.is_px4() {
        Verdict::Denied
    } else {
        Verdict::Unsupported
    }
}

fn arm(craft: &mut Craft, force: bool, now: TimeUs) -> Verdict {
    if craft.armed {
        return Verdict::Accepted;
    }
    if let Some(reason) = reason_not_to_arm(craft, now).filter(|_| !force) {
        if craft.is_px4() {
            craft.say(CRITICAL, format!("Arming denied: {reason}\t"));
            return Verdict::TemporarilyRejected;
        }
        craft.say(CRITICAL, format!("Arm: {reason}"));
        return Verdict::Failed;
    }
    craft.armed = true;
    craft.touched = None;
    craft.home = Spot {
        up_m: 0.0,
        ..craft.body.spot
    };
    craft.target = craft.body.spot;
    let words = if craft.is_px4() {
        "Armed by external command\t"
    } else {
        arm_words(craft.options.airframe)
    };
    craft.say(INFO, words);
    Verdict::Accepted
}

fn disarm(craft: &mut Craft, force: bool) -> Verdict {
    if !craft.armed {
        return Verdict::Accepted;
    }
    if craft.is_flying() && craft.options.airframe != Airframe::Rover {
        if !force {
            if craft.is_px4() {
                craft.say(CRITICAL, "Disarming denied: not landed\t");
                return Verdict::TemporarilyRejected;
            }
            return Verdict::Failed;
        }
        let fallen = Spot {
            up_m: 0.0,
            ..craft.body.spot
        };
        craft.body = Body::at_rest(craft.options.airframe, fallen, craft.body.attitude_rad[2]);
        craft.landed = Landed::OnGround;
    }
    craft.armed = false;
    let words = if craft.is_px4() {
        "Disarmed by external command\t"
    } else {
        disarm_words(craft.options.airframe)
    };
    craft.say(INFO, words);
    Verdict::Accepted
}

fn take_off(craft: &mut Craft, order: &Order, now: TimeUs) -> Verdict {
    let asked_m = f64::from(order.params[4]);
    if craft.options.airframe == Airframe::Rover {
        return Verdict::Unsupported;
    }
    if craft.is_px4() {
        if !craft.has_position(now) {
            return Verdict::TemporarilyRejected;
        }
        let relative = order
            .frame
            .is_some_and(|frame| FRAME_RELATIVE.contains(&frame));
        let up_m = if relative {
            asked_m
        } else {
            asked_m - craft.options.origin.alt_msl_m
        };
        craft.enter_conduct(Conduct::Takeoff);
        craft.target.up_m = if up_m.is_finite() {
            up_m.max(2.0)
        } else {
            TAKEOFF_UP_M
        };
        return Verdict::Accepted;
    }
    if order
        .frame
        .is_some_and(|frame| !FRAME_RELATIVE.contains(&frame))
    {
        return Verdict::UnsupportedFrame;
    }
    let ready = craft.options.airframe == Airframe::Copter
        && craft.armed
        && craft.mode.conduct == Conduct::Guided
        && craft.landed == Landed::OnGround;
    if !ready || asked_m.is_nan() || asked_m <= 0.0 {
        return Verdict::Failed;
    }
    craft.climb_to_m = Some(asked_m.min(1_000.0));
    craft.touched = None;
    Verdict::Accepted
}

fn land(craft: &mut Craft) -> Verdict {
    match (craft.options.firmware, craft.options.airframe) {
        (_, Airframe::Rover) | (Firmware::ArduPilot, Airframe::Plane) => Verdict::Unsupported,
        _ => {
            craft.enter_conduct(Conduct::Land);
            Verdict::Accepted
        }
    }
}

fn face(craft: &mut Craft, order: &Order) -> Verdict {
    let [degrees, _, direction, relative, _] = order.params;
    if craft.options.airframe != Airframe::Copter || craft.is_px4() {
        return Verdict::Unsupported;
    }
    if !degrees.is_finite() || !matches!(craft.mode.conduct, Conduct::Guided | Conduct::Mission) {
        return Verdict::Failed;
    }
    let degrees = f64::from(degrees).to_radians();
    let here = craft.body.attitude_rad[2];
    let relative = relative > 0.5;
    craft.body.facing_rad = Some(match (relative, direction < 0.0) {
        (true, true) => here - degrees,
        (true, false) => here + degrees,
        (false, _) => degrees,
    });
    Verdict::Accepted
}

fn set_home(craft: &mut Craft, order: &Order) -> Verdict {
    let here = (order.params[0] - 1.0).abs() < 0.01;
    if !here && !order.has_place() {
        return Verdict::Denied;
    }
    craft.home = if here {
        Spot {
            up_m: 0.0,
            ..craft.body.spot
        }
    } else {
        craft.options.origin.spot(order.place.0, order.place.1, 0.0)
    };
    Verdict::Accepted
}

fn reposition(craft: &mut Craft, order: &Order, now: TimeUs) -> Verdict {
    let Some(frame) = order.frame.or(craft.is_px4().then_some(0)) else {
        return Verdict::IntOnly;
    };
    if !FRAME_ABSOLUTE.contains(&frame) && !FRAME_RELATIVE.contains(&frame) {
        return Verdict::UnsupportedFrame;
    }
    let may_change_mode = (order.params[1] as u32) & 1 == 1;
    let guided = craft.mode.conduct == Conduct::Guided;
    if !order.has_place() || (!guided && !may_change_mode) {
        return Verdict::Denied;
    }
    if !guided {
        match change_mode(craft, Conduct::Guided, now) {
            Verdict::Accepted => {}
            refused => return refused,
        }
    }
    let up_m = match f64::from(order.params[4]) {
        z if !z.is_finite() => craft.body.spot.up_m,
        z if FRAME_RELATIVE.contains(&frame) => z,
        z => z - craft.options.origin.alt_msl_m,
    };
    let (lat, lon) = order.place;
    let spot = craft.options.origin.spot(lat, lon, up_m.max(0.0));
    fly_to(craft, spot);
    if order.params[0] > 0.0 {
        craft.speed_m_s = f64::from(order.params[0]);
    }
    Verdict::Accepted
}

/// SET_POSITION_TARGET_GLOBAL_INT: ArduPilot goes there while it is guided, and says nothing. PX4 would only in OFFBOARD,
/// which is not simulated.
pub(super) fn guided_target(craft: &mut Craft, frame: &Received) {
    const IGNORES_A_COORDINATE: u16 = 0b111;
    let (mask, coordinates) = (frame.u16(48), frame.u8(52));
    let (lat, lon, z) = (frame.i32(4), frame.i32(8), f64::from(frame.f32(12)));
    let is_plane = craft.options.airframe == Airframe::Plane;
    let is_taken = !craft.is_px4()
        && !is_plane
        && craft.mode.conduct == Conduct::Guided
        && mask & IGNORES_A_COORDINATE == 0
        && z.is_finite();
    let up_m = if FRAME_RELATIVE.contains(&coordinates) {
        z
    } else if FRAME_ABSOLUTE.contains(&coordinates) {
        z - craft.options.origin.alt_msl_m
    } else {
        return;
    };
    if is_taken {
        let spot = craft.options.origin.spot(lat, lon, up_m.max(0.0));
        fly_to(craft, spot);
    }
}

/// Guided flight goes there.
pub(super) fn fly_to(craft: &mut Craft, spot: Spot) {
    craft.target = spot;
    craft.climb_to_m = None;
}

/// Goes on with the item of this number.
pub(super) fn set_current(craft: &mut Craft, number: f32) -> Verdict {
    if number < 0.0 || number >= craft.plans[0].len() as f32 {
        return if craft.is_px4() {
            Verdict::Denied
        } else {
            Verdict::Failed
        };
    }
    craft.progress.current = (number as u16).max(craft.first_item());
    craft.progress.announced = false;
    craft.progress.since = None;
    craft.progress.finished = false;
    Verdict::Accepted
}

fn start_mission(craft: &mut Craft, now: TimeUs) -> Verdict {
    if !craft.armed && !craft.is_px4() {
        return Verdict::Failed;
    }
    change_mode(craft, Conduct::Mission, now)
}
