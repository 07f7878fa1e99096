//! Parameters read, set, and set by the dozen.

use proptest::prelude::*;

use super::{
    channel::{FINE, Weather},
    craft::{Craft, name},
    fetching::terms,
    world::{OWN, VEHICLE, World},
};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        params::{
            name::ParamName,
            set::ParamSet,
            traffic::{ParamError, ParamHeard, ParamRefusal, ParamReport},
            value::ParamValue,
        },
        report::Report,
        time::TimeUs,
        transfer::OnFailure,
    },
    protocol::{
        params::{
            batch::{ParamBatch, ParamOutcome},
            get::ParamGet,
            trouble::ParamTrouble,
            write::{ParamWrite, WriteOutcome},
        },
        step::Step,
    },
};

fn craft(params: &[(&str, ParamValue)]) -> Craft {
    let mut craft = Craft::ardupilot(1);
    craft.params = params
        .iter()
        .map(|(text, value)| (name(text), *value))
        .collect();
    craft
}

fn small() -> Craft {
    craft(&[
        ("RTL_ALT", ParamValue::I16(1_500)),
        ("WPNAV_SPEED", ParamValue::Real32(500.0)),
        ("FENCE_ENABLE", ParamValue::I8(0)),
    ])
}

fn write(craft: Craft, of: &str, asked: ParamValue) -> (WriteOutcome, World) {
    let mut machine = ParamWrite::new(terms(&craft), name(of), asked);
    let mut world = World::new(craft, FINE, 1);
    let (outcome, _) = world.run(&mut machine, 60_000);
    (outcome, world)
}

#[test]
fn one_parameter_is_read_by_its_name() {
    for (of, expected) in [
        ("RTL_ALT", Ok(ParamValue::I16(1_500))),
        (
            "NO_SUCH",
            Err(ParamTrouble::Refused {
                name: name("NO_SUCH"),
                error: ParamError::DOES_NOT_EXIST,
            }),
        ),
    ] {
        let craft = small();
        let mut machine = ParamGet::new(terms(&craft), name(of));
        assert_eq!(
            World::new(craft, FINE, 1).run(&mut machine, 20_000).0,
            expected
        );
    }
    let mut silent = small();
    silent.explains = false;
    let mut machine = ParamGet::new(terms(&silent), name("NO_SUCH"));
    let (outcome, _) = World::new(silent, FINE, 1).run(&mut machine, 60_000);
    assert_eq!(outcome, Err(ParamTrouble::NotAnswered(name("NO_SUCH"))));
}

#[test]
fn a_value_that_was_taken_is_set_with_one_message() {
    let (outcome, world) = write(small(), "RTL_ALT", ParamValue::I16(3_000));
    assert_eq!(outcome, WriteOutcome::Set(ParamValue::I16(3_000)));
    assert_eq!(world.sent.len(), 1);
    let px4 = Craft::px4(5);
    let (of, before) = px4.params[2];
    let (outcome, world) = write(px4, of.as_str(), ParamValue::I32(-7));
    assert_eq!(outcome, WriteOutcome::Set(ParamValue::I32(-7)));
    assert_eq!(world.craft.value(of), Some(ParamValue::I32(-7)));
    assert_ne!(before, ParamValue::I32(-7));
}

#[test]
fn a_clamped_value_is_what_the_vehicle_kept_instead() {
    let mut craft = small();
    craft.most = 2_000.0;
    let (outcome, _) = write(craft, "RTL_ALT", ParamValue::I16(3_000));
    assert_eq!(outcome, WriteOutcome::Kept(ParamValue::I16(2_000)));
    assert_eq!(
        outcome.words(name("RTL_ALT"), ParamValue::I16(3_000)),
        "RTL_ALT was to become 3000, the vehicle kept 2000 instead"
    );
}

#[test]
fn a_refusal_and_silence_are_told_apart() {
    let mut craft = small();
    craft.read_only = Some(name("RTL_ALT"));
    let (outcome, _) = write(craft, "RTL_ALT", ParamValue::I16(3_000));
    assert_eq!(
        outcome.words(name("RTL_ALT"), ParamValue::I16(3_000)),
        "RTL_ALT: the parameter is read-only"
    );
    let mut craft = small();
    craft.is_dead = true;
    let (outcome, world) = write(craft, "RTL_ALT", ParamValue::I16(3_000));
    assert_eq!(outcome, WriteOutcome::Unconfirmed);
    assert_eq!(world.sent.len(), 3 + 5, "three sets and five reads");
}

