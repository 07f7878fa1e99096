//! Which columns there is room for, and where each stands.

use super::columns::{CATALOGUE, Column, Spec};

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

/// What gives way when even the columns that never leave do not fit: first the gauge, then words, then
/// volts. Never the lead: cursor, mark and sign need a cell each.
const SHRINK: [(Column, u16); 8] = [
    (Column::Battery, 10),
    (Column::Mode, 6),
    (Column::Name, 4),
    (Column::Mode, 4),
    (Column::Status, 8),
    (Column::Battery, 4),
    (Column::Status, 4),
    (Column::Name, 2),
];

/// Chooses and places the columns for a table of `width` cells, whose numbers have `digits`.
#[must_use]
pub fn place(width: u16, digits: u16) -> Vec<Placed> {
    let gap = if width >= 150 { 2 } else { 1 };
    let kept = choose(width, digits, gap);
    let mut spare = width.saturating_sub(needed(&kept, gap));
    let widths = widen(&kept, &mut spare);
    let mut x = 0;
    kept.iter()
        .zip(widths)
        .map_while(|(spec, wanted)| {
            let placed = Placed {
                column: spec.column,
                x,
                width: wanted.min(width.saturating_sub(x)),
            };
            x += placed.width + gap;
            (placed.width > 0).then_some(placed)
        })
        .collect()
}

/// Cells that columns need, with the gaps between them.
fn needed(kept: &[Spec], gap: u16) -> u16 {
    let cells: u16 = kept.iter().map(|spec| spec.least).sum();
    cells + gap * (kept.len() as u16).saturating_sub(1)
}

/// The columns there is room for: the least wanted leave, then the rest shrinks.
fn choose(width: u16, digits: u16, gap: u16) -> Vec<Spec> {
    let mut kept: Vec<Spec> = CATALOGUE
        .iter()
        .map(|spec| wished(spec, width, digits))
        .collect();
    while needed(&kept, gap) > width {
        let leaves = |(_, spec): &(usize, &Spec)| spec.leaves;
        let Some((last, _)) = kept
            .iter()
            .enumerate()
            .filter(|(_, spec)| spec.leaves > 0)
            .max_by_key(leaves)
        else {
            break;
        };
        kept.remove(last);
    }
    for (column, least) in SHRINK {
        let missing = needed(&kept, gap).saturating_sub(width);
        if missing > 0
            && let Some(spec) = kept.iter_mut().find(|spec| spec.column == column)
        {
            spec.least = spec.least.saturating_sub(missing).max(least);
            spec.most = spec.least;
        }
    }
    kept
}

/// Names are wider in a wide table, numbers as wide as they are long.
fn wished(spec: &Spec, width: u16, digits: u16) -> Spec {
    match spec.column {
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
    }
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
    fn sign_and_charge_keep_their_cells_however_narrow_the_table_is() {
        for width in 38..300 {
            let cells = |column| {
                let placed = place(width, 4).into_iter().find(|one| one.column == column);
                placed.map_or(0, |placed| placed.width)
            };
            assert_eq!(cells(Column::Lead), 3, "{width}");
            assert!(
                cells(Column::Battery) >= if width < 58 { 4 } else { 10 },
                "{width}"
            );
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
