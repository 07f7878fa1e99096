//! Whether a vehicle holds what it was given, allowing for what each autopilot is known to do to a list.
//!
//! ArduPilot writes its own home into item 0, stores altitudes in centimetres (rally points in metres) and many
//! parameters as whole numbers, knows no autocontinue and gives 0 back for what a command does not use. PX4 turns
//! yaw into 0 to 360 degrees by way of radians and gives 0 back likewise. Both forget the altitude of a fence.

use std::fmt;

use super::numbering::Stack;
use crate::model::{
    mission::{MissionItem, PlanKind},
    mission_command::{self, has_place, lookup},
    mission_difference::{Field, FieldChange, field_changes},
};

/// The last of the commands that fly; those beyond do something else with their parameters.
const NAV_LAST: u16 = 95;
const NAV_LAND: u16 = 21;

/// One thing that is not as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The operator's number of the item, from 1.
    pub number: u16,
    /// In words.
    pub text: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "item {}: {}", self.number, self.text)
    }
}

/// What reading back showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// The vehicle would do something else than it was told.
    pub differences: Vec<Difference>,
    /// The vehicle does not keep a detail, such as an acceptance radius.
    pub remarks: Vec<Difference>,
}

/// Compares what was sent with what was read, both counted as the vehicle counts.
#[must_use]
pub fn compare(
    stack: Stack,
    kind: PlanKind,
    sent: &[MissionItem],
    read: &[MissionItem],
    is_float: bool,
) -> Comparison {
    let mut found = Comparison::default();
    let first = usize::from(stack.keeps_home(kind));
    // Without items of ours there may still be the vehicle's own home.
    let is_empty = sent.is_empty() && read.len() <= first;
    if sent.len() != read.len() && !is_empty {
        found.differences.push(Difference {
            number: 0,
            text: format!(
                "{} items were sent and {} came back",
                sent.len(),
                read.len()
            ),
        });
    }
    let judge = Judge {
        stack,
        kind,
        is_float,
    };
    for (seq, (sent, read)) in sent.iter().zip(read).enumerate().skip(first) {
        let number = stack.number(kind, u16::try_from(seq).unwrap_or(u16::MAX));
        for change in field_changes(sent, read) {
            let text = format!("{}: {change}", mission_command::name(sent.command));
            let difference = Difference { number, text };
            match judge.verdict(sent, read, &change) {
                Verdict::Same => {}
                Verdict::Forgotten => found.remarks.push(difference),
                Verdict::Changed => found.differences.push(difference),
            }
        }
    }
    found
}

/// Whether `read` is what a vehicle keeps of `sent`: nothing that it would do differs.
#[must_use]
pub fn is_kept(stack: Stack, kind: PlanKind, sent: &MissionItem, read: &MissionItem) -> bool {
    let judge = Judge {
        stack,
        kind,
        is_float: false,
    };
    let mut changes = field_changes(sent, read).into_iter();
    changes.all(|change| judge.verdict(sent, read, &change) != Verdict::Changed)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Same,
    Forgotten,
    Changed,
}

#[derive(Debug, Clone, Copy)]
struct Judge {
    stack: Stack,
    kind: PlanKind,
    is_float: bool,
}

impl Judge {
    fn verdict(self, sent: &MissionItem, read: &MissionItem, change: &FieldChange) -> Verdict {
        match change.field {
            // Nobody measures an altitude in a fence, nor in a command without a place.
            Field::Frame if self.kind == PlanKind::Fence || !has_place(sent.command) => {
                Verdict::Same
            }
            Field::Autocontinue if self.stack == Stack::ArduPilot => Verdict::Forgotten,
            Field::Command | Field::Frame | Field::Autocontinue => Verdict::Changed,
            Field::Number(index) => self.number(sent, read, index),
        }
    }

