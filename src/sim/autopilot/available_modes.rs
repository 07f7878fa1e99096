//! The modes a craft offers, for stations that ask instead of keeping tables.
//!
//! <https://mavlink.io/en/services/standard_modes.html>

use super::craft::Craft;
use super::message_ids as id;
use super::modes::{Conduct, Mode};
use super::voice::Voice;

/// `MAV_MODE_PROPERTY_NOT_USER_SELECTABLE` is not set for any of them.
const SELECTABLE: u32 = 0;

/// Sends AVAILABLE_MODES: the one with this number from 1 on, or all of them for 0.
pub(super) fn tell(craft: &Craft, which: u8, voice: &mut Voice<'_>) {
    let modes = craft.options.firmware.modes(craft.options.airframe);
    for (place, mode) in (1_u8..).zip(modes) {
        if which != 0 && which != place {
            continue;
        }
        let mut payload = [0; 46];
        payload[..4].copy_from_slice(&mode.number.to_le_bytes());
        payload[4..8].copy_from_slice(&SELECTABLE.to_le_bytes());
        payload[8..11].copy_from_slice(&[modes.len() as u8, place, standard(*mode)]);
        let name = mode.name.as_bytes();
        payload[11..11 + name.len()].copy_from_slice(name);
        let message = id::AVAILABLE_MODES;
        voice.sender.send_payload(voice.out, message, &payload);
    }
}

/// Sends CURRENT_MODE: the mode flown, and the same as the one wanted.
pub(super) fn tell_current(craft: &Craft, voice: &mut Voice<'_>) {
    let mut payload = [0; 9];
    payload[..4].copy_from_slice(&craft.mode.number.to_le_bytes());
    payload[4..8].copy_from_slice(&craft.mode.number.to_le_bytes());
    payload[8] = standard(craft.mode);
    voice
        .sender
        .send_payload(voice.out, id::CURRENT_MODE, &payload);
}

/// `MAV_STANDARD_MODE`; 0 for a mode of the firmware's own.
const fn standard(mode: Mode) -> u8 {
    match mode.conduct {
        Conduct::Hold => 1,
        Conduct::Return => 5,
        Conduct::Mission => 6,
        Conduct::Land => 7,
        Conduct::Takeoff => 8,
        Conduct::Guided | Conduct::Manual => 0,
    }
}
