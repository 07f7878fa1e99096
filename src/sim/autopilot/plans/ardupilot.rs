//! How ArduPilot talks about plans: it asks with MISSION_REQUEST, writes item by item, and home is item 0.
//!
//! After ArduPilot's MissionItemProtocol: every kind has a conversation of its own, an upload that breaks
//! off leaves a mixed mission, and whoever interrupts is told "denied".

use crate::model::time::TimeUs;
use crate::sim::autopilot::craft::{Craft, DEBUG, INFO, WARNING};
use crate::sim::autopilot::firmware::Firmware;
use crate::sim::autopilot::message_ids as id;
use crate::sim::autopilot::modes::Conduct;
use crate::sim::autopilot::orders;
use crate::sim::autopilot::voice::{Asker, Voice};
use crate::sim::frames::Received;
use crate::sim::mission::{Item, NAV_WAYPOINT};

use super::result::{ACCEPTED, CANCELLED, DENIED, ERROR, INVALID_SEQUENCE, NO_SPACE, UNSUPPORTED};
use super::{
    FENCE, Form, MISSION, Numbered, acknowledge, ask_for, item_of, rules, tell_count, tell_item,
};

const ASK_AGAIN_US: i64 = 1_000_000;
const GIVE_UP_US: i64 = 8_000_000;
/// `current` of an item that is no part of a mission but a place to fly to now.
const GUIDED: u8 = 2;

#[derive(Debug)]
struct Upload {
    from: Asker,
    next: u16,
    last: u16,
    heard: TimeUs,
    asked: TimeUs,
    /// A fence becomes valid as a whole; missions and rally points are written as they come.
    fence: Vec<Item>,
}

/// The three conversations, by `MAV_MISSION_TYPE`.
#[derive(Debug, Default)]
pub(in super::super) struct Plans {
    uploads: [Option<Upload>; 3],
}

impl Plans {
    /// Whether a message belongs here; if so it has been answered. The target has been checked.
    pub(in super::super) fn answer(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        let from = Asker::of(frame);
        let Some(kind) = kind_of(frame) else {
            return;
        };
        if usize::from(kind) >= self.uploads.len() {
            acknowledge(from, kind, UNSUPPORTED, 0, voice);
            return;
        }
        match frame.id {
            id::MISSION_COUNT => self.begin(craft, frame, now, voice),
            id::MISSION_WRITE_PARTIAL_LIST => self.begin_part(craft, frame, now, voice),
            id::MISSION_ITEM | id::MISSION_ITEM_INT => self.take(craft, frame, now, voice),
            id::MISSION_CLEAR_ALL => {
                let flown = kind == MISSION && is_flown(craft);
                let result = if self.is_busy(kind) || flown {
                    ERROR
                } else {
                    craft.plans[usize::from(kind)].clear();
                    ACCEPTED
                };
                acknowledge(from, kind, result, 0, voice);
            }
            _ if self.is_busy(kind) => acknowledge(from, kind, DENIED, 0, voice),
            id::MISSION_REQUEST_LIST => {
                tell_count(from, kind, craft.plans[usize::from(kind)].len(), 0, voice);
            }
            _ => tell(craft, frame, kind, voice),
        }
        craft.plan_busy = self.is_busy(MISSION);
    }

    fn is_busy(&self, kind: u8) -> bool {
        self.uploads[usize::from(kind)].is_some()
    }

    fn begin(&mut self, craft: &mut Craft, frame: &Received, now: TimeUs, voice: &mut Voice<'_>) {
        let (from, count, kind) = (Asker::of(frame), frame.u16(0), frame.u8(4));
        let running = self.uploads[usize::from(kind)].as_ref();
        if running.is_some_and(|upload| upload.from != from) {
            acknowledge(from, kind, DENIED, 0, voice);
            return;
        }
        let room = rules::room(Firmware::ArduPilot, kind);
        if count > room {
            craft.say(WARNING, format!("Only {room} items are supported"));
            acknowledge(from, kind, NO_SPACE, 0, voice);
            return;
        }
        if kind != FENCE {
            craft.plans[usize::from(kind)].truncate(usize::from(count));
        }
        if count == 0 {
            self.uploads[usize::from(kind)] = None;
            craft.plans[usize::from(kind)].clear();
            complete(craft, kind);
            acknowledge(from, kind, ACCEPTED, 0, voice);
            return;
        }
        self.start(from, kind, (0, count - 1), now, voice);
    }

