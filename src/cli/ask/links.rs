//! `volery links`: the ways in and out as a table, worst first; forwards behind the links.

use serde_json::{Map, Value};

use super::{
    arguments::StatusArgs,
    instance::Instance,
    looks::{Paper, UNKNOWN, Weight, print, print_json, text},
    table::{Cell, Column, lines},
};
use crate::cli::failure::Failure;

const COLUMNS: [Column; 15] = [
    Column::new("NAME", false, 100),
    Column::new("STATE", false, 99),
    Column::new("URL", false, 60),
    Column::new("NETWORK", false, 30),
    Column::new("PEERS", true, 40),
    Column::new("FRAMES/S", true, 80),
    Column::new("KB/S", true, 50),
    Column::new("ASKED", true, 38),
    Column::new("BUDGET", true, 39),
    Column::new("RATES", true, 41),
    Column::new("BAD", true, 45),
    Column::new("DROPS", true, 70),
    Column::new("SIGNING", false, 46),
    Column::new("REFUSED", true, 65),
    Column::new("WHY", false, 90),
];

/// Prints the links.
pub(super) async fn links(arguments: &StatusArgs) -> Result<(), Failure> {
    let instance = Instance::find(&arguments.instance)?;
    let fleet = instance.get("/api/v1/fleet").await?;
    let links = all(&fleet);
    if arguments.json {
        return print_json(&Value::Object(links));
    }
    if links.is_empty() {
        return print("this station has no links");
    }
    let mut sorted: Vec<(&String, &Value)> = links.iter().collect();
    sorted.sort_by_key(|(name, link)| (is_forward(link), order(link), *name));
    let rows: Vec<Vec<Cell>> = sorted.iter().map(|(name, link)| row(name, link)).collect();
    print(&lines(&COLUMNS, &rows, Paper::of_stdout()).join("\n"))
}

/// Links and forwards by name, which no two of them share; a forward is marked as one.
fn all(fleet: &Value) -> Map<String, Value> {
    let of = |key: &str| fleet[key].as_object().cloned().unwrap_or_default();
    let mut all = of("links");
    for (name, mut forward) in of("forwards") {
        forward["kind"] = "forward".into();
        all.insert(name, forward);
    }
    all
}

fn is_forward(link: &Value) -> bool {
    link["kind"] == "forward"
}

/// Worst first.
fn order(link: &Value) -> u8 {
    match link["state"].as_str() {
        Some("waiting") => 0,
        Some("opening") => 1,
        Some("open") if drops(link) + refused(link).unwrap_or(0) > 0 => 2,
        Some("open") => 3,
        _ => 4,
    }
}

fn drops(link: &Value) -> u64 {
    let count = |key: &str| link[key].as_u64().unwrap_or(0);
    let of_link = count("kernel_drops") + count("queue_drops");
    of_link + count("dropped_frames") + count("send_errors") * u64::from(is_forward(link))
}

/// The network of a link; of a forward, which way it goes and what it is held to.
fn network(link: &Value) -> String {
    if !is_forward(link) {
        return text(&link["network"]);
    }
    let way = format!("forward, {}", text(&link["direction"]));
    let networks = link["networks"].as_array().into_iter().flatten();
    let networks: Vec<String> = networks.map(text).collect();
    if networks.is_empty() {
        way
    } else {
        format!("{way}: {}", networks.join(" "))
    }
}

/// The part of the wanted rates that is asked for: less than all while a radio is full.
fn throttle(link: &Value) -> Cell {
    match link["throttle_percent"].as_u64() {
        Some(percent) => Cell::of(format!("{percent}%"), Weight::Warning),
        None if link["asked_bytes_per_s"].is_null() => UNKNOWN.to_owned().into(),
        None => "100%".to_owned().into(),
    }
}

/// Frames refused for their signatures; `None` where nobody looks.
fn refused(link: &Value) -> Option<u64> {
    let signing = link["signing"].as_object()?;
    let count = |key: &str| signing.get(key).and_then(Value::as_u64).unwrap_or(0);
    Some(count("bad_signature") + count("replayed") + count("refused_unsigned"))
}

fn row(name: &str, link: &Value) -> Vec<Cell> {
    let weight = match order(link) {
        0 => Weight::Critical,
        1 | 2 => Weight::Warning,
        _ => Weight::Plain,
    };
    let whole = |key: &str| {
        let number = link[key].as_u64();
        number.map_or_else(|| UNKNOWN.to_owned(), |number| number.to_string())
    };
    let rate = |key: &str, factor: f64| {
        let number = link[key].as_f64();
        number.map_or_else(
            || UNKNOWN.to_owned(),
            |number| format!("{:.1}", number * factor),
        )
    };
    let why = link["reason"]
        .as_str()
        .map_or_else(String::new, super::looks::clean);
    vec![
        Cell::of(super::looks::clean(name), weight),
        Cell::of(text(&link["state"]), weight),
        text(&link["url"]).into(),
        network(link).into(),
        whole("peers").into(),
        rate("frames_per_s", 1.0).into(),
        rate("bytes_per_s", 1e-3).into(),
        rate("asked_bytes_per_s", 1e-3).into(),
        rate("budget_bytes_per_s", 1e-3).into(),
        throttle(link),
        whole("bad_crc").into(),
        drops(link).to_string().into(),
        link["signing"]["policy"]
            .as_str()
            .unwrap_or("off")
            .to_owned()
            .into(),
        refused(link)
            .map_or_else(|| UNKNOWN.to_owned(), |count| count.to_string())
            .into(),
        why.into(),
    ]
}
