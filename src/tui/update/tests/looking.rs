//! Where the screen looks: the first row, the chosen one, the map, the help.

use super::*;

#[test]
fn a_long_table_scrolls_with_the_selection() {
    let many = (0..200)
        .map(|n| vehicle(&format!("v{n:03}"), n as u8))
        .collect();
    let mut desk = Desk::new(fleet(many));
    desk.press(KeyCode::End);
    assert_eq!(desk.selected(), "v199");
    let rows = desk.ui.first_row;
    assert!(rows > 180, "{rows}");
    desk.press(KeyCode::PageUp);
    desk.press(KeyCode::Home);
    assert_eq!(desk.ui.first_row, 0);
    desk.send(Message::Resize(80, 16));
    desk.press(KeyCode::End);
    desk.send(Message::Resize(1, 1));
    desk.press(KeyCode::Up);
    assert_eq!(desk.selected(), "v198");
}

fn many_with_a_lost_one(lost: &str) -> Arc<Snapshot> {
    let vehicles = (0..100).map(|n| {
        let mut vehicle = vehicle(&format!("v{n:03}"), n as u8);
        if vehicle.id.as_str() == lost {
            vehicle.state = State::Lost;
        }
        vehicle
    });
    fleet(vehicles.collect())
}

#[test]
fn until_one_is_chosen_the_first_row_is_looked_at_and_the_table_stays_at_the_top() {
    let mut desk = Desk::new(fleet(vec![vehicle("v050", 50)]));
    assert_eq!((desk.selected(), desk.ui.chosen()), ("v050", None));
    desk.send(Message::Snapshot(many_with_a_lost_one("v070")));
    assert_eq!((desk.selected(), desk.ui.first_row), ("v070", 0));
    desk.send(Message::Snapshot(many_with_a_lost_one("v080")));
    assert_eq!((desk.selected(), desk.ui.first_row), ("v080", 0));
    desk.press(KeyCode::Enter);
    assert_eq!(desk.ui.chosen().map(VehicleId::as_str), Some("v080"));
    desk.send(Message::Snapshot(many_with_a_lost_one("v090")));
    assert_eq!(desk.selected(), "v080", "a chosen one never moves");
}

#[test]
fn a_number_and_a_map_that_follows_choose_and_a_mark_need_not() {
    let mut desk = Desk::new(three());
    desk.type_in("v");
    assert_eq!(desk.ui.marked.len(), 1);
    assert_eq!(desk.ui.chosen(), None);
    desk.type_in(".3");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.ui.chosen().map(VehicleId::as_str), Some("c"));
}

#[test]
fn a_confirmed_filter_takes_the_cursor_to_its_first_match_and_escape_keeps_it() {
    let mut desk = Desk::new(three());
    desk.press(KeyCode::Down);
    desk.type_in("/c");
    assert_eq!(desk.selected(), "b", "hidden while it is typed");
    desk.press(KeyCode::Esc);
    assert_eq!(desk.selected(), "b");
    desk.type_in("/c");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.ui.chosen().map(VehicleId::as_str), Some("c"));
    desk.press(KeyCode::Esc);
    assert_eq!((desk.selected(), desk.shown().len()), ("c", 3));
    desk.type_in("/nobody");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.selected(), "c", "without a match it stays");
}

#[test]
fn a_row_gets_its_sign_and_its_place_in_the_same_frame() {
    let mut desk = Desk::new(three());
    desk.now_ms += 30;
    let mut late = vehicle("c", 3);
    late.state = State::Late;
    desk.send(Message::Snapshot(fleet(vec![
        vehicle("a", 1),
        vehicle("b", 2),
        late,
    ])));
    assert_eq!(desk.shown(), ["c", "a", "b"]);
}

#[test]
fn home_and_end_scroll_the_help() {
    let scroll = |desk: &Desk| match desk.ui.overlay {
        Overlay::Help { scroll, .. } => scroll,
        _ => panic!("the help is open"),
    };
    let mut desk = Desk::new(three());
    desk.type_in("?");
    desk.press(KeyCode::End);
    desk.press(KeyCode::Up);
    assert_eq!(scroll(&desk), crate::tui::ui::HELP_END - 1);
    desk.press(KeyCode::Home);
    assert_eq!(scroll(&desk), 0);
}

#[test]
fn enter_in_the_map_brings_the_highlighted_vehicle_to_the_middle() {
    let mut placed = vehicle("a", 1);
    placed.position = Some(crate::model::groups::Position {
        lat_deg: Some(10.0),
        lon_deg: Some(20.0),
        ..Default::default()
    });
    let mut desk = Desk::new(fleet(vec![placed, vehicle("b", 2)]));
    desk.type_in("m");
    assert_eq!(desk.ui.pane, Pane::Map);
    desk.press(KeyCode::Up);
    desk.press(KeyCode::Enter);
    assert!(!desk.ui.is_detail_tall);
    assert!((desk.ui.map.centre.lat_deg - 10.0).abs() < 0.01);
    assert_eq!(desk.ui.chosen().map(VehicleId::as_str), Some("a"));
}

#[test]
fn on_a_map_alone_a_number_selects_and_the_map_keeps_the_keys_and_shows_the_vehicle() {
    let mut north = vehicle("a", 1);
    north.position = Some(crate::model::groups::Position {
        lat_deg: Some(46.5),
        lon_deg: Some(6.6),
        ..crate::model::groups::Position::default()
    });
    let mut desk = Desk::new(fleet(vec![north, vehicle("b", 2)]));
    desk.press(KeyCode::Char('m'));
    assert_eq!(
        (desk.ui.map.place, desk.ui.pane),
        (MapPlace::Full, Pane::Map)
    );
    for _ in 0..5 {
        desk.press(KeyCode::PageDown);
    }
    desk.type_in(".2");
    desk.press(KeyCode::Enter);
    assert_eq!((desk.selected(), desk.ui.pane), ("b", Pane::Map));
    desk.type_in(".1");
    desk.press(KeyCode::Enter);
    assert_eq!((desk.selected(), desk.ui.pane), ("a", Pane::Map));
    let centre = desk.ui.map.centre;
    assert!((centre.lat_deg - 46.5).abs() < 1e-3 && (centre.lon_deg - 6.6).abs() < 1e-3);
}

#[test]
fn what_the_operator_chose_or_marked_is_looked_at_and_a_preview_is_not() {
    let mut desk = Desk::new(three());
    let tick = |desk: &mut Desk| {
        desk.now_ms += 2_000;
        desk.send(Message::Tick)
    };
    assert_eq!(tick(&mut desk), None);
    assert_eq!(tick(&mut desk), None, "the first row is only a preview");
    desk.press(KeyCode::Down);
    assert_eq!(tick(&mut desk), None, "it has to rest");
    let chosen: VehicleId = desk.selected().into();
    assert_eq!(tick(&mut desk), Some(Effect::Focus(vec![chosen])));
    assert_eq!(tick(&mut desk), None);
    desk.type_in("*");
    assert_eq!(tick(&mut desk), None);
    let all: Vec<VehicleId> = ["a", "b", "c"].map(VehicleId::from).to_vec();
    assert_eq!(tick(&mut desk), Some(Effect::Focus(all)));
}
