//! Signed links through the real binary and real sockets: who is let in, what is told, and that no key ever leaves.

#[path = "support/instance.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod instance;

use std::{
    fs,
    net::{SocketAddr, UdpSocket},
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use instance::{Instance, Outcome, free_udp_port, volery};
use serde_json::Value;
use volery::{
    model::{
        ids::{ComponentId, SystemId},
        signing::{SigningKey, SigningPolicy},
        target::Target,
        time::TimeUs,
    },
    sim::{
        fleet::{SimHandle, Simulation},
        options::SimOptions,
    },
    wire::{
        encode::{Encoder, Header, encode_message},
        signing::{
            Signing, key::key_from_text, redact::carries_key, state::SigningState,
            timestamp::Timestamp,
        },
    },
};

const PASSPHRASE: &str = "a sentence only we know";
const OTHER: &str = "another sentence";
const KEY_ENV: (&str, &str) = ("VOLERY_TEST_KEY", PASSPHRASE);
const PATIENCE: Duration = Duration::from_secs(20);

/// A station whose only link has this policy.
fn station(policy: &str) -> Outcome<(Instance, u16)> {
    let port = free_udp_port()?;
    let text = format!(
        "[[link]]\nname = \"north\"\nurl = \"udpin:127.0.0.1:{port}\"\n\
         signing = {{ key_env = \"VOLERY_TEST_KEY\", policy = \"{policy}\" }}\n"
    );
    Ok((Instance::with_env(&text, &[], &[KEY_ENV])?, port))
}

fn fleet(station: &Instance) -> Outcome<Value> {
    let vehicles: Value = serde_json::from_str(&station.asks(&["vehicles", "--json"], 0)?.out)?;
    let links: Value = serde_json::from_str(&station.asks(&["links", "--json"], 0)?.out)?;
    Ok(serde_json::json!({ "vehicles": vehicles, "links": links }))
}

fn ids(fleet: &Value) -> Vec<&str> {
    let vehicles = fleet["vehicles"].as_array().into_iter().flatten();
    vehicles.filter_map(|one| one["id"].as_str()).collect()
}

fn word<'a>(fleet: &'a Value, id: &str) -> Option<&'a str> {
    let vehicles = fleet["vehicles"].as_array()?;
    let vehicle = vehicles.iter().find(|one| one["id"] == id)?;
    vehicle["link"]["paths"]["north"]["signing"].as_str()
}

/// The fleet as soon as it is as wanted.
fn until(station: &Instance, what: &str, mut holds: impl FnMut(&Value) -> bool) -> Outcome<Value> {
    let end = Instant::now() + PATIENCE;
    loop {
        let fleet = fleet(station)?;
        if holds(&fleet) {
            return Ok(fleet);
        }
        if Instant::now() > end {
            return Err(format!("never: {what}: {fleet:#}").into());
        }
    }
}

fn events(station: &Instance) -> Outcome<String> {
    Ok(station
        .asks(&["events", "--json", "--limit", "1000"], 0)?
        .out)
}

/// Simulated copters with ids from 1 that speak to a port of this machine.
fn copters(count: usize, port: u16) -> Outcome<SimHandle> {
    let to = SocketAddr::from(([127, 0, 0, 1], port));
    Ok(Simulation::start(&SimOptions::parked(count, vec![to]))?)
}

fn key(passphrase: &str) -> Outcome<SigningKey> {
    Ok(key_from_text(passphrase)?)
}

fn now() -> Outcome<Timestamp> {
    let us = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros();
    Ok(Timestamp::from_wall(TimeUs(i64::try_from(us)?)))
}

/// A SETUP_SIGNING of another station, which is how a vehicle got its key before this one came.
fn setup(system: u8, passphrase: &str) -> Outcome<Vec<u8>> {
    let target = Target::new(SystemId(system), ComponentId(1)).ok_or("a target")?;
    let mut frame = Vec::new();
    let key = key(passphrase)?;
    let handed = Some((&key, now()?.raw()));
    Encoder::new(SystemId(254), ComponentId(9)).setup_signing(target, handed, &mut frame);
    Ok(frame)
}