fn heard(of: &str, value: f32) -> Report {
    Report::Param(ParamReport::Value(ParamHeard {
        name: name(of),
        bits: value.to_bits(),
        kind: 4,
        index: u16::MAX,
        count: 3,
    }))
}

#[test]
fn nobody_elses_word_sets_a_parameter() {
    let craft = small();
    let mut machine = ParamWrite::new(terms(&craft), name("RTL_ALT"), ParamValue::I16(3_000));
    let now = TimeUs::from_ms(1_000);
    assert!(
        !machine.on_report(VEHICLE, &heard("RTL_ALT", 3_000.0), OWN, now),
        "not sent yet"
    );
    assert!(matches!(machine.poll(now), Step::Send(_)));
    let other_target = Report::Param(ParamReport::Error(ParamRefusal {
        name: Some(name("RTL_ALT")),
        index: None,
        target_system: 254,
        target_component: 190,
        error: ParamError(5),
    }));
    let liars = [
        (SystemId(8), ComponentId(1)),
        (SystemId(7), ComponentId(154)),
        OWN,
    ];
    for liar in liars {
        assert!(!machine.on_report(liar, &heard("RTL_ALT", 3_000.0), OWN, now));
    }
    assert!(!machine.on_report(VEHICLE, &heard("RTL_ALT_FINAL", 3_000.0), OWN, now));
    assert!(
        !machine.on_report(VEHICLE, &other_target, OWN, now),
        "an error for another station"
    );
    assert_eq!(machine.poll(now), Step::Wait);
    assert!(machine.on_report(VEHICLE, &heard("RTL_ALT", 3_000.0), OWN, now));
    assert_eq!(
        machine.poll(now),
        Step::Done(WriteOutcome::Set(ParamValue::I16(3_000)))
    );
}

#[test]
fn the_old_value_of_a_list_on_its_way_is_not_taken_for_a_refusal() {
    let craft = small();
    let mut machine = ParamWrite::new(terms(&craft), name("RTL_ALT"), ParamValue::I16(3_000));
    let mut world = World::new(craft, FINE, 1);
    world
        .others
        .push((1_050, VEHICLE, heard("RTL_ALT", 1_500.0)));
    let (outcome, _) = world.run(&mut machine, 20_000);
    assert_eq!(outcome, WriteOutcome::Set(ParamValue::I16(3_000)));
}

fn wanted(params: &[(&str, f64)]) -> ParamSet {
    params
        .iter()
        .map(|(of, value)| (name(of), ParamValue::Real64(*value)))
        .collect()
}

#[test]
fn a_batch_ends_with_a_definite_outcome_for_each_and_a_way_back() {
    let mut craft = small();
    craft.params.extend([
        (name("CLAMPED"), ParamValue::Real32(1.0)),
        (name("LOCKED"), ParamValue::Real32(1.0)),
        (name("SMALL"), ParamValue::I8(1)),
    ]);
    craft.most = 9_000.0;
    craft.read_only = Some(name("LOCKED"));
    let before = craft.set();
    let asked = wanted(&[
        ("RTL_ALT", 1_500.0),
        ("WPNAV_SPEED", 650.5),
        ("CLAMPED", 10_000.0),
        ("LOCKED", 2.0),
        ("SMALL", 1.5),
        ("NO_SUCH", 1.0),
        ("FENCE_ENABLE", 1.0),
    ]);
    let mut machine = ParamBatch::new(terms(&craft), &asked, OnFailure::GoOn);
    assert_eq!(machine.progress(), (0, 7));
    let mut world = World::new(craft, FINE, 1);
    let (report, _) = world.run(&mut machine, 60_000);
    let words: Vec<String> = report
        .results
        .iter()
        .map(super::super::batch::ParamResult::words)
        .collect();
    assert_eq!(
        words,
        [
            "FENCE_ENABLE: 0 → 1",
            "CLAMPED was 1 and to become 10000, the vehicle kept 9000 instead",
            "LOCKED: the parameter is read-only",
            "RTL_ALT was 1500 already",
            "SMALL: 1.5 has a fraction, and the parameter is a whole number (int8)",
            "WPNAV_SPEED: 500 → 650.5",
            "NO_SUCH: the parameter does not exist",
        ]
    );
    let changed: Vec<_> = report
        .rollback
        .iter()
        .map(|(of, _)| of.as_str().to_owned())
        .collect();
    assert_eq!(changed, ["CLAMPED", "FENCE_ENABLE", "WPNAV_SPEED"]);

    let mut back = ParamBatch::new(terms(&world.craft), &report.rollback, OnFailure::GoOn);
    let (undone, _) = world.run(&mut back, 60_000);
    assert!(
        undone
            .results
            .iter()
            .all(|result| result.outcome.is_success())
    );
    assert_eq!(world.craft.set(), before);
}

