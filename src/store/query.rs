//! One question in SQL, asked of a log that must not change: the file is opened read-only, and nothing
//! but reading is authorised, so that no pragma, no `ATTACH` and no function gets around that.

use std::path::Path;

use rusqlite::{
    ErrorCode, Rows, Statement,
    hooks::{AuthAction, AuthContext, Authorization},
};

use super::{cell::Cell, error::StoreError, reader::LogReader};

/// Pragmas that only tell something.
const TELLING: &[&str] = &[
    "application_id",
    "data_version",
    "encoding",
    "foreign_key_check",
    "freelist_count",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "page_count",
    "page_size",
    "quick_check",
    "schema_version",
    "table_info",
    "table_list",
    "table_xinfo",
    "user_version",
];
/// Of those, the ones whose argument names what is asked about; with the others it would be a new value.
const ASKING: &[&str] = &[
    "foreign_key_check",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// The rows of an answer, one at a time.
pub struct QueryRows<'a> {
    columns: Vec<String>,
    rows: Rows<'a>,
}

/// Asks the log at `path` one question in SQL; `answer` takes the rows as they come.
///
/// # Errors
/// When the file is no flight log, when the statement would change anything or is more than one, when
/// SQLite does not understand it, and whatever `answer` returns.
pub fn query<T, E: From<StoreError>>(
    path: &Path,
    sql: &str,
    answer: impl FnOnce(QueryRows<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let mut reader = LogReader::open(path)?;
    let guarded = reader.connection.authorizer(Some(allow));
    guarded.map_err(|source| reader.failed(source))?;
    let mut statement = prepare(&reader, sql)?;
    let columns = statement.column_names().map(str::to_owned).collect();
    let rows = statement.query([]).map_err(|error| refused(&error))?;
    answer(QueryRows { columns, rows })
}

fn prepare<'a>(reader: &'a LogReader, sql: &str) -> Result<Statement<'a>, StoreError> {
    let statement = reader
        .connection
        .prepare(sql)
        .map_err(|error| refused(&error))?;
    let reason = if statement.column_count() == 0 {
        "the statement asks for nothing"
    } else if !statement.readonly() {
        "the statement would change something"
    } else {
        return Ok(statement);
    };
    Err(StoreError::NotAQuestion {
        reason: reason.into(),
    })
}

fn refused(error: &rusqlite::Error) -> StoreError {
    use rusqlite::Error;
    let not_a_question = |reason: &str| StoreError::NotAQuestion {
        reason: reason.into(),
    };
    match error {
        Error::MultipleStatement => not_a_question("one statement at a time"),
        Error::InvalidQuery => not_a_question("the statement asks for nothing"),
        Error::SqlInputError { msg, offset, .. } if *offset >= 0 => StoreError::Query {
            reason: format!("{msg}, at character {}", offset + 1),
        },
        other => match other.sqlite_error_code() {
            Some(ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly) => {
                not_a_question("the statement would do more than read")
            }
            _ => StoreError::Query {
                reason: other.to_string(),
            },
        },
    }
}

fn allow(context: AuthContext<'_>) -> Authorization {
    let is_reading = match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => true,
        AuthAction::Function { function_name } => {
            !function_name.eq_ignore_ascii_case("load_extension")
        }
        AuthAction::Pragma {
            pragma_name,
            pragma_value,
        } => {
            let is_in = |list: &[&str]| {
                list.iter()
                    .any(|name| name.eq_ignore_ascii_case(pragma_name))
            };
            is_in(TELLING) && (pragma_value.is_none() || is_in(ASKING))
        }
        _ => false,
    };
    if is_reading {
        Authorization::Allow
    } else {
        Authorization::Deny
    }
}

impl std::fmt::Debug for QueryRows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueryRows")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl QueryRows<'_> {
    /// Names of the columns, as the statement gives them.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Gives the next row to `take`; `None` after the last.
    ///
    /// # Errors
    /// When SQLite cannot go on.
    pub fn next_row<T>(
        &mut self,
        take: impl FnOnce(&[Cell<'_>]) -> T,
    ) -> Result<Option<T>, StoreError> {
        let Some(row) = self.rows.next().map_err(|error| refused(&error))? else {
            return Ok(None);
        };
        let cells: Result<Vec<Cell<'_>>, _> = (0..self.columns.len())
            .map(|n| row.get_ref(n).map(Cell::from))
            .collect();
        Ok(Some(take(&cells.map_err(|error| refused(&error))?)))
    }
}
