//! How ArduPilot behaves: its modes, its streams, its words. Taken from Copter, Plane and Rover 4.5 to 4.8.

use super::modes::Conduct::{Guided, Hold, Land, Manual, Mission, Return, Takeoff};
use super::modes::{Conduct, Mode, mode};
use crate::sim::airframe::Airframe;

const COPTER: &[Mode] = &[
    mode(0, "STABILIZE", Manual, true),
    mode(1, "ACRO", Manual, true),
    mode(2, "ALT_HOLD", Manual, true),
    mode(3, "AUTO", Mission, false),
    mode(4, "GUIDED", Guided, true),
    mode(5, "LOITER", Hold, true),
    mode(6, "RTL", Return, false),
    mode(9, "LAND", Land, false),
    mode(16, "POSHOLD", Hold, true),
    mode(17, "BRAKE", Hold, false),
];

const PLANE: &[Mode] = &[
    mode(0, "MANUAL", Manual, true),
    mode(2, "STABILIZE", Manual, true),
    mode(5, "FBWA", Manual, true),
    mode(6, "FBWB", Manual, true),
    mode(7, "CRUISE", Manual, true),
    mode(10, "AUTO", Mission, true),
    mode(11, "RTL", Return, false),
    mode(12, "LOITER", Hold, false),
    mode(13, "TAKEOFF", Takeoff, true),
    mode(15, "GUIDED", Guided, true),
];

const ROVER: &[Mode] = &[
    mode(0, "MANUAL", Manual, true),
    mode(1, "ACRO", Manual, true),
    mode(3, "STEERING", Manual, true),
    mode(4, "HOLD", Hold, true),
    mode(5, "LOITER", Hold, true),
    mode(10, "AUTO", Mission, true),
    mode(11, "RTL", Return, false),
    mode(15, "GUIDED", Guided, true),
];

/// The modes of a frame class.
#[must_use]
pub const fn modes(airframe: Airframe) -> &'static [Mode] {
    match airframe {
        Airframe::Copter => COPTER,
        Airframe::Plane => PLANE,
        Airframe::Rover => ROVER,
    }
}

/// What it sends before anyone asks, (message id, interval in µs): little, as on a fresh telemetry port.
pub const UNASKED: &[(u32, u32)] = &[
    (1, 1_000_000),
    (2, 1_000_000),
    (24, 1_000_000),
    (33, 1_000_000),
    (111, 10_000_000),
];

/// The messages of the REQUEST_DATA_STREAM groups; 0 asks for all of them.
pub const GROUPS: &[(u8, &[u32])] = &[
    (1, &[27, 29]),
    (2, &[1, 125, 152, 42, 24, 62, 162, 87]),
    (3, &[65, 36]),
    (6, &[33, 32]),
    (10, &[30]),
    (11, &[74]),
    (12, &[2, 168, 193, 241, 147]),
];

/// Its name and version in words.
#[must_use]
pub const fn firmware_words(airframe: Airframe) -> &'static str {
    match airframe {
        Airframe::Copter => "ArduCopter V4.8.0-dev (64a9c787)",
        Airframe::Plane => "ArduPlane V4.8.0-dev (64a9c787)",
        Airframe::Rover => "ArduRover V4.8.0-dev (64a9c787)",
    }
}

/// What it says when it starts.
#[must_use]
pub fn greeting(airframe: Airframe) -> [&'static str; 3] {
    [
        firmware_words(airframe),
        "ArduPilot Ready",
        "AHRS: EKF3 active",
    ]
}

/// `base_mode` without the armed bit, as the recordings show it.
#[must_use]
pub const fn base_mode(airframe: Airframe, mode: Mode) -> u8 {
    const CUSTOM: u8 = 1;
    const GUIDED: u8 = 8;
    const STABILIZE: u8 = 16;
    const MANUAL_INPUT: u8 = 64;
    let hands_off = match mode.conduct {
        Conduct::Guided | Conduct::Mission | Conduct::Return | Conduct::Land | Conduct::Takeoff => {
            GUIDED
        }
        Conduct::Hold | Conduct::Manual => 0,
    };
    let assisted = match (airframe, mode.conduct) {
        // Plane's and Rover's MANUAL is number 0; Rover's other stick modes are no steadier.
        (Airframe::Plane, _) if mode.number == 0 => MANUAL_INPUT,
        (Airframe::Rover, Conduct::Manual) => MANUAL_INPUT,
        (Airframe::Copter | Airframe::Plane, _) => STABILIZE | MANUAL_INPUT,
        (Airframe::Rover, _) => 0,
    };
    CUSTOM | hands_off | assisted
}
