//! The flight log of a real station, from outside: killed in full flight, asked over HTTP, compared with
//! what it showed.

#[path = "support/station.rs"]
mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::UdpSocket,
    process::Command,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use serde_json::Value;
use support::{Outcome, Station, free_udp_port, recording};
use volery::{
    model::recorder::Direction,
    store::{FrameFilter, LogReader, verify},
    wire::tlog::TlogReader,
};

const FRAMES_PER_S: u32 = 3_000;

/// Frames of a recording, as they were on the wire.
fn frames(name: &str) -> Outcome<Vec<Vec<u8>>> {
    let bytes = std::fs::read(recording(name)?.0)?;
    Ok(TlogReader::new(&bytes)
        .map(|record| record.frame.bytes().to_vec())
        .collect())
}

fn link(port: u16) -> String {
    format!("udpin:127.0.0.1:{port}")
}

/// Sends `frames` over and over at [`FRAMES_PER_S`] until `end`. Returns when each was sent.
fn send_until(frames: &[Vec<u8>], port: u16, life: Duration) -> Outcome<Vec<Duration>> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(("127.0.0.1", port))?;
    let began = Instant::now();
    let mut sent = Vec::new();
    while began.elapsed() < life {
        let due = began.elapsed().as_millis() as usize * FRAMES_PER_S as usize / 1_000;
        for n in sent.len()..due {
            socket.send(&frames[n % frames.len()])?;
            sent.push(began.elapsed());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(sent)
}

/// How often a station is killed: a few times, or as often as `VOLERY_KILLS` says.
fn kills() -> u64 {
    let wanted = std::env::var("VOLERY_KILLS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(3)
}

#[test]
fn a_station_killed_at_3_000_frames_a_second_leaves_a_whole_log_and_misses_a_second_at_most()
-> Outcome {
    let frames = frames("sitl-three_copters")?;
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("flights.db");
    for n in 0..kills() {
        let port = free_udp_port()?;
        // One log through all deaths: nothing stands in the way of the next session.
        let mut station = Station::start_with_log(&log, &["--link", &link(port)])?;
        let life = Duration::from_millis(1_200 + n * 137 % 900);
        let sent = send_until(&frames, port, life)?;
        station.kill()?;
        assert!(sent.len() >= 3_000, "{} frames in {life:?}", sent.len());
        check_killed(&log, n as i64 + 1, &frames, &sent)?;
    }
    Ok(())
}

/// What was sent more than a second before the end is there, in order and byte for byte.
fn check_killed(
    path: &std::path::Path,
    session: i64,
    frames: &[Vec<u8>],
    sent: &[Duration],
) -> Outcome {
    let connection = Connection::open(path)?;
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    assert_eq!(check, "ok");
    drop(connection);
    let report = verify(path, &mut |_| {})?;
    assert!(report.ok, "{:?}", report.problems);
    let received = FrameFilter {
        session: Some(session),
        direction: Some(Direction::Received),
        ..FrameFilter::default()
    };
    let log = LogReader::open(path)?;
    let kept: Vec<_> = log.frames(&received)?.collect();
    for (n, kept) in kept.iter().enumerate() {
        assert_eq!(kept.bytes, frames[n % frames.len()], "frame {n}");
    }
    let last = sent.last().ok_or("nothing was sent")?;
    let due = sent
        .iter()
        .filter(|at| **at + Duration::from_secs(1) <= *last);
    assert!(
        kept.len() >= due.clone().count(),
        "{} of {} frames kept, {} are older than a second",
        kept.len(),
        sent.len(),
        due.count()
    );
    Ok(())
}

#[test]
fn what_came_in_over_udp_comes_out_of_the_log_as_a_tlog() -> Outcome {
    let frames = frames("sitl-copter_mission")?;
    let port = free_udp_port()?;
    let mut station = Station::start(&["--link", &link(port)])?;
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(("127.0.0.1", port))?;
    for some in frames.chunks(40) {
        for frame in some {
            socket.send(frame)?;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
    station.wait_for("every frame counted", |station| {
        station
            .link()
            .is_ok_and(|link| link["frames"] == frames.len())
    })?;
    assert_eq!(station.stop()?, Some(143));
    let output = Command::new(env!("CARGO_BIN_EXE_volery"))
        .args(["log", "export", "--format", "tlog", "--received"])
        .arg(station.log())
        .output()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (mut at, mut last) = (0, 0);
    for frame in &frames {
        let t_us = u64::from_be_bytes(output.stdout[at..at + 8].try_into()?);
        assert!(t_us >= last && t_us > 1_000_000_000_000_000, "times rise");
        last = t_us;
        assert_eq!(&output.stdout[at + 8..at + 8 + frame.len()], frame);
        at += 8 + frame.len();
    }
    assert_eq!(at, output.stdout.len());
    Ok(())
}

#[test]
fn a_second_after_the_last_frame_the_last_row_is_the_snapshot() -> Outcome {
    let frames = frames("sitl-three_copters")?;
    let port = free_udp_port()?;
    let station = Station::start(&["--link", &link(port)])?;
    send_until(&frames, port, Duration::from_millis(1_500))?;
    // Lost is the last that changes by itself; then a second of silence.
    station.wait_for("all are lost", |station| {
        let fleet = station.fleet().unwrap_or_default();
        let vehicles = fleet["vehicles"].as_object();
        vehicles.is_some_and(|all| all.len() == 3 && all.values().all(|v| v["state"] == "lost"))
    })?;
    let seq = station.fleet()?["seq"].clone();
    let silent = Instant::now();
    while silent.elapsed() < Duration::from_secs(1) {
        std::thread::sleep(Duration::from_millis(100));
    }
    let fleet = station.fleet()?;
    let vehicles = fleet["vehicles"].as_object().ok_or("no vehicles")?;
    for (id, vehicle) in vehicles {
        let rows = station.get(&format!("/api/v1/history?vehicle={id}&limit=1"))?;
        compare(id, vehicle, &rows[0]);
        // The file says the same.
        let log = LogReader::open(&station.log())?;
        let row = log.at(id, volery::model::time::TimeUs(i64::MAX - 1))?;
        assert_eq!(serde_json::to_value(row)?, rows[0], "{id}");
    }
    assert!(seq.as_u64() <= fleet["seq"].as_u64());
    Ok(())
}

fn compare(id: &str, vehicle: &Value, row: &Value) {
    let pairs = [
        ("position", "lat_deg"),
        ("position", "lon_deg"),
        ("position", "alt_msl_m"),
        ("position", "alt_rel_m"),
        ("attitude", "roll_deg"),
        ("attitude", "pitch_deg"),
        ("attitude", "yaw_deg"),
        ("velocity", "groundspeed_m_s"),
        ("velocity", "airspeed_m_s"),
        ("velocity", "climb_m_s"),
    ];
    for (group, key) in pairs {
        assert_eq!(row[key], vehicle[group][key], "{id} {key}");
    }
    assert_eq!(row["heading_deg"], vehicle["heading"]["deg"], "{id}");
    assert_eq!(
        row["throttle_percent"], vehicle["throttle"]["percent"],
        "{id}"
    );
    assert_eq!(row["battery_v"], vehicle["battery"]["voltage_v"], "{id}");
    assert_eq!(row["satellites"], vehicle["gps"]["0"]["satellites"], "{id}");
    for key in ["mode", "armed", "state"] {
        assert_eq!(row[key], vehicle[key], "{id} {key}");
    }
}

#[test]
fn the_past_is_asked_over_http_over_sessions_too() -> Outcome {
    let frames = frames("sitl-copter_mission")?;
    let port = free_udp_port()?;
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("one.db");
    let log = log.to_str().ok_or("no path")?;
    let mut newest = 0;
    for session in 1..=2 {
        let mut station = Station::start_with_log(log.as_ref(), &["--link", &link(port)])?;
        // Before its first tick a station has no time.
        station.wait_for("the first tick", |station| {
            station
                .fleet()
                .is_ok_and(|fleet| fleet["time_ms"].as_i64() > Some(0))
        })?;
        let from_ms = station.get("/api/v1/fleet")?["time_ms"]
            .as_i64()
            .ok_or("no time")?;
        send_until(&frames, port, Duration::from_secs(1))?;
        station.wait_for("history", |station| {
            let path = format!("/api/v1/history?vehicle=mav-1&from_ms={from_ms}");
            station
                .get(&path)
                .is_ok_and(|rows| rows.as_array().is_some_and(|rows| rows.len() > 3))
        })?;
        let events = station.get("/api/v1/events?limit=10000")?;
        let events = events.as_array().ok_or("no events")?;
        let ids: Vec<u64> = events
            .iter()
            .filter_map(|event| event["id"].as_u64())
            .collect();
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len(), "no event twice, no id twice");
        assert!(distinct.contains(&1), "from the first of all");
        let of_session: Vec<u64> = events
            .iter()
            .filter(|event| event["t_ms"].as_i64() >= Some(from_ms))
            .filter_map(|event| event["id"].as_u64())
            .collect();
        assert!(
            of_session.iter().all(|id| *id > newest),
            "session {session}"
        );
        newest = ids.iter().copied().max().unwrap_or(0);
        let some = station.get("/api/v1/events?vehicle=mav-1&limit=2")?;
        assert_eq!(some.as_array().map(Vec::len), Some(2));
        let stepped = format!("/api/v1/history?vehicle=mav-1&from_ms={from_ms}&step_ms=60000");
        let stepped = station.get(&stepped)?;
        assert!(
            stepped
                .as_array()
                .is_some_and(|rows| (1..=2).contains(&rows.len()))
        );
        assert_eq!(station.stop()?, Some(143));
    }
    // What HTTP called an event the file does too.
    let connection = Connection::open(log)?;
    let found: i64 =
        connection.query_row("SELECT count(DISTINCT id) FROM event", [], |row| row.get(0))?;
    let sessions: BTreeMap<i64, i64> = connection
        .prepare("SELECT session_id, min(id) FROM event GROUP BY session_id")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    assert!(found > 2 && sessions.len() == 2, "{found} {sessions:?}");
    Ok(())
}
