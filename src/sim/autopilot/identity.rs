//! Who a craft says it is: AUTOPILOT_VERSION, with an id of its own for every craft.

use mavlink::dialects::ardupilotmega as m;

use crate::sim::random::Random;

use super::craft::Craft;
use super::firmware::Firmware;

/// Mission, command and position as integers, MAVLink 2, fence, rally: no FTP, no terrain, no compass calibration.
const BOTH: u64 = 1 | 4 | 8 | 8_192 | 16_384 | 32_768;
const PARAM_BYTEWISE: u64 = 16;
const PARAM_C_CAST: u64 = 131_072;

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

/// AUTOPILOT_VERSION (<https://mavlink.io/en/messages/common.html#AUTOPILOT_VERSION>).
pub(super) fn autopilot_version(craft: &Craft) -> m::AUTOPILOT_VERSION_DATA {
    let uid2 = uid(craft.options.seed, craft.options.system.0);
    let (version, encoding, uid) = match craft.options.firmware {
        Firmware::ArduPilot => (0x0405_07FF, PARAM_C_CAST, 0),
        Firmware::Px4 => {
            let mut low = [0; 8];
            low.copy_from_slice(&uid2[..8]);
            (0x010F_04FF, PARAM_BYTEWISE, u64::from_le_bytes(low))
        }
    };
    m::AUTOPILOT_VERSION_DATA {
        capabilities: m::MavProtocolCapability::from_bits_retain(BOTH | encoding),
        uid,
        flight_sw_version: version,
        middleware_sw_version: 0,
        os_sw_version: 0,
        board_version: 0,
        vendor_id: 0,
        product_id: 0,
        flight_custom_version: *b"2a3dc4b7",
        middleware_custom_version: [0; 8],
        os_custom_version: [0; 8],
        uid2,
    }
}
