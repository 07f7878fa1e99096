//! Aligned columns that fit the terminal: the least important ones leave first, then texts are cut.

use super::looks::{Paper, Weight};

/// One column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its head.
    pub(super) head: &'static str,
    /// Numbers stand to the right.
    pub(super) is_number: bool,
    /// The lower, the sooner it leaves a terminal that is too narrow.
    pub(super) worth: u8,
}

impl Column {
    /// A column of texts, or of numbers.
    pub(super) const fn new(head: &'static str, is_number: bool, worth: u8) -> Self {
        Self {
            head,
            is_number,
            worth,
        }
    }
}

/// One cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) weight: Weight,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        let weight = Weight::Plain;
        Self { text, weight }
    }
}

impl Cell {
    /// A text with a weight.
    pub(super) fn of(text: impl Into<String>, weight: Weight) -> Self {
        let text = text.into();
        Self { text, weight }
    }
}

const GAP: usize = 2;
/// Narrower than this no text is cut.
const NARROWEST: usize = 6;

/// The lines of a table.
pub(super) fn lines(columns: &[Column], rows: &[Vec<Cell>], paper: Paper) -> Vec<String> {
    let mut widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let cells = rows.iter().filter_map(|row| row.get(at));
            let widest = cells.map(|cell| width(&cell.text)).max().unwrap_or(0);
            widest.max(width(column.head))
        })
        .collect();
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    if let Some(limit) = paper.columns {
        fit(columns, &mut widths, &mut shown, limit);
    }
    let head = |at: usize| Cell::of(columns[at].head, Weight::Bold);
    let heads = line(columns, &widths, &shown, paper, head);
    let body = rows.iter().map(|row| {
        let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
        line(columns, &widths, &shown, paper, cell)
    });
    std::iter::once(heads).chain(body).collect()
}

fn fit(columns: &[Column], widths: &mut [usize], shown: &mut Vec<usize>, limit: usize) {
    let total = |shown: &[usize], widths: &[usize]| {
        let cells: usize = shown.iter().map(|at| widths[*at]).sum();
        cells + GAP * shown.len().saturating_sub(1)
    };
    while total(shown, widths) > limit && shown.len() > 2 {
        let least = shown.iter().copied().min_by_key(|at| columns[*at].worth);
        shown.retain(|at| Some(*at) != least);
    }
    while total(shown, widths) > limit {
        let widest = shown.iter().copied().max_by_key(|at| widths[*at]);
        match widest {
            Some(at) if widths[at] > NARROWEST => widths[at] -= 1,
            _ => return,
        }
    }
}

fn line(
    columns: &[Column],
    widths: &[usize],
    shown: &[usize],
    paper: Paper,
    cell: impl Fn(usize) -> Cell,
) -> String {
    let mut line = String::new();
    for (place, at) in shown.iter().copied().enumerate() {
        let Cell { text, weight } = cell(at);
        let text = cut(&text, widths[at]);
        let space = " ".repeat(widths[at].saturating_sub(width(&text)));
        let painted = paper.paint(&text, weight);
        if place > 0 {
            line.push_str(&" ".repeat(GAP));
        }
        if columns[at].is_number {
            line.push_str(&space);
            line.push_str(&painted);
        } else {
            line.push_str(&painted);
            line.push_str(&space);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn cut(text: &str, limit: usize) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column {
            head: "ID",
            is_number: false,
            worth: 9,
        },
        Column {
            head: "ALT",
            is_number: true,
            worth: 5,
        },
        Column {
            head: "TEXT",
            is_number: false,
            worth: 7,
        },
    ];

    fn table(columns: Option<usize>) -> Vec<String> {
        let row = |cells: [&str; 3]| cells.map(|text| Cell::from(text.to_owned())).to_vec();
        let rows = [
            row(["alpha", "12.5", "a long text that goes on"]),
            row(["b", "3", "-"]),
        ];
        lines(
            &COLUMNS,
            &rows,
            Paper {
                colored: false,
                columns,
            },
        )
    }

    #[test]
    fn columns_stand_under_their_heads_and_numbers_to_the_right() {
        let wanted = [
            "ID      ALT  TEXT",
            "alpha  12.5  a long text that goes on",
            "b         3  -",
        ];
        assert_eq!(table(None), wanted);
    }

    #[test]
    fn a_narrow_terminal_loses_the_least_important_column_then_the_end_of_texts() {
        assert_eq!(table(Some(31))[1], "alpha  a long text that goes on");
        assert_eq!(table(Some(20))[1], "alpha  a long text …");
        assert!(table(Some(1)).iter().all(|line| line.chars().count() < 20));
    }

    #[test]
    fn colours_do_not_count_as_width_and_are_left_out_where_there_is_none() {
        let rows = [vec![
            Cell::of("lost", Weight::Critical),
            Cell::default(),
            Cell::default(),
        ]];
        let colored = lines(
            &COLUMNS,
            &rows,
            Paper {
                colored: true,
                columns: None,
            },
        );
        assert!(
            colored[1].starts_with("\x1b[1;31mlost\x1b[0m"),
            "{colored:?}"
        );
        let plain = lines(
            &COLUMNS,
            &rows,
            Paper {
                colored: false,
                columns: None,
            },
        );
        assert_eq!(plain[1], "lost");
    }
}
