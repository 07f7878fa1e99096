//! The parameter conversation: listing, reading, setting, and the refusals that go with it.
//!
//! <https://mavlink.io/en/services/parameter.html>. ArduPilot answers with the index that was asked for (−1 for a
//! name and after a change), PX4 always with the true one and with `_HASH_CHECK` before a list.

use crate::model::time::TimeUs;
use crate::sim::airframe::Airframe;
use crate::sim::frames::Received;
use crate::sim::params::table::{List, Row};
use crate::sim::params::{Params, Refusal};

use super::craft::{CRITICAL, Craft, WARNING};
use super::firmware::Firmware;
use super::identity;
use super::message_ids as id;
use super::voice::{Asker, Voice};

/// PX4's name for the checksum over all parameters.
const HASH: &str = "_HASH_CHECK";
const UINT32: u8 = 5;
/// An index that means none.
const NO_INDEX: u16 = u16::MAX;

/// How a firmware paces a list: this many at once, this far apart, as recorded.
const fn pace(firmware: Firmware) -> (u16, i64) {
    match firmware {
        Firmware::ArduPilot => (10, 20_000),
        Firmware::Px4 => (20, 20_000),
    }
}

#[derive(Debug, Clone, Copy)]
struct Listing {
    next: u16,
    due: TimeUs,
    with_hash: bool,
}

/// The parameters of one craft and the list that is being sent.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) params: Params,
    listing: Option<Listing>,
}

/// What one PARAM_VALUE carries.
struct Told<'a> {
    name: &'a str,
    kind: u8,
    value: f32,
    index: u16,
}

impl Settings {
    pub(super) fn new(firmware: Firmware, airframe: Airframe, system: u8) -> Self {
        let list = match (firmware, airframe) {
            (Firmware::Px4, _) => List::Px4,
            (_, Airframe::Plane) => List::ArduPlane,
            _ => List::ArduCopter,
        };
        Self {
            params: Params::new(list, system),
            listing: None,
        }
    }

    /// Breaks off the list; what was set stays.
    pub(super) fn restart(&mut self) {
        self.listing = None;
    }

    /// Whether a list is being sent.
    pub(super) const fn is_busy(&self) -> bool {
        self.listing.is_some()
    }

    /// Answers a message of this protocol; others are not looked at. The target has been checked.
    pub(super) fn answer(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        match frame.id {
            id::PARAM_REQUEST_LIST => {
                if craft.options.firmware == Firmware::ArduPilot {
                    identity::introduce(craft);
                }
                self.listing = Some(Listing {
                    next: 0,
                    due: now,
                    with_hash: craft.is_px4() && self.listing.is_none(),
                });
            }
            id::PARAM_REQUEST_READ => self.read(craft, frame, voice),
            id::PARAM_SET => self.set(craft, frame, voice),
            _ => {}
        }
    }

    fn read(&self, craft: &Craft, frame: &Received, voice: &mut Voice<'_>) {
        let asked = frame.u16(0);
        let name = frame.text(4, 16);
        if craft.is_px4() && asked > i16::MAX.cast_unsigned() && name == HASH {
            self.tell_hash(voice);
            return;
        }
        let by_name = asked > i16::MAX.cast_unsigned();
        let index = if by_name {
            self.params.find(name)
        } else {
            Some(asked).filter(|asked| *asked < self.params.len())
        };
        let Some(index) = index else {
            refuse(Asker::of(frame), asked, name, Refusal::DoesNotExist, voice);
            return;
        };
        let shown = if by_name && !craft.is_px4() {
            NO_INDEX
        } else {
            index
        };
        if let Some(row) = self.params.at(index) {
            self.tell(row, shown, voice);
        }
    }

    fn set(&mut self, craft: &mut Craft, frame: &Received, voice: &mut Voice<'_>) {
        let (name, asker) = (frame.text(6, 16), Asker::of(frame));
        if craft.is_px4() && name == HASH {
            // "I have these already": the list ends.
            self.listing = None;
            return;
        }
        let outcome = self.params.set(name, frame.u8(22), frame.f32(0));
        if let Err(refusal) = outcome {
            match refusal {
                Refusal::PermissionDenied => {
                    craft.say(WARNING, format!("Param write denied ({name})"));
                }
                Refusal::DoesNotExist if craft.is_px4() => {
                    craft.say(CRITICAL, format!("unknown param: {name}"));
                }
                _ => {}
            }
            refuse(asker, NO_INDEX, name, refusal, voice);
            if refusal != Refusal::PermissionDenied {
                return;
            }
        }
        let found = self.params.find(name);
        if let Some((index, row)) = found.and_then(|index| Some((index, self.params.at(index)?))) {
            let shown = if craft.is_px4() { index } else { NO_INDEX };
            self.tell(row, shown, voice);
        }
    }

    /// Goes on with the list.
    pub(super) fn advance(&mut self, firmware: Firmware, now: TimeUs, voice: &mut Voice<'_>) {
        let (at_once, apart_us) = pace(firmware);
        while let Some(mut listing) = self.listing.filter(|listing| listing.due <= now) {
            if listing.with_hash {
                self.tell_hash(voice);
                listing.with_hash = false;
            }
            for index in listing.next..listing.next.saturating_add(at_once) {
                if let Some(row) = self.params.at(index) {
                    self.tell(row, index, voice);
                }
            }
            listing.next = listing.next.saturating_add(at_once);
            listing.due = TimeUs(listing.due.0 + apart_us);
            self.listing = Some(listing).filter(|listing| listing.next < self.params.len());
        }
    }

    fn tell_hash(&self, voice: &mut Voice<'_>) {
        self.send(
            &Told {
                name: HASH,
                kind: UINT32,
                value: f32::from_bits(self.params.hash()),
                index: NO_INDEX,
            },
            voice,
        );
    }

    fn tell(&self, row: &Row, index: u16, voice: &mut Voice<'_>) {
        self.send(
            &Told {
                name: row.name,
                kind: row.kind.number(),
                value: self.params.encoded(row),
                index,
            },
            voice,
        );
    }

    fn send(&self, told: &Told<'_>, voice: &mut Voice<'_>) {
        let mut payload = [0; 25];
        payload[..4].copy_from_slice(&told.value.to_bits().to_le_bytes());
        payload[4..6].copy_from_slice(&self.params.len().to_le_bytes());
        payload[6..8].copy_from_slice(&told.index.to_le_bytes());
        payload[8..8 + told.name.len()].copy_from_slice(told.name.as_bytes());
        payload[24] = told.kind;
        voice
            .sender
            .send_payload(voice.out, id::PARAM_VALUE, &payload);
    }
}

/// Sends PARAM_ERROR (<https://mavlink.io/en/messages/common.html#PARAM_ERROR>).
fn refuse(to: Asker, index: u16, name: &str, refusal: Refusal, voice: &mut Voice<'_>) {
    let mut payload = [0; 21];
    payload[..2].copy_from_slice(&index.to_le_bytes());
    payload[2..4].copy_from_slice(&[to.system.0, to.component.0]);
    let name = name.as_bytes();
    payload[4..4 + name.len()].copy_from_slice(name);
    payload[20] = refusal as u8;
    voice
        .sender
        .send_payload(voice.out, id::PARAM_ERROR, &payload);
}
