//! Reading the JSON that QGroundControl wrote before the `.plan`: `.mission`, version 1.0.

use serde_json::Value;

use super::{
    document::{Format, PlanDocument, Unexpanded},
    error::PlanError,
    json::Node,
    qgc::check_version,
};
use crate::model::mission::{Frame, MissionItem, PlannedHome};

/// Reads a parsed `.mission`.
///
/// # Errors
/// What is wrong, with its path.
pub(super) fn read(root: &Value) -> Result<PlanDocument, PlanError> {
    let root = Node::root(root);
    check_version(&root, "a .mission", &["1.0", "1"], "version 1.0")?;
    let mut document = PlanDocument {
        format: Some(Format::QgcMission),
        ..PlanDocument::default()
    };
    if let Some(autopilot) = root.find("MAV_AUTOPILOT")? {
        document.firmware = Some(autopilot.integer()?);
    }
    if let Some(home) = root.find("plannedHomePosition")? {
        document.home = home_of(&home)?;
    }
    for node in root.get("items")?.elements()? {
        document.mission.push(item(&node)?);
    }
    if let Some(complex) = root.find("complexItems")? {
        for node in complex.elements()? {
            document.unexpanded.push(Unexpanded {
                before: document.mission.len() + 1,
                name: "complex item of an old .mission".to_owned(),
                json: node.value().clone(),
            });
        }
    }
    Ok(document)
}

/// An item, or a bare coordinate.
fn home_of(node: &Node<'_>) -> Result<Option<PlannedHome>, PlanError> {
    let coordinate = if node.value().is_array() {
        node.clone()
    } else {
        node.get("coordinate")?
    };
    let altitude = coordinate.altitude()?;
    Ok(Some(PlannedHome {
        place: coordinate.place()?,
        alt_msl_m: if altitude.is_nan() {
            0.0
        } else {
            altitude as f32
        },
    }))
}

fn item(node: &Node<'_>) -> Result<MissionItem, PlanError> {
    let param = |key| node.find(key)?.map_or(Ok(f64::NAN), |node| node.number());
    let coordinate = node.get("coordinate")?;
    let numbers: Vec<_> = coordinate
        .elements()?
        .iter()
        .map(Node::number_or_unset)
        .collect::<Result<_, _>>()?;
    let [x, y, z] = numbers[..] else {
        return Err(coordinate.error("three numbers are needed here"));
    };
    let autocontinue = node.find("autoContinue")?;
    Ok(MissionItem {
        command: node.get("command")?.integer()?,
        frame: Frame(node.get("frame")?.integer()?),
        params: [
            param("param1")? as f32,
            param("param2")? as f32,
            param("param3")? as f32,
            param("param4")? as f32,
        ],
        x,
        y,
        z: z as f32,
        autocontinue: autocontinue.map_or(Ok(true), |node| node.flag())?,
    })
}
