//! The text filter of the fleet table: words that must all be found, `!word` for what must not.

use super::{
    row::{Row, doing},
    severity::Reason,
};
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
        let words = text
            .split_whitespace()
            .map(|word| {
                word.strip_prefix('!')
                    .map_or((true, word), |word| (false, word))
            })
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

impl Word {
    fn is_found_in(&self, row: &Row) -> bool {
        let vehicle = &*row.vehicle;
        // As the STATUS column has it.
        let headline = row.severity.headline().map(Reason::word);
        let status = headline.unwrap_or_else(|| doing(vehicle).into());
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
        if self.exact_case {
            text.contains(&self.text)
        } else {
            text.to_lowercase().contains(&self.text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::samples::vehicle;

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
}
