//! Several rules over a whole fleet: every vehicle is converted once per change, and only what the rules read of it.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    facts::{Facts, Wanted},
    rule::{Rule, Verdict, wanted},
};
use crate::model::{ids::VehicleId, snapshot::Snapshot, vehicle::Vehicle};

/// Rules and the facts of the fleet they were last asked about.
#[derive(Debug)]
pub struct RuleBook {
    rules: Vec<Rule>,
    wanted: Wanted,
    known: BTreeMap<VehicleId, (Arc<Vehicle>, Facts)>,
}

impl RuleBook {
    /// A book of these rules.
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        let wanted = wanted(&rules);
        Self {
            rules,
            wanted,
            known: BTreeMap::new(),
        }
    }

    /// The rules, in their order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Judges every vehicle by every rule and gives each verdict to `tell`, by the rule's place.
    pub fn judge(&mut self, snapshot: &Snapshot, mut tell: impl FnMut(&VehicleId, usize, Verdict)) {
        self.learn(snapshot);
        let fleet = if self.rules.iter().any(Rule::reads_the_fleet) {
            Facts::of_fleet(&snapshot.vehicles, &snapshot.links, snapshot.time_ms)
        } else {
            Facts::of_time(snapshot.time_ms)
        };
        for (id, (_, facts)) in &self.known {
            for (place, rule) in self.rules.iter().enumerate() {
                tell(id, place, rule.judge(facts, &fleet));
            }
        }
    }

    fn learn(&mut self, snapshot: &Snapshot) {
        self.known
            .retain(|id, _| snapshot.vehicles.contains_key(id));
        for (id, vehicle) in &snapshot.vehicles {
            let is_known = self
                .known
                .get(id)
                .is_some_and(|(known, _)| Arc::ptr_eq(known, vehicle));
            if !is_known {
                let facts = Facts::of_vehicle(&**vehicle, &self.wanted);
                self.known.insert(id.clone(), (Arc::clone(vehicle), facts));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(voltages: &[(&str, Option<f64>)]) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for (id, voltage_v) in voltages {
            let mut vehicle = Vehicle::expected((*id).into(), (*id).into(), "mav".into(), 1);
            vehicle.battery = voltage_v.map(|voltage_v| crate::model::groups::WorstBattery {
                voltage_v: Some(voltage_v),
                ..Default::default()
            });
            snapshot.vehicles.insert((*id).into(), Arc::new(vehicle));
        }
        snapshot
    }

    fn answers(book: &mut RuleBook, snapshot: &Snapshot) -> Vec<(String, bool)> {
        let mut answers = Vec::new();
        book.judge(snapshot, |id, _, verdict| {
            answers.push((id.to_string(), verdict.holds()));
        });
        answers
    }

    #[test]
    fn a_changed_vehicle_is_judged_anew_and_a_forgotten_one_no_more() {
        let mut book = RuleBook::new(vec![Rule::compile("battery.voltage_v < 14.0").unwrap()]);
        let first = snapshot(&[("a", Some(16.0)), ("b", None)]);
        let of = |id: &str, holds| (id.to_owned(), holds);
        assert_eq!(answers(&mut book, &first), [of("a", false), of("b", false)]);
        let second = snapshot(&[("a", Some(13.0))]);
        assert_eq!(answers(&mut book, &second), [of("a", true)]);
    }

    #[test]
    fn a_rule_may_ask_about_the_others() {
        let text = "battery.voltage_v == 13.0 && vehicles.exists(id, id != vehicle.id && has(vehicles[id].battery))";
        let mut book = RuleBook::new(vec![Rule::compile(text).unwrap()]);
        let alone = snapshot(&[("a", Some(13.0)), ("b", None)]);
        assert!(answers(&mut book, &alone).iter().all(|(_, holds)| !holds));
        let two = snapshot(&[("a", Some(13.0)), ("b", Some(12.0))]);
        assert_eq!(
            answers(&mut book, &two),
            [("a".to_owned(), true), ("b".to_owned(), false)]
        );
    }
}
