//! Telemetry, drones, events and sessions as they stand in the file.

use std::sync::Arc;

use rusqlite::Connection;
use serde_json::json;
use volery::{
    model::{
        event::EventKind,
        history::{EventQuery, HistoryQuery},
        time::TimeUs,
        vehicle::State,
    },
    store::{Gap, GapKind, LogReader},
};

use crate::support::{
    START, check, event, new_log, open, ring, silent, snapshot, vehicle, wait_until,
};

fn at(ms: i64) -> TimeUs {
    TimeUs::from_ms(START.as_ms() + ms)
}

#[test]
fn the_last_row_says_what_the_snapshot_said() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    handle.snapshot(&Arc::new(snapshot(
        at(0),
        [vehicle("alpha", at(0)), silent("bravo")],
    )));
    let mut moved = vehicle("alpha", at(50));
    moved.position.as_mut().unwrap().alt_rel_m = Some(12.5);
    handle.snapshot(&Arc::new(snapshot(at(50), [moved, silent("bravo")])));
    store.close().unwrap();
    let log = LogReader::open(&path).unwrap();
    let row = log.at("alpha", at(10_000)).unwrap().unwrap();
    assert_eq!(
        serde_json::to_value(row).unwrap(),
        json!({ "t_ms": at(50).as_ms(),
            "lat_deg": 47.397_742, "lon_deg": 8.545_594, "alt_msl_m": 488.0, "alt_rel_m": 12.5, "roll_deg": 1.5,
            "groundspeed_m_s": 3.25, "climb_m_s": -0.5, "battery_percent": 78, "battery_v": 22.4, "battery_a": 11.2,
            "gps_fix": "3d_fix", "satellites": 14, "hdop": 0.8, "mode": "STABILIZE", "armed": false,
            "state": "live", "link": "radio", "loss_percent": 0.4,
        })
    );
    assert_eq!(log.at("bravo", at(10_000)).unwrap(), None);
    assert_eq!(log.at("alpha", at(-1)).unwrap(), None);
}

#[test]
fn a_row_that_was_held_back_is_written_after_a_moment_of_silence() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    handle.snapshot(&Arc::new(snapshot(at(0), [vehicle("alpha", at(0))])));
    for (ms, alt) in [(50, 1.0), (100, 2.0)] {
        let mut moved = vehicle("alpha", at(ms));
        moved.position.as_mut().unwrap().alt_rel_m = Some(alt);
        handle.snapshot(&Arc::new(snapshot(at(ms), [moved])));
    }
    // Nothing more is said, and the log is not closed: the writer settles it by itself.
    wait_until("the last altitude is in the log", || {
        let log = LogReader::open(&path).unwrap();
        let row = log.at("alpha", at(60_000)).unwrap();
        row.is_some_and(|row| row.alt_rel_m == Some(2.0))
    });
    store.close().unwrap();
}

#[test]
fn every_event_is_written_once_over_sessions_and_misses_are_a_gap() {
    let (_folder, path) = new_log();
    for session in 1..=2 {
        let (store, handle) = open(&path);
        // Events of a session have the ids after those of the sessions before.
        let base = handle.event_base();
        assert_eq!(base, (session as u64 - 1) * 10);
        let numbered = |n: u64, kind, data| event(base + n, at(n as i64), kind, data);
        for newest in [3_u64, 3, 5] {
            let events = (1..=newest).map(|n| numbered(n, EventKind::Text, json!(null)));
            let mut now = snapshot(at(10), []);
            now.events = ring(events);
            handle.snapshot(&Arc::new(now));
        }
        let mut later = snapshot(at(20), []);
        let data = json!({"command": "rtl", "state": "accepted"});
        later.events = ring((9..=10).map(|n| numbered(n, EventKind::Command, data.clone())));
        handle.snapshot(&Arc::new(later));
        assert_eq!(handle.session(), session);
        store.close().unwrap();
    }
    let log = LogReader::open(&path).unwrap();
    let query = EventQuery {
        after_id: None,
        since_ms: None,
        vehicle: None,
        limit: 100,
    };
    let found: Vec<_> = log
        .events(&query)
        .unwrap()
        .into_iter()
        .map(|(session, event)| (session, event.id))
        .collect();
    let first = [1, 2, 3, 4, 5, 9, 10].map(|id| (1, id));
    let second = first.map(|(_, id)| (2, id + 10));
    assert_eq!(found, [first, second].concat());
    let gaps = log.gaps().unwrap();
    let found: Vec<_> = gaps
        .iter()
        .map(|gap| (gap.what.as_str(), gap.count))
        .collect();
    assert_eq!(found, [("events", 3), ("events", 3)]);

    let last = log
        .events(&EventQuery {
            limit: 1,
            ..query.clone()
        })
        .unwrap();
    assert_eq!(
        serde_json::to_value(&last).unwrap(),
        json!([[2, {"id": 20, "t_ms": START.as_ms() + 10, "kind": "command", "severity": "warning",
                "text": "event 20", "data": {"command": "rtl", "state": "accepted"}}]])
    );
    let about = EventQuery {
        after_id: None,
        since_ms: Some(START.as_ms() + 3),
        vehicle: Some("alpha".into()),
        limit: 3,
    };
    let ids: Vec<_> = log
        .events(&about)
        .unwrap()
        .into_iter()
        .map(|(_, event)| event.id)
        .collect();
    assert_eq!(ids, [13, 15, 19], "the newest three, oldest first");
}

