//! `volery status`: how a running instance does, in a few lines.

use serde_json::{Map, Value, json};

use super::{
    arguments::StatusArgs,
    instance::Instance,
    looks::{Paper, Weight, clean, print, print_json, text},
    rank::{sorted, worst},
};
use crate::{cli::failure::Failure, server::client::ask::AskError};

/// Troubles that are named one by one.
const MOST_TROUBLES: usize = 10;

/// Prints the state of the instance; one that is not ready is a failure.
pub(super) async fn status(arguments: &StatusArgs) -> Result<(), Failure> {
    let instance = Instance::find(&arguments.instance)?;
    let alive = instance.get("/healthz").await?;
    let fleet = instance.get("/api/v1/fleet").await?;
    let ready = readiness(&instance).await?;
    let summary = summary(&instance.address.to_string(), &alive, &fleet, &ready);
    if arguments.json {
        print_json(&summary)?;
    } else {
        let now_ms = alive["time_ms"].as_i64().unwrap_or_default();
        print(&lines(&summary, &fleet, now_ms).join("\n"))?;
    }
    if summary["ready"] == true {
        return Ok(());
    }
    // The answer has said why.
    Err(Failure::new(""))
}

/// `/readyz`, which answers 503 with the reason when the station is not ready.
async fn readiness(instance: &Instance) -> Result<Value, Failure> {
    use crate::server::client::ask::get;
    let mut caller = instance.caller.clone();
    caller.token = None;
    match get(&instance.address, "/readyz", &caller).await {
        Ok(ready) => Ok(ready),
        Err(AskError::Refused {
            status: 503, body, ..
        }) => Ok(body),
        Err(error) => Err(instance.failure(&error)),
    }
}

fn summary(url: &str, alive: &Value, fleet: &Value, ready: &Value) -> Value {
    let values = |key: &str| {
        let map = fleet[key].as_object();
        map.into_iter().flat_map(Map::values).collect::<Vec<_>>()
    };
    let (vehicles, links) = (values("vehicles"), values("links"));
    let forwards = values("forwards");
    let in_state = |all: &[&Value], state: &str| {
        let count = all.iter().filter(|one| one["state"] == state).count();
        json!(count)
    };
    let mut summary = json!({
        "url": url,
        "name": alive["name"],
        "version": alive["version"],
        "session": alive["session"],
        "ready": ready["ready"],
        "reason": ready["error"]["text"],
        "log": ready["log"],
        "time_ms": alive["time_ms"],
        "seq": fleet["seq"],
        "vehicles": {
            "total": vehicles.len(),
            "live": in_state(&vehicles, "live"),
            "late": in_state(&vehicles, "late"),
            "lost": in_state(&vehicles, "lost"),
            "expected": in_state(&vehicles, "expected"),
            "armed": vehicles.iter().filter(|one| one["armed"] == true).count(),
            "conflict": vehicles.iter().filter(|one| one["conflict"].is_object()).count(),
        },
        "links": {
            "total": links.len(),
            "open": in_state(&links, "open"),
            "opening": in_state(&links, "opening"),
            "waiting": in_state(&links, "waiting"),
            "ended": in_state(&links, "ended"),
        },
    });
    if !forwards.is_empty() {
        summary["forwards"] = json!({
            "total": forwards.len(),
            "open": in_state(&forwards, "open"),
            "opening": in_state(&forwards, "opening"),
            "waiting": in_state(&forwards, "waiting"),
            "ended": in_state(&forwards, "ended"),
        });
    }
    // What is not there is absent, not null.
    if let Some(keys) = summary.as_object_mut() {
        keys.retain(|_, value| !value.is_null());
    }
    summary
}

/// The counts of some states that are not 0, as words.
fn counts(of: &Value, words: &[&str]) -> String {
    let counts = words.iter().filter_map(|word| {
        let count = of[*word].as_u64().filter(|count| *count > 0)?;
        Some(format!("{count} {word}"))
    });
    let counts: Vec<String> = counts.collect();
    let total = of["total"].as_u64().unwrap_or(0);
    if counts.is_empty() {
        total.to_string()
    } else {
        format!("{total} ({})", counts.join(", "))
    }
}

fn lines(summary: &Value, fleet: &Value, now_ms: i64) -> Vec<String> {
    let paper = Paper::of_stdout();
    let name = match summary["name"].as_str() {
        None | Some("") => "volery".to_owned(),
        Some(name) => clean(name),
    };
    let ready = if summary["ready"] == true {
        "ready".to_owned()
    } else {
        let reason = summary["reason"].as_str().unwrap_or("it does not say why");
        paper.paint(&format!("not ready: {}", clean(reason)), Weight::Critical)
    };
    let head = paper.paint(&name, Weight::Bold);
    let states = ["live", "late", "lost", "expected", "armed", "conflict"];
    let mut lines = vec![
        format!(
            "{head}  {}  {}",
            text(&summary["url"]),
            text(&summary["version"])
        ),
        format!("  state     {ready}"),
        format!("  vehicles  {}", counts(&summary["vehicles"], &states)),
        format!(
            "  links     {}",
            counts(&summary["links"], &["open", "opening", "waiting", "ended"])
        ),
        format!("  log       {}", text(&summary["log"])),
    ];
    if summary["forwards"].is_object() {
        let states = ["open", "opening", "waiting", "ended"];
        lines.push(format!(
            "  forwards  {}",
            counts(&summary["forwards"], &states)
        ));
    }
    let troubles = sorted(fleet, now_ms).into_iter().filter_map(|vehicle| {
        let trouble = worst(vehicle, now_ms)?;
        let id = text(&vehicle["id"]);
        Some(paper.paint(&format!("  {id}: {}", trouble.text), trouble.weight))
    });
    let troubles: Vec<String> = troubles.collect();
    let more = troubles.len().saturating_sub(MOST_TROUBLES);
    lines.extend(troubles.into_iter().take(MOST_TROUBLES));
    if more > 0 {
        lines.push(format!("  and {more} more; `volery vehicles` shows all"));
    }
    lines
}
