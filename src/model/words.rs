//! The MAVLink enumerations an operator reads, as small numbers that know their names.
//!
//! A name is the `MAV_*` entry without its prefix in lower case; a number the tables do not know
//! prints as `mav_type(240)` and is never lost. Source: <https://mavlink.io/en/messages/common.html>.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An enumeration value that came over the air: kept as sent, printed by name where known.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $field:literal, $width:ty { $($number:literal => $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub $width);

        impl $name {
            /// The entry's name, or `None` for a number newer than these tables.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 { $($number => Some($word),)* _ => None }
            }

            /// The value behind a name, also behind the `field(number)` form of unknown ones.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($word => Some(Self($number)),)*
                    other => number_in(other, $field).and_then(|n| n.try_into().ok()).map(Self),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.pad(name),
                    None => write!(f, concat!($field, "({})"), self.0),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self.name() {
                    Some(name) => serializer.serialize_str(name),
                    None => serializer.collect_str(self),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::from_name(&text).ok_or_else(|| D::Error::custom(format!("no {} is called {text:?}", $field)))
            }
        }
    };
}

fn number_in(text: &str, field: &str) -> Option<u32> {
    text.strip_prefix(field)?
        .strip_prefix('(')?
        .strip_suffix(')')?
        .parse()
        .ok()
}

words! {
    /// `MAV_TYPE`: what kind of thing a heartbeat speaks for.
    MavType, "mav_type", u8 {
        0 => "generic", 1 => "fixed_wing", 2 => "quadrotor", 3 => "coaxial", 4 => "helicopter",
        5 => "antenna_tracker", 6 => "gcs", 7 => "airship", 8 => "free_balloon", 9 => "rocket",
        10 => "ground_rover", 11 => "surface_boat", 12 => "submarine", 13 => "hexarotor",
        14 => "octorotor", 15 => "tricopter", 16 => "flapping_wing", 17 => "kite",
        18 => "onboard_controller", 19 => "vtol_tailsitter_duorotor", 20 => "vtol_tailsitter_quadrotor",
        21 => "vtol_tiltrotor", 22 => "vtol_fixedrotor", 23 => "vtol_tailsitter", 24 => "vtol_tiltwing",
        25 => "vtol_reserved5", 26 => "gimbal", 27 => "adsb", 28 => "parafoil", 29 => "dodecarotor",
        30 => "camera", 31 => "charging_station", 32 => "flarm", 33 => "servo", 34 => "odid",
        35 => "decarotor", 36 => "battery", 37 => "parachute", 38 => "log", 39 => "osd", 40 => "imu",
        41 => "gps", 42 => "winch", 43 => "generic_multirotor", 44 => "illuminator",
        45 => "spacecraft_orbiter", 46 => "ground_quadruped", 47 => "vtol_gyrodyne", 48 => "gripper", 49 => "radio",
    }
}

impl MavType {
    /// `MAV_TYPE_GCS`.
    pub const GCS: Self = Self(6);
    /// `MAV_TYPE_FIXED_WING`.
    pub const FIXED_WING: Self = Self(1);
    /// What a telemetry radio is listed as; it sends no heartbeat of its own.
    pub const RADIO: Self = Self(49);

    /// The craft in a word or two that people use, without underscores: `rover`, `boat`, `quadrotor`.
    #[must_use]
    pub fn plain(self) -> String {
        match self.0 {
            0 => "vehicle".to_owned(),
            1 => "plane".to_owned(),
            10 => "rover".to_owned(),
            11 => "boat".to_owned(),
            43 => "multirotor".to_owned(),
            _ => match self.name().and_then(|name| name.strip_prefix("vtol_")) {
                Some(kind) => format!("VTOL {kind}").replace('_', " "),
                None => self.to_string().replace('_', " "),
            },
        }
    }

    /// Whether such a heartbeat can be a row of the fleet: neither a ground station, an onboard
    /// controller, a gimbal, an ADS-B receiver, a camera nor one of the later peripherals.
    #[must_use]
    pub const fn is_vehicle(self) -> bool {
        !matches!(self.0, 6 | 18 | 26 | 27 | 30..=34 | 36..=42 | 44 | 48 | 49)
    }
}

