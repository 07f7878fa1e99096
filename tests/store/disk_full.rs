//! A disk that is full, and one that has room again.

use std::{sync::Arc, time::Instant};

use rusqlite::Connection;
use volery::{
    model::{
        event::EventKind,
        recorder::{Direction, Recorder as _},
        time::TimeUs,
    },
    store::{FrameFilter, LogReader, Store, StoreError, StoreHandle},
};

use crate::support::{
    START, batch, check, event, frame, new_log, options, ring, session, snapshot, wait_until,
};

/// Frames nobody can compress, so that 2 MiB are soon full.
struct Noise(u32, u32);

impl Noise {
    fn record(&mut self, handle: &StoreHandle) {
        let frames: Vec<_> = (0..20)
            .map(|_| {
                let payload: Vec<u8> = (0..250).map(|_| self.random()).collect();
                self.1 += 1;
                let t = TimeUs(START.0 + i64::from(self.1) * 1_000);
                (t, frame(30, self.1 as u8, &payload))
            })
            .collect();
        handle.record(batch(0, Direction::Received, &frames));
    }

    fn random(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 24) as u8
    }
}

fn small() -> volery::store::StoreOptions {
    volery::store::StoreOptions {
        queue_bytes: 256 * 1024,
        max_pages: Some(1_000),
        ..options()
    }
}

/// Takes half of the room there is.
fn ballast(path: &std::path::Path) -> Connection {
    let other = Connection::open(path).unwrap();
    other
        .busy_timeout(std::time::Duration::from_secs(5))
        .unwrap();
    other
        .execute_batch("CREATE TABLE ballast(data); INSERT INTO ballast VALUES(zeroblob(1000000))")
        .unwrap();
    other
}

#[test]
fn a_full_disk_is_told_and_counted_and_recording_resumes_by_itself() {
    let (_folder, path) = new_log();
    let (store, handle) = Store::open(&path, &session(), &small()).unwrap();
    let other = ballast(&path);
    let mut noise = Noise(1, 0);
    wait_until("the disk is full and frames are lost", || {
        noise.record(&handle);
        let status = handle.status();
        status.degraded.is_some() && status.gaps > 0
    });
    let status = handle.status();
    let reason = status.degraded.unwrap();
    assert!(
        reason.contains("flights.db") && reason.contains("full"),
        "{reason}"
    );
    assert!(status.queue_bytes <= 256 * 1024);
    // An event still finds room in the queue when frames do not.
    let mut now = snapshot(START, []);
    now.events = ring([event(
        1,
        START,
        EventKind::Command,
        serde_json::json!({"command": "rtl"}),
    )]);
    handle.snapshot(&Arc::new(now));

    other.execute_batch("DELETE FROM ballast").unwrap();
    wait_until("recording resumed", || handle.status().degraded.is_none());
    noise.record(&handle);
    store.close().unwrap();

    let log = LogReader::open(&path).unwrap();
    let gap = &log.gaps().unwrap()[0];
    assert_eq!(gap.what, "frames");
    assert!(gap.t_start_us > START.0 && gap.t_start_us < gap.t_end_us);
    let written = log.frames(&FrameFilter::default()).unwrap().count() as u32;
    let missing: i64 = log.gaps().unwrap().iter().map(|gap| gap.count).sum();
    assert_eq!(
        i64::from(written) + missing,
        i64::from(noise.1),
        "nothing twice, nothing forgotten"
    );
    let status = handle.status();
    assert_eq!(
        (status.frames, status.gaps),
        (u64::from(written), missing.unsigned_abs())
    );
    assert_eq!(log.info().unwrap().events, 1);
    assert!(check(&path).ok);
}

#[test]
fn a_log_on_a_full_disk_closes_in_time_and_says_what_is_lost() {
    let (_folder, path) = new_log();
    let (store, handle) = Store::open(&path, &session(), &small()).unwrap();
    let _other = ballast(&path);
    let mut noise = Noise(1, 0);
    wait_until("the disk is full", || {
        noise.record(&handle);
        handle.status().degraded.is_some()
    });
    let began = Instant::now();
    let error = store.close().unwrap_err();
    assert!(began.elapsed().as_millis() < 1_600, "{:?}", began.elapsed());
    let StoreError::NotFlushed { lost, reason, .. } = error else {
        panic!("{error}");
    };
    assert!(reason.contains("full"), "{reason}");
    let log = LogReader::open(&path).unwrap();
    let written = log.frames(&FrameFilter::default()).unwrap().count() as u64;
    assert!(lost > 0 && handle.status().gaps >= lost);
    assert_eq!(written + handle.status().gaps, u64::from(noise.1));
    // The lock is free again, and what is there is whole.
    assert!(check(&path).ok);
}

#[test]
fn another_program_that_holds_the_database_only_delays_the_log() {
    let (_folder, path) = new_log();
    let (store, handle) = Store::open(&path, &session(), &options()).unwrap();
    let other = Connection::open(&path).unwrap();
    other
        .busy_timeout(std::time::Duration::from_secs(5))
        .unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    handle.record(batch(0, Direction::Received, &[(START, frame(0, 0, b"x"))]));
    wait_until("it is told", || handle.status().degraded.is_some());
    assert_eq!(handle.status().gaps, 0);
    other.execute_batch("ROLLBACK").unwrap();
    wait_until("it is written", || {
        handle.status().frames == 1 && handle.status().degraded.is_none()
    });
    store.close().unwrap();
}
