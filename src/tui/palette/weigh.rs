//! What stands against a command for one vehicle, as far as this screen can tell. The fleet decides; this only foretells.

use super::world::World;
use crate::model::{
    command::{
        Command, Kind,
        policy::{Facts, policy},
    },
    ids::VehicleId,
    suggest::nearest,
    vehicle::{ModeClass, State, Vehicle},
};

/// What stands against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// It is not in the fleet any more.
    Left,
    /// It is lost, or two senders use its system id: an override is needed.
    OutOfReach(String),
    /// The station will not send it.
    Refused(String),
    /// It will be sent, and this should be known.
    Remark(String),
}

impl Objection {
    /// Whether it can only be sent with an override.
    #[must_use]
    pub const fn wants_override(&self) -> bool {
        matches!(self, Self::OutOfReach(_))
    }

    /// Whether nothing will be sent to it whatever is agreed to.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Left | Self::Refused(_))
    }

    /// One sentence without a subject of its own.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Left => "it left the fleet",
            Self::OutOfReach(text) | Self::Refused(text) | Self::Remark(text) => text,
        }
    }
}

/// How a command stands with a vehicle before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weighed {
    /// What stands against it.
    pub objection: Option<Objection>,
    /// Whether the contract wants it confirmed for this vehicle.
    pub confirm: bool,
}

impl Weighed {
    fn against(objection: Objection) -> Self {
        Self {
            objection: Some(objection),
            confirm: true,
        }
    }
}

/// Weighs a command for a vehicle.
#[must_use]
pub fn weigh(command: &Command, id: &VehicleId, world: &World<'_>) -> Weighed {
    let Some(vehicle) = world.vehicle(id) else {
        return Weighed::against(Objection::Left);
    };
    if let Some(text) = no_way(vehicle, world) {
        return Weighed::against(Objection::Refused(text));
    }
    let class = match wanted_class(command, vehicle, world) {
        Ok(class) => class,
        Err(text) => return Weighed::against(Objection::Refused(text)),
    };
    let out_of_reach = out_of_reach(vehicle).map(Objection::OutOfReach);
    match policy(command.kind(), Facts::of(vehicle, class)) {
        Err(text) => Weighed::against(Objection::Refused(text.to_owned())),
        Ok(policy) => Weighed {
            objection: out_of_reach.or_else(|| remark(command, vehicle).map(Objection::Remark)),
            confirm: policy.confirm,
        },
    }
}

/// Why nothing can be sent there at all.
fn no_way(vehicle: &Vehicle, world: &World<'_>) -> Option<String> {
    if vehicle.state == State::Expected {
        return Some("it has not been heard yet".to_owned());
    }
    if vehicle.autopilot.is_none() || vehicle.mav_type.is_none() {
        return Some("what it is, is not known yet".to_owned());
    }
    let via = &vehicle.link.as_ref()?.via;
    let link = world.snapshot.links.get(via)?;
    link.passive
        .then(|| format!("link {via} is passive: nothing is ever sent there"))
}

/// The kind of mode that is asked for, where one is.
fn wanted_class(
    command: &Command,
    vehicle: &Vehicle,
    world: &World<'_>,
) -> Result<Option<ModeClass>, String> {
    let Command::Mode { mode } = command else {
        return Ok(None);
    };
    let offered = world.modes_of(vehicle);
    let mut same = offered
        .iter()
        .filter(|order| order.name.eq_ignore_ascii_case(mode));
    if let Some(order) = same.next() {
        return Ok(Some(order.class));
    }
    if offered.is_empty() {
        return Err(format!(
            "no modes of its firmware are known, not {mode} either"
        ));
    }
    Err(
        match nearest(mode, offered.iter().map(|order| order.name)) {
            Some(near) => format!("it has no mode {mode}; did you mean {near}?"),
            None => format!("it has no mode {mode}"),
        },
    )
}

fn out_of_reach(vehicle: &Vehicle) -> Option<String> {
    if vehicle.state == State::Lost {
        return Some("lost".to_owned());
    }
    let two = "two senders use its system id, and both may obey";
    vehicle.conflict.as_ref().map(|_| two.to_owned())
}

/// What should be known before it is sent.
fn remark(command: &Command, vehicle: &Vehicle) -> Option<String> {
    let is_mode = |wanted: &str| {
        let mode = vehicle.mode.as_deref();
        mode.is_some_and(|mode| mode.eq_ignore_ascii_case(wanted))
    };
    let wants_motors = matches!(
        command.kind(),
        Kind::Arm | Kind::Takeoff | Kind::MissionStart
    );
    let sensors = vehicle.sensors;
    let is_unfit = sensors.is_some_and(|sensors| sensors.failed().any(|name| name == "prearm"));
    match command {
        _ if wants_motors && is_unfit => Some("its pre-arm checks fail".to_owned()),
        Command::Takeoff { .. } if vehicle.armed == Some(false) => {
            Some("it is not armed".to_owned())
        }
        Command::Mode { mode } if is_mode(mode) => Some(format!("it is in {mode} already")),
        Command::Rtl if is_mode("RTL") => Some("it is in RTL already".to_owned()),
        Command::Land if is_mode("LAND") => Some("it is in LAND already".to_owned()),
        Command::Disarm { force: false } if vehicle.armed == Some(false) => {
            Some("it is disarmed already".to_owned())
        }
        _ => None,
    }
}
