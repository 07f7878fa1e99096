//! The terminal is given back at every end, and one that blocks stalls nothing. The real program in a real pty.
//!
//! `VOLERY_ROUNDS=50` repeats every end so often, `VOLERY_BLOCKED_S=60` blocks so long,
//! `VOLERY_RESIZES=1000` resizes so often.
#![cfg(target_os = "linux")]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/station.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod support;

use std::{
    env,
    io::{Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;
use pty::{Outcome, Pty, code};
use serde_json::Value;
use support::{free_tcp_port, free_udp_port};

const VOLERY: &str = env!("CARGO_BIN_EXE_volery");
const DEMO: [&str; 4] = [VOLERY, "demo", "--no-listen", "--vehicles=3"];
const SIZE: (u16, u16) = (100, 30);
const SOON: Duration = Duration::from_secs(5);

fn number(name: &str, usual: u32) -> u32 {
    let given = env::var(name).ok().and_then(|text| text.parse().ok());
    given.unwrap_or(usual)
}

fn rounds() -> u32 {
    number("VOLERY_ROUNDS", 3)
}

/// A demonstration whose first frame is on the screen.
fn demo() -> Outcome<Pty> {
    let pty = Pty::start(&DEMO, SIZE)?;
    pty.wait_for("Fleet", 0)?;
    Ok(pty)
}

fn every_round(end: impl Fn(&mut Pty) -> Outcome, wanted: i32) -> Outcome {
    for round in 0..rounds() {
        let mut pty = demo()?;
        end(&mut pty)?;
        let (status, _) = pty.end(SOON)?;
        assert_eq!(code(status), wanted, "round {round}");
        pty.was_given_back()?;
    }
    Ok(())
}

#[test]
fn quitting_gives_the_terminal_back() -> Outcome {
    every_round(|pty| pty.write(b"q"), 0)
}

#[test]
fn control_c_gives_the_terminal_back() -> Outcome {
    every_round(|pty| pty.write(b"\x03"), 0)
}

#[test]
fn sigterm_gives_the_terminal_back() -> Outcome {
    every_round(|pty| pty.signal(Signal::SIGTERM), 143)
}

#[test]
fn sigint_from_outside_gives_the_terminal_back() -> Outcome {
    every_round(|pty| pty.signal(Signal::SIGINT), 130)
}

#[test]
fn sighup_gives_the_terminal_back_and_ends_a_demo() -> Outcome {
    every_round(|pty| pty.signal(Signal::SIGHUP), 0)
}

#[test]
fn a_terminal_that_closes_ends_a_demo() -> Outcome {
    for _ in 0..rounds() {
        let mut pty = demo()?;
        pty.hang_up();
        let (_, took) = pty.end(SOON)?;
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
    Ok(())
}

#[test]
fn a_shell_gets_the_terminal_at_control_z_and_hands_it_back() -> Outcome {
    for _ in 0..rounds() {
        let mut pty = Pty::start(&["bash", "--norc", "--noprofile", "-i"], SIZE)?;
        let paste = "bind 'set enable-bracketed-paste off'";
        let typed = format!("{paste}\nPS1='ready''$ '\n{}\n", DEMO.join(" "));
        pty.write(typed.as_bytes())?;
        pty.wait_for("Fleet", 0)?;
        let before = pty.text().len();
        pty.write(b"\x1a")?;
        pty.wait_for("Stopped", before)?;
        pty.wait_for("\x1b[?1049l", before)?;
        let before = pty.text().len();
        pty.write(b"fg\n")?;
        pty.wait_for("\x1b[?1049h", before)?;
        pty.wait_for("Fleet", before)?;
        let before = pty.text().len();
        pty.write(b"q")?;
        pty.wait_for("ready$", before)?;
        pty.write(b"exit 7\n")?;
        let (status, _) = pty.end(SOON)?;
        assert_eq!(code(status), 7, "{}", pty.text());
        pty.was_given_back()?;
    }
    Ok(())
}

/// Not a test of its own: what `a_panic_gives_the_terminal_back` runs in its terminal.
#[test]
#[ignore = "takes the terminal and panics; run by another test"]
fn a_screen_that_panics() {
    use volery::{
        model::time::TimeUs,
        tui::{Feed, ScreenControl, ScreenOptions, run, station::StationInfo},
    };
    let started = Instant::now();
    let (_publisher, snapshots) = tokio::sync::watch::channel(Arc::default());
    let feed = Feed {
        snapshots,
        now: Box::new(move || {
            assert!(started.elapsed() < Duration::from_millis(300), "on purpose");
            TimeUs::from_ms(1_700_000_000_000)
        }),
        control: ScreenControl::default(),
        hands: volery::tui::Hands::default(),
    };
    let _ = run(&ScreenOptions::default(), &StationInfo::default(), feed);
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_told() -> Outcome {
    let myself = env::current_exe()?;
    let myself = myself.to_str().ok_or("a path of text")?;
    let command = [
        myself,
        "--exact",
        "a_screen_that_panics",
        "--ignored",
        "--nocapture",
    ];
    for _ in 0..rounds() {
        let mut pty = Pty::start(&command, SIZE)?;
        let (status, _) = pty.end(4 * SOON)?;
        assert_eq!(code(status), 101);
        pty.wait_for("on purpose", 0)?;
        pty.was_given_back()?;
        let text = pty.text();
        assert!(
            text.rfind("\x1b[?1049l") < text.find("on purpose"),
            "{text:?}"
        );
    }
    Ok(())
}

#[test]
fn without_a_terminal_there_is_one_line_and_no_escape_code() -> Outcome {
    for (term, is_piped) in [("xterm", true), ("dumb", false)] {
        let (text, status) = if is_piped {
            let output = Command::new(VOLERY).args(&DEMO[1..]).output()?;
            let text = [output.stdout, output.stderr].concat();
            (String::from_utf8(text)?, output.status)
        } else {
            let setting = format!("TERM={term}");
            let command = [&["env", &setting], &DEMO[..]].concat();
            let mut pty = Pty::start(&command, SIZE)?;
            let (status, _) = pty.end(SOON)?;
            pty.wait_for("\n", 0)?;
            (pty.text(), status)
        };
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(!text.contains('\x1b') && text.contains("--json"), "{text}");
        assert_eq!(code(status), 1);
    }
    Ok(())
}

/// A station with a screen, ports of its own, and vehicles that speak to it.
struct Station {
    pty: Pty,
    vehicles: Child,
    http: u16,
    _folder: tempfile::TempDir,
}

impl Station {
    fn start() -> Outcome<Self> {
        Self::begin("", &["--rate=50"])
    }

    /// With more said of its link, and of its vehicles.
    fn begin(link: &str, sim: &[&str]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let (udp, http) = (free_udp_port()?, free_tcp_port()?);
        let file = format!("[[link]]\nname = \"air\"\nurl = \"udpin:127.0.0.1:{udp}\"\n{link}\n");
        std::fs::write(folder.path().join("fleet.toml"), file)?;
        let listen = format!("127.0.0.1:{http}");
        let log = folder.path().join("flights.db");
        let log = log.to_str().ok_or("a path of text")?;
        let command = [VOLERY, "run", "--listen", &listen, "--log", log];
        let pty = Pty::start_in(folder.path(), &command, (160, 45))?;
        let vehicles = Command::new(VOLERY)
            .args(["sim", "--vehicles=12"])
            .args(sim)
            .arg(format!("--to=udpout:127.0.0.1:{udp}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let station = Self {
            pty,
            vehicles,
            http,
            _folder: folder,
        };
        let twelve = |station: &Self| {
            let fleet = station.get("/api/v1/fleet");
            fleet.is_ok_and(|fleet| {
                fleet["vehicles"]
                    .as_object()
                    .is_some_and(|all| all.len() == 12)
            })
        };
        station
            .pty
            .wait_until("twelve vehicles", |_| twelve(&station))?;
        Ok(station)
    }

    fn get(&self, route: &str) -> Outcome<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.http))?;
        stream.set_read_timeout(Some(SOON))?;
        let request = "HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        write!(stream, "GET {route} {request}")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or("no body")?;
        Ok(serde_json::from_str(body)?)
    }

    fn frames(&self) -> Outcome<u64> {
        let fleet = self.get("/api/v1/fleet")?;
        let links = fleet["links"].as_object().ok_or("no links")?;
        let link = links.values().next().ok_or("no link")?;
        assert!(link["queue_drops"].as_u64().unwrap_or(0) == 0, "{link}");
        Ok(link["frames"].as_u64().unwrap_or(0))
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        let _ = self.vehicles.kill();
        let _ = self.vehicles.wait();
    }
}

/// Updates that a WebSocket client gets in two seconds.
fn updates(http: u16) -> Outcome<usize> {
    use futures_util::StreamExt as _;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let url = format!("ws://127.0.0.1:{http}/ws");
        let (mut socket, _) = tokio_tungstenite::connect_async(url).await?;
        let mut count = 0;
        let end = tokio::time::Instant::now() + Duration::from_secs(2);
        while let Ok(Some(message)) = tokio::time::timeout_at(end, socket.next()).await {
            count += usize::from(message?.to_text()?.contains("\"update\""));
        }
        Ok(count)
    })
}

