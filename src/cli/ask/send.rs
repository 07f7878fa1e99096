//! `volery send`: commands vehicles through a running instance, asks first where it must, prints what came of it.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use serde_json::{Map, Value, json};
use tokio::signal::unix::{SignalKind, signal};

use super::{
    abort::{SPARE, abort, own_name},
    arguments::SendArgs,
    instance::Instance,
    looks::{Paper, UNKNOWN, Weight, clean, print, print_json, text},
    table::{Cell, Column, lines},
};
use crate::{
    cli::{
        failure::{Failure, Status},
        signals::End,
    },
    model::{
        command::{Command, parse::COMMANDS, policy::CONFIRM_NEEDED, words},
        suggest::nearest,
    },
    server::client::ask::post_body,
};

pub(super) const COLUMNS: [Column; 6] = [
    Column::new("VEHICLE", false, 100),
    Column::new("COMMAND", false, 50),
    Column::new("STATE", false, 99),
    Column::new("RESULT", false, 60),
    Column::new("TOOK", true, 40),
    Column::new("WHY", false, 90),
];

/// What the words of the command line ask for.
#[derive(Debug, PartialEq)]
struct Wish {
    vehicles: Vec<String>,
    command: &'static str,
    params: Value,
}

/// Commands, waits, prints. Interrupted while several vehicles are commanded it aborts what can still be aborted, and
/// prints how every one stands.
pub(super) async fn send(arguments: &SendArgs) -> Result<End, Failure> {
    let wish = read(&arguments.words).map_err(|why| Failure::new(why).with(Status::Usage))?;
    let command = Command::parse(wish.command, &wish.params)
        .map_err(|mistake| Failure::new(mistake.0).with(Status::Usage))?;
    let mut interrupt = signal(SignalKind::interrupt())
        .map_err(|error| Failure::new(format!("cannot listen for signals: {error}")))?;
    let label = command.label();
    let conversation = tokio::select! {
        conversation = converse(arguments, &wish, &label) => Some(conversation?),
        _ = interrupt.recv() => None,
    };
    let Some((answer, confirm)) = conversation else {
        if wish.vehicles.len() > 1 {
            let instance = Instance::find(&arguments.instance)?;
            let answer = abort(&instance, wish.command).await?;
            show(arguments, &answer)?;
        }
        return Ok(End::Interrupted);
    };
    show(arguments, &answer)?;
    outcome(&answer, confirm).map(|()| End::Done)
}

/// Asks whoever sits there where it must; the answer of the station, and whether it was confirmed.
async fn converse(
    arguments: &SendArgs,
    wish: &Wish,
    label: &str,
) -> Result<(Value, bool), Failure> {
    let instance = Instance::find(&arguments.instance)?;
    instance.require(&wish.vehicles).await?;
    let mut confirm = arguments.yes;
    if wish.vehicles.len() > 1 && !confirm {
        ask(label, &wish.vehicles)?;
        confirm = true;
    }
    let mut answer = post(&instance, arguments, wish, confirm).await?;
    if !confirm && wants_confirm(&answer) && can_ask() {
        ask(label, &wish.vehicles)?;
        answer = post(&instance, arguments, wish, true).await?;
        confirm = true;
    }
    Ok((answer, confirm))
}

fn show(arguments: &SendArgs, answer: &Value) -> Result<(), Failure> {
    if arguments.json {
        return print_json(answer);
    }
    let rows = rows(answer);
    print(&lines(&COLUMNS, &rows, Paper::of_stdout()).join("\n"))
}

async fn post(
    instance: &Instance,
    arguments: &SendArgs,
    wish: &Wish,
    confirm: bool,
) -> Result<Value, Failure> {
    let body = json!({
        "request": own_name(), "vehicles": wish.vehicles, "command": wish.command,
        "params": wish.params, "confirm": confirm, "override": arguments.overrides,
    });
    let wait = arguments.timeout;
    let route = format!("/api/v1/commands?wait={}ms", wait.as_millis());
    let posted = post_body(
        &instance.address,
        &route,
        &instance.caller,
        (wait + SPARE, &body),
    )
    .await;
    posted.map_err(|error| instance.failure(&error))
}

