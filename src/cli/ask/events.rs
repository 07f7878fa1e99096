//! `volery events`: the log book of a running instance, the past and what comes.

use serde_json::Value;

use super::{
    arguments::EventsArgs,
    instance::Instance,
    looks::{Paper, Weight, clean, moment, print, text},
    reader::while_read,
};
use crate::{
    cli::failure::Failure,
    server::client::{
        fold::Heard,
        follow::{Interest, News},
    },
};

/// Prints events of the past, and with `--follow` every one that comes.
pub(super) async fn events(arguments: &EventsArgs) -> Result<(), Failure> {
    let instance = Instance::find(&arguments.instance)?;
    let about: Vec<String> = arguments.vehicle.clone().into_iter().collect();
    instance.require(&about).await?;
    let mut query = vec![format!("limit={}", arguments.limit)];
    if let Some(since) = arguments.since {
        let alive = instance.get("/healthz").await?;
        let since_ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let from_ms = alive["time_ms"]
            .as_i64()
            .unwrap_or_default()
            .saturating_sub(since_ms);
        query.push(format!("since_ms={from_ms}"));
    }
    if let Some(vehicle) = &arguments.vehicle {
        query.push(format!("vehicle={}", escaped(vehicle)));
    }
    let past = instance
        .get(&format!("/api/v1/events?{}", query.join("&")))
        .await?;
    let paper = Paper::of_stdout();
    let mut last = 0;
    for event in past.as_array().into_iter().flatten() {
        tell(event, arguments.json, paper)?;
        last = event["id"].as_u64().unwrap_or(last).max(last);
    }
    if arguments.follow {
        while_read(follow(arguments, &instance, last)).await?;
    }
    Ok(())
}

async fn follow(arguments: &EventsArgs, instance: &Instance, last: u64) -> Result<(), Failure> {
    let paper = Paper::of_stdout();
    // Events only: no field of any vehicle is wanted but its id.
    let interest = Interest {
        fields: Some(vec!["id".into()]),
        ..Interest::default()
    };
    let mut follower = instance.follow(interest).await?;
    let mut is_first = true;
    loop {
        match follower.next().await {
            News::Heard(Heard::Hello { .. }, _) if is_first => {
                is_first = false;
                follower.skip_events(last);
            }
            News::Heard(Heard::Events(events), _) => {
                for event in events {
                    let about = event["vehicle"].as_str();
                    if arguments.vehicle.is_none() || arguments.vehicle.as_deref() == about {
                        tell(&event, arguments.json, paper)?;
                    }
                }
            }
            News::Heard(Heard::Error { text, .. }, _) => crate::cli::say(&clean(&text)),
            News::Heard(..) => {}
            News::Lost { reason, retry_in } => {
                let wait = retry_in.as_secs_f64();
                crate::cli::say(&format!("{}; trying again in {wait:.1} s", clean(&reason)));
            }
        }
    }
}

fn tell(event: &Value, json: bool, paper: Paper) -> Result<(), Failure> {
    if json {
        return print(&event.to_string());
    }
    let severity = text(&event["severity"]);
    let weight = match severity.as_str() {
        "emergency" | "alert" | "critical" | "error" => Weight::Critical,
        "warning" => Weight::Warning,
        "debug" => Weight::Faint,
        _ => Weight::Plain,
    };
    let time = moment(event["t_ms"].as_i64().unwrap_or_default());
    let whom = event["vehicle"]
        .as_str()
        .map_or_else(String::new, |id| format!("{}: ", clean(id)));
    let line = format!("{time}  {severity:<9}  {whom}{}", text(&event["text"]));
    print(&paper.paint(&line, weight))
}

/// An id as part of a query.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
