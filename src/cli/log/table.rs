//! A table for people: columns as wide as their first rows need, numbers to the right, and nothing in
//! it that a terminal would obey.

use std::io::{self, Write};

use crate::store::Cell;

/// Rows that are looked at before the widths are fixed; what comes later is cut to them.
const LOOKED_AT: usize = 200;
/// No column is wider.
const WIDEST: usize = 60;

/// Writes rows as they come; `finish` writes what is left.
pub(super) struct Table<'a> {
    out: &'a mut dyn Write,
    header: Vec<String>,
    waiting: Vec<Vec<Text>>,
    widths: Option<Vec<usize>>,
}

/// A cell as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    text: String,
    is_number: bool,
}

impl Text {
    /// Words.
    pub(super) fn word(text: impl AsRef<str>) -> Self {
        Self {
            text: clean(text.as_ref()),
            is_number: false,
        }
    }

    /// A number, or `--` where there is none.
    pub(super) fn number(text: Option<String>) -> Self {
        Self {
            text: text.unwrap_or_else(|| "--".into()),
            is_number: true,
        }
    }
}

impl From<&Cell<'_>> for Text {
    fn from(cell: &Cell<'_>) -> Self {
        match *cell {
            Cell::Null => Self::word("--"),
            Cell::Integer(number) => Self::number(Some(number.to_string())),
            Cell::Real(number) => Self::number(Some(number.to_string())),
            Cell::Text(text) => Self::word(text),
            Cell::Blob(bytes) => Self::word(format!("({} bytes)", bytes.len())),
        }
    }
}

/// Control characters would move the cursor, or worse.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

impl<'a> Table<'a> {
    pub(super) fn new<'b>(
        out: &'a mut dyn Write,
        header: impl IntoIterator<Item = &'b str>,
    ) -> Self {
        Self {
            out,
            header: header.into_iter().map(clean).collect(),
            waiting: Vec::new(),
            widths: None,
        }
    }

    pub(super) fn row(&mut self, row: Vec<Text>) -> io::Result<()> {
        if let Some(widths) = &self.widths {
            return write_row(self.out, widths, &row);
        }
        self.waiting.push(row);
        if self.waiting.len() == LOOKED_AT {
            self.settle()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.widths.is_none() {
            self.settle()?;
        }
        self.out.flush()
    }

    fn settle(&mut self) -> io::Result<()> {
        let width = |n: usize, name: &String| {
            let cells = self.waiting.iter().filter_map(|row| row.get(n));
            let widest = cells.map(|cell| cell.text.chars().count()).max();
            widest.unwrap_or(0).max(name.chars().count()).min(WIDEST)
        };
        let widths: Vec<usize> = (0..)
            .zip(&self.header)
            .map(|(n, name)| width(n, name))
            .collect();
        let is_number = |n: usize| {
            self.waiting
                .first()
                .and_then(|row| row.get(n))
                .is_some_and(|cell| cell.is_number)
        };
        let header: Vec<Text> = (0..)
            .zip(std::mem::take(&mut self.header))
            .map(|(n, text)| Text {
                text,
                is_number: is_number(n),
            })
            .collect();
        write_row(self.out, &widths, &header)?;
        for row in self.waiting.drain(..) {
            write_row(self.out, &widths, &row)?;
        }
        self.widths = Some(widths);
        Ok(())
    }
}

fn write_row(out: &mut dyn Write, widths: &[usize], row: &[Text]) -> io::Result<()> {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        let count = cell.text.chars().count();
        let blank = " ".repeat(width.saturating_sub(count));
        let text: String = if count > *width {
            cell.text
                .chars()
                .take(width.saturating_sub(1))
                .chain(['…'])
                .collect()
        } else {
            cell.text.clone()
        };
        if cell.is_number {
            line.extend([blank.as_str(), text.as_str(), "  "]);
        } else {
            line.extend([text.as_str(), blank.as_str(), "  "]);
        }
    }
    writeln!(out, "{}", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_nothing_reaches_the_terminal() {
        let mut out = Vec::new();
        let mut table = Table::new(&mut out, ["who", "height"]);
        table
            .row(vec![
                Text::word("al\x1b[2Jpha"),
                Text::from(&Cell::Real(7.5)),
            ])
            .unwrap();
        table
            .row(vec![
                Text::word("b".repeat(80)),
                Text::from(&Cell::Integer(120)),
            ])
            .unwrap();
        table.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        let long = "b".repeat(59);
        let blank = " ".repeat(57);
        assert_eq!(
            text,
            format!(
                "who{blank}  height\nal [2Jpha{}     7.5\n{long}…     120\n",
                " ".repeat(51)
            )
        );
    }
}
