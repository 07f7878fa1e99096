//! What keys do, and what they never do.

mod looking;
mod marking;
mod pointing;

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
fn a_key_that_does_nothing_says_so() {
    let mut desk = Desk::new(three());
    desk.type_in("X");
    let told = desk.ui.toast.clone().unwrap().text;
    assert_eq!(told, "no such key: X (? shows all)");
}