#[test]
fn a_terminal_nobody_reads_stalls_neither_ingest_nor_clients_nor_the_end() -> Outcome {
    let mut station = Station::start()?;
    station.pty.wait_for("Fleet", 0)?;
    station.pty.stop_reading();
    let blocked = Duration::from_secs(number("VOLERY_BLOCKED_S", 3).into());
    let (start, before) = (Instant::now(), station.frames()?);
    std::thread::sleep(blocked.saturating_sub(Duration::from_secs(2)));
    let updates = updates(station.http)?;
    assert!(updates > 20, "{updates} updates in two seconds");
    let rate = (station.frames()? - before) as f64 / start.elapsed().as_secs_f64();
    assert!(rate > 300.0, "{rate} frames a second of 600");
    station.pty.signal(Signal::SIGTERM)?;
    let (status, took) = station.pty.end(SOON)?;
    assert_eq!(code(status), 143);
    assert!(took < Duration::from_secs(2), "{took:?}");
    Ok(())
}

#[test]
fn a_terminal_that_is_read_again_shows_the_newest_moment() -> Outcome {
    let mut station = Station::start()?;
    station.pty.stop_reading();
    std::thread::sleep(Duration::from_secs(1));
    let before = station.pty.text().len();
    station.pty.read_again()?;
    station.pty.write(b"\x0c")?;
    station.pty.wait_for("Fleet", before)?;
    Ok(())
}

