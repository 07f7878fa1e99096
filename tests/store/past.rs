//! Questions about the past while the log is written.

use std::sync::Arc;

use volery::{
    model::{
        event::EventKind,
        history::{EventQuery, History as _, HistoryError, HistoryQuery},
        recorder::{Direction, Recorder as _},
        time::TimeUs,
        vehicle::State,
    },
    store::{LogReader, Past},
};

use crate::support::{
    START, batch, event, frame, new_log, open, ring, snapshot, vehicle, wait_until,
};

fn everything(vehicle: &str) -> HistoryQuery {
    HistoryQuery {
        vehicle: vehicle.into(),
        from_ms: None,
        to_ms: None,
        step_ms: None,
        limit: 100_000,
    }
}

#[test]
fn the_past_is_told_while_it_is_written_and_the_writer_does_not_wait() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    let past = Arc::new(Past::of(&handle));
    let asking = {
        let past = Arc::clone(&past);
        std::thread::spawn(move || {
            let mut most = 0;
            let end = std::time::Instant::now() + std::time::Duration::from_millis(700);
            while std::time::Instant::now() < end {
                most = most.max(past.rows(&everything("alpha")).unwrap().len());
            }
            most
        })
    };
    for n in 0..300_i64 {
        let t = TimeUs::from_ms(START.as_ms() + n * 200);
        handle.snapshot(&Arc::new(snapshot(t, [vehicle("alpha", t)])));
        handle.record(batch(
            0,
            Direction::Received,
            &[(t, frame(0, n as u8, b"beat"))],
        ));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    wait_until("all is written", || handle.status().frames == 300);
    assert!(asking.join().unwrap() > 0);
    assert_eq!((handle.status().gaps, handle.status().degraded), (0, None));
    let rows = past.rows(&everything("alpha")).unwrap();
    assert_eq!(rows.len(), 300);
    assert_eq!(rows[0].state, Some(State::Live));
    assert_eq!(rows[0].gps_fix.unwrap().to_string(), "3d_fix");
    assert!(past.rows(&everything("nobody")).unwrap().is_empty());
    store.close().unwrap();
}

#[test]
fn more_questions_than_can_wait_are_refused() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    for n in 0..400_i64 {
        let t = TimeUs::from_ms(START.as_ms() + n * 200);
        let fleet = (0..40).map(|id| vehicle(&format!("v{id}"), t));
        handle.snapshot(&Arc::new(snapshot(t, fleet)));
    }
    wait_until("all is written", || {
        let log = LogReader::open(&path).unwrap();
        log.info().unwrap().telemetry >= 16_000
    });
    let past = Arc::new(Past::of(&handle));
    let askers: Vec<_> = (0..64)
        .map(|_| {
            let past = Arc::clone(&past);
            std::thread::spawn(move || match past.rows(&everything("v7")) {
                Ok(rows) => {
                    assert_eq!(rows.len(), 400);
                    true
                }
                Err(HistoryError::Busy { .. }) => false,
                Err(other) => panic!("{other}"),
            })
        })
        .collect();
    let answered = askers.into_iter().map(|asker| asker.join().unwrap());
    let answered = answered.filter(|answered| *answered).count();
    assert!(answered >= 1, "{answered}");
    assert_eq!(
        past.rows(&everything("v7")).unwrap().len(),
        400,
        "and afterwards all is well"
    );
    store.close().unwrap();
}

#[test]
fn events_have_the_ids_of_the_session_and_go_on_after_those_before() {
    let (_folder, path) = new_log();
    let query = EventQuery {
        after_id: None,
        since_ms: None,
        vehicle: None,
        limit: 3,
    };
    for session in 0..3_u64 {
        let (store, handle) = open(&path);
        let base = handle.event_base();
        assert_eq!(base, session * 2);
        let mut now = snapshot(START, []);
        let numbered =
            (1..=2).map(|n| event(base + n, START, EventKind::System, serde_json::Value::Null));
        now.events = ring(numbered);
        handle.snapshot(&Arc::new(now));
        let past = Past::of(&handle);
        wait_until("they are written", || {
            let newest = past.events(&query).unwrap();
            newest.last().is_some_and(|event| event.id == base + 2)
        });
        let ids: Vec<u64> = past
            .events(&query)
            .unwrap()
            .iter()
            .map(|event| event.id)
            .collect();
        let expected: Vec<u64> = ((base + 2).saturating_sub(2).max(1)..=base + 2).collect();
        assert_eq!(ids, expected);
        store.close().unwrap();
    }
}