fn give_key(sim: &SimHandle, number: usize, passphrase: &str) -> Outcome {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let port = sim.sources().get(number - 1).ok_or("a source")?.port();
    let frame = setup(u8::try_from(number)?, passphrase)?;
    socket.send_to(&frame, ("127.0.0.1", port))?;
    Ok(())
}

/// A vehicle made by hand: one socket, one key, heartbeats when told.
struct ByHand {
    socket: UdpSocket,
    signing: Signing,
    sequence: u8,
}

impl ByHand {
    fn new(port: u16) -> Outcome<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.connect(("127.0.0.1", port))?;
        let none = SigningState::default();
        let signing = Signing::new(key(PASSPHRASE)?, SigningPolicy::Accept, 3, &none);
        Ok(Self {
            socket,
            signing,
            sequence: 0,
        })
    }

    fn heartbeat(&mut self) -> Outcome<Vec<u8>> {
        use mavlink::dialects::ardupilotmega::{
            HEARTBEAT_DATA, MavAutopilot, MavMessage, MavModeFlag, MavState, MavType,
        };
        let message = MavMessage::HEARTBEAT(HEARTBEAT_DATA {
            custom_mode: 4,
            mavtype: MavType::MAV_TYPE_QUADROTOR,
            autopilot: MavAutopilot::MAV_AUTOPILOT_ARDUPILOTMEGA,
            base_mode: MavModeFlag::MAV_MODE_FLAG_CUSTOM_MODE_ENABLED,
            system_status: MavState::MAV_STATE_STANDBY,
            mavlink_version: 3,
        });
        let header = Header {
            system: SystemId(9),
            component: ComponentId(1),
            sequence: self.sequence,
        };
        self.sequence = self.sequence.wrapping_add(1);
        let mut frame = Vec::new();
        encode_message(&message, header, true, &mut frame)?;
        self.signing.sign(&mut frame, 0, now()?)?;
        Ok(frame)
    }

    fn send(&self, frame: &[u8]) {
        // A port nobody listens on yet refuses; the next one may arrive.
        let _ = self.socket.send(frame);
    }
}

fn refused(fleet: &Value, key: &str) -> u64 {
    fleet["links"]["north"]["signing"][key]
        .as_u64()
        .unwrap_or(0)
}

#[test]
fn where_signatures_are_required_only_holders_of_the_key_exist() -> Outcome {
    let (station, port) = station("require")?;
    let sim = copters(3, port)?;
    give_key(&sim, 1, PASSPHRASE)?;
    give_key(&sim, 2, OTHER)?;
    let live = "vehicles.exists(v, v == \"mav-1\" && vehicles[v].state == \"live\")";
    station.asks(&["wait", live, "--timeout", "20"], 0)?;
    let seen = until(&station, "all three were heard", |fleet| {
        refused(fleet, "bad_signature") > 5 && refused(fleet, "refused_unsigned") > 5
    })?;
    assert_eq!(ids(&seen), ["mav-1"]);
    assert_eq!(word(&seen, "mav-1"), Some("signed"));
    station.asks(&["send", "mav-1", "mode", "GUIDED", "--yes"], 0)?;
    station.asks(&["send", "mav-1", "arm", "--yes"], 0)?;
    let book = events(&station)?;
    assert_eq!(
        book.matches("link north refuses frames").count(),
        1,
        "{book}"
    );
    let table = station.asks(&["links"], 0)?.out;
    assert!(
        table.contains("require") && table.contains("REFUSED"),
        "{table}"
    );
    let end = station.asks(&["signing", "disable", "mav-1", "--yes"], 5)?;
    assert!(end.out.contains("requires signatures"), "{end:?}");
    Ok(())
}