#[test]
fn a_station_whose_terminal_is_gone_goes_on_and_ends_at_sigterm() -> Outcome {
    for is_closed in [false, true] {
        let mut station = Station::start()?;
        if is_closed {
            station.pty.hang_up();
        } else {
            station.pty.signal(Signal::SIGHUP)?;
            station
                .pty
                .wait_until("the screen given back", |pty| pty.is_given_back().is_ok())?;
        }
        let before = station.frames()?;
        station
            .pty
            .wait_until("more frames: it goes on as serve", |_| {
                station.frames().is_ok_and(|frames| frames > before)
            })?;
        station.pty.signal(Signal::SIGTERM)?;
        let (status, took) = station.pty.end(SOON)?;
        assert_eq!(code(status), 143);
        assert!(took < Duration::from_secs(2), "{took:?}");
    }
    Ok(())
}

#[test]
fn resizes_pastes_and_held_keys_are_survived() -> Outcome {
    let mut pty = demo()?;
    let sizes = [(1, 1), (20, 5), (300, 100), (80, 24), (7, 90), (200, 2)];
    for (_, (columns, rows)) in (0..number("VOLERY_RESIZES", 60)).zip(sizes.iter().cycle()) {
        pty.resize(*columns, *rows)?;
    }
    pty.resize(100, 30)?;
    pty.write(
        &[
            b"\x1b[200~".to_vec(),
            vec![b'q'; 100_000],
            b"\x1b[201~".to_vec(),
        ]
        .concat(),
    )?;
    pty.write(&b"jk".repeat(20_000))?;
    pty.write(b"/")?;
    pty.write(
        &[
            b"\x1b[200~".to_vec(),
            "\u{5317}z\u{301}".repeat(20_000).into(),
            b"\x1b[201~".to_vec(),
        ]
        .concat(),
    )?;
    pty.wait_for("0 of 3", 0)?;
    pty.write(b"\x1b")?;
    std::thread::sleep(Duration::from_millis(500));
    let before = pty.text().len();
    pty.write(b"\x0c")?;
    pty.wait_for("Fleet", before)?;
    pty.write(b"q")?;
    let (status, _) = pty.end(SOON)?;
    assert_eq!(code(status), 0);
    pty.was_given_back()
}

/// Lets so much time pass as the screen wants somebody to have read it.
fn read_by_somebody(pty: &Pty) -> Outcome {
    let seen = Instant::now();
    pty.wait_until("half a second", |_| {
        seen.elapsed() > Duration::from_millis(500)
    })
}

