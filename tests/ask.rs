//! The verbs that ask a running instance, with the real binary on both sides: answers, exit statuses, reload, stop.

#[path = "support/instance.rs"]
mod instance;

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    time::{Duration, Instant},
};

use instance::{Heartbeat, Instance, Outcome, free_udp_port};
use serde_json::Value;

fn json_of(text: &str) -> Outcome<Value> {
    Ok(serde_json::from_str(text)?)
}

#[test]
fn every_verb_answers_people_and_programs() -> Outcome {
    let port = free_udp_port()?;
    let station = Instance::start(&["--link", &format!("udpin:127.0.0.1:{port}"), "--no-log"])?;
    let _alpha = Heartbeat::of(1, port)?;
    station.asks(&["wait", "state == \"live\"", "--timeout", "20"], 0)?;
    let status = json_of(&station.asks(&["status", "--json"], 0)?.out)?;
    assert_eq!(status["ready"], true);
    assert_eq!(status["vehicles"]["live"], 1);
    assert_eq!(status["links"]["open"], 1);
    let vehicles = json_of(&station.asks(&["vehicles", "--json"], 0)?.out)?;
    assert_eq!(vehicles[0]["id"], "mav-1");
    let links = json_of(&station.asks(&["links", "--json"], 0)?.out)?;
    assert_eq!(links["udpin-1"]["state"], "open");
    for line in station.asks(&["events", "--json"], 0)?.out.lines() {
        assert!(json_of(line)?["id"].is_u64(), "{line}");
    }
    for verb in [
        vec!["status"],
        vec!["vehicles"],
        vec!["links"],
        vec!["events"],
        vec!["vehicles", "mav-1"],
    ] {
        let answer = station.asks(&verb, 0)?;
        assert!(
            answer.out.contains("mav-1") || answer.out.contains("udpin-1") || verb == ["status"],
            "{answer:?}"
        );
        assert!(
            !answer.out.contains('\x1b'),
            "an escape code where no terminal is: {answer:?}"
        );
    }
    let two = station
        .asks(
            &[
                "watch",
                "--count",
                "2",
                "--fields",
                "state,heard_ms",
                "mav-1",
            ],
            0,
        )?
        .out;
    let lines: Vec<Value> = two.lines().map(json_of).collect::<Outcome<_>>()?;
    assert_eq!(lines[0]["type"], "snapshot");
    assert_eq!(lines[1]["type"], "update");
    assert!(lines[1]["since"].as_u64() >= lines[0]["seq"].as_u64());
    let whole = station.asks(&["watch", "--whole", "--count", "1"], 0)?.out;
    assert_eq!(json_of(&whole)?["id"], "mav-1");
    Ok(())
}

#[test]
fn an_unknown_vehicle_is_refused_with_those_that_exist() -> Outcome {
    let station = Instance::with_file("[[drone]]\nid = \"alpha\"\nsysid = 1\n", &["--no-log"])?;
    for verb in [
        vec!["vehicles", "alpa"],
        vec!["watch", "alpa"],
        vec!["events", "--vehicle", "alpa"],
        vec!["wait", "armed", "--vehicle", "alpa", "--timeout", "1"],
    ] {
        let refused = station.asks(&verb, 2)?;
        assert!(refused.err.contains("did you mean alpha?"), "{refused:?}");
        assert!(refused.err.contains("there are alpha"), "{refused:?}");
    }
    Ok(())
}

#[test]
fn wait_holds_times_out_and_refuses_wrong_expressions() -> Outcome {
    let port = free_udp_port()?;
    let station = Instance::start(&["--link", &format!("udpin:127.0.0.1:{port}"), "--no-log"])?;
    let nobody = station.asks(&["wait", "armed", "--timeout", "0.3"], 6)?;
    assert!(nobody.err.contains("no vehicle is known"), "{nobody:?}");
    let alpha = Heartbeat::of(1, port)?;
    station.asks(&["wait", "size(vehicles) == 1", "--timeout", "20"], 0)?;
    station.asks(
        &[
            "wait",
            "armed && mode == \"GUIDED\"",
            "--timeout",
            "20",
            "--vehicle",
            "mav-1",
        ],
        0,
    )?;
    let never = station.asks(&["wait", "!armed", "--timeout", "300ms"], 6)?;
    assert!(never.err.contains("no: mav-1"), "{never:?}");
    let unknown = station.asks(
        &["wait", "wind.speed_m_s < 5", "--timeout", "0.3", "--json"],
        6,
    )?;
    assert!(
        unknown.err.contains("`speed_m_s` is not known"),
        "{unknown:?}"
    );
    assert_eq!(json_of(&unknown.out)?["holds"], false);
    let wrong = station.asks(&["wait", "armd", "--timeout", "1"], 2)?;
    assert!(wrong.err.contains("did you mean `armed`?"), "{wrong:?}");
    drop(alpha);
    station.asks(
        &[
            "wait",
            "state == \"lost\" && now_ms - heard_ms > 3000",
            "--timeout",
            "20",
        ],
        0,
    )?;
    Ok(())
}

