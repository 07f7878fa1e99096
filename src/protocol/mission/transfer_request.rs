//! What a plan for a vehicle is made of.

use super::numbering::Stack;
use crate::model::mission::{MissionItem, PlanKind, PlannedHome};

/// What to give, and to what kind of autopilot.
#[derive(Debug, Clone)]
pub struct PutRequest {
    /// Which list.
    pub kind: PlanKind,
    /// The autopilot's habits.
    pub stack: Stack,
    /// Planned home, for autopilots that keep one.
    pub home: Option<PlannedHome>,
    /// The items as drawn, without home, at most 65,000.
    pub items: Vec<MissionItem>,
    /// Whether to read what the vehicle holds first, for a way back.
    pub keep_former: bool,
}
