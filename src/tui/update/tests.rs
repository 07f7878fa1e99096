//! What keys do, and what they never do.

use crossterm::event::{KeyCode, KeyModifiers};

use super::*;
use crate::{
    model::{
        ids::VehicleId,
        vehicle::{State, Vehicle},
    },
    tui::{columns::Column, keymap::Keymap, samples::vehicle},
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
                    None | Some(Effect::Quit | Effect::Suspend | Effect::Redraw) => {}
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
fn a_forgotten_vehicle_leaves_the_selection_to_its_neighbour() {
    let mut desk = Desk::new(three());
    desk.press(KeyCode::Down);
    desk.type_in(" ");
    desk.press(KeyCode::Up);
    desk.send(Message::Snapshot(fleet(vec![
        vehicle("a", 1),
        vehicle("c", 3),
    ])));
    assert_eq!(desk.selected(), "c");
    assert!(desk.ui.marked.is_empty());
    desk.send(Message::Snapshot(fleet(vec![])));
    assert_eq!(desk.selected(), "");
    desk.press(KeyCode::Down);
}

#[test]
fn the_order_does_not_jump_more_than_once_a_second() {
    let mut desk = Desk::new(three());
    desk.now_ms += 900;
    let mut lost = vehicle("c", 3);
    lost.state = State::Lost;
    let troubled = fleet(vec![vehicle("a", 1), vehicle("b", 2), lost]);
    desk.send(Message::Snapshot(troubled.clone()));
    assert_eq!(desk.shown(), ["a", "b", "c"]);
    desk.now_ms += 100;
    desk.send(Message::Snapshot(troubled));
    assert_eq!(desk.shown(), ["c", "a", "b"]);
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
    assert_eq!(desk.selected(), "a", "hidden, still selected");
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
fn a_number_finds_its_vehicle_and_a_wrong_one_says_so() {
    let mut desk = Desk::new(three());
    desk.type_in(".3");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.selected(), "c");
    desk.type_in(".9");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.selected(), "c");
    let toast = desk.ui.toast.clone().unwrap();
    assert_eq!(toast.text, "there is no vehicle 9");
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
fn a_click_selects_the_row_under_it_and_the_wheel_moves() {
    let mut desk = Desk::new(three());
    desk.send(Message::Click(10, 5));
    assert_eq!(desk.selected(), "c");
    desk.send(Message::Wheel(-2));
    assert_eq!(desk.selected(), "a");
    desk.send(Message::Click(10, 2));
    assert_eq!(desk.selected(), "a", "the heading is no row");
    assert_eq!(desk.ui.sort.by, Column::Name, "it sorts");
    desk.send(Message::Click(10, 2));
    assert_eq!(desk.shown(), ["c", "b", "a"]);
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