#[test]
fn where_no_instance_is_every_verb_says_what_to_try() -> Outcome {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port();
    let url = format!("127.0.0.1:{port}");
    for verb in [
        vec!["status"],
        vec!["wait", "armed"],
        vec!["stop"],
        vec!["reload"],
        vec!["watch"],
    ] {
        let answer = instance::volery(&verb, &[("VOLERY_URL", url.as_str())])?;
        assert_eq!(answer.code, Some(1), "{answer:?}");
        assert!(
            answer.err.contains(&url) && answer.err.contains("volery serve"),
            "{answer:?}"
        );
        assert_eq!(answer.err.trim().lines().count(), 1, "{answer:?}");
    }
    let tls = instance::volery(&["status", "--url", "https://x"], &[])?;
    assert_eq!(tls.code, Some(2), "{tls:?}");
    Ok(())
}

#[test]
fn stop_ends_the_instance_and_leaves_no_token_behind() -> Outcome {
    let mut station = Instance::start(&[])?;
    let tokens = station.runtime.join("volery");
    let own = tokens.join(format!("token-127.0.0.1-{}", station.http));
    assert!(own.is_file() && tokens.join("token").is_file());
    let stranger = station.asks_with(
        &["stop"],
        4,
        &[
            ("XDG_RUNTIME_DIR", "/nonexistent"),
            ("HOME", "/nonexistent"),
        ],
    )?;
    assert!(stranger.err.contains("no token was found"), "{stranger:?}");
    std::fs::write(tokens.join("stale"), "0123\n")?;
    let stale = tokens.join("stale").display().to_string();
    let refused = station.asks(&["stop", "--token-file", &stale], 4)?;
    assert!(refused.err.contains(&stale), "{refused:?}");
    let stopped = station.asks(&["stop"], 0)?;
    assert!(stopped.out.contains("has ended"), "{stopped:?}");
    assert_eq!(station.exit_within(Duration::from_secs(2))?, Some(0));
    assert!(!own.exists() && !tokens.join("token").exists());
    let log = rusqlite::Connection::open(station.folder.path().join("flights.db"))?;
    let text: String = log.query_row(
        "SELECT text FROM event WHERE kind = 'operator'",
        [],
        |row| row.get(0),
    )?;
    assert!(text.starts_with("stop asked for: volery-cli/"), "{text}");
    Ok(())
}

#[test]
fn two_instances_are_told_apart_by_their_ports() -> Outcome {
    let mut first = Instance::start(&["--no-log"])?;
    let second = Instance::beside(&first, &["--no-log"])?;
    first.asks(&["stop"], 0)?;
    assert_eq!(first.exit_within(Duration::from_secs(2))?, Some(0));
    second.asks(&["status"], 0)?;
    second.asks(&["stop"], 0)?;
    Ok(())
}

#[test]
fn reload_changes_what_changed_and_keeps_the_rest_connected() -> Outcome {
    let (kept, added) = (free_udp_port()?, free_udp_port()?);
    let link = |name: &str, port: u16| {
        format!("[[link]]\nname = \"{name}\"\nurl = \"udpin:127.0.0.1:{port}\"\n")
    };
    let drone = "[[drone]]\nid = \"alpha\"\nsysid = 1\n";
    let station = Instance::with_file(&format!("{}{drone}", link("one", kept)), &["--no-log"])?;
    let _alpha = Heartbeat::of(1, kept)?;
    station.asks(&["wait", "state == \"live\"", "--timeout", "20"], 0)?;
    let before = json_of(&station.asks(&["links", "--json"], 0)?.out)?;
    let renamed = "[[drone]]\nid = \"bravo\"\nsysid = 1\ngroup = \"north\"\n";
    station.write(&format!(
        "name = \"Team 2\"\n{}{}{renamed}[gcs]\nsysid = 254\n",
        link("one", kept),
        link("two", added)
    ))?;
    let answer = json_of(&station.asks(&["reload", "--json"], 0)?.out)?;
    let changed: Vec<&str> = answer["changed"]
        .as_array()
        .ok_or("no list")?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for what in [
        "link two added",
        "drone bravo listed",
        "drone alpha unlisted",
        "name",
    ] {
        assert!(
            changed.iter().any(|text| text.contains(what)),
            "{what}: {answer}"
        );
    }
    assert_eq!(answer["restart"], serde_json::json!(["[gcs]"]));
    assert_eq!(answer["kept"], serde_json::json!(["one"]));
    station.asks(
        &[
            "wait",
            "links[\"two\"].state == \"open\"",
            "--timeout",
            "10",
        ],
        0,
    )?;
    let after = json_of(&station.asks(&["links", "--json"], 0)?.out)?;
    assert_eq!(
        after["one"]["since_ms"], before["one"]["since_ms"],
        "it stayed connected"
    );
    let bravo = json_of(&station.asks(&["vehicles", "bravo", "--json"], 0)?.out)?;
    assert_eq!(
        (&bravo[0]["group"], &bravo[0]["mode"]),
        (&"north".into(), &"GUIDED".into())
    );
    let _second = Heartbeat::of(2, added)?;
    station.asks(&["wait", "\"mav-2\" in vehicles", "--timeout", "20"], 0)?;
    let status = json_of(&station.asks(&["status", "--json"], 0)?.out)?;
    assert_eq!(status["name"], "Team 2");
    Ok(())
}

