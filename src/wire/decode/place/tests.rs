//! Places, altitudes and receivers, with all the ways of not knowing.

use mavlink::{
    MessageData,
    dialects::ardupilotmega::{
        GLOBAL_POSITION_INT_DATA, GPS_RAW_INT_DATA, GPS2_RAW_DATA, GpsFixType, HOME_POSITION_DATA,
        POSITION_TARGET_GLOBAL_INT_DATA, PositionTargetTypemask,
    },
};

use crate::{
    model::{
        groups::{Gps, Home},
        report::{GlobalPosition, Report},
        words::GpsFix,
    },
    wire::decode::testing::{payload, report, report_v1, unwrap_report},
    wire::decode::{Context, decode},
};

fn canberra() -> GLOBAL_POSITION_INT_DATA {
    GLOBAL_POSITION_INT_DATA {
        time_boot_ms: 123_456,
        lat: -353_632_621,
        lon: 1_491_652_374,
        alt: 584_123,
        relative_alt: -1_042,
        vx: 150,
        vy: -275,
        vz: 33,
        hdg: 35_999,
    }
}

#[test]
fn every_field_of_global_position_int_is_found() {
    let position = unwrap_report!(report(&canberra()), Position);
    let place = position.place.unwrap();
    assert_eq!(
        (place.lat_deg, place.lon_deg),
        (-35.363_262_1, 149.165_237_4)
    );
    assert_eq!(position.alt_msl_m, Some(584.123));
    assert_eq!(position.alt_rel_m, Some(-1.042));
    assert_eq!(position.north_m_s, Some(1.5));
    assert_eq!(position.east_m_s, Some(-2.75));
    assert_eq!(position.down_m_s, Some(0.33));
    assert_eq!(position.heading_deg, Some(359.99));
    assert_eq!(position.boot_ms, 123_456);
}

#[test]
fn before_a_fix_only_the_place_is_unknown() {
    for (lat, lon) in [
        (0, 0),
        (i32::MAX, i32::MAX),
        (910_000_000, 0),
        (1, 1_800_000_001),
    ] {
        let message = GLOBAL_POSITION_INT_DATA {
            lat,
            lon,
            hdg: u16::MAX,
            ..canberra()
        };
        let position = unwrap_report!(report(&message), Position);
        assert_eq!(
            position,
            GlobalPosition {
                place: None,
                heading_deg: None,
                alt_msl_m: Some(584.123),
                alt_rel_m: Some(-1.042),
                north_m_s: Some(1.5),
                east_m_s: Some(-2.75),
                down_m_s: Some(0.33),
                boot_ms: 123_456,
            }
        );
    }
}

fn first_receiver() -> GPS_RAW_INT_DATA {
    GPS_RAW_INT_DATA {
        time_usec: 0x0102_0304_0506_0708,
        lat: 473_977_420,
        lon: 85_455_940,
        alt: 488_013,
        eph: 121,
        epv: 207,
        vel: 1_234,
        cog: 27_015,
        fix_type: GpsFixType::GPS_FIX_TYPE_RTK_FIXED,
        satellites_visible: 17,
        alt_ellipsoid: 1,
        h_acc: 2,
        v_acc: 3,
        vel_acc: 4,
        hdg_acc: 5,
        yaw: 6,
    }
}

#[test]
fn every_field_of_gps_raw_int_is_found() {
    let whole = Gps {
        fix: Some(GpsFix(6)),
        satellites: Some(17),
        hdop: Some(1.21),
        vdop: Some(2.07),
        lat_deg: Some(47.397_742),
        lon_deg: Some(8.545_594),
        alt_msl_m: Some(488.013),
        groundspeed_m_s: Some(12.34),
        course_deg: Some(270.15),
        t_ms: None,
    };
    for report in [report(&first_receiver()), report_v1(&first_receiver())] {
        let Report::Gps(0, gps) = report else {
            panic!("{report:?}")
        };
        assert_eq!(gps, whole);
    }
}