    fn number(self, sent: &MissionItem, read: &MissionItem, index: usize) -> Verdict {
        let (Some(&was), Some(&is)) = (sent.numbers().get(index), read.numbers().get(index)) else {
            return Verdict::Changed;
        };
        let is_unused =
            lookup(sent.command).is_some_and(|known| known.labels.get(index) == Some(&""));
        let came_back_empty = is == 0.0 || is.is_nan();
        if came_back_empty && (was.is_nan() || is_unused) {
            return Verdict::Same;
        }
        if self.kind == PlanKind::Fence && index == 6 {
            return Verdict::Same;
        }
        if self.is_close(sent.command, index, was, is) {
            return Verdict::Same;
        }
        if self.stack == Stack::ArduPilot
            && let Some(verdict) = ardupilots_own(sent.command, index, was, is)
        {
            return verdict;
        }
        if came_back_empty && index < 4 && sent.command <= NAV_LAST {
            return Verdict::Forgotten;
        }
        Verdict::Changed
    }

    fn is_close(self, command: u16, index: usize, was: f64, is: f64) -> bool {
        let apart = (was - is).abs();
        let is_place = (index == 4 || index == 5) && has_place(command);
        if is_place {
            // 1e-7 degrees travel exactly; a single-precision degree is good to 1e-5.
            return self.is_float && apart < 2e-5;
        }
        let label = mission_command::label(command, index);
        let angle = apart.rem_euclid(360.0);
        let turns = label.contains("(deg)") && angle.min(360.0 - angle) < 0.05;
        let whole = self.stack == Stack::ArduPilot
            && index < 4
            && ((is - was.trunc()).abs() < 1e-6 || (is - was.round()).abs() < 1e-6);
        let step: f64 = match (self.stack, self.kind, index) {
            (Stack::ArduPilot, PlanKind::Rally, 6) => 1.0,
            (Stack::ArduPilot, ..) => 0.011,
            _ => 1e-3,
        };
        apart <= step.max(was.abs() * 1e-5) || turns || whole
    }
}

