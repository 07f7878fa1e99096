//! Rows, order, numbers and counts.

use super::*;
use crate::{
    model::{groups::WorstBattery, ids::VehicleId, vehicle::State},
    tui::{columns::Column, samples::vehicle},
};

fn fleet(vehicles: Vec<Vehicle>) -> Snapshot {
    Snapshot {
        vehicles: vehicles
            .into_iter()
            .map(|vehicle| (vehicle.id.clone(), Arc::new(vehicle)))
            .collect(),
        ..Snapshot::default()
    }
}

fn with_battery(id: &str, sysid: u8, percent: u8, volts: f64) -> Vehicle {
    let mut vehicle = vehicle(id, sysid);
    vehicle.battery = Some(WorstBattery {
        remaining_percent: Some(percent),
        voltage_v: Some(volts),
        ..WorstBattery::default()
    });
    vehicle
}

fn order(snapshot: &Snapshot, sort: Sort) -> Vec<String> {
    let mut digest = Digest::default();
    let habits = Habits::default();
    digest.take(snapshot, &habits);
    digest.arrange(sort, &Filter::default(), &habits);
    digest.shown().map(|row| row.id().to_string()).collect()
}

#[test]
fn the_worst_comes_first_by_default() {
    let mut lost = vehicle("a-lost", 1);
    lost.state = State::Lost;
    let mut late = vehicle("b-late", 2);
    late.state = State::Late;
    let empty = with_battery("c-empty", 3, 9, 15.0);
    let fine = with_battery("d-fine", 4, 90, 16.0);
    let weak = with_battery("e-weak", 5, 99, 10.4);
    let snapshot = fleet(vec![fine, late, lost, empty, weak]);
    assert_eq!(
        order(&snapshot, Sort::default()),
        ["c-empty", "a-lost", "b-late", "e-weak", "d-fine"]
    );
}

#[test]
fn sorting_by_battery_puts_a_weak_pack_before_one_with_fewer_percent() {
    let snapshot = fleet(vec![
        with_battery("half", 1, 50, 15.2),
        with_battery("weak", 2, 99, 10.4),
        vehicle("unknown", 3),
        with_battery("full", 4, 99, 12.6),
    ]);
    let by = Column::Battery;
    let up = Sort {
        by,
        reversed: false,
    };
    assert_eq!(order(&snapshot, up), ["weak", "half", "full", "unknown"]);
    let down = Sort { by, reversed: true };
    assert_eq!(order(&snapshot, down), ["full", "half", "weak", "unknown"]);
}

fn on(network: &str, id: &str, sysid: u8) -> Vehicle {
    Vehicle {
        network: network.into(),
        ..vehicle(id, sysid)
    }
}

#[test]
fn a_number_is_the_same_whoever_is_heard_first() {
    let networks: Vec<Arc<str>> = vec!["south".into(), "north".into()];
    let habits = Habits::default();
    let here = [
        on("south", "s-7", 7),
        on("north", "n-7", 7),
        on("air", "a-7", 7),
        on("west", "w-8", 8),
    ];
    let mut digest = Digest::of_networks(&networks);
    digest.take(&fleet(here.to_vec()), &habits);
    let number = |digest: &Digest, id: &str| digest.row(&VehicleId::from(id)).unwrap().number;
    let numbers = |digest: &Digest| ["s-7", "n-7", "a-7", "w-8"].map(|id| number(digest, id));
    assert_eq!(numbers(&digest), [7, 1_007, 2_007, 3_008]);
    let mut other = Digest::of_networks(&networks);
    other.take(&fleet(vec![on("north", "n-7", 7)]), &habits);
    assert_eq!(number(&other, "n-7"), 1_007, "alone, and still not 7");
    other.take(&fleet(vec![]), &habits);
    other.take(&fleet(here.to_vec()), &habits);
    assert_eq!(numbers(&other), numbers(&digest));
    assert_eq!(digest.numbered(1_007).unwrap().id().as_str(), "n-7");
}

#[test]
fn a_network_that_comes_later_takes_no_number_of_another() {
    let mut digest = Digest::default();
    let habits = Habits::default();
    digest.take(&fleet(vec![on("north", "n-7", 7)]), &habits);
    let both = fleet(vec![on("air", "a-7", 7), on("north", "n-7", 7)]);
    assert_eq!(digest.take(&both, &habits), Change::Fleet);
    assert_eq!(digest.numbered(7).unwrap().id().as_str(), "n-7");
    assert_eq!(digest.numbered(1_007).unwrap().id().as_str(), "a-7");
}

#[test]
fn an_unchanged_vehicle_keeps_its_row_and_a_critical_one_its_moment() {
    let mut digest = Digest::default();
    let habits = Habits::default();
    let mut first = fleet(vec![with_battery("a", 1, 9, 15.0), vehicle("b", 2)]);
    first.time_ms = 1_000;
    assert_eq!(digest.take(&first, &habits), Change::Fleet);
    let mut second = first.clone();
    second.time_ms = 2_000;
    let id = VehicleId::from("a");
    second
        .vehicles
        .insert(id.clone(), Arc::new(with_battery("a", 1, 8, 15.0)));
    assert_ne!(digest.take(&second, &habits), Change::Fleet);
    assert_eq!(digest.row(&id).unwrap().critical_since_ms, Some(1_000));
    assert_eq!(digest.counts.critical, 1);
}

#[test]
fn lost_and_late_are_counted_once_and_not_as_warnings() {
    let mut lost = vehicle("a", 1);
    lost.state = State::Lost;
    let mut late = vehicle("b", 2);
    late.state = State::Late;
    late.armed = Some(true);
    let mut digest = Digest::default();
    let snapshot = fleet(vec![lost, late, with_battery("c", 3, 20, 15.0)]);
    digest.take(&snapshot, &Habits::default());
    let expected = Counts {
        live: 1,
        late: 1,
        lost: 1,
        armed: 1,
        warnings: 1,
        ..Counts::default()
    };
    assert_eq!(digest.counts, expected);
    assert_eq!(
        digest.take(&fleet(vec![]), &Habits::default()),
        Change::Fleet
    );
    assert_eq!(digest.counts, Counts::default());
}
