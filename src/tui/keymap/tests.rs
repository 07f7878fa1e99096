//! The table is whole and none of its keys is there twice.

use std::collections::{BTreeSet, HashMap};

use super::{key::Key, *};

#[test]
fn every_key_has_a_meaning_and_none_has_two() {
    let mut keys = HashMap::new();
    for name in BINDINGS.iter().flat_map(|binding| binding.keys) {
        let key = Key::from_name(name);
        assert_eq!(key.map(|key| key.to_string()).as_deref(), Some(*name));
        assert_eq!(keys.insert(key, *name), None, "{name}");
    }
}

#[test]
fn every_action_has_a_line_and_a_word_of_its_own_that_is_read_back() {
    let words: BTreeSet<_> = Action::words().collect();
    assert_eq!(words.len(), BINDINGS.len());
    for binding in BINDINGS {
        let word = binding.action.word();
        assert_eq!(Action::from_word(&word), Some(binding.action));
    }
    for known in ["top", "page-down", "mark-all", "quit"] {
        assert!(words.contains(known), "{known}");
    }
}

#[test]
fn the_readme_table_names_every_key_once() {
    let table = markdown();
    for key in BINDINGS.iter().flat_map(|binding| binding.keys) {
        assert_eq!(table.matches(&format!("`{key}`")).count(), 1, "{key}");
    }
    assert_eq!(table.lines().count(), BINDINGS.len() + 2);
}