/// Vehicles come first, then the command, then its numbers: by name, or in the order of the table.
fn read(words: &[String]) -> Result<Wish, String> {
    let is_command = |word: &String| COMMANDS.iter().any(|(name, _)| name == word);
    let at = words.iter().skip(1).position(is_command);
    let Some(at) = at.map(|at| at + 1) else {
        return Err(no_command(words));
    };
    let spoken = words::read(&words[at..]).map_err(|mistake| mistake.0)?;
    let mut vehicles: Vec<String> = Vec::new();
    for vehicle in &words[..at] {
        if !vehicles.contains(vehicle) {
            vehicles.push(vehicle.clone());
        }
    }
    Ok(Wish {
        vehicles,
        command: spoken.name,
        params: spoken.params,
    })
}

fn no_command(words: &[String]) -> String {
    let names = COMMANDS.map(|(name, _)| name);
    let slip = words
        .iter()
        .skip(1)
        .find_map(|word| Some((word, nearest(word, names)?)));
    let names = names.join(", ");
    match (slip, words) {
        (Some((word, near)), _) => {
            format!("no command is called {}; did you mean {near}?", clean(word))
        }
        (None, [only]) if COMMANDS.iter().any(|(name, _)| name == only) => {
            format!("{only} is for nobody: vehicles are named before it, as in `send alpha {only}`")
        }
        (None, [only]) => format!("what {} shall do is missing: {names}", clean(only)),
        (None, words) => {
            let last = words.last().map(|word| clean(word)).unwrap_or_default();
            format!("no command is called {last}; there are {names}")
        }
    }
}

/// Whether somebody sits at a terminal who could answer.
pub(super) fn can_ask() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Asks on the terminal, and takes only a whole `yes`.
pub(super) fn ask(label: &str, vehicles: &[String]) -> Result<(), Failure> {
    let names = clean(&vehicles.join(", "));
    if !can_ask() {
        let why = format!("{label} for {names} needs --yes where nobody can be asked");
        return Err(Failure::new(why).with(Status::Usage));
    }
    let mut out = stderr().lock();
    let asked = write!(out, "{label} for {names}? Type yes to do it: ").and_then(|()| out.flush());
    asked.map_err(|error| Failure::output(&error))?;
    let mut line = String::new();
    let heard = stdin().lock().read_line(&mut line);
    heard.map_err(|error| Failure::new(format!("cannot read the answer: {error}")))?;
    if line.trim().eq_ignore_ascii_case("yes") {
        return Ok(());
    }
    Err(Failure::new("nothing was sent").with(Status::Refused))
}

fn reports(answer: &Value) -> impl Iterator<Item = &Value> {
    answer["vehicles"]
        .as_object()
        .into_iter()
        .flat_map(Map::values)
}

fn wants_confirm(answer: &Value) -> bool {
    let is_so = |report: &Value| {
        report["state"] == "refused"
            && report["text"]
                .as_str()
                .is_some_and(|text| text.ends_with(CONFIRM_NEEDED))
    };
    reports(answer).any(is_so)
}

pub(super) fn rows(answer: &Value) -> Vec<Vec<Cell>> {
    let row = |report: &Value| {
        let weight = match report["state"].as_str() {
            Some("accepted") => Weight::Plain,
            Some("rejected" | "refused") => Weight::Critical,
            _ => Weight::Warning,
        };
        let took = report["took_ms"].as_i64();
        let took = took.map_or_else(|| UNKNOWN.into(), |ms| format!("{:.1}s", ms as f64 / 1e3));
        vec![
            Cell::of(text(&report["vehicle"]), Weight::Bold),
            Cell::from(text(&report["command"])),
            Cell::of(text(&report["state"]), weight),
            Cell::from(text(&report["result"])),
            Cell::from(took),
            Cell::from(text(&report["text"])),
        ]
    };
    reports(answer).map(row).collect()
}