#[test]
fn a_batch_given_up_in_the_middle_still_knows_what_undoes_it() {
    let asked = wanted(&[
        ("FENCE_ENABLE", 1.0),
        ("RTL_ALT", 1.0),
        ("WPNAV_SPEED", 1.0),
    ]);
    let mut machine = ParamBatch::new(terms(&small()), &asked, OnFailure::GoOn);
    let mut world = World::new(small(), FINE, 1);
    // Read, set; read, set: until the second of them is on its way.
    while world.sent.len() < 4 {
        assert!(world.step(&mut machine).is_none());
    }
    let report = machine.give_up();
    let outcome = |of: &str| {
        let mut results = report.results.iter();
        results
            .find(|result| result.name == name(of))
            .unwrap()
            .outcome
    };
    let old = ParamValue::I8(0);
    assert_eq!(outcome("FENCE_ENABLE"), ParamOutcome::Set { old });
    let old = ParamValue::I16(1_500);
    assert_eq!(outcome("RTL_ALT"), ParamOutcome::Unconfirmed { old });
    assert_eq!(outcome("WPNAV_SPEED"), ParamOutcome::NotTried);
    let undo: Vec<_> = report.rollback.iter().map(|(of, _)| of).collect();
    assert_eq!(undo, [name("FENCE_ENABLE"), name("RTL_ALT")]);
}

#[test]
fn a_batch_may_stop_at_the_first_failure_or_be_aborted() {
    let asked = wanted(&[("A", 2.0), ("B", 2.0), ("C", 2.0)]);
    let value = ParamValue::Real32(1.0);
    let mut vehicle = craft(&[("A", value), ("B", value), ("C", value)]);
    vehicle.read_only = Some(name("B"));
    let mut machine = ParamBatch::new(terms(&vehicle), &asked, OnFailure::Stop);
    let (report, _) = World::new(vehicle, FINE, 1).run(&mut machine, 60_000);
    let outcomes: Vec<_> = report.results.iter().map(|result| result.outcome).collect();
    assert!(matches!(
        outcomes[..],
        [
            ParamOutcome::Set { .. },
            ParamOutcome::Failed(_),
            ParamOutcome::NotTried
        ]
    ));

    let vehicle = craft(&[("A", value), ("B", value), ("C", value)]);
    let mut machine = ParamBatch::new(terms(&vehicle), &asked, OnFailure::GoOn);
    let mut world = World::new(vehicle, FINE, 1);
    assert!(world.step(&mut machine).is_none());
    machine.abort();
    let (report, _) = world.run(&mut machine, 60_000);
    let tried: Vec<_> = report
        .results
        .iter()
        .map(|r| r.outcome != ParamOutcome::NotTried)
        .collect();
    assert_eq!(
        tried.iter().filter(|tried| **tried).count(),
        1,
        "the one on its way: {report:?}"
    );
    assert_eq!(report.results.len(), 3);
}

#[test]
fn what_an_enable_brings_to_light_is_set_in_the_end() {
    let mut vehicle = craft(&[("ZZZ_ON", ParamValue::I8(0))]);
    vehicle.surprise = Some((1_120, |params| {
        params.push((name("AAA_DEEP"), ParamValue::I8(1)));
    }));
    let asked = wanted(&[("AAA_DEEP", 5.0), ("ZZZ_ON", 1.0)]);
    let mut machine = ParamBatch::new(terms(&vehicle), &asked, OnFailure::GoOn);
    let mut world = World::new(vehicle, FINE, 1);
    let (report, _) = world.run(&mut machine, 60_000);
    assert!(
        report
            .results
            .iter()
            .all(|result| result.outcome.is_success()),
        "{report:?}"
    );
    assert_eq!(world.craft.value(name("AAA_DEEP")), Some(ParamValue::I8(5)));
}

