//! Which items a firmware takes, and what it makes of them: a read-back is not always what was sent.
//!
//! Taken from ArduPilot's AP_Mission and PX4's mavlink_mission, and from recordings of both.

use crate::sim::airframe::Airframe;
use crate::sim::autopilot::craft::Craft;
use crate::sim::autopilot::firmware::Firmware;
use crate::sim::mission::{Item, NAV_LAND, NAV_LOITER_TIME, NAV_TAKEOFF, NAV_WAYPOINT};

use super::result::{INVALID_PARAM1, UNSUPPORTED, UNSUPPORTED_FRAME};
use super::{FENCE, RALLY};

/// Commands of a mission that ArduPilot stores with a place.
const ARDUPILOT_PLACES: &[u16] = &[
    16, 17, 18, 19, 21, 22, 30, 31, 82, 84, 85, 94, 179, 189, 195, 201,
];
/// Commands of a mission that ArduPilot stores without one.
const ARDUPILOT_OTHERS: &[u16] = &[
    20, 83, 92, 93, 112, 114, 115, 177, 178, 181, 182, 183, 184, 194, 197, 202, 203, 205, 206, 207,
    208, 210, 211, 212, 215, 218, 222, 223, 530, 531, 532, 534, 600, 601, 1000, 2000, 2001, 2500,
    2501, 42_600, 42_700, 42_702, 42_703,
];
/// Commands PX4 takes with a place.
const PX4_PLACES: &[u16] = &[
    16, 17, 19, 20, 21, 22, 31, 84, 85, 189, 195, 201, 4_501, 5_300,
];
/// Commands PX4 takes in `MAV_FRAME_MISSION`.
const PX4_OTHERS: &[u16] = &[
    20, 93, 112, 177, 178, 179, 181, 183, 187, 189, 195, 196, 197, 201, 203, 204, 205, 206, 211,
    214, 222, 530, 531, 532, 1000, 1001, 2000, 2001, 2500, 2501, 3000, 4_501, 42_600,
];
const FENCE_COMMANDS: std::ops::RangeInclusive<u16> = 5_000..=5_004;
const RALLY_POINT: u16 = 5_100;
const GLOBAL: [u8; 6] = [0, 3, 5, 6, 10, 11];
const FRAME_MISSION: u8 = 2;
/// Higher and ArduPilot cannot store it, m.
const HIGHEST_M: f32 = 83_000.0;

/// The most items a firmware holds of a kind.
#[must_use]
pub(in super::super) const fn room(firmware: Firmware, kind: u8) -> u16 {
    match (firmware, kind) {
        (Firmware::ArduPilot, FENCE) => 84,
        (Firmware::ArduPilot, RALLY) => 20,
        (Firmware::ArduPilot, _) => 724,
        (Firmware::Px4, FENCE) => 64,
        (Firmware::Px4, RALLY) => 32,
        (Firmware::Px4, _) => 500,
    }
}

/// The item as the firmware keeps it, or the `MAV_MISSION_RESULT` of its refusal.
pub(in super::super) fn judge(craft: &Craft, kind: u8, item: Item) -> Result<Item, u8> {
    match (craft.options.firmware, kind) {
        (firmware, FENCE) => fence_item(firmware, item),
        (_, RALLY) if item.command != RALLY_POINT => Err(UNSUPPORTED),
        (_, RALLY) if !GLOBAL.contains(&item.frame) => Err(UNSUPPORTED_FRAME),
        (Firmware::ArduPilot, RALLY) => Ok(Item {
            params: [0.0; 4],
            frame: plain(item.frame),
            autocontinue: 1,
            ..item
        }),
        (Firmware::Px4, RALLY) => Ok(item),
        (Firmware::ArduPilot, _) => ardupilot_item(craft.options.airframe, item),
        (Firmware::Px4, _) => px4_item(item),
    }
}

