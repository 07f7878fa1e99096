//! The columns of the fleet table: one catalogue for heading, sort letter, width and the order in which they leave.
//!
//! What a column says is `view/cells`, where it stands `placing`; here is only what it is.

use super::format::Units;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the catalogue says what each is")]
pub enum Column {
    Lead,
    Number,
    Name,
    Status,
    Mode,
    Armed,
    Battery,
    Altitude,
    Speed,
    Heading,
    Home,
    Gps,
    Link,
    Climb,
    Mission,
    Flight,
    Ekf,
    Vibration,
    Current,
    Kind,
    Group,
    Text,
}

/// Which unit a heading carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// None.
    Plain,
    /// Metres or feet.
    Length,
    /// m/s, mph or knots.
    Speed,
}

/// What is known of a column.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Which.
    pub column: Column,
    /// Heading without unit.
    pub title: &'static str,
    /// Unit in the heading.
    pub unit: Unit,
    /// The letter that sorts by it, found in the heading.
    pub letter: Option<char>,
    /// Cells it needs.
    pub least: u16,
    /// Cells it takes when there is room.
    pub most: u16,
    /// Who leaves first when it gets narrow: the highest. 0 never leaves.
    pub leaves: u8,
    /// Numbers stand at the right.
    pub right: bool,
    /// Sorted high to low unless reversed.
    pub descending: bool,
}

const fn spec(column: Column, title: &'static str, letter: char, width: (u16, u16)) -> Spec {
    Spec {
        column,
        title,
        unit: Unit::Plain,
        letter: if letter == ' ' { None } else { Some(letter) },
        least: width.0,
        most: width.1,
        leaves: 0,
        right: false,
        descending: false,
    }
}

impl Spec {
    const fn leaves(self, leaves: u8) -> Self {
        Self { leaves, ..self }
    }

    const fn number(self, unit: Unit) -> Self {
        Self {
            unit,
            right: true,
            descending: true,
            ..self
        }
    }
}

/// Every column, from left to right.
pub const CATALOGUE: [Spec; 22] = [
    spec(Column::Lead, "", ' ', (3, 3)),
    Spec {
        right: true,
        ..spec(Column::Number, "#", '#', (3, 3))
    },
    spec(Column::Name, "NAME", 'n', (6, 18)),
    Spec {
        descending: true,
        ..spec(Column::Status, "STATUS", 's', (11, 24))
    },
    spec(Column::Mode, "MODE", 'm', (9, 13)),
    spec(Column::Armed, "ARM", 'r', (3, 3)),
    spec(Column::Battery, "BATTERY", 'b', (15, 19)),
    spec(Column::Altitude, "ALT", 'a', (6, 7))
        .number(Unit::Length)
        .leaves(1),
    spec(Column::Speed, "SPD", 'p', (7, 8))
        .number(Unit::Speed)
        .leaves(3),
    spec(Column::Heading, "HDG", ' ', (5, 5)).leaves(6),
    spec(Column::Home, "HOME", 'h', (7, 8))
        .number(Unit::Length)
        .leaves(4),
    spec(Column::Gps, "GPS", 'g', (7, 7)).leaves(5),
    Spec {
        right: true,
        ..spec(Column::Link, "LINK", 'l', (4, 5)).leaves(2)
    },
    spec(Column::Climb, "CLIMB", ' ', (5, 5))
        .number(Unit::Plain)
        .leaves(9),
    Spec {
        right: true,
        ..spec(Column::Mission, "ITEM", ' ', (5, 7)).leaves(7)
    },
    spec(Column::Flight, "FLIGHT", 'f', (6, 7))
        .number(Unit::Plain)
        .leaves(8),
    spec(Column::Ekf, "EKF", 'e', (4, 4))
        .number(Unit::Plain)
        .leaves(11),
    spec(Column::Vibration, "VIBE", 'v', (4, 4))
        .number(Unit::Plain)
        .leaves(12),
    spec(Column::Current, "A", ' ', (5, 5))
        .number(Unit::Plain)
        .leaves(13),
    spec(Column::Kind, "TYPE", 't', (10, 14)).leaves(14),
    spec(Column::Group, "GROUP", 'o', (8, 12)).leaves(15),
    spec(Column::Text, "LAST TEXT", ' ', (16, u16::MAX)).leaves(10),
];

impl Column {
    /// Its entry in the catalogue.
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        &CATALOGUE[self as usize]
    }
}

impl Spec {
    /// The heading for a column of `width` cells: with its unit where that fits.
    #[must_use]
    pub fn heading(&self, units: Units, width: u16) -> String {
        let unit = match self.unit {
            Unit::Plain => return self.title.to_owned(),
            Unit::Length => units.length_unit(),
            Unit::Speed => units.speed_unit(),
        };
        let whole = format!("{} {unit}", self.title);
        if whole.len() <= usize::from(width) {
            whole
        } else {
            self.title.to_owned()
        }
    }
}

/// By which column the table is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// Which.
    pub by: Column,
    /// Against its natural direction.
    pub reversed: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            by: Column::Status,
            reversed: false,
        }
    }
}

impl Sort {
    /// The columns one can sort by, from left to right.
    #[must_use]
    pub fn choices() -> impl DoubleEndedIterator<Item = &'static Spec> + Clone {
        CATALOGUE.iter().filter(|spec| spec.letter.is_some())
    }

    /// Whether high values come first.
    #[must_use]
    pub const fn is_descending(self) -> bool {
        self.by.spec().descending != self.reversed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_in_the_order_of_the_columns() {
        for (place, spec) in CATALOGUE.iter().enumerate() {
            assert_eq!(spec.column as usize, place);
            let in_heading = spec
                .letter
                .is_none_or(|letter| spec.title.to_lowercase().contains(letter));
            assert!(in_heading, "{}", spec.title);
            assert!(spec.title.len() <= usize::from(spec.least));
        }
    }

    #[test]
    fn every_sort_letter_is_given_once() {
        let mut letters: Vec<_> = Sort::choices().filter_map(|spec| spec.letter).collect();
        let all = letters.len();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), all);
    }
}
