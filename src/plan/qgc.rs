//! Reading QGroundControl's `.plan`
//! (<https://docs.qgroundcontrol.com/master/en/qgc-dev-guide/file_formats/plan.html>).
//!
//! A survey, a corridor or a structure scan is flown by the items its file carries for it; one that carries none
//! is kept, named, and cannot be flown.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    document::{Format, PlanDocument, Unexpanded},
    error::PlanError,
    fence::{self, Shape},
    json::Node,
};
use crate::model::{
    mission::{Frame, MissionItem, PlannedHome},
    mission_command::{DO_JUMP, RALLY_POINT},
};

/// Reads a parsed `.plan`.
///
/// # Errors
/// What is wrong, with its path.
pub(super) fn read(root: &Value) -> Result<PlanDocument, PlanError> {
    let root = Node::root(root);
    check_version(&root, "a .plan", &["1"], "version 1")?;
    let mission = root.get("mission")?;
    check_version(&mission, "the mission of a .plan", &["2"], "version 2")?;
    let mut document = PlanDocument {
        format: Some(Format::QgcPlan),
        cruise_speed_m_s: optional(&mission, "cruiseSpeed")?,
        hover_speed_m_s: optional(&mission, "hoverSpeed")?,
        firmware: whole(&mission, "firmwareType")?,
        vehicle: whole(&mission, "vehicleType")?,
        home: home(&mission)?,
        ..PlanDocument::default()
    };
    read_items(&mission, &mut document)?;
    if let Some(fence) = root.find("geoFence")? {
        document.fence = read_fence(&fence)?;
    }
    if let Some(rally) = root.find("rallyPoints")? {
        document.rally = read_rally(&rally)?;
    }
    Ok(document)
}

