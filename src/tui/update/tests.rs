//! What keys do, and what they never do.

use crossterm::event::{KeyCode, KeyModifiers};

use super::*;
use crate::{
    model::{
        ids::VehicleId,
        vehicle::{State, Vehicle},
    },
    tui::{
        columns::Column,
        keymap::lookup::Keymap,
        map::MapPlace,
        message::{Mouse, MouseKind},
        samples::vehicle,
    },
};

fn fleet(vehicles: Vec<Vehicle>) -> Arc<Snapshot> {
    Arc::new(Snapshot {
        vehicles: vehicles
            .into_iter()
            .map(|vehicle| (vehicle.id.clone(), Arc::new(vehicle)))
            .collect(),
        ..Snapshot::default()
    })
}

fn three() -> Arc<Snapshot> {
    fleet(vec![vehicle("a", 1), vehicle("b", 2), vehicle("c", 3)])
}

struct Desk {
    ui: Ui,
    keymap: Keymap,
    now_ms: i64,
}

impl Desk {
    fn new(snapshot: Arc<Snapshot>) -> Self {
        let mut desk = Self {
            ui: Ui {
                size: (80, 24),
                ..Ui::default()
            },
            keymap: Keymap::default(),
            now_ms: 10_000,
        };
        desk.send(Message::Snapshot(snapshot));
        desk
    }

    fn send(&mut self, message: Message) -> Option<Effect> {
        let context = Context {
            keymap: &self.keymap,
            now_ms: self.now_ms,
            is_transmitting: true,
            modes: &crate::tui::hands::NoModes,
        };
        update(&mut self.ui, message, &context)
    }

