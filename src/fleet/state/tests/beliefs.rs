//! Which message wins, and for how long: what the groups of a vehicle hold after several have spoken.

use super::*;

#[test]
fn position_comes_from_the_receiver_only_while_the_estimator_is_silent() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.beat(&mut fleet, 0);
    let gps = Gps {
        fix: Some(GpsFix(3)),
        lat_deg: Some(1.0),
        lon_deg: Some(2.0),
        alt_msl_m: Some(3.0),
        ..Gps::default()
    };
    voice.say(&mut fleet, 0, Report::Gps(0, gps));
    let lat = |fleet: &mut Fleet, ms| {
        shown(fleet, ms, "mav-1")
            .unwrap()
            .position
            .and_then(|p| p.lat_deg)
    };
    assert_eq!(lat(&mut fleet, 1), Some(1.0));
    voice.say(&mut fleet, 100, Report::Position(place(47.0)));
    voice.say(&mut fleet, 200, Report::Gps(0, gps));
    assert_eq!(lat(&mut fleet, 201), Some(47.0));
    voice.say(&mut fleet, 3_700, Report::Gps(0, gps));
    assert_eq!(lat(&mut fleet, 3_701), Some(1.0));
}

#[test]
fn a_position_without_a_fix_drops_the_place_and_keeps_the_rest() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.beat(&mut fleet, 0);
    voice.say(&mut fleet, 0, Report::Position(place(47.0)));
    voice.say(
        &mut fleet,
        10,
        Report::Position(GlobalPosition {
            place: None,
            ..place(0.0)
        }),
    );
    let position = shown(&mut fleet, 20, "mav-1").unwrap().position.unwrap();
    assert_eq!((position.lat_deg, position.alt_rel_m), (None, Some(12.0)));
}

#[test]
fn the_worst_battery_is_shown_and_sys_status_gives_way_to_battery_status() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.beat(&mut fleet, 0);
    let battery = |percent, volts| Battery {
        remaining_percent: Some(percent),
        voltage_v: Some(volts),
        ..Battery::default()
    };
    voice.say(
        &mut fleet,
        0,
        Report::System(SystemReport {
            battery: battery(99, 12.0),
            ..SystemReport::default()
        }),
    );
    assert_eq!(
        shown(&mut fleet, 1, "mav-1")
            .unwrap()
            .battery
            .and_then(|b| b.remaining_percent),
        Some(99)
    );
    voice.say(&mut fleet, 10, Report::Battery(0, battery(80, 24.0)));
    voice.say(&mut fleet, 10, Report::Battery(1, battery(31, 23.0)));
    voice.say(
        &mut fleet,
        20,
        Report::System(SystemReport {
            battery: battery(99, 12.0),
            ..SystemReport::default()
        }),
    );
    let vehicle = shown(&mut fleet, 30, "mav-1").unwrap();
    assert_eq!(vehicle.battery.and_then(|b| b.id), Some(1));
    assert_eq!(vehicle.batteries.len(), 2);
}

#[test]
fn speeds_of_the_hud_and_of_the_estimator_make_one_group_and_stale_parts_leave_it() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.beat(&mut fleet, 0);
    let moving = GlobalPosition {
        north_m_s: Some(3.0),
        east_m_s: Some(4.0),
        down_m_s: Some(-1.0),
        ..place(47.0)
    };
    voice.say(
        &mut fleet,
        0,
        Report::Hud(Hud {
            airspeed_m_s: Some(9.0),
            groundspeed_m_s: Some(5.5),
            ..Hud::default()
        }),
    );
    voice.say(&mut fleet, 100, Report::Position(moving));
    let velocity = shown(&mut fleet, 100, "mav-1").unwrap().velocity.unwrap();
    assert_eq!(
        (
            velocity.airspeed_m_s,
            velocity.groundspeed_m_s,
            velocity.climb_m_s
        ),
        (Some(9.0), Some(5.5), Some(1.0))
    );
    voice.say(&mut fleet, 5_000, Report::Position(moving));
    let velocity = shown(&mut fleet, 5_000, "mav-1").unwrap().velocity.unwrap();
    assert_eq!(
        (velocity.airspeed_m_s, velocity.groundspeed_m_s),
        (None, Some(5.0))
    );
}

#[test]
fn a_boot_clock_that_starts_anew_is_a_reboot_and_jitter_is_not() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.beat(&mut fleet, 0);
    let time = |boot_ms| {
        Report::Time(SystemTime {
            utc_us: None,
            boot_ms,
        })
    };
    voice.say(&mut fleet, 0, time(60_000));
    voice.say(
        &mut fleet,
        5,
        Report::Home(Home {
            lat_deg: Some(1.0),
            lon_deg: Some(1.0),
            ..Home::default()
        }),
    );
    voice.say(&mut fleet, 10, time(59_000));
    assert!(shown(&mut fleet, 10, "mav-1").unwrap().home.is_some());
    voice.say(&mut fleet, 20, time(1_500));
    let vehicle = shown(&mut fleet, 20, "mav-1").unwrap();
    assert!(vehicle.home.is_none());
    assert_eq!(vehicle.booted_ms, Some(1_000_020 - 1_500));
    assert_eq!(
        texts(&mut fleet)
            .iter()
            .filter(|text| text.starts_with("rebooted"))
            .count(),
        1
    );
}

#[test]
fn changes_of_mode_and_arming_are_events_and_first_sights_are_not() {
    let mut fleet = fleet();
    let mut voice = Voice::of(1);
    voice.say(&mut fleet, 0, heartbeat("STABILIZE", false));
    voice.say(&mut fleet, 10, heartbeat("GUIDED", true));
    voice.say(&mut fleet, 20, heartbeat("GUIDED", true));
    let vehicle = shown(&mut fleet, 20, "mav-1").unwrap();
    assert_eq!(vehicle.armed_since_ms, Some(1_000_010));
    let texts = texts(&mut fleet);
    assert_eq!(texts[1..], ["STABILIZE → GUIDED", "armed"]);
}
