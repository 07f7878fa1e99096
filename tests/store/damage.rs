//! Files that are damaged, newer, somebody else's or in use.

use std::fs;

use rusqlite::Connection;
use volery::{
    model::{
        recorder::{Direction, Recorder as _},
        time::TimeUs,
    },
    store::{FrameFilter, LogReader, Store, StoreError, beside},
};

use crate::support::{START, batch, check, frame, new_log, open, options, session, wait_until};

#[test]
fn a_second_writer_is_refused_with_the_name_of_the_file_and_the_first_goes_on() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    let error = Store::open(&path, &session(), &options()).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }));
    let sentence = error.to_string();
    assert!(
        sentence.contains("flights.db") && sentence.contains("another volery"),
        "{sentence}"
    );
    handle.record(batch(0, Direction::Received, &[(START, frame(0, 0, b"x"))]));
    store.close().unwrap();
    assert_eq!(LogReader::open(&path).unwrap().info().unwrap().frames, 1);
    open(&path).0.close().unwrap();
}

#[test]
fn one_file_has_one_writer_by_whichever_name_it_is_reached() {
    let (folder, path) = new_log();
    let (store, _handle) = open(&path);
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let error = Store::open(&link, &session(), &options()).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    let hard = folder.path().join("hard.db");
    fs::hard_link(&path, &hard).unwrap();
    let error = Store::open(&hard, &session(), &options()).unwrap_err();
    assert!(
        matches!(error, StoreError::ManyNames { names: 2, .. }),
        "{error}"
    );
    fs::remove_file(&hard).unwrap();
    store.close().unwrap();
    open(&link).0.close().unwrap();
}

#[test]
fn a_value_no_station_writes_is_found() {
    let (_folder, path) = new_log();
    open(&path).0.close().unwrap();
    assert!(check(&path).ok);
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch("INSERT INTO event(session_id, t_us, data) VALUES (1, 5, '{broken')")
        .unwrap();
    drop(connection);
    let report = check(&path);
    assert!(
        !report.ok && report.problems == ["1 events whose details are no JSON"],
        "{report:?}"
    );
}

#[test]
fn a_log_taken_away_while_nothing_happens_is_noticed_and_begun_anew() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    wait_until("it is there", || path.exists());
    fs::remove_file(&path).unwrap();
    wait_until("there is a new one", || path.exists());
    wait_until("it is said", || handle.status().note.is_some());
    store.close().unwrap();
    assert!(check(&path).ok);
}

#[test]
fn a_file_that_is_no_log_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(
        &text,
        "SQLite is not in here, and this is longer than a header",
    )
    .unwrap();
    let other = folder.path().join("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE kitten(name)")
        .unwrap();
    let not_a_log = |path| Store::open(path, &session(), &options()).unwrap_err();
    for path in [&text, &other] {
        let before = fs::read(path).unwrap();
        let error = not_a_log(path);
        assert!(
            matches!(
                error,
                StoreError::NotADatabase { .. } | StoreError::NotAFlightLog { .. }
            ),
            "{error}"
        );
        assert!(error.to_string().contains("left untouched"), "{error}");
        assert!(LogReader::open(path).is_err());
        assert_eq!(fs::read(path).unwrap(), before);
    }
    assert!(matches!(
        not_a_log(folder.path()),
        StoreError::NotADatabase { .. }
    ));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    let missing = LogReader::open(&folder.path().join("none.db")).unwrap_err();
    assert!(matches!(missing, StoreError::Read { .. }));
}