#[test]
fn a_vehicle_that_falls_silent_is_not_asked_for_hours() {
    let mut vehicle = Craft::ardupilot(300);
    vehicle.is_dead = true;
    let asked: ParamSet = vehicle
        .params
        .iter()
        .map(|(of, _)| (*of, ParamValue::Real64(77.0)))
        .collect();
    let mut machine = ParamBatch::new(terms(&vehicle), &asked, OnFailure::GoOn);
    let (report, took_ms) = World::new(vehicle, FINE, 1).run(&mut machine, 120_000);
    assert_eq!(report.results.len(), 300);
    assert!(report.rollback.is_empty());
    println!("a silent vehicle is left alone after {took_ms} ms");
}

fn numbered(at: usize) -> ParamName {
    name(&format!("P{at}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is lost, doubled or late: "set" means set, "kept" means kept, and silence is no claim.
    #[test]
    fn no_interleaving_makes_a_write_lie(
        seed: u64,
        px4: bool,
        loss in 0.0_f64..45.0,
        doubled in 0.0_f64..30.0,
        jitter in 1_i64..90,
        clamp: bool,
    ) {
        let weather = Weather { loss_percent: loss, burst: 1, duplicate_percent: doubled, delay_ms: (1, jitter) };
        let mut vehicle = if px4 { Craft::px4(5) } else { Craft::ardupilot(5) };
        vehicle.params = (0..5).map(|at| (numbered(at), ParamValue::I32(at as i32))).collect();
        vehicle.most = if clamp { 50.0 } else { f64::MAX };
        let mut machine = ParamWrite::new(terms(&vehicle), numbered(3), ParamValue::I32(80));
        let mut world = World::new(vehicle, weather, seed);
        let (outcome, _) = world.run(&mut machine, 120_000);
        let now = world.craft.value(numbered(3)).unwrap();
        match outcome {
            WriteOutcome::Set(value) => prop_assert!(value == now && !clamp),
            WriteOutcome::Kept(value) => prop_assert!(value == now && (clamp || world.craft.sets.is_empty())),
            WriteOutcome::Unconfirmed => prop_assert!(loss > 5.0),
            WriteOutcome::Failed(trouble) => prop_assert!(false, "{}", trouble),
        }
        for at in [0, 1, 2, 4] {
            prop_assert_eq!(world.craft.value(numbered(at)), Some(ParamValue::I32(at as i32)));
        }
    }

    #[test]
    fn no_interleaving_leaves_a_batch_without_its_outcomes(
        seed: u64,
        count in 1_usize..25,
        loss in 0.0_f64..40.0,
        jitter in 1_i64..90,
    ) {
        let weather = Weather { loss_percent: loss, burst: 2, duplicate_percent: 10.0, delay_ms: (1, jitter) };
        let mut vehicle = Craft::ardupilot(5);
        vehicle.params = (0..25).map(|at| (numbered(at), ParamValue::I32(0))).collect();
        let asked: ParamSet = (0..count).map(|at| (numbered(at), ParamValue::Real64(at as f64))).collect();
        let mut machine = ParamBatch::new(terms(&vehicle), &asked, OnFailure::GoOn);
        let mut world = World::new(vehicle, weather, seed);
        let (report, _) = world.run(&mut machine, 1_200_000);
        prop_assert_eq!(report.results.len(), count);
        for result in &report.results {
            let now = world.craft.value(result.name).unwrap();
            match result.outcome {
                ParamOutcome::Unchanged | ParamOutcome::Set { .. } => {
                    prop_assert!(now.is_same(result.asked), "{:?}", result);
                }
                ParamOutcome::NotTried => prop_assert_eq!(now, ParamValue::I32(0)),
                _ => {}
            }
            if !now.is_same(ParamValue::I32(0)) {
                prop_assert!(report.rollback.get(result.name).is_some(), "{:?}", result);
            }
        }
    }
}