    fn begin_part(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        let (from, kind) = (Asker::of(frame), frame.u8(6));
        let (first, last) = (frame.u16(0), frame.u16(2));
        let have = craft.plans[usize::from(kind)].len() as u16;
        if kind == FENCE {
            acknowledge(from, kind, UNSUPPORTED, 0, voice);
        } else if first > have || last > have || last < first {
            craft.say(WARNING, "Flight plan update rejected");
            acknowledge(from, kind, ERROR, 0, voice);
        } else {
            self.start(from, kind, (first, last), now, voice);
        }
    }

    fn start(
        &mut self,
        from: Asker,
        kind: u8,
        (next, last): (u16, u16),
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        self.uploads[usize::from(kind)] = Some(Upload {
            from,
            next,
            last,
            heard: now,
            asked: now,
            fence: Vec::new(),
        });
        ask_for(from, kind, next, Form::Floats, voice);
    }

    fn take(&mut self, craft: &mut Craft, frame: &Received, now: TimeUs, voice: &mut Voice<'_>) {
        let (from, kind, number) = (Asker::of(frame), frame.u8(37), frame.u16(28));
        if kind == MISSION && frame.u8(35) == GUIDED {
            let result = fly_there(craft, &item_of(frame));
            acknowledge(from, kind, result, 0, voice);
            return;
        }
        let slot = &mut self.uploads[usize::from(kind)];
        let Some(upload) = slot.as_mut() else {
            acknowledge(from, kind, ERROR, 0, voice);
            return;
        };
        // A repeated item is told off too, and the upload goes on.
        if number != upload.next {
            acknowledge(from, kind, INVALID_SEQUENCE, 0, voice);
            return;
        }
        if from != upload.from {
            acknowledge(from, kind, DENIED, 0, voice);
            return;
        }
        let kept = rules::judge(craft, kind, item_of(frame));
        let stored = kept.and_then(|item| upload.store(craft, kind, item));
        if let Err(result) = stored {
            *slot = None;
            acknowledge(from, kind, result, 0, voice);
            return;
        }
        upload.heard = now;
        upload.asked = now;
        upload.next += 1;
        if upload.next <= upload.last {
            ask_for(from, kind, upload.next, Form::Floats, voice);
        } else if let Some(upload) = slot.take() {
            let result = if kind == FENCE {
                install_fence(craft, upload.fence)
            } else {
                complete(craft, kind);
                ACCEPTED
            };
            acknowledge(from, kind, result, 0, voice);
        }
    }

    /// Asks again for what did not come, and gives up after a while.
    pub(in super::super) fn advance(
        &mut self,
        craft: &mut Craft,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        for (kind, slot) in self.uploads.iter_mut().enumerate() {
            let Some(upload) = slot.as_mut() else {
                continue;
            };
            let (to, number) = (upload.from, upload.next);
            if now.0 - upload.heard.0 > GIVE_UP_US {
                let what = ["Mission", "Fence", "Rally"][kind];
                craft.say(WARNING, format!("{what} upload timeout"));
                acknowledge(to, kind as u8, CANCELLED, 0, voice);
                *slot = None;
            } else if now.0 - upload.asked.0 > ASK_AGAIN_US {
                upload.asked = now;
                ask_for(to, kind as u8, number, Form::Floats, voice);
            }
        }
        craft.plan_busy = self.is_busy(MISSION);
    }
}

