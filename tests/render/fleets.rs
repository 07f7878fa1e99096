//! Fleets to look at: healthy, troubled, lost, large, badly named.

use std::{collections::BTreeMap, sync::Arc};

use volery::model::{
    event::{Event, EventKind, EventRing},
    geo::LatLon,
    groups::{
        Attitude, Battery, Cells, Ekf, Gps, Heading, Home, Mission, Position, Throttle, Velocity,
        Vibration, WorstBattery,
    },
    ids::VehicleId,
    link::{LinkPhase, LinkState},
    patch::Table,
    sensors::Sensors,
    snapshot::Snapshot,
    time::TimeUs,
    track::{Track, TrackPoint},
    vehicle::{Conflict, LastText, Link, Path, State, Vehicle},
    words::{Autopilot, GpsFix, LandedState, MavType, MissionState, Severity},
};

/// 2025-11-23T14:03:22Z, ms.
pub(crate) const NOW_MS: i64 = 1_763_906_602_000;

/// A vehicle of which nothing is known.
pub(crate) fn blank(id: &str, sysid: u8) -> Vehicle {
    Vehicle::expected(VehicleId::from(id), id.into(), "mav".into(), sysid)
}

/// A quadrotor in the air; numbers follow from its system id, everything heard `age_ms` ago.
pub(crate) fn flying(name: &str, sysid: u8, mode: &str, age_ms: i64) -> Vehicle {
    let n = f64::from(sysid);
    let t_ms = Some(NOW_MS - age_ms);
    let mut vehicle = blank(&name.to_lowercase(), sysid);
    vehicle.name = name.into();
    vehicle.autopilot = Some(Autopilot::ARDUPILOT);
    vehicle.mav_type = Some(MavType(2));
    vehicle.firmware = Some("4.5.7".into());
    vehicle.group = Some(
        if sysid.is_multiple_of(2) {
            "north"
        } else {
            "south"
        }
        .into(),
    );
    vehicle.state = State::Live;
    vehicle.heard_ms = t_ms;
    vehicle.armed = Some(true);
    vehicle.airborne_since_ms = Some(NOW_MS - 521_000 - i64::from(sysid) * 7_000);
    vehicle.mode = Some(mode.to_owned().into());
    vehicle.landed = Some(LandedState(2));
    vehicle.position = Some(Position {
        lat_deg: Some(-35.363_262 + n / 1e4),
        lon_deg: Some(149.165_237),
        alt_msl_m: Some(584.0 + n * 7.3),
        alt_rel_m: Some(n * 7.3),
        t_ms,
    });
    vehicle.velocity = Some(Velocity {
        groundspeed_m_s: Some(4.0 + n * 0.7),
        climb_m_s: Some(0.3),
        t_ms,
        ..Velocity::default()
    });
    vehicle.attitude = Some(Attitude {
        roll_deg: Some(-2.0),
        pitch_deg: Some(4.0),
        yaw_deg: Some(47.0),
        t_ms,
    });
    vehicle.heading = Some(Heading {
        deg: Some((47.0 * n).rem_euclid(360.0)),
        t_ms,
    });
    vehicle.throttle = Some(Throttle {
        percent: Some(38),
        t_ms,
    });
    vehicle.home = Some(Home {
        distance_m: Some(103.0 * n),
        bearing_deg: Some(225.0),
        t_ms,
        ..Home::default()
    });
    vehicle.mission = Some(Mission {
        current: Some(3),
        count: Some(12),
        state: Some(MissionState(3)),
        t_ms,
    });
    vehicle.ekf = Some(Ekf {
        velocity_variance: Some(0.12),
        t_ms,
        ..Ekf::default()
    });
    vehicle.vibration = Some(Vibration {
        x_m_s2: Some(12.0),
        y_m_s2: Some(9.0),
        z_m_s2: Some(21.0),
        t_ms,
        ..Vibration::default()
    });
    vehicle.gps.make_mut().insert(
        0,
        Gps {
            fix: Some(GpsFix(3)),
            satellites: Some(14),
            hdop: Some(0.8),
            t_ms,
            ..Gps::default()
        },
    );
    vehicle.sensors = Some(Sensors {
        present: 0x3f,
        enabled: 0x3f,
        healthy: 0x3f,
    });
    power(&mut vehicle, 95 - sysid % 25 * 3, 3_900);
    heard_over(&mut vehicle, 0.4);
    vehicle
}

