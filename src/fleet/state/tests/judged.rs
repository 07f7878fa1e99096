//! What the station itself judges: each crossing once, and once more when it is over.

use super::*;
use crate::model::groups::Attitude;

fn judged(fleet: &mut Fleet, heads: &[&str]) -> Vec<String> {
    let all = texts(fleet).into_iter();
    all.filter(|text| heads.iter().any(|head| text.starts_with(head)))
        .collect()
}

#[test]
fn a_battery_that_falls_is_told_at_each_limit_and_flickers_without_noise() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    let charges = [
        30, 26, 25, 26, 25, 27, 16, 15, 16, 15, 17, 18, 24, 28, 28, 29, 100,
    ];
    for (second, percent) in (0_i64..).zip(charges) {
        let battery = Battery {
            remaining_percent: Some(percent),
            ..Battery::default()
        };
        voice.beat(&mut fleet, second * 1_000);
        voice.say(&mut fleet, second * 1_000 + 1, Report::Battery(0, battery));
        fleet.tick(at(second * 1_000 + 2));
    }
    assert_eq!(
        judged(&mut fleet, &["battery"]),
        [
            "battery low: 25 %",
            "battery critical: 15 %",
            "battery no longer critical: 24 %",
            "battery no longer low: 29 %",
        ]
    );
}

#[test]
fn loss_is_told_when_it_lasts_and_when_it_is_over() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    for second in 0..40_i64 {
        let lost = if (3..15).contains(&second) { 40 } else { 0 };
        let sender = SenderStatistics {
            peer: PeerId(0),
            system: SystemId(1),
            component: ComponentId(1),
            received: 60,
            lost,
            duplicates: 0,
            reordered: 0,
            mav_type: None,
        };
        let statistics = LinkStatistics {
            t: at(second * 1_000),
            senders: vec![sender],
            ..LinkStatistics::default()
        };
        voice.beat(&mut fleet, second * 1_000);
        fleet.on_link(LinkReport::Statistics(RADIO, Box::new(statistics)));
        fleet.tick(at(second * 1_000));
    }
    assert_eq!(
        judged(&mut fleet, &["link radio"]),
        [
            "link radio loses frames: 40 %",
            "link radio is sound again: 0 % loss"
        ]
    );
}

#[test]
fn telemetry_that_stops_while_heartbeats_come_is_told_once_and_so_is_its_return() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    for ms in (0..20_000_i64).step_by(500) {
        voice.beat(&mut fleet, ms);
        if !(4_000..12_000).contains(&ms) {
            voice.say(&mut fleet, ms, Report::Attitude(Attitude::default()));
        }
        fleet.tick(at(ms));
    }
    assert_eq!(
        judged(&mut fleet, &["telemetry"]),
        [
            "telemetry stopped 5.0 s ago; heartbeats still come",
            "telemetry is back after 8.5 s"
        ]
    );
}

#[test]
fn telemetry_that_always_came_seldom_is_missed_at_most_once() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    for second in 0..120_i64 {
        voice.beat(&mut fleet, second * 1_000);
        if second % 10 == 0 {
            voice.say(&mut fleet, second * 1_000, Report::Position(place(47.0)));
            voice.say(&mut fleet, second * 1_000, Report::Hud(Hud::default()));
        }
        fleet.tick(at(second * 1_000));
    }
    assert_eq!(judged(&mut fleet, &["telemetry stopped"]).len(), 1);
}

#[test]
fn a_fix_lost_while_armed_is_told_once_and_so_is_its_return() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    for (ms, fix) in [
        (0, 0),
        (1_000, 3),
        (2_000, 1),
        (3_000, 2),
        (4_000, 1),
        (5_000, 3),
    ] {
        let gps = Gps {
            fix: Some(GpsFix(fix)),
            ..Gps::default()
        };
        voice.say(&mut fleet, ms, heartbeat("AUTO", true));
        voice.say(&mut fleet, ms, Report::Gps(0, gps));
        fleet.tick(at(ms));
    }
    assert_eq!(
        judged(&mut fleet, &["GPS"]),
        ["GPS fix lost while armed", "GPS fix is back"]
    );
}
