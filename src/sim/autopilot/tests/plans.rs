//! Plans up and down: each firmware in its own way, and what it refuses.

use super::*;
use crate::sim::kinematics::Spot;

const ACCEPTED: u8 = 0;
const ERROR: u8 = 1;
const DENIED: u8 = 14;

fn item(seq: u16, command: u16, kind: u8) -> Vec<u8> {
    let mut payload = vec![0; 38];
    payload[16..20].copy_from_slice(&(-353_632_610_i32 + i32::from(seq) * 1_000).to_le_bytes());
    payload[20..24].copy_from_slice(&1_491_652_370_i32.to_le_bytes());
    payload[24..28].copy_from_slice(&20.0_f32.to_le_bytes());
    payload[28..30].copy_from_slice(&seq.to_le_bytes());
    payload[30..32].copy_from_slice(&command.to_le_bytes());
    payload[32..38].copy_from_slice(&[7, 1, 6, 0, 1, kind]);
    payload
}

fn count(bench: &mut Bench, count: u16, kind: u8) {
    let [low, high] = count.to_le_bytes();
    bench.tell(44, &[low, high, 7, 1, kind]);
}

/// The result of the last MISSION_ACK.
fn acknowledged(bench: &mut Bench) -> u8 {
    let ack = bench.take(47).pop().unwrap();
    assert_eq!((ack.u8(0), ack.u8(1)), (255, 25), "addressed to the asker");
    ack.u8(2)
}

fn upload(bench: &mut Bench, commands: &[u16], kind: u8) -> u8 {
    bench.out.clear();
    count(bench, commands.len() as u16, kind);
    for (seq, command) in (0_u16..).zip(commands) {
        bench.tell(73, &item(seq, *command, kind));
    }
    acknowledged(bench)
}

fn count_of(bench: &mut Bench, kind: u8) -> u16 {
    bench.tell(43, &[7, 1, kind]);
    bench.take(44).pop().unwrap().u16(0)
}

#[test]
fn ardupilot_asks_with_the_old_message_again_and_again_and_gives_up() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    count(&mut bench, 3, 0);
    let asked = bench.take(40);
    assert_eq!((asked.len(), asked[0].u16(0)), (1, 0));
    bench.run(7.5);
    assert_eq!(bench.take(40).len(), 7, "once a second");
    bench.run(1.0);
    let cancelled = bench.heard(47).pop().unwrap().u8(2);
    assert_eq!(cancelled, 15);
    assert!(bench.said("Mission upload timeout"));
}

#[test]
fn ardupilot_tells_a_repeated_item_off_and_goes_on() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    count(&mut bench, 3, 0);
    bench.tell(73, &item(0, 16, 0));
    bench.out.clear();
    bench.tell(73, &item(0, 16, 0));
    assert_eq!(acknowledged(&mut bench), 13, "invalid sequence");
    bench.tell(73, &item(1, 22, 0));
    bench.tell(73, &item(2, 16, 0));
    assert_eq!(acknowledged(&mut bench), ACCEPTED);
    assert_eq!(count_of(&mut bench, 0), 3);
}

#[test]
fn ardupilot_reads_home_from_item_0_and_a_plain_frame_from_the_rest() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    assert_eq!(upload(&mut bench, &[16, 22, 178, 16], 0), ACCEPTED);
    assert!(bench.said("Flight plan received"));
    for seq in [0_u8, 1, 2, 3] {
        bench.tell(51, &[seq, 0, 7, 1, 0]);
    }
    let back = bench.take(73);
    let origin = bench.autopilot.craft.options.origin;
    assert_eq!(back[0].u8(34), 0, "absolute");
    assert_eq!(back[0].i32(16), origin.scaled(Spot::default()).0);
    assert!(
        (back[0].f32(24) - 584.0).abs() < 0.01,
        "not the 20 it was sent"
    );
    assert_eq!((back[1].u16(30), back[1].u8(34)), (22, 3), "6 became 3");
    assert_eq!((back[2].u8(34), back[2].i32(16)), (0, 0), "no place kept");
    assert_eq!(back[3].i32(16), -353_629_610);
    bench.tell(40, &[3, 0, 7, 1, 0]);
    let float = bench.take(39).pop().unwrap();
    assert!((f64::from(float.f32(16)) + 35.362_961).abs() < 1e-5);
    bench.tell(51, &[4, 0, 7, 1, 0]);
    assert_eq!(acknowledged(&mut bench), 13);
}

