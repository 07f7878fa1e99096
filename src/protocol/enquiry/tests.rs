//! What a vehicle is asked, in which order, and when it is left alone.

use super::*;

const OWN: (SystemId, ComponentId) = (SystemId(255), ComponentId(25));
const VEHICLE: (SystemId, ComponentId) = (SystemId(1), ComponentId(1));
const RATES: Rates = Rates {
    position_hz: Some(4.0),
    attitude_hz: Some(2.0),
    status_hz: Some(1.0),
};

fn at(ms: i64) -> TimeUs {
    TimeUs::from_ms(ms)
}

fn enquiry(mav_type: u8) -> Enquiry {
    let target = Target::new(VEHICLE.0, VEHICLE.1).unwrap();
    Enquiry::new(target, MavType(mav_type), Autopilot::ARDUPILOT, Some(RATES))
}

fn answer(enquiry: &mut Enquiry, command: u16, result: u8, now: TimeUs) {
    let result = CommandResult(result);
    let ack = CommandAck {
        command,
        result,
        progress: None,
        detail: 0,
        target_system: 255,
        target_component: 25,
    };
    assert!(
        enquiry.on_ack(VEHICLE, &ack, OWN, now),
        "{command} was not in flight"
    );
}

/// Runs the enquiry for a while against a vehicle that answers each command with `result`.
fn run(
    enquiry: &mut Enquiry,
    from_ms: i64,
    to_ms: i64,
    result: impl Fn(u16) -> Option<u8>,
) -> Vec<(u16, f32, f32)> {
    let mut sent = Vec::new();
    for ms in (from_ms..to_ms).step_by(50) {
        if let Some(Outgoing::CommandLong {
            command, params, ..
        }) = enquiry.poll(at(ms))
        {
            sent.push((command, params[0], params[1]));
            if let Some(result) = result(command) {
                answer(enquiry, command, result, at(ms));
            }
        }
    }
    sent
}

#[test]
fn the_version_is_asked_first_then_the_position_then_home_and_the_rest() {
    let mut enquiry = enquiry(2);
    enquiry.poll(at(0));
    answer(&mut enquiry, 512, 0, at(10));
    enquiry.heard_version();
    let sent = run(&mut enquiry, 50, 2_000, |_| Some(0));
    assert_eq!(sent[0], (511, 33.0, 250_000.0));
    assert_eq!(sent[1], (512, 242.0, 0.0));
    let asked: Vec<f32> = sent
        .iter()
        .filter(|(command, ..)| *command == 511)
        .map(|(_, message, _)| *message)
        .collect();
    assert_eq!(
        asked,
        [
            33.0, 74.0, 1.0, 24.0, 147.0, 245.0, 42.0, 241.0, 2.0, 30.0, 193.0, 168.0, 162.0, 65.0
        ]
    );
}

#[test]
fn good_rates_are_never_asked_for_again() {
    let mut enquiry = enquiry(2);
    enquiry.heard_version();
    enquiry.heard_home();
    let first = run(&mut enquiry, 0, 2_000, |_| Some(0)).len();
    assert_eq!(first, 14);
    let mut again = Vec::new();
    for second in 2..300 {
        for want in [
            33, 33, 33, 33, 74, 74, 74, 74, 30, 30, 1, 24, 147, 245, 42, 241, 2, 193, 168, 162, 65,
        ] {
            enquiry.hear(want);
        }
        again.extend(run(
            &mut enquiry,
            second * 1_000,
            (second + 1) * 1_000,
            |_| Some(0),
        ));
    }
    assert_eq!(again, []);
}

#[test]
fn a_rate_that_stays_wrong_is_asked_for_later_and_later() {
    let mut enquiry = enquiry(2);
    enquiry.heard_version();
    enquiry.heard_home();
    run(&mut enquiry, 0, 2_000, |_| Some(0));
    let mut times = Vec::new();
    for second in 2..600 {
        for want in [
            74, 74, 74, 74, 30, 30, 1, 24, 147, 245, 42, 241, 2, 193, 168, 162, 65,
        ] {
            enquiry.hear(want);
        }
        let sent = run(&mut enquiry, second * 1_000, (second + 1) * 1_000, |_| {
            Some(0)
        });
        times.extend(sent.iter().map(|(_, message, _)| {
            assert!((message - 33.0).abs() < 0.1, "only the position is wrong");
            second
        }));
    }
    assert!((3..=6).contains(&times.len()), "{times:?}");
    assert!(
        times.windows(3).all(|w| w[2] - w[1] >= w[1] - w[0]),
        "{times:?}"
    );
}

#[test]
fn an_old_copter_is_asked_by_data_streams_and_an_old_plane_is_not() {
    let unsupported = |command| (command == 511).then_some(3).or(Some(0));
    for (mav_type, expected) in [(2, 6), (1, 0), (20, 0)] {
        let mut enquiry = enquiry(mav_type);
        enquiry.heard_version();
        enquiry.heard_home();
        let mut streams = Vec::new();
        for ms in (0..5_000).step_by(50) {
            match enquiry.poll(at(ms)) {
                Some(Outgoing::CommandLong { command, .. }) => {
                    answer(&mut enquiry, command, unsupported(command).unwrap(), at(ms));
                }
                Some(Outgoing::RequestDataStream {
                    stream, rate_hz, ..
                }) => streams.push((stream, rate_hz)),
                _ => {}
            }
        }
        assert_eq!(streams.len(), expected, "type {mav_type}: {streams:?}");
        if expected > 0 {
            assert!(streams.contains(&(6, 4)), "position at 4 Hz: {streams:?}");
        }
    }
}

#[test]
fn a_vehicle_that_never_answers_is_left_alone() {
    let mut enquiry = enquiry(2);
    let minute = run(&mut enquiry, 0, 60_000, |_| None).len();
    assert!(minute <= 15, "{minute} requests in the first minute");
    let later = run(&mut enquiry, 600_000, 660_000, |_| None).len();
    assert!(later <= 6, "{later} requests in the eleventh minute");
}

#[test]
fn an_unsupported_request_falls_back_to_the_old_command() {
    let mut enquiry = enquiry(2);
    enquiry.poll(at(0));
    answer(&mut enquiry, 512, 3, at(10));
    let Some(Outgoing::CommandLong {
        command, params, ..
    }) = enquiry.poll(at(20))
    else {
        panic!("nothing sent")
    };
    assert_eq!((command, params[0].to_bits()), (520, 1f32.to_bits()));
}

#[test]
fn a_path_that_is_not_primary_is_asked_only_who_it_is() {
    let target = Target::new(VEHICLE.0, VEHICLE.1).unwrap();
    let mut enquiry = Enquiry::new(target, MavType(2), Autopilot::ARDUPILOT, None);
    let sent = run(&mut enquiry, 0, 1_000, |_| Some(0));
    assert_eq!(sent, [(512, 148.0, 0.0)]);
}