    fn press(&mut self, code: KeyCode) -> Option<Effect> {
        self.send(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    fn hold_ctrl(&mut self, letter: char) -> Option<Effect> {
        let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
        self.send(Message::Key(key))
    }

    fn type_in(&mut self, text: &str) -> Option<Effect> {
        text.chars()
            .filter_map(|letter| self.press(KeyCode::Char(letter)))
            .last()
    }

    fn mouse(&mut self, kind: MouseKind, column: u16, row: u16) -> Option<Effect> {
        self.send(Message::Mouse(Mouse { kind, column, row }))
    }

    fn click(&mut self, column: u16, row: u16) -> Option<Effect> {
        self.mouse(MouseKind::Press, column, row)
    }

    fn selected(&self) -> &str {
        self.ui.selected.as_ref().map_or("", VehicleId::as_str)
    }

    fn shown(&self) -> Vec<&str> {
        let rows = self.ui.digest.shown();
        rows.map(|row| row.id().as_str()).collect()
    }
}

fn armed(id: &str) -> Vehicle {
    Vehicle {
        armed: Some(true),
        ..vehicle(id, 9)
    }
}

#[test]
fn no_single_key_and_no_paste_has_an_effect_beyond_this_screen() {
    let codes = (' '..='~')
        .map(KeyCode::Char)
        .chain((1..=12).map(KeyCode::F))
        .chain([
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::BackTab,
            KeyCode::Backspace,
            KeyCode::Delete,
            KeyCode::Insert,
            KeyCode::Home,
            KeyCode::End,
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::Left,
            KeyCode::Right,
        ]);
    let modifiers = [
        KeyModifiers::NONE,
        KeyModifiers::CONTROL,
        KeyModifiers::ALT,
        KeyModifiers::SHIFT,
    ];
    for code in codes {
        for modifiers in modifiers {
            for opener in ["", "?", "/", "s", "."] {
                let mut desk = Desk::new(three());
                desk.type_in(opener);
                let effect = desk.send(Message::Key(KeyEvent::new(code, modifiers)));
                // Every effect there is: none of them leaves this program.
                match effect {
                    None
                    | Some(
                        Effect::Quit
                        | Effect::Suspend
                        | Effect::Redraw
                        | Effect::Copy(_)
                        | Effect::Focus(_),
                    ) => {}
                    Some(
                        Effect::Submit(_)
                        | Effect::Read(_)
                        | Effect::Cancel(_)
                        | Effect::Files(_)
                        | Effect::Abort(_)
                        | Effect::Reload,
                    ) => {
                        panic!("{code:?}")
                    }
                }
                assert_eq!(desk.ui.shown.vehicles.len(), 3, "data is only read");
            }
        }
    }
}

#[test]
fn a_pasted_flood_outside_a_prompt_changes_nothing() {
    let mut desk = Desk::new(three());
    desk.send(Message::Paste("q\nquit\n".repeat(20_000)));
    assert_eq!(desk.ui.overlay, Overlay::None);
    assert!(desk.ui.marked.is_empty() && !desk.ui.filter.is_on());
    desk.type_in("/");
    desk.send(Message::Paste("b\u{1b}[2J\nquit".repeat(20_000)));
    assert_eq!(desk.ui.filter.text(), "b[2J");
}

#[test]
fn the_selection_stays_on_its_vehicle_through_a_new_order_and_a_loss() {
    let mut desk = Desk::new(three());
    desk.press(KeyCode::Down);
    assert_eq!(desk.selected(), "b");
    desk.now_ms += 2_000;
    let mut lost = vehicle("b", 2);
    lost.state = State::Lost;
    desk.send(Message::Snapshot(fleet(vec![
        vehicle("a", 1),
        lost,
        vehicle("c", 3),
    ])));
    assert_eq!(desk.shown(), ["b", "a", "c"]);
    assert_eq!((desk.selected(), desk.ui.selected_place), ("b", 0));
    desk.type_in("sn");
    assert_eq!(desk.shown(), ["a", "b", "c"]);
    assert_eq!((desk.selected(), desk.ui.selected_place), ("b", 1));
}

#[test]
fn when_the_selected_vehicle_leaves_nothing_is_selected_until_the_operator_chooses() {
    let mut desk = Desk::new(three());
    desk.press(KeyCode::Down);
    desk.type_in(" ");
    desk.press(KeyCode::Up);
    assert_eq!(desk.selected(), "b");
    desk.send(Message::Snapshot(fleet(vec![
        vehicle("a", 1),
        vehicle("c", 3),
    ])));
    assert_eq!(desk.selected(), "", "never another aircraft by itself");
    assert!(desk.ui.marked.is_empty());
    assert!(desk.ui.toast.is_some(), "it is said");
    desk.send(Message::Snapshot(three()));
    assert_eq!(desk.selected(), "", "also when it comes back");
    desk.press(KeyCode::Down);
    assert_eq!(desk.selected(), "b", "from where it stood");
    desk.send(Message::Snapshot(fleet(vec![])));
    desk.press(KeyCode::Down);
    assert_eq!(desk.selected(), "");
}

#[test]
fn an_order_by_numbers_does_not_jump_more_than_once_a_second() {
    let at = |id: &str, sysid, alt_rel_m| Vehicle {
        position: Some(crate::model::groups::Position {
            alt_rel_m: Some(alt_rel_m),
            ..Default::default()
        }),
        ..vehicle(id, sysid)
    };
    let mut desk = Desk::new(fleet(vec![at("a", 1, 3.0), at("b", 2, 2.0)]));
    desk.type_in("sa");
    desk.now_ms += 900;
    let turned = fleet(vec![at("a", 1, 2.0), at("b", 2, 3.0)]);
    desk.send(Message::Snapshot(turned.clone()));
    assert_eq!(desk.shown(), ["a", "b"]);
    desk.now_ms += 100;
    desk.send(Message::Snapshot(turned));
    assert_eq!(desk.shown(), ["b", "a"]);
}

#[test]
fn quitting_while_an_armed_vehicle_hears_us_needs_the_word() {
    let mut desk = Desk::new(fleet(vec![armed("a")]));
    assert_eq!(desk.type_in("q"), None);
    assert_eq!(desk.hold_ctrl('c'), None);
    assert_eq!(desk.press(KeyCode::Enter), None);
    assert!(matches!(
        desk.ui.overlay,
        Overlay::Confirm { wrong: true, .. }
    ));
    desk.type_in("quid");
    desk.press(KeyCode::Backspace);
    desk.type_in("t");
    assert_eq!(desk.press(KeyCode::Enter), Some(Effect::Quit));
}

#[test]
fn leaving_is_free_when_nobody_would_miss_us() {
    let mut desk = Desk::new(three());
    assert_eq!(desk.type_in("q"), Some(Effect::Quit));
    assert_eq!(desk.hold_ctrl('c'), Some(Effect::Quit));
    assert_eq!(desk.hold_ctrl('z'), Some(Effect::Suspend));
    let mut silent = Desk::new(fleet(vec![armed("a")]));
    let context = Context {
        keymap: &silent.keymap,
        now_ms: 0,
        is_transmitting: false,
        modes: &crate::tui::hands::NoModes,
    };
    let key = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
    let effect = update(&mut silent.ui, Message::Key(key), &context);
    assert_eq!(effect, Some(Effect::Quit));
}

#[test]
fn suspending_with_armed_vehicles_asks_and_escape_stays() {
    let mut desk = Desk::new(fleet(vec![armed("a")]));
    assert_eq!(desk.hold_ctrl('z'), None);
    desk.press(KeyCode::Esc);
    assert_eq!(desk.ui.overlay, Overlay::None);
    desk.hold_ctrl('z');
    desk.type_in("suspend");
    assert_eq!(desk.press(KeyCode::Enter), Some(Effect::Suspend));
}

#[test]
fn a_filter_works_while_it_is_typed_and_escape_takes_it_back() {
    let mut desk = Desk::new(three());
    desk.type_in("/b");
    assert_eq!(desk.shown(), ["b"]);
    desk.press(KeyCode::Enter);
    assert_eq!(desk.shown(), ["b"]);
    desk.type_in("/q");
    assert!(desk.shown().is_empty(), "q is a letter here");
    desk.press(KeyCode::Esc);
    assert_eq!(desk.shown(), ["b"]);
    desk.press(KeyCode::Esc);
    assert_eq!(desk.shown(), ["a", "b", "c"]);
}

#[test]
fn a_frozen_screen_keeps_learning_and_shows_the_newest_when_thawed() {
    let mut desk = Desk::new(three());
    desk.type_in("p");
    desk.send(Message::Snapshot(fleet(vec![vehicle("z", 1)])));
    assert_eq!(desk.shown(), ["a", "b", "c"]);
    desk.type_in("p");
    assert_eq!(desk.shown(), ["z"]);
}

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
fn a_sequence_waits_and_a_key_that_breaks_it_counts_for_itself() {
    let mut desk = Desk::new(three());
    desk.keymap = Keymap::with(&[("g g", "bottom")]).unwrap();
    desk.type_in("g");
    assert_eq!((desk.selected(), desk.ui.pending.len()), ("a", 1));
    desk.type_in("g");
    assert_eq!((desk.selected(), desk.ui.pending.len()), ("c", 0));
    desk.type_in("gk");
    assert_eq!(desk.selected(), "b", "k is one up");
    desk.type_in("g");
    desk.press(KeyCode::Esc);
    desk.type_in("g");
    assert_eq!(desk.selected(), "b", "Esc ends a sequence");
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
fn a_copy_is_the_position_of_the_selected_vehicle_and_says_how_old_it_is() {
    let mut desk = Desk::new(three());
    assert_eq!(desk.type_in("y"), None);
    let mut lost = vehicle("a", 1);
    lost.state = State::Lost;
    lost.position = Some(crate::model::groups::Position {
        lat_deg: Some(-35.363_262_1),
        lon_deg: Some(149.165_237_6),
        t_ms: Some(desk.now_ms - 12_000),
        ..Default::default()
    });
    desk.send(Message::Snapshot(fleet(vec![lost])));
    let copied = Effect::Copy("-35.3632621, 149.1652376".to_owned());
    assert_eq!(desk.type_in("y"), Some(copied));
    let told = desk.ui.toast.unwrap().text;
    assert!(told.contains("12s old"), "{told}");
}

#[test]
fn units_and_clock_are_changed_on_the_screen() {
    let mut desk = Desk::new(three());
    desk.type_in("TTz");
    assert_eq!(desk.ui.units.word(), "aviation");
    assert!(desk.ui.local_time);
    desk.type_in("Tz");
    assert_eq!(desk.ui.units.word(), "metric");
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
fn a_click_selects_the_row_under_it_and_sorts_by_the_heading() {
    let mut desk = Desk::new(three());
    desk.click(10, 5);
    assert_eq!(desk.selected(), "c");
    desk.click(10, 2);
    assert_eq!(desk.selected(), "c", "the heading is no row");
    assert_eq!(desk.ui.sort.by, Column::Name, "it sorts");
    desk.click(10, 2);
    assert_eq!(desk.shown(), ["c", "b", "a"]);
    assert_eq!(desk.selected(), "c");
}

#[test]
fn a_click_on_the_last_line_is_the_key_it_points_at() {
    let mut desk = Desk::new(three());
    assert_eq!(desk.click(3, 23), None);
    assert!(matches!(desk.ui.overlay, Overlay::Help { .. }));
    desk.click(10, 5);
    assert!(
        matches!(desk.ui.overlay, Overlay::Help { .. }),
        "nothing behind the help is hit"
    );
    desk.click(3, 23);
    assert_eq!(desk.ui.overlay, Overlay::None, "Esc stands first now");
}

#[test]
fn no_click_answers_the_question_before_leaving() {
    let mut desk = Desk::new(fleet(vec![armed("a")]));
    desk.type_in("q");
    for row in 0..24 {
        for column in 0..80 {
            let effect = desk.click(column, row);
            assert_eq!(effect, None, "{column} {row}");
            if desk.ui.overlay == Overlay::None {
                desk.type_in("q");
            }
        }
    }
}

#[test]
fn the_wheel_scrolls_and_leaves_the_selection_alone() {
    let many: Vec<_> = (0..200).map(|n| vehicle(&format!("v{n:03}"), n)).collect();
    let mut desk = Desk::new(fleet(many));
    let shown = desk.selected().to_owned();
    desk.mouse(MouseKind::Wheel(3), 10, 5);
    desk.mouse(MouseKind::Wheel(3), 10, 5);
    assert_eq!((desk.ui.first_row, desk.selected()), (6, &*shown));
    desk.press(KeyCode::Down);
    assert!(desk.ui.first_row <= 1, "a key brings the selected row back");
    desk.mouse(MouseKind::Wheel(-3), 10, 5);
    assert_eq!(desk.ui.first_row, 0);
    desk.mouse(MouseKind::Wheel(127), 10, 5);
    desk.mouse(MouseKind::Wheel(127), 10, 5);
    assert!(desk.ui.first_row < 200);
}

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
fn a_key_that_does_nothing_says_so() {
    let mut desk = Desk::new(three());
    desk.type_in("X");
    let told = desk.ui.toast.clone().unwrap().text;
    assert_eq!(told, "no such key: X (? shows all)");
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
