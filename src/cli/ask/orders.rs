//! `volery stop` and `volery reload`: what an operator wants of a running instance itself.

use std::{
    io::{IsTerminal, stdin},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    net::TcpStream,
    sync::oneshot,
    time::{Instant, sleep},
};

use super::{
    arguments::{StatusArgs, StopArgs},
    instance::Instance,
    looks::{clean, print, print_json},
};
use crate::{
    cli::failure::{Failure, Status},
    server::client::ask::{AskError, post},
};

/// A station ends within two seconds, whatever its links and disks do; a slow machine gets more.
const GONE_WITHIN: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_millis(50);
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const RELOAD_WITHIN: Duration = Duration::from_secs(30);

/// Ends the instance and waits until it is gone. While vehicles are armed that wants a yes: they may depend on its
/// heartbeat.
pub(super) async fn stop(arguments: &StopArgs) -> Result<(), Failure> {
    let instance = Instance::find(&arguments.instance)?;
    if !arguments.yes {
        let fleet = instance.get("/api/v1/fleet").await?;
        let vehicles = fleet["vehicles"].as_object();
        let is_armed = |vehicle: &&Value| vehicle["armed"] == true;
        let armed = vehicles.map_or(0, |all| all.values().filter(is_armed).count());
        if armed > 0 {
            agreed(armed).await?;
        }
    }
    let began = Instant::now();
    let asked = post(
        &instance.address,
        "/api/v1/stop",
        &instance.caller,
        ANSWER_WITHIN,
    )
    .await;
    let answer = asked.map_err(|error| instance.failure(&error))?;
    let pid = answer["pid"]
        .as_u64()
        .filter(|_| !instance.address.loopbacks().is_empty());
    while is_there(&instance, pid).await {
        if began.elapsed() > GONE_WITHIN {
            let why = format!("{} was asked to stop and is still there", instance.address);
            return Err(Failure::new(why).with(Status::TimedOut));
        }
        sleep(LOOK_EVERY).await;
    }
    if arguments.json {
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        return print_json(&serde_json::json!({"stopped": true, "took_ms": took_ms}));
    }
    print(&format!("{} has ended", instance.address))
}

/// Asks whether it shall end all the same; without a terminal nobody can say so.
async fn agreed(armed: usize) -> Result<(), Failure> {
    let (are, they) = if armed == 1 {
        ("1 vehicle is armed", "it")
    } else {
        (&*format!("{armed} vehicles are armed"), "they")
    };
    let refused = |why: String| Err(Failure::new(why).with(Status::Refused));
    if !stdin().is_terminal() {
        return refused(format!(
            "{are} and may need the heartbeat of this station, which goes on; --yes stops it all the same"
        ));
    }
    crate::cli::say(&format!(
        "{are}, and {they} may need the heartbeat of this station. Stop it? Type yes:"
    ));
    match line().await.trim() {
        "yes" | "y" => Ok(()),
        _ => refused("the station goes on".into()),
    }
}

/// A line of the terminal. Read by a thread of its own, so that Ctrl-C ends the wait.
async fn line() -> String {
    let (sender, line) = oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        // What cannot be read is no yes.
        let _ = stdin().read_line(&mut line);
        let _ = sender.send(line);
    });
    line.await.unwrap_or_default()
}

/// Whether the port answers, or the process of it still closes its log.
async fn is_there(instance: &Instance, pid: Option<u64>) -> bool {
    pid.is_some_and(is_running) || TcpStream::connect(instance.address.parts()).await.is_ok()
}

/// Whether a process of this machine runs; one that only waits to be counted by its parent does not.
fn is_running(pid: u64) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return false;
    };
    // The name in brackets may hold anything; the state follows the last one.
    let state = stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    !matches!(state, Some('Z' | 'X') | None)
}

/// Makes the instance read its file again and tells what changed.
pub(super) async fn reload(arguments: &StatusArgs) -> Result<(), Failure> {
    let instance = Instance::find(&arguments.instance)?;
    let asked = post(
        &instance.address,
        "/api/v1/reload",
        &instance.caller,
        RELOAD_WITHIN,
    )
    .await;
    let answer = match asked {
        Ok(answer) => answer,
        Err(AskError::Refused {
            status: 422, body, ..
        }) => {
            if arguments.json {
                print_json(&body)?;
            }
            return Err(refused(&body["error"]));
        }
        Err(AskError::Refused {
            status: 504, text, ..
        }) => {
            return Err(Failure::new(text).with(Status::TimedOut));
        }
        Err(error) => return Err(instance.failure(&error)),
    };
    if arguments.json {
        return print_json(&answer);
    }
    let list = |key: &str| answer[key].as_array().cloned().unwrap_or_default();
    let word = |value: &Value| clean(value.as_str().unwrap_or_default());
    let (changed, restart, kept) = (list("changed"), list("restart"), list("kept"));
    let mut lines = vec![format!("{} read again", word(&answer["file"]))];
    lines.extend(changed.iter().map(|what| format!("  {}", word(what))));
    if changed.is_empty() && restart.is_empty() {
        lines.push("  nothing changed".into());
    }
    for what in &restart {
        lines.push(format!("  {} comes into force after a restart", word(what)));
    }
    if !kept.is_empty() {
        let kept: Vec<String> = kept.iter().map(word).collect();
        lines.push(format!("  untouched links: {}", kept.join(", ")));
    }
    print(&lines.join("\n"))
}

/// A file with mistakes is a configuration error; anything else failed.
fn refused(error: &Value) -> Failure {
    let word = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    let has_mistakes = error["mistakes"]
        .as_array()
        .is_some_and(|list| !list.is_empty());
    let shown = word("shown");
    let printable = |c: &char| !c.is_control() || *c == '\n';
    let shown: String = shown.chars().filter(printable).collect();
    let text = clean(&word("text"));
    let sentence = if shown.is_empty() {
        text
    } else {
        format!("{text}\n{shown}")
    };
    Failure::new(sentence).with(if has_mistakes {
        Status::Usage
    } else {
        Status::Failed
    })
}
