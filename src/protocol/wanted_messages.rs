//! Which messages a station wants of a vehicle by itself, what class each belongs to, and what it weighs on a link.

use crate::model::{link::Rates, words::Autopilot};

/// Header and checksum of a MAVLink 2 frame (<https://mavlink.io/en/guide/serialization.html>); 8 in MAVLink 1.
const FRAME_BYTES: u16 = 12;
/// A HEARTBEAT on a link. No station asks for it: it comes once a second.
pub const HEARTBEAT_BYTES: f64 = 21.0;

/// A signature at the end of a frame (<https://mavlink.io/en/guide/message_signing.html>).
pub const SIGNATURE_BYTES: f64 = 13.0;

/// Which of the three rates of a link a message follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateClass {
    /// Where it is and how fast it moves.
    Position,
    /// How it is tilted.
    Attitude,
    /// How it fares.
    Status,
    /// Nobody here shows it: it has no rate, and is stopped where there is no room for it.
    Unshown,
}

/// A message that is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct WantedMessage {
    /// Message id.
    pub id: u32,
    /// As in the XML.
    pub name: &'static str,
    /// Longest payload, bytes: MAVLink 2 cuts trailing zeros, so most are shorter.
    pub payload_bytes: u8,
    /// Whose rate it has.
    pub class: RateClass,
    firmware: Firmware,
}

#[derive(Debug, PartialEq, Eq)]
enum Firmware {
    Any,
    ArduPilot,
    Px4,
}

const fn wanted(
    id: u32,
    name: &'static str,
    payload_bytes: u8,
    class: RateClass,
    firmware: Firmware,
) -> WantedMessage {
    WantedMessage {
        id,
        name,
        payload_bytes,
        class,
        firmware,
    }
}

use Firmware::{Any, ArduPilot, Px4};
use RateClass::{Attitude, Position, Status, Unshown};

/// The most important first.
static MESSAGES: [WantedMessage; 16] = [
    wanted(33, "GLOBAL_POSITION_INT", 28, Position, Any),
    wanted(74, "VFR_HUD", 20, Position, Any),
    wanted(1, "SYS_STATUS", 43, Status, Any),
    wanted(24, "GPS_RAW_INT", 52, Status, Any),
    wanted(147, "BATTERY_STATUS", 54, Status, Any),
    wanted(245, "EXTENDED_SYS_STATE", 2, Status, Any),
    wanted(42, "MISSION_CURRENT", 18, Status, Any),
    wanted(241, "VIBRATION", 32, Status, Any),
    wanted(2, "SYSTEM_TIME", 12, Status, Any),
    wanted(30, "ATTITUDE", 28, Attitude, Any),
    wanted(193, "EKF_STATUS_REPORT", 26, Status, ArduPilot),
    wanted(168, "WIND", 12, Status, ArduPilot),
    wanted(162, "FENCE_STATUS", 9, Status, ArduPilot),
    wanted(230, "ESTIMATOR_STATUS", 42, Status, Px4),
    wanted(231, "WIND_COV", 40, Status, Px4),
    wanted(65, "RC_CHANNELS", 42, Status, Any),
];

/// What ArduPilot and PX4 send unasked over telemetry ports, or for any station that ever asked for everything, and
/// nothing here reads. What other parties need (terrain requests, remote id, TIMESYNC) is not among them.
static NOT_SHOWN: [WantedMessage; 25] = [
    wanted(31, "ATTITUDE_QUATERNION", 48, Unshown, Px4),
    wanted(85, "POSITION_TARGET_LOCAL_NED", 51, Unshown, Px4),
    wanted(83, "ATTITUDE_TARGET", 37, Unshown, Px4),
    wanted(331, "ODOMETRY", 233, Unshown, Px4),
    wanted(105, "HIGHRES_IMU", 63, Unshown, Px4),
    wanted(290, "ESC_INFO", 46, Unshown, Px4),
    wanted(291, "ESC_STATUS", 57, Unshown, Px4),
    wanted(141, "ALTITUDE", 32, Unshown, Px4),
    wanted(380, "TIME_ESTIMATE_TO_TARGET", 20, Unshown, Px4),
    wanted(36, "SERVO_OUTPUT_RAW", 37, Unshown, Any),
    wanted(32, "LOCAL_POSITION_NED", 28, Unshown, Any),
    wanted(29, "SCALED_PRESSURE", 16, Unshown, Any),
    wanted(164, "SIMSTATE", 44, Unshown, ArduPilot),
    wanted(11030, "ESC_TELEMETRY_1_TO_4", 44, Unshown, ArduPilot),
    wanted(27, "RAW_IMU", 29, Unshown, ArduPilot),
    wanted(163, "AHRS", 28, Unshown, ArduPilot),
    wanted(62, "NAV_CONTROLLER_OUTPUT", 26, Unshown, ArduPilot),
    wanted(116, "SCALED_IMU2", 24, Unshown, ArduPilot),
    wanted(129, "SCALED_IMU3", 24, Unshown, ArduPilot),
    wanted(178, "AHRS2", 24, Unshown, ArduPilot),
    wanted(136, "TERRAIN_REPORT", 22, Unshown, ArduPilot),
    wanted(137, "SCALED_PRESSURE2", 16, Unshown, ArduPilot),
    wanted(11020, "AOA_SSA", 16, Unshown, ArduPilot),
    wanted(152, "MEMINFO", 8, Unshown, ArduPilot),
    wanted(125, "POWER_STATUS", 6, Unshown, ArduPilot),
];

