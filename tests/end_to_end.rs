//! Real recordings through real sockets: nothing is lost, nobody is mistaken, noise costs nothing.

#[path = "support/station.rs"]
mod support;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    net::UdpSocket,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use support::{Outcome, Station, free_udp_port, recording};
use volery::wire::{
    counters::SplitCounters,
    frame::{Frame, Version},
    splitter::split_datagram,
    tlog::TlogReader,
};

const FRAMES_PER_S: u32 = 15_000;

/// Plays every frame to `port`, each sender from a source port of its own. Returns how many.
fn play(bytes: &[u8], port: u16) -> Outcome<u64> {
    let mut sockets: BTreeMap<_, UdpSocket> = BTreeMap::new();
    let started = Instant::now();
    let mut count = 0u32;
    for record in TlogReader::new(bytes) {
        let sender = (record.frame.system, record.frame.component);
        let socket = match sockets.entry(sender) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let socket = UdpSocket::bind("127.0.0.1:0")?;
                socket.connect(("127.0.0.1", port))?;
                place.insert(socket)
            }
        };
        socket.send(record.frame.bytes())?;
        count += 1;
        let due = started + Duration::from_secs(1) * count / FRAMES_PER_S;
        if count.is_multiple_of(30) {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
    }
    Ok(u64::from(count))
}

fn logged_frames(station: &Station) -> Outcome<u64> {
    let log = Connection::open(station.log())?;
    let gaps: i64 = log.query_row("SELECT count(*) FROM gap", [], |row| row.get(0))?;
    assert_eq!(gaps, 0, "the log has gaps");
    let sum = "SELECT coalesce(sum(count), 0) FROM frames WHERE direction = 'received'";
    let count: i64 = log.query_row(sum, [], |row| row.get(0))?;
    Ok(count.try_into()?)
}

#[test]
fn a_recording_at_15_000_frames_a_second_gives_the_right_fleet_and_every_frame_in_the_log()
-> Outcome {
    for name in [
        "sitl-copter_mission",
        "sitl-plane_mission",
        "sitl-px4_quad",
        "sitl-three_copters",
    ] {
        let (path, expected) = recording(name)?;
        let port = free_udp_port()?;
        let mut station = Station::start(&["--link", &format!("udpin:127.0.0.1:{port}")])?;
        let sent = play(&std::fs::read(path)?, port)?;
        station.wait_for("every frame counted", |s| {
            s.link().is_ok_and(|link| link["frames"] == sent)
        })?;
        let fleet = station.fleet()?;
        let vehicles = expected["vehicles"].as_object().ok_or("no vehicles")?;
        assert_eq!(
            fleet["vehicles"].as_object().map(serde_json::Map::len),
            Some(vehicles.len()),
            "{name}"
        );
        for (id, expected) in vehicles {
            let (found, last) = (&fleet["vehicles"][id], &expected["final"]);
            assert_eq!(found["mode"], last["mode"], "{name} {id}");
            for key in ["lat_deg", "lon_deg", "alt_rel_m"] {
                assert_eq!(found["position"][key], last[key], "{name} {id}: {key}");
            }
            assert!(
                found["conflict"].is_null(),
                "{name} {id}: {}",
                found["conflict"]
            );
        }
        assert_eq!(station.stop()?, Some(143));
        assert_eq!(logged_frames(&station)?, sent, "{name}");
        let info = info(&station.log())?;
        assert_eq!(
            (&info["format"], &info["frames"]),
            (&"volery".into(), &sent.into()),
            "{name}"
        );
        assert_eq!(info["messages"], expected["total_counts"], "{name}");
    }
    Ok(())
}

/// `volery log info --json`.
fn info(path: &Path) -> Outcome<serde_json::Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_volery"))
        .args(["log", "info", "--json"])
        .arg(path)
        .output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Frames of one vehicle of a recording, as they were on the wire.
fn frames_of(name: &str, system: u8, most: usize) -> Outcome<Vec<Vec<u8>>> {
    let bytes = std::fs::read(recording(name)?.0)?;
    let of_system = TlogReader::new(&bytes)
        .map(|record| record.frame)
        .filter(|frame| frame.system.0 == system);
    Ok(of_system
        .take(most)
        .map(|frame| frame.bytes().to_vec())
        .collect())
}