fn fence_item(firmware: Firmware, item: Item) -> Result<Item, u8> {
    if !FENCE_COMMANDS.contains(&item.command) {
        return Err(UNSUPPORTED);
    }
    if !GLOBAL.contains(&item.frame) {
        return Err(UNSUPPORTED_FRAME);
    }
    if matches!(item.command, 5_001 | 5_002) && !(3.0..=255.0).contains(&item.params[0]) {
        return Err(match firmware {
            Firmware::ArduPilot => INVALID_PARAM1,
            Firmware::Px4 => super::result::ERROR,
        });
    }
    Ok(match firmware {
        Firmware::ArduPilot => Item {
            params: [item.params[0], 0.0, 0.0, 0.0],
            frame: 0,
            autocontinue: 1,
            z: 0.0,
            ..item
        },
        Firmware::Px4 => item,
    })
}

fn ardupilot_item(airframe: Airframe, item: Item) -> Result<Item, u8> {
    let has_place = ARDUPILOT_PLACES.contains(&item.command);
    if !has_place && !ARDUPILOT_OTHERS.contains(&item.command) {
        return Err(UNSUPPORTED);
    }
    // NaN means "you choose", which only a yaw may.
    let nan = |place: &usize| item.params[*place].is_nan() && !(has_place && *place == 3);
    if let Some(place) = (0..4).find(nan) {
        return Err(INVALID_PARAM1 + place as u8);
    }
    let mut kept = Item {
        autocontinue: 1,
        ..item
    };
    if !has_place {
        kept.frame = 0;
        if kept.command < 200 {
            (kept.x, kept.y, kept.z) = (0, 0, 0.0);
        }
        return Ok(kept);
    }
    if !GLOBAL.contains(&item.frame) {
        return Err(UNSUPPORTED_FRAME);
    }
    let out_of = |value: i32, most: i32| value.unsigned_abs() > most.unsigned_abs();
    match item {
        _ if out_of(item.x, 900_000_000) => return Err(INVALID_PARAM1 + 4),
        _ if out_of(item.y, 1_800_000_000) => return Err(INVALID_PARAM1 + 5),
        _ if item.z.is_nan() || item.z.abs() >= HIGHEST_M => return Err(INVALID_PARAM1 + 6),
        _ => {}
    }
    kept.frame = plain(item.frame);
    kept.params = ardupilot_params(airframe, &item);
    Ok(kept)
}

/// What is left of the parameters after they went through ArduPilot's small storage.
fn ardupilot_params(airframe: Airframe, item: &Item) -> [f32; 4] {
    let [first, second, third, fourth] = item.params;
    let turn = if third < 0.0 { -1.0 } else { 1.0 };
    match (item.command, airframe) {
        (NAV_WAYPOINT, Airframe::Plane) => {
            let byte = |metres: f32| metres.trunc().clamp(0.0, 255.0);
            [0.0, byte(second), byte(third), 0.0]
        }
        (NAV_WAYPOINT, _) => [first.trunc().max(0.0), 0.0, 0.0, 0.0],
        (NAV_LOITER_TIME, _) => [first.trunc().max(0.0), 0.0, turn, 0.0],
        (NAV_LAND, _) => [first, 0.0, 0.0, if fourth < 0.0 { -1.0 } else { 1.0 }],
        (NAV_TAKEOFF, _) => [first, 0.0, 0.0, 0.0],
        _ => item
            .params
            .map(|param| if param.is_nan() { 0.0 } else { param }),
    }
}

/// ArduPilot has one frame per meaning: absolute, above home, above the terrain.
const fn plain(frame: u8) -> u8 {
    match frame {
        5 => 0,
        6 => 3,
        11 => 10,
        frame => frame,
    }
}

fn px4_item(item: Item) -> Result<Item, u8> {
    let known = match item.frame {
        FRAME_MISSION if PX4_OTHERS.contains(&item.command) => true,
        FRAME_MISSION if PX4_PLACES.contains(&item.command) => return Err(UNSUPPORTED_FRAME),
        FRAME_MISSION => false,
        frame if !GLOBAL[..4].contains(&frame) => return Err(UNSUPPORTED_FRAME),
        _ => PX4_PLACES.contains(&item.command),
    };
    if !known {
        return Err(UNSUPPORTED);
    }
    let mut kept = item;
    match item.command {
        NAV_TAKEOFF => kept.params[0] = 0.0,
        NAV_LOITER_TIME if item.params[3].is_nan() => kept.params[3] = 0.0,
        _ => {}
    }
    Ok(kept)
}
