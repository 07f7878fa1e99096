//! What is worst about a vehicle, for the order of tables and the head of `status`. Pure, over the vehicle object as JSON.

use serde_json::Value;

use super::looks::{Weight, ago, clean};

/// Below this a battery is worth a look, and below the other it cannot wait, percent.
const BATTERY_LOW: f64 = 30.0;
const BATTERY_CRITICAL: f64 = 15.0;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// How bad.
    pub(super) weight: Weight,
    /// For people.
    pub(super) text: String,
}

/// The worst thing of a vehicle; `None` when nothing is wrong that can be seen from here.
pub(super) fn worst(vehicle: &Value, now_ms: i64) -> Option<Trouble> {
    let armed = vehicle["armed"] == true;
    let critical = |text: String| {
        Some(Trouble {
            weight: Weight::Critical,
            text,
        })
    };
    let warning = |text: String| {
        Some(Trouble {
            weight: Weight::Warning,
            text,
        })
    };
    let state = vehicle["state"].as_str().unwrap_or_default();
    if let Some(why) = vehicle["conflict"]["why"].as_str() {
        return critical(format!(
            "conflict: another vehicle uses its system id ({})",
            clean(why)
        ));
    }
    if state == "lost" {
        let heard_ms = vehicle["heard_ms"].as_i64().unwrap_or(now_ms);
        let text = format!("lost for {}", ago(now_ms - heard_ms));
        return if armed {
            critical(format!("{text}, armed"))
        } else {
            warning(text)
        };
    }
    if matches!(
        vehicle["system_status"].as_str(),
        Some("critical" | "emergency")
    ) {
        return critical(format!(
            "says {}",
            clean(vehicle["system_status"].as_str().unwrap_or_default())
        ));
    }
    let percent = vehicle["battery"]["remaining_percent"].as_f64();
    if let Some(percent) = percent.filter(|percent| *percent < BATTERY_CRITICAL) {
        return critical(format!("battery {percent:.0} %"));
    }
    if vehicle["fence"]["breached"] == true {
        return warning("outside its fence".into());
    }
    if let Some(percent) = percent.filter(|percent| *percent < BATTERY_LOW) {
        return warning(format!("battery {percent:.0} %"));
    }
    let failed: Vec<&str> = vehicle["sensors"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, health)| *health == "failed")
        .map(|(name, _)| name.as_str())
        .collect();
    if !failed.is_empty() {
        return warning(clean(&format!("failed: {}", failed.join(", "))));
    }
    (state == "late").then(|| Trouble {
        weight: Weight::Warning,
        text: "late".into(),
    })
}

/// Worst first; the same number is as bad.
pub(super) fn order(vehicle: &Value, now_ms: i64) -> u8 {
    let trouble = worst(vehicle, now_ms).map(|trouble| trouble.weight);
    match (trouble, vehicle["state"].as_str()) {
        (Some(Weight::Critical), _) => 0,
        (Some(_), Some("lost")) => 1,
        (Some(_), _) => 2,
        (None, Some("expected")) => 5,
        (None, _) if vehicle["armed"] == true => 3,
        (None, _) => 4,
    }
}

/// The vehicles of a fleet, worst first, then by name of their ids.
pub(super) fn sorted(fleet: &Value, now_ms: i64) -> Vec<&Value> {
    let vehicles = fleet["vehicles"].as_object();
    let mut vehicles: Vec<(u8, &String, &Value)> = vehicles
        .into_iter()
        .flatten()
        .map(|(id, vehicle)| (order(vehicle, now_ms), id, vehicle))
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
    fn the_worst_stands_first() {
        let fleet = json!({"vehicles": {
            "a": {"id": "a", "state": "live", "armed": false},
            "b": {"id": "b", "state": "expected"},
            "c": {"id": "c", "state": "lost", "heard_ms": 0, "armed": true},
            "d": {"id": "d", "state": "live", "armed": true, "battery": {"remaining_percent": 20}},
            "e": {"id": "e", "state": "live", "conflict": {"why": "uid"}},
            "f": {"id": "f", "state": "lost", "heard_ms": 0, "armed": false},
        }});
        let ids: Vec<_> = sorted(&fleet, 12_000)
            .iter()
            .map(|v| v["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, ["c", "e", "f", "d", "a", "b"]);
        assert_eq!(
            worst(&fleet["vehicles"]["c"], 12_000).unwrap().text,
            "lost for 12s, armed"
        );
    }
}
