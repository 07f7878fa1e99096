//! The keys in force: the built-in ones, with those of `[keys]` laid over them; sequences are typed one key after another.
//!
//! A key of the operator's own takes every meaning away that the built-in table gives it, also where it
//! only begins a sequence. Two of the operator's own that cannot both be typed are an error.

use crossterm::event::KeyEvent;

use super::{BINDINGS, action::Action, binding::Binding, key::Key};
use crate::model::suggest::nearest;

/// What a key means after those typed before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Do this.
    Act(Action),
    /// Some sequence goes on.
    Wait,
    /// Nothing.
    Nothing,
}

/// What is wrong with an entry of `[keys]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFault {
    /// Which entry, from 0.
    pub entry: usize,
    /// Whether the action is wrong and not the key.
    pub is_action: bool,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
}

/// The keys made ready for looking up.
#[derive(Debug, Clone)]
pub struct Keymap {
    lines: Vec<(Vec<Key>, Action)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let keys = |binding: &Binding| {
            let action = binding.action;
            let named = binding.keys.iter().filter_map(|name| Key::from_name(name));
            named
                .map(move |key| (vec![key], action))
                .collect::<Vec<_>>()
        };
        Self {
            lines: BINDINGS.iter().flat_map(keys).collect(),
        }
    }
}

impl Keymap {
    /// The built-in keys with those of `[keys]` over them, pairs of a key sequence and the word of an action.
    ///
    /// # Errors
    /// Every entry that cannot be used, and a table that leaves no key to quit or to get help.
    pub fn with(own: &[(&str, &str)]) -> Result<Self, Vec<KeyFault>> {
        let mut faults = Vec::new();
        let mut wanted: Vec<(usize, Vec<Key>, Option<Action>)> = Vec::new();
        for (entry, (sequence, word)) in own.iter().enumerate() {
            let keys = understood_keys(entry, sequence);
            let action = understood_word(entry, word);
            let (keys, action) = match (keys, action) {
                (Ok(keys), Ok(action)) => (keys, action),
                (Ok(keys), Err(fault)) => {
                    // A wrong word is no reason to be silent about its key.
                    faults.push(fault);
                    (keys, Some(Action::Back))
                }
                (Err(fault), action) => {
                    faults.push(fault);
                    faults.extend(action.err());
                    continue;
                }
            };
            let rival = wanted.iter().find(|(_, other, does)| {
                *other == keys || (does.and(action).is_some() && collide(other, &keys))
            });
            match rival {
                Some((_, other, _)) => faults.push(rivalry(entry, &keys, other)),
                None => wanted.push((entry, keys, action)),
            }
        }
        let mut keymap = Self::default();
        for (_, keys, _) in &wanted {
            keymap.lines.retain(|(other, _)| !collide(other, keys));
        }
        let added = |(_, keys, action): &(usize, Vec<Key>, Option<Action>)| {
            action.map(|action| (keys.clone(), action))
        };
        keymap.lines.splice(0..0, wanted.iter().filter_map(added));
        for (action, what) in [(Action::Quit, "quit"), (Action::Help, "open the help")] {
            if faults.is_empty() && keymap.keys_of(action).next().is_none() {
                let last = wanted.last().map_or(0, |(entry, ..)| *entry);
                let word = action.word();
                faults.push(KeyFault {
                    entry: last,
                    is_action: false,
                    message: format!("no key is left to {what}"),
                    help: format!("give some key the action \"{word}\""),
                });
            }
        }
        if faults.is_empty() {
            Ok(keymap)
        } else {
            Err(faults)
        }
    }

