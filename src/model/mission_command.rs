//! What the commands of a mission are called and what their seven numbers mean: a table of MAV_CMD.
//!
//! The rows of `mission_command.tsv` are number, name, `at` where x, y and z are a place, and the labels of
//! parameters 1 to 7 (<https://mavlink.io/en/messages/common.html#mav_commands>). A command that is not in it is
//! kept by its number and said to be unknown.

use std::{borrow::Cow, collections::BTreeMap, sync::OnceLock};

const TABLE: &str = include_str!("mission_command.tsv");

/// NAV_WAYPOINT.
pub const NAV_WAYPOINT: u16 = 16;
/// DO_JUMP: parameter 1 is the number of an item.
pub const DO_JUMP: u16 = 177;
/// NAV_FENCE_RETURN_POINT.
pub const FENCE_RETURN_POINT: u16 = 5000;
/// NAV_FENCE_POLYGON_VERTEX_INCLUSION: parameter 1 is the number of corners.
pub const FENCE_INSIDE_POLYGON: u16 = 5001;
/// NAV_FENCE_POLYGON_VERTEX_EXCLUSION: parameter 1 is the number of corners.
pub const FENCE_OUTSIDE_POLYGON: u16 = 5002;
/// NAV_FENCE_CIRCLE_INCLUSION: parameter 1 is the radius.
pub const FENCE_INSIDE_CIRCLE: u16 = 5003;
/// NAV_FENCE_CIRCLE_EXCLUSION: parameter 1 is the radius.
pub const FENCE_OUTSIDE_CIRCLE: u16 = 5004;
/// NAV_RALLY_POINT.
pub const RALLY_POINT: u16 = 5100;

/// A command of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownCommand {
    /// Its name without `MAV_CMD_`.
    pub name: &'static str,
    /// Whether x, y and z are a place.
    pub has_place: bool,
    /// What parameters 1 to 7 are, units in brackets; empty where the command does not use one.
    pub labels: [&'static str; 7],
}

/// What is known of a command.
#[must_use]
pub fn lookup(command: u16) -> Option<KnownCommand> {
    static COMMANDS: OnceLock<BTreeMap<u16, KnownCommand>> = OnceLock::new();
    COMMANDS
        .get_or_init(|| TABLE.lines().filter_map(row).collect())
        .get(&command)
        .copied()
}

/// The number behind a name without `MAV_CMD_`, in capitals.
#[must_use]
pub fn number(name: &str) -> Option<u16> {
    let rows = TABLE.lines().filter_map(row);
    let mut found = rows.filter(|(_, known)| known.name == name);
    found.next().map(|(number, _)| number)
}

/// Every name of the table.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter_map(row).map(|(_, known)| known.name)
}

fn row(line: &'static str) -> Option<(u16, KnownCommand)> {
    let mut cells = line.split('\t');
    let number = cells.next()?.parse().ok()?;
    let name = cells.next()?;
    let has_place = cells.next()? == "at";
    let mut labels = [""; 7];
    labels
        .iter_mut()
        .zip(cells)
        .for_each(|(label, cell)| *label = cell);
    Some((
        number,
        KnownCommand {
            name,
            has_place,
            labels,
        },
    ))
}

/// The name of a command, or `unknown command 12345`.
#[must_use]
pub fn name(command: u16) -> Cow<'static, str> {
    match lookup(command) {
        Some(known) => known.name.into(),
        None => format!("unknown command {command}").into(),
    }
}

/// What the number at `index` (0 to 6: parameters 1 to 4, x, y, z) of a command is called.
#[must_use]
pub fn label(command: u16, index: usize) -> Cow<'static, str> {
    let known = lookup(command).and_then(|known| known.labels.get(index).copied());
    match known.filter(|label| !label.is_empty()) {
        Some(label) => label.into(),
        None => format!("parameter {}", index + 1).into(),
    }
}

/// Whether x, y and z of a command are a place; `false` for commands nobody knows.
#[must_use]
pub fn has_place(command: u16) -> bool {
    lookup(command).is_some_and(|known| known.has_place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        assert_eq!(TABLE.lines().filter_map(row).count(), TABLE.lines().count());
        assert!(TABLE.lines().count() > 200);
    }

    #[test]
    fn a_waypoint_has_a_hold_and_a_place() {
        let waypoint = lookup(NAV_WAYPOINT).unwrap();
        assert_eq!((waypoint.name, waypoint.has_place), ("NAV_WAYPOINT", true));
        assert_eq!(label(NAV_WAYPOINT, 0), "hold (s)");
        assert_eq!(label(NAV_WAYPOINT, 6), "altitude (m)");
    }

    #[test]
    fn an_unknown_command_keeps_its_number() {
        assert_eq!(name(65_000), "unknown command 65000");
        assert_eq!(label(65_000, 3), "parameter 4");
        assert!(!has_place(65_000));
    }

    #[test]
    fn the_commands_named_here_are_those_of_the_table() {
        for (number, expected) in [
            (DO_JUMP, "DO_JUMP"),
            (FENCE_RETURN_POINT, "NAV_FENCE_RETURN_POINT"),
            (FENCE_INSIDE_POLYGON, "NAV_FENCE_POLYGON_VERTEX_INCLUSION"),
            (FENCE_OUTSIDE_POLYGON, "NAV_FENCE_POLYGON_VERTEX_EXCLUSION"),
            (FENCE_INSIDE_CIRCLE, "NAV_FENCE_CIRCLE_INCLUSION"),
            (FENCE_OUTSIDE_CIRCLE, "NAV_FENCE_CIRCLE_EXCLUSION"),
            (RALLY_POINT, "NAV_RALLY_POINT"),
        ] {
            assert_eq!(name(number), expected);
        }
    }
}
