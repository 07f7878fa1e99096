//! Streams, questions and conversations.

use super::*;

#[test]
fn a_stream_obeys_the_interval_it_was_given() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    for (interval_us, expected) in [(100_000.0, 100), (40_000.0, 250), (1_000_000.0, 10)] {
        assert_eq!(bench.long(511, &[30.0, interval_us]), 0);
        bench.run(0.1);
        bench.out.clear();
        bench.run(10.0);
        let sent = bench.heard(30).len();
        assert!(sent.abs_diff(expected) <= 1, "{sent} instead of {expected}");
    }
    assert_eq!(bench.long(511, &[30.0, -1.0]), 0);
    bench.out.clear();
    bench.run(2.0);
    assert!(bench.heard(30).is_empty());
    assert_eq!(bench.long(511, &[9_999.0, 1e6]), 2, "no such message");
    assert_eq!(bench.long(510, &[33.0]), 0);
    assert_eq!(bench.heard(244).pop().unwrap().i32(0), 1_000_000);
}

#[test]
fn ardupilot_sends_little_until_asked_and_groups_when_asked() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    bench.run(10.0);
    assert_eq!(bench.heard(0).len(), 10, "the heartbeat always");
    assert!(bench.heard(30).is_empty());
    bench.tell(66, &[4, 0, 7, 1, 10, 1]);
    bench.out.clear();
    bench.run(10.0);
    assert!(bench.heard(30).len().abs_diff(40) <= 1);
    assert!(bench.heard(74).is_empty(), "another group");
    bench.tell(66, &[4, 0, 7, 1, 0, 1]);
    bench.out.clear();
    bench.run(10.0);
    assert!(bench.heard(74).len().abs_diff(40) <= 1);
}

#[test]
fn px4_waits_for_a_station_and_then_streams_by_itself() {
    let mut bench = Bench::new(Firmware::Px4, Airframe::Copter);
    bench.run(5.0);
    assert_eq!(bench.out.len(), 5, "heartbeats only");
    bench.heartbeat();
    bench.out.clear();
    bench.run(10.0);
    assert!(bench.heard(30).len().abs_diff(150) <= 2);
    assert!(bench.heard(33).len().abs_diff(50) <= 1);
    assert!(!bench.heard(230).is_empty() && bench.heard(193).is_empty());
}

#[test]
fn sequence_numbers_count_every_frame() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    bench.tell(66, &[10, 0, 7, 1, 0, 1]);
    bench.run(30.0);
    let sequences: Vec<u8> = bench.out.frames().map(|frame| frame[4]).collect();
    assert!(sequences.len() > 1_000);
    assert!(
        sequences
            .windows(2)
            .all(|pair| pair[1] == pair[0].wrapping_add(1))
    );
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
    let record = |seed: u64| {
        let mut options = options(Firmware::ArduPilot, Airframe::Copter);
        options.seed = seed;
        options.start = Start::Underway;
        let mut bench = Bench::with(options);
        bench.tell(66, &[10, 0, 7, 1, 0, 1]);
        bench.run(20.0);
        bench.out.frames().flatten().copied().collect::<Vec<u8>>()
    };
    assert_eq!(record(1), record(1));
    assert_ne!(record(1), record(2));
}

#[test]
fn the_battery_only_falls() {
    let mut options = options(Firmware::ArduPilot, Airframe::Copter);
    options.start = Start::Underway;
    let mut bench = Bench::with(options);
    bench.tell(66, &[2, 0, 7, 1, 2, 1]);
    bench.run(300.0);
    let left: Vec<u8> = bench.heard(1).iter().map(|frame| frame.u8(30)).collect();
    assert!(left.len() > 500 && left.is_sorted_by(|a, b| a >= b));
    assert!(left[0] > left[left.len() - 1]);
}

#[test]
fn what_is_not_known_is_unsupported_even_beyond_the_dialect() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    for command in [31_000, 31_010, 60_000, 1_000] {
        assert_eq!(bench.long(command, &[]), 3, "{command}");
    }
    assert_eq!(bench.long(512, &[397.0]), 4, "no such message");
    assert_eq!(bench.long(176, &[1.0, 99.0]), 4);
    assert!(bench.said("No such mode 99"));
}

