//! Rates through the real binary and real sockets: a thin link is shared and kept, and one who meddles is named.

#[path = "support/instance.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod instance;

use std::{
    net::UdpSocket,
    time::{Duration, Instant},
};

use instance::{Instance, Outcome, free_udp_port};
use serde_json::Value;
use volery::{
    model::ids::SystemId,
    sim::{
        fleet::{SimHandle, Simulation},
        options::{FirmwareChoice, SimOptions},
    },
    wire::splitter::split_datagram,
};

const BUDGET: f64 = 4_000.0;

fn station(class: &str, more: &str) -> Outcome<(Instance, u16)> {
    let port = free_udp_port()?;
    let file = format!(
        "[[link]]\nname = \"radio\"\nurl = \"udpin:127.0.0.1:{port}\"\nclass = \"{class}\"\n{more}\n"
    );
    Ok((Instance::with_file(&file, &["--no-log"])?, port))
}

fn craft(vehicles: usize, port: u16) -> Outcome<SimHandle> {
    let to = vec![([127, 0, 0, 1], port).into()];
    Ok(Simulation::start(&SimOptions::parked(vehicles, to))?)
}

fn link(station: &Instance) -> Outcome<Value> {
    let answer = station.asks(&["links", "--json"], 0)?;
    Ok(serde_json::from_str::<Value>(&answer.out)?["radio"].take())
}

