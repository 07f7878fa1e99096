//! Missions, fences, rally points and parameters to be moved between this station and vehicles: what is wanted.
//!
//! One request may name several vehicles; each of them ends by itself, in one definite outcome.

use std::sync::Arc;

use super::{
    command::Consent,
    ids::VehicleId,
    mission::{MissionItem, PlanKind, PlannedHome},
    params::{name::ParamName, set::ParamSet},
};

/// What somebody wants moved, and between whom.
#[derive(Debug, Clone, PartialEq)]
pub struct TransferRequest {
    /// Unique among all requests of this program, of commands as well.
    pub ticket: u64,
    /// The client's own name for it.
    pub request: Arc<str>,
    /// Each by its id.
    pub vehicles: Vec<VehicleId>,
    /// What.
    pub work: Work,
    /// What whoever asks has agreed to.
    pub consent: Consent,
}

/// What is moved.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// Read a list.
    PlanGet(PlanKind),
    /// Give a list, and read it back.
    PlanPut(PlanKind, Arc<PlanList>),
    /// Empty a list.
    PlanClear(PlanKind),
    /// Read every parameter.
    ParamsGet,
    /// Read these.
    ParamsRead(Arc<[ParamName]>),
    /// Set these, reading each before and after.
    ParamsWrite(Arc<ParamSet>, OnFailure),
}

/// A list as an operator drew it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanList {
    /// Planned home, for autopilots that keep one with the mission.
    pub home: Option<PlannedHome>,
    /// The items without home.
    pub items: Vec<MissionItem>,
}

/// What happens after a parameter that could not be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// The others are written.
    #[default]
    GoOn,
    /// The others are left alone.
    Stop,
}

impl Work {
    /// The word for reports and events: `mission get`, `params write`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::PlanGet(PlanKind::Mission) => "mission get",
            Self::PlanGet(PlanKind::Fence) => "fence get",
            Self::PlanGet(PlanKind::Rally) => "rally get",
            Self::PlanPut(PlanKind::Mission, _) => "mission put",
            Self::PlanPut(PlanKind::Fence, _) => "fence put",
            Self::PlanPut(PlanKind::Rally, _) => "rally put",
            Self::PlanClear(PlanKind::Mission) => "mission clear",
            Self::PlanClear(PlanKind::Fence) => "fence clear",
            Self::PlanClear(PlanKind::Rally) => "rally clear",
            Self::ParamsGet => "params get",
            Self::ParamsRead(_) => "params read",
            Self::ParamsWrite(..) => "params write",
        }
    }

    /// Whether the vehicle is another one afterwards.
    #[must_use]
    pub const fn changes(&self) -> bool {
        matches!(
            self,
            Self::PlanPut(..) | Self::PlanClear(_) | Self::ParamsWrite(..)
        )
    }

    /// Whether it is about missions, fences or rally points, and not about parameters.
    #[must_use]
    pub const fn is_plan(&self) -> bool {
        matches!(
            self,
            Self::PlanGet(_) | Self::PlanPut(..) | Self::PlanClear(_)
        )
    }
}
