//! Signing, refusals by scenario, and progress: what a vehicle does when it was told to be difficult.

use super::*;
use crate::sim::signing::Signer;

fn set_up(bench: &mut Bench, key: u8) {
    let mut payload = 0_u64.to_le_bytes().to_vec();
    payload.extend([7, 1]);
    payload.extend([key; 32]);
    bench.tell(256, &payload);
}

#[test]
fn once_a_key_is_set_only_signed_frames_count_and_its_own_are_signed() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    set_up(&mut bench, 9);
    bench.run(2.0);
    assert!(bench.out.frames().all(|frame| frame[2] == 1), "all signed");
    bench.out.clear();
    bench.tell(76, &long_payload(512, &[148.0], 7));
    assert!(bench.heard(77).is_empty(), "unsigned");
    let signer = |bench: &Bench, key: u8| {
        let mut signer = Signer::new([key; 32], 0).unwrap();
        signer.tick(bench.now);
        Some(signer)
    };
    bench.station.signer = signer(&bench, 8);
    bench.tell(76, &long_payload(512, &[148.0], 7));
    assert!(bench.heard(77).is_empty(), "another key");
    bench.station.signer = signer(&bench, 9);
    assert_eq!(bench.long(512, &[148.0]), 0);
    let heard: Vec<u8> = bench.out.frames().flatten().copied().collect();
    let mut checker = signer(&bench, 9).unwrap();
    assert!(frames_in(&heard).all(|frame| checker.accepts(frame.signed.as_deref().unwrap())));
    set_up(&mut bench, 0);
    bench.station.signer = None;
    assert_eq!(bench.long(512, &[148.0]), 0, "the key of zeros ends it");
}

#[test]
fn an_armed_copter_takes_no_key() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    assert_eq!(bench.long(400, &[1.0]), 0);
    set_up(&mut bench, 9);
    assert!(bench.said("ERROR: Won't setup signing when armed"));
    assert_eq!(bench.long(512, &[148.0]), 0);
}

#[test]
fn a_key_outlives_a_reboot() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    set_up(&mut bench, 9);
    let now = bench.now;
    bench.autopilot.reboot(now);
    bench.run(5.0);
    bench.out.clear();
    bench.run(1.0);
    assert!(bench.out.frames().all(|frame| frame[2] == 1));
}

#[test]
fn a_refused_command_is_answered_and_not_carried_out() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    bench.autopilot.refuse(400, Some(Verdict::LongOnly));
    assert_eq!(bench.long(400, &[1.0]), 7);
    assert!(!bench.autopilot.craft.armed);
    bench.autopilot.refuse(400, None);
    assert_eq!(bench.long(400, &[1.0]), 0);
}

#[test]
fn a_takeoff_reports_its_progress_when_it_is_told_to() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    bench.autopilot.report_progress(true);
    assert_eq!(bench.long(176, &[1.0, 4.0]), 0);
    assert_eq!(bench.long(400, &[1.0]), 0);
    bench.out.clear();
    assert_eq!(bench.long(22, &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 20.0]), 5);
    bench.run(30.0);
    let acks: Vec<(u8, u8)> = bench
        .heard(77)
        .iter()
        .map(|ack| (ack.u8(2), ack.u8(3)))
        .collect();
    assert!(acks.len() > 5, "{acks:?}");
    assert_eq!(acks.last(), Some(&(0, 100)));
    assert!(acks.is_sorted_by_key(|(_, progress)| *progress), "{acks:?}");
}