/// Reads the link once a second until its flow has stayed within the budget (and a tenth) for five seconds in a row.
/// Returns the mean of those, and how long it took.
fn settled(station: &Instance, within: Duration) -> Outcome<(f64, Duration)> {
    let began = Instant::now();
    let mut flows = Vec::new();
    while began.elapsed() < within {
        let flow = link(station)?["bytes_per_s"].as_f64().ok_or("no flow")?;
        if !(BUDGET * 0.25..=BUDGET * 1.1).contains(&flow) {
            flows.clear();
        } else if flows.len() == 4 {
            flows.push(flow);
            return Ok((flows.iter().sum::<f64>() / 5.0, began.elapsed()));
        } else {
            flows.push(flow);
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    Err(format!("not settled: {flows:?}").into())
}

#[test]
fn ten_vehicles_on_a_radio_settle_under_its_budget() -> Outcome {
    let (station, port) = station("radio", "bytes_per_s = 4000")?;
    let sim = craft(10, port)?;
    let all = "size(vehicles) == 10 && vehicles.all(v, has(vehicles[v].attitude.roll_deg))";
    station.asks(&["wait", all, "--timeout", "60"], 0)?;
    let (mean, took) = settled(&station, Duration::from_secs(40))?;
    let shown = link(&station)?;
    eprintln!(
        "{mean:.0} B/s of {BUDGET} after {took:?}, asked {}",
        shown["asked_bytes_per_s"]
    );
    assert_eq!(shown["budget_bytes_per_s"], BUDGET);
    let asked = shown["asked_bytes_per_s"].as_f64().ok_or("nothing asked")?;
    assert!((BUDGET * 0.5..=BUDGET).contains(&asked), "{asked}");
    let table = station.asks(&["links"], 0)?;
    assert!(table.out.contains("BUDGET"), "{table:?}");
    sim.stop();
    Ok(())
}

#[test]
fn what_px4_sends_unasked_is_stopped_on_a_radio() -> Outcome {
    let (station, port) = station("radio", "bytes_per_s = 4000")?;
    let options = SimOptions {
        autopilot: FirmwareChoice::Px4,
        ..SimOptions::parked(4, vec![([127, 0, 0, 1], port).into()])
    };
    let sim = Simulation::start(&options)?;
    let all = "size(vehicles) == 4 && vehicles.all(v, has(vehicles[v].attitude.roll_deg))";
    station.asks(&["wait", all, "--timeout", "60"], 0)?;
    let began = Instant::now();
    loop {
        let events = station.asks(&["events", "--json"], 0)?;
        if events.out.contains("come unasked") {
            break;
        }
        if began.elapsed() > Duration::from_mins(1) {
            return Err(events.out.into());
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    let (mean, took) = settled(&station, Duration::from_secs(40))?;
    eprintln!("{mean:.0} B/s of {BUDGET} with PX4, {took:?} after it was told");
    let position = "vehicles.all(v, vehicles[v].link.paths[\"radio\"].asked.position_hz >= 1.0)";
    station.asks(&["wait", position, "--timeout", "40"], 0)?;
    sim.stop();
    Ok(())
}

#[test]
fn a_station_that_overwrites_our_rates_is_named() -> Outcome {
    let (station, port) = station("lan", "rates = { position = 2, attitude = 1, status = 0 }")?;
    let sim = craft(1, port)?;
    station.asks(&["wait", "has(attitude.roll_deg)", "--timeout", "60"], 0)?;
    let vehicle = sim.sources()[0];
    // It speaks to the vehicle, and is heard on the same link, as another station on a radio would be.
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let began = Instant::now();
    let said = loop {
        for to in [vehicle, ([127, 0, 0, 1], port).into()] {
            socket.send_to(&interval(254, 30, 100_000.0), to)?;
        }
        let events = station.asks(&["events", "--json", "--vehicle", "mav-1"], 0)?;
        if let Some(line) = events.out.lines().find(|line| line.contains("ATTITUDE at")) {
            break line.to_owned();
        }
        if began.elapsed() > Duration::from_mins(2) {
            return Err(events.out.into());
        }
        std::thread::sleep(Duration::from_secs(1));
    };
    assert!(
        said.contains("station 254/190 asks for other rates"),
        "{said}"
    );
    assert!(said.contains("asked were 1"), "{said}");
    sim.stop();
    Ok(())
}

#[test]
fn a_station_behind_a_forward_is_named_as_well() -> Outcome {
    let other = UdpSocket::bind("127.0.0.1:0")?;
    other.set_read_timeout(Some(Duration::from_millis(500)))?;
    let more = format!(
        "rates = {{ position = 2, attitude = 1, status = 0 }}\n[[forward]]\nname = \"other\"\nurl = \"udpout:{}\"\ndirection = \"both\"",
        other.local_addr()?
    );
    let (station, port) = station("lan", &more)?;
    let sim = craft(1, port)?;
    station.asks(&["wait", "has(attitude.roll_deg)", "--timeout", "60"], 0)?;
    let began = Instant::now();
    let (mut buffer, mut asked) = ([0; 2_048], None::<Instant>);
    while began.elapsed() < Duration::from_mins(2) {
        let Ok((_, from)) = other.recv_from(&mut buffer) else {
            continue;
        };
        // Frames come many a second: one look a second is enough.
        if asked.is_some_and(|asked| asked.elapsed() < Duration::from_secs(1)) {
            continue;
        }
        asked = Some(Instant::now());
        other.send_to(&interval(253, 30, 100_000.0), from)?;
        let events = station.asks(&["events", "--json", "--vehicle", "mav-1"], 0)?;
        if events.out.contains("station 253/190 asks for other rates") {
            sim.stop();
            return Ok(());
        }
    }
    let events = station.asks(&["events"], 0)?;
    Err(events.out.into())
}

/// MAV_CMD_SET_MESSAGE_INTERVAL to 1/1 from another station, as its bytes.
fn interval(system: u8, message: u32, interval_us: f32) -> Vec<u8> {
    use mavlink::dialects::ardupilotmega::{COMMAND_LONG_DATA, MavCmd, MavMessage};
    let message = MavMessage::COMMAND_LONG(COMMAND_LONG_DATA {
        param1: message as f32,
        param2: interval_us,
        command: MavCmd::MAV_CMD_SET_MESSAGE_INTERVAL,
        target_system: 1,
        target_component: 1,
        ..COMMAND_LONG_DATA::default()
    });
    let header = mavlink::MavHeader {
        system_id: system.into(),
        component_id: 190,
        sequence: 0,
    };
    let mut bytes = Vec::new();
    let written = mavlink::write_v2_msg(&mut bytes, header, &message);
    assert!(written.is_ok_and(|length| length == bytes.len()));
    bytes
}

#[test]
fn by_satellite_a_vehicle_hears_nothing_of_us() -> Outcome {
    let (station, port) = station("satcom", "")?;
    let vehicle = UdpSocket::bind("127.0.0.1:0")?;
    vehicle.set_read_timeout(Some(Duration::from_millis(200)))?;
    let mut heard = Vec::new();
    let mut buffer = [0; 512];
    for sequence in 0..25 {
        vehicle.send_to(&heartbeat(sequence), ("127.0.0.1", port))?;
        if let Ok(length) = vehicle.recv(&mut buffer) {
            let mut counters = volery::wire::counters::SplitCounters::default();
            split_datagram(&buffer[..length], &mut counters, &mut |frame| {
                assert_ne!(frame.system, SystemId(0));
                heard.push(frame.msgid);
            });
        }
    }
    station.asks(&["wait", "state == \"live\"", "--timeout", "5"], 0)?;
    assert_eq!(heard, Vec::<u32>::new());
    Ok(())
}

fn heartbeat(sequence: u8) -> Vec<u8> {
    use mavlink::dialects::ardupilotmega::{
        HEARTBEAT_DATA, MavAutopilot, MavMessage, MavModeFlag, MavState, MavType,
    };
    let message = MavMessage::HEARTBEAT(HEARTBEAT_DATA {
        custom_mode: 4,
        mavtype: MavType::MAV_TYPE_QUADROTOR,
        autopilot: MavAutopilot::MAV_AUTOPILOT_ARDUPILOTMEGA,
        base_mode: MavModeFlag::empty(),
        system_status: MavState::MAV_STATE_ACTIVE,
        mavlink_version: 3,
    });
    let header = mavlink::MavHeader {
        system_id: 1,
        component_id: 1,
        sequence,
    };
    let mut bytes = Vec::new();
    let written = mavlink::write_v2_msg(&mut bytes, header, &message);
    assert!(written.is_ok());
    bytes
}
