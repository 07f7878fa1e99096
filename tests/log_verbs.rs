//! `volery log ls|export|query|verify` as somebody types them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking too")]

#[path = "store/support.rs"]
#[expect(dead_code, reason = "the log's own tests use the rest")]
mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
};

use serde_json::{Value, json};
use support::{START, batch, event, frame, new_log, open, ring, snapshot, tlog, vehicle};
use tempfile::TempDir;
use volery::{
    model::{
        event::{Event, EventKind},
        recorder::{Direction, Recorder as _},
        time::TimeUs,
    },
    store::LogReader,
};

fn at(ms: i64) -> TimeUs {
    TimeUs::from_ms(START.as_ms() + ms)
}

fn volery(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_volery"))
        .args(words)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn log(verb: &str, path: &Path, words: &[&str]) -> Output {
    let path = path.to_str().unwrap();
    volery(&[&["log", verb, path], words].concat())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn said(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), text(&output.stderr))
}

fn good(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

type Frames = Vec<(TimeUs, Vec<u8>)>;

/// Two sessions: alpha flies twice in the first, bravo never arms; the second is short. Returns what
/// came in over the radio in the first.
fn flown() -> (TempDir, PathBuf, Frames) {
    let (folder, path) = new_log();
    let (store, handle) = open(&path);
    let mut came = Vec::new();
    for n in 0..100_i64 {
        let t = at(n * 200);
        let mut alpha = vehicle("alpha", t);
        alpha.armed = Some((10..30).contains(&n) || n >= 60);
        let position = alpha.position.as_mut().unwrap();
        position.alt_rel_m = Some(n as f64);
        position.lat_deg = Some(47.0 + n as f64 / 1e4);
        let mut bravo = vehicle("bravo", t);
        bravo.sysid = 2;
        bravo.mode = Some("=HYPERLINK(\"evil\")".into());
        let mut tick = snapshot(t, [alpha, bravo]);
        if n == 50 {
            let fault = Event {
                text: "<b>fault\x1b[2J".into(),
                ..Event::clone(&event(1, t, EventKind::Text, json!({"n": 1})))
            };
            tick.events = ring([Arc::new(fault)]);
        }
        handle.snapshot(&Arc::new(tick));
        let mut heard = frame(30, n as u8, b"attitude");
        heard[5] = if n % 4 == 3 { 2 } else { 1 };
        handle.record(batch(0, Direction::Received, &[(t, heard.clone())]));
        handle.record(batch(
            0,
            Direction::Sent,
            &[(t, frame(0, n as u8, b"beat"))],
        ));
        came.push((t, heard));
    }
    store.close_at(at(20_000)).unwrap();
    let (store, handle) = open(&path);
    handle.snapshot(&Arc::new(snapshot(
        at(30_000),
        [vehicle("alpha", at(30_000))],
    )));
    store.close_at(at(31_000)).unwrap();
    (folder, path, came)
}

#[test]
fn ls_shows_sessions_and_flights_as_the_view_has_them() {
    let (_folder, path, _) = flown();
    let words = good(&log("ls", &path, &[]));
    assert!(words.contains("2 sessions, 2 flights"), "{words}");
    assert!(
        words.contains("session 2") && words.contains("alpha"),
        "{words}"
    );
    let twice = log("ls", &path, &[path.to_str().unwrap(), "--json"]);
    let listings: Value = serde_json::from_str(&good(&twice)).unwrap();
    assert_eq!(listings.as_array().unwrap().len(), 2);
    let sessions = &listings[0]["sessions"];
    assert_eq!(sessions[1]["flights"], json!([]));
    let flights = &sessions[0]["flights"];
    assert_eq!(
        flights[0],
        json!({"session_id": 1, "drone_id": "alpha", "start_us": at(2_000).0, "end_us": at(5_800).0,
               "duration_s": 3.8, "max_alt_rel_m": 29.0, "max_groundspeed_m_s": 3.25,
               "min_battery_percent": 78, "samples": 20})
    );
    let view = "SELECT session_id, drone_id, start_us, end_us, duration_s, max_alt_rel_m, max_groundspeed_m_s,
        min_battery_percent, samples FROM v_flights ORDER BY start_us";
    let view = good(&log("query", &path, &[view, "--json"]));
    assert_eq!(&serde_json::from_str::<Value>(&view).unwrap(), flights);
}

#[test]
fn ls_without_a_file_looks_where_the_station_would_write() {
    let home = TempDir::new().unwrap();
    let listing = |state: &Path| {
        Command::new(env!("CARGO_BIN_EXE_volery"))
            .args(["log", "ls"])
            .current_dir(&home)
            .env_remove("VOLERY_LOG")
            .env("XDG_CONFIG_HOME", home.path())
            .env("XDG_STATE_HOME", state)
            .output()
            .unwrap()
    };
    let (status, sentence) = said(&listing(home.path()));
    assert_eq!(status, Some(1));
    assert!(sentence.contains("volery/flights.db"), "{sentence}");
    open(&home.path().join("volery/flights.db"))
        .0
        .close()
        .unwrap();
    assert!(good(&listing(home.path())).contains("1 session, 0 flights"));
}

#[test]
fn what_came_in_comes_out_again_as_a_tlog() {
    let (folder, path, came) = flown();
    let received = log("export", &path, &["--format", "tlog", "--received"]);
    assert!(received.status.success());
    assert_eq!(received.stdout, tlog(&came));
    let window = [
        "--from",
        &at(4_000).as_ms().to_string(),
        "--to",
        "2025-06-15T15:06:46Z",
    ];
    let part = log(
        "export",
        &path,
        &[
            &["--format", "tlog", "--vehicle", "bravo", "--session", "1"][..],
            &window,
        ]
        .concat(),
    );
    let expected: Frames = came
        .into_iter()
        .filter(|(t, frame)| frame[5] == 2 && *t >= at(4_000) && *t <= at(6_000))
        .collect();
    assert_eq!(part.stdout, tlog(&expected), "{}", text(&part.stderr));
    assert!(!expected.is_empty());
    let out = folder.path().join("flight.tlog");
    let words = ["--format", "tlog", "--sent", "-o", out.to_str().unwrap()];
    good(&log("export", &path, &words));
    assert_eq!(fs::read(&out).unwrap().len(), 100 * (8 + 16));
    let (status, sentence) = said(&log("export", &path, &words));
    assert_eq!(status, Some(2));
    assert!(sentence.contains("--force"), "{sentence}");
    good(&log("export", &path, &[&words[..], &["--force"]].concat()));
    let names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "nothing half-written stays: {names:?}");
}