/// What ArduPilot makes of some numbers, as recorded from it: of a loiter radius often only the direction stays,
/// beyond 255 m it is kept in tens, and a landing is given a direction.
fn ardupilots_own(command: u16, index: usize, was: f64, is: f64) -> Option<Verdict> {
    let is_radius = mission_command::label(command, index).starts_with("radius");
    let is_direction = (is.abs() - 1.0).abs() < 1e-6 && was.signum() * is > 0.0;
    if is_radius && is_direction {
        return Some(Verdict::Forgotten);
    }
    if is_radius && was.abs() > 255.0 && (was - is).abs() < 10.0 {
        return Some(Verdict::Same);
    }
    let is_landing_direction = command == NAV_LAND && index == 3 && was.abs() <= 1.0;
    (is_landing_direction && is.abs() <= 1.0).then_some(Verdict::Same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{geo::LatLon, mission::Frame};

    fn waypoint() -> MissionItem {
        let place = LatLon {
            lat_deg: 47.397_742_1,
            lon_deg: 8.545_593_4,
        };
        MissionItem::at(16, Frame(6), place, 30.123)
    }

    fn px4(sent: MissionItem, read: MissionItem) -> Comparison {
        compare(Stack::Px4, PlanKind::Mission, &[sent], &[read], false)
    }

    fn ardupilot(sent: MissionItem, read: MissionItem) -> Comparison {
        let home = MissionItem::action(16, [0.0; 4]);
        let other_home = waypoint();
        compare(
            Stack::ArduPilot,
            PlanKind::Mission,
            &[home, sent],
            &[other_home, read],
            false,
        )
    }

    #[test]
    fn ardupilots_habits_are_no_differences() {
        let sent = waypoint().with_params([2.7, 0.0, 0.0, f32::NAN]);
        let read = MissionItem {
            frame: Frame(3),
            z: 30.12,
            ..sent.with_params([2.0, 0.0, 0.0, 0.0])
        };
        assert_eq!(ardupilot(sent, read), Comparison::default());
    }

    #[test]
    fn what_ardupilot_gave_back_in_a_recording_is_no_difference() {
        // ArduCopter 4.8-dev: LOITER_TIME 8 s, radius 10 m; ArduPlane: LAND.
        let loiter = MissionItem {
            command: 19,
            ..waypoint().with_params([8.0, 0.0, 10.0, 0.0])
        };
        let found = ardupilot(loiter, loiter.with_params([8.0, 0.0, 1.0, 0.0]));
        assert!(found.differences.is_empty());
        assert_eq!(
            found.remarks[0].text,
            "NAV_LOITER_TIME: radius (m) 10 became 1"
        );
        let turned = ardupilot(loiter, loiter.with_params([8.0, 0.0, -1.0, 0.0]));
        assert_eq!(
            turned.differences.len(),
            1,
            "the other way round is another flight"
        );
        let land = MissionItem {
            command: 21,
            ..waypoint()
        };
        let found = ardupilot(land, land.with_params([0.0, 0.0, 0.0, 1.0]));
        assert_eq!(found, Comparison::default());
    }

    #[test]
    fn what_px4_gave_back_in_a_recording_is_no_difference() {
        // PX4 SIH: TAKEOFF with a pitch, LOITER_TIME without a yaw.
        let takeoff = MissionItem {
            command: 22,
            ..waypoint().with_params([15.0, 0.0, 0.0, f32::NAN])
        };
        let found = px4(takeoff, takeoff.with_params([0.0, 0.0, 0.0, f32::NAN]));
        assert!(found.differences.is_empty());
        assert_eq!(found.remarks.len(), 1);
        let loiter = MissionItem {
            command: 19,
            ..waypoint().with_params([8.0, 0.0, 10.0, f32::NAN])
        };
        let found = px4(loiter, loiter.with_params([8.0, 0.0, 10.0, 0.0]));
        assert_eq!(found, Comparison::default());
    }

    #[test]
    fn px4s_habits_are_no_differences() {
        let sent = waypoint().with_params([0.0, 5.0, 0.0, -90.0]);
        let read = sent.with_params([0.0, 5.0, 0.0, 269.999_98]);
        assert_eq!(px4(sent, read), Comparison::default());
    }

    #[test]
    fn one_ten_millionth_of_a_degree_is_a_difference() {
        let read = MissionItem {
            x: 47.397_742_2,
            ..waypoint()
        };
        let found = px4(waypoint(), read);
        assert_eq!(
            found.differences[0].to_string(),
            "item 1: NAV_WAYPOINT: latitude 47.3977421 became 47.3977422"
        );
    }

    #[test]
    fn an_acceptance_radius_not_kept_is_a_remark() {
        let found = ardupilot(waypoint().with_params([0.0, 5.0, 0.0, 0.0]), waypoint());
        assert!(found.differences.is_empty());
        assert_eq!(
            found.remarks[0].to_string(),
            "item 1: NAV_WAYPOINT: accept radius (m) 5 became 0"
        );
    }

    #[test]
    fn a_servo_pulse_not_kept_is_a_difference() {
        let sent = MissionItem::action(183, [9.0, 1_500.0, 0.0, 0.0]);
        let read = sent.with_params([9.0, 0.0, 0.0, 0.0]);
        assert_eq!(px4(sent, read).differences.len(), 1);
    }

    #[test]
    fn a_missing_item_is_counted() {
        let found = compare(
            Stack::Px4,
            PlanKind::Mission,
            &[waypoint(), waypoint()],
            &[waypoint()],
            false,
        );
        assert_eq!(
            found.differences[0].text,
            "2 items were sent and 1 came back"
        );
    }

    #[test]
    fn an_altitude_measured_from_elsewhere_is_a_difference() {
        let read = MissionItem {
            frame: Frame::GLOBAL,
            ..waypoint()
        };
        assert_eq!(px4(waypoint(), read).differences.len(), 1);
    }

    #[test]
    fn a_fence_forgets_its_altitudes_and_frames() {
        let corner = MissionItem {
            command: 5001,
            ..waypoint()
        };
        let read = MissionItem {
            z: 0.0,
            frame: Frame::GLOBAL,
            ..corner
        };
        let found = compare(Stack::ArduPilot, PlanKind::Fence, &[corner], &[read], false);
        assert_eq!(found, Comparison::default());
    }

    #[test]
    fn an_emptied_ardupilot_may_keep_its_home() {
        let found = compare(
            Stack::ArduPilot,
            PlanKind::Mission,
            &[],
            &[waypoint()],
            false,
        );
        assert_eq!(found, Comparison::default());
    }
}
