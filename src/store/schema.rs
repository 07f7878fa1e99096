//! The tables of a flight log and how a file becomes one: recognise, create, migrate, refuse.
//!
//! A file is looked at before SQLite may touch it. `PRAGMA user_version` is the schema; a newer one
//! can be read and is refused for writing.

use std::{
    fs::{self, File},
    io::{ErrorKind, Read as _},
    path::Path,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::StoreError;

/// The schema this build writes.
pub const SCHEMA: i64 = MIGRATIONS.len() as i64;

/// "Voly" as `PRAGMA application_id`, by which file(1) and we know a flight log.
const APPLICATION_ID: i64 = 0x566f_6c79;

/// `MIGRATIONS[n]` turns schema n into n + 1.
const MIGRATIONS: [&str; 1] = [include_str!("schema/v1.sql")];

const HEADER: &[u8; 16] = b"SQLite format 3\0";

/// What of a file is looked at before SQLite may.
const HEAD_BYTES: u64 = 64 * 1024;
/// Stands in the first pages of every flight log, whatever became of its header.
const TRACE: &[u8] = b"CREATE TABLE telemetry(";

/// How long a lock of another program on the database is waited for before it counts as a failure.
const BUSY: Duration = Duration::from_millis(250);

/// Opens or creates a log for writing: WAL, migrated to [`SCHEMA`].
///
/// Pages are small because a quiet link makes blocks of some 2 KB: in pages of 4 KiB only one of them
/// fits, and a real flight took half as much again on disk.
pub(super) fn open_for_writing(
    path: &Path,
    max_pages: Option<u32>,
) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |action| move |source| classify(action, path, source);
    refuse_strangers(path)?;
    let connection = Connection::open_with_flags(path, flags).map_err(failed("open"))?;
    connection.busy_timeout(BUSY).map_err(failed("open"))?;
    connection
        .execute_batch(
            "PRAGMA page_size = 2048;
             PRAGMA journal_mode = WAL;
             PRAGMA wal_autocheckpoint = 2000;
             PRAGMA synchronous = NORMAL;
             PRAGMA journal_size_limit = 67108864;
             PRAGMA temp_store = MEMORY;",
        )
        .map_err(failed("set up"))?;
    if let Some(pages) = max_pages {
        let sql = format!("PRAGMA max_page_count = {pages}");
        connection.execute_batch(&sql).map_err(failed("limit"))?;
    }
    migrate(&connection, &MIGRATIONS).map_err(failed("bring up to date the tables of"))?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// An error when there is something at `path` that must not be written: no database, somebody
/// else's, or a newer log.
pub(super) fn refuse_strangers(path: &Path) -> Result<(), StoreError> {
    if is_fresh(path)? {
        return Ok(());
    }
    // Not by way of `immutable`: without its write-ahead log a file may look like somebody else's.
    let connection = read_only(path).map_err(|source| classify("open", path, source))?;
    let found = recognise(&connection, path)?;
    drop(connection);
    if found > SCHEMA {
        return Err(StoreError::NewerSchema {
            path: path.to_owned(),
            found,
            known: SCHEMA,
        });
    }
    Ok(())
}

/// Opens a log read-only, of this schema or a newer one. Also works where nothing can be written
/// beside it (a read-only medium); what only the WAL holds is then missing.
pub(super) fn open_for_reading(path: &Path) -> Result<(Connection, i64), StoreError> {
    let failed = |action| move |source| classify(action, path, source);
    if is_fresh(path)? {
        return Err(nothing_to_read(path));
    }
    let connection = match read_only(path) {
        Err(error) if is_unwritable(&error) => immutable(path),
        other => other,
    }
    .map_err(failed("open"))?;
    let schema = recognise(&connection, path)?;
    Ok((connection, schema))
}

fn nothing_to_read(path: &Path) -> StoreError {
    let path = path.to_owned();
    match fs::metadata(&path) {
        Ok(_) => StoreError::NotADatabase { path },
        Err(source) => StoreError::Read { path, source },
    }
}

/// A read-only connection cannot remove the `-wal` and `-shm` it has to make, one that could write
/// does when it closes. So where there is no write-ahead log to recover we take the latter and only
/// promise not to write.
fn read_only(path: &Path) -> rusqlite::Result<Connection> {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let has_wal = fs::metadata(Path::new(&wal)).is_ok_and(|wal| wal.len() > 0);
    let access = if !has_wal && says_it_is_ours(path) {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    } else {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("PRAGMA query_only = ON")?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// Whether the file's own header has our application id: only then may SQLite recover it.
fn says_it_is_ours(path: &Path) -> bool {
    let mut header = Vec::with_capacity(100);
    let read = File::open(path).and_then(|file| file.take(100).read_to_end(&mut header));
    read.is_ok() && header.get(68..72) == Some(&(APPLICATION_ID as u32).to_be_bytes())
}

fn immutable(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(immutable_uri(path), flags)
}

fn immutable_uri(path: &Path) -> String {
    use std::fmt::Write as _;
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' => uri.push(char::from(*byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri + "?immutable=1"
}

fn is_unwritable(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
    )
}

/// Whether there is nothing at `path` yet. An error when what is there is no SQLite database.
fn is_fresh(path: &Path) -> Result<bool, StoreError> {
    let failed = |source| StoreError::Read {
        path: path.to_owned(),
        source,
    };
    let not_a_database = || StoreError::NotADatabase {
        path: path.to_owned(),
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(failed(error)),
        Ok(metadata) if !metadata.is_file() => return Err(not_a_database()),
        Ok(metadata) if metadata.len() == 0 => return Ok(true),
        Ok(_) => {}
    }
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head))
        .map_err(failed)?;
    if head.starts_with(HEADER) {
        return Ok(false);
    }
    if head.windows(TRACE.len()).any(|part| part == TRACE) {
        return Err(StoreError::Damaged {
            path: path.to_owned(),
            reason: "its first bytes are overwritten".into(),
        });
    }
    Err(not_a_database())
}

