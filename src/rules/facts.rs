//! A vehicle, or the whole fleet, as CEL values: made once per change, read by every rule.

use std::collections::{BTreeSet, HashMap};

use cel::{
    common::value::{CowVal, Val},
    context::VariableResolver,
};
use serde::Serialize;

use super::{
    convert::{Boxed, Node, ToNode},
    shape::{self, Shape},
};

/// Which parts of a vehicle some rules read; the rest is never looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    keys: BTreeSet<String>,
    whole: bool,
}

impl Wanted {
    /// What a name of a rule asks for.
    pub(super) fn add(&mut self, name: &str) {
        self.whole |= name == shape::WHOLE;
        if Shape::of_field(name).is_some() && !self.keys.contains(name) {
            self.keys.insert(name.to_owned());
        }
    }

    /// The keys of the vehicle object that are read; `None` when it is read whole.
    #[must_use]
    pub fn keys(&self) -> Option<impl Iterator<Item = &str>> {
        (!self.whole).then(|| self.keys.iter().map(String::as_str))
    }
}

/// The values rules see. Cheap to read, made anew when the vehicle changes.
#[derive(Debug, Default)]
pub struct Facts {
    values: HashMap<String, Boxed>,
}

impl Facts {
    /// The wanted parts of a vehicle: a `model::vehicle::Vehicle`, or its JSON.
    ///
    /// An absent group is an empty object, so that `has(battery.current_a)` can be asked of a vehicle
    /// without a battery; an absent value is absent.
    #[must_use]
    pub fn of_vehicle(vehicle: &(impl Serialize + ?Sized), wanted: &Wanted) -> Self {
        let mut values = HashMap::with_capacity(wanted.keys.len() + 1);
        let is_wanted = |key: &str| wanted.keys.contains(key);
        for (key, node) in object(vehicle, Some(&is_wanted)) {
            values.insert(key, node.into_value());
        }
        for key in &wanted.keys {
            let is_object = Shape::of_field(key).is_some_and(Shape::is_object);
            if is_object && !values.contains_key(key) {
                values.insert(key.clone(), Node::Object(HashMap::new()).into_value());
            }
        }
        if wanted.whole {
            let whole = Node::Object(object(vehicle, None));
            values.insert(shape::WHOLE.to_owned(), whole.into_value());
        }
        Self { values }
    }

    /// What rules about the fleet see: every vehicle by id, every link by name, station time.
    #[must_use]
    pub fn of_fleet(
        vehicles: &(impl Serialize + ?Sized),
        links: &(impl Serialize + ?Sized),
        now_ms: i64,
    ) -> Self {
        let mut facts = Self::default();
        for (name, node) in [
            (shape::VEHICLES, Node::Object(object(vehicles, None))),
            (shape::LINKS, Node::Object(object(links, None))),
        ] {
            facts.values.insert(name.to_owned(), node.into_value());
        }
        facts.set_now(now_ms);
        facts
    }

    /// Nothing but the time.
    #[must_use]
    pub fn of_time(now_ms: i64) -> Self {
        let mut facts = Self::default();
        facts.set_now(now_ms);
        facts
    }

    /// Moves station time.
    pub fn set_now(&mut self, now_ms: i64) {
        let now = Node::Plain(Box::new(cel::common::types::CelInt::from(now_ms)));
        self.values.insert(shape::NOW.to_owned(), now.into_value());
    }

    fn get(&self, name: &str) -> Option<&dyn Val> {
        self.values.get(name).map(|value| &**value)
    }
}

/// What is no object has no parts; what cannot be converted is as if it were never heard.
fn object(
    value: &(impl Serialize + ?Sized),
    wanted: Option<&dyn Fn(&str) -> bool>,
) -> HashMap<String, Node> {
    match value.serialize(ToNode { wanted }) {
        Ok(Node::Object(entries)) => entries,
        Ok(_) => HashMap::new(),
        Err(error) => {
            tracing::error!(%error, "a value cannot be judged by rules");
            HashMap::new()
        }
    }
}

/// Where a rule finds its names: in its vehicle first, then in the fleet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'f> {
    pub(super) vehicle: &'f Facts,
    pub(super) fleet: &'f Facts,
}

impl VariableResolver for Scope<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let found = self.vehicle.get(name).or_else(|| self.fleet.get(name));
        found.map(CowVal::Borrowed)
    }
}
