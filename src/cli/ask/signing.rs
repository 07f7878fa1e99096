//! `volery signing setup|disable VEHICLE…`: gives vehicles the key of their link, or takes it away, after a question.
//!
//! The key is neither asked for here nor sent from here: the station has it, by its fleet.toml.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    arguments::{SigningArgs, SigningCommand},
    instance::Instance,
    looks::{Paper, clean, print, print_json},
    send::{COLUMNS, ask, outcome, rows},
    table::lines,
};
use crate::{cli::failure::Failure, server::client::ask::post_body};

/// The station answers after the wait; a slow machine gets more.
const SPARE: Duration = Duration::from_secs(5);

/// Asks first, then tells the vehicles and prints what they made of it.
pub(super) async fn signing(command: &SigningCommand) -> Result<(), Failure> {
    let (arguments, change) = match command {
        SigningCommand::Setup { arguments, .. } => (arguments, "setup"),
        SigningCommand::Disable(arguments) => (arguments, "disable"),
    };
    let instance = Instance::find(&arguments.instance)?;
    instance.require(&arguments.vehicles).await?;
    if !arguments.yes {
        if change == "setup" {
            let fleet = instance.get("/api/v1/fleet").await?;
            crate::cli::say(&warning(&arguments.vehicles, &fleet));
        }
        ask(&format!("signing {change}"), &arguments.vehicles)?;
    }
    let answer = post(&instance, arguments, change).await?;
    if arguments.json {
        print_json(&answer)?;
    } else {
        print(&lines(&COLUMNS, &rows(&answer), Paper::of_stdout()).join("\n"))?;
    }
    outcome(&answer, true)
}

async fn post(
    instance: &Instance,
    arguments: &SigningArgs,
    change: &str,
) -> Result<Value, Failure> {
    let body = json!({ "vehicles": arguments.vehicles, "change": change, "confirm": true });
    let wait = arguments.timeout;
    let route = format!("/api/v1/signing?wait={}ms", wait.as_millis());
    let (address, caller) = (&instance.address, &instance.caller);
    let posted = post_body(address, &route, caller, (wait + SPARE, &body)).await;
    posted.map_err(|error| instance.failure(&error))
}

/// Over which links the key goes, and what that means.
fn warning(vehicles: &[String], fleet: &Value) -> String {
    let mut links: Vec<String> = Vec::new();
    for vehicle in vehicles {
        let via = fleet["vehicles"][vehicle]["link"]["via"].as_str();
        let Some(via) = via else { continue };
        let url = fleet["links"][via]["url"].as_str().unwrap_or_default();
        let link = clean(&format!("{via} ({url})"));
        if !links.contains(&link) {
            links.push(link);
        }
    }
    format!(
        "the key crosses {} in the clear, and whoever hears it can sign as this station: a cable, or a network nobody else is on, is the place for it",
        if links.is_empty() {
            "the link".to_owned()
        } else {
            links.join(", ")
        }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_names_every_link_the_key_would_cross_once() {
        let fleet = json!({
            "vehicles": { "a": { "link": { "via": "radio" } }, "b": { "link": { "via": "radio" } }, "c": {} },
            "links": { "radio": { "url": "serial:///dev/ttyUSB0" } },
        });
        let names = ["a", "b", "c"].map(str::to_owned);
        let text = warning(&names, &fleet);
        assert_eq!(
            text.matches("radio (serial:///dev/ttyUSB0)").count(),
            1,
            "{text}"
        );
        assert!(text.contains("in the clear"));
    }
}
