//! Transfers through a running instance: asked for, watched while they run, told as a table, judged.

use std::{
    convert::Infallible,
    fs::File,
    io::{IsTerminal, Read as _, Write, stderr},
    path::Path,
    time::Duration,
};

use serde_json::{Map, Value};
use tokio::time::{MissedTickBehavior, interval};

use super::{
    instance::Instance,
    looks::{Paper, UNKNOWN, Weight, print, print_json, text},
    send::{ask, can_ask},
    table::{Cell, Column, lines},
    transfer_arguments::Common,
};
use crate::{
    cli::{
        failure::{Failure, Status},
        say,
    },
    server::client::ask::{get, get_within, post_body},
};

/// The station answers after the wait; a slow machine gets more.
pub(super) const SPARE: Duration = Duration::from_secs(10);
/// As long as the station waits at most.
pub(super) const LONGEST_WAIT: Duration = Duration::from_mins(5);
/// A parameter on its way is finished, an upload is told so.
const BROKEN_OFF_WITHIN: Duration = Duration::from_secs(12);
/// The station takes no longer plan either.
const LARGEST: u64 = 8 << 20;
const LOOK_EVERY: Duration = Duration::from_millis(500);

const COLUMNS: [Column; 5] = [
    Column::new("VEHICLE", false, 100),
    Column::new("WORK", false, 50),
    Column::new("STATE", false, 99),
    Column::new("TOOK", true, 40),
    Column::new("WHAT", false, 90),
];

/// Asks before something is changed: always for several vehicles, and on a terminal where `is_grave`. A script that
/// names one vehicle has said whom it means.
pub(super) fn agree(
    common: &Common,
    (label, is_grave): (&str, bool),
    vehicles: &[String],
) -> Result<(), Failure> {
    if common.yes || (vehicles.len() == 1 && !(is_grave && can_ask())) {
        return Ok(());
    }
    ask(label, vehicles)
}

/// Which of these are armed, or not known to be disarmed.
pub(super) async fn any_armed(instance: &Instance, vehicles: &[String]) -> Result<bool, Failure> {
    let all = instance.get("/api/v1/vehicles").await?;
    let calm = |id: &String| {
        let mut all = all.as_array().into_iter().flatten();
        all.any(|vehicle| vehicle["id"] == **id && vehicle["armed"] == false)
    };
    Ok(!vehicles.iter().all(calm))
}

/// Asks for a transfer and waits, showing on a terminal how far it is.
pub(super) async fn transfer(
    instance: &Instance,
    common: &Common,
    body: &Value,
) -> Result<Value, Failure> {
    let wait = common.timeout.min(LONGEST_WAIT);
    let route = format!("/api/v1/transfers?wait={}ms", wait.as_millis());
    let mut body = body.clone();
    body["request"] = own_name().into();
    let asked = post_body(
        &instance.address,
        &route,
        &instance.caller,
        (wait + SPARE, &body),
    );
    let show = stderr().is_terminal() && !common.json;
    let answer = tokio::select! {
        answer = asked => answer,
        never = watch(instance, show) => match never {},
    };
    if show {
        clear_line();
    }
    answer.map_err(|error| instance.failure(&error))
}

/// What this process calls its transfers.
fn own_name() -> String {
    format!("cli-{}", std::process::id())
}

/// Whoever interrupts a transfer wants no more of it: it is broken off, and how every vehicle stands is printed.
/// `None`: nothing was under way.
pub(super) async fn break_off(common: &Common) -> Result<Option<Value>, Failure> {
    let instance = Instance::find(&common.instance)?;
    let route = format!("/api/v1/transfers/{}", own_name());
    let (address, caller) = (&instance.address, &instance.caller);
    if get(address, &route, caller).await.is_err() {
        return Ok(None);
    }
    clear_line();
    say("interrupted: what is not over is broken off");
    let empty = Value::Object(Map::new());
    let cancel = format!("{route}/cancel");
    // Whether it was taken is seen by what comes of it.
    let _ = post_body(address, &cancel, caller, (SPARE, &empty)).await;
    let wait = format!("{route}?wait={}ms", BROKEN_OFF_WITHIN.as_millis());
    let answer = get_within(address, &wait, caller, BROKEN_OFF_WITHIN + SPARE).await;
    let answer = answer.map_err(|error| instance.failure(&error))?;
    if common.json {
        print_json(&answer)?;
    } else {
        tell(&answer)?;
    }
    Ok(Some(answer))
}

