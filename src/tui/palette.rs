//! The palette: a line that is typed, what it means so far, and what it may become. Sends nothing itself.
//!
//! ```text
//!  keys ─► Palette (line, cursor) ─► read ─► Reading (targets, wish)   ─┐
//!                │                                                      ├─► view::palette
//!                └────────────────► list ─► Candidates (best first)    ─┘
//! ```
//! Whom a command is for is settled when the palette opens or `@WHO` is typed, and only a key changes it: what
//! Enter does is what the screen shows, however the fleet changes meanwhile.

pub mod fuzzy;
pub mod list;
pub mod manner;
pub mod order;
pub mod reach;
pub mod read;
pub mod seen;
pub mod sent;
pub mod settings;
pub mod verbs;
pub mod weigh;
pub mod who;
pub mod world;

use list::{Candidates, Kind, candidates};
use read::{Reading, Targets, Wish, read};
use seen::Seen;
use weigh::{Weighed, weigh};
use world::World;

use crate::model::ids::VehicleId;

/// Longest line, bytes.
pub const LONGEST: usize = 200;

/// Nothing is sent sooner than this after the terminal got the targets, ms.
pub const SEEN_MS: i64 = 150;

/// A palette that lies over the screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Palette {
    line: String,
    /// Byte of the line before which the next letter goes.
    cursor: usize,
    /// Whom a command without `@` is for.
    own: Targets,
    reading: Reading,
    weighed: Vec<(VehicleId, Weighed)>,
    candidates: Candidates,
    /// The candidate that Tab put into the line, and the line before that.
    picked: Option<(usize, String)>,
    /// Which line of the history this is, and what was typed before.
    recalled: Option<(usize, String)>,
    /// What Enter said.
    answer: Option<String>,
    /// Whether the operator has its targets on the terminal.
    seen: Seen,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the next, or to the right.
    On,
    /// To the one before, or to the left.
    Back,
    /// To the beginning.
    First,
    /// To the end.
    Last,
}

impl Palette {
    /// An empty line for these vehicles.
    #[must_use]
    pub fn new(own: Targets, world: &World<'_>) -> Self {
        let mut palette = Self {
            own,
            ..Self::default()
        };
        palette.understand(world);
        palette
    }

    /// What was typed.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The byte before which the next letter goes.
    #[must_use]
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether it has been open long enough for somebody to have read whom a command is for. Text pasted into a
    /// terminal that does not say so comes as keys, faster than any hand.
    #[must_use]
    pub const fn was_seen(&self, now_ms: i64) -> bool {
        self.seen.is_for(SEEN_MS, now_ms)
    }

    /// Whether the operator has its targets on the terminal.
    pub const fn seen(&mut self) -> &mut Seen {
        &mut self.seen
    }

    /// What it means.
    #[must_use]
    pub const fn reading(&self) -> &Reading {
        &self.reading
    }

    /// How a complete command stands with each target now.
    #[must_use]
    pub fn weighed(&self) -> &[(VehicleId, Weighed)] {
        &self.weighed
    }

    /// What it may become.
    #[must_use]
    pub const fn candidates(&self) -> &Candidates {
        &self.candidates
    }

    /// The candidate that stands in the line, or else the one that would be meant.
    #[must_use]
    pub fn highlighted(&self) -> usize {
        self.picked.as_ref().map_or(0, |(place, _)| *place)
    }

    /// What Enter said.
    #[must_use]
    pub fn answer(&self) -> Option<&str> {
        self.answer.as_deref()
    }

    /// Says why nothing was done.
    pub fn say(&mut self, text: impl Into<String>) {
        self.answer = Some(text.into());
    }

    /// Types text at the cursor.
    pub fn insert(&mut self, text: &str, world: &World<'_>) {
        for letter in text.chars().filter(|letter| !letter.is_control()) {
            if self.line.len() + letter.len_utf8() <= LONGEST {
                self.line.insert(self.cursor, letter);
                self.cursor += letter.len_utf8();
            }
        }
        self.changed(world);
    }

    /// Takes the letter before the cursor away; says whether there was one.
    pub fn erase(&mut self, world: &World<'_>) -> bool {
        let before = self.line[..self.cursor].chars().next_back();
        if let Some(letter) = before {
            self.cursor -= letter.len_utf8();
            self.line.remove(self.cursor);
        }
        self.changed(world);
        before.is_some()
    }

    /// Takes the letter under the cursor away.
    pub fn delete(&mut self, world: &World<'_>) {
        if self.cursor < self.line.len() {
            self.line.remove(self.cursor);
        }
        self.changed(world);
    }