impl Upload {
    fn store(&mut self, craft: &mut Craft, kind: u8, item: Item) -> Result<(), u8> {
        if kind == FENCE {
            self.fence.push(item);
            return Ok(());
        }
        let plan = &mut craft.plans[usize::from(kind)];
        let place = usize::from(self.next);
        if let Some(old) = plan.get_mut(place) {
            *old = item;
        } else if place == plan.len() {
            plan.push(item);
        } else {
            return Err(ERROR);
        }
        Ok(())
    }
}

/// Where `MAV_MISSION_TYPE` lies in a message of this conversation; `None` for other messages.
fn kind_of(frame: &Received) -> Option<u8> {
    let at = match frame.id {
        id::MISSION_COUNT | id::MISSION_REQUEST | id::MISSION_REQUEST_INT => 4,
        id::MISSION_REQUEST_LIST | id::MISSION_CLEAR_ALL => 2,
        id::MISSION_WRITE_PARTIAL_LIST => 6,
        id::MISSION_ITEM | id::MISSION_ITEM_INT => 37,
        _ => return None,
    };
    Some(frame.u8(at))
}

fn is_flown(craft: &Craft) -> bool {
    craft.armed && craft.mode.conduct == Conduct::Mission
}

fn tell(craft: &Craft, frame: &Received, kind: u8, voice: &mut Voice<'_>) {
    let (from, number) = (Asker::of(frame), frame.u16(0));
    let plan = &craft.plans[usize::from(kind)];
    let Some(item) = plan.get(usize::from(number)).copied() else {
        acknowledge(from, kind, INVALID_SEQUENCE, 0, voice);
        return;
    };
    let is_home = kind == MISSION && number == 0;
    let numbered = Numbered {
        kind,
        number,
        item: if is_home { home(craft) } else { item },
        is_current: kind == MISSION && is_flown(craft) && craft.progress.current == number,
    };
    tell_item(from, &numbered, Form::of(frame.id), voice);
}

/// Whatever was written to item 0, home is read from it.
fn home(craft: &Craft) -> Item {
    let (x, y) = craft.options.origin.scaled(craft.home);
    Item {
        command: NAV_WAYPOINT,
        frame: 0,
        autocontinue: 1,
        params: [0.0; 4],
        x,
        y,
        z: (craft.options.origin.alt_msl_m + craft.home.up_m) as f32,
    }
}

fn install_fence(craft: &mut Craft, items: Vec<Item>) -> u8 {
    if !polygons_are_whole(&items) {
        craft.say(WARNING, "Fence: polygon vertex count mismatch");
        return ERROR;
    }
    craft.plans[usize::from(FENCE)] = items;
    craft.say(DEBUG, "Fence Indexed OK");
    ACCEPTED
}

/// Every vertex says how many its polygon has; they must come together.
fn polygons_are_whole(items: &[Item]) -> bool {
    let mut rest = items;
    while let Some(first) = rest.first() {
        let len = if matches!(first.command, 5_001 | 5_002) {
            first.params[0] as usize
        } else {
            1
        };
        let Some((polygon, after)) = rest.split_at_checked(len) else {
            return false;
        };
        let says = |item: &Item| (item.command, item.params[0] as u8);
        let alike = |item: &Item| says(item) == says(first);
        if len > 1 && !polygon.iter().all(alike) {
            return false;
        }
        rest = after;
    }
    true
}

fn complete(craft: &mut Craft, kind: u8) {
    if kind != MISSION {
        return;
    }
    if !is_flown(craft) {
        craft.progress = crate::sim::autopilot::craft::Progress::default();
    }
    craft.say(INFO, "Flight plan received");
}

/// The old way to say "go there now".
fn fly_there(craft: &mut Craft, item: &Item) -> u8 {
    if craft.mode.conduct != Conduct::Guided {
        return ERROR;
    }
    let spot = craft.options.origin.spot_of(item, craft.body.spot);
    orders::fly_to(craft, spot);
    ACCEPTED
}
