//! Which firmware a craft runs, and the one place where the two differ by table.

use super::modes::{Conduct, Mode};
use super::{ardupilot, px4};
use crate::sim::airframe::Airframe;

/// The firmware of a simulated craft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Firmware {
    /// ArduPilot: Copter, Plane or Rover by airframe.
    ArduPilot,
    /// PX4.
    Px4,
}

impl Firmware {
    /// All its modes on this airframe.
    #[must_use]
    pub const fn modes(self, airframe: Airframe) -> &'static [Mode] {
        match self {
            Self::ArduPilot => ardupilot::modes(airframe),
            Self::Px4 => px4::modes(airframe),
        }
    }

    /// The mode with this `custom_mode`.
    #[must_use]
    pub fn mode_numbered(self, airframe: Airframe, number: u32) -> Option<Mode> {
        self.modes(airframe)
            .iter()
            .find(|mode| mode.number == number)
            .copied()
    }

    /// The first mode of this conduct.
    #[must_use]
    pub fn mode_for(self, airframe: Airframe, conduct: Conduct) -> Option<Mode> {
        self.modes(airframe)
            .iter()
            .find(|mode| mode.conduct == conduct)
            .copied()
    }

    /// The mode a craft wakes up in.
    #[must_use]
    pub fn first_mode(self, airframe: Airframe) -> Mode {
        let conduct = match self {
            Self::ArduPilot => Conduct::Manual,
            Self::Px4 => Conduct::Guided,
        };
        self.mode_for(airframe, conduct)
            .unwrap_or(self.modes(airframe)[0])
    }

    /// What it streams by itself, (message id, interval in µs).
    #[must_use]
    pub const fn unasked(self) -> &'static [(u32, u32)] {
        match self {
            Self::ArduPilot => ardupilot::UNASKED,
            Self::Px4 => px4::UNASKED,
        }
    }

    /// `base_mode` of the heartbeat without the armed bit.
    #[must_use]
    pub const fn base_mode(self, airframe: Airframe, mode: Mode) -> u8 {
        match self {
            Self::ArduPilot => ardupilot::base_mode(airframe, mode),
            Self::Px4 => px4::base_mode(mode),
        }
    }

    /// `MAV_AUTOPILOT`.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::ArduPilot => 3,
            Self::Px4 => 12,
        }
    }
}