#[test]
fn a_drone_is_one_row_also_when_it_tells_its_hardware_id_late() {
    let (_folder, path) = new_log();
    for (session, uids) in [
        [None, Some("one")],
        [None, Some("one")],
        [None, Some("two")],
    ]
    .iter()
    .enumerate()
    {
        let (store, handle) = open(&path);
        for (n, uid) in uids.iter().enumerate() {
            let t = at((session * 10_000 + n * 2_000) as i64);
            let mut now = vehicle("alpha", t);
            now.uid = uid.map(Into::into);
            handle.snapshot(&Arc::new(snapshot(t, [now])));
        }
        store.close().unwrap();
    }
    let connection = Connection::open(&path).unwrap();
    let mut statement = connection
        .prepare("SELECT uid, type, first_seen_us, last_seen_us FROM drone ORDER BY uid")
        .unwrap();
    let rows: Vec<(Option<String>, String, i64, i64)> = statement
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let seen = |from, to| (at(from).0, at(to).0);
    let (one, two) = (seen(0, 12_000), seen(20_000, 22_000));
    assert_eq!(
        rows,
        [
            (Some("one".into()), "quadrotor".into(), one.0, one.1),
            (Some("two".into()), "quadrotor".into(), two.0, two.1),
        ]
    );
}

#[test]
fn history_is_found_across_sessions_and_thinned_by_step() {
    let (_folder, path) = new_log();
    for session in 0..3_i64 {
        let (store, handle) = open(&path);
        for n in 0..50 {
            let t = at(session * 100_000 + n * 200);
            let vehicles = ["alpha", "bravo"].map(|id| vehicle(id, t));
            handle.snapshot(&Arc::new(snapshot(t, vehicles)));
        }
        store.close().unwrap();
    }
    let log = LogReader::open(&path).unwrap();
    let query = |from, to, step_ms| HistoryQuery {
        vehicle: "bravo".into(),
        from_ms: Some(at(from).as_ms()),
        to_ms: Some(at(to).as_ms()),
        step_ms: Some(step_ms),
        limit: usize::MAX,
    };
    let times = |query: &HistoryQuery| -> Vec<i64> {
        let rows = log.history(query).unwrap();
        rows.iter().map(|row| row.t_ms - START.as_ms()).collect()
    };
    assert_eq!(
        times(&query(100_000, 100_600, 0)),
        [100_000, 100_200, 100_400, 100_600]
    );
    // Three times fifty, and one at each shutdown.
    assert_eq!(
        times(&query(i64::from(i32::MIN), i64::from(i32::MAX), 0)).len(),
        153
    );
    let thinned = times(&query(0, 9_799, 1_000));
    assert_eq!(
        thinned,
        [
            800, 1_800, 2_800, 3_800, 4_800, 5_800, 6_800, 7_800, 8_800, 9_600
        ]
    );
    assert_eq!(times(&query(50_000, 60_000, 0)), [0; 0]);
    let newest = HistoryQuery {
        from_ms: None,
        to_ms: None,
        step_ms: None,
        limit: 2,
        ..query(0, 0, 0)
    };
    assert_eq!(times(&newest), {
        let all = times(&query(200_000, 300_000, 0));
        all[all.len() - 2..].to_vec()
    });
}

#[test]
fn loss_is_a_row_at_once_and_what_others_missed_is_a_gap() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    handle.snapshot(&Arc::new(snapshot(at(0), [vehicle("alpha", at(0))])));
    let mut lost = vehicle("alpha", at(0));
    lost.state = State::Lost;
    handle.snapshot(&Arc::new(snapshot(at(50), [lost])));
    handle.missed(Gap {
        what: GapKind::Frames,
        start: at(1),
        end: at(2),
        count: 17,
    });
    wait_until("the gap is written", || {
        LogReader::open(&path).unwrap().gaps().unwrap().len() == 1
    });
    assert_eq!(handle.status().gaps, 17);
    let log = LogReader::open(&path).unwrap();
    wait_until("the loss is written", || {
        let row = log.at("alpha", at(50)).unwrap();
        row.is_some_and(|row| row.state == Some(State::Lost))
    });
    store.close().unwrap();
}

#[test]
fn a_session_has_its_end_and_the_log_is_one_file_when_it_is_closed() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    assert!(handle.status().open);
    store.close().unwrap();
    let status = handle.status();
    assert!(!status.open && status.degraded.is_none() && status.bytes > 0);
    let files = || -> Vec<_> {
        let entries = std::fs::read_dir(path.parent().unwrap()).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    };
    assert_eq!(files(), ["flights.db"]);
    // Nor does reading leave anything behind.
    let before = std::fs::read(&path).unwrap();
    assert_eq!(LogReader::open(&path).unwrap().sessions().unwrap().len(), 1);
    assert!(check(&path).ok);
    assert_eq!(files(), ["flights.db"]);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let (store, _) = open(&path);
    store.close_at(at(7_000)).unwrap();
    let log = LogReader::open(&path).unwrap();
    let sessions = log.sessions().unwrap();
    assert!(sessions[0].ended_us.unwrap() - START.0 < 10_000_000);
    assert_eq!(sessions[1].ended_us, Some(at(7_000).0));
    assert_eq!(sessions[1].name.as_deref(), Some("Field team 1"));
    assert_eq!(log.schema(), 1);
}
