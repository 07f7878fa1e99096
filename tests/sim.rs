//! The simulator seen from outside: real sockets, every frame parsed by the `mavlink` crate.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use mavlink::MavlinkReader;
use mavlink::dialects::ardupilotmega::{
    HEARTBEAT_DATA, MavAutopilot, MavMessage, MavModeFlag, MavState, MavType,
};
use mavlink::{MavHeader, MavlinkVersion, write_v2_msg};
use volery::sim::autopilot::craft::Start;
use volery::sim::demo::demo_options;
use volery::sim::error::SimError;
use volery::sim::fleet::Simulation;
use volery::sim::options::{FirmwareChoice, SimOptions};
use volery::sim::scenario::Scenario;

struct Station {
    socket: UdpSocket,
}

impl Station {
    fn open() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let wait = Some(Duration::from_millis(100));
        socket.set_read_timeout(wait).unwrap();
        Self { socket }
    }

    fn address(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    /// Every message until `enough` says so, or ten seconds; a frame that does not parse fails the test.
    fn listen(&self, mut enough: impl FnMut(SocketAddr, &MavHeader, &MavMessage) -> bool) {
        let end = Instant::now() + Duration::from_secs(10);
        let mut buffer = [0; 2_048];
        while Instant::now() < end {
            let Ok((len, from)) = self.socket.recv_from(&mut buffer) else {
                continue;
            };
            for (header, message) in parse(&buffer[..len]).unwrap() {
                if enough(from, &header, &message) {
                    return;
                }
            }
        }
        panic!("nothing of the kind was heard for ten seconds");
    }

    fn send(&self, to: SocketAddr, message: &MavMessage) {
        let header = MavHeader {
            system_id: 255,
            component_id: 25,
            sequence: 0,
        };
        let mut bytes = Vec::new();
        write_v2_msg(&mut bytes, header, message).unwrap();
        self.socket.send_to(&bytes, to).unwrap();
    }
}

/// The messages of a datagram that holds whole MAVLink 2 frames and nothing else.
fn parse(mut datagram: &[u8]) -> Option<Vec<(MavHeader, MavMessage)>> {
    let mut parsed = Vec::new();
    while !datagram.is_empty() {
        let len = 12 + usize::from(*datagram.get(1)?);
        let (frame, rest) = datagram.split_at_checked(len)?;
        let mut reader = MavlinkReader::new(frame);
        parsed.push(reader.read_message(MavlinkVersion::V2).ok()?);
        datagram = rest;
    }
    Some(parsed)
}

fn gcs_heartbeat() -> MavMessage {
    MavMessage::HEARTBEAT(HEARTBEAT_DATA {
        custom_mode: 0,
        mavtype: MavType::MAV_TYPE_GCS,
        autopilot: MavAutopilot::MAV_AUTOPILOT_INVALID,
        base_mode: MavModeFlag::empty(),
        system_status: MavState::MAV_STATE_ACTIVE,
        mavlink_version: 3,
    })
}

#[test]
fn every_frame_of_a_demo_parses_and_every_vehicle_has_its_own_port() {
    let station = Station::open();
    let sim = Simulation::start(&demo_options(6, 1, vec![station.address()])).unwrap();
    let mut vehicles: BTreeMap<u32, BTreeSet<SocketAddr>> = BTreeMap::new();
    let mut kinds = BTreeSet::new();
    station.listen(|from, header, message| {
        if let MavMessage::HEARTBEAT(heartbeat) = message {
            station.send(from, &gcs_heartbeat());
            kinds.insert((heartbeat.mavtype as u32, heartbeat.autopilot as u32));
        }
        vehicles.entry(header.system_id).or_default().insert(from);
        let messages_of_px4 = matches!(message, MavMessage::ESTIMATOR_STATUS(_));
        vehicles.len() == 6 && kinds.len() == 4 && messages_of_px4
    });
    assert_eq!(
        vehicles.keys().copied().collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6]
    );
    let ports: BTreeSet<_> = vehicles.values().flatten().collect();
    assert_eq!(ports.len(), 6);
    assert!(vehicles.values().all(|from| from.len() == 1));
    assert_eq!(sim.sources().len(), 6);
    let counts = sim.join();
    assert!(counts.frames >= counts.datagrams && counts.heard >= 4 && counts.unsent == 0);
}

#[test]
fn sequence_numbers_leave_no_gap_on_a_clear_day() {
    let station = Station::open();
    let options = SimOptions {
        rate_hz: Some(50.1),
        starts: vec![Start::Underway],
        one_socket_per_vehicle: false,
        ..SimOptions::parked(4, vec![station.address()])
    };
    let _sim = Simulation::start(&options).unwrap();
    let mut last: BTreeMap<u32, u8> = BTreeMap::new();
    let mut heard = 0;
    station.listen(|_, header, _| {
        if let Some(before) = last.insert(header.system_id, header.sequence) {
            assert_eq!(header.sequence, before.wrapping_add(1));
        }
        heard += 1;
        heard == 400
    });
    assert_eq!(last.len(), 4);
}

#[test]
fn two_targets_are_two_networks_with_the_same_ids() {
    let (north, south) = (Station::open(), Station::open());
    let options = SimOptions {
        autopilot: FirmwareChoice::Px4,
        first_sysid: 10,
        ..SimOptions::parked(4, vec![north.address(), south.address()])
    };
    let _sim = Simulation::start(&options).unwrap();
    for station in [north, south] {
        let mut ids = BTreeSet::new();
        station.listen(|_, header, _| {
            ids.insert(header.system_id);
            ids.len() == 2
        });
        assert_eq!(ids.into_iter().collect::<Vec<_>>(), [10, 11]);
    }
}

