//! The two conversations of many messages: parameters, and plans up and down.
//!
//! <https://mavlink.io/en/services/mission.html>, <https://mavlink.io/en/services/parameter.html>.

use crate::model::time::TimeUs;
use crate::sim::frames::Received;
use crate::sim::mission::Item;
use crate::sim::params::Params;

use super::craft::{Craft, INFO};
use super::firmware::Firmware;
use super::message_ids as id;
use super::orders;
use super::voice::{Asker, Voice};

/// How long to wait for an item before asking for it again.
const ASK_AGAIN_US: i64 = 700_000;
const TRIES: u8 = 6;
/// Parameters of a list go out this far apart.
const PARAM_PACE_US: i64 = 10_000;
const MOST_ITEMS: u16 = 700;

const ACCEPTED: u8 = 0;
const NO_SPACE: u8 = 4;
const INVALID_SEQUENCE: u8 = 13;
const CANCELLED: u8 = 15;

#[derive(Debug)]
struct Upload {
    from: Asker,
    kind: u8,
    count: u16,
    items: Vec<Item>,
    asked: TimeUs,
    tries: u8,
}

/// The conversations of one craft.
#[derive(Debug)]
pub struct Exchange {
    params: Params,
    listing: Option<(u16, TimeUs)>,
    upload: Option<Upload>,
}

impl Exchange {
    /// No conversation yet.
    #[must_use]
    pub fn new(firmware: Firmware, system: u8) -> Self {
        Self {
            params: match firmware {
                Firmware::ArduPilot => Params::ardupilot(system),
                Firmware::Px4 => Params::px4(system),
            },
            listing: None,
            upload: None,
        }
    }

    /// Breaks off whatever was going on.
    pub fn restart(&mut self) {
        self.listing = None;
        self.upload = None;
    }

    /// Answers a message of these two protocols; others are not looked at. The target has been checked.
    pub fn answer(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        let asker = Asker::of(frame);
        match frame.id {
            id::PARAM_REQUEST_LIST => self.listing = Some((0, now)),
            id::PARAM_REQUEST_READ => {
                let index = frame.u16(0).cast_signed();
                let named = self.params.find(frame.text(4, 16));
                let index = if index >= 0 {
                    Some(index.cast_unsigned())
                } else {
                    named
                };
                self.tell_param(index, voice);
            }
            id::PARAM_SET => {
                let index = self.params.find(frame.text(6, 16));
                if let Some(index) = index {
                    self.params.set(index, frame.f32(0));
                }
                self.tell_param(index, voice);
            }
            id::MISSION_REQUEST_LIST => tell_count(craft, asker, frame.u8(2), voice),
            id::MISSION_REQUEST_INT | id::MISSION_REQUEST => {
                tell_item(craft, asker, frame.u8(4), frame.u16(0), voice);
            }
            id::MISSION_CLEAR_ALL => clear(craft, asker, frame.u8(2), voice),
            id::MISSION_SET_CURRENT => {
                orders::set_current(craft, f32::from(frame.u16(0)));
            }
            id::MISSION_COUNT => self.begin_upload(craft, frame, now, voice),
            id::MISSION_ITEM_INT | id::MISSION_ITEM => self.take_item(craft, frame, now, voice),
            _ => {}
        }
    }

    /// Goes on with what takes time: the parameter list, and items that did not come.
    pub fn advance(&mut self, now: TimeUs, voice: &mut Voice<'_>) {
        while let Some((index, due)) = self.listing.filter(|(_, due)| *due <= now) {
            self.tell_param(Some(index), voice);
            let next = (index + 1, TimeUs(due.0 + PARAM_PACE_US));
            self.listing = Some(next).filter(|_| index + 1 < self.params.len());
        }
        let Some(upload) = self
            .upload
            .as_mut()
            .filter(|upload| now.0 - upload.asked.0 > ASK_AGAIN_US)
        else {
            return;
        };
        if upload.tries >= TRIES {
            let (to, kind) = (upload.from, upload.kind);
            self.upload = None;
            acknowledge(to, kind, CANCELLED, voice);
            return;
        }
        upload.tries += 1;
        upload.asked = now;
        ask_for_next(upload, voice);
    }

    fn tell_param(&self, index: Option<u16>, voice: &mut Voice<'_>) {
        let Some((index, param)) = index.and_then(|index| Some((index, self.params.at(index)?)))
        else {
            return;
        };
        let mut name = [0; 16];
        name[..param.name.len()].copy_from_slice(param.name.as_bytes());
        let mut payload = [0; 25];
        payload[..4].copy_from_slice(&self.params.encoded(param).to_le_bytes());
        payload[4..6].copy_from_slice(&self.params.len().to_le_bytes());
        payload[6..8].copy_from_slice(&index.to_le_bytes());
        payload[8..24].copy_from_slice(&name);
        payload[24] = param.kind;
        voice
            .sender
            .send_payload(voice.out, id::PARAM_VALUE, &payload);
    }

