//! Lists made ready: legs and corners, readable numbers, what differs and what has changed, and where the highlight is.

use super::{
    param_list::{Against, ParamList},
    plan_table::{PlanRow, PlanTable, Way, ways},
    *,
};
use crate::{
    model::{
        holdings::HeldPlan,
        mission::{Frame, MissionItem, PlannedHome},
        params::{set::ParamSet, value::ParamValue},
    },
    tui::samples::vehicle,
};

const HOME: LatLon = LatLon {
    lat_deg: -35.0,
    lon_deg: 149.0,
};

fn north(metres: f64) -> LatLon {
    LatLon {
        lat_deg: HOME.lat_deg + metres / 111_194.93,
        ..HOME
    }
}

fn waypoint(metres: f64) -> MissionItem {
    MissionItem::at(16, Frame::GLOBAL_RELATIVE, north(metres), 50.0)
}

fn held(kind: PlanKind, items: Vec<MissionItem>) -> Arc<HeldPlan> {
    Arc::new(HeldPlan {
        kind,
        home: Some(PlannedHome {
            place: HOME,
            alt_msl_m: 584.0,
        }),
        items,
        opaque_id: None,
        t_ms: 0,
        is_coarse: false,
        is_given: false,
        doubt: None,
    })
}

fn table(held: &Arc<HeldPlan>) -> PlanTable {
    let mut table = PlanTable::default();
    table.refresh(Some(held), None);
    table
}

#[test]
fn distances_run_from_place_to_place_and_pass_over_what_is_not_flown() {
    let look = MissionItem::at(201, Frame::GLOBAL_RELATIVE, north(9_000.0), 0.0);
    let back = MissionItem::action(20, [0.0; 4]);
    let items = vec![waypoint(100.0), look, waypoint(300.0), back];
    let table = table(&held(PlanKind::Mission, items));
    let leg = |place| match table.row(place) {
        Some(PlanRow::Item(number, _, along)) => {
            (number, along.leg_m.map(f64::round), along.total_m.round())
        }
        other => panic!("{other:?}"),
    };
    assert!(matches!(table.row(0), Some(PlanRow::Home(..))));
    assert_eq!(leg(1), (1, Some(100.0), 100.0));
    assert_eq!(leg(2), (2, None, 100.0));
    assert_eq!(leg(3), (3, Some(200.0), 300.0));
    assert_eq!(leg(4), (4, Some(300.0), 600.0));
    assert_eq!((table.len(), table.row(5)), (5, None));
    assert_eq!((table.number(0), table.number(1)), (None, Some(1)));
    assert_eq!(
        (table.place(1), table.place(4), table.place(5)),
        (Some(1), Some(4), None)
    );
}

#[test]
fn a_jump_leads_to_the_first_place_at_or_after_its_item() {
    let jump = MissionItem::action(177, [2.0, 3.0, 0.0, 0.0]);
    let speed = MissionItem::action(178, [1.0, 5.0, 0.0, 0.0]);
    let items = vec![waypoint(100.0), speed, waypoint(200.0), jump];
    let ways = ways(&held(PlanKind::Mission, items), None);
    assert_eq!(
        ways,
        [
            Way::Leg(HOME, north(100.0)),
            Way::Leg(north(100.0), north(200.0)),
            Way::Jump(north(200.0), north(200.0)),
        ]
    );
    let nowhere = MissionItem::action(177, [99.0, 1.0, 0.0, 0.0]);
    let none =
        super::plan_table::ways(&held(PlanKind::Mission, vec![waypoint(1.0), nowhere]), None);
    assert_eq!(
        none.len(),
        1,
        "a jump to an item there is not leads nowhere"
    );
}

#[test]
fn corners_are_counted_polygon_by_polygon() {
    let corner = |command, of| MissionItem {
        command,
        ..waypoint(10.0).with_params([of, 0.0, 0.0, 0.0])
    };
    let mut items = vec![corner(5001, 3.0); 6];
    items.extend(vec![corner(5002, 3.0); 3]);
    let table = table(&held(PlanKind::Fence, items));
    let corners: Vec<usize> = (1..10)
        .filter_map(|place| match table.row(place)? {
            PlanRow::Item(_, _, along) => Some(along.corner),
            PlanRow::Home(..) => None,
        })
        .collect();
    assert_eq!(corners, [1, 2, 3, 1, 2, 3, 1, 2, 3]);
}

#[test]
fn numbers_are_read_out_by_their_names() {
    let none = super::plan_table::Along::default();
    let hold = waypoint(1.0).with_params([5.0, 2.0, 0.0, f32::NAN]);
    assert_eq!(words::numbers(&hold, none), "hold 5 s, accept radius 2 m");
    let jump = |times| MissionItem::action(177, [7.0, times, 0.0, 0.0]);
    assert_eq!(words::numbers(&jump(2.0), none), "to item 7, 2 times");
    assert_eq!(
        words::numbers(&jump(-1.0), none),
        "to item 7, again and again"
    );
    let circle = waypoint(1.0).with_params([120.0, 0.0, 0.0, 0.0]);
    let circle = MissionItem {
        command: 5004,
        ..circle
    };
    assert_eq!(words::command(&circle), "keep out of circle");
    assert_eq!(words::numbers(&circle, none), "radius 120 m");
    let here = MissionItem {
        x: 0.0,
        y: 0.0,
        command: 22,
        ..waypoint(1.0)
    };
    assert_eq!(
        (words::command(&here), words::place(&here)),
        ("TAKEOFF".into(), "where it is".into())
    );
}

fn name(text: &str) -> ParamName {
    ParamName::new(text).unwrap()
}