#[test]
fn telemetry_is_a_table_that_harms_no_spreadsheet() {
    let (_folder, path, _) = flown();
    let csv = good(&log(
        "export",
        &path,
        &["--format", "csv", "--vehicle", "bravo"],
    ));
    let lines: Vec<_> = csv.lines().collect();
    assert!(lines[0].starts_with("session_id,drone_id,t_us,time,lat_deg,"));
    assert!(lines[0].ends_with("mode,armed,state,link,loss_percent"));
    assert_eq!(
        lines.len(),
        1 + 100 + 1,
        "a row a sample and one at the end"
    );
    assert!(
        lines[1].contains(",2025-06-15T15:06:40Z,47.397742,"),
        "{}",
        lines[1]
    );
    assert!(
        lines[1].contains(",\"'=HYPERLINK(\"\"evil\"\")\","),
        "{}",
        lines[1]
    );
    let rows = |words: &[&str]| {
        let words = [&["--format", "csv"][..], words].concat();
        good(&log("export", &path, &words)).lines().count() - 1
    };
    let noon = (at(0).as_ms() / 1_000).to_string();
    assert_eq!(rows(&["--vehicle", "alpha", "--to", &noon]), 1);
    assert_eq!(rows(&["--session", "2", "--vehicle", "alpha"]), 2);
    assert_eq!(
        rows(&["--vehicle", "alpha", "bravo", "--session", "1"]),
        202
    );
}

#[test]
fn json_lines_hold_telemetry_and_events_in_order_of_time() {
    let (_folder, path, _) = flown();
    let words = ["--format", "jsonl", "--session", "1"];
    let lines = good(&log("export", &path, &words));
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 203);
    assert!(lines.is_sorted_by_key(|line| line["t_ms"].as_i64()));
    let events: Vec<_> = lines
        .iter()
        .filter(|line| line["type"] == "event")
        .collect();
    assert_eq!(
        events,
        [
            &json!({"type": "event", "session_id": 1, "id": 1, "t_ms": at(10_000).as_ms(), "vehicle": "alpha",
                 "kind": "text", "severity": "warning", "text": "<b>fault\u{1b}[2J", "data": {"n": 1}})
        ]
    );
    assert_eq!(lines[0]["vehicle"], "alpha");
    assert_eq!(lines[0]["armed"], false);
    assert_eq!(lines[0]["airspeed_m_s"], Value::Null);
}

