//! Rules over a fleet: 250 vehicles × 20 rules, every vehicle changed and none changed; one rule alone.

use std::sync::Arc;

use divan::Bencher;
use volery::{
    model::{
        groups::{Battery, Gps, Position, Velocity, WorstBattery},
        snapshot::Snapshot,
        vehicle::{State, Vehicle},
    },
    rules::{
        book::RuleBook,
        facts::Facts,
        rule::{Rule, wanted},
    },
};

const VEHICLES: u8 = 250;

const RULES: [&str; 10] = [
    "battery.remaining_percent < 25 && armed",
    "battery.voltage_v < 14.0",
    "state == \"lost\" && armed",
    "position.alt_rel_m > 120",
    "velocity.groundspeed_m_s > 25.0",
    "gps.exists(id, gps[id].satellites < 8)",
    "mode == \"RTL\" || mode == \"LAND\"",
    "wind.speed_m_s > 12.0",
    "now_ms - heard_ms > 3000",
    "has(conflict.why)",
];

fn vehicle(number: u8) -> Vehicle {
    let id = format!("mav-{number}");
    let mut vehicle =
        Vehicle::expected(id.as_str().into(), id.as_str().into(), "mav".into(), number);
    vehicle.state = State::Live;
    vehicle.armed = Some(true);
    vehicle.heard_ms = Some(1_000);
    vehicle.mode = Some("GUIDED".into());
    vehicle.battery = Some(WorstBattery {
        remaining_percent: Some(80),
        voltage_v: Some(15.2),
        ..WorstBattery::default()
    });
    let voltage_v = Some(15.2);
    vehicle.batteries.make_mut().insert(
        0,
        Battery {
            voltage_v,
            ..Battery::default()
        },
    );
    let satellites = Some(14);
    vehicle.gps.make_mut().insert(
        0,
        Gps {
            satellites,
            ..Gps::default()
        },
    );
    vehicle.position = Some(Position {
        lat_deg: Some(47.0),
        lon_deg: Some(8.0),
        alt_rel_m: Some(50.0),
        ..Position::default()
    });
    vehicle.velocity = Some(Velocity {
        groundspeed_m_s: Some(8.0),
        ..Velocity::default()
    });
    vehicle
}

fn rules() -> Vec<Rule> {
    let texts = RULES.iter().chain(&RULES);
    texts.filter_map(|text| Rule::compile(text).ok()).collect()
}

fn fleet() -> Snapshot {
    let vehicles = (1..=VEHICLES).map(|number| Arc::new(vehicle(number)));
    Snapshot {
        time_ms: 2_000,
        vehicles: vehicles
            .map(|vehicle| (vehicle.id.clone(), vehicle))
            .collect(),
        ..Snapshot::default()
    }
}

fn tick(book: &mut RuleBook, fleet: &Snapshot) -> usize {
    let mut held = 0;
    book.judge(fleet, |_, _, verdict| held += usize::from(verdict.holds()));
    held
}

#[divan::bench]
fn tick_of_250_changed_vehicles_by_20_rules(bencher: Bencher<'_, '_>) {
    let mut book = RuleBook::new(rules());
    assert_eq!(book.rules().len(), 20);
    bencher
        .with_inputs(fleet)
        .bench_local_values(|fleet| tick(&mut book, &fleet));
}

#[divan::bench]
fn tick_of_250_unchanged_vehicles_by_20_rules(bencher: Bencher<'_, '_>) {
    let mut book = RuleBook::new(rules());
    let fleet = fleet();
    tick(&mut book, &fleet);
    bencher.bench_local(|| tick(&mut book, &fleet));
}

#[divan::bench]
fn one_rule(bencher: Bencher<'_, '_>) {
    let rules = rules();
    let facts = Facts::of_vehicle(&vehicle(1), &wanted(&rules));
    let fleet = Facts::of_time(2_000);
    bencher.bench_local(|| rules[0].judge(&facts, &fleet));
}

#[divan::bench]
fn one_vehicle_converted(bencher: Bencher<'_, '_>) {
    let wanted = wanted(&rules());
    let vehicle = vehicle(1);
    bencher.bench_local(|| Facts::of_vehicle(&vehicle, &wanted));
}

fn main() {
    divan::main();
}
