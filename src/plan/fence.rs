//! Fences as shapes and as items of the mission protocol: each corner of a polygon is an item that says how many
//! corners there are (<https://mavlink.io/en/services/mission.html#mission_types>).

use crate::model::{
    geo::LatLon,
    mission::{Frame, MissionItem},
    mission_command::{
        FENCE_INSIDE_CIRCLE, FENCE_INSIDE_POLYGON, FENCE_OUTSIDE_CIRCLE, FENCE_OUTSIDE_POLYGON,
        FENCE_RETURN_POINT,
    },
};

/// A part of a fence.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Stay inside or outside.
    Polygon {
        /// Whether to stay inside.
        inclusion: bool,
        /// At least three.
        corners: Vec<LatLon>,
    },
    /// Stay inside or outside.
    Circle {
        /// Whether to stay inside.
        inclusion: bool,
        /// Its middle.
        center: LatLon,
        /// Metres.
        radius_m: f32,
    },
    /// Where to go after a breach, metres above home.
    Return(LatLon, f32),
}

/// The items of a shape.
pub(super) fn items(shape: &Shape) -> Vec<MissionItem> {
    let item = |command, place, first| {
        MissionItem::at(command, Frame::GLOBAL, place, 0.0).with_params([first, 0.0, 0.0, 0.0])
    };
    match shape {
        Shape::Polygon { inclusion, corners } => {
            let command = if *inclusion {
                FENCE_INSIDE_POLYGON
            } else {
                FENCE_OUTSIDE_POLYGON
            };
            let count = corners.len() as f32;
            let corner = |place: &LatLon| item(command, *place, count);
            corners.iter().map(corner).collect()
        }
        Shape::Circle {
            inclusion,
            center,
            radius_m,
        } => {
            let command = if *inclusion {
                FENCE_INSIDE_CIRCLE
            } else {
                FENCE_OUTSIDE_CIRCLE
            };
            vec![item(command, *center, *radius_m)]
        }
        Shape::Return(place, alt_m) => vec![MissionItem::at(
            FENCE_RETURN_POINT,
            Frame::GLOBAL_RELATIVE,
            *place,
            *alt_m,
        )],
    }
}

/// The shapes of a list of items.
///
/// # Errors
/// The number of the first item that belongs to none, from 1, and why.
pub fn shapes(items: &[MissionItem]) -> Result<Vec<Shape>, (usize, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(item) = items.get(at) {
        let number = at + 1;
        let Some(place) = item.place() else {
            return Err((number, "it has no place".to_owned()));
        };
        let inclusion = matches!(item.command, FENCE_INSIDE_POLYGON | FENCE_INSIDE_CIRCLE);
        match item.command {
            FENCE_INSIDE_POLYGON | FENCE_OUTSIDE_POLYGON => {
                let corners = polygon(&items[at..]).map_err(|what| (number, what))?;
                at += corners.len();
                found.push(Shape::Polygon { inclusion, corners });
                continue;
            }
            FENCE_INSIDE_CIRCLE | FENCE_OUTSIDE_CIRCLE => found.push(Shape::Circle {
                inclusion,
                center: place,
                radius_m: item.params[0],
            }),
            FENCE_RETURN_POINT => found.push(Shape::Return(place, item.z)),
            _ => return Err((number, "it is no part of a fence".to_owned())),
        }
        at += 1;
    }
    Ok(found)
}

/// The corners of the polygon that begins with the first item.
fn polygon(items: &[MissionItem]) -> Result<Vec<LatLon>, String> {
    let Some(first) = items.first() else {
        return Ok(Vec::new());
    };
    let count = first.params[0];
    let is_count = count.is_finite() && count.fract() == 0.0 && count >= 3.0;
    if !is_count {
        return Err(format!("a polygon of {count} corners is none"));
    }
    let corners: Vec<_> = items
        .iter()
        .take(count as usize)
        .take_while(|item| item.command == first.command && (item.params[0] - count).abs() < 0.5)
        .filter_map(MissionItem::place)
        .collect();
    if corners.len() < count as usize {
        let found = corners.len();
        return Err(format!(
            "its polygon has {found} corners instead of {count}"
        ));
    }
    Ok(corners)
}
