//! What kind of recording is this file?
//!
//! Judged by its first bytes, never by its name. A damaged beginning is tolerated: what counts is
//! which reading finds frames. Called by `log info` and replay.

use super::{raw::RawReader, tlog::TlogReader};

/// How far into a file is looked, in bytes.
pub const DETECT_LEN: usize = 1 << 20;
const SQLITE_MAGIC: &[u8] = b"SQLite format 3\0";
/// Frames that settle the question.
const ENOUGH: usize = 100;

/// The kinds of recordings that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Frames with times, as QGroundControl, Mission Planner and MAVProxy write them.
    Tlog,
    /// A MAVLink byte stream without times.
    Raw,
    /// An SQLite file: perhaps a flight log of ours.
    Sqlite,
    /// No frame found.
    Unknown,
}

/// Judges a file by its beginning: give it the first [`DETECT_LEN`] bytes, or all there are.
#[must_use]
pub fn detect(bytes: &[u8]) -> FileFormat {
    if bytes.starts_with(SQLITE_MAGIC) {
        return FileFormat::Sqlite;
    }
    let bytes = &bytes[..bytes.len().min(DETECT_LEN)];
    let records = TlogReader::new(bytes).take(ENOUGH).count();
    // The frames of a tlog are found by the raw reader too, with the times between them as junk.
    let frames = RawReader::new(bytes).take(ENOUGH).count();
    match (records, frames) {
        (0, 0) => FileFormat::Unknown,
        _ if records * 2 >= frames => FileFormat::Tlog,
        _ => FileFormat::Raw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::tlog::push_record;

    /// MAVLink 2 HEARTBEAT of 1/1.
    const HEARTBEAT: [u8; 21] = [
        0xFD, 9, 0, 0, 7, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2, 3, 81, 3, 3, 0x88, 0xB0,
    ];

    fn heartbeat() -> Vec<u8> {
        let mut frame = HEARTBEAT.to_vec();
        let crc = crate::wire::crc::frame_checksum(&frame[1..19], 50);
        frame[19..].copy_from_slice(&crc.to_le_bytes());
        frame
    }

    #[test]
    fn a_file_is_known_by_its_content() {
        let mut tlog = Vec::new();
        push_record(&mut tlog, 1_700_000_000_000_000, &heartbeat());
        assert_eq!(detect(&tlog), FileFormat::Tlog);
        assert_eq!(detect(&heartbeat()), FileFormat::Raw);
        assert_eq!(detect(b"SQLite format 3\0\x10\0"), FileFormat::Sqlite);
        assert_eq!(detect(b"# a text\n"), FileFormat::Unknown);
        assert_eq!(detect(b""), FileFormat::Unknown);
    }

    #[test]
    fn a_damaged_beginning_does_not_hide_the_format() {
        let mut tlog = vec![0xFD; 100];
        let mut raw = vec![0xFE; 100];
        for i in 0..5 {
            push_record(&mut tlog, 1_700_000_000_000_000 + i, &heartbeat());
            raw.extend(heartbeat());
        }
        assert_eq!(detect(&tlog), FileFormat::Tlog);
        assert_eq!(detect(&raw), FileFormat::Raw);
    }
}
