//! Which keys there are at which place of the vehicle object, so that a mistyped one is found when a rule is written.
//!
//! The keys themselves come from `object!` in `model`: a field added there is known here.

use crate::model::{
    groups::{
        Attitude, Battery, Ekf, Fence, Gps, Heading, Home, Mission, Position, Processor, Rc,
        Throttle, Velocity, Vibration, Wind, WorstBattery,
    },
    vehicle::{Alert, Component, Conflict, LastText, Link, Path, Vehicle},
};

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The vehicle object.
    Vehicle,
    /// An object of these keys.
    Group(&'static [&'static str]),
    /// A map by id or name, of objects of these keys.
    Table(&'static [&'static str]),
    /// How the vehicle is heard.
    Link,
    /// Names and values nobody can list beforehand.
    Open,
    /// A number, a text, true or false.
    Value,
}

/// The names beside the vehicle's own: `vehicle` is the whole object.
pub(super) const WHOLE: &str = "vehicle";
/// Every vehicle by id.
pub(super) const VEHICLES: &str = "vehicles";
/// Every link by name.
pub(super) const LINKS: &str = "links";
/// Station time, Unix ms.
pub(super) const NOW: &str = "now_ms";

impl Shape {
    /// What a rule's name stands for; `None` for a name that means nothing.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        match name {
            WHOLE => Some(Self::Vehicle),
            VEHICLES | LINKS => Some(Self::Open),
            NOW => Some(Self::Value),
            field => Self::of_field(field),
        }
    }

    /// What a key of the vehicle object holds.
    pub(super) fn of_field(key: &str) -> Option<Self> {
        let keys = match key {
            "position" => Position::KEYS,
            "velocity" => Velocity::KEYS,
            "attitude" => Attitude::KEYS,
            "heading" => Heading::KEYS,
            "throttle" => Throttle::KEYS,
            "battery" => WorstBattery::KEYS,
            "home" => Home::KEYS,
            "mission" => Mission::KEYS,
            "ekf" => Ekf::KEYS,
            "vibration" => Vibration::KEYS,
            "wind" => Wind::KEYS,
            "rc" => Rc::KEYS,
            "fence" => Fence::KEYS,
            "processor" => Processor::KEYS,
            "conflict" => Conflict::KEYS,
            "last_text" => LastText::KEYS,
            "batteries" => return Some(Self::Table(Battery::KEYS)),
            "gps" => return Some(Self::Table(Gps::KEYS)),
            "components" => return Some(Self::Table(Component::KEYS)),
            "alerts" => return Some(Self::Table(Alert::KEYS)),
            "link" => return Some(Self::Link),
            "sensors" => return Some(Self::Open),
            known if Vehicle::KEYS.contains(&known) => return Some(Self::Value),
            _ => return None,
        };
        Some(Self::Group(keys))
    }

    /// The keys it has, when they can be listed.
    pub(super) fn keys(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Vehicle => Some(Vehicle::KEYS),
            Self::Group(keys) => Some(keys),
            Self::Link => Some(Link::KEYS),
            Self::Table(_) | Self::Open | Self::Value => None,
        }
    }

    /// What a key of it holds; the key is one of `keys`, where those can be listed.
    pub(super) fn at(self, key: &str) -> Self {
        match self {
            Self::Vehicle => Self::of_field(key).unwrap_or(Self::Value),
            Self::Table(keys) => Self::Group(keys),
            Self::Link if key == "paths" => Self::Table(Path::KEYS),
            Self::Open => Self::Open,
            Self::Link | Self::Group(_) | Self::Value => Self::Value,
        }
    }

    /// Whether an absent one is an empty object: then `has()` can ask for its parts.
    pub(super) const fn is_object(self) -> bool {
        !matches!(self, Self::Value | Self::Vehicle)
    }
}

/// Every name a rule may begin with.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    [WHOLE, VEHICLES, LINKS, NOW]
        .into_iter()
        .chain(Vehicle::KEYS.iter().copied())
}