words! {
    /// `MAV_AUTOPILOT`: whose firmware it is.
    Autopilot, "autopilot", u8 {
        0 => "generic", 1 => "reserved", 2 => "slugs", 3 => "ardupilotmega", 4 => "openpilot",
        5 => "generic_waypoints_only", 6 => "generic_waypoints_and_simple_navigation_only",
        7 => "generic_mission_full", 8 => "invalid", 9 => "ppz", 10 => "udb", 11 => "fp", 12 => "px4",
        13 => "smaccmpilot", 14 => "autoquad", 15 => "armazila", 16 => "aerob", 17 => "asluav",
        18 => "smartap", 19 => "airrails", 20 => "reflex",
    }
}

impl Autopilot {
    /// `MAV_AUTOPILOT_ARDUPILOTMEGA`.
    pub const ARDUPILOT: Self = Self(3);
    /// `MAV_AUTOPILOT_INVALID`: the sender is no autopilot.
    pub const INVALID: Self = Self(8);
    /// `MAV_AUTOPILOT_PX4`.
    pub const PX4: Self = Self(12);

    /// The firmware as its makers write it; the entry's name where they have none.
    #[must_use]
    pub fn plain(self) -> String {
        match self.0 {
            0 => "generic".to_owned(),
            3 => "ArduPilot".to_owned(),
            12 => "PX4".to_owned(),
            9 => "Paparazzi".to_owned(),
            _ => self.to_string().replace('_', " "),
        }
    }
}

words! {
    /// `MAV_STATE`: what the autopilot says of itself.
    SystemStatus, "system_status", u8 {
        0 => "uninit", 1 => "boot", 2 => "calibrating", 3 => "standby", 4 => "active", 5 => "critical",
        6 => "emergency", 7 => "poweroff", 8 => "flight_termination",
    }
}

words! {
    /// `MAV_LANDED_STATE` of EXTENDED_SYS_STATE; 0 (undefined) is unknown and never stored.
    LandedState, "landed", u8 { 1 => "on_ground", 2 => "in_air", 3 => "takeoff", 4 => "landing" }
}

words! {
    /// `GPS_FIX_TYPE`.
    GpsFix, "fix", u8 {
        0 => "no_gps", 1 => "no_fix", 2 => "2d_fix", 3 => "3d_fix", 4 => "dgps", 5 => "rtk_float",
        6 => "rtk_fixed", 7 => "static", 8 => "ppp",
    }
}

words! {
    /// `MAV_SEVERITY`: the eight of RFC 5424, 0 is the worst.
    Severity, "severity", u8 {
        0 => "emergency", 1 => "alert", 2 => "critical", 3 => "error", 4 => "warning", 5 => "notice",
        6 => "info", 7 => "debug",
    }
}

impl Severity {
    /// Losing a vehicle, and whatever else cannot wait.
    pub const CRITICAL: Self = Self(2);
    /// Something an operator should look at.
    pub const WARNING: Self = Self(4);
    /// What happened, for the record.
    pub const INFO: Self = Self(6);
}

words! {
    /// `MISSION_STATE`; 0 (unknown) is never stored.
    MissionState, "state", u8 { 1 => "no_mission", 2 => "not_started", 3 => "active", 4 => "paused", 5 => "complete" }
}

words! {
    /// `MAV_RESULT` of a COMMAND_ACK.
    CommandResult, "result", u8 {
        0 => "accepted", 1 => "temporarily_rejected", 2 => "denied", 3 => "unsupported", 4 => "failed",
        5 => "in_progress", 6 => "cancelled", 7 => "command_long_only", 8 => "command_int_only",
        9 => "command_unsupported_mav_frame", 10 => "not_in_control",
    }
}

words! {
    /// `FENCE_BREACH`.
    FenceBreach, "breach", u8 { 0 => "none", 1 => "minalt", 2 => "maxalt", 3 => "boundary" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_number_keeps_its_place_and_comes_back() {
        let newer = MavType(240);
        assert_eq!(newer.to_string(), "mav_type(240)");
        let json = serde_json::to_string(&newer).unwrap();
        assert_eq!(serde_json::from_str::<MavType>(&json).unwrap(), newer);
        assert_eq!(
            serde_json::from_str::<GpsFix>("\"rtk_fixed\"").unwrap(),
            GpsFix(6)
        );
        assert!(serde_json::from_str::<GpsFix>("\"fix(x)\"").is_err());
    }

    #[test]
    fn peripherals_are_no_vehicles() {
        for number in [6, 18, 26, 27, 30] {
            assert!(!MavType(number).is_vehicle(), "{}", MavType(number));
        }
        for number in [0, 1, 2, 10, 11, 12, 13, 20, 28, 29, 35, 43, 240] {
            assert!(MavType(number).is_vehicle(), "{}", MavType(number));
        }
    }
}