#[test]
fn a_double_speaks_with_the_same_id_from_another_port() {
    let station = Station::open();
    let scenario = "[[fault]]\nat = \"100ms\"\nvehicle = 2\nkind = \"duplicate_sysid\"\n";
    let options = SimOptions {
        scenario: Scenario::parse(scenario).unwrap(),
        ..SimOptions::parked(2, vec![station.address()])
    };
    let _sim = Simulation::start(&options).unwrap();
    let mut from_two = BTreeSet::new();
    station.listen(|from, header, _| {
        if header.system_id == 2 {
            from_two.insert(from);
        }
        from_two.len() == 2
    });
}

#[test]
fn silence_is_silence_and_noise_does_not_hide_the_frames() {
    let station = Station::open();
    let scenario = "
        [[fault]]
        at = \"0s\"
        vehicle = 1
        kind = \"silence\"
        [[fault]]
        at = \"0s\"
        vehicle = 2
        kind = \"noise\"
        per_s = 50
    ";
    let options = SimOptions {
        rate_hz: Some(20.0),
        scenario: Scenario::parse(scenario).unwrap(),
        ..SimOptions::parked(2, vec![station.address()])
    };
    let sim = Simulation::start(&options).unwrap();
    let end = Instant::now() + Duration::from_secs(2);
    let (mut frames, mut nonsense) = (0, 0);
    let mut buffer = [0; 2_048];
    while Instant::now() < end {
        let Ok((len, _)) = station.socket.recv_from(&mut buffer) else {
            continue;
        };
        match parse(&buffer[..len]) {
            Some(parsed) => {
                assert!(parsed.iter().all(|(header, _)| header.system_id == 2));
                frames += parsed.len();
            }
            None => nonsense += 1,
        }
    }
    assert!(frames > 10 && nonsense > 50, "{frames} {nonsense}");
    assert!(sim.counts().frames > 20, "the silent one goes on producing");
}

#[test]
fn what_does_not_fit_is_said_before_anything_starts() {
    let target: SocketAddr = "127.0.0.1:14550".parse().unwrap();
    let error = |options: &SimOptions| Simulation::start(options).unwrap_err().to_string();
    assert!(matches!(
        Simulation::start(&SimOptions::parked(1, Vec::new())),
        Err(SimError::NoTarget)
    ));
    let many = error(&SimOptions::parked(251, vec![target]));
    assert!(
        many.contains("251 vehicles") && many.contains("250 each"),
        "{many}"
    );
    let scenario = "[[fault]]\nat = \"1s\"\nvehicle = 9\nkind = \"reboot\"\n";
    let absent = error(&SimOptions {
        scenario: Scenario::parse(scenario).unwrap(),
        ..SimOptions::parked(3, vec![target])
    });
    assert!(
        absent.contains("there is no vehicle 9, the fleet has 3"),
        "{absent}"
    );
}

#[test]
fn a_station_of_mavlink_1_is_understood() {
    let station = Station::open();
    let _sim = Simulation::start(&SimOptions {
        autopilot: FirmwareChoice::Px4,
        ..SimOptions::parked(1, vec![station.address()])
    })
    .unwrap();
    let mut asked = false;
    station.listen(|from, _, message| {
        if !asked {
            asked = true;
            let mut raw = mavlink::MAVLinkV1MessageRaw::new();
            let header = MavHeader {
                system_id: 255,
                component_id: 25,
                sequence: 0,
            };
            raw.serialize_message(header, &gcs_heartbeat());
            station.socket.send_to(raw.raw_bytes(), from).unwrap();
        }
        matches!(message, MavMessage::ATTITUDE(_))
    });
}

fn question() -> MavMessage {
    use mavlink::dialects::ardupilotmega::{COMMAND_LONG_DATA, MavCmd};
    MavMessage::COMMAND_LONG(COMMAND_LONG_DATA {
        target_system: 1,
        target_component: 1,
        command: MavCmd::MAV_CMD_REQUEST_MESSAGE,
        param1: 148.0,
        ..Default::default()
    })
}

/// How many answers 40 questions got under this scenario.
fn answered(scenario: &str) -> usize {
    let station = Station::open();
    let _sim = Simulation::start(&SimOptions {
        scenario: Scenario::parse(scenario).unwrap(),
        ..SimOptions::parked(1, vec![station.address()])
    })
    .unwrap();
    let mut to = None;
    station.listen(|from, _, _| {
        to = Some(from);
        true
    });
    for _ in 0..40 {
        station.send(to.unwrap(), &question());
    }
    let mut acks = 0;
    let mut beats = 0;
    station.listen(|_, _, message| {
        acks += usize::from(matches!(message, MavMessage::COMMAND_ACK(_)));
        beats += usize::from(matches!(message, MavMessage::HEARTBEAT(_)));
        beats == 3
    });
    acks
}

#[test]
fn a_fault_hits_the_way_it_names() {
    let loss = |way: &str, percent: u8| {
        format!("[[fault]]\nat = \"0s\"\nkind = \"loss\"\npercent = {percent}\nway = \"{way}\"\n")
    };
    assert_eq!(answered(&loss("up", 100)), 0);
    assert_eq!(answered(&loss("up", 0)), 40);
    let some = answered(&loss("up", 50));
    assert!((8..33).contains(&some), "{some}");
    let twice = "[[fault]]\nat = \"0s\"\nkind = \"duplicate\"\npercent = 100\nway = \"up\"\n";
    assert_eq!(answered(twice), 80);
}
