//! Orders to fly: obeyed when they make sense, refused as the firmware would when not.

use super::*;

fn guided_copter() -> Bench {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    assert_eq!(bench.long(176, &[1.0, 4.0]), 0);
    bench
}

fn airborne_copter(up_m: f32) -> Bench {
    let mut bench = guided_copter();
    assert_eq!(bench.long(400, &[1.0]), 0);
    assert_eq!(bench.long(22, &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, up_m]), 0);
    let wanted_m = f64::from(up_m) - 0.5;
    assert!(bench.run_until(60, |craft| craft.body.spot.up_m > wanted_m));
    bench
}

#[test]
fn a_takeoff_climbs_and_gets_there() {
    let mut bench = airborne_copter(20.0);
    bench.run(10.0);
    let position = bench.heard(33).pop().unwrap();
    assert!(
        (position.i32(16) - 20_000).abs() < 700,
        "{}",
        position.i32(16)
    );
    bench.tell(76, &long_payload(511, &[245.0, 200_000.0], 7));
    bench.run(1.0);
    assert_eq!(bench.heard(245).pop().unwrap().u8(1), 2, "in the air");
    assert!(bench.said("Arming motors"));
}

#[test]
fn a_takeoff_needs_guided_and_armed() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    let climb = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0];
    assert_eq!(bench.long(400, &[1.0]), 0);
    assert_eq!(bench.long(22, &climb), 4, "not in STABILIZE");
    assert_eq!(bench.long(400, &[0.0]), 0);
    assert_eq!(bench.long(176, &[1.0, 4.0]), 0);
    assert_eq!(bench.long(22, &climb), 4, "not disarmed");
    assert_eq!(bench.long(400, &[1.0]), 0);
    assert_eq!(
        bench.int(22, 0, [0.0; 4], (0, 0, 10.0)),
        9,
        "not in an absolute frame"
    );
    assert_eq!(bench.long(22, &climb), 0);
}

#[test]
fn arming_is_refused_with_the_reason() {
    let mut young = options(Firmware::ArduPilot, Airframe::Copter);
    young.uptime_s = 0;
    let mut bench = Bench::with(young);
    assert_eq!(bench.long(400, &[1.0]), 4);
    assert!(bench.said("Arm: AHRS: waiting for home"));
    assert_eq!(bench.long(176, &[1.0, 4.0]), 4);
    assert!(bench.said("Mode change to GUIDED failed: requires position"));
    bench.run(8.0);
    bench
        .autopilot
        .lose_gps(bench.now, TimeUs(bench.now.0 + 5_000_000));
    assert_eq!(bench.long(400, &[1.0]), 4);
    assert!(bench.said("Arm: GPS 1: Bad fix"));
    bench.run(6.0);
    assert!(bench.said("GPS Glitch cleared"));
    assert_eq!(bench.long(176, &[1.0, 6.0]), 0);
    assert_eq!(bench.long(400, &[1.0]), 4);
    assert!(bench.said("Arm: RTL mode not armable"));
    assert_eq!(bench.long(400, &[1.0, 21_196.0]), 0, "force asks nobody");
}

#[test]
fn a_flying_copter_is_not_disarmed_unless_forced() {
    let mut bench = airborne_copter(10.0);
    assert_eq!(bench.long(400, &[0.0]), 4);
    assert!(bench.autopilot.craft.armed);
    assert_eq!(bench.long(400, &[0.0, 21_196.0]), 0);
    bench.run(0.1);
    assert!(!bench.autopilot.craft.armed && bench.autopilot.craft.body.spot.up_m < 0.1);
}

#[test]
fn a_return_comes_home_lands_and_disarms() {
    let mut bench = airborne_copter(12.0);
    let (lat, lon) = bench
        .autopilot
        .craft
        .options
        .origin
        .scaled(bench.autopilot.craft.body.spot);
    assert_eq!(
        bench.int(192, 6, [-1.0, 0.0, 0.0, 0.0], (lat + 5_000, lon, 15.0)),
        0
    );
    assert!(bench.run_until(60, |craft| craft.body.spot.north_m > 50.0));
    assert_eq!(bench.long(20, &[]), 0);
    assert!(bench.run_until(180, |craft| !craft.armed));
    let spot = bench.autopilot.craft.body.spot;
    assert!(
        spot.north_m.hypot(spot.east_m) < 3.0 && spot.up_m < 0.05,
        "{spot:?}"
    );
    assert!(bench.said("Disarming motors"));
}

#[test]
fn a_reposition_needs_a_place_a_frame_and_guided() {
    let mut bench = airborne_copter(10.0);
    let (lat, lon) = bench
        .autopilot
        .craft
        .options
        .origin
        .scaled(bench.autopilot.craft.body.spot);
    assert_eq!(bench.long(192, &[-1.0]), 8, "COMMAND_LONG has no frame");
    assert_eq!(bench.int(192, 6, [0.0; 4], (0, 0, 10.0)), 2, "no place");
    assert_eq!(
        bench.int(192, 1, [0.0; 4], (lat, lon, 10.0)),
        9,
        "a local frame"
    );
    assert_eq!(bench.long(176, &[1.0, 5.0]), 0);
    assert_eq!(
        bench.int(192, 6, [0.0; 4], (lat, lon, 10.0)),
        2,
        "not in LOITER"
    );
    assert_eq!(
        bench.int(192, 0, [0.0, 1.0, 0.0, 0.0], (lat, lon, 614.0)),
        0,
        "but it may change the mode"
    );
    assert_eq!(bench.autopilot.craft.mode.name, "GUIDED");
    assert!(bench.run_until(30, |craft| (craft.body.spot.up_m - 30.0).abs() < 0.5));
}

