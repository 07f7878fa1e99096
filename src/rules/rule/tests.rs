use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::model::{
    groups::{Battery, Mission, Position, WorstBattery},
    vehicle::{State, Vehicle},
};

fn vehicle() -> Vehicle {
    let mut vehicle = Vehicle::expected("alpha".into(), "Alpha".into(), "mav".into(), 1);
    vehicle.state = State::Live;
    vehicle.armed = Some(true);
    vehicle.heard_ms = Some(1_000);
    vehicle.mode = Some("GUIDED".into());
    vehicle.battery = Some(WorstBattery {
        id: Some(0),
        remaining_percent: Some(20),
        voltage_v: Some(22.4),
        ..WorstBattery::default()
    });
    let battery = Battery {
        voltage_v: Some(22.4),
        ..Battery::default()
    };
    vehicle.batteries.make_mut().insert(0, battery);
    vehicle.position = Some(Position {
        alt_rel_m: Some(10.0),
        ..Position::default()
    });
    vehicle.mission = Some(Mission {
        current: Some(3),
        count: Some(12),
        ..Mission::default()
    });
    vehicle
}

fn judge(text: &str) -> Verdict {
    let rule = Rule::compile(text).unwrap();
    let wanted = wanted([&rule]);
    let vehicle = vehicle();
    let of_model = rule.judge(
        &Facts::of_vehicle(&vehicle, &wanted),
        &Facts::of_fleet(&json!({ "alpha": vehicle }), &json!({}), 5_000),
    );
    let text = serde_json::to_string(&vehicle).unwrap();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    let of_json = rule.judge(
        &Facts::of_vehicle(&read, &wanted),
        &Facts::of_fleet(&json!({ "alpha": read }), &json!({}), 5_000),
    );
    assert_eq!(of_model, of_json, "{}", rule.text());
    of_model
}

#[test]
fn rules_compare_as_an_operator_expects() {
    for text in [
        "battery.remaining_percent < 25 && armed",
        "battery.voltage_v > 22",
        "battery.voltage_v > 22.3",
        "position.alt_rel_m >= 10",
        "state == \"live\" && mode in [\"AUTO\", \"GUIDED\"]",
        "mission.count - mission.current > 8",
        "mission.current - mission.count < 0",
        "batteries[\"0\"].voltage_v > 20",
        "now_ms - heard_ms == 4000",
        "has(vehicle.armed) && !has(vehicle.wind) && vehicle.id == \"alpha\"",
        "size(gps) == 0 && !(\"battery low\" in alerts)",
        "vehicles.exists(id, vehicles[id].armed)",
        "!has(wind.speed_m_s)",
        "name.startsWith(\"Al\")",
    ] {
        assert_eq!(judge(text), Verdict::Holds, "{text}");
    }
    assert_eq!(judge("battery.remaining_percent > 25"), Verdict::Fails);
}

#[test]
fn a_rule_over_an_absent_field_does_not_hold_and_says_why() {
    for (text, what) in [
        ("wind.speed_m_s > 3", "`speed_m_s` is not known"),
        ("wind.speed_m_s < 3", "`speed_m_s` is not known"),
        ("landed == \"in_air\"", "`landed` is not known"),
        ("!(landed == \"in_air\")", "`landed` is not known"),
        ("gps[\"0\"].fix == \"3d_fix\"", "`0` is not known"),
    ] {
        assert_eq!(
            judge(text),
            Verdict::NotEvaluable(what.to_owned()),
            "{text}"
        );
    }
    assert_eq!(judge("wind.speed_m_s > 3 || armed"), Verdict::Holds);
}

#[test]
fn a_rule_that_answers_no_question_is_not_evaluable() {
    for text in [
        "mode",
        "1 + 1",
        "position.alt_rel_m + 1 > 3",
        "mode > 3",
        "1 / 0 == 1",
    ] {
        assert!(matches!(judge(text), Verdict::NotEvaluable(_)), "{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_place_and_what_was_meant() {
    for (text, at, message) in [
        (
            "battry.remaining_percent < 25",
            0,
            "did you mean `battery`?",
        ),
        (
            "armed && battery.remainig_percent < 25",
            16,
            "did you mean `remaining_percent`?",
        ),
        (
            "batteries[\"0\"].volts < 14.0",
            14,
            "there is no `volts` here",
        ),
        (
            "vehicle.postion.alt_rel_m > 1",
            7,
            "did you mean `position`?",
        ),
        (
            "link.paths[\"radio\"].los > 1",
            19,
            "there is no `los` here",
        ),
        ("mode == GUIDED", 8, "a text is written in quotes"),
        ("armed &&", 8, "ends too early"),
        ("armed & mode", 6, ""),
        ("", 0, "an expression is wanted"),
        ("ärmel == 1", 0, ""),
    ] {
        let error = Rule::compile(text).unwrap_err();
        let mistake = &error.mistakes[0];
        assert_eq!(mistake.at.start, at, "{text}: {error}");
        assert!(mistake.message.contains(message), "{text}: {error}");
    }
    let shown = Rule::compile("armed && battry > 1")
        .unwrap_err()
        .to_string();
    assert_eq!(
        shown,
        "column 10: a vehicle has no `battry`; did you mean `battery`?\n  armed && battry > 1\n           ^"
    );
}

#[test]
fn a_rule_knows_what_it_reads() {
    let rule = Rule::compile("armed && gps.all(id, gps[id].satellites > 8)").unwrap();
    assert_eq!(rule.names().collect::<Vec<_>>(), ["armed", "gps"]);
    assert!(rule.is_about_a_vehicle() && !rule.reads_the_fleet() && !rule.reads_the_time());
    let fleet = Rule::compile("vehicles.all(v, vehicles[v].state == \"live\")").unwrap();
    assert!(!fleet.is_about_a_vehicle() && fleet.reads_the_fleet());
}

#[test]
fn rules_are_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Arc::new(Rule::compile("armed").unwrap()));
    shared(&Facts::default());
}

#[test]
fn deep_nesting_is_refused_before_the_parser_sees_it() {
    for text in [
        "(".repeat(3_000),
        "!".repeat(4_000),
        "a.".repeat(2_000),
        "x".repeat(5_000),
    ] {
        assert!(Rule::compile(&text).is_err());
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_compiler_panic(text in "[a-z.&|!()\\[\\]\"'0-9<>=+ ä-]{0,80}") {
        if let Err(error) = Rule::compile(&text) {
            prop_assert!(!error.mistakes.is_empty());
            prop_assert!(!error.to_string().is_empty());
            for mistake in &error.mistakes {
                prop_assert!(text.get(mistake.at.clone()).is_some(), "{mistake:?}");
            }
        }
    }
}
