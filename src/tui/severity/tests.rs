//! One vehicle at a time: what is said of it, and who comes first.

use super::*;
use crate::{
    model::{
        groups::{Battery, Cells, Gps, WorstBattery},
        vehicle::{Alert, Conflict, Link, Path},
    },
    model::{patch::Table, sensors::Sensors, snapshot::Snapshot},
    tui::{charge::Charge, freshness::Habits, samples::vehicle},
};

fn with_battery(percent: Option<u8>, volts: Option<f64>) -> Vehicle {
    let mut vehicle = vehicle("a", 1);
    vehicle.battery = Some(WorstBattery {
        remaining_percent: percent,
        voltage_v: volts,
        ..WorstBattery::default()
    });
    vehicle
}

fn judged(vehicle: &Vehicle) -> Severity {
    severity(vehicle, Habits::default().of(&vehicle.id), 0)
}

fn words(vehicle: &Vehicle) -> Vec<String> {
    let severity = judged(vehicle);
    severity
        .reasons
        .iter()
        .map(|reason| reason.word().into_owned())
        .collect()
}

#[test]
fn a_healthy_vehicle_is_calm() {
    let calm = with_battery(Some(90), Some(16.4));
    assert_eq!(judged(&calm).level(), Level::Calm);
    assert!(words(&calm).is_empty());
}

#[test]
fn a_pack_at_10_4_volts_that_reports_99_percent_ranks_before_full_ones() {
    let liar = with_battery(Some(99), Some(10.4));
    let honest = with_battery(Some(99), Some(12.6));
    assert_eq!(words(&liar), ["cell ~3.47V"]);
    assert!(judged(&liar).rank() < judged(&honest).rank());
    assert_eq!(judged(&liar).battery(), Level::Warning);
}

#[test]
fn the_worse_of_percent_and_volts_is_said() {
    assert_eq!(words(&with_battery(Some(14), Some(15.0))), ["battery 14%"]);
    let mut sagging = with_battery(Some(60), Some(12.9));
    let mut cells = Cells::default();
    for millivolts in [3_250, 3_220, 3_180, 3_250] {
        cells.push(millivolts);
    }
    sagging.batteries.make_mut().insert(
        0,
        Battery {
            cells_v: Some(cells),
            ..Battery::default()
        },
    );
    assert_eq!(words(&sagging), ["cell 3.18V"]);
    assert_eq!(judged(&sagging).level(), Level::Critical);
}

#[test]
fn cells_are_counted_from_the_highest_voltage_seen() {
    let mut habits = Habits::default();
    let full = with_battery(None, Some(16.8));
    let id = full.id.clone();
    let mut snapshot = Snapshot::default();
    snapshot.vehicles.insert(id.clone(), full.into());
    habits.observe(&Snapshot::default(), &snapshot);
    let empty = with_battery(None, Some(12.4));
    let reasons = severity(&empty, habits.of(&id), 0).reasons;
    assert_eq!(
        reasons,
        [Reason::BatteryCritical(Charge::AboutCell(12.4 / 4.0))]
    );
    assert!(judged(&empty).reasons.is_empty());
}

#[test]
fn a_bench_supply_and_a_missing_monitor_say_nothing() {
    for volts in [0.0, 5.0] {
        assert!(
            words(&with_battery(None, Some(volts))).is_empty(),
            "{volts}"
        );
    }
}

#[test]
fn a_loss_in_the_air_is_critical_and_a_parked_one_is_not() {
    let mut flying = vehicle("a", 1);
    flying.state = State::Lost;
    flying.armed = Some(true);
    assert_eq!(judged(&flying).level(), Level::Critical);
    flying.armed = Some(false);
    assert_eq!(judged(&flying).level(), Level::Warning);
    assert_eq!(words(&flying), ["LOST"]);
}

#[test]
fn a_lost_row_says_so_even_when_its_battery_was_worse() {
    let mut lost = with_battery(Some(9), None);
    lost.state = State::Lost;
    let severity = judged(&lost);
    assert_eq!(severity.rank(), 0);
    assert_eq!(severity.headline(), Some(&Reason::LostInAction));
}

#[test]
fn every_trouble_is_named_worst_first() {
    let mut troubled = with_battery(Some(20), Some(15.0));
    troubled.armed = Some(true);
    troubled.state = State::Late;
    troubled.conflict = Some(Conflict {
        since_ms: 0,
        why: "uid".into(),
        peers: vec![],
    });
    troubled.sensors = Some(Sensors {
        present: 0b1100,
        enabled: 0b1100,
        healthy: 0,
    });
    troubled.gps.make_mut().insert(
        0,
        Gps {
            fix: Some(GpsFix(1)),
            ..Gps::default()
        },
    );
    let mut paths = Table::default();
    paths.make_mut().insert(
        "radio".into(),
        Path {
            loss_percent: Some(29.4),
            ..Path::default()
        },
    );
    troubled.link = Some(Link {
        via: "radio".into(),
        paths,
    });
    for (name, severity) in [("low alt", "warning"), ("geo", "critical"), ("x", "info")] {
        let alert = Alert {
            severity: severity.into(),
            since_ms: 0,
            acknowledged: false,
        };
        troubled.alerts.make_mut().insert(name.into(), alert);
    }
    assert_eq!(
        words(&troubled),
        [
            "geo",
            "late",
            "CONFLICT",
            "battery 20%",
            "compass bad +1",
            "low alt",
            "no GPS fix",
            "loss 29%"
        ]
    );
}