/// Gives a vehicle a battery of six cells.
pub(crate) fn power(vehicle: &mut Vehicle, percent: u8, cell_mv: u16) {
    let t_ms = vehicle.heard_ms;
    let mut cells = Cells::default();
    for n in 0..6 {
        cells.push(cell_mv + n * 5);
    }
    let voltage_v = Some(f64::from(cell_mv) * 6.0 / 1_000.0);
    vehicle.battery = Some(WorstBattery {
        id: Some(0),
        remaining_percent: Some(percent),
        voltage_v,
        current_a: Some(11.2),
        t_ms,
        ..WorstBattery::default()
    });
    let battery = Battery {
        remaining_percent: Some(percent),
        voltage_v,
        cells_v: Some(cells),
        current_a: Some(11.2),
        temperature_c: Some(31.0),
        t_ms,
        ..Battery::default()
    };
    vehicle.batteries.make_mut().insert(0, battery);
}

fn heard_over(vehicle: &mut Vehicle, loss_percent: f64) {
    let path = Path {
        peer: Some("10.0.0.7:14550".into()),
        heard_ms: vehicle.heard_ms,
        frames_per_s: Some(48.0),
        loss_percent: Some(loss_percent),
        rtt_ms: Some(31.0),
        ..Path::default()
    };
    let mut paths = Table::default();
    paths.make_mut().insert("radio".into(), path);
    vehicle.link = Some(Link {
        via: "radio".into(),
        paths,
    });
}

/// A link that is open, with its rate.
pub(crate) fn link(url: &str, frames_per_s: f64) -> LinkState {
    LinkState {
        state: LinkPhase::Open,
        since_ms: Some(NOW_MS - 60_000),
        frames_per_s: Some(frames_per_s),
        ..LinkState::opening(url.into(), "mav".into(), "lan", false)
    }
}

fn station(vehicles: Vec<Vehicle>) -> Snapshot {
    Snapshot {
        seq: 1,
        time_ms: NOW_MS,
        vehicles: vehicles
            .into_iter()
            .map(|vehicle| (vehicle.id.clone(), Arc::new(vehicle)))
            .collect(),
        links: BTreeMap::from([("radio".into(), Arc::new(link("udpin:0.0.0.0:14550", 612.0)))]),
        ..Snapshot::default()
    }
}

/// Nothing heard; one link listens, one cannot be opened.
pub(crate) fn empty() -> Snapshot {
    let mut snapshot = station(vec![]);
    let mut usb = link("serial:///dev/ttyUSB0?baud=57600", 0.0);
    usb.state = LinkPhase::Waiting;
    usb.reason = Some("no such device; trying again in 2 s".into());
    snapshot.links.insert("usb".into(), Arc::new(usb));
    snapshot
}

/// One vehicle in the air with a pack at 12 %, of which only heartbeats come since 15 s.
pub(crate) fn only_heartbeats() -> Snapshot {
    let mut alpha = flying("Alpha", 1, "AUTO", 15_000);
    power(&mut alpha, 12, 3_900);
    alpha.heard_ms = Some(NOW_MS - 400);
    station(vec![alpha, flying("Bravo", 2, "GUIDED", 300)])
}

/// One vehicle whose pack is low.
pub(crate) fn weak() -> Snapshot {
    let mut alpha = flying("Alpha", 1, "AUTO", 300);
    power(&mut alpha, 20, 3_900);
    station(vec![alpha])
}

/// Three healthy vehicles.
pub(crate) fn three() -> Snapshot {
    let mut snapshot = station(vec![
        flying("Alpha", 1, "AUTO", 200),
        flying("Bravo", 2, "GUIDED", 300),
        flying("Charlie", 3, "LOITER", 100),
    ]);
    snapshot
        .tracks
        .insert(VehicleId::from("alpha"), Arc::new(climb()));
    snapshot.events = Arc::new(events(&[
        (
            9,
            "alpha",
            EventKind::State,
            6,
            "appeared on radio, ArduPilot 4.5.7",
        ),
        (4, "alpha", EventKind::Mode, 5, "LOITER -> AUTO"),
    ]));
    snapshot
}

