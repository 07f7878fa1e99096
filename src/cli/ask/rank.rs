//! What is worst about a vehicle, for the order of tables and the head of `status`. Pure, over the vehicle object as JSON.
//!
//! The same reasons, limits and order as on the screen (`tui/severity`) and on the page (`severity.js`): an
//! operator who looks at two of them must read one thing. The screen alone remembers how full a pack once was.

use serde_json::Value;

use super::looks::{Weight, ago, clean};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// Place in the order, 0 is the worst; the places of `tui/severity`.
    rank: u8,
    /// How bad.
    pub(super) weight: Weight,
    /// For people.
    pub(super) text: String,
}

/// Comes after everything that is wrong: armed, at rest, never heard.
const CALM: [u8; 3] = [100, 101, 102];

fn critical(rank: u8, text: impl Into<String>) -> Option<Trouble> {
    let (weight, text) = (Weight::Critical, text.into());
    Some(Trouble { rank, weight, text })
}

fn warning(rank: u8, text: impl Into<String>) -> Option<Trouble> {
    let (weight, text) = (Weight::Warning, text.into());
    Some(Trouble { rank, weight, text })
}

/// The worst thing of a vehicle; `None` when nothing is wrong that can be seen from here.
pub(super) fn worst(vehicle: &Value, now_ms: i64) -> Option<Trouble> {
    if vehicle["state"] == "expected" {
        return None;
    }
    // A loss is told before everything: no other number is current then.
    liveness(vehicle, now_ms)
        .filter(|trouble| trouble.rank < 5)
        .or_else(|| {
            let reasons = [
                battery(vehicle),
                autopilot(vehicle),
                liveness(vehicle, now_ms),
                conflict(vehicle),
                surroundings(vehicle),
                sensors(vehicle),
                link(vehicle),
            ];
            reasons.into_iter().flatten().min_by_key(|one| one.rank)
        })
}

fn liveness(vehicle: &Value, now_ms: i64) -> Option<Trouble> {
    match vehicle["state"].as_str() {
        Some("lost") => {
            let heard_ms = vehicle["heard_ms"].as_i64().unwrap_or(now_ms);
            let text = format!("LOST {}", ago(now_ms - heard_ms));
            let parked = vehicle["armed"] == false && vehicle["airborne_since_ms"].is_null();
            if parked {
                warning(4, text)
            } else {
                critical(3, text)
            }
        }
        Some("late") => warning(5, "late"),
        _ => None,
    }
}

fn conflict(vehicle: &Value) -> Option<Trouble> {
    let why = vehicle["conflict"]["why"].as_str()?;
    warning(6, format!("CONFLICT ({})", clean(why)))
}

fn battery(vehicle: &Value) -> Option<Trouble> {
    let percent = vehicle["battery"]["remaining_percent"].as_f64();
    let (cell, sure) = cell_v(vehicle);
    let empty_v = if sure { 3.3 } else { 3.2 };
    let by_charge = percent.map(|percent| (percent <= 15.0, percent <= 25.0));
    let by_cell = cell.map(|volts| (volts < empty_v, volts < 3.5));
    let text = match (by_charge, by_cell) {
        (Some(charge), cell) if cell.is_none_or(|cell| charge >= cell) => {
            format!("battery {:.0}%", percent?)
        }
        _ => format!("cell {}{:.2}V", if sure { "" } else { "~" }, cell?),
    };
    match by_charge.max(by_cell)? {
        (true, _) => critical(0, text),
        (false, true) => warning(9, text),
        (false, false) => None,
    }
}

/// The lowest cell, and whether it was measured; else the mean of as many as the pack must have.
fn cell_v(vehicle: &Value) -> (Option<f64>, bool) {
    let batteries = vehicle["batteries"].as_object();
    let measured = batteries
        .into_iter()
        .flatten()
        .filter_map(|(_, battery)| battery["cells_v"].as_array())
        .flatten()
        .filter_map(Value::as_f64)
        .filter(|volts| *volts > 0.5)
        .min_by(f64::total_cmp);
    if measured.is_some() {
        return (measured, true);
    }
    let pack_v = vehicle["battery"]["voltage_v"].as_f64();
    let cell = pack_v.filter(|volts| *volts > 6.0).and_then(|volts| {
        let cells = (volts / 4.4).ceil();
        (cells >= 2.0).then_some(volts / cells)
    });
    (cell, false)
}

fn autopilot(vehicle: &Value) -> Option<Trouble> {
    let word = match vehicle["system_status"].as_str()? {
        "critical" => "failsafe",
        "emergency" => "EMERGENCY",
        "flight_termination" => "TERMINATED",
        _ => return None,
    };
    critical(1, word)
}

