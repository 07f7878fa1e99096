//! How two mission items differ, number by number and in words.

use std::fmt;

use super::{
    mission::{MissionItem, is_same},
    mission_command::{label, name},
};

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// MAV_CMD.
    Command,
    /// MAV_FRAME, INT or not alike.
    Frame,
    /// Parameters 1 to 4 as 0 to 3, x, y and z as 4 to 6.
    Number(usize),
    /// Whether the next item follows by itself.
    Autocontinue,
}

/// One difference: `altitude (m) 30 became 50`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// What.
    pub field: Field,
    /// Its label.
    pub label: String,
    /// Before, or wanted.
    pub old: String,
    /// After, or found.
    pub new: String,
}

impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} became {}", self.label, self.old, self.new)
    }
}

/// Every difference of `new` from `old`. Numbers are compared as they travel: degrees by 1e-7. Where the
/// commands differ, the numbers mean different things and only the command is named.
#[must_use]
pub fn field_changes(old: &MissionItem, new: &MissionItem) -> Vec<FieldChange> {
    if old.command != new.command {
        let (was, is) = (name(old.command), name(new.command));
        return vec![change(
            Field::Command,
            "command",
            was.into_owned(),
            is.into_owned(),
        )];
    }
    let mut changes = Vec::new();
    if old.frame.canonical() != new.frame.canonical() {
        let (was, is) = (old.frame.word(), new.frame.word());
        changes.push(change(Field::Frame, "altitude frame", was, is));
    }
    changes.extend(number_changes(old, new));
    if old.autocontinue != new.autocontinue {
        let word = |autocontinue| if autocontinue { "yes" } else { "no" }.to_owned();
        let (was, is) = (word(old.autocontinue), word(new.autocontinue));
        changes.push(change(Field::Autocontinue, "autocontinue", was, is));
    }
    changes
}

fn change(field: Field, label: &str, old: String, new: String) -> FieldChange {
    FieldChange {
        field,
        label: label.to_owned(),
        old,
        new,
    }
}

fn number_changes(old: &MissionItem, new: &MissionItem) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let (sent_old, sent_new) = (old.as_sent(), new.as_sent());
    for (index, (was, is)) in old.numbers().into_iter().zip(new.numbers()).enumerate() {
        let travels_alike = match index {
            4 => sent_old.wire_xy().0 == sent_new.wire_xy().0,
            5 => sent_old.wire_xy().1 == sent_new.wire_xy().1,
            _ => is_same(f64::from(was as f32), f64::from(is as f32)),
        };
        if travels_alike || is_same(was, is) {
            continue;
        }
        let label = label(old.command, index);
        changes.push(change(
            Field::Number(index),
            &label,
            number(was),
            number(is),
        ));
    }
    changes
}

/// A number as short as it can be written without loss on the wire; `not set` for NaN.
#[must_use]
pub fn number(value: f64) -> String {
    if value.is_nan() {
        return "not set".to_owned();
    }
    let single = value as f32;
    if is_same(f64::from(single), value) {
        // A single shows its own few digits.
        return single.to_string();
    }
    let degrees = format!("{value:.7}");
    degrees
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{geo::LatLon, mission::Frame};

    const PLACE: LatLon = LatLon {
        lat_deg: 47.397_742_1,
        lon_deg: 8.545_593_4,
    };

    #[test]
    fn a_higher_waypoint_is_said_so() {
        let low = MissionItem::at(16, Frame::GLOBAL_RELATIVE, PLACE, 30.0);
        let high = MissionItem { z: 50.5, ..low };
        let changes = field_changes(&low, &high);
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].to_string(), "altitude (m) 30 became 50.5");
    }

    #[test]
    fn a_moved_waypoint_names_both_places() {
        let here = MissionItem::at(16, Frame::GLOBAL_RELATIVE, PLACE, 30.0);
        let there = MissionItem {
            x: 47.397_742_2,
            frame: Frame(6),
            ..here
        };
        let changes = field_changes(&here, &there);
        assert_eq!(changes.len(), 1, "a frame of the same meaning is no change");
        assert_eq!(
            changes[0].to_string(),
            "latitude 47.3977421 became 47.3977422"
        );
    }

    #[test]
    fn another_command_is_one_change() {
        let waypoint = MissionItem::at(16, Frame::GLOBAL_RELATIVE, PLACE, 30.0);
        let land = MissionItem {
            command: 21,
            z: 0.0,
            ..waypoint
        };
        let changes = field_changes(&waypoint, &land);
        assert_eq!(changes.len(), 1);
        assert_eq!(
            changes[0].to_string(),
            "command NAV_WAYPOINT became NAV_LAND"
        );
    }

    #[test]
    fn a_number_that_was_not_set_says_so() {
        let item = MissionItem::at(16, Frame::GLOBAL_RELATIVE, PLACE, 30.0);
        let unset = item.with_params([0.0, 0.0, 0.0, f32::NAN]);
        let changes = field_changes(&unset, &item);
        assert_eq!(changes[0].to_string(), "yaw (deg) not set became 0");
    }
}