#[test]
fn noise_beside_a_vehicle_costs_it_nothing_and_only_the_vehicle_is_answered() -> Outcome {
    let port = free_udp_port()?;
    let mut station = Station::start(&["--link", &format!("udpin:127.0.0.1:{port}")])?;
    let vehicle = UdpSocket::bind("127.0.0.1:0")?;
    let noise = UdpSocket::bind("127.0.0.1:0")?;
    for socket in [&vehicle, &noise] {
        socket.connect(("127.0.0.1", port))?;
        socket.set_nonblocking(true)?;
    }
    let frames = frames_of("sitl-copter_mission", 1, 3_000)?;
    let mut random = 0x9E37_79B9_7F4A_7C15u64;
    for frame in &frames {
        let datagram: Vec<u8> = std::iter::repeat_with(|| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random as u8
        })
        .take(1_000)
        .collect();
        noise.send(&datagram)?;
        vehicle.send(frame)?;
        std::thread::sleep(Duration::from_micros(300));
    }
    let sent = frames.len() as u64;
    station.wait_for("every frame counted", |s| {
        s.link().is_ok_and(|link| link["frames"] == sent)
    })?;
    assert_eq!(station.link()?["kernel_drops"], 0);
    let ids: Vec<String> = station.fleet()?["vehicles"]
        .as_object()
        .into_iter()
        .flat_map(|v| v.keys().cloned())
        .collect();
    assert_eq!(ids, ["mav-1"], "a ghost");
    station.wait_for("a heartbeat to the vehicle", |_| hears_station(&vehicle))?;
    let mut buffer = [0; 512];
    assert!(noise.recv(&mut buffer).is_err(), "the noise was answered");
    station.stop()?;
    assert_eq!(logged_frames(&station)?, sent);
    Ok(())
}

fn hears_station(vehicle: &UdpSocket) -> bool {
    let mut buffer = [0; 512];
    while let Ok(length) = vehicle.recv(&mut buffer) {
        let mut heard = false;
        split_datagram(
            &buffer[..length],
            &mut SplitCounters::default(),
            &mut |frame: Frame<'_>| {
                heard |= frame.system.0 == 255 && frame.msgid == 0 && frame.version == Version::V2;
            },
        );
        if heard {
            return true;
        }
    }
    false
}

#[test]
fn a_read_only_station_sends_not_one_byte() -> Outcome {
    let port = free_udp_port()?;
    let mut station =
        Station::start(&["--read-only", "--link", &format!("udpin:127.0.0.1:{port}")])?;
    let vehicle = UdpSocket::bind("127.0.0.1:0")?;
    vehicle.connect(("127.0.0.1", port))?;
    vehicle.set_nonblocking(true)?;
    for frame in frames_of("sitl-copter_mission", 1, 500)? {
        vehicle.send(&frame)?;
    }
    station.wait_for("the vehicle", |s| {
        s.fleet()
            .is_ok_and(|fleet| fleet["vehicles"]["mav-1"].is_object())
    })?;
    std::thread::sleep(Duration::from_millis(1_200));
    let mut buffer = [0; 512];
    assert!(
        vehicle.recv(&mut buffer).is_err(),
        "a passive station spoke"
    );
    station.stop()?;
    let log = Connection::open(station.log())?;
    let sent: i64 = log.query_row(
        "SELECT count(*) FROM frames WHERE direction = 'sent'",
        [],
        |row| row.get(0),
    )?;
    assert_eq!(sent, 0);
    Ok(())
}

#[test]
fn a_replay_lives_in_the_time_of_its_recording() -> Outcome {
    let (path, expected) = recording("sitl-px4_quad")?;
    let http = support::free_tcp_port()?;
    let mut replay = Command::new(env!("CARGO_BIN_EXE_volery"))
        .args([
            "replay",
            "--headless",
            "--speed",
            "1000",
            "--listen",
            &format!("127.0.0.1:{http}"),
        ])
        .arg(path)
        .stderr(std::process::Stdio::null())
        .spawn()?;
    let last_us = expected["last_ts_us"].as_i64().ok_or("no time")?;
    let end = Instant::now() + Duration::from_secs(10);
    let shown = loop {
        let fleet = fleet_of(http).unwrap_or_default();
        if fleet["time_ms"] == last_us / 1_000 || Instant::now() > end {
            break fleet;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    replay.kill()?;
    replay.wait()?;
    assert_eq!(shown["time_ms"], last_us / 1_000);
    let vehicle = &shown["vehicles"]["mav-1"];
    assert_eq!(
        (&vehicle["state"], &vehicle["mode"]),
        (&"live".into(), &"LOITER".into())
    );
    assert_eq!(
        vehicle["position"]["t_ms"],
        expected["vehicles"]["mav-1"]["final"]["t_ms"]
    );
    Ok(())
}

fn fleet_of(http: u16) -> Outcome<serde_json::Value> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", http))?;
    write!(
        stream,
        "GET /api/v1/fleet HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(serde_json::from_str(
        answer.split_once("\r\n\r\n").ok_or("no body")?.1,
    )?)
}