fn surroundings(vehicle: &Value) -> Option<Trouble> {
    if vehicle["fence"]["breached"] == true {
        return warning(7, "fence breach");
    }
    let receivers = vehicle["gps"].as_object();
    let mut fixes = receivers
        .into_iter()
        .flatten()
        .filter_map(|(_, receiver)| receiver["fix"].as_str())
        .peekable();
    let blind = fixes.peek().is_some() && fixes.all(|fix| matches!(fix, "no_gps" | "no_fix"));
    if blind && vehicle["armed"] == true {
        return warning(11, "no fix");
    }
    let over = |group: &str, keys: &[&'static str], limit: f64| {
        let is_over = |key: &&&'static str| vehicle[group][**key].as_f64() >= Some(limit);
        keys.iter().find(is_over).copied()
    };
    let variances = [
        "velocity_variance",
        "pos_horiz_variance",
        "pos_vert_variance",
        "compass_variance",
        "airspeed_variance",
    ];
    if let Some(name) = over("ekf", &variances, 1.0) {
        return warning(12, format!("EKF {}", name.trim_end_matches("_variance")));
    }
    over("vibration", &["x_m_s2", "y_m_s2", "z_m_s2"], 60.0)
        .and_then(|_axis| warning(13, "vibration"))
}

fn sensors(vehicle: &Value) -> Option<Trouble> {
    let sensors = vehicle["sensors"].as_object();
    let mut failed = sensors
        .into_iter()
        .flatten()
        .filter(|(name, health)| *health == "failed" && *name != "prearm")
        .map(|(name, _)| clean(name));
    let first = failed.next()?;
    match failed.count() {
        0 => warning(8, format!("{first} bad")),
        more => warning(8, format!("{first} +{more} bad")),
    }
}

fn link(vehicle: &Value) -> Option<Trouble> {
    let via = vehicle["link"]["via"].as_str()?;
    let loss = vehicle["link"]["paths"][via]["loss_percent"].as_f64()?;
    (loss >= 20.0).then(|| warning(14, format!("loss {loss:.0}%")))?
}

/// The vehicles of a fleet, worst first, then by name of their ids.
pub(super) fn sorted(fleet: &Value, now_ms: i64) -> Vec<&Value> {
    let order = |vehicle: &Value| match worst(vehicle, now_ms) {
        Some(trouble) => trouble.rank,
        None if vehicle["state"] == "expected" => CALM[2],
        None if vehicle["armed"] == true => CALM[0],
        None => CALM[1],
    };
    let vehicles = fleet["vehicles"].as_object();
    let mut vehicles: Vec<(u8, &String, &Value)> = vehicles
        .into_iter()
        .flatten()
        .map(|(id, vehicle)| (order(vehicle), id, vehicle))
        .collect();
    vehicles.sort_by_key(|(order, id, _)| (*order, id.len(), *id));
    vehicles
        .into_iter()
        .map(|(_, _, vehicle)| vehicle)
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_worst_stands_first_and_says_why() {
        let fleet = json!({"vehicles": {
            "a": {"id": "a", "state": "live", "armed": false},
            "b": {"id": "b", "state": "expected"},
            "c": {"id": "c", "state": "lost", "heard_ms": 0, "armed": true},
            "d": {"id": "d", "state": "live", "armed": true, "battery": {"remaining_percent": 20}},
            "e": {"id": "e", "state": "live", "conflict": {"why": "uid"}},
            "f": {"id": "f", "state": "lost", "heard_ms": 0, "armed": false},
            "g": {"id": "g", "state": "live", "battery": {"remaining_percent": 99, "voltage_v": 12.4},
                  "batteries": {"0": {"cells_v": [3.1, 3.2, 3.1]}}},
            "h": {"id": "h", "state": "live", "system_status": "critical"},
            "i": {"id": "i", "state": "live", "armed": true,
                  "link": {"via": "radio", "paths": {"radio": {"loss_percent": 24.4}}}},
            "j": {"id": "j", "state": "live", "armed": true, "gps": {"0": {"fix": "no_fix"}}},
        }});
        let said: Vec<_> = sorted(&fleet, 12_000)
            .iter()
            .map(|vehicle| {
                let id = vehicle["id"].as_str().unwrap();
                let text = worst(vehicle, 12_000).map_or_else(String::new, |one| one.text);
                format!("{id} {text}")
            })
            .collect();
        let wanted = [
            "g cell 3.10V",
            "h failsafe",
            "c LOST 12s",
            "f LOST 12s",
            "e CONFLICT (uid)",
            "d battery 20%",
            "j no fix",
            "i loss 24%",
            "a ",
            "b ",
        ];
        assert_eq!(said, wanted);
    }
}
