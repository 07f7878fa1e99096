//! Comma-separated values as RFC 4180 has them, harmless in a spreadsheet: text that a spreadsheet would
//! take for a formula is written with an apostrophe before it. Numbers are numbers.

use std::io::{self, Write};

use super::{
    super::{
        cell::{Cell, hex},
        error::StoreError,
        reader::LogReader,
    },
    selection::{Selection, utc},
    telemetry,
};

/// Writes the line of column names.
///
/// # Errors
/// When `out` refuses.
pub fn write_csv_header<'a>(
    out: &mut dyn Write,
    names: impl IntoIterator<Item = &'a str>,
) -> io::Result<()> {
    write_csv_row(out, names.into_iter().map(Cell::Text))
}

/// Writes one line; unknown is an empty cell, bytes are hexadecimal.
///
/// # Errors
/// When `out` refuses.
pub fn write_csv_row<'a>(
    out: &mut dyn Write,
    cells: impl IntoIterator<Item = Cell<'a>>,
) -> io::Result<()> {
    for (n, cell) in cells.into_iter().enumerate() {
        if n > 0 {
            out.write_all(b",")?;
        }
        match cell {
            Cell::Null => {}
            Cell::Integer(number) => write!(out, "{number}")?,
            Cell::Real(number) => write!(out, "{number}")?,
            Cell::Text(text) => write_text(out, text)?,
            Cell::Blob(bytes) => out.write_all(hex(bytes).as_bytes())?,
        }
    }
    out.write_all(b"\r\n")
}

fn write_text(out: &mut dyn Write, text: &str) -> io::Result<()> {
    // Also behind blanks: spreadsheets drop those first.
    let begins_formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\t', '\r'])
        || text.starts_with(['\t', '\r']);
    let guard = if begins_formula { "'" } else { "" };
    if text.contains([',', '"', '\n', '\r']) {
        write!(out, "\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        write!(out, "{guard}{text}")
    }
}

/// Every column of `telemetry`, with the time for people after `t_us`.
pub(super) fn export(
    log: &LogReader,
    selection: &Selection,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(f64),
) -> Result<u64, StoreError> {
    let names = {
        let statement = log
            .connection
            .prepare("SELECT * FROM telemetry")
            .map_err(|source| log.failed(source))?;
        let names = statement.column_names();
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let time_at = names.iter().position(|name| name == "t_us").unwrap_or(0);
    let (before, after) = names.split_at(time_at + 1);
    let header = before.iter().map(String::as_str).chain(["time"]);
    let header = header.chain(after.iter().map(String::as_str));
    write_csv_header(out, header).map_err(|source| log.unwritten(source))?;
    telemetry::each_row(log, selection, progress, |row| {
        let cells: rusqlite::Result<Vec<Cell<'_>>> = (1..=names.len())
            .map(|n| row.get_ref(n).map(Cell::from))
            .collect();
        let mut cells = cells.map_err(|source| log.failed(source))?;
        let time = match cells.get(time_at) {
            Some(Cell::Integer(t_us)) => utc(*t_us),
            _ => String::new(),
        };
        cells.insert(time_at + 1, Cell::Text(&time));
        write_csv_row(out, cells).map_err(|source| log.unwritten(source))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(cells: &[Cell<'_>]) -> String {
        let mut out = Vec::new();
        write_csv_row(&mut out, cells.iter().copied()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_that_a_spreadsheet_would_run_is_made_harmless_and_numbers_are_left_alone() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1"] {
            assert_eq!(line(&[Cell::Text(evil)]), format!("'{evil}\r\n"));
        }
        let numbers = [Cell::Real(-1.5), Cell::Integer(-7), Cell::Null];
        assert_eq!(line(&numbers), "-1.5,-7,\r\n");
        let quoted = [
            Cell::Text("=a,\"b\""),
            Cell::Text("plain"),
            Cell::Blob(&[1, 255]),
        ];
        assert_eq!(line(&quoted), "\"'=a,\"\"b\"\"\",plain,01ff\r\n");
    }
}
