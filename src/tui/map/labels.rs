//! Where the names of marks stand so that none hides another or a mark: most important first.

/// A mark that wants a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// The cell of the mark.
    pub at: (u16, u16),
    /// Cells of the whole label.
    pub long: u16,
    /// Cells of the short one; 0 is none.
    pub short: u16,
}

/// What a mark got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The whole label begins at this cell.
    Long(u16, u16),
    /// The short one does.
    Short(u16, u16),
    /// There was no room.
    None,
}

/// Cells that are taken.
#[derive(Debug)]
struct Taken {
    columns: u16,
    rows: u16,
    cells: Vec<bool>,
}

impl Taken {
    fn index(&self, column: u16, row: u16) -> Option<usize> {
        (column < self.columns && row < self.rows)
            .then(|| usize::from(row) * usize::from(self.columns) + usize::from(column))
    }

    fn is_free(&self, column: u16, row: u16, cells: u16) -> bool {
        let first = self.index(column, row);
        let last = self.index(column.saturating_add(cells.saturating_sub(1)), row);
        match (first, last) {
            (Some(first), Some(last)) => !self.cells[first..=last].contains(&true),
            _ => false,
        }
    }

    fn take(&mut self, column: u16, row: u16, cells: u16) {
        for column in column..column.saturating_add(cells) {
            if let Some(index) = self.index(column, row) {
                self.cells[index] = true;
            }
        }
    }
}

/// Places the labels of marks on a map of so many cells. The first wishes are granted first; no label
/// covers the cell of any mark.
#[must_use]
pub fn place_labels(wishes: &[Wish], (columns, rows): (u16, u16)) -> Vec<Place> {
    let mut taken = Taken {
        columns,
        rows,
        cells: vec![false; usize::from(columns) * usize::from(rows)],
    };
    for wish in wishes {
        taken.take(wish.at.0, wish.at.1, 1);
    }
    wishes
        .iter()
        .map(|wish| {
            let long = spot(&taken, wish.at, wish.long);
            let short = || spot(&taken, wish.at, wish.short);
            let (place, at, cells) = match (long, long.is_none().then(short).flatten()) {
                (Some(at), _) => (Place::Long(at.0, at.1), at, wish.long),
                (None, Some(at)) => (Place::Short(at.0, at.1), at, wish.short),
                (None, None) => return Place::None,
            };
            taken.take(at.0, at.1, cells);
            place
        })
        .collect()
}

/// The first free place around a mark: right, left, then the four corners.
fn spot(taken: &Taken, (column, row): (u16, u16), cells: u16) -> Option<(u16, u16)> {
    if cells == 0 {
        return None;
    }
    let right = Some(column.saturating_add(1));
    let left = column.checked_sub(cells);
    let (above, below) = (row.checked_sub(1), Some(row.saturating_add(1)));
    [
        (right, Some(row)),
        (left, Some(row)),
        (right, above),
        (right, below),
        (left, above),
        (left, below),
    ]
    .into_iter()
    .filter_map(|(column, row)| Some((column?, row?)))
    .find(|(column, row)| taken.is_free(*column, *row, cells))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn wish(column: u16, row: u16) -> Wish {
        Wish {
            at: (column, row),
            long: 7,
            short: 2,
        }
    }

    #[test]
    fn a_label_stands_right_of_its_mark_and_left_of_it_at_the_edge() {
        let places = place_labels(&[wish(3, 2), wish(17, 4)], (20, 10));
        assert_eq!(places, [Place::Long(4, 2), Place::Long(10, 4)]);
    }

    #[test]
    fn neighbours_step_aside_and_the_first_has_the_choice() {
        let places = place_labels(&[wish(8, 2), wish(9, 2)], (20, 10));
        assert_eq!(places, [Place::Long(1, 2), Place::Long(10, 2)]);
    }

    #[test]
    fn in_a_crowd_some_get_the_short_one_and_some_none() {
        let crowd: Vec<_> = (0..20).map(|n| wish(n, 1)).collect();
        let places = place_labels(&crowd, (20, 3));
        assert!(places.contains(&Place::None));
        assert!(places.iter().any(|place| matches!(place, Place::Long(..))));
    }

    proptest! {
        #[test]
        fn labels_never_overlap_each_other_or_a_mark(
            marks in proptest::collection::vec((0_u16..40, 0_u16..12, 0_u16..12), 0..40),
            size in (1_u16..40, 1_u16..12),
        ) {
            let wishes: Vec<_> = marks
                .iter()
                .map(|(x, y, long)| Wish { at: (*x, *y), long: *long, short: (*long).min(2) })
                .collect();
            let mut used = vec![0; usize::from(size.0) * usize::from(size.1)];
            for wish in &wishes {
                if wish.at.0 < size.0 && wish.at.1 < size.1 {
                    used[usize::from(wish.at.1 * size.0 + wish.at.0)] = 1;
                }
            }
            for (place, wish) in place_labels(&wishes, size).into_iter().zip(&wishes) {
                let (x, y, cells) = match place {
                    Place::Long(x, y) => (x, y, wish.long),
                    Place::Short(x, y) => (x, y, wish.short),
                    Place::None => continue,
                };
                for x in x..x + cells {
                    let cell = &mut used[usize::from(y * size.0 + x)];
                    prop_assert_eq!(*cell, 0);
                    *cell = 1;
                }
            }
        }
    }
}