#[test]
fn a_file_with_mistakes_changes_nothing_and_every_mistake_is_told() -> Outcome {
    let port = free_udp_port()?;
    let good = format!("[[link]]\nname = \"one\"\nurl = \"udpin:127.0.0.1:{port}\"\n");
    let station = Instance::with_file(&good, &["--no-log"])?;
    station.write("nme = \"x\"\n[[alert]]\nname = \"a\"\nwhen = \"battry.voltage_v < 3.0\"\n")?;
    let refused = station.asks(&["reload"], 2)?;
    for text in [
        "unknown key `nme`",
        "did you mean `battery`?",
        "nothing was changed",
    ] {
        assert!(refused.err.contains(text), "{text}: {refused:?}");
    }
    let links = json_of(&station.asks(&["links", "--json"], 0)?.out)?;
    assert_eq!(links["one"]["state"], "open");
    let told = station.asks(&["events"], 0)?.out;
    assert!(told.contains("configuration not reloaded"), "{told}");
    Ok(())
}

#[test]
fn a_file_that_is_gone_changes_nothing_and_no_other_takes_its_place() -> Outcome {
    let port = free_udp_port()?;
    let good = format!("[[link]]\nname = \"one\"\nurl = \"udpin:127.0.0.1:{port}\"\n");
    let station = Instance::with_file(&good, &["--no-log"])?;
    let before = json_of(&station.asks(&["links", "--json"], 0)?.out)?;
    std::fs::remove_file(station.folder.path().join("fleet.toml"))?;
    let refused = station.asks(&["reload"], 2)?;
    assert!(refused.err.contains("nothing was changed"), "{refused:?}");
    assert!(refused.err.contains("there is no configuration file"));
    station.hang_up()?;
    let refusals = || -> Outcome<usize> {
        let told = station.asks(&["events"], 0)?.out;
        Ok(told.matches("configuration not reloaded").count())
    };
    let end = Instant::now() + Duration::from_secs(15);
    while refusals()? < 2 {
        assert!(Instant::now() < end, "the SIGHUP is not in the log book");
    }
    let after = json_of(&station.asks(&["links", "--json"], 0)?.out)?;
    let names = |links: &Value| links.as_object().map(|map| map.keys().cloned().collect());
    assert_eq!(names(&after), Some(vec!["one".to_owned()]));
    assert_eq!(after["one"]["since_ms"], before["one"]["since_ms"]);
    Ok(())
}

