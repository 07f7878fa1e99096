//! ArduPilot: `custom_mode` is a number in the table of the vehicle's kind, and MAV_TYPE says which.
//!
//! A type without a table has no names: above all MAV_TYPE_GENERIC, which ArduCopter reports until a
//! frame class is set (it cannot fly then), and the VTOL types no ArduPilot sends.

use crate::model::{
    vehicle::ModeClass::{
        self, Assisted, Guided, Hold, Land, Manual, Mission, Other, Return, Takeoff,
    },
    words::MavType,
};

type Table = [(u32, &'static str, ModeClass)];

const COPTER: &Table = &[
    (0, "STABILIZE", Manual),
    (1, "ACRO", Manual),
    (2, "ALT_HOLD", Assisted),
    (3, "AUTO", Mission),
    (4, "GUIDED", Guided),
    (5, "LOITER", Hold),
    (6, "RTL", Return),
    (7, "CIRCLE", Other),
    (8, "POSITION", Hold),
    (9, "LAND", Land),
    (10, "OF_LOITER", Hold),
    (11, "DRIFT", Assisted),
    (13, "SPORT", Assisted),
    (14, "FLIP", Other),
    (15, "AUTOTUNE", Assisted),
    (16, "POSHOLD", Assisted),
    (17, "BRAKE", Hold),
    (18, "THROW", Other),
    (19, "AVOID_ADSB", Other),
    (20, "GUIDED_NOGPS", Guided),
    (21, "SMART_RTL", Return),
    (22, "FLOWHOLD", Assisted),
    (23, "FOLLOW", Guided),
    (24, "ZIGZAG", Assisted),
    (25, "SYSTEMID", Other),
    (26, "AUTOROTATE", Other),
    (27, "AUTO_RTL", Return),
    (28, "TURTLE", Other),
    (29, "RATE_ACRO", Manual),
];

const PLANE: &Table = &[
    (0, "MANUAL", Manual),
    (1, "CIRCLE", Other),
    (2, "STABILIZE", Assisted),
    (3, "TRAINING", Assisted),
    (4, "ACRO", Manual),
    (5, "FBWA", Assisted),
    (6, "FBWB", Assisted),
    (7, "CRUISE", Assisted),
    (8, "AUTOTUNE", Assisted),
    (10, "AUTO", Mission),
    (11, "RTL", Return),
    (12, "LOITER", Hold),
    (13, "TAKEOFF", Takeoff),
    (14, "AVOID_ADSB", Other),
    (15, "GUIDED", Guided),
    (16, "INITIALISING", Other),
    (17, "QSTABILIZE", Manual),
    (18, "QHOVER", Assisted),
    (19, "QLOITER", Hold),
    (20, "QLAND", Land),
    (21, "QRTL", Return),
    (22, "QAUTOTUNE", Assisted),
    (23, "QACRO", Manual),
    (24, "THERMAL", Other),
    (25, "LOITERALTQLAND", Land),
    (26, "AUTOLAND", Land),
];

const ROVER: &Table = &[
    (0, "MANUAL", Manual),
    (1, "ACRO", Assisted),
    (2, "LEARNING", Other),
    (3, "STEERING", Assisted),
    (4, "HOLD", Hold),
    (5, "LOITER", Hold),
    (6, "FOLLOW", Guided),
    (7, "SIMPLE", Assisted),
    (8, "DOCK", Other),
    (9, "CIRCLE", Other),
    (10, "AUTO", Mission),
    (11, "RTL", Return),
    (12, "SMART_RTL", Return),
    (15, "GUIDED", Guided),
    (16, "INITIALISING", Other),
];

// Its AUTO follows a vehicle, not a stored mission.
const TRACKER: &Table = &[
    (0, "MANUAL", Manual),
    (1, "STOP", Hold),
    (2, "SCAN", Other),
    (4, "GUIDED", Guided),
    (10, "AUTO", Other),
    (16, "INITIALISING", Other),
];

const SUB: &Table = &[
    (0, "STABILIZE", Assisted),
    (1, "ACRO", Manual),
    (2, "ALT_HOLD", Assisted),
    (3, "AUTO", Mission),
    (4, "GUIDED", Guided),
    (7, "CIRCLE", Other),
    (9, "SURFACE", Other),
    (16, "POSHOLD", Assisted),
    (19, "MANUAL", Manual),
];

const BLIMP: &Table = &[
    (0, "LAND", Land),
    (1, "MANUAL", Manual),
    (2, "VELOCITY", Assisted),
    (3, "LOITER", Hold),
    (4, "RTL", Return),
    (5, "AUTO", Mission),
    (6, "HOLD", Hold),
];

/// The table of a MAV_TYPE (<https://mavlink.io/en/messages/common.html#MAV_TYPE>), empty where there is none.
const fn table(mav_type: MavType) -> &'static Table {
    match mav_type.0 {
        2 | 3 | 4 | 13 | 14 | 15 | 29 | 35 => COPTER,
        1 | 19 | 20 | 21 => PLANE,
        10 | 11 => ROVER,
        5 => TRACKER,
        12 => SUB,
        7 => BLIMP,
        _ => &[],
    }
}

pub(super) fn name(mav_type: MavType, custom_mode: u32) -> Option<(&'static str, ModeClass)> {
    let table = table(mav_type);
    let at = table
        .binary_search_by_key(&custom_mode, |mode| mode.0)
        .ok()?;
    table.get(at).map(|mode| (mode.1, mode.2))
}

pub(super) fn number(mav_type: MavType, name: &str) -> Option<u32> {
    table(mav_type)
        .iter()
        .find(|mode| mode.1.eq_ignore_ascii_case(name))
        .map(|mode| mode.0)
}

pub(super) fn names(mav_type: MavType) -> impl Iterator<Item = (&'static str, ModeClass)> {
    table(mav_type).iter().map(|mode| (mode.1, mode.2))
}