impl WantedMessage {
    /// A whole unsigned frame of it, at its longest.
    #[must_use]
    pub fn frame_bytes(&self) -> f64 {
        f64::from(u16::from(self.payload_bytes) + FRAME_BYTES)
    }
}

/// What is wanted of this firmware, the most important first.
pub fn messages_of(autopilot: Autopilot) -> impl Iterator<Item = &'static WantedMessage> {
    let of = move |message: &&WantedMessage| message.firmware.is(autopilot);
    MESSAGES.iter().filter(of)
}

/// What this firmware sends that nobody here shows, the heaviest first.
pub fn unshown_of(autopilot: Autopilot) -> impl Iterator<Item = &'static WantedMessage> {
    let of = move |message: &&WantedMessage| message.firmware.is(autopilot);
    NOT_SHOWN.iter().filter(of)
}

impl Firmware {
    fn is(&self, autopilot: Autopilot) -> bool {
        match self {
            Any => true,
            ArduPilot => autopilot == Autopilot::ARDUPILOT,
            Px4 => autopilot == Autopilot::PX4,
        }
    }
}

/// Rates that are asked for, by class, Hz. `None` leaves the messages of a class alone, 0 stops them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Asked {
    /// GLOBAL_POSITION_INT, VFR_HUD.
    pub position_hz: Option<f64>,
    /// ATTITUDE.
    pub attitude_hz: Option<f64>,
    /// SYS_STATUS, GPS_RAW_INT and the other slow ones.
    pub status_hz: Option<f64>,
}

impl Asked {
    /// What the operator wants, all of it; a rate of 0 leaves a class alone.
    #[must_use]
    pub fn all_of(rates: Rates) -> Self {
        let positive = |hz: Option<f64>| hz.filter(|hz| *hz > 0.0);
        Self {
            position_hz: positive(rates.position_hz),
            attitude_hz: positive(rates.attitude_hz),
            status_hz: positive(rates.status_hz),
        }
    }

    /// The rate of one class.
    #[must_use]
    pub const fn of(&self, class: RateClass) -> Option<f64> {
        match class {
            Position => self.position_hz,
            Attitude => self.attitude_hz,
            Status => self.status_hz,
            Unshown => None,
        }
    }
}

/// What one hertz of each class of a vehicle weighs, bytes per second.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Weight {
    /// GLOBAL_POSITION_INT and VFR_HUD.
    pub position: f64,
    /// ATTITUDE.
    pub attitude: f64,
    /// SYS_STATUS and the other slow ones.
    pub status: f64,
    /// HEARTBEAT, which nobody asks for.
    pub heartbeat: f64,
}

impl Weight {
    /// Of a vehicle with this firmware, that signs its frames or not.
    #[must_use]
    pub fn of(autopilot: Autopilot, is_signed: bool) -> Self {
        let more = if is_signed { SIGNATURE_BYTES } else { 0.0 };
        let sum = |class| {
            messages_of(autopilot)
                .filter(|message| message.class == class)
                .map(|message| message.frame_bytes() + more)
                .sum()
        };
        Self {
            position: sum(Position),
            attitude: sum(Attitude),
            status: sum(Status),
            heartbeat: HEARTBEAT_BYTES + more,
        }
    }

    /// What these rates bring, bytes per second, heartbeats not counted.
    #[must_use]
    pub fn at(&self, asked: &Asked) -> f64 {
        self.position * asked.position_hz.unwrap_or(0.0)
            + self.attitude * asked.attitude_hz.unwrap_or(0.0)
            + self.status * asked.status_hz.unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::dialect::entry;

    #[test]
    fn names_and_lengths_are_those_of_the_dialect() {
        for message in MESSAGES.iter().chain(&NOT_SHOWN) {
            let known = entry(message.id).unwrap();
            assert_eq!(
                (message.name, message.payload_bytes),
                (known.name, known.max_len)
            );
        }
    }

    #[test]
    fn a_firmware_is_asked_for_its_own_messages_only() {
        let ids = |autopilot| messages_of(autopilot).map(|message| message.id);
        assert!(ids(Autopilot::ARDUPILOT).any(|id| id == 193));
        assert!(ids(Autopilot::ARDUPILOT).all(|id| id != 230));
        assert!(ids(Autopilot::PX4).all(|id| id != 193 && id != 168));
    }

    #[test]
    fn the_weight_of_a_rate_is_that_of_its_frames() {
        let weight = Weight::of(Autopilot::ARDUPILOT, false);
        assert_eq!((weight.position, weight.attitude), (72.0, 40.0));
        let asked = Asked {
            position_hz: Some(2.0),
            attitude_hz: None,
            status_hz: Some(0.0),
        };
        assert_eq!(weight.at(&asked).round() as u32, 144);
        let signed = Weight::of(Autopilot::ARDUPILOT, true);
        assert_eq!((signed.position, signed.heartbeat), (98.0, 34.0));
    }
}
