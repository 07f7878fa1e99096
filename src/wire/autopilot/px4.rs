//! PX4: `custom_mode` is a main mode in bits 16 to 23 and a sub mode in bits 24 to 31. The main mode
//! decides, never the flags of base_mode; sub modes count in AUTO alone.

use super::ModeNumber;
use crate::model::vehicle::ModeClass::{
    self, Assisted, Guided, Hold, Land, Manual, Mission, Return, Takeoff,
};

/// `PX4_CUSTOM_MAIN_MODE_AUTO`.
const AUTO: u8 = 4;

/// Main mode, sub mode, name, kind.
const MODES: [(u8, u8, &str, ModeClass); 14] = [
    (1, 0, "MANUAL", Manual),
    (2, 0, "ALTCTL", Assisted),
    (3, 0, "POSCTL", Assisted),
    (AUTO, 2, "TAKEOFF", Takeoff),
    (AUTO, 3, "LOITER", Hold),
    (AUTO, 4, "MISSION", Mission),
    (AUTO, 5, "RTL", Return),
    (AUTO, 6, "LAND", Land),
    (AUTO, 7, "RTGS", Return),
    (AUTO, 8, "FOLLOWME", Guided),
    (5, 0, "ACRO", Manual),
    (6, 0, "OFFBOARD", Guided),
    (7, 0, "STABILIZED", Manual),
    (8, 0, "RATTITUDE", Manual),
];

pub(super) fn name(custom_mode: u32) -> Option<(&'static str, ModeClass)> {
    let [_, _, main, sub] = custom_mode.to_le_bytes();
    MODES
        .iter()
        .find(|mode| mode.0 == main && (main != AUTO || mode.1 == sub))
        .map(|mode| (mode.2, mode.3))
}

pub(super) fn number(name: &str) -> Option<ModeNumber> {
    MODES
        .iter()
        .find(|mode| mode.2.eq_ignore_ascii_case(name))
        .map(|mode| ModeNumber::Px4 {
            main: mode.0,
            sub: mode.1,
        })
}

pub(super) fn names() -> impl Iterator<Item = (&'static str, ModeClass)> {
    MODES.iter().map(|mode| (mode.2, mode.3))
}