/// The schema of an open database; an error when it is not ours. 0 is an empty database.
fn recognise(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let number = |pragma: &str| {
        connection
            .query_row(pragma, [], |row| row.get::<_, i64>(0))
            .map_err(|source| classify("read", path, source))
    };
    let schema = number("PRAGMA user_version")?;
    let application = number("PRAGMA application_id")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    let is_ours = match schema {
        0 => tables == 0,
        1 => {
            number(
                "SELECT count(*) = 3 FROM sqlite_schema WHERE name IN ('session', 'telemetry', 'frames')",
            )? == 1
        }
        _ => application == APPLICATION_ID,
    };
    if is_ours {
        Ok(schema)
    } else {
        Err(StoreError::NotAFlightLog {
            path: path.to_owned(),
        })
    }
}

/// Takes a log step by step from the schema it has to the last of `steps`, each in a transaction of its
/// own: a failure leaves it at the step before, whole.
fn migrate(connection: &Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(found).unwrap_or_default();
    for (step, sql) in steps.iter().enumerate().skip(done) {
        let batch = format!(
            "BEGIN IMMEDIATE; {sql}
             PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {}; COMMIT;",
            step + 1
        );
        if let Err(error) = connection.execute_batch(&batch) {
            if !connection.is_autocommit() {
                connection.execute_batch("ROLLBACK")?;
            }
            return Err(error);
        }
        if step > 0 {
            tracing::info!(schema = step + 1, "the flight log was brought up to date");
        }
    }
    Ok(())
}

fn classify(action: &'static str, path: &Path, source: rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    if source.sqlite_error_code() == Some(ErrorCode::NotADatabase) {
        return StoreError::NotADatabase { path };
    }
    StoreError::Sqlite {
        action,
        path,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> i64 {
        connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn an_older_log_is_brought_up_to_date_and_keeps_its_rows() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection, &MIGRATIONS).unwrap();
        let insert = "INSERT INTO event(id, session_id, text) VALUES(7, 1, 'kept')";
        connection.execute_batch(insert).unwrap();
        let steps = [
            MIGRATIONS[0],
            "ALTER TABLE event ADD COLUMN mood TEXT; UPDATE event SET mood = 'calm';",
            "CREATE INDEX by_mood ON event(mood);",
        ];
        migrate(&connection, &steps).unwrap();
        assert_eq!(version(&connection), 3);
        let row: (i64, String, String) = connection
            .query_row("SELECT id, text, mood FROM event", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!(row, (7, "kept".into(), "calm".into()));
        // Once more is once too many, and does nothing.
        migrate(&connection, &steps).unwrap();
        assert_eq!(version(&connection), 3);
    }

    #[test]
    fn a_step_that_fails_leaves_the_log_at_the_step_before() {
        let connection = Connection::open_in_memory().unwrap();
        let steps = [
            MIGRATIONS[0],
            "ALTER TABLE event ADD COLUMN mood TEXT; INSERT INTO nowhere VALUES(1);",
        ];
        assert!(migrate(&connection, &steps).is_err());
        assert_eq!(version(&connection), 1);
        let columns: i64 = connection
            .query_row(
                "SELECT count(*) FROM pragma_table_info('event')",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(columns, 8);
        assert!(connection.is_autocommit());
    }
}
