//! `volery vehicles`: the fleet as a table, worst first.

use serde_json::{Map, Value};

use super::{
    arguments::VehiclesArgs,
    instance::{Instance, unknown_vehicle},
    looks::{Paper, UNKNOWN, Weight, ago, number, print, print_json, text},
    rank::{sorted, worst},
    table::{Cell, Column, lines},
};
use crate::cli::failure::Failure;

const COLUMNS: [Column; 13] = [
    Column::new("ID", false, 100),
    Column::new("NAME", false, 20),
    Column::new("STATE", false, 99),
    Column::new("TROUBLE", false, 98),
    Column::new("MODE", false, 90),
    Column::new("ARMED", false, 95),
    Column::new("BAT", true, 85),
    Column::new("VOLT", true, 40),
    Column::new("ALT", true, 80),
    Column::new("SPEED", true, 60),
    Column::new("GPS", false, 50),
    Column::new("LINK", false, 45),
    Column::new("AGE", true, 70),
];

/// Prints the fleet, or some of it.
pub(super) async fn vehicles(arguments: &VehiclesArgs) -> Result<(), Failure> {
    let instance = Instance::find(&arguments.instance)?;
    let mut fleet = instance.get("/api/v1/fleet").await?;
    let alive = instance.get("/healthz").await?;
    let now_ms = alive["time_ms"].as_i64().unwrap_or_default();
    let mut nobody = Map::new();
    let known = fleet["vehicles"].as_object_mut().unwrap_or(&mut nobody);
    if let Some(id) = arguments
        .vehicles
        .iter()
        .find(|id| !known.contains_key(*id))
    {
        return Err(unknown_vehicle(id, known.keys().map(String::as_str)));
    }
    if !arguments.vehicles.is_empty() {
        known.retain(|id, _| arguments.vehicles.contains(id));
    }
    let sorted = sorted(&fleet, now_ms);
    if arguments.json {
        return print_json(&sorted.into_iter().cloned().collect());
    }
    if sorted.is_empty() {
        return print("no vehicle is known yet");
    }
    let rows: Vec<Vec<Cell>> = sorted.iter().map(|vehicle| row(vehicle, now_ms)).collect();
    print(&lines(&COLUMNS, &rows, Paper::of_stdout()).join("\n"))
}

fn row(vehicle: &Value, now_ms: i64) -> Vec<Cell> {
    let trouble = worst(vehicle, now_ms);
    let weight = trouble.as_ref().map_or(Weight::Plain, |one| one.weight);
    let trouble = trouble.map_or_else(String::new, |one| one.text);
    let armed = match vehicle["armed"].as_bool() {
        Some(true) => "ARMED",
        Some(false) => "no",
        None => UNKNOWN,
    };
    let age = vehicle["heard_ms"].as_i64();
    let age = age.map_or_else(|| UNKNOWN.into(), |heard_ms| ago(now_ms - heard_ms));
    let state = match vehicle["conflict"]["why"].as_str() {
        Some(_) => "CONFLICT".to_owned(),
        None => text(&vehicle["state"]),
    };
    let battery = &vehicle["battery"];
    vec![
        Cell::of(text(&vehicle["id"]), weight),
        text(&vehicle["name"]).into(),
        Cell::of(state, weight),
        Cell::of(trouble, weight),
        text(&vehicle["mode"]).into(),
        armed.to_owned().into(),
        number(battery, "remaining_percent", (0, "%"), now_ms).into(),
        number(battery, "voltage_v", (1, "V"), now_ms).into(),
        number(&vehicle["position"], "alt_rel_m", (1, "m"), now_ms).into(),
        number(&vehicle["velocity"], "groundspeed_m_s", (1, "m/s"), now_ms).into(),
        gps(vehicle).into(),
        text(&vehicle["link"]["via"]).into(),
        age.into(),
    ]
}

/// The receiver with the best fix and its satellites.
fn gps(vehicle: &Value) -> String {
    let receivers = vehicle["gps"].as_object();
    let best = receivers
        .into_iter()
        .flat_map(Map::values)
        .max_by_key(|receiver| receiver["satellites"].as_u64());
    best.map_or_else(
        || UNKNOWN.to_owned(),
        |receiver| {
            let fix = text(&receiver["fix"]).replace("_fix", "");
            let satellites = receiver["satellites"].as_u64();
            satellites.map_or(fix.clone(), |satellites| format!("{fix} {satellites}"))
        },
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_shows_what_is_known_and_what_is_not() {
        let vehicle = json!({"id": "alpha", "name": "Alpha", "state": "live", "mode": "AUTO", "armed": true,
            "heard_ms": 9_500, "battery": {"remaining_percent": 78, "voltage_v": 22.41, "t_ms": 9_000},
            "gps": {"0": {"fix": "3d_fix", "satellites": 14}}, "link": {"via": "radio"}});
        let cells: Vec<_> = row(&vehicle, 10_000)
            .into_iter()
            .map(|cell| cell.text)
            .collect();
        let wanted = [
            "alpha", "Alpha", "live", "", "AUTO", "ARMED", "78%", "22.4V", "--", "--", "3d 14",
            "radio", "0.5s",
        ];
        assert_eq!(cells, wanted);
    }
}