    /// The keys of one's own that took another action's only key away, as warnings; keys given up with `none` are meant so.
    #[must_use]
    pub fn orphaned(&self, own: &[(&str, &str)]) -> Vec<KeyFault> {
        let without = |line: &&Binding| self.keys_of(line.action).next().is_none();
        let taker = |line: &Binding| {
            own.iter()
                .enumerate()
                .find_map(|(entry, (sequence, word))| {
                    let keys = understood_keys(entry, sequence).ok()?;
                    let mut built_in = line.keys.iter().filter_map(|name| Key::from_name(name));
                    let takes = *word != "none" && built_in.any(|key| keys.first() == Some(&key));
                    takes.then(|| (entry, written(&keys)))
                })
        };
        let lines = BINDINGS.iter().filter(without);
        lines
            .filter_map(|line| {
                let (entry, keys) = taker(line)?;
                let word = line.action.word();
                Some(KeyFault {
                    entry,
                    is_action: false,
                    message: format!("\"{keys}\" leaves no key for the action \"{word}\""),
                    help: format!(
                        "give some key the action \"{word}\", or take its key with \"none\""
                    ),
                })
            })
            .collect()
    }

    /// What a key alone does outside of dialogs.
    #[must_use]
    pub fn action(&self, event: &KeyEvent) -> Option<Action> {
        match self.step(&[], Key::of(event)) {
            Step::Act(action) => Some(action),
            Step::Wait | Step::Nothing => None,
        }
    }

    /// What a key means after those typed before it.
    #[must_use]
    pub fn step(&self, before: &[Key], key: Key) -> Step {
        let mut step = Step::Nothing;
        for (keys, action) in &self.lines {
            let Some(rest) = keys.strip_prefix(before) else {
                continue;
            };
            match rest {
                [last] if *last == key => return Step::Act(*action),
                [next, ..] if *next == key => step = Step::Wait,
                _ => {}
            }
        }
        step
    }

    /// The keys that do something, by name, the operator's own first.
    pub fn keys_of(&self, action: Action) -> impl Iterator<Item = String> {
        let lines = self.lines.iter().filter(move |(_, does)| *does == action);
        lines.map(|(keys, _)| written(keys))
    }
}

impl Keymap {
    /// How a begun sequence can go on: the keys still to be typed and what they do.
    pub fn continued(&self, before: &[Key]) -> impl Iterator<Item = (String, Action)> {
        self.lines.iter().filter_map(move |(keys, action)| {
            let rest = keys.strip_prefix(before)?;
            Some((written(rest), *action))
        })
    }
}

fn written(keys: &[Key]) -> String {
    let names: Vec<_> = keys.iter().map(Key::to_string).collect();
    names.join(" ")
}

/// Whether one begins the other.
fn collide(one: &[Key], other: &[Key]) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

fn understood_keys(entry: usize, sequence: &str) -> Result<Vec<Key>, KeyFault> {
    let names = sequence.split_whitespace();
    let keys = names.map(|name| {
        Key::from_name(name).ok_or_else(|| KeyFault {
            entry,
            is_action: false,
            message: format!("there is no key \"{}\"", name.escape_debug()),
            help:
                "a key is one character, or a name such as Enter, Space, PgUp, F5, Ctrl-B, Alt-x; \
                   a sequence has blanks between its keys"
                    .to_owned(),
        })
    });
    keys.collect()
}

/// The action of a word; `none` is none.
fn understood_word(entry: usize, word: &str) -> Result<Option<Action>, KeyFault> {
    if word == "none" {
        return Ok(None);
    }
    Action::from_word(word).map(Some).ok_or_else(|| {
        let words: Vec<String> = Action::words().chain(["none".to_owned()]).collect();
        let meant = nearest(word, words.iter().map(String::as_str));
        KeyFault {
            entry,
            is_action: true,
            message: format!("there is no action \"{}\"", word.escape_debug()),
            help: meant.map_or_else(
                || format!("there are {}", words.join(", ")),
                |meant| format!("did you mean \"{meant}\"?"),
            ),
        }
    })
}

fn rivalry(entry: usize, keys: &[Key], other: &[Key]) -> KeyFault {
    let help = if keys == other {
        "a key does one thing only"
    } else {
        "the shorter one would act before the longer one is typed"
    };
    KeyFault {
        entry,
        is_action: false,
        message: format!(
            "key \"{}\" conflicts with \"{}\"",
            written(keys),
            written(other)
        ),
        help: help.to_owned(),
    }
}

#[cfg(test)]
mod tests;
