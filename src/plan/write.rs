//! From a document to the text of a file.

use std::fmt::Write;

use super::{document::PlanDocument, error::PlanError, qgc_write};
use crate::model::{
    mission::{Frame, MissionItem, PlanKind, PlannedHome},
    mission_command::NAV_WAYPOINT,
};

/// QGroundControl's `.plan` with all three lists. Items stand for surveys; what could not be read as items is
/// written back as it was.
///
/// # Errors
/// `Unwritable` for a fence whose items make no shapes.
pub fn qgc_plan(document: &PlanDocument) -> Result<String, PlanError> {
    Ok(format!("{:#}\n", qgc_write::write(document)?))
}

/// `.plan` as a JSON value, for other programs.
///
/// # Errors
/// As `qgc_plan`.
pub fn qgc_json(document: &PlanDocument) -> Result<serde_json::Value, PlanError> {
    qgc_write::write(document)
}

/// One list as `QGC WPL 110`. A mission begins with home, as ArduPilot counts; jumps need no change for that.
#[must_use]
pub fn wpl_110(document: &PlanDocument, kind: PlanKind) -> String {
    let mut text = "QGC WPL 110\n".to_owned();
    let home = home_item(document.home);
    let first = (kind == PlanKind::Mission).then_some(home);
    for (index, item) in first.iter().chain(document.items(kind)).enumerate() {
        let [p1, p2, p3, p4] = item.params;
        let is_current = u8::from(index == 0 && kind == PlanKind::Mission);
        let goes_on = u8::from(item.autocontinue);
        let (frame, command) = (item.frame.canonical().0, item.command);
        let (x, y, z) = (item.x, item.y, item.z);
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "{index}\t{is_current}\t{frame}\t{command}\t{p1}\t{p2}\t{p3}\t{p4}\t{x}\t{y}\t{z}\t{goes_on}"
        );
    }
    text
}

fn home_item(home: Option<PlannedHome>) -> MissionItem {
    let item = home.map_or(MissionItem::action(NAV_WAYPOINT, [0.0; 4]), |home| {
        MissionItem::at(NAV_WAYPOINT, Frame::GLOBAL, home.place, home.alt_msl_m)
    });
    MissionItem {
        frame: Frame::GLOBAL,
        ..item
    }
}
