//! The operator's own keys: what they take, what they may not, what is said of it.

use crossterm::event::{KeyCode, KeyModifiers};

use super::*;

fn keys(names: &str) -> Vec<Key> {
    names.split(' ').filter_map(Key::from_name).collect()
}

fn press(keymap: &Keymap, names: &str) -> Step {
    let keys = keys(names);
    let (last, before) = keys.split_last().expect("a key");
    keymap.step(before, *last)
}

fn faults(own: &[(&str, &str)]) -> Vec<String> {
    let faults = Keymap::with(own).expect_err("faults");
    faults.into_iter().map(|fault| fault.message).collect()
}

#[test]
fn shift_is_in_the_letter_and_control_is_not() {
    let press = |code, modifiers| Keymap::default().action(&KeyEvent::new(code, modifiers));
    let (none, ctrl) = (KeyModifiers::NONE, KeyModifiers::CONTROL);
    assert_eq!(
        press(KeyCode::Char('G'), KeyModifiers::SHIFT),
        Some(Action::Last)
    );
    assert_eq!(press(KeyCode::Char('S'), none), Some(Action::Reverse));
    assert_eq!(press(KeyCode::Char('c'), ctrl), Some(Action::Quit));
    assert_eq!(press(KeyCode::Char('C'), ctrl), Some(Action::Quit));
    assert_ne!(press(KeyCode::Char('c'), none), Some(Action::Quit));
    assert_eq!(press(KeyCode::Char('q'), KeyModifiers::ALT), None);
}

#[test]
fn a_sequence_takes_its_first_key_and_waits_for_the_rest() {
    let keymap = Keymap::with(&[("g g", "top"), ("g e", "bottom")]).unwrap();
    assert_eq!(press(&keymap, "g"), Step::Wait);
    assert_eq!(press(&keymap, "g g"), Step::Act(Action::First));
    assert_eq!(press(&keymap, "g e"), Step::Act(Action::Last));
    assert_eq!(press(&keymap, "g x"), Step::Nothing);
    assert_eq!(press(&keymap, "Home"), Step::Act(Action::First));
    let named: Vec<_> = keymap.keys_of(Action::First).collect();
    assert_eq!(named, ["g g", "Home"], "one's own first");
}

#[test]
fn an_own_key_replaces_the_built_in_one_and_none_takes_it_away() {
    let keymap = Keymap::with(&[("p", "filter"), ("t", "none")]).unwrap();
    assert_eq!(press(&keymap, "p"), Step::Act(Action::Filter));
    assert_eq!(press(&keymap, "t"), Step::Nothing);
    assert_eq!(keymap.keys_of(Action::Freeze).count(), 0);
}

#[test]
fn keys_that_cannot_both_be_typed_are_told() {
    assert_eq!(
        faults(&[("ctrl-x", "quit"), ("Ctrl-X", "help")]),
        ["key \"Ctrl-X\" conflicts with \"Ctrl-X\""]
    );
    assert_eq!(
        faults(&[("x", "quit"), ("x y", "help")]),
        ["key \"x y\" conflicts with \"x\""]
    );
}

#[test]
fn a_key_given_up_may_begin_a_sequence() {
    let keymap = Keymap::with(&[("g", "none"), ("g h", "help")]).unwrap();
    assert_eq!(press(&keymap, "g"), Step::Wait);
    assert_eq!(press(&keymap, "g h"), Step::Act(Action::Help));
    assert_eq!(
        faults(&[("g", "none"), ("g", "top")]),
        ["key \"g\" conflicts with \"g\""]
    );
}

#[test]
fn wrong_names_are_told_with_what_there_is() {
    let faults = Keymap::with(&[("Hyper-x", "quit"), ("x", "explode")]).unwrap_err();
    assert_eq!(faults[0].message, "there is no key \"Hyper-x\"");
    assert!(faults[1].is_action && faults[1].help.contains("page-down"));
}

#[test]
fn a_way_out_and_a_way_to_the_help_always_stay() {
    assert_eq!(
        faults(&[("q", "none"), ("Ctrl-C", "copy")]),
        ["no key is left to quit"]
    );
    assert_eq!(
        faults(&[("?", "none"), ("F1", "none")]),
        ["no key is left to open the help"]
    );
}
