//! Sensor health by name, from the three bit masks of SYS_STATUS.
//!
//! Failed means present, enabled and not healthy (<https://mavlink.io/en/messages/common.html#MAV_SYS_STATUS_SENSOR>).

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::patch::Field;

/// The masks as sent; written as an object of `ok`, `failed` and `disabled`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sensors {
    /// On board.
    pub present: u32,
    /// Switched on.
    pub enabled: u32,
    /// Working.
    pub healthy: u32,
}

/// Names by bit of `MAV_SYS_STATUS_SENSOR`; the last bit only says that there are more.
const NAMES: [&str; 31] = [
    "gyro",
    "accel",
    "compass",
    "baro",
    "airspeed",
    "gps",
    "optical_flow",
    "vision",
    "rangefinder",
    "ground_truth",
    "rate_control",
    "attitude_control",
    "yaw_control",
    "altitude_control",
    "position_control",
    "motors",
    "rc",
    "gyro2",
    "accel2",
    "compass2",
    "fence",
    "ahrs",
    "terrain",
    "reverse_motor",
    "logging",
    "battery",
    "proximity",
    "satcom",
    "prearm",
    "avoidance",
    "propulsion",
];

/// How one sensor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Present, enabled, healthy.
    Ok,
    /// Present, enabled, not healthy.
    Failed,
    /// Present, not enabled.
    Disabled,
}

impl Sensors {
    /// Every sensor that is present, with how it does.
    pub fn iter(self) -> impl Iterator<Item = (&'static str, Health)> {
        NAMES.iter().enumerate().filter_map(move |(bit, name)| {
            let mask = 1u32 << bit;
            (self.present & mask != 0).then(|| (*name, self.health(mask)))
        })
    }

    /// Names of the sensors that failed.
    pub fn failed(self) -> impl Iterator<Item = &'static str> {
        self.iter()
            .filter(|(_, health)| *health == Health::Failed)
            .map(|(name, _)| name)
    }

    const fn health(self, mask: u32) -> Health {
        if self.enabled & mask == 0 {
            Health::Disabled
        } else if self.healthy & mask == 0 {
            Health::Failed
        } else {
            Health::Ok
        }
    }
}

impl Serialize for Sensors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl Field for Sensors {
    fn serialize_patch<S: Serializer>(&self, old: &Self, serializer: S) -> Result<S::Ok, S::Error> {
        let was: Vec<_> = old.iter().collect();
        let is: Vec<_> = self.iter().collect();
        let gone: Vec<_> = was
            .iter()
            .filter(|(name, _)| !is.iter().any(|(other, _)| other == name))
            .collect();
        let changed: Vec<_> = is.iter().filter(|entry| !was.contains(entry)).collect();
        let mut map = serializer.serialize_map(Some(gone.len() + changed.len()))?;
        for (name, _) in gone {
            map.serialize_entry(name, &())?;
        }
        for (name, health) in changed {
            map.serialize_entry(name, health)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::Patch;

    #[test]
    fn only_present_and_enabled_sensors_can_fail() {
        let sensors = Sensors {
            present: 0x27,
            enabled: 0x23,
            healthy: 0x05,
        };
        assert_eq!(
            serde_json::to_string(&sensors).unwrap(),
            r#"{"gyro":"ok","accel":"failed","compass":"disabled","gps":"failed"}"#
        );
        assert_eq!(sensors.failed().collect::<Vec<_>>(), ["accel", "gps"]);
    }

    #[test]
    fn a_patch_names_only_what_changed() {
        let old = Sensors {
            present: 0b11,
            enabled: 0b11,
            healthy: 0b11,
        };
        let new = Sensors {
            present: 0b101,
            enabled: 0b101,
            healthy: 0b001,
        };
        let patch = serde_json::to_string(&Patch {
            old: &old,
            new: &new,
        })
        .unwrap();
        assert_eq!(patch, r#"{"accel":null,"compass":"failed"}"#);
    }
}
