//! Flight modes: the number in a heartbeat as a name, the name as a number, and what kind of mode it is.
//!
//! Names are those pymavlink 2.4.50 gives, firmware by firmware; `tests/wire/modes.json` holds what it
//! says for every type and number, and the tests compare all of it.

use std::borrow::Cow;

use crate::model::{
    modes::{ModeBook, ModeOrder},
    report::Mode,
    vehicle::ModeClass,
    words::{Autopilot, MavType},
};

mod ardupilot;
mod px4;

/// `MAV_MODE_FLAG_CUSTOM_MODE_ENABLED`: without it `custom_mode` means nothing.
const CUSTOM_MODE_ENABLED: u8 = 1;

/// How a firmware is told to change into a mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModeNumber {
    /// ArduPilot: the number is `custom_mode`.
    Custom(u32),
    /// PX4: a main mode and a sub mode.
    Px4 {
        /// Bits 16 to 23 of `custom_mode`.
        main: u8,
        /// Bits 24 to 31 of `custom_mode`.
        sub: u8,
    },
}

impl ModeNumber {
    /// As it stands in a heartbeat's `custom_mode`.
    #[must_use]
    pub const fn custom_mode(self) -> u32 {
        match self {
            Self::Custom(number) => number,
            Self::Px4 { main, sub } => (main as u32) << 16 | (sub as u32) << 24,
        }
    }

    /// param1 to param3 of MAV_CMD_DO_SET_MODE
    /// (<https://mavlink.io/en/messages/common.html#MAV_CMD_DO_SET_MODE>).
    #[must_use]
    pub fn command_params(self) -> [f32; 3] {
        let enabled = f32::from(CUSTOM_MODE_ENABLED);
        match self {
            Self::Custom(number) => [enabled, number as f32, 0.0],
            Self::Px4 { main, sub } => [enabled, f32::from(main), f32::from(sub)],
        }
    }
}

/// The mode a heartbeat speaks of.
///
/// Like pymavlink this reads every firmware but PX4 by ArduPilot's tables. `MODE(23)` stands for a
/// number without a name, `MODE(0x00000051)` for the `base_mode` of a sender that uses no custom modes.
#[must_use]
pub fn mode(autopilot: Autopilot, mav_type: MavType, base_mode: u8, custom_mode: u32) -> Mode {
    if autopilot == Autopilot::PX4 {
        return px4::name(custom_mode).map_or_else(|| unnamed(custom_mode), known);
    }
    if base_mode & CUSTOM_MODE_ENABLED == 0 {
        return Mode {
            name: Cow::Owned(format!("MODE(0x{base_mode:08x})")),
            known: false,
            class: ModeClass::Other,
        };
    }
    ardupilot::name(mav_type, custom_mode).map_or_else(|| unnamed(custom_mode), known)
}

/// The mode HIGH_LATENCY2 speaks of: 16 bits, which for PX4 are main and sub mode and for everybody else
/// the low half of `custom_mode`.
#[must_use]
pub fn high_latency_mode(autopilot: Autopilot, mav_type: MavType, custom_mode: u16) -> Mode {
    let custom_mode = u32::from(custom_mode);
    if autopilot == Autopilot::PX4 {
        return px4::name(custom_mode << 16).map_or_else(|| unnamed(custom_mode), known);
    }
    mode(autopilot, mav_type, CUSTOM_MODE_ENABLED, custom_mode)
}

/// The number behind `name`, in any case of letters; `None` for firmwares whose numbers are not known
/// for certain and for types without a table (ArduCopter before its frame is set says GENERIC).
#[must_use]
pub fn mode_number(autopilot: Autopilot, mav_type: MavType, name: &str) -> Option<ModeNumber> {
    match autopilot {
        Autopilot::PX4 => px4::number(name),
        Autopilot::ARDUPILOT => ardupilot::number(mav_type, name).map(ModeNumber::Custom),
        _ => None,
    }
}

/// Every mode that `mode_number` knows for such a vehicle, with its kind, in the firmware's own order.
pub fn mode_names(
    autopilot: Autopilot,
    mav_type: MavType,
) -> impl Iterator<Item = (&'static str, ModeClass)> {
    let ardupilot = (autopilot == Autopilot::ARDUPILOT).then(|| ardupilot::names(mav_type));
    let px4 = (autopilot == Autopilot::PX4).then(px4::names);
    ardupilot
        .into_iter()
        .flatten()
        .chain(px4.into_iter().flatten())
}

/// The tables of this module, for those that must not know it.
#[derive(Debug, Clone, Copy)]
pub struct FirmwareModes;

impl ModeBook for FirmwareModes {
    fn modes(&self, autopilot: Autopilot, mav_type: MavType) -> Vec<ModeOrder> {
        let order = |(name, class)| {
            let params = mode_number(autopilot, mav_type, name)?.command_params();
            Some(ModeOrder {
                params,
                name,
                class,
            })
        };
        mode_names(autopilot, mav_type).filter_map(order).collect()
    }
}

fn known((name, class): (&'static str, ModeClass)) -> Mode {
    Mode {
        name: Cow::Borrowed(name),
        known: true,
        class,
    }
}

fn unnamed(custom_mode: u32) -> Mode {
    Mode {
        name: Cow::Owned(format!("MODE({custom_mode})")),
        known: false,
        class: ModeClass::Other,
    }
}

#[cfg(test)]
mod tests;
