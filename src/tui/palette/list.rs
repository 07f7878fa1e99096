//! What may be meant by what was typed so far: verbs, vehicles, settings and their words, the best fit first.

use std::borrow::Cow;

use super::{
    fuzzy::{fit, mention},
    read::{Divided, divide},
    verbs::{Verb, of_screen, verbs},
    who::ALL,
    world::World,
};
use crate::{
    model::{
        command::words::{self, usage_of},
        mission_command,
        vehicle::Vehicle,
    },
    tui::keymap::Action,
};

/// What kind of thing a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A command for vehicles: it acts only when its word is whole.
    Command,
    /// A setting, or what a key does.
    Screen,
    /// A vehicle, a group, or all.
    Vehicle,
    /// A word behind a verb.
    Argument,
}

/// Something that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What it is.
    pub kind: Kind,
    /// What Tab puts in place of what was typed.
    pub insert: String,
    /// What may follow it.
    pub arguments: Cow<'static, str>,
    /// What it does.
    pub help: Cow<'static, str>,
    /// The action whose key does the same.
    pub action: Option<Action>,
}

/// What Tab completes: where the piece begins, and what it may become.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Candidates {
    /// First byte of the line that is replaced.
    pub from: usize,
    /// The best fit first.
    pub list: Vec<Candidate>,
}

/// Longest list kept.
const MOST: usize = 2_000;

/// What may be meant by a line typed so far.
#[must_use]
pub fn candidates(line: &str, targets: &[&Vehicle], world: &World<'_>) -> Candidates {
    let divided = divide(line);
    let only_who = divided.words.is_empty() && (divided.is_open || line.is_empty());
    if let Some(who) = divided.who.filter(|_| only_who) {
        return whom(line, who, world);
    }
    let whole = words::verb(&divided.words).map(|(name, ..)| name);
    let is_verb_over = divided.words.len() > 1 || !divided.is_open;
    match (whole, divided.words.first()) {
        (Some(name), _) if is_verb_over => arguments(line, name, &divided, (targets, world)),
        (None, Some(first)) if is_verb_over => match of_screen(first) {
            Some(verb) => words_of(line, &verb, &divided),
            None => first_words(line, &divided, world),
        },
        _ => first_words(line, &divided, world),
    }
}

/// The best fit first, as they stood among equals.
fn ranked(from: usize, scored: Vec<(u32, Candidate)>) -> Candidates {
    let mut scored = scored;
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let list = scored.into_iter().map(|(_, candidate)| candidate);
    Candidates {
        from,
        list: list.take(MOST).collect(),
    }
}

/// The first byte of the last word of a line.
fn last_word(line: &str) -> usize {
    line.rfind(char::is_whitespace).map_or(0, |at| {
        at + line[at..].chars().next().map_or(1, char::len_utf8)
    })
}

fn first_words(line: &str, divided: &Divided<'_>, world: &World<'_>) -> Candidates {
    let typed = divided.words.join(" ");
    let from = divided
        .words
        .first()
        .and_then(|first| {
            let behind_who = divided
                .who
                .map_or(0, |who| line.find(who).map_or(0, |at| at + who.len()));
            Some(behind_who + line.get(behind_who..)?.find(first)?)
        })
        .unwrap_or(line.len());
    let mut scored: Vec<(u32, Candidate)> = verbs()
        .filter(|verb| verb.is_command() || divided.who.is_none())
        .filter_map(|verb| {
            let candidate = of_verb(&verb);
            let score = fit(&typed, &candidate.insert).or_else(|| mention(&typed, &candidate.help));
            // Another spelling is only shown to who begins to type it.
            let score = score.filter(|score| !matches!(verb, Verb::Alias(_)) || *score > 2_000);
            Some((score?, candidate))
        })
        .collect();
    if divided.who.is_none() {
        scored.extend(vehicles(&typed, world));
    }
    ranked(from, scored)
}

fn of_verb(verb: &Verb) -> Candidate {
    let (kind, arguments, help): (_, Cow<'static, str>, Cow<'static, str>) = match verb {
        Verb::Command(usage) => (Kind::Command, usage.arguments.into(), usage.help.into()),
        Verb::Alias(alias) => {
            let meant = [&[alias.name], alias.arguments].concat().join(" ");
            let arguments = usage_of(alias.name).map_or("", |usage| usage.arguments);
            let arguments = if alias.arguments.is_empty() {
                arguments
            } else {
                ""
            };
            (
                Kind::Command,
                arguments.into(),
                format!("MAVProxy's {meant}").into(),
            )
        }
        Verb::Setting(verb) => (Kind::Screen, verb.arguments.into(), verb.help.into()),
        Verb::Key(binding) => (Kind::Screen, "".into(), binding.help.into()),
    };
    Candidate {
        kind,
        insert: verb.word(),
        arguments,
        help,
        action: verb.action(),
    }
}