#[test]
fn tracks_are_one_per_flight_in_every_format_for_maps() {
    let (_folder, path, _) = flown();
    let export = |format| good(&log("export", &path, &["--format", format]));
    let gpx = export("gpx");
    assert_eq!(gpx.matches("<trk>").count(), 4, "{gpx}");
    assert_eq!(gpx.matches("<trkpt").count(), 20 + 41 + 101 + 2);
    assert!(gpx.contains(
        "<trk><name>alpha, session 1, flight 1</name><trkseg>\n<trkpt lat=\"47.001\" lon=\"8.545594\">\
         <ele>488</ele><time>2025-06-15T15:06:42Z</time></trkpt>"
    ));
    let kml = export("kml");
    assert_eq!(kml.matches("<gx:Track>").count(), 4);
    assert!(
        kml.contains("<when>2025-06-15T15:06:42Z</when><gx:coord>8.545594 47.001 488</gx:coord>")
    );
    let geojson: Value = serde_json::from_str(&export("geojson")).unwrap();
    let features = geojson["features"].as_array().unwrap();
    assert_eq!(features.len(), 4);
    assert_eq!(features[0]["geometry"]["type"], "LineString");
    assert_eq!(
        features[0]["geometry"]["coordinates"]
            .as_array()
            .unwrap()
            .len(),
        20
    );
    assert_eq!(
        features[0]["properties"],
        json!({"name": "alpha, session 1, flight 1", "vehicle": "alpha", "session": 1, "flight": 1,
               "start": "2025-06-15T15:06:42Z", "end": "2025-06-15T15:06:45.8Z"})
    );
    assert_eq!(features[2]["properties"]["flight"], Value::Null);
    let only = good(&log(
        "export",
        &path,
        &["--format", "gpx", "--vehicle", "bravo"],
    ));
    assert_eq!(only.matches("<trk>").count(), 1);
}

#[test]
fn a_question_is_answered_as_table_json_or_csv() {
    let (_folder, path, _) = flown();
    let sql = "SELECT kind, text, 1.5 AS x, NULL AS none, 7 AS kind FROM event";
    let table = good(&log("query", &path, &[sql]));
    assert_eq!(table.lines().count(), 2);
    assert!(
        table.contains("<b>fault [2J"),
        "no escape reaches the terminal: {table:?}"
    );
    let found: Value = serde_json::from_str(&good(&log("query", &path, &[sql, "--json"]))).unwrap();
    assert_eq!(
        found,
        json!([{"kind": "text", "text": "<b>fault\u{1b}[2J", "x": 1.5, "none": null, "kind_2": 7}])
    );
    let csv = good(&log(
        "query",
        &path,
        &["SELECT '-1' AS a, -1 AS b", "--csv"],
    ));
    assert_eq!(csv, "a,b\r\n'-1,-1\r\n");
    let none = good(&log("query", &path, &["SELECT * FROM mission", "--json"]));
    assert_eq!(none, "[]\n");
    good(&log("query", &path, &["PRAGMA table_info(event)"]));
}