#[test]
fn sighup_and_a_changed_file_reload_as_well() -> Outcome {
    let station = Instance::with_file("name = \"one\"\n", &["--no-log"])?;
    station.write("name = \"two two\"\n")?;
    station.hang_up()?;
    let name = |wanted: &str| -> Outcome {
        let end = Instant::now() + Duration::from_secs(15);
        loop {
            let status = json_of(&station.asks(&["status", "--json"], 0)?.out)?;
            if status["name"] == wanted {
                return Ok(());
            }
            if Instant::now() > end {
                return Err(format!("never {wanted}: {status}").into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    name("two two")?;
    station.write("name = \"three three three\"\n")?;
    name("three three three")?;
    let told = station.asks(&["events", "--json"], 0)?.out;
    assert!(
        told.contains("SIGHUP") && told.contains("the file changed"),
        "{told}"
    );
    Ok(())
}

#[test]
fn events_are_followed_as_they_come() -> Outcome {
    let port = free_udp_port()?;
    let station = Instance::start(&["--link", &format!("udpin:127.0.0.1:{port}"), "--no-log"])?;
    let mut follower = station
        .verb(&["events", "--follow", "--json", "--limit", "0"])
        .stdout(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(follower.stdout.take().ok_or("no output")?).lines();
    let _alpha = Heartbeat::of(1, port)?;
    let mut last = 0;
    let mut appeared = false;
    for line in lines {
        let event = json_of(&line?)?;
        let id = event["id"].as_u64().ok_or("no id")?;
        assert!(id > last, "told twice or out of turn");
        last = id;
        if event["vehicle"] == "mav-1" {
            appeared = true;
            break;
        }
    }
    follower.kill()?;
    follower.wait()?;
    assert!(appeared);
    Ok(())
}

#[test]
fn a_service_manager_is_told_ready_reloading_alive_and_stopping() -> Outcome {
    let place = tempfile::tempdir()?;
    let path = place.path().join("notify");
    let socket = std::os::unix::net::UnixDatagram::bind(&path)?;
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    let heard = |wanted: &str| -> Outcome {
        let mut buffer = [0; 256];
        loop {
            let length = socket.recv(&mut buffer)?;
            if &buffer[..length] == wanted.as_bytes() {
                return Ok(());
            }
        }
    };
    let socket_path = path.display().to_string();
    let env = [
        ("NOTIFY_SOCKET", socket_path.as_str()),
        ("WATCHDOG_USEC", "400000"),
    ];
    let mut station = Instance::with_env("name = \"x\"\n", &["--no-log"], &env)?;
    heard("READY=1")?;
    heard("WATCHDOG=1")?;
    station.hang_up()?;
    heard("RELOADING=1")?;
    heard("READY=1")?;
    station.asks(&["stop"], 0)?;
    heard("STOPPING=1")?;
    assert_eq!(station.exit_within(Duration::from_secs(2))?, Some(0));
    Ok(())
}

#[test]
fn an_expression_that_can_never_be_judged_is_a_usage_error_at_once() -> Outcome {
    let port = free_udp_port()?;
    let station = Instance::start(&["--link", &format!("udpin:127.0.0.1:{port}"), "--no-log"])?;
    let _alpha = Heartbeat::of(1, port)?;
    station.asks(&["wait", "has(vehicle.mode)", "--timeout", "20"], 0)?;
    for expression in ["mode == 3", "sum(1) > 2", "heard_ms", "mode + 1 > 2"] {
        let wrong = station.asks(&["wait", expression, "--timeout", "60"], 2)?;
        assert!(wrong.err.contains("wrong expression"), "{wrong:?}");
    }
    station.asks(&["wait", "armed", "--timeout", "0"], 0)?;
    let not = station.asks(&["wait", "!armed", "--timeout", "0"], 6)?;
    assert!(not.err.contains("does not hold now (no: mav-1)"), "{not:?}");
    Ok(())
}

#[test]
fn a_station_of_armed_vehicles_is_stopped_only_by_who_says_so() -> Outcome {
    let port = free_udp_port()?;
    let mut station = Instance::start(&["--link", &format!("udpin:127.0.0.1:{port}"), "--no-log"])?;
    let _alpha = Heartbeat::of(1, port)?;
    station.asks(&["wait", "armed", "--timeout", "20"], 0)?;
    let refused = station.verb(&["stop"]).stdin(Stdio::null()).output()?;
    assert_eq!(refused.status.code(), Some(5), "{refused:?}");
    let why = String::from_utf8(refused.stderr)?;
    assert!(
        why.contains("1 vehicle is armed") && why.contains("--yes"),
        "{why}"
    );
    station.asks(&["stop", "--yes"], 0)?;
    assert_eq!(station.exit_within(Duration::from_secs(2))?, Some(0));
    Ok(())
}

#[test]
fn who_follows_ends_when_nobody_reads_any_more() -> Outcome {
    let station = Instance::start(&["--no-log"])?;
    for verb in [
        vec!["events", "--follow", "--limit", "0"],
        vec!["watch", "--rate", "0.01"],
    ] {
        let mut follower = station
            .verb(&verb)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        drop(follower.stdout.take());
        let end = Instant::now() + Duration::from_secs(20);
        while follower.try_wait()?.is_none() {
            assert!(Instant::now() < end, "{verb:?} goes on");
            std::thread::yield_now();
        }
    }
    Ok(())
}

#[test]
fn verbs_find_the_instance_although_its_file_names_another_address() -> Outcome {
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let file = format!("[server]\nlisten = \"{elsewhere}\"\n");
    let station = Instance::with_file(&file, &["--no-log"])?;
    let found = station
        .verb(&["status", "--json"])
        .env_remove("VOLERY_URL")
        .current_dir(station.folder.path())
        .output()?;
    let (out, why) = (
        String::from_utf8(found.stdout)?,
        String::from_utf8(found.stderr)?,
    );
    assert_eq!(json_of(&out)?["ready"], true, "{why}");
    assert!(json_of(&out)?.get("reason").is_none(), "{out}");
    let told = format!(
        "nobody listens at {elsewhere}; asking the one that runs at 127.0.0.1:{}",
        station.http
    );
    assert!(why.contains(&told), "{why}");
    Ok(())
}
