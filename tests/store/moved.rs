//! A file that is deleted, replaced or damaged under the writer, and a disk that lets nobody begin.

use std::{fs, path::Path};

use rusqlite::Connection;
use volery::{
    model::{
        history::{EventQuery, History as _},
        recorder::{Direction, Recorder as _},
        time::TimeUs,
    },
    store::{FrameFilter, LogReader, Past, Store, StoreHandle},
};

use crate::support::{START, batch, check, frame, new_log, open, options, session, wait_until};

fn record(handle: &StoreHandle, n: u8) {
    let t = TimeUs(START.0 + i64::from(n) * 1_000_000);
    handle.record(batch(0, Direction::Received, &[(t, frame(0, n, b"beat"))]));
}

fn frames_in(path: &Path) -> usize {
    let log = LogReader::open(path).unwrap();
    log.frames(&FrameFilter::default()).unwrap().count()
}

/// Frames keep coming, as they do; without any the writer sleeps.
fn while_frames_come(handle: &StoreHandle, sent: &mut u8, what: &str, holds: impl Fn() -> bool) {
    wait_until(what, || {
        *sent = sent.wrapping_add(1);
        record(handle, *sent);
        std::thread::sleep(std::time::Duration::from_millis(20));
        holds()
    });
}

#[test]
fn a_log_that_is_deleted_is_begun_again_and_says_what_is_missing() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    record(&handle, 0);
    wait_until("the first is written", || handle.status().frames == 1);
    for end in ["", "-wal", "-shm", "-lock"] {
        fs::remove_file(format!("{}{end}", path.display())).unwrap();
    }
    let mut sent = 0;
    while_frames_come(&handle, &mut sent, "there is a log again", || {
        handle.status().note.is_some() && path.exists() && handle.status().degraded.is_none()
    });
    let note = handle.status().note.unwrap();
    assert!(note.contains("was deleted"), "{note}");
    // A second writer is kept out of the new one as well.
    assert!(Store::open(&path, &session(), &options()).is_err());
    record(&handle, 200);
    store.close().unwrap();
    assert!(check(&path).ok);
    let log = LogReader::open(&path).unwrap();
    let gaps = log.gaps().unwrap();
    let missing: i64 = gaps.iter().map(|gap| gap.count).sum();
    assert!(gaps.iter().all(|gap| gap.what == "frames"), "{gaps:?}");
    assert_eq!(frames_in(&path) as i64 + missing, i64::from(sent) + 2);
    assert_eq!(log.sessions().unwrap().len(), 1);
}

#[test]
fn a_log_that_breaks_while_it_is_written_is_kept_and_another_one_goes_on() {
    let (_folder, path) = new_log();
    open(&path).0.close().unwrap();
    let connection = Connection::open(&path).unwrap();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'frames'";
    let root: u32 = connection.query_row(root, [], |row| row.get(0)).unwrap();
    let root = root as usize;
    drop(connection);
    let mut bytes = fs::read(&path).unwrap();
    bytes[(root - 1) * 2_048..root * 2_048].fill(0xff);
    fs::write(&path, bytes).unwrap();
    // Nothing is wrong with it until the first frame is to be written.
    let (store, handle) = open(&path);
    let mut sent = 0;
    let second = path.with_file_name("flights-2.db");
    while_frames_come(&handle, &mut sent, "it goes on beside", || {
        second.exists() && handle.status().degraded.is_none()
    });
    let status = handle.status();
    assert_eq!(&*status.path, second);
    let note = status.note.unwrap();
    assert!(note.contains("flights-2.db"), "{note}");
    store.close().unwrap();
    assert!(path.exists() && check(&second).ok);
    assert_eq!(
        frames_in(&second),
        usize::from(sent),
        "nothing that came since is missing"
    );
}

#[test]
fn a_station_starts_beside_a_damaged_log_and_leaves_that_as_it_is() {
    for (from, to) in [(100, 2_000), (0, 16)] {
        let (_folder, path) = new_log();
        open(&path).0.close().unwrap();
        let mut bytes = fs::read(&path).unwrap();
        bytes[from..to].fill(0xff);
        fs::write(&path, &bytes).unwrap();
        assert!(
            Store::open(&path, &session(), &options())
                .unwrap_err()
                .is_damage()
        );
        let (store, handle) = Store::open_or_wait(&path, &session(), &options()).unwrap();
        let note = handle.status().note.unwrap();
        assert!(
            note.contains("damaged") || note.contains("malformed"),
            "{note}"
        );
        assert!(note.contains("goes on in"), "{note}");
        record(&handle, 1);
        store.close().unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
        assert_eq!(frames_in(&path.with_file_name("flights-2.db")), 1);
    }
}

#[test]
fn a_station_whose_log_cannot_be_opened_yet_loses_nothing_and_its_events_keep_apart() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    let told = |base: u64, n: u64| {
        let event = crate::support::event(
            base + n,
            START,
            volery::model::event::EventKind::System,
            serde_json::Value::Null,
        );
        let mut now = crate::support::snapshot(START, []);
        now.events = crate::support::ring([event]);
        std::sync::Arc::new(now)
    };
    handle.snapshot(&told(0, 1));
    store.close().unwrap();

    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let (store, handle) = Store::open_or_wait(&path, &session(), &options()).unwrap();
    assert!(handle.status().degraded.unwrap().contains("locked"));
    assert_eq!((handle.session(), handle.event_base()), (0, 0));
    record(&handle, 1);
    handle.snapshot(&told(handle.event_base(), 1));
    other.execute_batch("ROLLBACK").unwrap();
    wait_until("it is written", || handle.status().frames == 1);
    assert_eq!((handle.session(), handle.status().degraded), (2, None));

    let query = EventQuery {
        after_id: None,
        since_ms: None,
        vehicle: None,
        limit: 10,
    };
    wait_until("both events are there", || {
        Past::of(&handle).events(&query).unwrap().len() == 2
    });
    let ids = |events: Vec<volery::model::event::Event>| -> Vec<u64> {
        events.iter().map(|event| event.id).collect()
    };
    assert_eq!(
        ids(Past::of(&handle).events(&query).unwrap()),
        [1, 1],
        "as the session numbers them"
    );
    store.close().unwrap();
    let in_file = LogReader::open(&path).unwrap().events(&query).unwrap();
    let in_file: Vec<_> = in_file
        .iter()
        .map(|(session, event)| (*session, event.id))
        .collect();
    assert_eq!(in_file, [(1, 1), (2, 2)]);
}

#[test]
fn a_log_that_is_somebody_elses_or_in_use_still_refuses_to_start() {
    let (_folder, path) = new_log();
    let (store, _) = open(&path);
    assert!(Store::open_or_wait(&path, &session(), &options()).is_err());
    store.close().unwrap();
    let text = path.with_file_name("notes.txt");
    fs::write(&text, "this is not a log at all").unwrap();
    assert!(Store::open_or_wait(&text, &session(), &options()).is_err());
    assert_eq!(fs::read(&text).unwrap(), b"this is not a log at all");
}