#[test]
fn a_question_changes_nothing_however_it_is_put() {
    let (folder, path, _) = flown();
    let before = fs::read(&path).unwrap();
    let other = folder.path().join("other.db");
    let attach = format!("ATTACH '{}' AS o", other.display());
    let vacuum = format!("VACUUM INTO '{}'", other.display());
    for sql in [
        "DELETE FROM event",
        "INSERT INTO gap VALUES(1, 2, 3, 'frames', 4) RETURNING what",
        "DROP TABLE event",
        "CREATE TEMP TABLE t(x)",
        "PRAGMA user_version = 9",
        "PRAGMA query_only = 0",
        "PRAGMA query_only(0)",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema = 1",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "SELECT 1; DELETE FROM event",
        "SELECT load_extension('x')",
        "WITH x AS (SELECT 1) UPDATE event SET text = 'x' RETURNING id",
        "BEGIN",
        "",
        &attach,
        &vacuum,
    ] {
        let output = log("query", &path, &[sql]);
        let (status, sentence) = said(&output);
        assert_eq!(status, Some(2), "{sql}: {sentence}");
        assert!(
            sentence.starts_with("volery: cannot answer: "),
            "{sql}: {sentence}"
        );
        assert!(output.stdout.is_empty(), "{sql}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(!other.exists());
    let (status, sentence) = said(&log("query", &path, &["SELECT mood FROM event"]));
    assert_eq!(status, Some(2));
    assert!(sentence.contains("no such column: mood"), "{sentence}");
}

#[test]
fn verify_says_whether_a_log_is_whole_and_its_status_too() {
    let (_folder, path, _) = flown();
    assert!(good(&log("verify", &path, &[])).contains("the log is whole"));
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch("UPDATE frames SET data = zeroblob(9) WHERE id = 1")
        .unwrap();
    drop(connection);
    let broken = log("verify", &path, &["--json"]);
    assert_eq!(broken.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&broken.stdout).unwrap();
    assert_eq!(
        (&report["ok"], &report["damaged_blocks"]),
        (&json!(false), &json!(1))
    );
    let exported = log("export", &path, &["--format", "tlog"]);
    assert!(exported.status.success() && text(&exported.stderr).contains("missing"));
}

#[test]
fn mistakes_are_answered_in_sentences_with_their_status() {
    let (folder, path, _) = flown();
    let stranger = folder.path().join("notes.txt");
    fs::write(&stranger, "no log").unwrap();
    let into = |out: &str| ["--format", "csv", "-o", out].map(str::to_owned);
    let (itself, nowhere) = (into(path.to_str().unwrap()), into("/nowhere/at/all.csv"));
    let table: [(&Path, Vec<&str>, i32, &str); 8] = [
        (
            &path,
            vec!["--format", "csv", "--received"],
            2,
            "--format tlog",
        ),
        (
            &path,
            vec!["--format", "tlog", "--sent", "--vehicle", "alpha"],
            2,
            "--sent",
        ),
        (
            &path,
            vec!["--format", "csv", "--vehicle", "alfa"],
            1,
            "alpha, bravo",
        ),
        (
            &path,
            vec!["--format", "csv", "--session", "9"],
            1,
            "no session 9",
        ),
        (
            &path,
            vec!["--format", "csv", "--from", "noon"],
            2,
            "a time is wanted",
        ),
        (
            &path,
            itself.iter().map(String::as_str).collect(),
            2,
            "--force",
        ),
        (
            &path,
            nowhere.iter().map(String::as_str).collect(),
            1,
            "no such file",
        ),
        (&stranger, vec!["--format", "csv"], 1, "not a flight log"),
    ];
    for (path, words, wanted, part) in table {
        let (status, sentence) = said(&log("export", path, &words));
        assert_eq!(status, Some(wanted), "{words:?}: {sentence}");
        assert!(sentence.contains(part), "{words:?}: {sentence}");
    }
    let over = ["--format", "csv", "--force", "-o", path.to_str().unwrap()];
    let (status, sentence) = said(&log("export", &path, &over));
    assert_eq!(
        (status, sentence.contains("over itself")),
        (Some(2), true),
        "{sentence}"
    );
    assert!(LogReader::open(&path).is_ok());
}

#[test]
fn a_reader_that_goes_away_is_told_nothing() {
    let (_folder, path, _) = flown();
    let mut child = Command::new(env!("CARGO_BIN_EXE_volery"))
        .args(["log", "query", path.to_str().unwrap(), "--csv"])
        .arg("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000000) SELECT i FROM n")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_log_that_is_being_written_and_a_newer_one_are_read() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    handle.record(batch(0, Direction::Received, &[(START, frame(0, 0, b"x"))]));
    support::wait_until("it is written", || handle.status().frames == 1);
    assert_eq!(
        log("export", &path, &["--format", "tlog"]).stdout.len(),
        8 + 13
    );
    assert!(good(&log("ls", &path, &[])).contains("did not end"));
    store.close().unwrap();
    let newer = "PRAGMA user_version = 7; ALTER TABLE telemetry ADD COLUMN mood TEXT";
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch(newer).unwrap();
    drop(connection);
    for (verb, words) in [
        ("ls", &[][..]),
        ("verify", &[]),
        ("query", &["SELECT mood FROM telemetry"]),
        ("export", &["--format", "csv"]),
        ("export", &["--format", "tlog"]),
    ] {
        good_or_binary(&log(verb, &path, words));
    }
    let serve = [
        "serve",
        "--no-listen",
        "--link",
        "udpin:127.0.0.1:0",
        "--log",
    ];
    let (status, sentence) = said(&volery(&[&serve[..], &[path.to_str().unwrap()]].concat()));
    assert_eq!(status, Some(1), "{sentence}");
    assert!(sentence.contains("can be read, not written"), "{sentence}");
}

fn good_or_binary(output: &Output) {
    assert!(output.status.success(), "{}", text(&output.stderr));
}