fn climb() -> Track {
    let mut track = Track::default();
    for n in 0..120_i64 {
        track.push(TrackPoint {
            t: TimeUs::from_ms(NOW_MS - (119 - n) * 1_000),
            place: LatLon {
                lat_deg: -35.0,
                lon_deg: 149.0,
            },
            alt_rel_m: Some((n as f64 / 12.0).sin().abs() * 50.0),
        });
    }
    track
}

fn events(list: &[(i64, &str, EventKind, u8, &str)]) -> EventRing {
    let mut ring = EventRing::default();
    for (n, (seconds_ago, vehicle, kind, severity, text)) in list.iter().enumerate() {
        ring.push(Arc::new(Event {
            id: n as u64 + 1,
            t_ms: NOW_MS - seconds_ago * 1_000,
            vehicle: (!vehicle.is_empty()).then(|| VehicleId::from(*vehicle)),
            kind: *kind,
            severity: Severity(*severity),
            text: (*text).into(),
            data: serde_json::Value::Null,
        }));
    }
    ring
}

/// Twelve vehicles and every trouble there is.
pub(crate) fn troubled() -> Snapshot {
    let mut charlie = flying("Charlie", 3, "RTL", 200);
    power(&mut charlie, 14, 3_400);
    let mut bravo = flying("Bravo", 2, "GUIDED", 200);
    power(&mut bravo, 38, 3_640);
    let mut delta = flying("Delta", 4, "LOITER", 2_100);
    delta.state = State::Late;
    let mut echo = flying("Echo", 5, "AUTO", 12_000);
    echo.state = State::Lost;
    let mut foxtrot = flying("Foxtrot", 6, "STABILIZE", 200);
    foxtrot.armed = Some(false);
    foxtrot.airborne_since_ms = None;
    foxtrot.landed = Some(LandedState(1));
    foxtrot
        .gps
        .make_mut()
        .entry(0)
        .and_modify(|gps| gps.fix = Some(GpsFix(1)));
    foxtrot.last_text = Some(LastText {
        severity: Severity::WARNING,
        text: "PreArm: GPS 1: Bad fix".into(),
        t_ms: Some(NOW_MS - 9_000),
    });
    let mut golf = flying("Golf", 7, "POSCTL", 200);
    golf.autopilot = Some(Autopilot::PX4);
    golf.conflict = Some(Conflict {
        since_ms: NOW_MS - 4_000,
        why: "uid".into(),
        peers: vec!["10.0.0.9:14550".into()],
    });
    let mut hotel = flying("Hotel", 8, "QLOITER", 200);
    hotel.sensors = Some(Sensors {
        present: 0x3f,
        enabled: 0x3f,
        healthy: 0x3b,
    });
    let mut india = flying("India", 9, "AUTO", 200);
    heard_over(&mut india, 29.0);
    let mut juliett = flying("Juliett", 10, "AUTO", 200);
    juliett.position = juliett.position.map(|position| Position {
        t_ms: Some(NOW_MS - 9_000),
        ..position
    });
    let mut kilo = flying("Kilo", 11, "HOLD", 200);
    kilo.mav_type = Some(MavType(10));
    let lima = blank("lima", 12);
    let mut snapshot = station(vec![
        flying("Alpha", 1, "AUTO", 200),
        bravo,
        charlie,
        delta,
        echo,
        foxtrot,
        golf,
        hotel,
        india,
        juliett,
        kilo,
        lima,
    ]);
    snapshot.events = Arc::new(events(&[
        (
            600,
            "",
            EventKind::Operator,
            6,
            "viewer connected from 192.168.1.30",
        ),
        (
            40,
            "golf",
            EventKind::Path,
            4,
            "conflict: 10.0.0.9:14550 has another uid",
        ),
        (
            20,
            "charlie",
            EventKind::Mode,
            4,
            "AUTO -> RTL: battery failsafe (\"Battery 1 is low\")",
        ),
        (
            12,
            "echo",
            EventKind::State,
            2,
            "lost after 3.5 s; was 640 m out, 80 %",
        ),
        (
            3,
            "charlie",
            EventKind::Alert,
            2,
            "battery 14 %, needs 11 % to get home",
        ),
    ]));
    snapshot
}