/// A `version` key among those that are read.
pub(super) fn check_version(
    node: &Node<'_>,
    format: &'static str,
    read: &[&str],
    known: &'static str,
) -> Result<(), PlanError> {
    let version = node.get("version")?;
    let found = match version.value() {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if read.contains(&found.as_str()) {
        return Ok(());
    }
    Err(PlanError::Version {
        path: version.path(),
        format,
        found,
        known,
    })
}

fn optional(node: &Node<'_>, key: &str) -> Result<Option<f64>, PlanError> {
    node.find(key)?.map(|node| node.number()).transpose()
}

fn whole(node: &Node<'_>, key: &str) -> Result<Option<u8>, PlanError> {
    node.find(key)?.map(|node| node.integer()).transpose()
}

fn home(mission: &Node<'_>) -> Result<Option<PlannedHome>, PlanError> {
    let Some(node) = mission.find("plannedHomePosition")? else {
        return Ok(None);
    };
    let altitude = node.altitude()?;
    Ok(Some(PlannedHome {
        place: node.place()?,
        alt_msl_m: if altitude.is_nan() {
            0.0
        } else {
            altitude as f32
        },
    }))
}

fn read_items(mission: &Node<'_>, document: &mut PlanDocument) -> Result<(), PlanError> {
    let mut numbers = BTreeMap::new();
    for node in mission.get("items")?.elements()? {
        match node.get("type")?.text()? {
            "SimpleItem" => add_simple(&node, document, &mut numbers)?,
            "ComplexItem" => add_complex(&node, document, &mut numbers)?,
            other => return Err(node.error(format!("an item of type `{other}` is not known"))),
        }
    }
    renumber_jumps(document, &numbers);
    Ok(())
}

fn add_simple(
    node: &Node<'_>,
    document: &mut PlanDocument,
    numbers: &mut BTreeMap<u32, usize>,
) -> Result<(), PlanError> {
    document.mission.push(simple(node)?);
    if let Some(id) = node.find("doJumpId")? {
        numbers.insert(id.integer()?, document.mission.len());
    }
    Ok(())
}

fn add_complex(
    node: &Node<'_>,
    document: &mut PlanDocument,
    numbers: &mut BTreeMap<u32, usize>,
) -> Result<(), PlanError> {
    let transects = node.find("TransectStyleComplexItem")?;
    let expanded = match &transects {
        Some(transects) => transects.find("Items")?,
        None => None,
    };
    if let Some(expanded) = expanded {
        for item in expanded.elements()? {
            add_simple(&item, document, numbers)?;
        }
        return Ok(());
    }
    let name = match node.find("complexItemType")? {
        Some(name) => name.text()?.to_owned(),
        None => "complex item".to_owned(),
    };
    document.unexpanded.push(Unexpanded {
        before: document.mission.len() + 1,
        name,
        json: node.value().clone(),
    });
    Ok(())
}

/// A SimpleItem: seven parameters, or four and a coordinate in older files.
fn simple(node: &Node<'_>) -> Result<MissionItem, PlanError> {
    let params = node.get("params")?;
    let mut numbers: Vec<_> = params
        .elements()?
        .iter()
        .map(Node::number_or_unset)
        .collect::<Result<_, _>>()?;
    if numbers.len() == 4 {
        let coordinate = node.get("coordinate")?;
        for number in coordinate.elements()?.iter().take(3) {
            numbers.push(number.number_or_unset()?);
        }
    }
    let [first, second, third, fourth, x, y, z] = numbers[..] else {
        let count = numbers.len();
        return Err(params.error(format!("seven parameters are needed, not {count}")));
    };
    let autocontinue = node.find("autoContinue")?;
    Ok(MissionItem {
        command: node.get("command")?.integer()?,
        frame: Frame(node.get("frame")?.integer()?),
        params: [first, second, third, fourth].map(|number| number as f32),
        x,
        y,
        z: z as f32,
        autocontinue: autocontinue.map_or(Ok(true), |node| node.flag())?,
    })
}

/// A DO_JUMP of the file names an item by its `doJumpId`; here it names its number.
fn renumber_jumps(document: &mut PlanDocument, numbers: &BTreeMap<u32, usize>) {
    for item in &mut document.mission {
        let id = item.params[0];
        let is_id = id >= 0.0 && id.fract() == 0.0;
        if item.command == DO_JUMP
            && is_id
            && let Some(number) = numbers.get(&(id as u32))
        {
            item.params[0] = *number as f32;
        }
    }
}

fn read_fence(fence: &Node<'_>) -> Result<Vec<MissionItem>, PlanError> {
    check_version(
        fence,
        "the fence of a .plan",
        &["1", "2"],
        "versions 1 and 2",
    )?;
    let mut shapes = Vec::new();
    if let Some(back) = fence.find("breachReturn")? {
        let altitude = back.altitude()?;
        let alt_m = if altitude.is_nan() {
            0.0
        } else {
            altitude as f32
        };
        shapes.push(Shape::Return(back.place()?, alt_m));
    }
    // Version 1 knew one polygon, to stay inside of.
    if let Some(polygon) = fence.find("polygon")? {
        push_polygon(&polygon, true, &mut shapes)?;
    }
    for polygon in list(fence, "polygons")? {
        let inclusion = polygon.get("inclusion")?.flag()?;
        push_polygon(&polygon.get("path")?, inclusion, &mut shapes)?;
    }
    for circle in list(fence, "circles")? {
        shapes.push(read_circle(&circle)?);
    }
    Ok(shapes.iter().flat_map(fence::items).collect())
}

fn read_circle(node: &Node<'_>) -> Result<Shape, PlanError> {
    let inclusion = node.get("inclusion")?.flag()?;
    let circle = node.get("circle")?;
    let radius = circle.get("radius")?;
    let radius_m = radius.number()? as f32;
    if radius_m <= 0.0 {
        return Err(radius.error("a circle needs a radius above 0 m"));
    }
    let center = circle.get("center")?.place()?;
    Ok(Shape::Circle {
        inclusion,
        center,
        radius_m,
    })
}

fn list<'a>(node: &Node<'a>, key: &str) -> Result<Vec<Node<'a>>, PlanError> {
    node.find(key)?
        .map_or(Ok(Vec::new()), |node| node.elements())
}

fn push_polygon(
    path: &Node<'_>,
    inclusion: bool,
    shapes: &mut Vec<Shape>,
) -> Result<(), PlanError> {
    let corners: Vec<_> = path
        .elements()?
        .iter()
        .map(Node::place)
        .collect::<Result<_, _>>()?;
    match corners.len() {
        0 => Ok(()),
        1 | 2 => Err(path.error("a polygon needs three corners")),
        _ => {
            shapes.push(Shape::Polygon { inclusion, corners });
            Ok(())
        }
    }
}

fn read_rally(rally: &Node<'_>) -> Result<Vec<MissionItem>, PlanError> {
    check_version(
        rally,
        "the rally points of a .plan",
        &["1", "2"],
        "versions 1 and 2",
    )?;
    let point = |node: &Node<'_>| {
        let alt_m = node.altitude()? as f32;
        let place = node.place()?;
        Ok(MissionItem::at(
            RALLY_POINT,
            Frame::GLOBAL_RELATIVE,
            place,
            alt_m,
        ))
    };
    list(rally, "points")?.iter().map(point).collect()
}
