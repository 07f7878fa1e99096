//! Writing QGroundControl's `.plan`, version 1.

use serde_json::{Value, json};

use super::{
    document::{PlanDocument, Unexpanded},
    error::PlanError,
    fence::{self, Shape},
};
use crate::model::{
    geo::LatLon,
    mission::{MissionItem, PlannedHome},
    mission_command::has_place,
};

/// MAV_AUTOPILOT_GENERIC.
const ANY_AUTOPILOT: u8 = 0;
/// MAV_TYPE_QUADROTOR.
const QUADROTOR: u8 = 2;
/// What QGroundControl writes when nobody chose a speed, m/s.
const CRUISE_M_S: f64 = 15.0;
const HOVER_M_S: f64 = 5.0;

/// The document as JSON.
///
/// # Errors
/// `Unwritable` for a fence whose items make no shapes.
pub(super) fn write(document: &PlanDocument) -> Result<Value, PlanError> {
    Ok(json!({
        "fileType": "Plan",
        "version": 1,
        "groundStation": "QGroundControl",
        "mission": {
            "version": 2,
            "firmwareType": document.firmware.unwrap_or(ANY_AUTOPILOT),
            "vehicleType": document.vehicle.unwrap_or(QUADROTOR),
            "cruiseSpeed": document.cruise_speed_m_s.unwrap_or(CRUISE_M_S),
            "hoverSpeed": document.hover_speed_m_s.unwrap_or(HOVER_M_S),
            "globalPlanAltitudeMode": 1,
            "plannedHomePosition": home(document),
            "items": items(&document.mission, &document.unexpanded),
        },
        "geoFence": geo_fence(&document.fence)?,
        "rallyPoints": {
            "version": 2,
            "points": document.rally.iter().map(point).collect::<Vec<_>>(),
        },
    }))
}

/// Planned home, else the first place there is: a `.plan` must have one.
fn home(document: &PlanDocument) -> Value {
    let first = || {
        let lists = [&document.mission, &document.rally, &document.fence];
        let place = lists.into_iter().flatten().find_map(MissionItem::place)?;
        Some(PlannedHome {
            place,
            alt_msl_m: 0.0,
        })
    };
    match document.home.or_else(first) {
        Some(home) => json!([
            home.place.lat_deg,
            home.place.lon_deg,
            single(home.alt_msl_m)
        ]),
        None => json!([0, 0, 0]),
    }
}

fn items(items: &[MissionItem], unexpanded: &[Unexpanded]) -> Vec<Value> {
    let mut written = Vec::new();
    let mut rest = unexpanded.iter().peekable();
    for (index, item) in items.iter().enumerate() {
        while let Some(complex) = rest.next_if(|complex| complex.before <= index + 1) {
            written.push(complex.json.clone());
        }
        written.push(simple(index + 1, item));
    }
    written.extend(rest.map(|complex| complex.json.clone()));
    written
}

fn simple(number: usize, item: &MissionItem) -> Value {
    let [p1, p2, p3, p4] = item.params.map(single);
    let frame = item.frame.canonical().0;
    let mut value = json!({
        "type": "SimpleItem",
        "doJumpId": number,
        "command": item.command,
        "frame": frame,
        "autoContinue": item.autocontinue,
        "params": [p1, p2, p3, p4, double(item.x), double(item.y), single(item.z)],
    });
    if has_place(item.command)
        && let Some(object) = value.as_object_mut()
    {
        // Above home 1, above sea level 2, above terrain 4 in QGroundControl's own counting.
        let mode = match frame {
            0 => 2,
            10 => 4,
            _ => 1,
        };
        object.insert("AltitudeMode".to_owned(), json!(mode));
        object.insert("Altitude".to_owned(), single(item.z));
        object.insert("AMSLAltAboveTerrain".to_owned(), Value::Null);
    }
    value
}

fn geo_fence(items: &[MissionItem]) -> Result<Value, PlanError> {
    let shapes = fence::shapes(items).map_err(|(number, what)| PlanError::Unwritable {
        list: "fence",
        what: format!("item {number}: {what}"),
    })?;
    let place = |place: &LatLon| json!([place.lat_deg, place.lon_deg]);
    let (mut polygons, mut circles, mut back) = (Vec::new(), Vec::new(), None);
    for shape in &shapes {
        match shape {
            Shape::Polygon { inclusion, corners } => polygons.push(json!({
                "version": 1,
                "inclusion": inclusion,
                "path": corners.iter().map(place).collect::<Vec<_>>(),
            })),
            Shape::Circle {
                inclusion,
                center,
                radius_m,
            } => circles.push(json!({
                "version": 1,
                "inclusion": inclusion,
                "circle": { "center": place(center), "radius": single(*radius_m) },
            })),
            Shape::Return(point, alt_m) => {
                back = Some(json!([point.lat_deg, point.lon_deg, single(*alt_m)]));
            }
        }
    }
    let mut value = json!({ "version": 2, "polygons": polygons, "circles": circles });
    if let (Some(back), Some(object)) = (back, value.as_object_mut()) {
        object.insert("breachReturn".to_owned(), back);
    }
    Ok(value)
}

fn point(item: &MissionItem) -> Value {
    json!([double(item.x), double(item.y), single(item.z)])
}

/// A single by its own few digits; `null` for NaN, which JSON has no word for.
fn single(value: f32) -> Value {
    let shortest: f64 = value.to_string().parse().unwrap_or(f64::NAN);
    double(shortest)
}

fn double(value: f64) -> Value {
    // Whole numbers as QGroundControl writes them.
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return json!(value as i64);
    }
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}
