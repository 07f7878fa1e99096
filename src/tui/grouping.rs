//! The table by group: which vehicles stand under which heading, and which groups are closed to it.

use std::{collections::BTreeSet, sync::Arc};

use super::{row::Row, severity::Level};
use crate::model::vehicle::State;

/// The name of a group; `None` is where vehicles without one stand.
pub type GroupName = Option<Arc<str>>;

/// Whether the table is by group, and what is closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Grouping {
    /// One list.
    #[default]
    Off,
    /// By group; these are closed to their headings.
    On(BTreeSet<GroupName>),
}

impl Grouping {
    /// Whether the table is by group.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        matches!(self, Self::On(_))
    }
}

/// The heading of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Whose.
    pub name: GroupName,
    /// Whether its vehicles are hidden.
    pub is_closed: bool,
    /// Vehicles in it that the filter keeps.
    pub total: usize,
    /// Lost ones among them.
    pub lost: usize,
    /// Critical for another reason.
    pub critical: usize,
    /// Warned of for another reason than being late or lost.
    pub warnings: usize,
}

impl Heading {
    const fn new(name: GroupName, is_closed: bool) -> Self {
        Self {
            name,
            is_closed,
            total: 0,
            lost: 0,
            critical: 0,
            warnings: 0,
        }
    }

    fn count(&mut self, row: &Row) {
        self.total += 1;
        self.lost += usize::from(row.vehicle.state == State::Lost);
        let loudest = row.severity.loudest_but_liveness();
        self.critical += usize::from(loudest == Level::Critical);
        self.warnings += usize::from(loudest == Level::Warning);
    }
}

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A heading, by its place among the headings.
    Heading(usize),
    /// A vehicle, by its place among the shown.
    Vehicle(usize),
}

/// A sorted table divided into groups.
#[derive(Debug, Clone, Default)]
pub(super) struct Grouped {
    /// Places among the rows, group after group, those of closed groups left out.
    pub(super) order: Vec<usize>,
    /// What the table shows, from top to bottom.
    pub(super) lines: Vec<Line>,
    /// The headings, the group of the first row first.
    pub(super) headings: Vec<Heading>,
}

/// Divides `order`, which is sorted: the group whose vehicle comes first comes first.
pub(super) fn divide(rows: &[Row], order: &[usize], closed: &BTreeSet<GroupName>) -> Grouped {
    let mut headings: Vec<Heading> = Vec::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    for place in order {
        let row = &rows[*place];
        let name = &row.vehicle.group;
        let known = headings.iter().position(|heading| heading.name == *name);
        let group = known.unwrap_or_else(|| {
            headings.push(Heading::new(name.clone(), closed.contains(name)));
            members.push(Vec::new());
            headings.len() - 1
        });
        headings[group].count(row);
        members[group].push(*place);
    }
    let mut grouped = Grouped::default();
    for (group, (heading, members)) in headings.iter().zip(members).enumerate() {
        grouped.lines.push(Line::Heading(group));
        if heading.is_closed {
            continue;
        }
        for place in members {
            grouped.lines.push(Line::Vehicle(grouped.order.len()));
            grouped.order.push(place);
        }
    }
    grouped.headings = headings;
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::snapshot::Snapshot;
    use crate::tui::{
        columns::Sort, digest::Digest, filter::Filter, freshness::Habits, samples::vehicle,
    };

    fn digest(grouping: &Grouping) -> Digest {
        let mut snapshot = Snapshot::default();
        for (id, sysid, group) in [
            ("a", 1, Some("south")),
            ("b", 2, None),
            ("c", 3, Some("north")),
            ("d", 4, Some("south")),
        ] {
            let mut vehicle = vehicle(id, sysid);
            vehicle.group = group.map(Arc::from);
            if id == "d" {
                vehicle.state = State::Lost;
            }
            snapshot.vehicles.insert(vehicle.id.clone(), vehicle.into());
        }
        let mut digest = Digest::default();
        digest.take(&snapshot, &Habits::default());
        digest.arrange(Sort::default(), &Filter::default(), &Habits::default());
        digest.group(grouping);
        digest
    }

    fn text(digest: &Digest) -> Vec<String> {
        let line = |line| match line {
            Line::Heading(place) => {
                let heading = digest.heading(place).expect("a heading");
                format!(
                    "{}:{}",
                    heading.name.as_deref().unwrap_or("-"),
                    heading.total
                )
            }
            Line::Vehicle(place) => digest.at(place).expect("a row").id().to_string(),
        };
        (0..digest.lines())
            .map_while(|n| digest.line(n))
            .map(line)
            .collect()
    }

    #[test]
    fn the_group_with_the_worst_vehicle_comes_first() {
        let digest = digest(&Grouping::On(BTreeSet::new()));
        assert_eq!(
            text(&digest),
            ["south:2", "d", "a", "-:1", "b", "north:1", "c"]
        );
        assert_eq!(digest.heading(0).map(|heading| heading.lost), Some(1));
    }

    #[test]
    fn a_closed_group_keeps_its_heading_and_its_counts() {
        let closed = [Some(Arc::from("south"))].into();
        let digest = digest(&Grouping::On(closed));
        assert_eq!(text(&digest), ["south:2", "-:1", "b", "north:1", "c"]);
        assert_eq!((digest.len(), digest.total()), (2, 4));
        assert!(digest.place(&"d".into()).is_none());
    }

    #[test]
    fn without_groups_every_line_is_a_vehicle() {
        let digest = digest(&Grouping::Off);
        assert_eq!(text(&digest), ["d", "a", "b", "c"]);
        assert_eq!(digest.line_of(&"b".into()), Some(2));
    }
}
