//! Missions, fences, rally points and parameters through the real binary and real sockets, over links that lose a lot.

#![expect(clippy::print_stderr, reason = "figures for whoever looks at them")]

#[path = "support/instance.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod instance;

use std::{
    fmt::Write as _,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use instance::{Instance, Outcome, free_udp_port};
use serde_json::Value;

/// A simulated fleet; killed when dropped.
struct Sim(Child);

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A station and vehicles of one autopilot, `faults` in the air between them.
fn fleet(autopilot: &str, count: usize, faults: &str) -> Outcome<(Instance, Sim)> {
    let port = free_udp_port()?;
    let link = format!("udpin:127.0.0.1:{port}");
    let station = Instance::start(&["--link", &link, "--no-log"])?;
    let scenario = station.folder.path().join("air.toml");
    std::fs::write(&scenario, faults)?;
    let to = format!("udpout:127.0.0.1:{port}");
    let mut command = station.verb(&["sim", "--to", &to, "--autopilot", autopilot]);
    command
        .args(["--vehicles", &count.to_string(), "--scenario"])
        .arg(&scenario)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let sim = Sim(command.spawn()?);
    let all = format!(
        "size(vehicles) == {count} && vehicles.all(v, vehicles[v].state == \"live\" && \
         has(vehicles[v].firmware))"
    );
    station.asks(&["wait", &all, "--timeout", "60"], 0)?;
    Ok((station, sim))
}

const BAD_AIR: &str = "[[fault]]\nat = \"0s\"\nkind = \"loss\"\npercent = 25\n";

/// A mission of waypoints, each somewhere else, with a change of speed and a jump among them.
fn mission(items: usize) -> String {
    let mut text =
        "QGC WPL 110\n0\t1\t0\t16\t0\t0\t0\t0\t-35.363262\t149.165237\t584\t1\n".to_owned();
    for item in 1..=items {
        let line = match item % 50 {
            10 => format!("{item}\t0\t2\t178\t1\t{}\t-1\t0\t0\t0\t0\t1", item / 10),
            20 => format!("{item}\t0\t2\t177\t{}\t2\t0\t0\t0\t0\t0\t1", item - 5),
            _ => {
                let (lat, lon) = (-35.36 + item as f64 * 1e-5, 149.16 + item as f64 * 2e-5);
                format!(
                    "{item}\t0\t3\t16\t0\t0\t0\t0\t{lat}\t{lon}\t{}\t1",
                    20 + item % 30
                )
            }
        };
        let _ = writeln!(text, "{line}");
    }
    text
}

fn file(station: &Instance, name: &str, text: &str) -> Outcome<String> {
    let path = station.folder.path().join(name);
    std::fs::write(&path, text)?;
    Ok(path.to_str().ok_or("a path")?.to_owned())
}

/// How many items are sent: `VOLERY_MISSION_ITEMS=500` is the whole thing, and takes minutes.
fn how_many() -> Outcome<usize> {
    Ok(std::env::var("VOLERY_MISSION_ITEMS").map_or(Ok(120), |count| count.parse())?)
}

fn a_long_mission_comes_back_identical(autopilot: &str) -> Outcome {
    let count = how_many()?;
    let (station, _sim) = fleet(autopilot, 1, BAD_AIR)?;
    let drawn = file(&station, "long.waypoints", &mission(count))?;
    let began = Instant::now();
    let put = [
        "mission",
        "put",
        "mav-1",
        &drawn,
        "--yes",
        "--override",
        "--json",
    ];
    let answer: Value = serde_json::from_str(&station.asks(&put, 0)?.out)?;
    let report = &answer["vehicles"]["mav-1"];
    assert_eq!(report["state"], "done", "{report}");
    assert_eq!(
        (&report["items"], &report["verified"]),
        (&count.into(), &true.into())
    );
    let took = began.elapsed();
    let diff = ["mission", "diff", "mav-1", &drawn, "--override"];
    let same = station.asks(&diff, 0)?;
    assert!(same.out.contains("holds the mission of"), "{same:?}");
    eprintln!(
        "{autopilot}: {count} items given and read back in {took:?}, {} again",
        report["retries"]
    );
    Ok(())
}

#[test]
fn a_long_mission_crosses_a_quarter_of_loss_to_an_ardupilot() -> Outcome {
    a_long_mission_comes_back_identical("ardupilot")
}

#[test]
fn a_long_mission_crosses_a_quarter_of_loss_to_a_px4() -> Outcome {
    a_long_mission_comes_back_identical("px4")
}

#[test]
fn a_copters_parameters_cross_a_bursty_link_in_ten_seconds() -> Outcome {
    let bursts = "[[fault]]\nat = \"0s\"\nkind = \"loss\"\npercent = 5\nburst = 8\n";
    let (station, _sim) = fleet("ardupilot", 1, bursts)?;
    let saved = station.folder.path().join("all.param");
    let saved = saved.to_str().ok_or("a path")?;
    let began = Instant::now();
    let save = station.asks(&["param", "save", "mav-1", saved, "--override"], 0)?;
    let took = began.elapsed();
    let text = std::fs::read_to_string(saved)?;
    let count = text.lines().filter(|line| !line.starts_with('#')).count();
    assert!(count >= 1_300, "{count}: {save:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    eprintln!("{count} parameters in {took:?}");
    // What was written reads back as what is aboard.
    let same = station.asks(&["param", "diff", "mav-1", saved], 0)?;
    assert!(same.out.contains("agree"), "{same:?}");
    Ok(())
}

#[test]
fn parameters_are_set_on_a_group_and_what_undoes_it_is_kept() -> Outcome {
    let (station, _sim) = fleet("mixed", 2, "")?;
    let unasked = station.asks(&["param", "set", "mav-1", "mav-2", "SYSID_MYGCS", "254"], 2)?;
    assert!(unasked.err.contains("needs --yes"), "{unasked:?}");
    let all: Value =
        serde_json::from_str(&station.asks(&["param", "get", "mav-1", "--json"], 0)?.out)?;
    let all = all.as_object().ok_or("no parameters")?;
    let (name, value) = all
        .iter()
        .find(|(_, value)| {
            value
                .as_i64()
                .is_some_and(|value| (2..100).contains(&value))
        })
        .ok_or("nothing to set")?;
    let wanted = value.as_i64().ok_or("no number")? - 1;
    let tuned = file(&station, "tuned.param", &format!("{name},{wanted}\n"))?;
    let load = station.asks(&["param", "load", "mav-1", &tuned, "--yes"], 0)?;
    assert!(load.err.contains("undoes it"), "{load:?}");
    let now: Value = serde_json::from_str(
        &station
            .asks(&["param", "get", "mav-1", name, "--fresh", "--json"], 0)?
            .out,
    )?;
    assert_eq!(now[name], wanted);
    let rollback = std::fs::read_dir(station.folder.path())?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().contains("rollback"))
        .ok_or("no rollback file")?;
    let rollback = rollback.to_str().ok_or("a path")?;
    station.asks(&["param", "load", "mav-1", rollback, "--yes"], 0)?;
    let now: Value = serde_json::from_str(
        &station
            .asks(&["param", "get", "mav-1", name, "--fresh", "--json"], 0)?
            .out,
    )?;
    assert_eq!(&now[name], value);
    let unknown = station.asks(&["param", "set", "mav-1", "NO_SUCH_THING", "1", "--yes"], 5)?;
    assert!(unknown.out.contains("NO_SUCH_THING"), "{unknown:?}");
    Ok(())
}

const FENCE: &str = "QGC WPL 110\n\
0\t0\t3\t5001\t4\t0\t0\t0\t-35.36\t149.16\t0\t1\n\
1\t0\t3\t5001\t4\t0\t0\t0\t-35.36\t149.17\t0\t1\n\
2\t0\t3\t5001\t4\t0\t0\t0\t-35.37\t149.17\t0\t1\n\
3\t0\t3\t5001\t4\t0\t0\t0\t-35.37\t149.16\t0\t1\n";
const RALLY: &str = "QGC WPL 110\n0\t0\t3\t5100\t0\t0\t0\t0\t-35.362\t149.162\t30\t1\n";

#[test]
fn a_fence_and_rally_points_go_to_a_group_and_come_back() -> Outcome {
    let (station, _sim) = fleet("mixed", 2, "")?;
    for (list, text, items) in [("fence", FENCE, 4), ("rally", RALLY, 1)] {
        let drawn = file(&station, &format!("{list}.waypoints"), text)?;
        station.asks(&[list, "put", "mav-1", "mav-2", &drawn, "--yes"], 0)?;
        for vehicle in ["mav-1", "mav-2"] {
            station.asks(&[list, "diff", vehicle, &drawn], 0)?;
            let read = station.asks(&[list, "get", vehicle], 0)?;
            let plan: Value = serde_json::from_str(&read.out)?;
            assert_eq!(plan["volery"]["items"], items, "{vehicle} {list}");
        }
        let unasked = station.asks(&[list, "clear", "mav-1", "mav-2"], 2)?;
        assert!(unasked.err.contains("needs --yes"), "{unasked:?}");
        station.asks(&[list, "clear", "mav-1"], 0)?;
        let differs = station.asks(&[list, "diff", "mav-1", &drawn], 1)?;
        assert!(differs.err.contains("differences"), "{differs:?}");
    }
    Ok(())
}

#[test]
fn an_interrupted_upload_is_broken_off_and_says_what_the_vehicle_may_hold() -> Outcome {
    let (station, _sim) = fleet("ardupilot", 2, BAD_AIR)?;
    let drawn = file(&station, "long.waypoints", &mission(200))?;
    let words = ["mission", "put", "mav-1", "mav-2", &drawn];
    let put = station
        .verb(&[&words[..], &["--yes", "--override", "--json"]].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    while !station
        .asks(&["events"], 0)?
        .out
        .contains("mission put for")
    {}
    std::process::Command::new("kill")
        .args(["-INT", &put.id().to_string()])
        .status()?;
    let output = put.wait_with_output()?;
    assert_eq!(output.status.code(), Some(130));
    let answer: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(answer["done"], true, "{answer}");
    for vehicle in ["mav-1", "mav-2"] {
        let report = &answer["vehicles"][vehicle];
        assert_eq!(report["state"], "cancelled", "{report}");
        assert!(report["text"].as_str().is_some_and(|text| !text.is_empty()));
    }
    Ok(())
}

#[test]
fn bad_files_and_unknown_vehicles_are_refused_before_anything_is_sent() -> Outcome {
    let (station, _sim) = fleet("ardupilot", 1, "")?;
    let plan = |name: &str, text: &str| file(&station, name, text);
    let before = station.asks(&["mission", "get", "mav-1"], 0)?;
    let wrong = plan(
        "wrong.plan",
        "{\"fileType\":\"Plan\",\"version\":7,\"mission\":{}}",
    )?;
    let refused = station.asks(&["mission", "put", "mav-1", &wrong], 2)?;
    assert!(refused.err.contains("version 7"), "{refused:?}");
    let beyond = plan(
        "beyond.waypoints",
        "QGC WPL 110\n0\t1\t0\t16\t0\t0\t0\t0\t0\t0\t0\t1\n1\t0\t3\t16\t0\t0\t0\t0\t95.0\t8.5\t30\t1\n",
    )?;
    let refused = station.asks(&["mission", "put", "mav-1", &beyond], 2)?;
    assert!(refused.err.contains("95"), "{refused:?}");
    let good = plan("good.waypoints", &mission(3))?;
    let refused = station.asks(&["mission", "put", "mav-2", &good, "--yes"], 2)?;
    assert!(refused.err.contains("mav-1"), "{refused:?}");
    let missing = station.asks(&["mission", "put", "mav-1", "nowhere.plan"], 2)?;
    assert!(missing.err.contains("no such file"), "{missing:?}");
    // Nothing of all that reached the vehicle.
    let after = station.asks(&["mission", "get", "mav-1"], 0)?;
    let items = |answer: &instance::Answer| -> Outcome<Value> {
        let plan: Value = serde_json::from_str(&answer.out)?;
        Ok(plan["mission"]["items"].clone())
    };
    assert_eq!(items(&before)?, items(&after)?);
    Ok(())
}

#[test]
fn parameters_are_remembered_and_a_px4s_hash_saves_asking_again() -> Outcome {
    let port = free_udp_port()?;
    let link = format!("udpin:127.0.0.1:{port}");
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("flights.db");
    let log = log.to_str().ok_or("a path")?;
    let arguments = ["--link", &link, "--log", log];
    let mut first = Instance::start(&arguments)?;
    let to = format!("udpout:127.0.0.1:{port}");
    let mut command = first.verb(&["sim", "--to", &to, "--autopilot", "px4", "--vehicles", "1"]);
    let _sim = Sim(command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?);
    let known = "has(vehicles[\"mav-1\"].uid)";
    first.asks(&["wait", known, "--timeout", "30"], 0)?;
    let get = ["param", "get", "mav-1", "--json"];
    let all: Value = serde_json::from_str(&first.asks(&get, 0)?.out)?;
    first.asks(&["stop", "--yes"], 0)?;
    first.exit_within(Duration::from_secs(5))?;
    let second = Instance::start(&arguments)?;
    second.asks(&["wait", known, "--timeout", "30"], 0)?;
    let end = Instant::now() + Duration::from_secs(20);
    while !second.asks(&["events"], 0)?.out.contains("remembered") {
        assert!(Instant::now() < end, "nothing was remembered");
    }
    let again: Value = serde_json::from_str(&second.asks(&get, 0)?.out)?;
    assert_eq!(all, again);
    let events = second.asks(&["events"], 0)?;
    assert!(
        events.out.contains("the vehicle's hash says so"),
        "{events:?}"
    );
    // What was read is in the flight log as well.
    let connection = rusqlite::Connection::open(log)?;
    let count = "SELECT count(DISTINCT name) FROM param WHERE drone_id = 'mav-1'";
    let logged: u32 = connection.query_row(count, [], |row| row.get(0))?;
    assert_eq!(
        Some(logged as usize),
        all.as_object().map(serde_json::Map::len)
    );
    Ok(())
}