#[test]
fn orders_for_others_are_ignored() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    bench.tell(76, &long_payload(400, &[1.0], 8));
    bench.tell(11, &[4, 0, 0, 0, 8, 1]);
    bench.tell(43, &[8, 1, 0]);
    let camera = [&long_payload(400, &[1.0], 7)[..31], &[100, 0]].concat();
    bench.tell(76, &camera);
    assert!(bench.out.is_empty());
    assert!(!bench.autopilot.craft.armed);
}

#[test]
fn every_craft_has_an_id_of_its_own() {
    let mut uids = std::collections::BTreeSet::new();
    for seed in 0..4 {
        for system in 1..=250 {
            uids.insert(identity::uid(seed, system));
        }
    }
    assert_eq!(uids.len(), 1_000);
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    assert_eq!((bench.long(520, &[1.0]), bench.heard(148).len()), (0, 1));
    assert_eq!((bench.long(512, &[148.0]), bench.heard(148).len()), (0, 2));
    assert_eq!((bench.long(410, &[]), bench.heard(242).len()), (0, 1));
}

#[test]
fn set_mode_is_acknowledged_under_the_name_the_firmware_uses() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    bench.tell(11, &[4, 0, 0, 0, 7, 1]);
    assert_eq!(
        (bench.acknowledged(11), bench.autopilot.craft.mode.name),
        (0, "GUIDED")
    );
    let mut bench = Bench::new(Firmware::Px4, Airframe::Copter);
    bench.tell(11, &[0, 0, 4, 4, 7, 1]);
    assert_eq!(
        (bench.acknowledged(176), bench.autopilot.craft.mode.name),
        (0, "MISSION")
    );
}

#[test]
fn a_calibration_reports_progress_before_it_is_done() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    assert_eq!(bench.long(241, &[1.0]), 5);
    bench.run(5.0);
    let acks: Vec<(u8, u8)> = bench
        .heard(77)
        .iter()
        .map(|ack| (ack.u8(2), ack.u8(3)))
        .collect();
    assert_eq!(acks, [(5, 0), (5, 25), (5, 50), (5, 75), (0, 100)]);
}

#[test]
fn a_reboot_falls_silent_and_counts_from_zero() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    assert_eq!(bench.long(246, &[1.0]), 0);
    bench.run(0.5);
    bench.out.clear();
    bench.run(2.0);
    assert!(bench.out.is_empty(), "starting");
    bench.run(3.0);
    assert_eq!(bench.out.frames().next().unwrap()[4], 0);
    assert!(bench.said("ArduPilot Ready"));
    assert!(
        bench.heard(2).pop().unwrap().u32(8) < 6_000,
        "time since boot"
    );
}

#[test]
fn time_and_ping_questions_are_answered_to_the_asker() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    let asked = 123_456_789_i64;
    let question = [&0_i64.to_le_bytes()[..], &asked.to_le_bytes()].concat();
    bench.tell(111, &question);
    let answer = bench.heard(111).pop().unwrap();
    assert_eq!((answer.i64(8), answer.u8(16)), (asked, 255));
    assert_eq!(answer.i64(0), 61_000_000_000);
    bench.tell(4, &[1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0]);
    let pong = bench.heard(4).pop().unwrap();
    assert_eq!((pong.u32(8), pong.u8(12), pong.u8(13)), (9, 255, 25));
}

#[test]
fn a_load_is_sent_unasked_and_cannot_be_changed() {
    let mut options = options(Firmware::ArduPilot, Airframe::Copter);
    options.unasked_rate_hz = Some(50.1);
    let mut bench = Bench::with(options);
    bench.run(20.0);
    let sent = bench.out.len();
    assert!(sent.abs_diff(1_002) < 15, "{sent}");
    assert_eq!(bench.long(511, &[30.0, 1e6]), 2);
}

#[test]
fn a_long_text_travels_in_chunks() {
    let mut bench = Bench::new(Firmware::Px4, Airframe::Copter);
    bench.heartbeat();
    let text = "x".repeat(100);
    bench.autopilot.craft.say(INFO, text.clone());
    assert!(bench.said(&text));
    let chunks: Vec<u8> = bench
        .heard(253)
        .iter()
        .filter(|frame| frame.u16(51) == 2)
        .map(|frame| frame.u8(53))
        .collect();
    assert_eq!(
        chunks,
        [0, 1, 2],
        "an empty last chunk says that it is whole"
    );
}