/// Vehicles by id, name or number, to go to or to name.
fn vehicles(typed: &str, world: &World<'_>) -> Vec<(u32, Candidate)> {
    let rows = world.digest.all().iter();
    rows.filter_map(|row| {
        let vehicle = &row.vehicle;
        let number = row.number.to_string();
        let fits = [vehicle.id.as_str(), &*vehicle.name, &number].map(|word| fit(typed, word));
        let score = fits.into_iter().flatten().max()?;
        let help = format!("{}, number {}", vehicle.name, row.number);
        Some((score, plain(Kind::Vehicle, vehicle.id.as_str(), help)))
    })
    .collect()
}

fn plain(kind: Kind, insert: impl Into<String>, help: impl Into<Cow<'static, str>>) -> Candidate {
    Candidate {
        kind,
        insert: insert.into(),
        arguments: "".into(),
        help: help.into(),
        action: None,
    }
}

/// What may stand behind `@`: the piece after the last comma is completed.
fn whom(line: &str, who: &str, world: &World<'_>) -> Candidates {
    let typed = who.rsplit(',').next().unwrap_or_default();
    let from = line.len() - typed.len();
    let mut scored = vehicles(typed, world);
    let mut groups: Vec<&str> = world
        .snapshot
        .vehicles
        .values()
        .filter_map(|vehicle| vehicle.group.as_deref())
        .filter(|group| !group.contains(char::is_whitespace))
        .collect();
    groups.sort_unstable();
    groups.dedup();
    let all = [(ALL, "every vehicle of the fleet")];
    let groups = groups
        .into_iter()
        .map(|group| (group, "every vehicle of this group"));
    scored.extend(
        all.into_iter()
            .chain(groups)
            .filter_map(|(word, help)| Some((fit(typed, word)?, plain(Kind::Vehicle, word, help)))),
    );
    ranked(from, scored)
}

/// Words behind the verb of a command.
fn arguments(
    line: &str,
    name: &str,
    divided: &Divided<'_>,
    (targets, world): (&[&Vehicle], &World<'_>),
) -> Candidates {
    let from = if divided.is_open {
        last_word(line)
    } else {
        line.len()
    };
    let typed = &line[from..];
    let is_first = divided.words.len() == if divided.is_open { 2 } else { 1 };
    let choices: Vec<(String, Cow<'static, str>)> = match name {
        "mode" if is_first => modes(targets, world),
        "disarm" if is_first => {
            vec![("force".to_owned(), "wherever it is, also in the air".into())]
        }
        "long" | "int" if is_first => mission_command::names()
            .map(|name| (name.to_owned(), "".into()))
            .collect(),
        _ => Vec::new(),
    };
    let scored = choices
        .into_iter()
        .filter_map(|(word, help)| Some((fit(typed, &word)?, plain(Kind::Argument, word, help))));
    ranked(from, scored.collect())
}

/// The modes of the targets, with how many of them have each where not all do.
fn modes(targets: &[&Vehicle], world: &World<'_>) -> Vec<(String, Cow<'static, str>)> {
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    for vehicle in targets {
        for order in world.modes_of(vehicle) {
            match found.iter_mut().find(|(name, _)| *name == order.name) {
                Some((_, count)) => *count += 1,
                None => found.push((order.name, 1)),
            }
        }
    }
    // What all of them have comes first.
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let all = targets.len();
    let help = |count: usize| -> Cow<'static, str> {
        if count == all {
            "".into()
        } else {
            format!("{count} of {all} have it").into()
        }
    };
    found
        .into_iter()
        .map(|(name, count)| (name.to_owned(), help(count)))
        .collect()
}

/// Words behind a setting.
fn words_of(line: &str, verb: &Verb, divided: &Divided<'_>) -> Candidates {
    let from = if divided.is_open {
        last_word(line)
    } else {
        line.len()
    };
    let typed = &line[from..];
    let choices = match verb {
        Verb::Setting(verb) => (verb.choices)(),
        _ => Vec::new(),
    };
    let scored = choices
        .into_iter()
        .filter_map(|word| Some((fit(typed, &word)?, plain(Kind::Argument, word, ""))));
    ranked(from, scored.collect())
}
