//! Mistakes by their items.

use super::fixture;
use crate::{
    model::{
        geo::LatLon,
        mission::{Frame, MissionItem, PlanKind},
    },
    plan::{
        check::{self, Gravity},
        read::read,
    },
};

fn waypoint() -> MissionItem {
    let place = LatLon {
        lat_deg: 46.5,
        lon_deg: 6.5,
    };
    MissionItem::at(16, Frame::GLOBAL_RELATIVE, place, 30.0)
}

fn mistakes(kind: PlanKind, items: &[MissionItem]) -> Vec<String> {
    check::list(kind, items)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn a_good_plan_has_only_its_unknown_command_named() {
    let found = check::document(&read(fixture!("patrol.plan")).unwrap());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].gravity, Gravity::Warning);
    assert_eq!(
        found[0].to_string(),
        "mission item 6: unknown command 65001 is kept and sent as it is"
    );
}

#[test]
fn every_mistake_of_a_mission_is_named_with_its_item() {
    let jump = |target| MissionItem::action(177, [target, 1.0, 0.0, 0.0]);
    for (item, expected) in [
        (
            MissionItem {
                x: 91.5,
                ..waypoint()
            },
            "mission item 1: 91.5 is no latitude",
        ),
        (
            MissionItem {
                y: -181.0,
                ..waypoint()
            },
            "mission item 1: -181 is no longitude",
        ),
        (
            MissionItem {
                x: f64::NAN,
                ..waypoint()
            },
            "mission item 1: NAV_WAYPOINT needs a latitude",
        ),
        (
            MissionItem {
                z: f32::NAN,
                ..waypoint()
            },
            "mission item 1: NAV_WAYPOINT needs an altitude",
        ),
        (
            MissionItem {
                z: 2e6,
                ..waypoint()
            },
            "mission item 1: an altitude of 2000000 m is not meant",
        ),
        (
            MissionItem {
                x: 0.0,
                y: 0.0,
                ..waypoint()
            },
            "mission item 1: NAV_WAYPOINT has no place (0, 0)",
        ),
        (
            MissionItem {
                frame: Frame::MISSION,
                ..waypoint()
            },
            "mission item 1: NAV_WAYPOINT needs a frame that has places",
        ),
        (
            MissionItem {
                frame: Frame(1),
                ..waypoint()
            },
            "mission item 1: autopilots fly no missions in local north east down coordinates",
        ),
        (
            jump(7.0),
            "mission item 1: it jumps to item 7, which there is not",
        ),
        (
            jump(0.0),
            "mission item 1: it jumps to item 0, which there is not",
        ),
        (
            MissionItem {
                command: 5100,
                ..waypoint()
            },
            "mission item 1: NAV_RALLY_POINT belongs to the rally points",
        ),
    ] {
        assert_eq!(mistakes(PlanKind::Mission, &[item]), [expected]);
    }
    assert!(mistakes(PlanKind::Mission, &[waypoint(), jump(1.0)]).is_empty());
    // Where it is, or where it takes off: 0/0 is "here".
    let land_here = MissionItem {
        command: 21,
        x: 0.0,
        y: 0.0,
        ..waypoint()
    };
    assert!(mistakes(PlanKind::Mission, &[land_here]).is_empty());
}

#[test]
fn every_mistake_of_a_fence_is_named_with_its_item() {
    let corner = MissionItem {
        command: 5001,
        ..waypoint()
    };
    let square = corner.with_params([4.0, 0.0, 0.0, 0.0]);
    assert_eq!(
        mistakes(PlanKind::Fence, &[square; 3]),
        ["fence item 1: its polygon has 3 corners instead of 4"]
    );
    assert!(mistakes(PlanKind::Fence, &[square; 4]).is_empty());
    assert_eq!(
        mistakes(
            PlanKind::Fence,
            &[corner.with_params([2.0, 0.0, 0.0, 0.0]); 2]
        ),
        ["fence item 1: a polygon of 2 corners is none"]
    );
    let circle = MissionItem {
        command: 5003,
        ..waypoint()
    };
    assert_eq!(
        mistakes(PlanKind::Fence, &[circle]),
        ["fence item 1: a circle of 0 m is none"]
    );
}

#[test]
fn a_survey_without_items_must_not_be_sent() {
    let text = r#"{"fileType":"Plan","version":1,"mission":{"version":2,"items":[
        {"type":"ComplexItem","complexItemType":"StructureScan"}]}}"#;
    let found = check::document(&read(text).unwrap());
    assert_eq!(found[0].gravity, Gravity::Error);
    assert!(found[0].text.contains("StructureScan"));
}
