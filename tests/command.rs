//! Commands through the real binary and real sockets to simulated vehicles, over links that lose, double and overtake.

#[path = "support/instance.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod instance;

use std::{
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use instance::{Answer, Instance, Outcome, free_udp_port};
use serde_json::Value;

/// A simulated fleet; killed when dropped.
struct Sim(Child);

impl Sim {
    fn start(station: &Instance, port: u16, arguments: &[&str]) -> Outcome<Self> {
        let to = format!("udpout:127.0.0.1:{port}");
        let mut command = station.verb(&["sim", "--to", &to]);
        command
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Ok(Self(command.spawn()?))
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn station() -> Outcome<(Instance, u16)> {
    let port = free_udp_port()?;
    let link = format!("udpin:127.0.0.1:{port}");
    Ok((Instance::start(&["--link", &link, "--no-log"])?, port))
}

fn states(text: &str) -> Outcome<Vec<(String, String)>> {
    let answer: Value = serde_json::from_str(text)?;
    let vehicles = answer["vehicles"].as_object().ok_or("no vehicles")?;
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(vehicles
        .values()
        .map(|report| (word(&report["state"]), word(&report["text"])))
        .collect())
}

const BAD_AIR: &str = "\
[[fault]]\nat = \"0s\"\nkind = \"loss\"\npercent = 30\n\
[[fault]]\nat = \"0s\"\nkind = \"duplicate\"\npercent = 10\n\
[[fault]]\nat = \"0s\"\nkind = \"reorder\"\npercent = 10\n";

#[test]
fn twenty_vehicles_over_bad_air_come_home_or_say_why_within_15_s() -> Outcome {
    let (station, port) = station()?;
    let scenario = station.folder.path().join("bad.toml");
    std::fs::write(&scenario, BAD_AIR)?;
    let scenario = scenario.to_str().ok_or("a path")?;
    let _sim = Sim::start(
        &station,
        port,
        &["--vehicles", "20", "--scenario", scenario],
    )?;
    // Over this air some are late at any moment.
    let all = "size(vehicles) == 20";
    station.asks(&["wait", all, "--timeout", "60"], 0)?;
    let ids: Vec<String> = (1..=20).map(|system| format!("mav-{system}")).collect();
    let mut words = vec!["send"];
    words.extend(ids.iter().map(String::as_str));
    let without = words.iter().copied().chain(["rtl"]).collect::<Vec<_>>();
    let refused = station.asks(&without, 2)?;
    assert!(refused.err.contains("needs --yes"), "{refused:?}");
    words.extend(["rtl", "--yes", "--override", "--json", "--timeout", "15"]);
    let began = Instant::now();
    let output = station.verb(&words).output()?;
    let took = began.elapsed();
    let states = states(&String::from_utf8(output.stdout)?)?;
    assert_eq!(states.len(), 20);
    for (state, why) in &states {
        let definite = matches!(state.as_str(), "accepted" | "rejected" | "timed_out");
        assert!(definite, "{state}: {why}");
        assert!(
            state == "accepted" || !why.is_empty(),
            "{state} is explained"
        );
    }
    let accepted = states
        .iter()
        .filter(|(state, _)| state == "accepted")
        .count();
    assert!(accepted >= 15, "{states:?}");
    assert!(took < Duration::from_secs(15), "{took:?}");
    eprintln!("{accepted} of 20 accepted, all definite after {took:?}");
    Ok(())
}

/// One simulated vehicle, and what it is told.
struct Flight {
    station: Instance,
    _sim: Sim,
}

impl Flight {
    fn of(arguments: &[&str], scenario: Option<&str>) -> Outcome<Self> {
        let (station, port) = station()?;
        let mut all = vec!["--vehicles", "1"];
        all.extend(arguments);
        let file = station.folder.path().join("scenario.toml");
        let path = file.to_str().ok_or("a path")?.to_owned();
        if let Some(scenario) = scenario {
            std::fs::write(&file, scenario)?;
            all.extend(["--scenario", &path]);
        }
        let sim = Sim::start(&station, port, &all)?;
        let flight = Self { station, _sim: sim };
        let ready = "state == \"live\" && position.alt_rel_m > -1.0 && gps[\"0\"].fix == \"3d_fix\" && home.alt_msl_m > 0.0";
        flight.waits(ready, 60)?;
        Ok(flight)
    }

    fn waits(&self, expression: &str, seconds: u32) -> Outcome {
        let limit = seconds.to_string();
        self.station
            .asks(&["wait", expression, "--timeout", &limit], 0)?;
        Ok(())
    }

    fn send(&self, words: &[&str], code: i32) -> Outcome<Answer> {
        let all: Vec<&str> = ["send", "mav-1"].iter().chain(words).copied().collect();
        self.station.asks(&all, code)
    }

    /// Says it until it is accepted.
    fn insists(&self, words: &[&str]) -> Outcome {
        let patience = Instant::now() + Duration::from_mins(1);
        while let Err(why) = self.send(words, 0) {
            if Instant::now() > patience {
                return Err(why);
            }
        }
        Ok(())
    }

    /// It refuses, with its reason, until its estimator has settled.
    fn arms(&self) -> Outcome {
        self.insists(&["arm", "--yes"])?;
        self.waits("armed", 10)
    }

    fn place(&self) -> Outcome<(f64, f64)> {
        let vehicles: Value =
            serde_json::from_str(&self.station.asks(&["vehicles", "--json"], 0)?.out)?;
        let number = |key: &str| vehicles[0]["position"][key].as_f64().ok_or("no place");
        Ok((number("lat_deg")?, number("lon_deg")?))
    }

    /// Goes some metres north and gets there.
    fn goes(&self, north_m: f64, alt_rel_m: &str) -> Outcome {
        let (lat, lon) = self.place()?;
        let goal = lat + north_m / 111_195.0;
        self.send(&["goto", &goal.to_string(), &lon.to_string(), alt_rel_m], 0)?;
        self.waits(&format!("position.lat_deg > {}", goal - 0.00003), 60)
    }
}

#[test]
fn a_copter_arms_takes_off_flies_and_comes_home() -> Outcome {
    let flight = Flight::of(&[], None)?;
    let unconfirmed = flight.send(&["arm"], 5)?;
    assert!(
        unconfirmed.out.contains("confirm is needed"),
        "{unconfirmed:?}"
    );
    flight.send(&["mode", "GUIDDE"], 5)?;
    let on_ground = flight.send(&["takeoff", "8", "--yes"], 5)?;
    assert!(on_ground.out.contains("GUIDED"), "{on_ground:?}");
    flight.send(&["mode", "GUIDED", "--yes"], 0)?;
    flight.arms()?;
    // Ten seconds must pass after the takeoff that was rejected.
    flight.insists(&["takeoff", "8", "--yes"])?;
    flight.waits("position.alt_rel_m > 6.0", 40)?;
    let refused = flight.send(&["disarm"], 5)?;
    assert!(refused.out.contains("in the air"), "{refused:?}");
    flight.goes(12.0, "8")?;
    let (lat, lon) = flight.place()?;
    let (x, y) = ((lat * 1e7).round(), (lon * 1e7).round());
    let int = format!("int DO_REPOSITION GLOBAL_RELATIVE_ALT -1 1 0 nan {x} {y} 9");
    let words: Vec<&str> = int.split(' ').collect();
    flight.send(&words, 0)?;
    let servo = flight.send(&["int", "DO_SET_SERVO", "0", "9", "1500"], 5)?;
    assert!(servo.out.contains("confirm is needed"), "{servo:?}");
    flight.send(&["rtl"], 0)?;
    flight.waits("mode == \"RTL\"", 10)?;
    let events = flight.station.asks(&["events"], 0)?.out;
    assert!(events.contains("rtl accepted"), "{events}");
    assert!(events.contains("GUIDED → RTL, by rtl"), "{events}");
    Ok(())
}

#[test]
fn a_copter_of_px4_is_told_in_its_own_words() -> Outcome {
    let flight = Flight::of(&["--autopilot", "px4"], None)?;
    flight.arms()?;
    flight.send(&["takeoff", "9", "--yes"], 0)?;
    flight.waits("position.alt_rel_m > 7.0 && position.alt_rel_m < 11.0", 40)?;
    flight.goes(12.0, "9")?;
    flight.send(&["mode", "POSCTL"], 0)?;
    flight.waits("mode == \"POSCTL\"", 10)?;
    flight.send(&["hold"], 0)?;
    flight.waits("mode == \"LOITER\"", 10)?;
    flight.send(&["rtl"], 0)?;
    flight.waits("mode == \"RTL\"", 10)
}

#[test]
fn a_plane_takes_off_by_its_mode_and_says_so_when_it_is_told_otherwise() -> Outcome {
    let flight = Flight::of(&["--airframe", "plane"], None)?;
    flight.arms()?;
    let told = flight.send(&["takeoff", "40", "--yes"], 5)?;
    assert!(told.out.contains("mode TAKEOFF"), "{told:?}");
    flight.send(&["mode", "TAKEOFF", "--yes"], 0)?;
    flight.waits("position.alt_rel_m > 8.0", 60)?;
    flight.send(&["mode", "GUIDED"], 0)?;
    flight.goes(150.0, "60")?;
    flight.send(&["rtl"], 0)?;
    flight.waits("mode == \"RTL\"", 10)
}

#[test]
fn a_rover_drives_there_and_back_and_never_takes_off() -> Outcome {
    let flight = Flight::of(&["--airframe", "rover"], None)?;
    let never = flight.send(&["takeoff", "5", "--yes"], 5)?;
    assert!(never.out.contains("a rover does not take off"), "{never:?}");
    flight.send(&["mode", "GUIDED"], 0)?;
    flight.arms()?;
    flight.goes(12.0, "0")?;
    flight.send(&["rtl"], 0)?;
    flight.waits("mode == \"RTL\"", 10)
}

/// An ArduPilot of old: no DO_SET_MODE, no DO_REPOSITION, no intervals.
const OLD: &str = "\
[[fault]]\nat = \"0s\"\nkind = \"refuse\"\ncommand = 176\nresult = \"unsupported\"\n\
[[fault]]\nat = \"0s\"\nkind = \"refuse\"\ncommand = 192\nresult = \"unsupported\"\n\
[[fault]]\nat = \"0s\"\nkind = \"refuse\"\ncommand = 511\nresult = \"unsupported\"\n";

#[test]
fn an_ardupilot_of_old_changes_its_mode_and_goes_there_all_the_same() -> Outcome {
    let flight = Flight::of(&[], Some(OLD))?;
    flight.send(&["mode", "GUIDED", "--yes"], 0)?;
    flight.waits("mode == \"GUIDED\"", 10)?;
    flight.arms()?;
    flight.send(&["takeoff", "8", "--yes"], 0)?;
    flight.waits("position.alt_rel_m > 6.0", 40)?;
    flight.goes(12.0, "8")?;
    flight.send(&["mode", "LOITER"], 0)?;
    let (lat, lon) = flight.place()?;
    let told = flight.send(&["goto", &lat.to_string(), &lon.to_string(), "8"], 5)?;
    assert!(told.out.contains("change the mode first"), "{told:?}");
    Ok(())
}

#[test]
fn an_interrupted_group_is_aborted_where_it_has_not_been_reached() -> Outcome {
    let port = free_udp_port()?;
    let file = format!(
        "[[link]]\nname = \"slow\"\nurl = \"udpin:127.0.0.1:{port}\"\nnetwork = \"mav\"\nclass = \"radio\"\n"
    );
    let station = Instance::with_file(&file, &["--no-log"])?;
    let _sim = Sim::start(&station, port, &["--vehicles", "80"])?;
    station.asks(&["wait", "size(vehicles) == 80", "--timeout", "60"], 0)?;
    let ids: Vec<String> = (1..=80).map(|system| format!("mav-{system}")).collect();
    let mut words = vec!["send"];
    words.extend(ids.iter().map(String::as_str));
    words.extend(["rtl", "--yes", "--override", "--json", "--timeout", "60"]);
    let send = station
        .verb(&words)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    while !station.asks(&["events"], 0)?.out.contains("rtl sent") {}
    let pid = send.id().to_string();
    std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status()?;
    let output = send.wait_with_output()?;
    assert_eq!(output.status.code(), Some(130));
    let states = states(&String::from_utf8(output.stdout)?)?;
    assert_eq!(states.len(), 80, "every vehicle is accounted for");
    let spared =
        |state: &&(String, String)| state.0 == "refused" && state.1 == "aborted before it was sent";
    let spared = states.iter().filter(spared).count();
    let reached = states.iter().filter(|state| state.0 == "accepted").count();
    assert!(spared > 5 && reached > 0, "{spared} {reached} {states:?}");
    let events = station.asks(&["events"], 0)?.out;
    assert!(events.contains("aborted: "), "{events}");
    eprintln!("{reached} reached, {spared} spared");
    Ok(())
}
