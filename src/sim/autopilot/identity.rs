//! Who a craft says it is: AUTOPILOT_VERSION, with an id of its own for every craft.

use mavlink::dialects::ardupilotmega as m;

use crate::sim::random::Random;

use super::ardupilot;
use super::craft::{Craft, INFO};
use super::firmware::Firmware;
use crate::sim::airframe::Airframe;

/// `MAV_PROTOCOL_CAPABILITY` as heard from ArduCopter: no parameter encoding is claimed.
const ARDUPILOT: u64 = 64_495;
/// And from PX4.
const PX4: u64 = 59_647;

/// The unique id of a craft: from its seed and its system id, never all zeros.
#[must_use]
pub fn uid(seed: u64, system: u8) -> [u8; 18] {
    let mut random = Random::for_member(seed ^ 0x005E_ED1D, u64::from(system));
    let mut bytes = [0; 18];
    for byte in &mut bytes[..12] {
        *byte = random.below(255) as u8 + 1;
    }
    bytes
}

/// ArduPilot says in words who it is to whoever asks for all parameters.
pub(super) fn introduce(craft: &mut Craft) {
    craft.say(INFO, ardupilot::firmware_words(craft.options.airframe));
    let uid = uid(craft.options.seed, craft.options.system.0);
    let hex: Vec<String> = uid[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    craft.say(INFO, hex.concat());
    if craft.options.airframe == Airframe::Copter {
        craft.say(INFO, "Frame: QUAD/PLUS");
    }
}

/// AUTOPILOT_VERSION (<https://mavlink.io/en/messages/common.html#AUTOPILOT_VERSION>).
pub(super) fn autopilot_version(craft: &Craft) -> m::AUTOPILOT_VERSION_DATA {
    let uid2 = uid(craft.options.seed, craft.options.system.0);
    let (version, capabilities, uid) = match craft.options.firmware {
        Firmware::ArduPilot => (0x0408_0000, ARDUPILOT, 0),
        Firmware::Px4 => {
            let mut low = [0; 8];
            low.copy_from_slice(&uid2[..8]);
            (0x010F_04FF, PX4, u64::from_le_bytes(low))
        }
    };
    m::AUTOPILOT_VERSION_DATA {
        capabilities: m::MavProtocolCapability::from_bits_retain(capabilities),
        uid,
        flight_sw_version: version,
        middleware_sw_version: 0,
        os_sw_version: 0,
        board_version: 0,
        vendor_id: 0,
        product_id: 0,
        flight_custom_version: *b"64a9c787",
        middleware_custom_version: [0; 8],
        os_custom_version: [0; 8],
        uid2,
    }
}
