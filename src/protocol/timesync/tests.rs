//! Clocks of one path.

use super::*;

const OWN: (SystemId, ComponentId) = (SystemId(255), ComponentId(25));
const VEHICLE: (SystemId, ComponentId) = (SystemId(7), ComponentId(1));
const LAN: Option<Duration> = Some(Duration::from_secs(10));

fn at(ms: i64) -> TimeUs {
    TimeUs::from_ms(1_700_000_000_000 + ms)
}

fn timesync(every: Option<Duration>) -> Timesync {
    Timesync::new(Target::new(VEHICLE.0, VEHICLE.1).unwrap(), every)
}

fn heard(tc1_ns: i64, ts1_ns: i64, system: u8) -> Report {
    Report::Clock(ClockReport::Timesync {
        tc1_ns,
        ts1_ns,
        target_system: system,
        target_component: if system == 0 { 0 } else { 25 },
    })
}

fn asked(outgoing: Option<Outgoing>) -> i64 {
    match outgoing {
        Some(Outgoing::Clock(ClockMessage::Timesync {
            tc1_ns: 0, ts1_ns, ..
        })) => ts1_ns,
        other => panic!("no request: {other:?}"),
    }
}

/// A request at `ms` whose answer, when the vehicle's clock shows `vehicle_ms`, comes after `round_trip_ms`.
fn exchange(sync: &mut Timesync, ms: i64, round_trip_ms: i64, vehicle_ms: i64) {
    let ts1 = asked(sync.poll(at(ms)));
    let answer = heard(vehicle_ms * 1_000_000, ts1, 255);
    assert_eq!(
        sync.on_report((VEHICLE, &answer), OWN, at(ms + round_trip_ms)),
        None
    );
}

#[test]
fn the_round_trip_and_the_vehicles_clock_are_learnt() {
    let mut sync = timesync(LAN);
    exchange(&mut sync, 0, 40, 5_020);
    let known = sync.known();
    assert_eq!(known.last, Some(Duration::from_millis(40)));
    assert_eq!(known.offset_ns, Some((5_000 - at(0).as_ms()) * 1_000_000));
    exchange(&mut sync, 1_000, 120, 6_500);
    let known = sync.known();
    assert_eq!(known.smoothed, Some(Duration::from_millis(50)));
    assert_eq!(known.shortest, Some(Duration::from_millis(40)));
    let slow_does_not_move_it = Some((5_000 - at(0).as_ms()) * 1_000_000);
    assert_eq!(known.offset_ns, slow_does_not_move_it);
    assert_eq!(known.jumps, 0);
}

#[test]
fn a_vehicle_that_started_anew_shows_as_a_jump() {
    let mut sync = timesync(LAN);
    exchange(&mut sync, 0, 40, 600_020);
    exchange(&mut sync, 1_000, 40, 3_020);
    let known = sync.known();
    assert_eq!(known.jumps, 1);
    assert_eq!(known.offset_ns, Some((2_000 - at(0).as_ms()) * 1_000_000));
}

#[test]
fn only_the_vehicles_own_first_answer_to_our_own_request_counts() {
    let mut sync = timesync(LAN);
    let ts1 = asked(sync.poll(at(0)));
    let other = (SystemId(8), ComponentId(1));
    for (sender, report) in [
        (other, heard(9, ts1, 255)),
        (VEHICLE, heard(9, ts1 + 1, 255)),
        (VEHICLE, Report::CurrentMode(1)),
    ] {
        assert_eq!(sync.on_report((sender, &report), OWN, at(10)), None);
    }
    assert_eq!(sync.known(), RoundTrip::default());
    sync.on_report((VEHICLE, &heard(9, ts1, 255)), OWN, at(10));
    sync.on_report((VEHICLE, &heard(9, ts1, 255)), OWN, at(900));
    assert_eq!(sync.known().last, Some(Duration::from_millis(10)));
}

#[test]
fn it_is_asked_quickly_at_first_and_then_as_often_as_the_link_allows() {
    let mut sync = timesync(LAN);
    let mut times = Vec::new();
    for ms in (0..45_000).step_by(50) {
        if let Some(question) = sync.poll(at(ms)) {
            times.push(ms);
            let ts1 = asked(Some(question));
            sync.on_report((VEHICLE, &heard(9, ts1, 255)), OWN, at(ms + 10));
        }
    }
    assert_eq!(
        times,
        [0, 1_000, 2_000, 3_000, 13_000, 23_000, 33_000, 43_000]
    );
    // Where much is lost the quick ones go on until one was answered, or a dozen were not.
    let mut deaf = timesync(LAN);
    let times = (0..45_000).step_by(50);
    let times: Vec<i64> = times.filter(|ms| deaf.poll(at(*ms)).is_some()).collect();
    assert_eq!(
        times[..13],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(|s| s * 1_000)
    );
    assert_eq!(times[13..], [22_000, 32_000, 42_000]);
    assert_eq!(timesync(None).poll(at(0)), None, "never over a satellite");
}

#[test]
fn a_request_of_the_vehicle_is_answered_with_our_clock_and_its_own() {
    let mut sync = timesync(LAN);
    for (system, ms) in [(0, 0), (255, 400)] {
        let answer = sync.on_report((VEHICLE, &heard(0, 77, system)), OWN, at(ms));
        let expected = ClockMessage::Timesync {
            target: Target::new(VEHICLE.0, VEHICLE.1).unwrap(),
            tc1_ns: at(ms).0 * 1_000,
            ts1_ns: 77,
        };
        assert_eq!(answer, Some(Outgoing::Clock(expected)));
    }
    assert_eq!(
        sync.on_report((VEHICLE, &heard(0, 77, 255)), OWN, at(150)),
        None,
        "too soon"
    );
    assert_eq!(
        sync.on_report((VEHICLE, &heard(0, 77, 254)), OWN, at(900)),
        None,
        "not ours"
    );
    let mut satellite = timesync(None);
    assert_eq!(
        satellite.on_report((VEHICLE, &heard(0, 77, 255)), OWN, at(0)),
        None
    );
}

#[test]
fn a_ping_is_answered_and_the_answer_to_one_is_not() {
    let mut sync = timesync(LAN);
    let ping = |system, component| {
        Report::Clock(ClockReport::Ping {
            time_us: 5,
            sequence: 6,
            target_system: system,
            target_component: component,
        })
    };
    let answer = ClockMessage::PingAnswer {
        target: Target::new(VEHICLE.0, VEHICLE.1).unwrap(),
        time_us: 5,
        sequence: 6,
    };
    assert_eq!(
        sync.on_report((VEHICLE, &ping(0, 0)), OWN, at(0)),
        Some(Outgoing::Clock(answer))
    );
    assert_eq!(
        sync.on_report((VEHICLE, &ping(255, 25)), OWN, at(900)),
        None
    );
}
