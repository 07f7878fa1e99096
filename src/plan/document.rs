//! What a plan file says, whatever its format.

use serde_json::Value;

use crate::model::mission::{MissionItem, PlanKind, PlannedHome};

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// QGroundControl's `.plan`.
    QgcPlan,
    /// QGroundControl's `.mission`, before 2017.
    QgcMission,
    /// `QGC WPL 110`: Mission Planner, MAVProxy, QGroundControl.
    Wpl110,
    /// `QGC WPL 100`, before 2010.
    Wpl100,
    /// Latitude and longitude on each line: the old fence of MAVProxy and Mission Planner.
    FencePoints,
    /// `RALLY` on each line: the old rally points of MAVProxy and Mission Planner.
    RallyPoints,
}

/// A survey or the like whose file does not carry the items it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Unexpanded {
    /// The item it would stand before, from 1.
    pub before: usize,
    /// Its `complexItemType`.
    pub name: String,
    /// All of it, written back as it was read.
    pub json: Value,
}

/// A plan: up to three lists and what goes with them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanDocument {
    /// What it was read from.
    pub format: Option<Format>,
    /// Planned home.
    pub home: Option<PlannedHome>,
    /// Speed of a plane or rover between waypoints, m/s.
    pub cruise_speed_m_s: Option<f64>,
    /// Speed of a copter between waypoints, m/s.
    pub hover_speed_m_s: Option<f64>,
    /// MAV_AUTOPILOT it was drawn for.
    pub firmware: Option<u8>,
    /// MAV_TYPE it was drawn for.
    pub vehicle: Option<u8>,
    /// What to fly, without home.
    pub mission: Vec<MissionItem>,
    /// Where to stay.
    pub fence: Vec<MissionItem>,
    /// Where to go in need.
    pub rally: Vec<MissionItem>,
    /// What is in the file and cannot be flown.
    pub unexpanded: Vec<Unexpanded>,
    /// What the file says and a vehicle cannot be told, in words.
    pub notes: Vec<String>,
}

impl PlanDocument {
    /// One of the lists.
    #[must_use]
    pub fn items(&self, kind: PlanKind) -> &[MissionItem] {
        match kind {
            PlanKind::Mission => &self.mission,
            PlanKind::Fence => &self.fence,
            PlanKind::Rally => &self.rally,
        }
    }

    /// Replaces one of the lists.
    pub fn set(&mut self, kind: PlanKind, items: Vec<MissionItem>) {
        match kind {
            PlanKind::Mission => self.mission = items,
            PlanKind::Fence => self.fence = items,
            PlanKind::Rally => self.rally = items,
        }
    }

    /// The lists that hold anything.
    pub fn kinds(&self) -> impl Iterator<Item = PlanKind> + '_ {
        PlanKind::ALL
            .into_iter()
            .filter(|kind| !self.items(*kind).is_empty())
    }
}
