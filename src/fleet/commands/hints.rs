//! What an operator would want to know about a vehicle's no that it does not explain itself, and before asking.

use super::forms::is_plane;
use crate::model::{
    command::Kind,
    event::EventKind,
    sensors::Sensors,
    vehicle::Vehicle,
    words::{Autopilot, CommandResult, MavType},
};

const UNSUPPORTED: CommandResult = CommandResult(3);
const INT_ONLY: CommandResult = CommandResult(8);
/// `MAV_SYS_STATUS_PREARM_CHECK`.
const PREARM: &str = "prearm";

/// Whether it moves on or in the water or on wheels, and never takes off.
const fn stays_down(mav_type: MavType) -> bool {
    matches!(mav_type.0, 10..=12)
}

/// Why a command makes no sense for this vehicle, whatever it would say.
pub(super) fn senseless(kind: Kind, vehicle: &Vehicle) -> Result<(), String> {
    match vehicle.mav_type {
        Some(mav_type) if kind == Kind::Takeoff && stays_down(mav_type) => {
            Err(format!("a {} does not take off", mav_type.plain()))
        }
        _ => Ok(()),
    }
}

/// What may speak against it and is no reason not to ask: the vehicle decides.
pub(super) fn remark(kind: Kind, vehicle: &Vehicle) -> Option<String> {
    let sensors: Sensors = vehicle.sensors.unwrap_or_default();
    let fails = sensors.failed().any(|name| name == PREARM);
    if kind != Kind::Arm || !fails {
        return None;
    }
    let last = vehicle.last_text.as_ref().map(|last| last.text.trim());
    let said = last.filter(|text| text.to_lowercase().starts_with("prearm"));
    Some(match said {
        Some(text) => format!("its checks before arming fail ({text})"),
        None => "its checks before arming fail".to_owned(),
    })
}

/// Why a vehicle may have said no, when it did not say why.
pub(super) fn hint(
    (kind, word): (Kind, &str),
    vehicle: &Vehicle,
    result: CommandResult,
) -> Option<&'static str> {
    let is_ardupilot = vehicle.autopilot == Some(Autopilot::ARDUPILOT);
    let is_plane = vehicle.mav_type.is_some_and(is_plane);
    let mode = vehicle.mode.as_deref();
    match kind {
        Kind::Takeoff if is_ardupilot && is_plane => Some(
            "ArduPlane takes off by command only with rotors and in GUIDED; with wings by mode TAKEOFF or a mission",
        ),
        Kind::Takeoff if is_ardupilot && mode != Some("GUIDED") => {
            Some("ArduCopter takes off by command only in mode GUIDED")
        }
        Kind::Takeoff | Kind::MissionStart if vehicle.armed == Some(false) => {
            Some("it is not armed")
        }
        Kind::Land if is_ardupilot && is_plane => {
            Some("ArduPlane lands by a mission, by RTL or in mode QLAND")
        }
        Kind::Steer if word == "goto" && result == UNSUPPORTED && mode != Some("GUIDED") => Some(
            "it does not know DO_REPOSITION, and takes a guided target only in mode GUIDED: change the mode first",
        ),
        Kind::Steer if word == "yaw" && vehicle.autopilot == Some(Autopilot::PX4) => {
            Some("PX4 does not turn by command (CONDITION_YAW)")
        }
        Kind::Steer if word == "yaw" && is_ardupilot => {
            Some("ArduPilot turns by command only a copter, in GUIDED or AUTO")
        }
        _ if result == INT_ONLY => {
            Some("it takes this only with a frame: send it as int, and say which frame is meant")
        }
        _ => None,
    }
}

/// Whether an event of a vehicle may explain its no.
pub(super) const fn may_explain(kind: EventKind) -> bool {
    matches!(kind, EventKind::Text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::vehicle::{LastText, Vehicle};

    fn vehicle(autopilot: Autopilot, mav_type: u8) -> Vehicle {
        let mut vehicle = Vehicle::expected("a".into(), "a".into(), "mav".into(), 1);
        vehicle.autopilot = Some(autopilot);
        vehicle.mav_type = Some(MavType(mav_type));
        vehicle
    }

    #[test]
    fn what_rolls_or_floats_is_not_sent_into_the_air() {
        for (mav_type, word) in [(10, "rover"), (11, "boat"), (12, "submarine")] {
            let why = senseless(Kind::Takeoff, &vehicle(Autopilot::ARDUPILOT, mav_type));
            assert_eq!(why.unwrap_err(), format!("a {word} does not take off"));
        }
        assert!(senseless(Kind::Takeoff, &vehicle(Autopilot::ARDUPILOT, 2)).is_ok());
        assert!(senseless(Kind::Rtl, &vehicle(Autopilot::ARDUPILOT, 10)).is_ok());
    }

    #[test]
    fn a_vehicle_that_is_not_ready_says_why_and_is_asked_all_the_same() {
        let mut copter = vehicle(Autopilot::ARDUPILOT, 2);
        assert_eq!(remark(Kind::Arm, &copter), None);
        copter.sensors = Some(Sensors {
            present: 1 << 28,
            enabled: 1 << 28,
            healthy: 0,
        });
        let plain = remark(Kind::Arm, &copter).unwrap();
        assert_eq!(plain, "its checks before arming fail");
        copter.last_text = Some(LastText {
            severity: crate::model::words::Severity::CRITICAL,
            text: "PreArm: Compass not calibrated".into(),
            t_ms: None,
        });
        let said = remark(Kind::Arm, &copter).unwrap();
        assert!(said.contains("(PreArm: Compass not calibrated)"), "{said}");
        assert_eq!(remark(Kind::Disarm, &copter), None);
    }

    #[test]
    fn a_no_without_a_reason_gets_the_likely_one() {
        let failed = CommandResult(4);
        let plane = vehicle(Autopilot::ARDUPILOT, 1);
        let said = hint((Kind::Takeoff, "takeoff"), &plane, failed).unwrap();
        assert!(said.contains("mode TAKEOFF"), "{said}");
        let mut copter = vehicle(Autopilot::ARDUPILOT, 2);
        copter.mode = Some("LOITER".into());
        let said = hint((Kind::Takeoff, "takeoff"), &copter, failed).unwrap();
        assert!(said.contains("GUIDED"), "{said}");
        let said = hint((Kind::Steer, "goto"), &copter, UNSUPPORTED).unwrap();
        assert!(said.contains("change the mode first"), "{said}");
        assert_eq!(hint((Kind::Rtl, "rtl"), &copter, failed), None);
    }
}
