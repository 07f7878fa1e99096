//! What is read, and that it is what is written.

#![expect(
    clippy::float_cmp,
    reason = "numbers of a file or of the wire are exact"
)]

use std::{env, fs, path::Path};

use super::fixture;
use crate::{
    model::mission::{Frame, MissionItem, PlanKind},
    plan::{
        diff::diff,
        document::{Format, PlanDocument},
        fence,
        read::read,
        write::{qgc_plan, wpl_110},
    },
};

fn commands(items: &[MissionItem]) -> Vec<u16> {
    items.iter().map(|item| item.command).collect()
}

/// A fence is a set of shapes: their order means nothing, and a corner has no altitude.
fn shapes(document: &PlanDocument) -> Vec<String> {
    let shapes = fence::shapes(&document.fence).unwrap();
    let mut shown: Vec<_> = shapes.iter().map(|shape| format!("{shape:?}")).collect();
    shown.sort_unstable();
    shown
}

/// Written as a `.plan` and as text, and read again, it is the same plan.
fn goes_round(document: &PlanDocument) {
    let again = read(&qgc_plan(document).unwrap()).unwrap();
    for kind in [PlanKind::Mission, PlanKind::Rally] {
        let changes = diff(document.items(kind), again.items(kind));
        let places = |item: &MissionItem| item.frame != Frame::GLOBAL;
        let measured_from_home = document.items(kind).iter().all(places);
        assert!(
            changes.is_empty() || (kind == PlanKind::Rally && !measured_from_home),
            "{kind:?} as .plan: {changes:?}"
        );
        assert_eq!(document.items(kind).len(), again.items(kind).len());
    }
    assert_eq!(shapes(document), shapes(&again));
    if document.home.is_some() {
        assert_eq!(document.home, again.home);
    }
    assert_eq!(document.unexpanded, again.unexpanded);
    for kind in PlanKind::ALL {
        let again = read(&wpl_110(document, kind)).unwrap();
        let changes = diff(document.items(kind), again.items(kind));
        assert!(changes.is_empty(), "{kind:?} as text: {changes:?}");
    }
}