#[test]
fn a_mission_is_flown_and_its_items_announced() {
    let mut bench = guided_copter();
    assert_eq!(bench.long(300, &[]), 4, "not disarmed");
    assert_eq!(bench.long(400, &[1.0]), 0);
    assert_eq!(bench.long(300, &[]), 0);
    assert!(
        bench.run_until(400, |craft| craft.progress.jumps.len() == 1),
        "once round"
    );
    assert!(bench.said("Mission: 1 Takeoff") && bench.said("Reached command #2"));
    let reached: Vec<u16> = bench.heard(46).iter().map(|frame| frame.u16(0)).collect();
    assert!(reached.starts_with(&[1, 2, 3]), "{reached:?}");
    assert_eq!(bench.heard(0).pop().unwrap().u32(0), 3, "AUTO");
}

#[test]
fn px4_refuses_and_flies_in_its_own_words() {
    let mut bench = Bench::new(Firmware::Px4, Airframe::Copter);
    bench.heartbeat();
    assert_eq!(bench.long(400, &[1.0]), 0);
    assert_eq!(
        bench.long(22, &[0.0, 0.0, 0.0, f32::NAN, f32::NAN, f32::NAN, 599.0]),
        0
    );
    assert!(bench.run_until(60, |craft| craft.mode.name == "LOITER"
        && craft.body.spot.up_m > 14.0));
    assert!(bench.said("Takeoff detected\t"));
    assert_eq!(bench.long(400, &[0.0]), 1);
    assert!(bench.said("Disarming denied: not landed\t"));
    assert_eq!(bench.long(21, &[]), 0);
    assert!(bench.run_until(60, |craft| !craft.armed));
    assert!(bench.said("Disarmed by landing\t"));
}

#[test]
fn a_low_battery_sends_it_home() {
    let mut bench = airborne_copter(10.0);
    bench.autopilot.lose_charge(18.0);
    bench.run(0.5);
    assert_eq!(bench.autopilot.craft.mode.name, "RTL");
    assert!(
        bench
            .texts()
            .iter()
            .any(|text| text.starts_with("Battery 1 is low "))
    );
    assert!(bench.said("Battery Failsafe"));
}

#[test]
fn a_plane_takes_off_in_auto_and_a_rover_drives() {
    let mut plane = Bench::new(Firmware::ArduPilot, Airframe::Plane);
    assert_eq!(plane.long(176, &[1.0, 10.0]), 0);
    assert_eq!(plane.long(400, &[1.0]), 0);
    assert!(plane.run_until(90, |craft| craft.body.spot.up_m > 50.0
        && craft.progress.current > 1));
    assert_eq!(plane.long(21, &[]), 3);
    let mut rover = Bench::new(Firmware::ArduPilot, Airframe::Rover);
    assert_eq!(rover.long(176, &[1.0, 10.0]), 0);
    assert_eq!(rover.long(400, &[1.0]), 0);
    assert!(rover.run_until(120, |craft| craft.progress.current > 2));
    assert!(rover.autopilot.craft.body.spot.up_m.abs() < f64::EPSILON);
    assert_eq!(rover.long(22, &[]), 3);
}

#[test]
fn an_idle_copter_disarms_by_itself() {
    let mut bench = guided_copter();
    assert_eq!(bench.long(400, &[1.0]), 0);
    bench.run(9.0);
    assert!(bench.autopilot.craft.armed);
    bench.run(3.0);
    assert!(!bench.autopilot.craft.armed);
}

#[test]
fn ardupilot_says_again_and_again_why_it_cannot_be_armed() {
    let mut bench = Bench::new(Firmware::ArduPilot, Airframe::Copter);
    assert!(!bench.texts().iter().any(|text| text.starts_with("PreArm")));
    bench
        .autopilot
        .lose_gps(bench.now, TimeUs(bench.now.0 + 70_000_000));
    bench.run(65.0);
    let said = bench.texts();
    let reminders = said.iter().filter(|text| *text == "PreArm: GPS 1: Bad fix");
    assert_eq!(reminders.count(), 3);
    bench.run(10.0);
    bench.out.clear();
    bench.run(60.0);
    assert!(!bench.texts().iter().any(|text| text.starts_with("PreArm")));
}

#[test]
fn a_guided_target_moves_a_guided_copter_and_nobody_else() {
    let mut payload = vec![0; 53];
    payload[4..8].copy_from_slice(&(-353_630_000_i32).to_le_bytes());
    payload[8..12].copy_from_slice(&1_491_652_370_i32.to_le_bytes());
    payload[12..16].copy_from_slice(&15.0_f32.to_le_bytes());
    payload[48..50].copy_from_slice(&0x0DF8_u16.to_le_bytes());
    payload[50..53].copy_from_slice(&[7, 1, 6]);
    let lat = |bench: &Bench| {
        let origin = bench.autopilot.craft.options.origin;
        origin.scaled(bench.autopilot.craft.target).0
    };
    let mut bench = airborne_copter(10.0);
    bench.run(3.0);
    bench.tell(86, &payload);
    assert!((lat(&bench) + 353_630_000).abs() < 20);
    assert!((bench.autopilot.craft.target.up_m - 15.0).abs() < 0.1);
    let mut bench = airborne_copter(10.0);
    assert_eq!(bench.long(176, &[1.0, 5.0]), 0);
    let before = lat(&bench);
    bench.tell(86, &payload);
    assert_eq!(lat(&bench), before, "in LOITER it stays");
}
