//! `volery log query`: one question in SQL to a flight log.

use std::{
    io::{self, BufWriter, Write},
    path::Path,
};

use super::{
    arguments::QueryForm,
    table::{Table, Text},
};
use crate::{
    cli::failure::{Failure, Status},
    store::{
        self, Cell, QueryRows, StoreError,
        export::{write_csv_header, write_csv_row},
    },
};

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Query { .. } | StoreError::NotAQuestion { .. } => {
                Self::new(format!("cannot answer: {error}")).with(Status::Usage)
            }
            other => Self::new(other.to_string()),
        }
    }
}

/// Prints the answer. An interruption ends the process; the log is only read.
pub(super) fn query(path: &Path, sql: &str, form: QueryForm) -> Result<(), Failure> {
    store::query(path, sql, |rows| {
        let mut out = BufWriter::new(io::stdout().lock());
        match form {
            QueryForm { json: true, .. } => as_json(rows, &mut out),
            QueryForm { csv: true, .. } => as_csv(rows, &mut out),
            _ => as_table(rows, &mut out),
        }
    })
}

fn as_table(mut rows: QueryRows<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let header = rows.columns().to_vec();
    let mut table = Table::new(out, header.iter().map(String::as_str));
    let shown = |cells: &[Cell<'_>]| cells.iter().map(Text::from).collect::<Vec<_>>();
    while let Some(row) = rows.next_row(shown)? {
        table.row(row).map_err(|error| Failure::output(&error))?;
    }
    table.finish().map_err(|error| Failure::output(&error))
}

fn as_csv(mut rows: QueryRows<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let gone = |error: io::Error| Failure::output(&error);
    write_csv_header(out, rows.columns().iter().map(String::as_str)).map_err(gone)?;
    while let Some(written) = rows.next_row(|cells| write_csv_row(out, cells.iter().copied()))? {
        written.map_err(gone)?;
    }
    out.flush().map_err(gone)
}

fn as_json(mut rows: QueryRows<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let gone = |error: io::Error| Failure::output(&error);
    let names = distinct(rows.columns());
    let mut before = "[\n";
    loop {
        let written = rows.next_row(|cells| {
            out.write_all(before.as_bytes())?;
            write_object(out, &names, cells)
        })?;
        let Some(written) = written else { break };
        written.map_err(gone)?;
        before = ",\n";
    }
    let end = if before == "[\n" { "[]\n" } else { "\n]\n" };
    out.write_all(end.as_bytes())
        .and_then(|()| out.flush())
        .map_err(gone)
}

fn write_object(out: &mut dyn Write, names: &[String], cells: &[Cell<'_>]) -> io::Result<()> {
    out.write_all(b"{")?;
    for (n, (name, cell)) in names.iter().zip(cells).enumerate() {
        if n > 0 {
            out.write_all(b",")?;
        }
        serde_json::to_writer(&mut *out, name)?;
        out.write_all(b":")?;
        serde_json::to_writer(&mut *out, cell)?;
    }
    out.write_all(b"}")
}

/// Two columns of one name would be one key: the second gets a number.
fn distinct(columns: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for column in columns {
        let taken = |name: &String| names.contains(name);
        let numbered = (2..).map(|n| format!("{column}_{n}"));
        let free = std::iter::once(column.clone())
            .chain(numbered)
            .find(|name| !taken(name));
        names.extend(free);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_one_name_stay_apart() {
        let columns = ["id", "t", "id", "id"].map(str::to_owned);
        assert_eq!(distinct(&columns), ["id", "t", "id_2", "id_3"]);
    }
}
