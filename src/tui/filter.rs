//! The text filter of the fleet table: words that must all be found, `!word` for what must not.

use super::row::{Row, doing};
use crate::model::words::{Autopilot, MavType};

/// A filter as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    text: String,
    words: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    wanted: bool,
    text: String,
    exact_case: bool,
}

impl Filter {
    /// Longest text taken, bytes.
    pub const LONGEST: usize = 200;

    /// Reads a filter. Capitals count only where some are typed.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let words = pieces(text)
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(wanted, text)| Word {
                wanted,
                text: text.to_owned(),
                exact_case: text.chars().any(char::is_uppercase),
            })
            .collect();
        Self {
            text: text.to_owned(),
            words,
        }
    }

    /// As typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it hides anything.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        !self.words.is_empty()
    }

    /// Whether a row stays.
    #[must_use]
    pub fn keeps(&self, row: &Row) -> bool {
        self.words
            .iter()
            .all(|word| word.is_found_in(row) == word.wanted)
    }
}

/// Words and quoted phrases, each with whether it is wanted. A quote that is not closed yet goes to the end.
fn pieces(text: &str) -> Vec<(bool, &str)> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (wanted, after) = match rest.strip_prefix('!') {
            Some(after) => (false, after),
            None => (true, rest),
        };
        let (piece, left) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        pieces.push((wanted, piece));
        rest = left.trim_start();
    }
    pieces
}

impl Word {
    fn is_found_in(&self, row: &Row) -> bool {
        let vehicle = &*row.vehicle;
        let status = match row.severity.headline() {
            Some(reason) => reason.word(),
            None => doing(vehicle).into(),
        };
        let armed = vehicle
            .armed
            .map(|armed| if armed { "armed" } else { "disarmed" });
        let words = [
            Some(&*vehicle.name),
            Some(vehicle.id.as_str()),
            Some(&*vehicle.network),
            Some(vehicle.state.word()),
            vehicle.mode.as_deref(),
            vehicle.kind.as_deref(),
            vehicle.category.as_deref(),
            vehicle.group.as_deref(),
            vehicle.mav_type.and_then(MavType::name),
            vehicle.autopilot.and_then(Autopilot::name),
            vehicle.link.as_ref().map(|link| &*link.via),
            Some(&*status),
            armed,
        ];
        words.into_iter().flatten().any(|text| self.is_in(text))
    }

    fn is_in(&self, text: &str) -> bool {
        let text = if self.exact_case {
            text.to_owned()
        } else {
            text.to_lowercase()
        };
        // `in-air` is how one types a status of two words.
        text.contains(&self.text)
            || (self.text.contains('-') && text.replace(' ', "-").contains(&self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::samples::vehicle;
    use crate::tui::severity::Reason;

    fn keeps(filter: &str) -> bool {
        let mut alpha = vehicle("alpha", 1);
        alpha.name = "Alpha".into();
        alpha.mode = Some("RTL".into());
        alpha.group = Some("north-team".into());
        alpha.armed = Some(false);
        let row = Row::new(alpha.into(), 1);
        Filter::new(filter).keeps(&row)
    }

    #[test]
    fn every_word_must_be_found_somewhere() {
        for filter in [
            "",
            "  ",
            "rtl",
            "RTL",
            "north rtl",
            "alp live",
            "disarmed",
            "mav",
            "!",
        ] {
            assert!(keeps(filter), "{filter:?}");
        }
        for filter in ["auto", "north auto", "Rtl", "ALPHA"] {
            assert!(!keeps(filter), "{filter:?}");
        }
    }

    #[test]
    fn the_word_of_the_status_column_is_found() {
        let mut alpha = vehicle("alpha", 1);
        alpha.landed = Some(crate::model::words::LandedState(2));
        let mut row = Row::new(alpha.into(), 1);
        let keeps = |row: &Row, filter: &str| Filter::new(filter).keeps(row);
        assert!(keeps(&row, "air") && keeps(&row, "in air"));
        assert!(!keeps(&row, "ground"));
        row.severity.reasons = vec![Reason::Silent];
        assert!(keeps(&row, "no telemetry") && !keeps(&row, "in air"));
    }

    #[test]
    fn an_exclamation_mark_turns_a_word_round() {
        assert!(keeps("!auto rtl"));
        assert!(!keeps("!rtl"));
    }

    #[test]
    fn a_status_of_two_words_is_one_phrase_with_quotes_or_a_dash() {
        let mut airborne = vehicle("bravo", 2);
        airborne.landed = Some(crate::model::words::LandedState(2));
        let row = Row::new(airborne.into(), 2);
        for filter in [
            "\"in air\"",
            "in-air",
            "bravo \"in air",
            "!\"on ground\" live",
        ] {
            assert!(Filter::new(filter).keeps(&row), "{filter}");
        }
        for filter in ["!\"in air\"", "!in-air", "!\"in air"] {
            assert!(!Filter::new(filter).keeps(&row), "{filter}");
        }
    }
}
