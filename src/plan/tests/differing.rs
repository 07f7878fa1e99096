//! Two lists and what changed between them.

use proptest::prelude::*;

use crate::{
    model::{
        geo::LatLon,
        mission::{Frame, MissionItem},
    },
    plan::diff::{Change, diff},
};

fn waypoint(north: u8) -> MissionItem {
    let place = LatLon {
        lat_deg: 46.5 + f64::from(north) / 1_000.0,
        lon_deg: 6.5,
    };
    MissionItem::at(16, Frame::GLOBAL_RELATIVE, place, 30.0)
}

fn words(old: &[MissionItem], new: &[MissionItem]) -> Vec<String> {
    diff(old, new).iter().map(ToString::to_string).collect()
}

#[test]
fn a_list_is_not_different_from_itself() {
    let list: Vec<_> = (0..20).map(waypoint).collect();
    assert!(diff(&list, &list).is_empty());
}

#[test]
fn an_item_in_the_middle_is_added_and_removed() {
    let short: Vec<_> = [0, 1, 3, 4].map(waypoint).to_vec();
    let long: Vec<_> = (0..5).map(waypoint).collect();
    assert_eq!(
        words(&short, &long),
        ["+ 3 NAV_WAYPOINT at 46.502, 6.5, 30 m above home"]
    );
    assert_eq!(
        words(&long, &short),
        ["- 3 NAV_WAYPOINT at 46.502, 6.5, 30 m above home"]
    );
}

#[test]
fn a_changed_item_names_its_fields() {
    let old: Vec<_> = (0..5).map(waypoint).collect();
    let mut new = old.clone();
    new[2].z = 50.0;
    new[2].params[0] = 5.0;
    assert_eq!(
        words(&old, &new),
        ["~ 3 NAV_WAYPOINT: hold (s) 0 became 5, altitude (m) 30 became 50"]
    );
}

#[test]
fn another_command_is_one_gone_and_one_come() {
    let old: Vec<_> = (0..3).map(waypoint).collect();
    let mut new = old.clone();
    new[1] = MissionItem::action(178, [1.0, 8.0, -1.0, 0.0]);
    assert_eq!(
        words(&old, &new),
        [
            "- 2 NAV_WAYPOINT at 46.501, 6.5, 30 m above home",
            "+ 2 DO_CHANGE_SPEED 1 8 -1"
        ]
    );
}

/// The old list with the changes made is the new list.
fn apply(old: &[MissionItem], new: &[MissionItem], changes: &[Change]) -> Vec<MissionItem> {
    let mut gone: Vec<usize> = Vec::new();
    let mut come: Vec<(usize, MissionItem)> = Vec::new();
    for change in changes {
        match change {
            Change::Added { number, .. } => come.push((*number, new[number - 1])),
            Change::Removed { number, .. } => gone.push(*number),
            Change::Changed {
                old_number,
                new_number,
                ..
            } => {
                gone.push(*old_number);
                come.push((*new_number, new[new_number - 1]));
            }
        }
    }
    let numbered = old.iter().enumerate();
    let mut list: Vec<_> = numbered
        .filter(|(index, _)| !gone.contains(&(index + 1)))
        .map(|(_, item)| *item)
        .collect();
    come.sort_by_key(|(number, _)| *number);
    for (number, item) in come {
        list.insert(number - 1, item);
    }
    list
}

proptest! {
    #[test]
    fn the_changes_lead_from_one_list_to_the_other(
        old in prop::collection::vec(0u8..6, 0..12),
        new in prop::collection::vec(0u8..6, 0..12),
    ) {
        let item = |kind: &u8| match kind {
            5 => MissionItem::action(20, [0.0; 4]),
            north => waypoint(*north),
        };
        let old: Vec<_> = old.iter().map(item).collect();
        let new: Vec<_> = new.iter().map(item).collect();
        let changes = diff(&old, &new);
        prop_assert_eq!(apply(&old, &new, &changes), new);
    }
}