    fn begin_upload(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        let (from, count, kind) = (Asker::of(frame), frame.u16(0), frame.u8(4));
        if kind > 2 || count > MOST_ITEMS {
            acknowledge(from, kind, NO_SPACE, voice);
            return;
        }
        let upload = Upload {
            from,
            kind,
            count,
            items: Vec::new(),
            asked: now,
            tries: 0,
        };
        if count == 0 {
            keep(craft, upload, voice);
            return;
        }
        ask_for_next(&upload, voice);
        self.upload = Some(upload);
    }

    fn take_item(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        let Some(upload) = self
            .upload
            .as_mut()
            .filter(|upload| upload.from == Asker::of(frame))
        else {
            return;
        };
        let number = usize::from(frame.u16(28));
        // An item that came twice is not an error: the question may have been asked twice.
        if number < upload.items.len() || frame.u8(37) != upload.kind {
            return;
        }
        if number > upload.items.len() {
            acknowledge(upload.from, upload.kind, INVALID_SEQUENCE, voice);
            return;
        }
        upload.items.push(item_of(frame));
        upload.asked = now;
        upload.tries = 0;
        if upload.items.len() < usize::from(upload.count) {
            ask_for_next(upload, voice);
        } else if let Some(upload) = self.upload.take() {
            keep(craft, upload, voice);
        }
    }
}

fn ask_for_next(upload: &Upload, voice: &mut Voice<'_>) {
    let seq = (upload.items.len() as u16).to_le_bytes();
    let payload = [
        seq[0],
        seq[1],
        upload.from.system.0,
        upload.from.component.0,
        upload.kind,
    ];
    voice
        .sender
        .send_payload(voice.out, id::MISSION_REQUEST_INT, &payload);
}

fn acknowledge(to: Asker, kind: u8, result: u8, voice: &mut Voice<'_>) {
    let payload = [to.system.0, to.component.0, result, kind];
    voice
        .sender
        .send_payload(voice.out, id::MISSION_ACK, &payload);
}

fn keep(craft: &mut Craft, upload: Upload, voice: &mut Voice<'_>) {
    craft.plans[usize::from(upload.kind)] = upload.items;
    if upload.kind == 0 {
        craft.progress = super::craft::Progress {
            current: if craft.progress.current == 0 {
                0
            } else {
                craft.first_item()
            },
            ..Default::default()
        };
        if craft.options.firmware == Firmware::ArduPilot {
            craft.say(INFO, "Flight plan received");
        }
    }
    acknowledge(upload.from, upload.kind, ACCEPTED, voice);
}

fn clear(craft: &mut Craft, asker: Asker, kind: u8, voice: &mut Voice<'_>) {
    match kind {
        0..=2 => craft.plans[usize::from(kind)].clear(),
        255 => craft.plans.iter_mut().for_each(Vec::clear),
        _ => {}
    }
    acknowledge(asker, kind, ACCEPTED, voice);
}

fn tell_count(craft: &Craft, asker: Asker, kind: u8, voice: &mut Voice<'_>) {
    let count = craft.plans.get(usize::from(kind)).map_or(0, Vec::len) as u16;
    let count = count.to_le_bytes();
    let payload = [count[0], count[1], asker.system.0, asker.component.0, kind];
    voice
        .sender
        .send_payload(voice.out, id::MISSION_COUNT, &payload);
}

fn tell_item(craft: &Craft, asker: Asker, kind: u8, number: u16, voice: &mut Voice<'_>) {
    let plan = craft.plans.get(usize::from(kind));
    let Some(item) = plan.and_then(|plan| plan.get(usize::from(number))) else {
        acknowledge(asker, kind, INVALID_SEQUENCE, voice);
        return;
    };
    let mut payload = [0; 38];
    for (place, param) in payload.chunks_exact_mut(4).zip(item.params) {
        place.copy_from_slice(&param.to_le_bytes());
    }
    payload[16..20].copy_from_slice(&item.x.to_le_bytes());
    payload[20..24].copy_from_slice(&item.y.to_le_bytes());
    payload[24..28].copy_from_slice(&item.z.to_le_bytes());
    payload[28..30].copy_from_slice(&number.to_le_bytes());
    payload[30..32].copy_from_slice(&item.command.to_le_bytes());
    let current = u8::from(kind == 0 && craft.progress.current == number);
    payload[32..].copy_from_slice(&[
        asker.system.0,
        asker.component.0,
        item.frame,
        current,
        item.autocontinue,
        kind,
    ]);
    voice
        .sender
        .send_payload(voice.out, id::MISSION_ITEM_INT, &payload);
}

fn item_of(frame: &Received) -> Item {
    let scaled = |at: usize| match frame.id {
        id::MISSION_ITEM => (f64::from(frame.f32(at)) * 1e7).round() as i32,
        _ => frame.i32(at),
    };
    Item {
        command: frame.u16(30),
        frame: frame.u8(34),
        autocontinue: frame.u8(36),
        params: [frame.f32(0), frame.f32(4), frame.f32(8), frame.f32(12)],
        x: scaled(16),
        y: scaled(20),
        z: frame.f32(24),
    }
}
