//! `docs/flight-log.md` says what the file says.

use std::{fs, sync::Arc};

use rusqlite::Connection;
use serde_json::json;
use volery::{
    model::{
        event::EventKind,
        recorder::{Direction, Recorder as _},
        time::TimeUs,
    },
    store::{Gap, GapKind},
};

use crate::support::{START, batch, event, frame, new_log, open, ring, snapshot, vehicle};

fn page() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/flight-log.md")).unwrap()
}

/// A log with something of everything in it.
fn full_log(path: &std::path::Path) {
    let at = |ms: i64| TimeUs::from_ms(START.as_ms() + ms);
    let (store, handle) = open(path);
    for n in 0..100_i64 {
        let t = at(n * 200);
        let mut now = vehicle("alpha", t);
        now.armed = Some((20..80).contains(&n));
        now.mode = Some(if n < 50 { "GUIDED" } else { "RTL" }.into());
        let mut tick = snapshot(t, [now]);
        let rejected =
            json!({"command": "arm", "state": "rejected", "result": "denied", "request": "c1"});
        tick.events = ring([event(1, at(0), EventKind::Command, rejected)]);
        handle.snapshot(&Arc::new(tick));
        handle.record(batch(
            0,
            Direction::Received,
            &[(t, frame(0, n as u8, b"heartbeat"))],
        ));
    }
    handle.missed(Gap {
        what: GapKind::Frames,
        start: at(1),
        end: at(2),
        count: 3,
    });
    store.close().unwrap();
}

#[test]
fn the_ten_queries_run_and_find_something() {
    let (_folder, path) = new_log();
    full_log(&path);
    let connection = Connection::open(&path).unwrap();
    let page = page();
    let queries: Vec<_> = page
        .split("```sql\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(queries.len(), 10);
    for query in queries {
        let mut statement = connection
            .prepare(query)
            .unwrap_or_else(|error| panic!("{error}\n{query}"));
        let mut rows = statement.query([]).unwrap();
        assert!(rows.next().unwrap().is_some(), "finds nothing:\n{query}");
    }
    let flight = "SELECT duration_s, samples, min_battery_percent FROM v_flights";
    let figures: (f64, i64, i64) = connection
        .query_row(flight, [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(figures, (11.8, 60, 78));
    let command: (String, String, String) = connection
        .query_row(
            "SELECT request, command, result FROM v_commands",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    assert_eq!(command, ("c1".into(), "arm".into(), "denied".into()));
}

#[test]
fn every_table_and_column_is_explained() {
    let (_folder, path) = new_log();
    full_log(&path);
    let connection = Connection::open(&path).unwrap();
    let page = page();
    let mut statement = connection
        .prepare(
            "SELECT m.name, m.type, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
             WHERE m.type IN ('table', 'view')",
        )
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut columns = 0;
    while let Some(row) = rows.next().unwrap() {
        let (table, kind, column): (String, String, String) = (
            row.get(0).unwrap(),
            row.get(1).unwrap(),
            row.get(2).unwrap(),
        );
        if kind == "view" {
            assert!(page.contains(&format!("`{table}`")), "{table}");
            continue;
        }
        let section = page.split(&format!("\n### {table}: ")).nth(1);
        let section = section.unwrap_or_else(|| panic!("no section on {table}"));
        let section = section.split("\n### ").next().unwrap();
        assert!(section.contains(&format!("`{column}`")), "{table}.{column}");
        columns += 1;
    }
    assert!(columns > 80, "{columns}");
}
