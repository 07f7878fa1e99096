//! What a command needs before it may be sent, and how often: the table of CONTRACT section 4.
//!
//! Pure: what is believed of the vehicle comes in. What is not known counts as the worst.

use std::time::Duration;

use super::Kind;
use crate::model::{
    vehicle::{ModeClass, State, Vehicle},
    words::LandedState,
};

/// How a refusal ends that a `confirm` would lift.
pub const CONFIRM_NEEDED: &str = "confirm is needed";

/// How a command is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Whether somebody must have agreed to it.
    pub confirm: bool,
    /// How often it may be sent in all; 1 is never again.
    pub tries: u8,
    /// How long an answer may take after the last try.
    pub within: Duration,
}

/// What the rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Whether the motors may turn.
    pub armed: Option<bool>,
    /// Whether it stands on the ground.
    pub on_ground: Option<bool>,
    /// What kind of mode is asked for.
    pub wanted_class: Option<ModeClass>,
}

impl Facts {
    /// What is believed of a vehicle now; nothing of one that is not heard.
    #[must_use]
    pub fn of(vehicle: &Vehicle, wanted_class: Option<ModeClass>) -> Self {
        if !matches!(vehicle.state, State::Live | State::Late) {
            return Self {
                wanted_class,
                ..Self::default()
            };
        }
        let landed = vehicle.landed.map(|landed| landed == LandedState(1));
        Self {
            armed: vehicle.armed,
            on_ground: (vehicle.armed == Some(false)).then_some(true).or(landed),
            wanted_class,
        }
    }
}

/// How a command of this kind is sent to a vehicle of which this is believed.
///
/// # Errors
/// The sentence that refuses it.
pub fn policy(kind: Kind, facts: Facts) -> Result<Policy, &'static str> {
    let (confirm, tries, seconds) = match kind {
        Kind::Arm if facts.armed == Some(true) => return Err("it is armed already"),
        Kind::Arm | Kind::Takeoff | Kind::MissionStart | Kind::Other => (true, 1, 5),
        Kind::Reboot if facts.armed != Some(false) => {
            return Err("it is armed, or not known to be disarmed: it is not rebooted");
        }
        Kind::Reboot => (true, 1, 20),
        Kind::Disarm if facts.on_ground != Some(true) => {
            return Err(
                "it is not known to be on the ground: disarming stops the motors in the air \
                        (only \"force\": true does that)",
            );
        }
        Kind::ForcedDisarm => (true, 1, 3),
        Kind::Land | Kind::Rtl | Kind::Hold => (false, 5, 3),
        Kind::Mode => (needs_consent(facts), 3, 3),
        Kind::Disarm | Kind::Steer => (false, 3, 3),
        Kind::Request => (false, 3, 2),
    };
    let within = Duration::from_secs(seconds);
    Ok(Policy {
        confirm,
        tries,
        within,
    })
}

/// A mode that takes off or flies a mission moves an armed vehicle; one whose kind is not known may.
const fn needs_consent(facts: Facts) -> bool {
    let moves = matches!(
        facts.wanted_class,
        None | Some(ModeClass::Takeoff | ModeClass::Mission)
    );
    moves && !matches!(facts.armed, Some(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(armed: Option<bool>, on_ground: Option<bool>) -> Facts {
        Facts {
            armed,
            on_ground,
            wanted_class: None,
        }
    }

    #[test]
    fn what_moves_a_vehicle_is_confirmed_and_never_sent_twice() {
        for kind in [
            Kind::Arm,
            Kind::Takeoff,
            Kind::MissionStart,
            Kind::ForcedDisarm,
            Kind::Other,
        ] {
            let policy = policy(kind, facts(None, None)).unwrap();
            assert!(policy.confirm, "{kind:?}");
            assert_eq!(policy.tries, 1, "{kind:?}");
        }
        let reboot = policy(Kind::Reboot, facts(Some(false), None)).unwrap();
        assert_eq!((reboot.confirm, reboot.tries), (true, 1));
    }

    #[test]
    fn a_vehicle_in_the_air_or_unknown_is_not_disarmed_without_force() {
        for on_ground in [None, Some(false)] {
            assert!(policy(Kind::Disarm, facts(Some(true), on_ground)).is_err());
        }
        assert!(policy(Kind::Disarm, facts(Some(true), Some(true))).is_ok());
    }

    #[test]
    fn a_mode_is_confirmed_when_it_would_move_an_armed_vehicle() {
        let confirm = |armed, class| {
            let facts = Facts {
                armed,
                on_ground: None,
                wanted_class: class,
            };
            policy(Kind::Mode, facts).unwrap().confirm
        };
        assert!(confirm(Some(true), Some(ModeClass::Mission)));
        assert!(confirm(None, Some(ModeClass::Takeoff)));
        assert!(confirm(Some(true), None), "a mode nobody knows");
        assert!(!confirm(Some(false), Some(ModeClass::Mission)));
        assert!(!confirm(Some(true), Some(ModeClass::Guided)));
    }

    #[test]
    fn nothing_is_believed_of_a_vehicle_that_is_lost() {
        let mut vehicle = Vehicle::expected("a".into(), "a".into(), "mav".into(), 1);
        vehicle.armed = Some(false);
        vehicle.state = State::Lost;
        assert_eq!(Facts::of(&vehicle, None), Facts::default());
        vehicle.state = State::Live;
        assert_eq!(Facts::of(&vehicle, None).on_ground, Some(true));
    }
}
