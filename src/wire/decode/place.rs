//! Where the vehicle is, and where its home is: GLOBAL_POSITION_INT, GPS_RAW_INT, GPS2_RAW, HOME_POSITION.

use super::payload::{Payload, bearing_cdeg, hundredths, known, millimetres, place, speed_cm_s};
use crate::model::{
    groups::{Gps, Home},
    report::{GlobalPosition, GuidedTarget},
    words::GpsFix,
};

/// GLOBAL_POSITION_INT (<https://mavlink.io/en/messages/common.html#GLOBAL_POSITION_INT>).
pub(super) fn global_position(payload: Payload<'_>) -> GlobalPosition {
    GlobalPosition {
        place: place(payload.i32(4), payload.i32(8)),
        alt_msl_m: millimetres(payload.i32(12)),
        alt_rel_m: millimetres(payload.i32(16)),
        north_m_s: speed_cm_s(payload.i16(20)),
        east_m_s: speed_cm_s(payload.i16(22)),
        down_m_s: speed_cm_s(payload.i16(24)),
        heading_deg: bearing_cdeg(payload.u16(26)),
        boot_ms: payload.u32(0),
    }
}

/// POSITION_TARGET_GLOBAL_INT (<https://mavlink.io/en/messages/common.html#POSITION_TARGET_GLOBAL_INT>): where the
/// vehicle is on its way to; `None` when it says that it goes to no place.
pub(super) fn position_target(payload: Payload<'_>) -> Option<GuidedTarget> {
    const IGNORES_A_COORDINATE: u16 = 0b11;
    let place_1e7 = (payload.i32(4), payload.i32(8));
    let is_place = payload.u16(48) & IGNORES_A_COORDINATE == 0 && place_1e7 != (0, 0);
    is_place.then_some(GuidedTarget { place_1e7 })
}

/// GPS_RAW_INT (<https://mavlink.io/en/messages/common.html#GPS_RAW_INT>).
pub(super) fn gps_raw_int(payload: Payload<'_>) -> Gps {
    Gps {
        fix: Some(GpsFix(payload.u8(28))),
        satellites: known(payload.u8(29)),
        ..solution(payload, 20)
    }
}

/// GPS2_RAW (<https://mavlink.io/en/messages/common.html#GPS2_RAW>): the age of the corrections sits
/// between altitude and precision and shifts all that follows.
pub(super) fn gps2_raw(payload: Payload<'_>) -> Gps {
    Gps {
        fix: Some(GpsFix(payload.u8(32))),
        satellites: known(payload.u8(33)),
        ..solution(payload, 24)
    }
}

/// What both receivers' messages share: place at 8, and four 16-bit numbers at `precision_at`.
fn solution(payload: Payload<'_>, precision_at: usize) -> Gps {
    let place = place(payload.i32(8), payload.i32(12));
    Gps {
        hdop: hundredths(payload.u16(precision_at)),
        vdop: hundredths(payload.u16(precision_at + 2)),
        lat_deg: place.map(|place| place.lat_deg),
        lon_deg: place.map(|place| place.lon_deg),
        alt_msl_m: millimetres(payload.i32(16)),
        groundspeed_m_s: hundredths(payload.u16(precision_at + 4)),
        course_deg: bearing_cdeg(payload.u16(precision_at + 6)),
        ..Gps::default()
    }
}

/// HOME_POSITION (<https://mavlink.io/en/messages/common.html#HOME_POSITION>); its local coordinates
/// and approach vector are often NaN and nobody shows them.
pub(super) fn home_position(payload: Payload<'_>) -> Home {
    let place = place(payload.i32(0), payload.i32(4));
    Home {
        lat_deg: place.map(|place| place.lat_deg),
        lon_deg: place.map(|place| place.lon_deg),
        alt_msl_m: millimetres(payload.i32(8)),
        ..Home::default()
    }
}

#[cfg(test)]
mod tests;