#[test]
fn where_unsigned_frames_are_accepted_vehicles_get_a_key_and_lose_it() -> Outcome {
    let (station, port) = station("accept")?;
    let _sim = copters(2, port)?;
    until(&station, "two unsigned", |fleet| {
        word(fleet, "mav-1") == Some("unsigned") && word(fleet, "mav-2") == Some("unsigned")
    })?;
    let unasked = station.asks(&["signing", "setup", "mav-1", "--link-key"], 2)?;
    assert!(unasked.err.contains("in the clear"), "{unasked:?}");
    assert!(unasked.err.contains("needs --yes"), "{unasked:?}");
    let done = station.asks(&["signing", "setup", "mav-1", "--link-key", "--yes"], 0)?;
    assert!(done.out.contains("it signs now"), "{done:?}");
    until(&station, "told apart", |fleet| {
        word(fleet, "mav-1") == Some("signed") && word(fleet, "mav-2") == Some("unsigned")
    })?;
    station.asks(&["send", "mav-1", "mode", "GUIDED", "--yes"], 0)?;
    station.asks(&["send", "mav-2", "mode", "GUIDED", "--yes"], 0)?;
    let again = station.asks(&["signing", "setup", "mav-1", "--yes", "--json"], 0)?;
    assert!(again.out.contains("already"), "{again:?}");
    let over = station.asks(&["signing", "disable", "mav-1", "--yes"], 0)?;
    assert!(over.out.contains("it signs no more"), "{over:?}");
    until(&station, "unsigned again", |fleet| {
        word(fleet, "mav-1") == Some("unsigned")
    })?;
    let stranger = station.asks(&["signing", "setup", "mav-7", "--yes"], 2)?;
    assert!(stranger.err.contains("mav-7"), "{stranger:?}");
    Ok(())
}

#[test]
fn frames_of_before_a_restart_are_refused_after_it_and_a_lost_memory_is_told() -> Outcome {
    let (mut station, port) = station("require")?;
    let mut vehicle = ByHand::new(port)?;
    let mut recorded = Vec::new();
    until(&station, "it appears", |fleet| {
        let frame = vehicle_frame(&mut vehicle, &mut recorded);
        frame && ids(fleet) == ["mav-9"]
    })?;
    let memory = station.folder.path().join("flights.signing.json");
    station.restart(&[KEY_ENV], |_| Ok(()))?;
    let mode = fs::metadata(&memory)?.permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    assert!(!fs::read_to_string(&memory)?.contains("key"));
    let thief = UdpSocket::bind("127.0.0.1:0")?;
    for frame in &recorded {
        thief.send_to(frame, ("127.0.0.1", port))?;
    }
    let count = recorded.len() as u64;
    let seen = until(&station, "every old frame is refused", |fleet| {
        refused(fleet, "replayed") >= count
    })?;
    assert!(ids(&seen).is_empty(), "{seen:#}");
    until(&station, "the vehicle itself is believed", |fleet| {
        let frame = vehicle_frame(&mut vehicle, &mut recorded);
        frame && ids(fleet) == ["mav-9"]
    })?;
    assert!(!events(&station)?.contains("cannot be read"));
    let garbage = |_: &std::path::Path| Ok(fs::write(&memory, "{\"links\": 7")?);
    station.restart(&[KEY_ENV], garbage)?;
    until(&station, "it signs on", |fleet| {
        let frame = vehicle_frame(&mut vehicle, &mut recorded);
        frame && ids(fleet) == ["mav-9"]
    })?;
    assert!(events(&station)?.contains("cannot be read and start anew"));
    Ok(())
}

/// Says a heartbeat, and keeps it as a thief would.
fn vehicle_frame(vehicle: &mut ByHand, recorded: &mut Vec<Vec<u8>>) -> bool {
    let Ok(frame) = vehicle.heartbeat() else {
        return false;
    };
    vehicle.send(&frame);
    recorded.push(frame);
    true
}

