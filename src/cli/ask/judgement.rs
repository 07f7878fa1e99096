//! What `wait` waits for: a rule over the vehicles of a mirror. Pure; every vehicle is converted once per change.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::rules::{
    facts::{Facts, Wanted},
    rule::{Rule, Verdict, wanted},
};

/// The name of the answer of a rule about the fleet.
const FLEET: &str = "the fleet";

/// A rule, whom it is asked of, and what is known of them.
#[derive(Debug)]
pub(super) struct Judgement {
    rule: Rule,
    wanted: Wanted,
    named: Vec<String>,
    one_is_enough: bool,
    facts: BTreeMap<String, Facts>,
}

/// What a rule said.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    /// Whether it is so.
    pub(super) holds: bool,
    /// By vehicle, or one for the fleet.
    pub(super) answers: Vec<(String, Verdict)>,
    /// A mistake of the rule itself, which no waiting mends.
    pub(super) mistake: Option<String>,
}

impl Judgement {
    /// Of these vehicles, or of all when none is named.
    pub(super) fn new(rule: Rule, named: Vec<String>, one_is_enough: bool) -> Self {
        let wanted = wanted([&rule]);
        Self {
            rule,
            wanted,
            named,
            one_is_enough,
            facts: BTreeMap::new(),
        }
    }

    /// The fields of a vehicle that are needed; `None` for all of them.
    pub(super) fn fields(&self) -> Option<Vec<String>> {
        if self.rule.reads_the_fleet() {
            return None;
        }
        let keys = self.wanted.keys()?.map(str::to_owned);
        Some(keys.chain(["id".to_owned()]).collect())
    }

    /// Whether every vehicle must be seen, whoever is named.
    pub(super) fn needs_all(&self) -> bool {
        self.named.is_empty() || self.rule.reads_the_fleet()
    }

    /// Whether the answer may change while nothing else does.
    pub(super) fn reads_the_time(&self) -> bool {
        self.rule.reads_the_time()
    }

    /// These vehicles changed; without a list all did.
    pub(super) fn forget(&mut self, changed: Option<&[String]>) {
        match changed {
            None => self.facts.clear(),
            Some(ids) => {
                for id in ids {
                    self.facts.remove(id);
                }
            }
        }
    }

