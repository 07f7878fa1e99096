//! Whether a log can be trusted: SQLite's own check, every block unpacked, every count compared.

use std::path::Path;

use serde::Serialize;

use super::{
    super::{error::StoreError, framing, schema},
    frames,
};

/// Enough to see what is wrong.
const MOST_WORDS: usize = 20;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VerifyReport {
    /// Nothing is wrong. Gaps are not wrong: they say what is missing.
    pub ok: bool,
    /// Blocks looked at.
    pub blocks: u64,
    /// Frames found in them.
    pub frames: u64,
    /// Blocks that cannot be unpacked, or whose frames are not as many as their row says.
    pub damaged_blocks: u64,
    /// Frames the log says are missing.
    pub missing_frames: u64,
    /// What is wrong, in words, the first 20.
    pub problems: Vec<String>,
}

impl VerifyReport {
    fn complain(&mut self, problem: String) {
        if self.problems.len() < MOST_WORDS {
            self.problems.push(problem);
        }
    }
}

/// Checks the whole log at `path`. Takes as long as reading it; `progress` is told the part of the
/// blocks that is done, 0 to 1, and nothing during SQLite's own check before.
///
/// # Errors
/// When it cannot be opened as a flight log at all; damage inside is in the report.
pub fn verify(path: &Path, progress: &mut dyn FnMut(f64)) -> Result<VerifyReport, StoreError> {
    let (connection, _) = schema::open_for_reading(path)?;
    let mut report = VerifyReport::default();
    if let Err(error) = integrity(&connection, &mut report) {
        report.complain(format!("the integrity check stopped: {error}"));
    }
    if let Err(error) = blocks(&connection, &mut report, progress) {
        report.complain(format!(
            "the table frames cannot be read to its end: {error}"
        ));
    }
    if let Err(error) = values(&connection, &mut report) {
        report.complain(format!("the rows cannot be read to their end: {error}"));
    }
    let missing = "SELECT coalesce(sum(count), 0) FROM gap WHERE what = 'frames'";
    match connection.query_row(missing, [], |row| row.get::<_, i64>(0)) {
        Ok(count) => report.missing_frames = count.unsigned_abs(),
        Err(error) => report.complain(format!("the table gap cannot be read: {error}")),
    }
    report.ok = report.problems.is_empty();
    Ok(report)
}

/// Values no station writes. Rows carry no checksum: this finds damage that shows, not every flipped bit.
const IMPLAUSIBLE: [(&str, &str); 6] = [
    (
        "telemetry rows of no session",
        "SELECT count(*) FROM telemetry WHERE session_id NOT IN (SELECT id FROM session)",
    ),
    (
        "telemetry rows with an impossible time",
        "SELECT count(*) FROM telemetry WHERE t_us NOT BETWEEN 0 AND 2200000000000000",
    ),
    (
        "telemetry rows with impossible values",
        "SELECT count(*) FROM telemetry WHERE abs(lat_deg) > 90 OR abs(lon_deg) > 180
         OR battery_percent NOT BETWEEN 0 AND 100 OR loss_percent NOT BETWEEN 0 AND 100
         OR armed NOT IN (0, 1) OR state NOT IN ('expected', 'live', 'late', 'lost')",
    ),
    (
        "events of no session or with an impossible time",
        "SELECT count(*) FROM event WHERE session_id NOT IN (SELECT id FROM session)
         OR t_us NOT BETWEEN 0 AND 2200000000000000",
    ),
    (
        "events whose details are no JSON",
        "SELECT count(*) FROM event WHERE data IS NOT NULL AND NOT json_valid(data)",
    ),
    (
        "blocks of frames of no session, or whose times run backwards",
        "SELECT count(*) FROM frames WHERE session_id NOT IN (SELECT id FROM session) OR t_end_us < t_start_us",
    ),
];

fn values(connection: &rusqlite::Connection, report: &mut VerifyReport) -> rusqlite::Result<()> {
    for (what, sql) in IMPLAUSIBLE {
        let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        if count > 0 {
            report.complain(format!("{count} {what}"));
        }
    }
    Ok(())
}

fn integrity(connection: &rusqlite::Connection, report: &mut VerifyReport) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let line: String = row.get(0)?;
        if line != "ok" {
            report.complain(line);
        }
    }
    Ok(())
}

fn blocks(
    connection: &rusqlite::Connection,
    report: &mut VerifyReport,
    progress: &mut dyn FnMut(f64),
) -> rusqlite::Result<()> {
    let last = "SELECT coalesce(max(id), 1) FROM frames";
    let last: i64 = connection.query_row(last, [], |row| row.get(0))?;
    let mut statement = connection.prepare("SELECT id FROM frames ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        report.blocks += 1;
        progress(id as f64 / last.max(1) as f64);
        let problem = match frames::read_block(connection, id) {
            Err(error) => Some(format!("block {id} cannot be read: {error}")),
            Ok(block) => {
                let found = framing::records(&block.data).count() as u64;
                report.frames += found;
                let whole = block.is_whole && found == block.count;
                let expected = block.count;
                (!whole).then(|| format!("block {id} is damaged: {found} of {expected} frames"))
            }
        };
        if let Some(problem) = problem {
            report.damaged_blocks += 1;
            report.complain(problem);
        }
    }
    Ok(())
}