#[test]
fn a_command_typed_on_the_screen_is_answered_by_simulated_vehicles() -> Outcome {
    let mut pty = demo()?;
    pty.wait_for("Charlie", 0)?;
    pty.write(b":@1,3 hold")?;
    pty.wait_for("asks first", 0)?;
    read_by_somebody(&pty)?;
    let before = pty.text().len();
    pty.write(b"\r")?;
    pty.wait_for("Send?", before)?;
    read_by_somebody(&pty)?;
    let before = pty.text().len();
    pty.write(b"y")?;
    pty.wait_for("2 accepted", before)
}

#[test]
fn a_mission_is_read_from_a_simulated_vehicle_saved_and_found_to_be_the_same() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("kept.plan");
    let file = file.to_str().ok_or("a folder without a name")?;
    let mut pty = demo()?;
    pty.wait_for("Charlie", 0)?;
    // Heard, and not only listed.
    pty.wait_until("three that appeared", |pty| {
        pty.text().matches("appeared on demo").count() >= 3
    })?;
    pty.write(b".1\r5")?;
    pty.wait_for("not been read", 0)?;
    let enter = |pty: &mut Pty, line: &str, offers: &str| -> Outcome {
        let before = pty.text().len();
        pty.write(line.as_bytes())?;
        pty.wait_for(offers, before)?;
        pty.write(b"\r")
    };
    enter(&mut pty, ":mission get", "reads the mission")?;
    pty.wait_for("DO_JUMP", 0)?;
    enter(
        &mut pty,
        &format!(":mission save {file}"),
        "writes the file",
    )?;
    pty.wait_for("written", 0)?;
    enter(&mut pty, &format!(":mission diff {file}"), "compares it")?;
    pty.wait_for("holds what the file says", 0)?;
    let kept = std::fs::read_to_string(file)?;
    assert!(kept.contains("\"fileType\": \"Plan\""), "{kept}");
    Ok(())
}

/// Frames per second of each vehicle.
type Flows = Vec<(String, f64)>;

/// Which vehicles are asked for their position at 2 Hz, and how many frames a second come of each.
fn rates(station: &Station) -> Outcome<(Vec<String>, Flows)> {
    let fleet = station.get("/api/v1/fleet")?;
    let vehicles = fleet["vehicles"].as_object().ok_or("no vehicles")?;
    let path = |vehicle: &Value| vehicle["link"]["paths"]["air"].clone();
    let whole = vehicles
        .iter()
        .filter(|(_, vehicle)| path(vehicle)["asked"]["position_hz"] == 2.0);
    let frames = vehicles.iter().filter_map(|(id, vehicle)| {
        let frames_per_s = path(vehicle)["frames_per_s"].as_f64()?;
        Some((id.clone(), frames_per_s))
    });
    Ok((whole.map(|(id, _)| id.clone()).collect(), frames.collect()))
}

#[test]
fn the_vehicle_chosen_on_the_screen_gets_more_of_a_thin_link() -> Outcome {
    let link = "class = \"radio\"\nbytes_per_s = 4000";
    let mut station = Station::begin(link, &[])?;
    let until = Duration::from_mins(1);
    let wait = |station: &Station, what: &str, holds: &dyn Fn(&Station) -> bool| -> Outcome {
        let began = Instant::now();
        while !holds(station) {
            if began.elapsed() > until {
                return Err(format!("{what}: {:?}", rates(station)?).into());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    };
    wait(&station, "nobody has all", &|station| {
        rates(station).is_ok_and(|(whole, frames)| whole.is_empty() && frames.len() == 12)
    })?;
    station.pty.write(b"j")?;
    wait(&station, "one has all", &|station| {
        rates(station).is_ok_and(|(whole, _)| whole.len() == 1)
    })?;
    let (whole, _) = rates(&station)?;
    let chosen = whole.first().ok_or("nobody")?;
    wait(&station, "it sends more than the others", &|station| {
        rates(station).is_ok_and(|(_, frames)| {
            let of = |is_chosen: bool| {
                let of = frames
                    .iter()
                    .filter(move |(id, _)| (id == chosen) == is_chosen);
                of.map(|(_, frames_per_s)| *frames_per_s)
            };
            let most = of(false).fold(0.0, f64::max);
            of(true).any(|frames_per_s| frames_per_s > most)
        })
    })
}
