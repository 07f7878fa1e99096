//! What the palette changes of the screen and of the station: verbs that take a word, each with its own reader.

use super::{who, world::World};
use crate::{
    model::{ids::VehicleId, suggest::nearest},
    tui::{
        columns::{Column, Sort},
        format::{Units, clean},
        keymap::Action,
        map::MapPlace,
        theme::ThemeName,
    },
};

/// A change that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// What a key does.
    Act(Action),
    /// Another theme.
    Theme(ThemeName),
    /// Other units.
    Units(Units),
    /// Times of this place instead of UTC.
    LocalTime(bool),
    /// Another order.
    Sort(Column),
    /// Another filter.
    Filter(String),
    /// By group or not.
    Group(bool),
    /// Where the map stands.
    Map(MapPlace),
    /// These and no others are marked.
    Mark(Vec<VehicleId>),
    /// The help on something.
    Help(String),
    /// The station reads its file again.
    Reload,
    /// Whether the newest command that is still under way shall be broken off.
    Abort,
}

/// Reads what follows a verb; never called without a word.
type Reader = fn(&str, &World<'_>) -> Result<Setting, String>;

/// A verb that changes something.
#[derive(Debug, Clone, Copy)]
pub struct SettingVerb {
    /// What is typed.
    pub word: &'static str,
    /// What may follow it.
    pub arguments: &'static str,
    /// One line.
    pub help: &'static str,
    /// The key that does the same without a word behind it.
    pub action: Option<Action>,
    /// Reads a word behind it; none is taken where there is no reader.
    pub read: Option<Reader>,
    /// Words that can follow.
    pub choices: fn() -> Vec<String>,
}

const fn verb(
    word: &'static str,
    (arguments, help): (&'static str, &'static str),
    action: Action,
    read: Reader,
    choices: fn() -> Vec<String>,
) -> SettingVerb {
    SettingVerb {
        word,
        arguments,
        help,
        action: Some(action),
        read: Some(read),
        choices,
    }
}

impl SettingVerb {
    /// What it does without a word behind it.
    #[must_use]
    pub fn alone(&self) -> Setting {
        match self.word {
            ABORT => Setting::Abort,
            _ => self.action.map_or(Setting::Reload, Setting::Act),
        }
    }
}

const ABORT: &str = "abort";

/// Every such verb. A later one is a line here and a branch where settings are applied.
pub const SETTINGS: [SettingVerb; 11] = [
    verb(
        "theme",
        ("[NAME]", "colours: the next theme, or this one"),
        Action::Theme,
        |word, _| one_of(word, &themes(), "theme").and_then(theme),
        themes,
    ),
    verb(
        "units",
        ("[NAME]", "units: the next ones, or these"),
        Action::Units,
        |word, _| one_of(word, &units(), "units").and_then(units_named),
        units,
    ),
    verb(
        "clock",
        ("[utc|local]", "times in UTC or of this place"),
        Action::Clock,
        |word, _| one_of(word, &clocks(), "clock").map(|word| Setting::LocalTime(word == "local")),
        clocks,
    ),
    verb(
        "sort",
        ("[COLUMN]", "the order of the table"),
        Action::Sort,
        |word, _| one_of(word, &columns(), "column").and_then(column),
        columns,
    ),
    verb(
        "filter",
        ("[WORDS]", "show only rows with these words; !word excludes"),
        Action::Filter,
        |words, _| Ok(Setting::Filter(words.to_owned())),
        Vec::new,
    ),
    verb(
        "group",
        ("[on|off]", "the table by group, or not"),
        Action::Group,
        |word, _| one_of(word, &switches(), "switch").map(|word| Setting::Group(word == "on")),
        switches,
    ),
    verb(
        "map",
        ("[beside|full|off]", "where the map stands"),
        Action::Map,
        |word, _| one_of(word, &places(), "place").map(|word| map(&word)),
        places,
    ),
    verb(
        "mark",
        ("[WHO]", "mark these and no others: 1-3,alpha, a group, all"),
        Action::Mark,
        |words, world| {
            let list = words.split_whitespace().collect::<Vec<_>>().join(",");
            who::find(list.trim_start_matches('@'), world).map(Setting::Mark)
        },
        Vec::new,
    ),
    verb(
        "help",
        ("[WORD]", "keys and signs, those about a word"),
        Action::Help,
        |words, _| Ok(Setting::Help(words.to_owned())),
        Vec::new,
    ),
    SettingVerb {
        word: ABORT,
        arguments: "",
        help: "ask whether the newest command under way shall be broken off",
        action: None,
        read: None,
        choices: Vec::new,
    },
    SettingVerb {
        word: "reload",
        arguments: "",
        help: "read fleet.toml again; what did not change stays connected",
        action: None,
        read: None,
        choices: Vec::new,
    },
];

fn one_of(word: &str, known: &[String], what: &str) -> Result<String, String> {
    let lower = word.to_lowercase();
    if known.contains(&lower) {
        return Ok(lower);
    }
    let near = nearest(&lower, known.iter().map(String::as_str));
    let word = clean(word);
    Err(match near {
        Some(near) => format!("no {what} is called {word}; did you mean {near}?"),
        None => format!("no {what} is called {word}; there are {}", known.join(", ")),
    })
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn themes() -> Vec<String> {
    owned(&ThemeName::ALL.map(ThemeName::word))
}

fn theme(word: String) -> Result<Setting, String> {
    let found = ThemeName::from_name(&word).map(Setting::Theme);
    found.ok_or(word)
}

fn units() -> Vec<String> {
    owned(&[Units::Metric, Units::Imperial, Units::Aviation].map(Units::word))
}

fn units_named(word: String) -> Result<Setting, String> {
    let found = Units::from_name(&word).map(Setting::Units);
    found.ok_or(word)
}

fn clocks() -> Vec<String> {
    owned(&["utc", "local"])
}

fn switches() -> Vec<String> {
    owned(&["on", "off"])
}

fn columns() -> Vec<String> {
    Sort::choices()
        .map(|spec| spec.title.to_lowercase())
        .collect()
}

fn column(word: String) -> Result<Setting, String> {
    let found = Sort::choices().find(|spec| spec.title.to_lowercase() == word);
    found.map(|spec| Setting::Sort(spec.column)).ok_or(word)
}

fn places() -> Vec<String> {
    owned(&["beside", "full", "off"])
}

fn map(word: &str) -> Setting {
    Setting::Map(match word {
        "beside" => MapPlace::Beside,
        "full" => MapPlace::Full,
        _ => MapPlace::Off,
    })
}