/// Every way a key could be written.
fn spellings(passphrase: &str) -> Outcome<Vec<Vec<u8>>> {
    let key = key(passphrase)?;
    let raw = key.expose().to_vec();
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    let hex: String = raw
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect();
    let upper = hex.to_uppercase().into_bytes();
    let list = format!("{raw:?}")
        .trim_matches(['[', ']'])
        .as_bytes()
        .to_vec();
    Ok(vec![
        raw,
        hex.into_bytes(),
        upper,
        list,
        passphrase.as_bytes().to_vec(),
    ])
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|part| part == needle)
}

#[test]
fn no_key_is_ever_in_a_log_an_event_or_an_answer() -> Outcome {
    let (mut station, port) = station("accept")?;
    let _sim = copters(1, port)?;
    until(&station, "it is heard", |fleet| {
        word(fleet, "mav-1").is_some()
    })?;
    let done = station.asks(&["signing", "setup", "mav-1", "--yes", "--json"], 0)?;
    // Another station gives away another key, unsigned and in the clear.
    let foreign = UdpSocket::bind("127.0.0.1:0")?;
    for _ in 0..3 {
        foreign.send_to(&setup(1, OTHER)?, ("127.0.0.1", port))?;
    }
    station.asks(&["signing", "disable", "mav-1", "--yes"], 0)?;
    let mut said = vec![done.out.into_bytes(), events(&station)?.into_bytes()];
    said.push(fleet(&station)?.to_string().into_bytes());
    for route in ["/metrics", "/api/v1/fleet", "/api/v1/events?limit=1000"] {
        said.push(get(station.http, route)?);
    }
    station.asks(&["stop", "--yes"], 0)?;
    station.exit_within(Duration::from_secs(10))?;
    let log = station.folder.path().join("flights.db");
    let path = log.to_str().ok_or("a path")?;
    let tlog = station
        .verb(&["log", "export", path, "--format", "tlog"])
        .output()?
        .stdout;
    let is_setup = |frame: &&[u8]| carries_key(frame) && frame[1] == 42;
    let setups = tlog.windows(52).filter(is_setup).count();
    assert!(
        setups >= 4,
        "{setups}: the frames are there, without their keys"
    );
    said.push(tlog);
    for file in fs::read_dir(station.folder.path())? {
        let file = file?.path();
        if file.is_file() {
            said.push(fs::read(file)?);
        }
    }
    let query = ["log", "query", path, "SELECT config FROM session", "--json"];
    let config = station.asks(&query, 0)?.out;
    assert!(config.contains("VOLERY_TEST_KEY"), "{config}");
    said.push(config.into_bytes());
    for passphrase in [PASSPHRASE, OTHER] {
        for spelling in spellings(passphrase)? {
            for text in &said {
                assert!(
                    !holds(text, &spelling),
                    "{:?}",
                    String::from_utf8_lossy(&spelling)
                );
            }
        }
    }
    Ok(())
}

fn get(port: u16, route: &str) -> Outcome<Vec<u8>> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(
        stream,
        "GET {route} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

#[test]
fn a_key_that_is_not_there_is_a_mistake_of_the_file_with_its_place() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("fleet.toml");
    fs::write(
        &file,
        "[[link]]\nurl = \"udpin:127.0.0.1:0\"\nsigning = { key_env = \"VOLERY_NO_SUCH_KEY\" }\n",
    )?;
    let file = file.to_str().ok_or("a path")?;
    for arguments in [vec!["check", file], vec!["serve", "--no-log", "-c", file]] {
        let answer = volery(&arguments, &[])?;
        assert_eq!(answer.code, Some(2), "{answer:?}");
        assert!(
            answer.err.contains("no variable VOLERY_NO_SUCH_KEY"),
            "{answer:?}"
        );
        assert!(answer.err.contains("fleet.toml:3:"), "{answer:?}");
    }
    let there = volery(&["check", file], &[("VOLERY_NO_SUCH_KEY", PASSPHRASE)])?;
    assert_eq!(there.code, Some(0), "{there:?}");
    Ok(())
}
