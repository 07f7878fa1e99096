//! What a vehicle was found to hold: its mission, fence, rally points and parameters, each as last read.
//!
//! Never part of the vehicle object: a list of 500 items does not travel with every update. Nothing here is read
//! just to be shown; it is what somebody asked for, and how far it may still be believed.

use std::sync::Arc;

use super::{
    mission::{MissionItem, PlanKind, PlannedHome},
    params::set::ParamSet,
};

/// Everything read from one vehicle so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Holdings {
    /// What to fly.
    pub mission: Option<Arc<HeldPlan>>,
    /// Where to stay.
    pub fence: Option<Arc<HeldPlan>>,
    /// Where to go in need.
    pub rally: Option<Arc<HeldPlan>>,
    /// How it is set up.
    pub params: Option<Arc<HeldParams>>,
}

/// A list as the vehicle held it when it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldPlan {
    /// Which list.
    pub kind: PlanKind,
    /// Planned home, where the autopilot keeps one with the mission.
    pub home: Option<PlannedHome>,
    /// The items without home, numbered from 1.
    pub items: Vec<MissionItem>,
    /// The vehicle's mark of this content.
    pub opaque_id: Option<u32>,
    /// When it was read, Unix ms of station time.
    pub t_ms: i64,
    /// Whether places are good to a metre or so only, for they came as floats.
    pub is_coarse: bool,
    /// Whether this station gave it, and read it back; else it was only read.
    pub is_given: bool,
    /// Why it may be another one by now; `None` while nothing speaks against it.
    pub doubt: Option<&'static str>,
}

/// Parameters as the vehicle had them when they were read, kept true by what passed by since.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldParams {
    /// By name.
    pub set: ParamSet,
    /// The vehicle's own hash over them (PX4).
    pub hash: Option<u32>,
    /// When they were read, Unix ms of station time.
    pub t_ms: i64,
    /// Whether they came as a file.
    pub by_file: bool,
    /// Names whose values cannot be read over this protocol.
    pub unreadable: Vec<super::params::name::ParamName>,
    /// Why they may be others by now; `None` while nothing speaks against it.
    pub doubt: Option<&'static str>,
}

impl Holdings {
    /// One of the three lists.
    #[must_use]
    pub const fn plan(&self, kind: PlanKind) -> Option<&Arc<HeldPlan>> {
        match kind {
            PlanKind::Mission => self.mission.as_ref(),
            PlanKind::Fence => self.fence.as_ref(),
            PlanKind::Rally => self.rally.as_ref(),
        }
    }

    /// One of the three lists, to be replaced.
    pub const fn plan_mut(&mut self, kind: PlanKind) -> &mut Option<Arc<HeldPlan>> {
        match kind {
            PlanKind::Mission => &mut self.mission,
            PlanKind::Fence => &mut self.fence,
            PlanKind::Rally => &mut self.rally,
        }
    }

    /// Whether nothing was read yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.mission.is_none()
            && self.fence.is_none()
            && self.rally.is_none()
            && self.params.is_none()
    }

    /// Something happened after which none of it is certain any more.
    pub fn doubt(&mut self, why: &'static str) {
        for kind in PlanKind::ALL {
            if let Some(plan) = self.plan_mut(kind) {
                Arc::make_mut(plan).doubt = Some(why);
            }
        }
        if let Some(params) = &mut self.params {
            Arc::make_mut(params).doubt = Some(why);
        }
    }
}
