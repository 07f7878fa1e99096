//! Logs, vehicles and frames to test with.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use volery::{
    model::{
        event::{Event, EventKind, EventRing},
        groups::{Attitude, Gps, Position, Velocity, WorstBattery},
        ids::{LinkId, VehicleId},
        recorder::{Direction, FrameBatch},
        snapshot::Snapshot,
        time::TimeUs,
        vehicle::{Link, Path, State, Vehicle},
        words::{Autopilot, GpsFix, MavType, Severity},
    },
    store::{SessionInfo, Store, StoreHandle, StoreOptions, VerifyReport, verify},
};

/// Some moment of 2025.
pub(crate) const START: TimeUs = TimeUs(1_750_000_000_000_000);

/// A directory that goes away with the test, and a log in it.
pub(crate) fn new_log() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/flights.db");
    (folder, path)
}

pub(crate) fn session() -> SessionInfo {
    SessionInfo {
        started: START,
        name: "Field team 1".into(),
        host: "relay".into(),
        version: "0.1.0".into(),
        config: "name = \"Field team 1\"".into(),
    }
}

pub(crate) fn options() -> StoreOptions {
    let links = vec![(LinkId(0), "radio".into()), (LinkId(1), "lan".into())];
    StoreOptions {
        links,
        ..StoreOptions::default()
    }
}

pub(crate) fn open(path: &std::path::Path) -> (Store, StoreHandle) {
    Store::open(path, &session(), &options()).unwrap()
}

/// What `verify` finds.
pub(crate) fn check(path: &std::path::Path) -> VerifyReport {
    verify(path, &mut |_| {}).unwrap()
}

/// Waits for something another thread does; fails after ten seconds.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < patience, "still not: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A MAVLink 2 frame with `seq` as its sequence, any checksum.
pub(crate) fn frame(id: u32, seq: u8, payload: &[u8]) -> Vec<u8> {
    let [low, middle, high, _] = id.to_le_bytes();
    let mut frame = vec![
        0xfd,
        payload.len() as u8,
        0,
        0,
        seq,
        1,
        1,
        low,
        middle,
        high,
    ];
    frame.extend_from_slice(payload);
    frame.extend_from_slice(&[0xab, 0xcd]);
    frame
}

pub(crate) fn batch(link: u16, direction: Direction, frames: &[(TimeUs, Vec<u8>)]) -> FrameBatch {
    let times = || frames.iter().map(|(t, _)| *t);
    FrameBatch {
        link: LinkId(link),
        direction,
        start: times().min().unwrap_or_default(),
        end: times().max().unwrap_or_default(),
        count: frames.len() as u32,
        data: tlog(frames).into(),
    }
}

/// The records of `frames`, as a tlog has them.
pub(crate) fn tlog(frames: &[(TimeUs, Vec<u8>)]) -> Vec<u8> {
    let record = |(t, frame): &(TimeUs, Vec<u8>)| [&t.0.to_be_bytes()[..], frame].concat();
    frames.iter().flat_map(record).collect()
}

/// A live vehicle of which much is known.
pub(crate) fn vehicle(id: &str, t: TimeUs) -> Vehicle {
    let t_ms = Some(t.as_ms());
    let mut vehicle = silent(id);
    vehicle.state = State::Live;
    vehicle.heard_ms = t_ms;
    vehicle.autopilot = Some(Autopilot::ARDUPILOT);
    vehicle.mav_type = Some(MavType(2));
    vehicle.armed = Some(false);
    vehicle.mode = Some("STABILIZE".into());
    vehicle.position = Some(Position {
        lat_deg: Some(47.397_742),
        lon_deg: Some(8.545_594),
        alt_msl_m: Some(488.0),
        alt_rel_m: Some(0.0),
        t_ms,
    });
    vehicle.velocity = Some(Velocity {
        groundspeed_m_s: Some(3.25),
        climb_m_s: Some(-0.5),
        t_ms,
        ..Velocity::default()
    });
    vehicle.attitude = Some(Attitude {
        roll_deg: Some(1.5),
        t_ms,
        ..Attitude::default()
    });
    vehicle.battery = Some(WorstBattery {
        remaining_percent: Some(78),
        voltage_v: Some(22.4),
        current_a: Some(11.2),
        ..WorstBattery::default()
    });
    let (fix, satellites, hdop) = (Some(GpsFix(3)), Some(14), Some(0.8));
    vehicle.gps.make_mut().insert(
        0,
        Gps {
            fix,
            satellites,
            hdop,
            ..Gps::default()
        },
    );
    let mut link = Link {
        via: "radio".into(),
        paths: volery::model::patch::Table::default(),
    };
    link.paths.make_mut().insert(
        "radio".into(),
        Path {
            loss_percent: Some(0.4),
            ..Path::default()
        },
    );
    vehicle.link = Some(link);
    vehicle
}

/// A vehicle that is listed and was never heard.
pub(crate) fn silent(id: &str) -> Vehicle {
    let blank = Vehicle::expected(VehicleId::from(id), id.into(), "north".into(), 1);
    Vehicle {
        category: Some("survey".into()),
        ..blank
    }
}

pub(crate) fn snapshot(t: TimeUs, vehicles: impl IntoIterator<Item = Vehicle>) -> Snapshot {
    Snapshot {
        seq: 1,
        time_ms: t.as_ms(),
        vehicles: vehicles
            .into_iter()
            .map(|vehicle| (vehicle.id.clone(), Arc::new(vehicle)))
            .collect(),
        ..Snapshot::default()
    }
}

pub(crate) fn event(id: u64, t: TimeUs, kind: EventKind, data: serde_json::Value) -> Arc<Event> {
    Arc::new(Event {
        id,
        t_ms: t.as_ms(),
        vehicle: (id % 2 == 1).then(|| "alpha".into()),
        kind,
        severity: Severity::WARNING,
        text: format!("event {id}").into(),
        data,
    })
}

pub(crate) fn ring(events: impl IntoIterator<Item = Arc<Event>>) -> Arc<EventRing> {
    let mut ring = EventRing::default();
    events.into_iter().for_each(|event| ring.push(event));
    Arc::new(ring)
}
