//! Which messages do we know, and by what seed are their CRCs checked?
//!
//! One table of ArduPilot's dialect and of what upstream has beyond it, built at compile time, looked
//! up in O(1) without allocation for every frame. An id in both sources must agree in CRC_EXTRA: the
//! build fails otherwise, for then a second seed per id would be needed. Knows nothing of fields.
//! Called by `verify` for every frame and by whoever shows a message by name.

mod ardupilot;
mod entry;
mod upstream;

use std::{collections::HashMap, sync::LazyLock};

use mavlink::{MavlinkVersion, Message, dialects::ardupilotmega::MavMessage};

pub use self::entry::Entry;
use self::{ardupilot::ARDUPILOT, upstream::UPSTREAM};

const SLOTS: usize = 1024;
/// The hash takes the top bits of a 32-bit product.
const SHIFT: u32 = 32 - SLOTS.trailing_zeros();
const VACANT: u16 = u16::MAX;

/// Both sources, ArduPilot's first.
static ENTRIES: [Entry; ARDUPILOT.len() + UPSTREAM.len()] = joined();
/// Places in `ENTRIES` by hash: open addressing, at most 40 % full, so a miss costs a probe or two.
static INDEX: [u16; SLOTS] = index(&joined());

const fn slot(id: u32) -> usize {
    (id.wrapping_mul(0x9E37_79B1) >> SHIFT) as usize
}

const fn joined() -> [Entry; ARDUPILOT.len() + UPSTREAM.len()] {
    let mut entries = [ARDUPILOT[0]; ARDUPILOT.len() + UPSTREAM.len()];
    let mut i = 0;
    while i < entries.len() {
        entries[i] = match i.checked_sub(ARDUPILOT.len()) {
            Some(upstream) => UPSTREAM[upstream],
            None => ARDUPILOT[i],
        };
        i += 1;
    }
    entries
}

const fn index(entries: &[Entry]) -> [u16; SLOTS] {
    let mut index = [VACANT; SLOTS];
    let mut i = 0;
    while i < entries.len() {
        let new = &entries[i];
        let mut at = slot(new.id);
        while index[at] != VACANT && entries[index[at] as usize].id != new.id {
            at = (at + 1) % SLOTS;
        }
        if index[at] == VACANT {
            index[at] = i as u16;
        } else {
            let known = &entries[index[at] as usize];
            assert!(known.crc_extra == new.crc_extra, "one id, two CRC_EXTRA");
            if known.max_len < new.max_len {
                index[at] = i as u16;
            }
        }
        i += 1;
    }
    index
}

/// The definition of a message id, if any known dialect has it.
#[must_use]
#[inline]
pub fn entry(id: u32) -> Option<&'static Entry> {
    let mut at = slot(id);
    while INDEX[at] != VACANT {
        let found = &ENTRIES[usize::from(INDEX[at])];
        if found.id == id {
            return Some(found);
        }
        at = (at + 1) % SLOTS;
    }
    None
}

/// The message's name, e.g. `HEARTBEAT` for 0.
#[must_use]
pub fn name(id: u32) -> Option<&'static str> {
    entry(id).map(|e| e.name)
}

/// The id of a message name as in the XML, e.g. 0 for `HEARTBEAT`.
#[must_use]
pub fn message_id(name: &str) -> Option<u32> {
    static BY_NAME: LazyLock<HashMap<&'static str, u32>> =
        LazyLock::new(|| entries().map(|e| (e.name, e.id)).collect());
    BY_NAME.get(name).copied()
}

/// Every message known, in no particular order.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    let places = INDEX.iter().filter(|&&place| place != VACANT);
    places.map(|&place| &ENTRIES[usize::from(place)])
}

/// Payload length without extension fields, in bytes: what MAVLink 1 sends. `None` for messages
/// that ArduPilot's dialect lacks.
#[must_use]
pub fn base_len(id: u32) -> Option<u8> {
    let message = MavMessage::default_message_from_id(id)?;
    let mut buffer = [0; 255];
    Some(message.ser(MavlinkVersion::V1, &mut buffer) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_of_the_mavlink_crate_is_in_the_table_with_its_name_and_seed() {
        assert_eq!(ARDUPILOT.len(), MavMessage::all_messages().len());
        for &(crate_name, id) in MavMessage::all_messages() {
            let found = entry(id).expect(crate_name);
            assert_eq!(found.name, crate_name);
            assert_eq!(found.crc_extra, MavMessage::extra_crc(id), "{crate_name}");
            assert!(base_len(id).expect(crate_name) <= found.max_len);
        }
    }

    #[test]
    fn names_seeds_and_lengths_agree_with_pymavlink_and_upstream() {
        let text = include_str!("../../tests/wire/fixtures/messages.json");
        let expected: HashMap<u32, (String, u8, u8)> = serde_json::from_str(text).expect("fixture");
        assert_eq!(entries().count(), expected.len());
        for (id, (expected_name, crc_extra, len)) in &expected {
            let found = entry(*id).expect(expected_name);
            assert_eq!(found.name, expected_name);
            assert_eq!(
                (found.crc_extra, found.max_len),
                (*crc_extra, *len),
                "{expected_name}"
            );
            assert_eq!(message_id(expected_name), Some(*id));
        }
    }

    #[test]
    fn upstream_lengths_win_where_they_are_longer() {
        assert_eq!(
            entry(435).map(|e| (e.name, e.max_len)),
            Some(("AVAILABLE_MODES", 47))
        );
        assert_eq!(name(441), Some("GNSS_INTEGRITY"));
        assert_eq!(name(514), Some("ESTIMATOR_SENSOR_FUSION_STATUS"));
    }

    #[test]
    fn extension_fields_are_not_in_the_base_length() {
        assert_eq!(base_len(42), Some(2), "MISSION_CURRENT");
        assert_eq!(entry(42).map(|e| e.max_len), Some(18));
        assert_eq!(base_len(441), None);
    }

    #[test]
    fn an_id_of_no_dialect_has_no_entry() {
        for id in [3, 255_000, 0x00FF_FFFF, u32::MAX] {
            assert_eq!(entry(id), None, "{id}");
        }
        assert_eq!(message_id("NO_SUCH_MESSAGE"), None);
    }
}
