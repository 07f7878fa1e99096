//! The columns of the fleet table: one catalogue for heading, sort letter, width and the order in which they leave.
//!
//! What a column says is `view/cells`; here is only what it is and where it stands.

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
        ..spec(Column::Status, "STATUS", 's', (11, 16))
    },
    spec(Column::Mode, "MODE", 'm', (9, 13)),
    spec(Column::Armed, "ARM", 'r', (3, 3)),
    spec(Column::Battery, "BATTERY", 'b', (15, 19)),
    spec(Column::Altitude, "ALT", 'a', (6, 7))
        .number(Unit::Length)
        .leaves(1),
    spec(Column::Speed, "SPD", 'p', (5, 7))
        .number(Unit::Speed)
        .leaves(3),
    spec(Column::Heading, "HDG", ' ', (5, 5)).leaves(6),
    spec(Column::Home, "HOME", 'h', (6, 7))
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

/// A column with its place in the table, cells from the left edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Which.
    pub column: Column,
    /// First cell.
    pub x: u16,
    /// Cells.
    pub width: u16,
}

/// What gives way when even the columns that never leave do not fit: first the gauge, then words.
const SHRINK: [(Column, u16); 4] = [
    (Column::Battery, 10),
    (Column::Lead, 2),
    (Column::Status, 8),
    (Column::Mode, 6),
];

/// Chooses and places the columns for a table of `width` cells, whose numbers have `digits`.
#[must_use]
pub fn place(width: u16, digits: u16) -> Vec<Placed> {
    let gap = if width >= 150 { 2 } else { 1 };
    let mut kept: Vec<Spec> = CATALOGUE
        .iter()
        .map(|spec| match spec.column {
            Column::Name => Spec {
                least: (width / 9).clamp(spec.least, spec.most),
                ..*spec
            },
            Column::Number => Spec {
                least: digits.max(spec.least),
                most: digits.max(spec.most),
                ..*spec
            },
            _ => *spec,
        })
        .collect();
    let needed = |kept: &[Spec]| -> u16 {
        let cells: u16 = kept.iter().map(|spec| spec.least).sum();
        cells + gap * (kept.len() as u16).saturating_sub(1)
    };
    while needed(&kept) > width {
        let Some(last) = kept
            .iter()
            .enumerate()
            .filter(|(_, spec)| spec.leaves > 0)
            .max_by_key(|(_, spec)| spec.leaves)
            .map(|(place, _)| place)
        else {
            break;
        };
        kept.remove(last);
    }
    for (column, least) in SHRINK {
        if needed(&kept) > width
            && let Some(spec) = kept.iter_mut().find(|spec| spec.column == column)
        {
            (spec.least, spec.most) = (least, least);
        }
    }
    let mut spare = width.saturating_sub(needed(&kept));
    let widths = widen(&kept, &mut spare);
    let mut x = 0;
    kept.iter()
        .zip(widths)
        .map_while(|(spec, wanted)| {
            let cells = wanted.min(width.saturating_sub(x));
            let placed = Placed {
                column: spec.column,
                x,
                width: cells,
            };
            x += cells + gap;
            (cells > 0).then_some(placed)
        })
        .collect()
}

/// Names first, then what else can use more room, a cell each in turn; the last text takes the rest.
fn widen(kept: &[Spec], spare: &mut u16) -> Vec<u16> {
    let mut widths: Vec<u16> = kept.iter().map(|spec| spec.least).collect();
    for limit in [10, u16::MAX - 1] {
        let mut grew = true;
        while *spare > 0 && grew {
            grew = false;
            for (width, spec) in widths.iter_mut().zip(kept) {
                let wanted = spec.most.min(limit);
                if *spare > 0 && *width < wanted && spec.most != u16::MAX {
                    *width += 1;
                    *spare -= 1;
                    grew = true;
                }
            }
        }
    }
    for (width, spec) in widths.iter_mut().zip(kept) {
        if spec.most == u16::MAX {
            *width += std::mem::take(spare);
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: u16) -> Vec<Column> {
        place(width, 3)
            .into_iter()
            .map(|placed| placed.column)
            .collect()
    }

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

    #[test]
    fn battery_mode_and_armed_are_there_at_80_columns_with_altitude_and_link() {
        let columns = shown(78);
        for column in [
            Column::Battery,
            Column::Mode,
            Column::Armed,
            Column::Status,
            Column::Speed,
            Column::Altitude,
            Column::Link,
        ] {
            assert!(columns.contains(&column), "{column:?} in {columns:?}");
        }
    }

    #[test]
    fn a_wider_table_never_loses_a_column() {
        for width in 1..300 {
            let (narrow, wide) = (shown(width), shown(width + 1));
            // At 150 the gaps widen, which may cost one.
            assert!(
                width == 149 || narrow.iter().all(|column| wide.contains(column)),
                "{width}"
            );
        }
    }

    #[test]
    fn columns_stay_inside_and_apart() {
        for width in 0..400 {
            let mut end = 0;
            for placed in place(width, 4) {
                assert!(placed.x >= end && placed.width > 0);
                end = placed.x + placed.width;
                assert!(end <= width, "{width}");
            }
        }
    }
}