/// The worst of all: a no before a silence.
pub(super) fn outcome(answer: &Value, confirmed: bool) -> Result<(), Failure> {
    let count = |states: &[&str]| {
        let is_one = |report: &&Value| states.iter().any(|state| report["state"] == *state);
        reports(answer).filter(is_one).count()
    };
    let refused = count(&["refused", "rejected"]);
    if refused > 0 {
        let hint = if wants_confirm(answer) && !confirmed {
            " (--yes confirms)"
        } else {
            ""
        };
        let why = format!("refused by {refused} of {}{hint}", reports(answer).count());
        return Err(Failure::new(why).with(Status::Refused));
    }
    let silent = count(&["timed_out", "sent", "in_progress"]);
    if silent > 0 || answer["done"] != true {
        let why = format!(
            "no definite answer from {silent} of {}",
            reports(answer).count()
        );
        return Err(Failure::new(why).with(Status::TimedOut));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(line: &str) -> Result<Wish, String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        read(&words)
    }

    #[test]
    fn numbers_come_in_order_or_by_name() {
        let goto = wish("alpha bravo goto 47.1 -8.5 alt_rel_m=30").unwrap();
        assert_eq!(goto.vehicles, ["alpha", "bravo"]);
        assert_eq!(
            goto.params,
            json!({"lat_deg": 47.1, "lon_deg": -8.5, "alt_rel_m": 30.0})
        );
        let mode = wish("alpha mode GUIDED").unwrap();
        assert_eq!(mode.params, json!({"mode": "GUIDED"}));
        let long = wish("a long MAV_CMD_DO_SET_SERVO 9 1500 nan").unwrap();
        let params = json!({"command": "MAV_CMD_DO_SET_SERVO", "param1": 9.0, "param2": 1500.0, "param3": null});
        assert_eq!(long.params, params);
        assert_eq!(
            wish("a disarm force").unwrap().params,
            json!({"force": true})
        );
    }

    #[test]
    fn a_line_that_makes_no_sense_is_refused_with_what_is_allowed() {
        assert_eq!(
            wish("alpha rlt").unwrap_err(),
            "no command is called rlt; did you mean rtl?"
        );
        assert!(
            wish("rtl")
                .unwrap_err()
                .starts_with("rtl is for nobody: vehicles are named before it")
        );
        assert!(
            wish("a")
                .unwrap_err()
                .starts_with("what a shall do is missing: arm,")
        );
        let unknown = wish("a hover").unwrap_err();
        assert!(
            unknown.starts_with("no command is called hover; there are arm,"),
            "{unknown}"
        );
        assert!(wish("a rtl 5").unwrap_err().contains("no parameters"));
        assert!(wish("a takeoff 5 6").unwrap_err().contains("one too many"));
        assert!(
            wish("a takeoff 5 alt_rel_m=6")
                .unwrap_err()
                .contains("twice")
        );
        let int = wish("a int DO_REPOSITION 3 -1 1 0 nan 473977420 85455940 20").unwrap();
        assert_eq!(
            int.params,
            json!({"command": "DO_REPOSITION", "frame": 3.0, "param1": -1.0, "param2": 1.0, "param3": 0.0,
                "param4": null, "x": 473_977_420.0, "y": 85_455_940.0, "z": 20.0})
        );
    }

    #[test]
    fn a_no_is_worse_than_a_silence() {
        let answer = |states: &[&str]| {
            let vehicles: Map<_, _> = states
                .iter()
                .enumerate()
                .map(|(at, state)| (at.to_string(), json!({"state": state, "text": ""})))
                .collect();
            json!({"done": true, "vehicles": vehicles})
        };
        let code = |states: &[&str]| match outcome(&answer(states), true) {
            Ok(()) => "0".to_owned(),
            Err(failure) => format!("{:?}", failure.code()),
        };
        let exit = |code: u8| format!("{:?}", std::process::ExitCode::from(code));
        assert_eq!(code(&["accepted"]), "0");
        assert_eq!(code(&["accepted", "timed_out", "rejected"]), exit(5));
        assert_eq!(code(&["accepted", "timed_out"]), exit(6));
        assert_eq!(code(&["refused"]), exit(5));
    }
}
