//! What is asked of vehicles, whichever kind: a command, or a transfer of a mission, a fence, rally points, parameters.
//!
//! The question before it is sent and the table of what came of it speak of both alike; only the words differ.

use std::{borrow::Cow, sync::Arc};

use super::{
    manner::when_an_answer_is_lost,
    weigh::{Objection, Weighed, no_way, out_of_reach, weigh},
    world::World,
};
use crate::{
    model::{
        command::{Command, Kind},
        geo::LatLon,
        holdings::Holdings,
        ids::VehicleId,
        mission::{MissionItem, PlanKind},
        params::set::ParamSet,
        transfer::{PlanList, Work},
        vehicle::{ModeClass, State, Vehicle},
    },
    tui::severity::Level,
};

/// So far from the first place of a plan a vehicle is not where the plan was drawn for, metres.
const FAR_M: f64 = 20_000.0;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// A command.
    Command(Command),
    /// A transfer.
    Transfer(Arc<Transfer>),
}

/// A transfer with what is to be known before it is agreed to.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer {
    /// What is moved.
    pub work: Work,
    /// `mission put patrol.plan`.
    pub label: String,
    /// What was found in the file, or what it will change.
    pub notes: Vec<Note>,
    /// Beside which file the old values are kept before any parameter is written.
    pub rollback_beside: Option<String>,
}

/// One line about a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How loud.
    pub level: Level,
    /// What.
    pub text: String,
}

impl Note {
    /// A line of that loudness.
    pub fn new(level: Level, text: impl Into<String>) -> Self {
        Self {
            level,
            text: text.into(),
        }
    }
}

impl Task {
    /// In the words of whoever typed it.
    #[must_use]
    pub fn label(&self) -> Cow<'_, str> {
        match self {
            Self::Command(command) => command.label(),
            Self::Transfer(transfer) => Cow::Borrowed(&transfer.label),
        }
    }

    /// What kind of command it is.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Command(command) => Some(command.kind()),
            Self::Transfer(_) => None,
        }
    }

    /// Lines about it.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        match self {
            Self::Command(_) => &[],
            Self::Transfer(transfer) => &transfer.notes,
        }
    }

    /// Whether it is wrong in itself and goes to nobody.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.notes()
            .iter()
            .any(|note| note.level == Level::Critical)
    }

    /// Whether something or somebody is other than before when it was done wrongly.
    #[must_use]
    pub fn is_dangerous(&self) -> bool {
        match self {
            Self::Command(command) => matches!(
                command.kind(),
                Kind::Arm
                    | Kind::Takeoff
                    | Kind::MissionStart
                    | Kind::ForcedDisarm
                    | Kind::Disarm
                    | Kind::Reboot
                    | Kind::Other
            ),
            Self::Transfer(transfer) => transfer.work.changes(),
        }
    }

    /// What happens on the way, one sentence.
    #[must_use]
    pub fn how(&self) -> &'static str {
        match self {
            Self::Command(command) => when_an_answer_is_lost(command.kind()),
            Self::Transfer(transfer) => match transfer.work {
                Work::PlanPut(..) => {
                    "replaces the whole list aboard, which is then read back and compared"
                }
                Work::PlanClear(_) => "empties the list aboard, which is then read back",
                Work::ParamsWrite(..) => {
                    "each is read, set and read back; what is so already is not written"
                }
                Work::PlanGet(_) | Work::ParamsGet | Work::ParamsRead(_) => {
                    "nothing aboard is changed"
                }
            },
        }
    }

    /// What the end of it is called where a command would be accepted, and rejected.
    #[must_use]
    pub const fn ends(&self) -> (&'static str, &'static str) {
        match self {
            Self::Command(_) => ("accepted", "rejected"),
            Self::Transfer(_) => ("done", "failed"),
        }
    }

    /// How it stands with a vehicle before it is sent.
    #[must_use]
    pub fn weigh(&self, id: &VehicleId, world: &World<'_>) -> Weighed {
        match self {
            Self::Command(command) => weigh(command, id, world),
            Self::Transfer(transfer) => weigh_work(&transfer.work, id, world),
        }
    }
}

fn weigh_work(work: &Work, id: &VehicleId, world: &World<'_>) -> Weighed {
    let Some(vehicle) = world.vehicle(id) else {
        return Weighed::against(Objection::Left);
    };
    if let Some(text) = no_way(vehicle, world) {
        return Weighed::against(Objection::Refused(text));
    }
    let held = world.snapshot.holdings.get(id);
    let held = held.map(|held| &**held);
    let out_of_reach = out_of_reach(vehicle).map(Objection::OutOfReach);
    let remark = remark(work, held, vehicle).map(Objection::Remark);
    Weighed {
        objection: out_of_reach.or(remark),
        confirm: work.changes(),
    }
}

/// What it changes for one vehicle.
fn remark(work: &Work, held: Option<&Holdings>, vehicle: &Vehicle) -> Option<String> {
    match work {
        Work::PlanPut(kind, list) => {
            Some(far_away(list, vehicle).unwrap_or_else(|| replaced(*kind, held, vehicle)))
        }
        Work::PlanClear(kind) => Some(replaced(*kind, held, vehicle)),
        Work::ParamsWrite(wanted, _) => Some(changed(wanted, held)),
        Work::PlanGet(_) | Work::ParamsGet | Work::ParamsRead(_) => None,
    }
}

/// A plan drawn for another place is told before everything else about it.
fn far_away(list: &PlanList, vehicle: &Vehicle) -> Option<String> {
    let first = list.items.iter().find_map(MissionItem::place)?;
    let position = vehicle.position?;
    let there = LatLon {
        lat_deg: position.lat_deg?,
        lon_deg: position.lon_deg?,
    };
    let away_m = there.distance_m(first);
    (away_m > FAR_M).then(|| format!("IT IS {:.0} km AWAY FROM THERE", away_m / 1_000.0))
}

fn replaced(kind: PlanKind, held: Option<&Holdings>, vehicle: &Vehicle) -> String {
    let is_flying_it = kind == PlanKind::Mission
        && vehicle.state == State::Live
        && vehicle.armed == Some(true)
        && vehicle.mode_class == Some(ModeClass::Mission);
    if is_flying_it {
        return "IT IS FLYING ITS MISSION".to_owned();
    }
    match held.and_then(|held| held.plan(kind)) {
        None => "what it holds now was not read".to_owned(),
        Some(plan) => match plan.items.len() {
            0 => "holds none now".to_owned(),
            1 => "holds 1 item now".to_owned(),
            many => format!("holds {many} items now"),
        },
    }
}

fn changed(wanted: &ParamSet, held: Option<&Holdings>) -> String {
    let Some(params) = held.and_then(|held| held.params.as_ref()) else {
        return "its values were not read".to_owned();
    };
    if let (1, Some((name, new))) = (wanted.len(), wanted.iter().next()) {
        return match params.set.get(name) {
            Some(old) if old.is_same(new) => format!("is {old} already"),
            Some(old) => format!("{old} becomes {new}"),
            None if params.set.is_complete() => "has no such parameter".to_owned(),
            None => "its value was not read".to_owned(),
        };
    }
    let differs = |(name, new)| params.set.get(name).is_none_or(|old| !old.is_same(new));
    let count = wanted.iter().filter(|pair| differs(*pair)).count();
    format!("{count} of {} become others", wanted.len())
}
