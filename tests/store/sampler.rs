//! The laws of sampling.

use std::collections::BTreeMap;

use proptest::prelude::*;
use volery::{
    model::{ids::VehicleId, time::TimeUs, vehicle::State},
    store::{Row, Sampler, TelemetryRow},
};

use crate::support::{START, silent, snapshot, vehicle};

/// One tick: how long after the last, and per vehicle what happens to it.
type Tick = (i64, Vec<Change>);

#[derive(Debug, Clone, Copy)]
enum Change {
    Nothing,
    Moves(i16),
    Mode(bool),
    Arms(bool),
    Is(State),
    Forgotten,
}

fn ticks() -> impl Strategy<Value = Vec<Tick>> {
    let change = prop_oneof![
        4 => Just(Change::Nothing),
        12 => any::<i16>().prop_map(Change::Moves),
        1 => any::<bool>().prop_map(Change::Mode),
        1 => any::<bool>().prop_map(Change::Arms),
        1 => prop_oneof![Just(State::Live), Just(State::Late), Just(State::Lost)].prop_map(Change::Is),
        1 => Just(Change::Forgotten),
    ];
    let tick = (
        prop_oneof![Just(50_i64), 30..90_i64],
        proptest::collection::vec(change, 2),
    );
    proptest::collection::vec(tick, 1..200)
}

fn apply(change: Change, row: &mut volery::model::vehicle::Vehicle) {
    match change {
        Change::Nothing | Change::Forgotten => {}
        Change::Moves(alt) => row.position.as_mut().unwrap().alt_rel_m = Some(f64::from(alt)),
        Change::Mode(auto) => row.mode = Some(if auto { "AUTO" } else { "GUIDED" }.into()),
        Change::Arms(armed) => row.armed = Some(armed),
        Change::Is(state) => row.state = state,
    }
}

fn telemetry(rows: &[Row], id: &VehicleId) -> Vec<TelemetryRow> {
    let of = |row: &Row| match row {
        Row::Telemetry(row) if row.vehicle == *id => Some((**row).clone()),
        _ => None,
    };
    rows.iter().filter_map(of).collect()
}

fn turns(a: &TelemetryRow, b: &TelemetryRow) -> bool {
    (a.armed, a.state, &a.mode) != (b.armed, b.state, &b.mode)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn rows_keep_to_the_rate_and_end_as_the_snapshot_does(ticks in ticks(), hz in 1..=20_u32) {
        let mut sampler = Sampler::new(f64::from(hz));
        let ids = ["alpha", "bravo"];
        let mut fleet: BTreeMap<&str, _> = ids.iter().map(|id| (*id, vehicle(id, START))).collect();
        let (mut rows, mut now) = (Vec::new(), START.as_ms());
        // The same Arc for what did not change, as `fleet` does it.
        let mut last = snapshot(START, fleet.values().cloned());
        sampler.sample(&last, START, &mut rows);
        for (passed, changes) in ticks {
            now += passed;
            for (id, change) in ids.iter().zip(changes) {
                if matches!(change, Change::Forgotten) && *id == "bravo" {
                    fleet.remove(id);
                } else {
                    apply(change, fleet.entry(id).or_insert_with(|| vehicle(id, START)));
                }
            }
            let mut next = snapshot(TimeUs::from_ms(now), fleet.values().cloned());
            for (id, known) in &mut next.vehicles {
                if let Some(old) = last.vehicles.get(id).filter(|old| *old == known) {
                    *known = old.clone();
                }
            }
            sampler.sample(&next, TimeUs::from_ms(now), &mut rows);
            last = next;
        }
        // A second of silence.
        for quiet in (50..=1_000).step_by(50) {
            sampler.sample(&last, TimeUs::from_ms(now + quiet), &mut rows);
        }
        prop_assert!(!sampler.owes());
        for (id, known) in &last.vehicles {
            let written = telemetry(&rows, id);
            let end = written.last().unwrap();
            prop_assert_eq!(end, &TelemetryRow::of(known, end.t));
        }
        // Only bravo is ever forgotten; who returns begins anew.
        let written = telemetry(&rows, &"alpha".into());
        let regular: Vec<i64> = written
            .windows(2)
            .filter(|pair| !turns(&pair[0], &pair[1]))
            .map(|pair| pair[1].t.as_ms())
            .collect();
        for (n, from) in regular.iter().enumerate() {
            let within = regular[n..].iter().take_while(|t| **t < from + 1_000).count();
            prop_assert!(within <= hz as usize, "{} rows in a second at {} Hz", within, hz);
        }
    }
}