    /// What the rule says now.
    pub(super) fn judge(
        &mut self,
        vehicles: &Map<String, Value>,
        links: &Map<String, Value>,
        now_ms: i64,
    ) -> Outcome {
        let fleet = if self.rule.reads_the_fleet() {
            Facts::of_fleet(vehicles, links, now_ms)
        } else {
            Facts::of_time(now_ms)
        };
        if !self.rule.is_about_a_vehicle() {
            let verdict = self.rule.judge(&Facts::default(), &fleet);
            return Outcome {
                holds: verdict.holds(),
                mistake: self.rule.misuse(&Facts::default(), &fleet),
                answers: vec![(FLEET.to_owned(), verdict)],
            };
        }
        let ids: Vec<&String> = if self.named.is_empty() {
            vehicles.keys().collect()
        } else {
            self.named.iter().collect()
        };
        let mut answers = Vec::with_capacity(ids.len());
        let mut mistake = None;
        for id in ids {
            let verdict = match vehicles.get(id) {
                None => Verdict::NotEvaluable("it is not known any more".into()),
                Some(vehicle) => {
                    let made = || Facts::of_vehicle(vehicle, &self.wanted);
                    let facts = self.facts.entry(id.clone()).or_insert_with(made);
                    let verdict = self.rule.judge(facts, &fleet);
                    mistake = mistake.or_else(|| self.rule.misuse(facts, &fleet));
                    verdict
                }
            };
            answers.push((id.clone(), verdict));
        }
        let mut held = answers.iter().map(|(_, verdict)| verdict.holds());
        let holds = if self.one_is_enough {
            held.any(|holds| holds)
        } else {
            !answers.is_empty() && held.all(|holds| holds)
        };
        Outcome {
            holds,
            answers,
            mistake,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn judge(text: &str, named: &[&str], any: bool) -> bool {
        let vehicles = json!({
            "alpha": {"id": "alpha", "armed": true, "heard_ms": 1_000},
            "bravo": {"id": "bravo", "armed": false, "heard_ms": 9_000, "mode": "AUTO"},
        });
        let links = json!({"radio": {"state": "open"}});
        let named = named.iter().map(|id| (*id).to_owned()).collect();
        let mut judgement = Judgement::new(Rule::compile(text).unwrap(), named, any);
        let (vehicles, links) = (vehicles.as_object().unwrap(), links.as_object().unwrap());
        judgement.judge(vehicles, links, 10_000).holds
    }

    #[test]
    fn all_must_satisfy_it_unless_one_is_enough_or_some_are_named() {
        assert!(!judge("armed", &[], false));
        assert!(judge("armed", &[], true));
        assert!(judge("armed", &["alpha"], false));
        assert!(!judge("mode == \"AUTO\"", &[], false), "alpha has no mode");
        assert!(judge("mode == \"AUTO\"", &["bravo"], false));
        assert!(!judge("armed", &["gone"], false));
    }

    #[test]
    fn a_rule_about_the_fleet_is_judged_once() {
        assert!(judge(
            "size(vehicles) == 2 && links.all(l, links[l].state == \"open\")",
            &[],
            false
        ));
        assert!(judge(
            "vehicles.exists(v, has(vehicles[v].mode))",
            &[],
            false
        ));
        assert!(judge("now_ms - heard_ms < 2000", &["bravo"], false));
        assert!(!judge("now_ms - heard_ms < 2000", &[], false));
    }

    #[test]
    fn nobody_satisfies_nothing() {
        let mut judgement = Judgement::new(Rule::compile("armed").unwrap(), Vec::new(), false);
        assert!(!judgement.judge(&Map::new(), &Map::new(), 0).holds);
    }

    #[test]
    fn a_mistake_of_the_rule_is_told_apart_from_what_was_never_heard() {
        let vehicles = json!({"alpha": {"id": "alpha", "armed": true, "mode": "AUTO",
            "position": {"alt_rel_m": 2.5}, "battery": {"remaining_percent": 50}}, "bravo": {"id": "bravo"}});
        let mistake = |text: &str| {
            let mut judgement = Judgement::new(Rule::compile(text).unwrap(), Vec::new(), false);
            let vehicles = vehicles.as_object().unwrap();
            judgement.judge(vehicles, &Map::new(), 0).mistake
        };
        for (text, told) in [
            ("battery.remaining_percent", "must be true or false"),
            ("sum(1) > 2", "no function `sum`"),
            ("mode == 3", "a text is compared with a number"),
            ("armed && mode != 3", "a text is compared with a number"),
            ("position.alt_rel_m + 5 > 3", "10 is written 10.0"),
        ] {
            let mistake = mistake(text).unwrap_or_else(|| panic!("{text} passes"));
            assert!(mistake.contains(told), "{text}: {mistake}");
        }
        for text in [
            "mode == \"RTL\"",
            "battery.remaining_percent < 25",
            "battery.remaining_percent == 25.0",
            "gps[\"0\"].fix == \"3d_fix\"",
            "battery.voltage_v > 22",
            "position.alt_rel_m + 5.0 > 100",
        ] {
            assert_eq!(mistake(text), None, "{text}");
        }
    }

    #[test]
    fn a_changed_vehicle_is_judged_anew() {
        let mut judgement = Judgement::new(Rule::compile("armed").unwrap(), Vec::new(), false);
        let mut at = |armed: bool, changed: &[String]| {
            judgement.forget(Some(changed));
            let vehicles = json!({"alpha": {"armed": armed}});
            judgement
                .judge(vehicles.as_object().unwrap(), &Map::new(), 0)
                .holds
        };
        assert!(!at(false, &[]));
        assert!(at(true, &["alpha".to_owned()]));
    }
}