#[test]
fn a_newer_log_can_be_read_and_not_written() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    handle.record(batch(0, Direction::Received, &[(START, frame(0, 0, b"x"))]));
    store.close().unwrap();
    let newer = "PRAGMA user_version = 7; ALTER TABLE telemetry ADD COLUMN mood TEXT";
    Connection::open(&path)
        .unwrap()
        .execute_batch(newer)
        .unwrap();
    let before = fs::read(&path).unwrap();
    let error = Store::open(&path, &session(), &options()).unwrap_err();
    assert!(matches!(
        error,
        StoreError::NewerSchema {
            found: 7,
            known: 1,
            ..
        }
    ));
    assert!(
        error.to_string().contains("can be read, not written"),
        "{error}"
    );
    let log = LogReader::open(&path).unwrap();
    assert_eq!(log.schema(), 7);
    assert_eq!(log.frames(&FrameFilter::default()).unwrap().count(), 1);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_block_costs_its_own_frames_and_no_others() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    for n in 0..5_i64 {
        let frames: Vec<_> = (0..100_u8)
            .map(|m| {
                (
                    TimeUs(START.0 + n * 1_000_000 + i64::from(m)),
                    frame(30, m, &[m; 40]),
                )
            })
            .collect();
        handle.record(batch(0, Direction::Received, &frames));
    }
    store.close().unwrap();
    assert!(check(&path).ok);
    let connection = Connection::open(&path).unwrap();
    let spoil = "UPDATE frames SET data = zeroblob(length(data)) WHERE id = 2;
        UPDATE frames SET data = substr(data, 1, length(data) / 2) WHERE id = 3;
        UPDATE frames SET codec = 'snow' WHERE id = 4;";
    connection.execute_batch(spoil).unwrap();
    let log = LogReader::open(&path).unwrap();
    let mut frames = log.frames(&FrameFilter::default()).unwrap();
    let whole = frames.by_ref().count() as u64;
    assert!((200..300).contains(&whole), "{whole}");
    assert_eq!(
        (frames.damaged_blocks(), frames.lost_frames()),
        (3, 500 - whole)
    );
    let report = check(&path);
    assert!(!report.ok);
    assert_eq!(
        (report.blocks, report.damaged_blocks, report.frames),
        (5, 3, whole)
    );
    assert!(
        report.problems[0].contains("block 2"),
        "{:?}",
        report.problems
    );
}

#[test]
fn bytes_flipped_on_the_disk_are_found_and_the_rest_is_read() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    let mut noise = 1_u32;
    for n in 0..40_i64 {
        let mut random = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8
        };
        let frames: Vec<_> = (0..100_u8)
            .map(|m| {
                let payload: Vec<u8> = (0..200).map(|_| random()).collect();
                (TimeUs(START.0 + n * 1_000_000), frame(30, m, &payload))
            })
            .collect();
        handle.record(batch(0, Direction::Received, &frames));
    }
    store.close().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let report = check(&path);
    assert!(!report.ok);
    assert!(report.frames >= 3_800, "{report:?}");
    // Such a log is still opened for reading; `beside` names the one to go on with.
    let log = LogReader::open(&path).unwrap();
    assert_eq!(
        log.frames(&FrameFilter::default()).unwrap().count() as u64,
        report.frames
    );
}

#[test]
fn a_log_whose_first_page_is_broken_is_kept_and_another_one_is_begun_beside_it() {
    let (_folder, path) = new_log();
    open(&path).0.close().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[100..2_000].fill(0xff);
    fs::write(&path, &bytes).unwrap();
    let error = Store::open(&path, &session(), &options()).unwrap_err();
    assert!(error.is_damage(), "{error}");
    assert!(error.to_string().contains("flights.db"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), bytes);
    let other = beside(&path).unwrap();
    assert_eq!(other.file_name().unwrap(), "flights-2.db");
    open(&other).0.close().unwrap();
}

#[test]
fn a_write_ahead_log_that_was_cut_costs_only_its_end() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    for n in 0..20_i64 {
        let t = TimeUs(START.0 + n * 1_000_000);
        handle.record(batch(
            0,
            Direction::Received,
            &[(t, frame(0, n as u8, &[n as u8; 200]))],
        ));
    }
    wait_until("all but the open block is written", || {
        handle.status().frames >= 19
    });
    let cut = path.with_file_name("cut.db");
    let wal = |path: &std::path::Path| std::path::PathBuf::from(format!("{}-wal", path.display()));
    fs::copy(&path, &cut).unwrap();
    let bytes = fs::read(wal(&path)).unwrap();
    fs::write(wal(&cut), &bytes[..bytes.len() - 1_000]).unwrap();
    store.close().unwrap();
    // The copy is as a crash in the middle of a write leaves it.
    let (store, _) = open(&cut);
    store.close().unwrap();
    assert!(check(&cut).ok);
}

#[test]
fn a_log_on_a_medium_that_cannot_be_written_is_read() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    handle.record(batch(0, Direction::Received, &[(START, frame(0, 0, b"x"))]));
    store.close().unwrap();
    let folder = path.parent().unwrap();
    let mut permissions = fs::metadata(folder).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder, permissions.clone()).unwrap();
    let frames = LogReader::open(&path).map(|log| log.info().unwrap().frames);
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "a temporary directory"
    )]
    permissions.set_readonly(false);
    fs::set_permissions(folder, permissions).unwrap();
    assert_eq!(frames.unwrap(), 1);
}