#[test]
fn ardupilot_keeps_half_of_a_broken_upload_and_px4_all_of_the_old_plan() {
    let mut ardupilot = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    assert_eq!(upload(&mut ardupilot, &[16, 22, 16, 16, 16], 0), ACCEPTED);
    count(&mut ardupilot, 4, 0);
    ardupilot.tell(73, &item(0, 16, 0));
    ardupilot.tell(73, &item(1, 21, 0));
    ardupilot.tell(43, &[7, 1, 0]);
    assert_eq!(acknowledged(&mut ardupilot), DENIED, "uploading");
    ardupilot.run(10.0);
    assert_eq!(count_of(&mut ardupilot, 0), 4, "cut at the beginning");
    ardupilot.tell(51, &[1, 0, 7, 1, 0]);
    assert_eq!(ardupilot.take(73)[0].u16(30), 21, "and begun anew");

    let mut px4 = Bench::new(Firmware::Px4, Airframe::Copter);
    px4.heartbeat();
    assert_eq!(upload(&mut px4, &[22, 16, 16], 0), ACCEPTED);
    count(&mut px4, 2, 0);
    px4.tell(73, &item(0, 21, 0));
    px4.run(6.0);
    assert!(px4.said("Operation timeout\t"));
    assert_eq!(count_of(&mut px4, 0), 3);
}

#[test]
fn ardupilot_refuses_with_the_reason() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    count(&mut bench, 800, 0);
    assert_eq!(acknowledged(&mut bench), 4, "no space");
    assert!(bench.said("Only 724 items are supported"));
    assert_eq!(upload(&mut bench, &[16, 9_999], 0), 3, "no such command");
    let refused = |change: fn(&mut Vec<u8>)| {
        let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
        count(&mut bench, 1, 0);
        let mut odd = item(0, 16, 0);
        change(&mut odd);
        bench.tell(73, &odd);
        acknowledged(&mut bench)
    };
    assert_eq!(refused(|odd| odd[34] = 1), 2, "a local frame");
    let nan = |odd: &mut Vec<u8>| odd[4..8].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(refused(nan), 7, "parameter 2 is no number");
    assert_eq!(
        refused(|odd| odd[16..20].copy_from_slice(&900_000_001_i32.to_le_bytes())),
        10,
        "beyond the pole"
    );
    bench.tell(73, &item(0, 16, 0));
    assert_eq!(acknowledged(&mut bench), ERROR, "nobody asked for it");
    bench.tell(43, &[7, 1, 9]);
    assert_eq!(acknowledged(&mut bench), 3, "no such kind of plan");
}

#[test]
fn ardupilot_clears_a_mission_but_not_the_one_it_flies() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    bench.tell(45, &[7, 1, 0]);
    assert_eq!(acknowledged(&mut bench), ACCEPTED);
    assert_eq!(count_of(&mut bench, 0), 0);
    assert_eq!(bench.long(176, &[1.0, 3.0]), 4);
    assert!(bench.said("Mode change to AUTO failed: init failed"));
    let mut flying = options(Firmware::ArduPilot, Airframe::Copter);
    flying.start = Start::Underway;
    let mut bench = Bench::with(flying);
    bench.tell(45, &[7, 1, 0]);
    assert_eq!(acknowledged(&mut bench), ERROR);
    let other = bench.autopilot.craft.plans[0].len() as u16 - 2;
    bench.tell(41, &[other as u8, 0, 7, 1]);
    assert_eq!(bench.take(42)[0].u16(0), other, "volunteered");
}

#[test]
fn a_part_of_a_mission_is_rewritten() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    assert_eq!(upload(&mut bench, &[16, 22, 16, 16, 20], 0), ACCEPTED);
    bench.tell(38, &[2, 0, 3, 0, 7, 1, 0]);
    bench.tell(73, &item(2, 19, 0));
    bench.tell(73, &item(3, 18, 0));
    assert_eq!(acknowledged(&mut bench), ACCEPTED);
    let commands: Vec<u16> = bench.autopilot.craft.plans[0]
        .iter()
        .map(|item| item.command)
        .collect();
    assert_eq!(commands, [16, 22, 19, 18, 20]);
    bench.tell(38, &[4, 0, 9, 0, 7, 1, 0]);
    assert_eq!(acknowledged(&mut bench), ERROR);
    assert!(bench.said("Flight plan update rejected"));
}

