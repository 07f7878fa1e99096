//! What a vehicle is asked, in which order, and when it is left alone.

use super::*;
use crate::{model::report::Stream, protocol::rate_watch::Overruled};

const OWN: (SystemId, ComponentId) = (SystemId(255), ComponentId(25));
const VEHICLE: (SystemId, ComponentId) = (SystemId(1), ComponentId(1));
const RATES: Asked = Asked {
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
            enquiry.rates.hear(want, at(second * 1_000));
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
            enquiry.rates.hear(want, at(second * 1_000));
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

/// A vehicle that sends each message as often as it was last asked to, and answers every request.
struct Craft {
    enquiry: Enquiry,
    hz: std::collections::BTreeMap<u32, f64>,
    /// What it owes, message by message.
    due: std::collections::BTreeMap<u32, f64>,
    asked: Vec<(i64, u32)>,
    news: Vec<(i64, Overruled)>,
}

impl Craft {
    fn new() -> Self {
        let mut enquiry = enquiry(2);
        enquiry.heard_version();
        enquiry.heard_home();
        Self {
            enquiry,
            hz: std::collections::BTreeMap::new(),
            due: std::collections::BTreeMap::new(),
            asked: Vec::new(),
            news: Vec::new(),
        }
    }

    /// Lives from one second to another; `meddle` may change its rates each second.
    fn live(
        &mut self,
        seconds: std::ops::Range<i64>,
        mut meddle: impl FnMut(i64, &mut Enquiry, &mut std::collections::BTreeMap<u32, f64>),
    ) {
        for tick in seconds.start * 20..seconds.end * 20 {
            let ms = tick * 50;
            if tick % 20 == 0 {
                meddle(tick / 20, &mut self.enquiry, &mut self.hz);
            }
            for (message, hz) in &self.hz {
                let due = self.due.entry(*message).or_default();
                *due += hz / 20.0;
                while *due >= 1.0 {
                    *due -= 1.0;
                    self.enquiry.rates.hear(*message, at(ms));
                }
            }
            if let Some(Outgoing::CommandLong {
                command, params, ..
            }) = self.enquiry.poll(at(ms))
            {
                answer(&mut self.enquiry, command, 0, at(ms));
                if command == 511 {
                    let hz = if params[1] > 0.0 {
                        1e6 / f64::from(params[1])
                    } else {
                        0.0
                    };
                    self.hz.insert(params[0] as u32, hz);
                    self.asked.push((tick / 20, params[0] as u32));
                }
            }
            let news = self.enquiry.rates.take_news(at(ms));
            self.news.extend(news.map(|news| (tick / 20, news)));
        }
    }

    fn asked_for(&self, message: u32) -> usize {
        let of = |asked: &&(i64, u32)| asked.1 == message;
        self.asked.iter().filter(of).count()
    }
}

#[test]
fn somebody_who_keeps_setting_a_rate_has_the_last_word_and_is_told_once() {
    let mut craft = Craft::new();
    craft.live(0..1_000, |_, _, hz| {
        hz.insert(30, 10.0);
    });
    assert_eq!(craft.asked_for(30), 4, "{:?}", craft.asked);
    assert_eq!(craft.asked.len(), 14 + 3);
    let [(second, news)] = craft.news.as_slice() else {
        panic!("{:?}", craft.news)
    };
    assert!((150..200).contains(second), "{second}");
    let [("ATTITUDE", asked, observed)] = news.messages.as_slice() else {
        panic!("{news:?}")
    };
    assert!((asked - 2.0).abs() < 0.01 && (observed - 10.0).abs() < 0.2);
    assert_eq!(news.by, None);
}

#[test]
fn a_station_that_is_heard_asking_is_named_and_given_way_sooner() {
    let mut craft = Craft::new();
    let other = (SystemId(254), ComponentId(190));
    craft.live(0..300, |second, enquiry, hz| {
        if second > 50 {
            enquiry
                .rates
                .overhear(other, Stream::Group(10), at(second * 1_000));
            hz.insert(30, 0.5);
        }
    });
    assert_eq!(craft.asked_for(30), 2, "{:?}", craft.asked);
    let [(second, news)] = craft.news.as_slice() else {
        panic!("{:?}", craft.news)
    };
    assert!(*second < 110, "{second}");
    assert_eq!(news.by, Some(other));
    assert_eq!(news.messages.len(), 1);
}

#[test]
fn one_slip_is_put_right_and_is_no_fight() {
    let mut craft = Craft::new();
    craft.live(0..600, |second, _, hz| {
        if second % 120 == 60 {
            hz.insert(33, 1.0);
        }
    });
    assert_eq!(craft.asked_for(33), 1 + 5, "{:?}", craft.asked);
    assert_eq!(craft.news, []);
}

#[test]
fn a_rate_an_operator_chose_is_left_alone() {
    let mut craft = Craft::new();
    craft.live(0..20, |_, _, _| {});
    craft.enquiry.rates.leave(30);
    craft.live(20..300, |_, _, hz| {
        hz.insert(30, 20.0);
    });
    assert_eq!(craft.asked_for(30), 1);
    assert_eq!(craft.news, []);
}

#[test]
fn streams_that_stop_while_the_vehicle_is_heard_are_asked_for_within_6_s() {
    let mut craft = Craft::new();
    craft.live(0..100, |second, _, hz| {
        if second == 90 {
            hz.clear();
        }
    });
    let again = craft.asked.iter().find(|(second, _)| *second >= 90);
    let (second, _) = again.copied().unwrap();
    assert!((94..=97).contains(&second), "{:?}", craft.asked);
    assert!(craft.asked_for(1) == 2, "SYS_STATUS: {:?}", craft.asked);
}

#[test]
fn an_absence_is_no_wrong_rate() {
    let mut craft = Craft::new();
    craft.live(0..30, |_, _, _| {});
    let before = craft.asked.len();
    craft.live(90..120, |_, _, _| {});
    assert_eq!(craft.asked.len(), before, "{:?}", craft.asked);
}

#[test]
fn losses_of_the_link_are_no_wrong_rate() {
    let mut craft = Craft::new();
    craft.enquiry.rates.delivered(0.5);
    craft.live(0..200, |second, _, hz| {
        if second == 5 {
            for hz in hz.values_mut() {
                *hz *= 0.5;
            }
        }
    });
    assert_eq!(craft.asked.len(), 14);
}

#[test]
fn a_changed_rate_is_asked_for_at_once_and_the_others_are_not() {
    let mut craft = Craft::new();
    craft.live(0..30, |_, _, _| {});
    craft.enquiry.rates.retune(Asked {
        position_hz: Some(0.0),
        ..RATES
    });
    craft.live(30..60, |_, _, _| {});
    assert_eq!(craft.asked_for(33), 2);
    assert_eq!(craft.asked_for(74), 2);
    assert_eq!(craft.asked.len(), 16);
    assert_eq!(craft.hz[&33].to_bits(), 0f64.to_bits(), "stopped");
}

#[test]
fn a_message_that_never_comes_is_no_fight() {
    let mut craft = Craft::new();
    craft.live(0..2_000, |_, _, hz| {
        hz.insert(162, 0.0);
    });
    assert_eq!(craft.news, []);
    assert!(
        (4..=10).contains(&craft.asked_for(162)),
        "{:?}",
        craft.asked
    );
}

#[test]
fn streams_that_a_transfer_slows_down_are_no_wrong_rate() {
    let mut craft = Craft::new();
    craft.live(0..30, |_, _, _| {});
    for hz in craft.hz.values_mut() {
        *hz /= 4.0;
    }
    craft.live(30..400, |second, enquiry, _| {
        enquiry.rates.pause(at(second * 1_000));
    });
    assert_eq!(craft.asked.len(), 14);
    craft.live(400..500, |_, _, _| {});
    assert!(craft.asked.len() > 14, "it goes on afterwards");
}