/// One line of standard error that says how far the transfers of the station are, until dropped.
async fn watch(instance: &Instance, show: bool) -> Infallible {
    let mut tick = interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick.tick().await;
    loop {
        tick.tick().await;
        if !show {
            continue;
        }
        let Ok(all) = get(&instance.address, "/api/v1/transfers", &instance.caller).await else {
            continue;
        };
        let open = all["transfers"].as_array().into_iter().flatten();
        let open = open.filter(|report| report["state"] == "running");
        let words: Vec<_> = open.map(progress).collect();
        clear_line();
        // Whoever took standard error away reads no progress.
        let _ = write!(stderr(), "{}", words.join(" · "));
        let _ = stderr().flush();
    }
}

fn clear_line() {
    let _ = write!(stderr(), "\r\x1b[K");
}

fn progress(report: &Value) -> String {
    let at = &report["progress"];
    let done = at["done"].as_u64().unwrap_or_default();
    let of = at["total"].as_u64();
    let of = of.map_or_else(String::new, |total| format!("/{total}"));
    let retries = report["retries"].as_u64().unwrap_or_default();
    let again = if retries > 0 {
        format!(", {retries} again")
    } else {
        String::new()
    };
    let (vehicle, phase) = (text(&report["vehicle"]), text(&at["phase"]));
    format!("{vehicle}: {phase} {done}{of}{again}")
}

/// The reports of an answer.
pub(super) fn reports(answer: &Value) -> impl Iterator<Item = &Value> {
    let vehicles = answer["vehicles"].as_object();
    vehicles.into_iter().flat_map(Map::values)
}

/// Prints what came of it, one line for each vehicle.
pub(super) fn tell(answer: &Value) -> Result<(), Failure> {
    let row = |report: &Value| {
        let weight = match report["state"].as_str() {
            Some("done") => Weight::Plain,
            Some("rejected" | "refused" | "failed") => Weight::Critical,
            _ => Weight::Warning,
        };
        let took = report["took_ms"].as_i64();
        let took = took.map_or_else(|| UNKNOWN.into(), |ms| format!("{:.1}s", ms as f64 / 1e3));
        vec![
            Cell::of(text(&report["vehicle"]), Weight::Bold),
            Cell::from(text(&report["work"])),
            Cell::of(text(&report["state"]), weight),
            Cell::from(took),
            Cell::from(text(&report["text"])),
        ]
    };
    let rows: Vec<_> = reports(answer).map(row).collect();
    print(&lines(&COLUMNS, &rows, Paper::of_stdout()).join("\n"))
}

/// The worst of all: a no, then silence, then whatever else is not done.
pub(super) fn judge(answer: &Value) -> Result<(), Failure> {
    let count = |states: &[&str]| {
        let is_one = |report: &&Value| states.iter().any(|state| report["state"] == *state);
        reports(answer).filter(is_one).count()
    };
    let all = reports(answer).count();
    let first = |states: &[&str]| {
        let mut reports = reports(answer);
        let found = reports.find(|report| states.iter().any(|state| report["state"] == *state));
        found.map_or_else(String::new, |report| {
            format!(": {}: {}", text(&report["vehicle"]), text(&report["text"]))
        })
    };
    for (states, status, word) in [
        (&["refused", "rejected"][..], Status::Refused, "refused by"),
        (
            &["timed_out", "waiting", "running"][..],
            Status::TimedOut,
            "no definite answer from",
        ),
        (
            &["failed", "cancelled"][..],
            Status::Failed,
            "not done with",
        ),
    ] {
        let number = count(states);
        if number > 0 {
            let why = format!("{word} {number} of {all}{}", first(states));
            return Err(Failure::new(why).with(status));
        }
    }
    if all == 0 {
        return Err(Failure::new("the station gave no answer"));
    }
    Ok(())
}

/// Reads a file as text.
pub(super) fn read_file(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    read.map_err(|error| Failure::file("read", path, &error).with(Status::Usage))?;
    if bytes.len() as u64 > LARGEST {
        let why = format!("{} is longer than {} MiB", path.display(), LARGEST >> 20);
        return Err(Failure::new(why).with(Status::Usage));
    }
    String::from_utf8(bytes).map_err(|_binary| {
        Failure::new(format!("{} is no text file", path.display())).with(Status::Usage)
    })
}

/// Writes a file whole or not at all.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = Path::new(&name);
    let written = std::fs::write(part, text).and_then(|()| std::fs::rename(part, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(part);
        Failure::file("write", path, &error)
    })
}
