//! Commands through the real binary and real sockets to simulated vehicles, over links that lose, double and overtake.

#[path = "support/instance.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod instance;

use std::{
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use instance::{Instance, Outcome, free_udp_port};
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
    let all = "size(vehicles) == 20 && vehicles.all(v, vehicles[v].state == \"live\")";
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

#[test]
fn a_copter_arms_takes_off_flies_and_comes_home() -> Outcome {
    let (station, port) = station()?;
    let _sim = Sim::start(&station, port, &["--vehicles", "1"])?;
    let ready = "state == \"live\" && position.alt_rel_m > -1.0 && gps[\"0\"].fix == \"3d_fix\"";
    station.asks(&["wait", ready, "--timeout", "60"], 0)?;
    let alpha = ["send", "mav-1"];
    let send = |words: &[&str], code| {
        let all: Vec<&str> = alpha.iter().chain(words).copied().collect();
        station.asks(&all, code)
    };
    let unconfirmed = send(&["arm"], 5)?;
    assert!(
        unconfirmed.out.contains("confirm is needed"),
        "{unconfirmed:?}"
    );
    send(&["mode", "GUIDDE"], 5)?;
    send(&["mode", "GUIDED", "--yes"], 0)?;
    // It refuses, with its reason, until its estimator has settled.
    let patience = Instant::now() + Duration::from_mins(1);
    while let Err(why) = send(&["arm", "--yes"], 0) {
        if Instant::now() > patience {
            return Err(why);
        }
    }
    station.asks(&["wait", "armed", "--timeout", "10"], 0)?;
    send(&["takeoff", "8", "--yes"], 0)?;
    station.asks(&["wait", "position.alt_rel_m > 6.0", "--timeout", "40"], 0)?;
    let refused = send(&["disarm"], 5)?;
    assert!(refused.out.contains("in the air"), "{refused:?}");
    let vehicles: Value = serde_json::from_str(&station.asks(&["vehicles", "--json"], 0)?.out)?;
    let lat = vehicles[0]["position"]["lat_deg"]
        .as_f64()
        .ok_or("no place")?
        + 0.0001;
    let lon = vehicles[0]["position"]["lon_deg"]
        .as_f64()
        .ok_or("no place")?;
    send(&["goto", &lat.to_string(), &lon.to_string(), "8"], 0)?;
    send(&["rtl"], 0)?;
    station.asks(&["wait", "mode == \"RTL\"", "--timeout", "10"], 0)?;
    let events = station.asks(&["events"], 0)?.out;
    assert!(events.contains("rtl accepted"), "{events}");
    Ok(())
}
