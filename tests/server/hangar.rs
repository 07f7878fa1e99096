//! Aircraft for tests: vehicles, links and snapshots made of a few small numbers.
//! Used by unit tests and by the end-to-end tests, hence `super::model`.

use std::{borrow::Cow, sync::Arc};

use super::model::{
    groups::{Battery, Position},
    ids::VehicleId,
    link::{LinkPhase, LinkState},
    patch::Table,
    sensors::Sensors,
    snapshot::Snapshot,
    vehicle::{Alert, Link, Path, Vehicle},
};

/// Listed and never heard.
pub(crate) fn vehicle(id: &str) -> Vehicle {
    Vehicle::expected(VehicleId::from(id), id.into(), "mav".into(), 1)
}

/// Somewhere, at a height that tells the tick.
pub(crate) fn position(tick: u64) -> Position {
    Position {
        lat_deg: Some(47.0),
        lon_deg: Some(8.5),
        alt_msl_m: None,
        alt_rel_m: Some(tick as f64 / 8.0),
        t_ms: Some(tick as i64 * 50),
    }
}

/// A vehicle of a few small numbers: each bit or digit makes something present, absent or different.
pub(crate) fn odd_vehicle(id: &str, n: [u8; 6]) -> Vehicle {
    let mut odd = vehicle(id);
    let some = |n: u8| (n > 0).then_some(n);
    odd.armed = some(n[0] % 3).map(|n| n == 1);
    odd.mode = some(n[0] / 3).map(|n| Cow::Owned(format!("MODE({n})")));
    odd.position = some(n[1]).map(|n| Position {
        lat_deg: some(n % 2).map(f64::from),
        alt_rel_m: some(n / 2).map(|n| f64::from(n) + 0.1),
        ..Position::default()
    });
    for key in 0..2 {
        if n[2] >> key & 1 == 1 {
            let remaining_percent = some(n[2] >> 2);
            let battery = Battery {
                remaining_percent,
                ..Battery::default()
            };
            odd.batteries.make_mut().insert(key, battery);
        }
    }
    odd.sensors = some(n[3]).map(|n| Sensors {
        present: u32::from(n),
        enabled: u32::from(n >> 1),
        healthy: 1,
    });
    if n[4] > 0 {
        let mut link = Link {
            via: "radio".into(),
            paths: Table::default(),
        };
        let path = Path {
            rssi: some(n[4] >> 1),
            ..Path::default()
        };
        link.paths.make_mut().insert("radio".into(), path);
        odd.link = Some(link);
    }
    if n[5] > 0 {
        let alert = Alert {
            severity: "warning".into(),
            since_ms: 7,
            acknowledged: n[5] > 1,
        };
        odd.alerts.make_mut().insert("battery low".into(), alert);
    }
    odd
}

/// A link that heard so many frames.
pub(crate) fn link(frames: u64) -> LinkState {
    let url = "udpin:0.0.0.0:14550".into();
    LinkState {
        state: LinkPhase::Open,
        reason: (frames % 3 == 1).then(|| "because".into()),
        since_ms: Some(0),
        frames: Some(frames),
        ..LinkState::opening(url, "mav".into(), "lan", false)
    }
}

/// A snapshot of these vehicles and no links.
pub(crate) fn snapshot(seq: u64, vehicles: impl IntoIterator<Item = Vehicle>) -> Snapshot {
    Snapshot {
        seq,
        time_ms: seq as i64 * 50,
        vehicles: vehicles
            .into_iter()
            .map(|vehicle| (vehicle.id.clone(), Arc::new(vehicle)))
            .collect(),
        ..Snapshot::default()
    }
}

/// Applies an RFC 7396 merge patch, as every client does.
pub(crate) fn merge(target: &mut serde_json::Value, patch: serde_json::Value) {
    use serde_json::Value;
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(&key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), value);
        }
    }
}