#[test]
fn a_plan_of_qgroundcontrol_is_read_with_its_survey_expanded() {
    let document = read(fixture!("patrol.plan")).unwrap();
    assert_eq!(document.format, Some(Format::QgcPlan));
    assert_eq!(
        commands(&document.mission),
        [22, 16, 206, 16, 177, 65_001, 20]
    );
    let takeoff = document.mission[0];
    assert_eq!(takeoff.wire_xy(), (465_200_001, 65_700_001));
    assert_eq!((takeoff.z, takeoff.frame), (30.0, Frame::GLOBAL_RELATIVE));
    assert!(takeoff.params[3].is_nan());
    let jump = document.mission[4];
    assert_eq!(jump.params[..2], [2.0, 2.0], "doJumpId 5 is item 2");
    let unknown = document.mission[5];
    assert_eq!(unknown.numbers(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    assert!(!unknown.autocontinue);
    assert_eq!(
        commands(&document.fence),
        [5000, 5001, 5001, 5001, 5001, 5004]
    );
    assert_eq!(document.fence[1].params[0], 4.0);
    assert_eq!(document.fence[5].params[0], 25.5);
    assert_eq!(document.rally.len(), 2);
    let home = document.home.unwrap();
    assert_eq!((home.place.lat_deg, home.alt_msl_m), (46.52, 395.25));
    assert_eq!(
        (document.cruise_speed_m_s, document.hover_speed_m_s),
        (Some(15.0), Some(5.5))
    );
    assert_eq!((document.firmware, document.vehicle), (Some(12), Some(2)));
    goes_round(&document);
}

#[test]
fn text_of_version_110_begins_with_home() {
    let document = read(fixture!("patrol.waypoints")).unwrap();
    assert_eq!(document.format, Some(Format::Wpl110));
    assert_eq!(commands(&document.mission), [22, 19, 177]);
    assert_eq!(document.mission[1].wire_xy(), (465_212_345, 65_712_345));
    assert_eq!(document.mission[1].params[0], 4.5);
    assert_eq!(document.mission[2].params[..2], [2.0, -1.0]);
    assert_eq!(document.home.unwrap().alt_msl_m, 395.25);
    goes_round(&document);
}

#[test]
fn text_without_home_counts_its_jumps_from_0() {
    let text = "QGC WPL 110\n0 0 3 22 0 0 0 0 46.5 6.5 30 1\n1 0 2 177 0 3 0 0 0 0 0 1\n";
    let document = read(text).unwrap();
    assert_eq!(document.home, None);
    assert_eq!(commands(&document.mission), [22, 177]);
    assert_eq!(document.mission[1].params[0], 1.0);
}

#[test]
fn text_of_version_100_is_read_with_its_own_commands_and_order() {
    let document = read(fixture!("old.waypoints")).unwrap();
    assert_eq!(document.format, Some(Format::Wpl100));
    assert_eq!(commands(&document.mission), [22, 17]);
    let loiter = document.mission[1];
    assert_eq!((loiter.x, loiter.y, loiter.z), (46.53, 6.58, 60.0));
    assert_eq!(loiter.params, [0.0, 0.0, 50.0, 1.0]);
    goes_round(&document);
}

#[test]
fn the_json_of_before_2017_is_read() {
    let document = read(fixture!("old.mission")).unwrap();
    assert_eq!(document.format, Some(Format::QgcMission));
    assert_eq!(commands(&document.mission), [22, 16]);
    assert_eq!(document.mission[0].params[0], 20.0);
    assert_eq!(document.home.unwrap().alt_msl_m, 395.25);
    goes_round(&document);
}

#[test]
fn a_fence_of_points_returns_to_its_first_and_closes_itself() {
    let document = read(fixture!("fence.txt")).unwrap();
    assert_eq!(document.format, Some(Format::FencePoints));
    assert_eq!(commands(&document.fence), [5000, 5001, 5001, 5001]);
    assert_eq!(document.fence[1].params[0], 3.0);
    assert_eq!((document.fence[0].x, document.fence[0].y), (46.52, 6.57));
    goes_round(&document);
}

#[test]
fn rally_lines_name_what_no_vehicle_can_be_told() {
    let document = read(fixture!("rally.txt")).unwrap();
    assert_eq!(document.format, Some(Format::RallyPoints));
    assert_eq!(commands(&document.rally), [5100, 5100]);
    assert_eq!(document.rally[0].z, 35.0);
    assert_eq!(document.notes.len(), 1);
    assert!(document.notes[0].starts_with("rally point 1: break altitude 40 m"));
    goes_round(&document);
}

#[test]
fn a_fence_saved_as_text_may_have_a_home_before_it() {
    let text = "QGC WPL 110\n0 1 0 16 0 0 0 0 46.5 6.5 0.1 1\n1 0 3 5003 22.5 0 0 0 46.5 6.5 0 1\n\
                2 0 3 5100 0 0 0 0 46.6 6.6 30 1\n";
    let document = read(text).unwrap();
    assert!(document.mission.is_empty() && document.home.is_some());
    assert_eq!(
        (commands(&document.fence), commands(&document.rally)),
        (vec![5003], vec![5100])
    );
    assert_eq!(
        document.kinds().collect::<Vec<_>>(),
        [PlanKind::Fence, PlanKind::Rally]
    );
}

#[test]
fn a_complex_item_without_items_is_kept_as_it_is() {
    let text = r#"{"fileType":"Plan","version":1,"mission":{"version":2,"items":[
        {"type":"ComplexItem","complexItemType":"StructureScan","version":3,"Layers":2},
        {"type":"SimpleItem","command":16,"frame":3,"params":[0,0,0,null],"coordinate":[46.5,6.5,20]}]}}"#;
    let document = read(text).unwrap();
    assert_eq!(document.unexpanded[0].name, "StructureScan");
    assert_eq!((document.mission.len(), document.mission[0].z), (1, 20.0));
    goes_round(&document);
}

#[test]
fn an_old_fence_of_one_polygon_is_read() {
    let text = r#"{"fileType":"Plan","version":1,"mission":{"version":2,"items":[]},
        "geoFence":{"version":1,"breachReturn":[46.5,6.5],"polygon":[[46,6],[46,7],[47,7]]}}"#;
    let document = read(text).unwrap();
    assert_eq!(commands(&document.fence), [5000, 5001, 5001, 5001]);
}

/// All good files below a folder, where one is named; the bad ones are refused with a sentence.
#[test]
fn the_files_of_a_folder_go_round_where_one_is_named() {
    let Some(folder) = env::var_os("VOLERY_MISSIONS") else {
        return;
    };
    let mut seen = 0;
    visit(Path::new(&folder), &mut seen);
    assert!(seen > 0, "no plans below {}", folder.display());
}

fn visit(folder: &Path, seen: &mut usize) {
    let entries = fs::read_dir(folder).unwrap();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            visit(&path, seen);
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_plan = ["plan", "waypoints", "txt", "mission"]
            .iter()
            .any(|extension| path.extension().is_some_and(|found| found == *extension));
        if !is_plan {
            continue;
        }
        *seen += 1;
        match read(&fs::read_to_string(&path).unwrap()) {
            Ok(document) => {
                assert!(!name.starts_with("BAD_"), "{name} was read");
                goes_round(&document);
            }
            Err(error) => assert!(name.starts_with("BAD_"), "{name}: {error}"),
        }
    }
}
