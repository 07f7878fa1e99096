//! Parameters over the air: lists, single ones, refusals, and how the firmwares differ.

use super::*;

fn set(bench: &mut Bench, name: &str, kind: u8, value: f32) {
    let mut payload = value.to_bits().to_le_bytes().to_vec();
    payload.extend([7, 1]);
    payload.extend(padded(name));
    payload.push(kind);
    bench.tell(23, &payload);
}

fn read(bench: &mut Bench, index: i16, name: &str) -> Option<Received> {
    let mut payload = index.to_le_bytes().to_vec();
    payload.extend([7, 1]);
    payload.extend(padded(name));
    bench.tell(20, &payload);
    bench.take(22).pop()
}

fn padded(name: &str) -> [u8; 16] {
    let mut padded = [0; 16];
    padded[..name.len()].copy_from_slice(name.as_bytes());
    padded
}

#[test]
fn ardupilot_lists_every_parameter_once_and_introduces_itself() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    bench.tell(21, &[7, 1]);
    bench.run(1.0);
    let after_one_second = bench.heard(22).len();
    assert!((400..700).contains(&after_one_second), "{after_one_second}");
    bench.run(3.0);
    let listed = bench.heard(22);
    assert_eq!(listed.len(), 1_363);
    let indices: Vec<u16> = listed.iter().map(|value| value.u16(6)).collect();
    assert!(indices.iter().copied().eq(0..1_363));
    assert!(listed.iter().all(|value| value.u16(4) == 1_363));
    assert!(bench.said("ArduCopter V4.8.0-dev (64a9c787)"));
    assert!(bench.said("Frame: QUAD/PLUS"));
}

#[test]
fn ardupilot_answers_with_the_index_it_was_asked_for() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    let by_name = read(&mut bench, -1, "FENCE_ALT_MAX").unwrap();
    assert_eq!((by_name.u16(6), by_name.u8(24)), (u16::MAX, 9));
    assert!((by_name.f32(0) - 100.0).abs() < f32::EPSILON);
    let by_index = read(&mut bench, 3, "").unwrap();
    assert_eq!(by_index.u16(6), 3);
    set(&mut bench, "FENCE_ALT_MAX", 9, 80.0);
    let after = bench.take(22).pop().unwrap();
    assert_eq!(
        (after.u16(6), after.text(8, 16)),
        (u16::MAX, "FENCE_ALT_MAX")
    );
    assert!((after.f32(0) - 80.0).abs() < f32::EPSILON);
    set(&mut bench, "FENCE_ACTION", 2, 300.0);
    assert!(
        (bench.take(22)[0].f32(0) - 127.0).abs() < f32::EPSILON,
        "cut"
    );
}

#[test]
fn a_refusal_names_the_parameter_and_the_error() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    let error = |bench: &mut Bench| {
        let error = bench.take(345).pop().unwrap();
        assert_eq!((error.u8(2), error.u8(3)), (255, 25));
        (error.text(4, 16).to_owned(), error.u8(20))
    };
    assert!(read(&mut bench, -1, "NO_SUCH").is_none());
    set(&mut bench, "NO_SUCH", 9, 1.0);
    assert_eq!(error(&mut bench), ("NO_SUCH".into(), 1));
    set(&mut bench, "FENCE_ALT_MAX", 9, f32::NAN);
    assert_eq!(error(&mut bench).1, 2);
    set(&mut bench, "MIS_TOTAL", 4, 3.0);
    assert_eq!(bench.heard(22).len(), 1, "its true value follows");
    assert_eq!(error(&mut bench).1, 3);
    assert!(bench.said("Param write denied (MIS_TOTAL)"));
    let mut px4 = Bench::new(Firmware::Px4, Airframe::Copter);
    px4.heartbeat();
    set(&mut px4, "COM_LOW_BAT_ACT", 9, 2.0);
    assert_eq!(error(&mut px4).1, 7, "another type");
}

#[test]
fn a_feature_that_is_switched_on_changes_the_count() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    let before = read(&mut bench, 0, "").unwrap().u16(4);
    assert!(read(&mut bench, -1, "BATT2_CAPACITY").is_none());
    set(&mut bench, "BATT2_MONITOR", 2, 4.0);
    let after = bench.take(22).pop().unwrap().u16(4);
    assert!(after > before + 10, "{before} {after}");
    assert!(read(&mut bench, -1, "BATT2_CAPACITY").is_some());
}

#[test]
fn px4_sends_its_hash_first_and_stops_when_it_is_known() {
    let mut bench = Bench::new(Firmware::Px4, Airframe::Copter);
    bench.heartbeat();
    bench.out.clear();
    bench.tell(21, &[7, 1]);
    bench.run(2.0);
    let listed = bench.take(22);
    assert_eq!(listed.len(), 951);
    assert_eq!(listed[0].text(8, 16), "_HASH_CHECK");
    assert_eq!((listed[0].u16(6), listed[0].u8(24)), (u16::MAX, 5));
    let id = listed.iter().find(|row| row.text(8, 16) == "MAV_SYS_ID");
    assert_eq!(id.unwrap().u32(0), 7, "its bits, not its value");
    assert_eq!(
        read(&mut bench, -1, "_HASH_CHECK").unwrap().u32(0),
        listed[0].u32(0)
    );
    bench.tell(21, &[7, 1]);
    bench.run(0.1);
    set(
        &mut bench,
        "_HASH_CHECK",
        5,
        f32::from_bits(listed[0].u32(0)),
    );
    bench.take(22);
    bench.run(1.0);
    assert!(bench.take(22).is_empty());
    set(&mut bench, "COM_LOW_BAT_ACT", 6, f32::from_bits(1));
    let answer = bench.take(22).pop().unwrap();
    assert_eq!((answer.u32(0), answer.u16(4)), (1, 950));
    assert_ne!(answer.u16(6), u16::MAX, "its true place");
}