#[test]
fn a_disarmed_vehicle_without_fix_or_ready_is_only_noticed() {
    let mut parked = vehicle("a", 1);
    parked.armed = Some(false);
    parked.sensors = Some(Sensors {
        present: 1 << 28,
        enabled: 1 << 28,
        healthy: 0,
    });
    parked.gps.make_mut().insert(
        0,
        Gps {
            fix: Some(GpsFix(0)),
            ..Gps::default()
        },
    );
    assert_eq!(words(&parked), ["not ready", "no GPS fix"]);
    assert_eq!(judged(&parked).level(), Level::Notice);
}

#[test]
fn a_vehicle_never_heard_is_calm() {
    let mut expected = vehicle("a", 1);
    expected.state = State::Expected;
    assert_eq!(judged(&expected), Severity::default());
}

#[test]
fn a_failsafe_is_called_by_its_cause_where_that_is_known() {
    let mut failing = vehicle("a", 1);
    failing.system_status = Some(SystemStatus(5));
    assert_eq!(words(&failing), ["failsafe"]);
    failing.armed = Some(true);
    failing.gps.make_mut().insert(
        0,
        Gps {
            fix: Some(GpsFix(1)),
            ..Gps::default()
        },
    );
    assert_eq!(words(&failing), ["no GPS fix"]);
    assert_eq!(judged(&failing).level(), Level::Critical);
    let mut weak = with_battery(Some(20), None);
    weak.system_status = Some(SystemStatus(5));
    assert_eq!(words(&weak), ["battery 20%"]);
    assert_eq!(judged(&weak).level(), Level::Critical);
}

/// Heard completely at 1 s, then nothing but heartbeats.
fn fallen_silent(armed: Option<bool>) -> Vehicle {
    let mut vehicle = with_battery(Some(12), None);
    vehicle.armed = armed;
    if let Some(battery) = &mut vehicle.battery {
        battery.t_ms = Some(1_000);
    }
    vehicle
}

#[test]
fn a_live_vehicle_whose_telemetry_died_says_so_before_what_it_said_last() {
    for (armed, level) in [
        (Some(true), Level::Warning),
        (None, Level::Warning),
        (Some(false), Level::Notice),
    ] {
        let silent = fallen_silent(armed);
        let at = |now_ms| severity(&silent, Habits::default().of(&silent.id), now_ms);
        assert!(!at(11_000).is_silent(), "the usual interval is not over");
        let judged = at(11_001);
        assert!(judged.is_silent());
        assert_eq!(judged.level(), Level::Critical, "12 % may still be true");
        let silence = judged
            .reasons
            .iter()
            .find(|one| one.word() == "no telemetry");
        assert_eq!(silence.map(Reason::level), Some(level));
    }
    let silent = fallen_silent(Some(true));
    let judged = severity(&silent, Habits::default().of(&silent.id), 20_000);
    assert_eq!(judged.headline(), Some(&Reason::Silent));
}

#[test]
fn what_the_heartbeat_itself_says_stays_the_headline_of_a_silent_vehicle() {
    let mut silent = fallen_silent(Some(true));
    silent.system_status = Some(SystemStatus(6));
    let judged = severity(&silent, Habits::default().of(&silent.id), 20_000);
    assert_eq!(
        judged.headline().map(Reason::word),
        Some("EMERGENCY".into())
    );
}

#[test]
fn frames_lost_in_an_outage_are_told_as_lost_only() {
    let mut lost = vehicle("a", 1);
    let mut paths = Table::default();
    let path = Path {
        loss_percent: Some(60.0),
        ..Path::default()
    };
    paths.make_mut().insert("radio".into(), path);
    lost.link = Some(Link {
        via: "radio".into(),
        paths,
    });
    assert_eq!(words(&lost), ["loss 60%"]);
    lost.state = State::Lost;
    assert_eq!(words(&lost), ["LOST"]);
}

#[test]
fn names_of_sensors_fit_their_column() {
    let broken = Sensors {
        present: u32::MAX >> 1,
        enabled: u32::MAX >> 1,
        healthy: 0,
    };
    for name in broken.failed() {
        let word = Reason::Sensors(name, 2).word().into_owned();
        assert!(word.len() <= 16, "{word}");
    }
}