/// A thousand vehicles on four networks.
pub(crate) fn thousand() -> Snapshot {
    let vehicles = (0..1_000_u16).map(|n| {
        let sysid = (n % 250 + 1) as u8;
        let mut vehicle = flying(&format!("net{}-{sysid}", n / 250), sysid, "AUTO", 200);
        vehicle.network = format!("net{}", n / 250).into();
        power(&mut vehicle, 20 + (n % 80) as u8, 3_600 + n % 500);
        vehicle
    });
    let mut snapshot = station(vehicles.collect());
    for link in snapshot.links.values_mut() {
        Arc::make_mut(link).network = "net0".into();
    }
    snapshot
}

/// Everybody lost.
pub(crate) fn all_lost() -> Snapshot {
    let mut snapshot = three();
    for vehicle in snapshot.vehicles.values_mut() {
        let vehicle = Arc::make_mut(vehicle);
        *vehicle = flying(&vehicle.name, vehicle.sysid, "AUTO", 74_000);
        vehicle.state = State::Lost;
    }
    snapshot
}

/// Names and texts as nobody should choose them.
pub(crate) fn badly_named() -> Snapshot {
    let names = [
        "a-very-long-name-that-somebody-thought-was-a-good-idea",
        "北风航空无人机十七号",
        "e\u{301}clair\u{300}\u{301}\u{302}\u{303}",
        "\u{1b}]0;owned\u{7}\u{1b}[2J",
        "\u{202e}reversed",
        "👨\u{200d}👩\u{200d}👧 family",
    ];
    let vehicles = names.iter().zip(1..).map(|(name, sysid)| {
        let mut vehicle = flying("x", sysid, "AUTO", 200);
        vehicle.id = VehicleId(format!("bad-{sysid}").into());
        vehicle.name = (*name).into();
        vehicle.mode = Some("MODE_WITH_A_VERY_LONG_NAME".into());
        vehicle.last_text = Some(LastText {
            severity: Severity(2),
            text: format!("{name} says \u{1b}[31mhello").into(),
            t_ms: Some(NOW_MS),
        });
        vehicle
    });
    station(vehicles.collect())
}

/// Five that a command can meet: one in the air, one on the ground, one lost, one in conflict, one of another firmware.
pub(crate) fn mixed() -> Snapshot {
    let ground = |mut vehicle: Vehicle| {
        vehicle.armed = Some(false);
        vehicle.airborne_since_ms = None;
        vehicle.landed = Some(LandedState(1));
        vehicle
    };
    let mut charlie = flying("Charlie", 3, "AUTO", 12_000);
    charlie.state = State::Lost;
    let mut delta = flying("Delta", 4, "LOITER", 200);
    delta.conflict = Some(Conflict {
        since_ms: NOW_MS - 4_000,
        why: "uid".into(),
        peers: vec!["10.0.0.9:14550".into()],
    });
    let mut echo = ground(flying("Echo", 5, "POSCTL", 200));
    echo.autopilot = Some(Autopilot::PX4);
    station(vec![
        flying("Alpha", 1, "AUTO", 200),
        ground(flying("Bravo", 2, "STABILIZE", 200)),
        charlie,
        delta,
        echo,
    ])
}

/// So many in the air, `V1` and on, every tenth lost and every seventh disarmed on the ground.
pub(crate) fn many(count: u8) -> Snapshot {
    let vehicles = (1..=count).map(|n| {
        let mut vehicle = flying(&format!("V{n}"), n, "AUTO", 200);
        if n % 10 == 0 {
            vehicle.state = State::Lost;
            vehicle.heard_ms = Some(NOW_MS - 9_000);
        } else if n % 7 == 0 {
            vehicle.armed = Some(false);
            vehicle.landed = Some(LandedState(1));
        }
        vehicle
    });
    station(vehicles.collect())
}