#[test]
fn a_receiver_without_a_fix_knows_nothing_but_that() {
    let message = GPS_RAW_INT_DATA {
        lat: 0,
        lon: 0,
        alt: i32::MAX,
        eph: u16::MAX,
        epv: u16::MAX,
        vel: u16::MAX,
        cog: u16::MAX,
        fix_type: GpsFixType::GPS_FIX_TYPE_NO_GPS,
        satellites_visible: 255,
        ..first_receiver()
    };
    let Report::Gps(_, gps) = report(&message) else {
        panic!()
    };
    let nothing = Gps {
        fix: Some(GpsFix(0)),
        ..Gps::default()
    };
    assert_eq!(gps, nothing);
}

#[test]
fn a_fix_type_newer_than_our_tables_keeps_the_message() {
    let mut bytes = payload(&first_receiver());
    bytes[28] = 42;
    let Some(Report::Gps(0, gps)) = decode(24, &bytes, Context::default()) else {
        panic!()
    };
    assert_eq!(gps.fix.unwrap().to_string(), "fix(42)");
    assert_eq!(gps.satellites, Some(17));
}

#[test]
fn every_field_of_gps2_raw_is_found() {
    let message = GPS2_RAW_DATA {
        time_usec: 0x0102_0304_0506_0708,
        lat: -473_977_421,
        lon: -85_455_941,
        alt: -488_014,
        dgps_age: 0x0a0b_0c0d,
        eph: 122,
        epv: 208,
        vel: 1_235,
        cog: 27_016,
        fix_type: GpsFixType::GPS_FIX_TYPE_DGPS,
        satellites_visible: 18,
        dgps_numch: 9,
        yaw: 77,
        alt_ellipsoid: 1,
        h_acc: 2,
        v_acc: 3,
        vel_acc: 4,
        hdg_acc: 5,
    };
    let Report::Gps(1, gps) = report(&message) else {
        panic!()
    };
    let whole = Gps {
        fix: Some(GpsFix(4)),
        satellites: Some(18),
        hdop: Some(1.22),
        vdop: Some(2.08),
        lat_deg: Some(-47.397_742_1),
        lon_deg: Some(-8.545_594_1),
        alt_msl_m: Some(-488.014),
        groundspeed_m_s: Some(12.35),
        course_deg: Some(270.16),
        t_ms: None,
    };
    assert_eq!(gps, whole);
}

#[test]
fn home_is_read_though_its_local_part_is_nan() {
    let message = HOME_POSITION_DATA {
        latitude: 473_977_420,
        longitude: 85_455_940,
        altitude: 488_013,
        x: f32::NAN,
        y: f32::NAN,
        z: f32::NAN,
        q: [f32::NAN; 4],
        approach_x: f32::NAN,
        approach_y: f32::NAN,
        approach_z: f32::NAN,
        time_usec: 99,
    };
    let whole = Home {
        lat_deg: Some(47.397_742),
        lon_deg: Some(8.545_594),
        alt_msl_m: Some(488.013),
        ..Home::default()
    };
    assert_eq!(unwrap_report!(report(&message), Home), whole);
    let unset = HOME_POSITION_DATA {
        latitude: 0,
        longitude: 0,
        ..message
    };
    let home = unwrap_report!(report(&unset), Home);
    assert_eq!(
        (home.lat_deg, home.lon_deg, home.alt_msl_m),
        (None, None, Some(488.013))
    );
}

#[test]
fn where_a_vehicle_goes_is_known_only_when_it_goes_to_a_place() {
    let target = |mask| POSITION_TARGET_GLOBAL_INT_DATA {
        lat_int: -353_632_621,
        lon_int: 1_491_652_374,
        alt: 600.0,
        type_mask: PositionTargetTypemask::from_bits_retain(mask),
        ..Default::default()
    };
    let going = unwrap_report!(report(&target(0xFFF8)), GuidedTarget);
    assert_eq!(going.place_1e7, (-353_632_621, 1_491_652_374));
    let nowhere = payload(&target(0xFFFF));
    let id = POSITION_TARGET_GLOBAL_INT_DATA::ID;
    assert!(decode(id, &nowhere, Context::default()).is_none());
}