#[test]
fn a_steady_stream_gives_the_rate_although_ticks_are_uneven() {
    let mut sampler = Sampler::new(5.0);
    let (mut rows, start) = (Vec::new(), START.as_ms());
    for n in 0..200_i64 {
        let t = TimeUs::from_ms(start + n * 50 + [0, 1, -1][n as usize % 3]);
        let mut moved = vehicle("alpha", t);
        moved.position.as_mut().unwrap().alt_rel_m = Some(n as f64);
        sampler.sample(&snapshot(t, [moved]), t, &mut rows);
    }
    let written = telemetry(&rows, &"alpha".into());
    assert!(
        (48..=50).contains(&written.len()),
        "{} rows in ten seconds",
        written.len()
    );
}

#[test]
fn every_change_of_mode_armed_or_state_is_a_row_at_once() {
    let mut sampler = Sampler::new(1.0);
    let mut rows = Vec::new();
    let mut now = vehicle("alpha", START);
    let mut expected = Vec::new();
    for (n, change) in [
        Change::Nothing,
        Change::Arms(true),
        Change::Mode(true),
        Change::Is(State::Lost),
        Change::Is(State::Live),
        Change::Arms(false),
    ]
    .into_iter()
    .enumerate()
    {
        let t = TimeUs::from_ms(START.as_ms() + n as i64 * 50);
        apply(change, &mut now);
        sampler.sample(&snapshot(t, [now.clone()]), t, &mut rows);
        expected.push(TelemetryRow::of(&now, t));
    }
    assert_eq!(telemetry(&rows, &"alpha".into()), expected);
}

#[test]
fn without_a_rate_only_changes_are_kept_and_the_end() {
    let mut sampler = Sampler::new(0.0);
    let mut rows = Vec::new();
    for n in 0..100 {
        let t = TimeUs::from_ms(START.as_ms() + n * 50);
        sampler.sample(&snapshot(t, [vehicle("alpha", t)]), t, &mut rows);
    }
    assert_eq!(telemetry(&rows, &"alpha".into()).len(), 1);
    assert!(!sampler.owes());
    let end = TimeUs::from_ms(START.as_ms() + 5_000);
    sampler.finish(&snapshot(end, [vehicle("alpha", end)]), end, &mut rows);
    assert_eq!(telemetry(&rows, &"alpha".into()).len(), 2);
}

#[test]
fn a_vehicle_that_was_never_heard_leaves_no_row() {
    let mut sampler = Sampler::new(5.0);
    let mut rows = Vec::new();
    sampler.sample(&snapshot(START, [silent("alpha")]), START, &mut rows);
    sampler.finish(&snapshot(START, [silent("alpha")]), START, &mut rows);
    assert!(rows.is_empty());
}

#[test]
fn a_row_that_was_refused_is_due_again() {
    let mut sampler = Sampler::new(5.0);
    let mut rows = Vec::new();
    let still = snapshot(START, [vehicle("alpha", START)]);
    sampler.sample(&still, START, &mut rows);
    assert_eq!(rows.len(), 2);
    sampler.owe(&"alpha".into());
    sampler.sample(&still, TimeUs::from_ms(START.as_ms() + 200), &mut rows);
    assert_eq!(telemetry(&rows, &"alpha".into()).len(), 2);
}
