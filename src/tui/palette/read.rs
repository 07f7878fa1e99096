//! A line of the palette, understood: whom it is for, what it asks, or the sentence that says what is wrong.
//!
//! ```text
//! [@WHO] VERB [ARGUMENT…]      WHO: alpha,bravo · 1-3 · north-team · all
//! ```
//! Without `@` a command is for the marked vehicles, else for the chosen one, never for one that is only looked at.

use super::{
    settings::{Setting, SettingVerb},
    verbs::{Verb, of_screen, verbs},
    who,
    world::World,
};
use crate::{
    model::{
        command::{Command, words},
        ids::VehicleId,
        suggest::nearest,
    },
    tui::format::clean,
};

/// How the targets of a line came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// Nobody is chosen and nobody marked.
    #[default]
    Nobody,
    /// The marked vehicles.
    Marked,
    /// The chosen vehicle.
    Chosen,
    /// `@WHO` in the line.
    Named,
}

/// Whom a command is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Targets {
    /// By number.
    pub ids: Vec<VehicleId>,
    /// How they came about.
    pub source: Source,
}

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Wish {
    /// Nothing yet.
    #[default]
    Nothing,
    /// A command for the targets, complete.
    Command(Command),
    /// A change of screen or station.
    Setting(Setting),
    /// Go to a vehicle.
    Vehicle(VehicleId),
    /// It cannot be done as it stands: why.
    Mistake(String),
}

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Whom a command would be for.
    pub targets: Targets,
    /// What is asked.
    pub wish: Wish,
    /// The name of the command that is being typed, once its verb is whole.
    pub command: Option<&'static str>,
}

/// A line divided: who, and the rest in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divided<'a> {
    /// Behind `@`, when there is one.
    pub who: Option<&'a str>,
    /// What follows.
    pub words: Vec<&'a str>,
    /// Whether the last word is still being typed.
    pub is_open: bool,
}

/// Divides a line.
#[must_use]
pub fn divide(line: &str) -> Divided<'_> {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let is_open = !line.is_empty() && !line.ends_with(char::is_whitespace);
    let who = words.first().and_then(|word| word.strip_prefix('@'));
    if who.is_some() {
        words.remove(0);
    }
    Divided {
        who,
        words,
        is_open,
    }
}

/// Understands a line; `own` are the targets it has without `@`.
#[must_use]
pub fn read(line: &str, own: &Targets, world: &World<'_>) -> Reading {
    let divided = divide(line);
    let named = match divided.who.map(|list| who::find(list, world)) {
        None => own.clone(),
        Some(Ok(ids)) => Targets {
            ids,
            source: Source::Named,
        },
        Some(Err(why)) => {
            return Reading {
                wish: Wish::Mistake(why),
                command: words::verb(&divided.words).map(|(name, ..)| name),
                targets: Targets::default(),
            };
        }
    };
    let (wish, command) = wish(&divided, world);
    Reading {
        targets: named,
        wish,
        command,
    }
}

fn wish(line: &Divided<'_>, world: &World<'_>) -> (Wish, Option<&'static str>) {
    let Some(first) = line.words.first() else {
        return (Wish::Nothing, None);
    };
    if let Some((name, ..)) = words::verb(&line.words) {
        let command = words::read(&line.words).and_then(|spoken| spoken.command());
        let wish = command.map_or_else(|mistake| Wish::Mistake(mistake.0), Wish::Command);
        return (wish, Some(name));
    }
    let wish = match of_screen(first) {
        Some(_) if line.who.is_some() => {
            Wish::Mistake(format!("{first} is for no vehicle: leave @ out"))
        }
        Some(verb) => setting(&verb, &line.words, world),
        None => match who::single(first, world) {
            Some(id) if line.who.is_none() && line.words.len() == 1 => Wish::Vehicle(id),
            _ => Wish::Mistake(unknown(first, world)),
        },
    };
    (wish, None)
}

fn setting(verb: &Verb, words: &[&str], world: &World<'_>) -> Wish {
    let rest = words[1..].join(" ");
    let read = match verb {
        Verb::Setting(verb) if rest.is_empty() => Ok(verb.alone()),
        Verb::Setting(SettingVerb {
            read: Some(read), ..
        }) => read(&rest, world),
        Verb::Key(binding) if rest.is_empty() => Ok(Setting::Act(binding.action)),
        _ => Err(format!("{} takes nothing behind it", words[0])),
    };
    read.map_or_else(Wish::Mistake, Wish::Setting)
}

fn unknown(word: &str, world: &World<'_>) -> String {
    let verbs: Vec<String> = verbs().map(|verb| verb.word()).collect();
    let vehicles = world.snapshot.vehicles.values();
    let names: Vec<&str> = vehicles
        .flat_map(|vehicle| [vehicle.id.as_str(), &*vehicle.name])
        .collect();
    let known = verbs.iter().map(String::as_str).chain(names);
    let word: String = clean(word).chars().take(40).collect();
    match nearest(&word, known) {
        Some(near) => format!("nothing is called {word}; did you mean {}?", clean(near)),
        None => format!("nothing is called {word}"),
    }
}
