//! Every word that may stand first in the palette: commands with MAVProxy's spellings, settings, what keys do.
//!
//! A family of verbs with a reader of its own (missions, parameters) becomes another [`Verb`] here, another
//! branch in `read` and another in `list`.

use super::settings::{SETTINGS, SettingVerb};
use crate::{
    model::command::words::{ALIASES, Alias, USAGES, Usage},
    tui::keymap::{Action, BINDINGS, Binding},
};

/// One of them.
#[derive(Debug, Clone, Copy)]
pub enum Verb {
    /// A command for vehicles.
    Command(&'static Usage),
    /// MAVProxy's word for one.
    Alias(&'static Alias),
    /// A setting.
    Setting(&'static SettingVerb),
    /// What a key does.
    Key(&'static Binding),
}

impl Verb {
    /// As it is typed.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Command(usage) => usage.name.to_owned(),
            Self::Alias(alias) => alias.words.join(" "),
            Self::Setting(verb) => verb.word.to_owned(),
            Self::Key(binding) => binding.action.word(),
        }
    }

    /// Whether it is for vehicles.
    #[must_use]
    pub const fn is_command(&self) -> bool {
        matches!(self, Self::Command(_) | Self::Alias(_))
    }

    /// The action whose key does the same, if there is one.
    #[must_use]
    pub const fn action(&self) -> Option<Action> {
        match self {
            Self::Setting(verb) => verb.action,
            Self::Key(binding) => Some(binding.action),
            Self::Command(_) | Self::Alias(_) => None,
        }
    }
}

/// Keys that make no sense as a word: they move something, or belong to the palette itself.
const fn is_worth_a_word(action: Action) -> bool {
    !matches!(
        action,
        Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::First
            | Action::Last
            | Action::Back
            | Action::Palette
            | Action::Fold
            | Action::Unfold
    )
}

/// Every verb: commands, their other spellings, settings, what keys do.
pub fn verbs() -> impl Iterator<Item = Verb> {
    let is_set = |binding: &&Binding| {
        let word = binding.action.word();
        SETTINGS.iter().any(|verb| verb.word == word)
    };
    let keys = BINDINGS
        .iter()
        .filter(|binding| is_worth_a_word(binding.action))
        .filter(move |binding| !is_set(binding));
    USAGES
        .iter()
        .map(Verb::Command)
        .chain(ALIASES.iter().map(Verb::Alias))
        .chain(SETTINGS.iter().map(Verb::Setting))
        .chain(keys.map(Verb::Key))
}

/// The setting or key behind a word.
#[must_use]
pub fn of_screen(word: &str) -> Option<Verb> {
    let mut found = verbs().filter(|verb| !verb.is_command());
    found.find(|verb| verb.word().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_word_means_two_things() {
        let words: Vec<String> = verbs().map(|verb| verb.word()).collect();
        let different: BTreeSet<_> = words.iter().collect();
        assert_eq!(different.len(), words.len(), "{words:?}");
    }
}
