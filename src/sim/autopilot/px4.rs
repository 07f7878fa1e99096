//! How PX4 behaves: its modes, its streams, its words. Taken from v1.15 and a recording of its simulator.

use super::modes::Conduct::{Guided, Hold, Land, Manual, Mission, Return, Takeoff};
use super::modes::{Conduct, Mode, mode};
use crate::sim::airframe::Airframe;

/// `custom_mode`: main mode in bits 16–23, sub mode in 24–31.
const fn number(main: u32, sub: u32) -> u32 {
    main << 16 | sub << 24
}

const MODES: &[Mode] = &[
    mode(number(1, 0), "MANUAL", Manual, true),
    mode(number(2, 0), "ALTCTL", Manual, true),
    mode(number(3, 0), "POSCTL", Hold, true),
    mode(number(4, 2), "TAKEOFF", Takeoff, true),
    mode(number(4, 3), "LOITER", Guided, true),
    mode(number(4, 4), "MISSION", Mission, true),
    mode(number(4, 5), "RTL", Return, false),
    mode(number(4, 6), "LAND", Land, false),
    mode(number(7, 0), "STABILIZED", Manual, true),
];

/// The modes, the same for every airframe.
#[must_use]
pub const fn modes(_airframe: Airframe) -> &'static [Mode] {
    MODES
}

/// What it sends once it has heard a ground station, (message id, interval in µs).
pub const UNASKED: &[(u32, u32)] = &[
    (1, 500_000),
    (2, 1_000_000),
    (24, 200_000),
    (30, 66_667),
    (31, 66_667),
    (32, 100_000),
    (33, 200_000),
    (42, 1_000_000),
    (74, 250_000),
    (141, 500_000),
    (147, 2_000_000),
    (230, 2_000_000),
    (231, 2_000_000),
    (241, 10_000_000),
    (242, 2_000_000),
    (245, 500_000),
    (436, 2_000_000),
];

/// What it says when it starts; PX4 keeps quiet until a station is there.
#[must_use]
pub const fn greeting() -> [&'static str; 1] {
    ["[logger] ./log/2026-11-22/06_50_03.ulg\t"]
}

/// `base_mode` without the armed bit, as the recordings show it.
#[must_use]
pub const fn base_mode(mode: Mode) -> u8 {
    const CUSTOM: u8 = 1;
    const AUTO: u8 = 4;
    const GUIDED: u8 = 8;
    const STABILIZE: u8 = 16;
    const MANUAL_INPUT: u8 = 64;
    match mode.conduct {
        Conduct::Manual | Conduct::Hold => CUSTOM | STABILIZE | MANUAL_INPUT,
        _ => CUSTOM | AUTO | GUIDED | STABILIZE,
    }
}
