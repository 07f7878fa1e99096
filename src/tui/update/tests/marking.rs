//! Marks, numbers, groups and orders by key.

use super::*;

#[test]
fn numbers_and_ranges_mark_several() {
    let mut desk = Desk::new(three());
    desk.type_in(".2-3,9");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.ui.marked.len(), 2);
    assert_eq!(desk.selected(), "a", "marking selects nothing");
    desk.type_in("u.1,3 ");
    assert_eq!(desk.ui.marked.len(), 2, "{:?}", desk.ui.marked);
}

#[test]
fn a_range_goes_from_the_last_mark_to_here_whatever_the_order_was_then() {
    let mut desk = Desk::new(three());
    desk.type_in(" ");
    desk.press(KeyCode::Down);
    desk.type_in("v");
    assert_eq!(desk.ui.marked.len(), 3);
    desk.type_in("uv");
    assert_eq!(desk.ui.marked.len(), 1, "without a mark before: itself");
}

#[test]
fn groups_are_closed_with_the_selection_staying_where_it_is() {
    let grouped = |id, sysid, group: &str| Vehicle {
        group: Some(group.into()),
        ..vehicle(id, sysid)
    };
    let mut desk = Desk::new(fleet(vec![
        grouped("a", 1, "north"),
        grouped("b", 2, "south"),
        grouped("c", 3, "north"),
    ]));
    desk.type_in("o");
    assert_eq!(desk.shown(), ["a", "c", "b"]);
    desk.press(KeyCode::Down);
    assert_eq!(desk.selected(), "c");
    desk.press(KeyCode::Left);
    assert_eq!((desk.shown(), desk.selected()), (vec!["b"], "c"));
    desk.press(KeyCode::Right);
    assert_eq!(desk.shown(), ["a", "c", "b"]);
    desk.click(10, 3);
    assert_eq!(desk.shown(), ["b"], "a click on its heading closes a group");
    desk.type_in("o");
    assert_eq!(desk.shown(), ["a", "b", "c"]);
}

#[test]
fn a_number_finds_its_vehicle_and_a_wrong_one_says_so() {
    let mut desk = Desk::new(three());
    desk.type_in(".3");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.selected(), "c");
    desk.type_in(".9");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.selected(), "c");
    let toast = desk.ui.toast.clone().unwrap();
    assert_eq!(toast.text, "there is no vehicle 9; there are 1-3");
    desk.now_ms = toast.until_ms;
    desk.send(Message::Tick);
    assert_eq!(desk.ui.toast, None);
}

#[test]
fn sort_letters_choose_and_a_second_time_turn_round() {
    let mut desk = Desk::new(three());
    desk.type_in("sn");
    assert_eq!(
        (desk.ui.sort.by, desk.ui.sort.reversed),
        (Column::Name, false)
    );
    desk.type_in("sn");
    assert_eq!(desk.shown(), ["c", "b", "a"]);
    desk.type_in("ss");
    assert_eq!(desk.ui.sort, crate::tui::columns::Sort::default());
    desk.type_in("s");
    desk.press(KeyCode::Right);
    desk.press(KeyCode::Right);
    assert_eq!(desk.ui.overlay, Overlay::Sort);
    assert_eq!(desk.ui.sort.by, Column::Armed);
    desk.type_in("S");
    assert_eq!(desk.ui.sort.by, Column::Status);
}

#[test]
fn marks_follow_the_vehicle_and_space_goes_on() {
    let mut desk = Desk::new(three());
    desk.type_in("  ");
    assert_eq!(desk.ui.marked.len(), 2);
    assert_eq!(desk.selected(), "c");
    desk.type_in("*");
    assert_eq!(desk.ui.marked.len(), 3);
    desk.type_in("u");
    assert!(desk.ui.marked.is_empty());
}

#[test]
fn marks_by_number_are_counted_and_listed() {
    let mut desk = Desk::new(three());
    let mut told = |keys: &str| {
        desk.type_in(keys);
        desk.press(KeyCode::Enter);
        desk.ui.toast.clone().unwrap().text
    };
    assert_eq!(told(".1,3"), "2 marked: 1, 3");
    assert_eq!(told(".2-3,9"), "2 marked: 2-3; no 9");
    assert_eq!(told(".7-9"), "no vehicle has such a number; there are 1-3");
}