    /// Takes the word before the cursor away.
    pub fn erase_word(&mut self, world: &World<'_>) {
        let kept = self.line[..self.cursor].trim_end();
        let end = kept.rfind([' ', ',', '@']).map_or(0, |at| at + 1);
        self.line.replace_range(end..self.cursor, "");
        self.cursor = end;
        self.changed(world);
    }

    /// Takes everything before the cursor away.
    pub fn clear(&mut self, world: &World<'_>) {
        self.line.replace_range(..self.cursor, "");
        self.cursor = 0;
        self.changed(world);
    }

    /// Moves the cursor.
    pub fn go(&mut self, way: Way) {
        let letter = |text: Option<char>| text.map_or(0, char::len_utf8);
        self.cursor = match way {
            Way::On => self.cursor + letter(self.line[self.cursor..].chars().next()),
            Way::Back => self.cursor - letter(self.line[..self.cursor].chars().next_back()),
            Way::First => 0,
            Way::Last => self.line.len(),
        };
    }

    /// Puts the next or previous candidate into the line.
    pub fn complete(&mut self, way: Way, world: &World<'_>) {
        let count = self.candidates.list.len();
        if count == 0 {
            return;
        }
        let (place, typed) = match self.picked.take() {
            None if way == Way::Back => (count - 1, self.line.clone()),
            None => (0, self.line.clone()),
            Some((place, typed)) if way == Way::Back => ((place + count - 1) % count, typed),
            Some((place, typed)) => ((place + 1) % count, typed),
        };
        let from = self.candidates.from.min(typed.len());
        let head = typed.get(..from).unwrap_or_default();
        let insert = &self.candidates.list[place].insert;
        let is_only = count == 1;
        self.line = format!("{head}{insert}{}", if is_only { " " } else { "" });
        self.cursor = self.line.len();
        self.answer = None;
        if is_only {
            self.understand(world);
        } else {
            // The list stays that of what was typed: Tab goes on through it.
            self.picked = Some((place, typed));
            self.interpret(world);
        }
    }

    /// Goes through the lines entered before that begin like what was typed.
    pub fn recall(&mut self, way: Way, history: &[String], world: &World<'_>) {
        let (place, typed) = self
            .recalled
            .take()
            .unwrap_or_else(|| (history.len(), self.line.clone()));
        let fits = |place: &usize| history[*place].starts_with(&typed);
        let found = match way {
            Way::Back => (0..place.min(history.len())).rev().find(fits),
            _ => (place + 1..history.len()).find(fits),
        };
        let line = match (found, way) {
            (Some(found), _) => Some(history[found].clone()),
            (None, Way::Back) => None,
            (None, _) => Some(typed.clone()),
        };
        if let Some(line) = line {
            self.line = line;
            self.cursor = self.line.len();
            self.picked = None;
            self.answer = None;
            self.understand(world);
        }
        let is_back_at_typed = found.is_none() && way != Way::Back;
        self.recalled = (!is_back_at_typed).then(|| (found.unwrap_or(place), typed));
    }

    /// The fleet changed: what stands against a complete command may have changed with it, its targets never.
    pub fn refresh(&mut self, world: &World<'_>) {
        self.weighed = match &self.reading.wish {
            Wish::Command(command) => {
                let ids = self.reading.targets.ids.iter();
                ids.map(|id| (id.clone(), weigh(command, id, world)))
                    .collect()
            }
            _ => Vec::new(),
        };
    }

    /// The best candidate, when it is one that may be meant without being typed whole.
    #[must_use]
    pub fn best(&self) -> Option<&list::Candidate> {
        self.candidates.list.get(self.highlighted())
    }

    /// Whether what was typed only begins the word of a command.
    #[must_use]
    pub fn begun_command(&self) -> Option<&str> {
        let is_command = |best: &&list::Candidate| best.kind == Kind::Command;
        let best = self.best().filter(is_command)?;
        self.reading
            .command
            .is_none()
            .then_some(best.insert.as_str())
    }

    fn changed(&mut self, world: &World<'_>) {
        self.picked = None;
        self.recalled = None;
        self.answer = None;
        self.understand(world);
    }

    fn understand(&mut self, world: &World<'_>) {
        self.interpret(world);
        let vehicles = self.reading.targets.ids.iter();
        let vehicles: Vec<_> = vehicles.filter_map(|id| world.vehicle(id)).collect();
        self.candidates = candidates(&self.line, &vehicles, world);
    }

    fn interpret(&mut self, world: &World<'_>) {
        let reading = read(&self.line, &self.own, world);
        if reading.targets.ids != self.reading.targets.ids {
            self.seen = Seen::No;
        }
        self.reading = reading;
        self.refresh(world);
    }
}

#[cfg(test)]
mod tests;