fn params(pairs: &[(&str, f32)]) -> Arc<HeldParams> {
    let pair = |(text, value): &(&str, f32)| (name(text), ParamValue::Real32(*value));
    let mut set: ParamSet = pairs.iter().map(pair).collect();
    set.expect(u16::try_from(pairs.len()).unwrap());
    Arc::new(HeldParams {
        set,
        hash: None,
        t_ms: 0,
        by_file: false,
        unreadable: Vec::new(),
        doubt: None,
    })
}

/// A fleet in which these hold these.
fn fleet(holding: &[(&str, &Arc<HeldParams>)]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let mut all = BTreeMap::new();
    for (id, held) in holding {
        snapshot
            .vehicles
            .insert((*id).into(), vehicle(id, 1).into());
        let holdings = Holdings {
            params: Some(Arc::clone(held)),
            ..Holdings::default()
        };
        all.insert(VehicleId::from(*id), Arc::new(holdings));
    }
    snapshot.holdings = Arc::new(all);
    snapshot
}

fn names(list: &ParamList) -> Vec<&str> {
    list.names.iter().map(ParamName::as_str).collect()
}

#[test]
fn a_search_wants_every_word_and_none_after_a_bang() {
    let own = params(&[("RTL_ALT", 1.0), ("RTL_SPEED", 2.0), ("WPNAV_SPEED", 3.0)]);
    let mut list = ParamList::default();
    let mut found = |search: &str| {
        list.refresh(Some(Arc::clone(&own)), None, Vec::new(), search);
        names(&list).join(" ")
    };
    assert_eq!(found("speed"), "RTL_SPEED WPNAV_SPEED");
    assert_eq!(found("speed rtl"), "RTL_SPEED");
    assert_eq!(found("speed !rtl !"), "WPNAV_SPEED");
    assert_eq!(found("nothing"), "");
}

#[test]
fn what_has_changed_since_it_was_read_first_is_marked() {
    let mut aboard = Aboard {
        tab: Tab::Params,
        ..Aboard::default()
    };
    let alpha = VehicleId::from("alpha");
    let before = params(&[("A", 1.0), ("B", 2.0)]);
    aboard.refresh(&fleet(&[("alpha", &before)]), Some(&alpha), 0);
    assert_eq!(aboard.params.changed, 0);
    let after = params(&[("A", 1.0), ("B", 5.0)]);
    aboard.refresh(&fleet(&[("alpha", &after)]), Some(&alpha), 0);
    assert_eq!(aboard.params.changed, 1);
    assert_eq!(aboard.params.was(name("B")), Some(ParamValue::Real32(2.0)));
    assert_eq!(aboard.params.was(name("A")), None);
}

#[test]
fn a_comparison_shows_only_what_differs_and_a_file_need_not_name_everything() {
    let alpha = params(&[("A", 1.0), ("B", 2.0), ("C", 3.0)]);
    let bravo = params(&[("A", 1.0), ("B", 7.0)]);
    let fleet = fleet(&[("alpha", &alpha), ("bravo", &bravo)]);
    let mut aboard = Aboard {
        tab: Tab::Params,
        against: Some(Against::Vehicles(vec!["bravo".into()])),
        ..Aboard::default()
    };
    aboard.refresh(&fleet, Some(&"alpha".into()), 0);
    assert_eq!(names(&aboard.params), ["B", "C"]);
    let set = [
        (name("A"), ParamValue::Real64(1.0)),
        (name("D"), ParamValue::Real64(4.0)),
    ];
    aboard.against = Some(Against::File {
        name: "f.param".into(),
        set: Arc::new(set.into_iter().collect()),
    });
    aboard.refresh(&fleet, Some(&"alpha".into()), 0);
    assert_eq!(names(&aboard.params), ["D"]);
}

#[test]
fn the_highlight_stays_on_its_parameter_when_others_come_and_the_vehicle_changes() {
    let alpha = params(&[("A", 1.0), ("M", 2.0), ("Z", 3.0)]);
    let bravo = params(&[("M", 2.0)]);
    let fleet = fleet(&[("alpha", &alpha), ("bravo", &bravo)]);
    let mut aboard = Aboard {
        tab: Tab::Params,
        ..Aboard::default()
    };
    aboard.refresh(&fleet, Some(&"alpha".into()), 0);
    aboard.go(1);
    aboard.search = "m".into();
    aboard.refresh(&fleet, Some(&"alpha".into()), 0);
    assert_eq!((aboard.place(), aboard.len()), (0, 1));
    aboard.search.clear();
    aboard.refresh(&fleet, Some(&"alpha".into()), 0);
    assert_eq!(aboard.place(), 1);
    aboard.refresh(&fleet, Some(&"bravo".into()), 0);
    assert_eq!((aboard.place(), aboard.params.names[0]), (0, name("M")));
}

#[test]
fn scrolling_takes_the_highlight_along_and_never_leaves_the_list() {
    let pairs: Vec<(String, f32)> = (0..100).map(|n| (format!("P{n:03}"), 0.0)).collect();
    let pairs: Vec<(&str, f32)> = pairs
        .iter()
        .map(|(text, value)| (text.as_str(), *value))
        .collect();
    let fleet = fleet(&[("alpha", &params(&pairs))]);
    let mut aboard = Aboard {
        tab: Tab::Params,
        ..Aboard::default()
    };
    aboard.refresh(&fleet, Some(&"alpha".into()), 0);
    aboard.scroll(30, 20);
    assert_eq!((aboard.first(), aboard.place()), (30, 30));
    aboard.scroll(500, 20);
    assert_eq!((aboard.first(), aboard.place()), (80, 80));
    aboard.go(usize::MAX);
    aboard.keep_in_view(20);
    assert_eq!((aboard.first(), aboard.place()), (80, 99));
    aboard.go(10);
    aboard.keep_in_view(20);
    assert_eq!(aboard.first(), 10);
}