#[test]
fn fences_must_be_whole_and_rally_points_rally_points() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    let polygon = |bench: &mut Bench, vertices: f32| {
        bench.out.clear();
        count(bench, 4, 1);
        for seq in 0..4 {
            let mut vertex = item(seq, 5_001, 1);
            vertex[..4].copy_from_slice(&vertices.to_le_bytes());
            bench.tell(73, &vertex);
        }
        // What follows a refused vertex is told off as well: the first word counts.
        bench.take(47).first().unwrap().u8(2)
    };
    assert_eq!(polygon(&mut bench, 4.0), ACCEPTED);
    assert_eq!(polygon(&mut bench, 3.0), ERROR);
    assert_eq!(count_of(&mut bench, 1), 4, "the old one stays");
    assert_eq!(polygon(&mut bench, 2.0), 6, "too few vertices");
    assert_eq!(upload(&mut bench, &[5_100, 5_100], 2), ACCEPTED);
    assert_eq!(upload(&mut bench, &[16], 2), 3);
}

#[test]
fn px4_asks_with_the_new_message_and_names_the_plan_by_its_checksum() {
    let mut bench = Bench::new(Firmware::Px4, Airframe::Copter);
    bench.heartbeat();
    bench.out.clear();
    count(&mut bench, 2, 0);
    assert_eq!(bench.take(51).len(), 1);
    bench.run(1.1);
    assert_eq!(bench.take(51).len(), 4, "every quarter of a second");
    count(&mut bench, 2, 0);
    assert_eq!(bench.take(51).len(), 1, "our question was lost");
    bench.tell(73, &item(0, 22, 0));
    bench.tell(73, &item(0, 22, 0));
    bench.tell(73, &item(1, 16, 0));
    let ack = bench.take(47).pop().unwrap();
    let opaque = ack.u32(4);
    assert_eq!(ack.u8(2), ACCEPTED);
    assert_ne!(opaque, 0);
    bench.tell(73, &item(1, 16, 0));
    let again = bench.take(47).pop().unwrap();
    assert_eq!((again.u8(2), again.u32(4)), (ACCEPTED, opaque));
    bench.tell(43, &[7, 1, 0]);
    let told = bench.take(44).pop().unwrap();
    assert_eq!((told.u16(0), told.u32(5)), (2, opaque));
    bench.tell(51, &[0, 0, 7, 1, 0]);
    let first = bench.take(73).pop().unwrap();
    assert_eq!((first.u16(30), first.u8(34)), (22, 6), "its own frame");
    bench.tell(47, &[7, 1, 0, 0]);
}

#[test]
fn px4_hands_items_out_in_their_order_only() {
    let mut bench = Bench::new(Firmware::Px4, Airframe::Copter);
    bench.heartbeat();
    assert_eq!(upload(&mut bench, &[22, 16, 16], 0), ACCEPTED);
    bench.tell(51, &[0, 0, 7, 1, 0]);
    assert!(bench.take(73).is_empty(), "nobody asked how many there are");
    assert_eq!(count_of(&mut bench, 0), 3);
    for seq in [0, 1, 1] {
        bench.tell(51, &[seq, 0, 7, 1, 0]);
    }
    assert_eq!(
        bench.take(73).len(),
        3,
        "the last one may be asked for again"
    );
    bench.tell(51, &[0, 0, 7, 1, 0]);
    assert_eq!(bench.take(47).pop().unwrap().u8(2), ERROR);
    assert!(bench.said("WPM: REJ. CMD: Req. WP was unexpected\t"));
}

#[test]
fn px4_has_no_loiter_turns_and_wants_the_mission_frame() {
    let mut bench = Bench::new(Firmware::Px4, Airframe::Copter);
    bench.heartbeat();
    assert_eq!(upload(&mut bench, &[22, 18], 0), 3);
    assert_eq!(upload(&mut bench, &[22, 178], 0), 3, "not with a place");
    count(&mut bench, 1, 0);
    let mut speed = item(0, 178, 0);
    speed[34] = 2;
    bench.tell(73, &speed);
    assert_eq!(acknowledged(&mut bench), ACCEPTED);
    count(&mut bench, 501, 0);
    assert_eq!(acknowledged(&mut bench), 4);
    bench.tell(45, &[7, 1, 255]);
    assert_eq!(acknowledged(&mut bench), ACCEPTED);
    assert_eq!(count_of(&mut bench, 0), 0);
    bench.tell(76, &long_payload(512, &[42.0], 7));
    assert_eq!(bench.take(42).pop().unwrap().u16(2), u16::MAX, "no mission");
    bench.tell(41, &[3, 0, 7, 1]);
    assert!(bench.said("WPM: WP CURR CMD: Not in list\t"));
}

#[test]
fn an_upload_of_another_station_is_denied() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    count(&mut bench, 3, 0);
    bench.out.clear();
    bench.station = Sender::new(SystemId(250), ComponentId(1));
    count(&mut bench, 5, 0);
    let ack = bench.take(47).pop().unwrap();
    assert_eq!((ack.u8(0), ack.u8(2)), (250, DENIED));
}
