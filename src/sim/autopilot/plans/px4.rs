//! How PX4 talks about plans: one conversation at a time, and a new plan counts only when it is whole.
//!
//! After PX4's mavlink_mission.cpp: it asks with MISSION_REQUEST_INT every quarter of a second, forgets a
//! broken upload, hands items out in their order only, and names a plan by its checksum (`opaque_id`).

use crate::model::time::TimeUs;
use crate::sim::autopilot::craft::{CRITICAL, Craft, INFO, Progress};
use crate::sim::autopilot::firmware::Firmware;
use crate::sim::autopilot::message_ids as id;
use crate::sim::autopilot::modes::Conduct;
use crate::sim::autopilot::voice::{Asker, Voice};
use crate::sim::checksum::crc32;
use crate::sim::frames::Received;
use crate::sim::mission::Item;

use super::result::{ACCEPTED, CANCELLED, ERROR, NO_SPACE, UNSUPPORTED};
use super::{
    EVERY_KIND, Form, MISSION, Numbered, acknowledge, ask_for, item_of, rules, tell_count,
    tell_item,
};

const ASK_AGAIN_US: i64 = 250_000;
const GIVE_UP_US: i64 = 5_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Getting,
    Sending,
}

/// The one conversation.
#[derive(Debug)]
pub(in super::super) struct Plans {
    state: State,
    partner: Option<Asker>,
    kind: u8,
    next: u16,
    count: u16,
    items: Vec<Item>,
    form: Form,
    heard: TimeUs,
    asked: TimeUs,
}

impl Default for Plans {
    fn default() -> Self {
        Self {
            state: State::Idle,
            partner: None,
            kind: MISSION,
            next: 0,
            count: 0,
            items: Vec::new(),
            form: Form::Integers,
            heard: TimeUs(0),
            asked: TimeUs(0),
        }
    }
}

/// The number PX4 gives a plan; 0 for an empty one.
pub(in super::super) fn opaque_id(plan: &[Item]) -> u32 {
    plan.iter().fold(0, |sum, item| {
        let sum = crc32(sum, &[item.frame, item.autocontinue]);
        let sum = crc32(sum, &item.command.to_le_bytes());
        let sum = item
            .params
            .iter()
            .fold(sum, |sum, param| crc32(sum, &param.to_le_bytes()));
        let sum = crc32(sum, &item.x.to_le_bytes());
        crc32(crc32(sum, &item.y.to_le_bytes()), &item.z.to_le_bytes())
    })
}

impl Plans {
    /// Answers a message of this conversation; others are not looked at. The target has been checked.
    pub(in super::super) fn answer(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        match frame.id {
            id::MISSION_REQUEST_LIST => self.begin_sending(craft, frame, now, voice),
            id::MISSION_REQUEST | id::MISSION_REQUEST_INT => {
                self.form = Form::of(frame.id);
                self.hand_out(craft, frame, now, voice);
            }
            id::MISSION_COUNT => self.begin_getting(craft, frame, now, voice),
            id::MISSION_ITEM | id::MISSION_ITEM_INT => {
                self.form = Form::of(frame.id);
                self.take(craft, frame, now, voice);
            }
            id::MISSION_CLEAR_ALL if self.state == State::Idle => clear(craft, frame, voice),
            id::MISSION_CLEAR_ALL => craft.say(CRITICAL, "WPM: IGN CLEAR CMD: Busy\t"),
            id::MISSION_ACK => self.hear_out(frame, voice),
            _ => {}
        }
    }

    fn is_partner(&self, asker: Asker) -> bool {
        self.partner == Some(asker)
    }

    fn begin_sending(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        let (from, kind) = (Asker::of(frame), frame.u8(2));
        let sent_all = self.state == State::Sending && self.next == self.count;
        let again = self.state == State::Sending && self.kind == kind && self.is_partner(from);
        if self.state != State::Idle && !sent_all && !again {
            craft.say(INFO, "Mission download request ignored, already active\t");
            return;
        }
        let plan = craft.plans.get(usize::from(kind));
        let plan = plan.map_or(&[][..], Vec::as_slice);
        self.state = State::Sending;
        self.partner = Some(from);
        (self.kind, self.next, self.count) = (kind, 0, plan.len() as u16);
        self.heard = now;
        tell_count(from, kind, plan.len(), opaque_id(plan), voice);
    }

    fn hand_out(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        let (from, number) = (Asker::of(frame), frame.u16(0));
        match self.state {
            // Some on-screen displays ask without a beginning: PX4 keeps quiet.
            State::Idle => return,
            _ if !self.is_partner(from) => {
                craft.say(CRITICAL, "WPM: REJ. CMD: partner id mismatch\t");
                return;
            }
            State::Getting => {
                craft.say(CRITICAL, "WPM: REJ. CMD: Busy\t");
                return;
            }
            State::Sending if frame.u8(4) != self.kind => return,
            State::Sending => {}
        }
        self.heard = now;
        let is_next = number == self.next && self.next < self.count;
        let is_repeat = self.next > 0 && number == self.next - 1;
        let item = craft.plans[usize::from(self.kind)].get(usize::from(number));
        let Some(item) = item.filter(|_| is_next || is_repeat).copied() else {
            self.state = State::Idle;
            acknowledge(from, self.kind, ERROR, 0, voice);
            craft.say(CRITICAL, "WPM: REJ. CMD: Req. WP was unexpected\t");
            return;
        };
        self.next += u16::from(is_next);
        let in_mission = craft.mode.conduct == Conduct::Mission;
        let numbered = Numbered {
            kind: self.kind,
            number,
            item,
            is_current: self.kind == MISSION && in_mission && craft.progress.current == number,
        };
        tell_item(from, &numbered, self.form, voice);
    }

    fn begin_getting(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        let (from, count, kind) = (Asker::of(frame), frame.u16(0), frame.u8(4));
        match self.state {
            State::Idle if kind > 2 => return acknowledge(from, kind, ERROR, 0, voice),
            State::Idle if count > rules::room(Firmware::Px4, kind) => {
                return acknowledge(from, kind, NO_SPACE, 0, voice);
            }
            State::Idle if count == 0 => {
                self.kind = kind;
                install(craft, kind, Vec::new());
                return acknowledge(from, kind, ACCEPTED, 0, voice);
            }
            State::Idle => {
                self.state = State::Getting;
                self.partner = Some(from);
                (self.kind, self.next, self.count) = (kind, 0, count);
                self.items.clear();
            }
            // Our first question was lost: it is asked again.
            State::Getting if self.is_partner(from) && self.next == 0 => self.count = count,
            State::Getting if self.is_partner(from) => {
                craft.say(CRITICAL, "WPM: REJ. CMD: Busy\t");
                return acknowledge(from, self.kind, ERROR, 0, voice);
            }
            State::Getting => return acknowledge(from, self.kind, ERROR, 0, voice),
            State::Sending => {
                craft.say(CRITICAL, "WPM: IGN MISSION_COUNT: Busy\t");
                return acknowledge(from, self.kind, ERROR, 0, voice);
            }
        }
        self.heard = now;
        self.ask(now, voice);
    }

    fn ask(&mut self, now: TimeUs, voice: &mut Voice<'_>) {
        if let Some(partner) = self.partner {
            self.asked = now;
            ask_for(partner, self.kind, self.next, self.form, voice);
        }
    }

    fn take(&mut self, craft: &mut Craft, frame: &Received, now: TimeUs, voice: &mut Voice<'_>) {
        let (from, number) = (Asker::of(frame), frame.u16(28));
        if !self.is_partner(from) {
            craft.say(CRITICAL, "REJ. MIS ITEM: partner id mismatch\t");
            return;
        }
        if frame.u8(37) != self.kind {
            return acknowledge(from, self.kind, ERROR, 0, voice);
        }
        match self.state {
            State::Getting if number != self.next => return,
            State::Getting => {}
            // The last item again: our acknowledgement was lost.
            State::Idle if self.next == number + 1 => {
                let opaque = opaque_id(&craft.plans[usize::from(self.kind)]);
                return acknowledge(from, self.kind, ACCEPTED, opaque, voice);
            }
            State::Idle => {
                craft.say(CRITICAL, "IGN MISSION_ITEM: No transfer\t");
                return acknowledge(from, self.kind, ERROR, 0, voice);
            }
            State::Sending => {
                craft.say(CRITICAL, "IGN MISSION_ITEM: Busy\t");
                return acknowledge(from, self.kind, ERROR, 0, voice);
            }
        }
        self.heard = now;
        match rules::judge(craft, self.kind, item_of(frame)) {
            Ok(item) => self.items.push(item),
            Err(result) => {
                craft.say(CRITICAL, "IGN MISSION_ITEM: Invalid item\t");
                self.state = State::Idle;
                return acknowledge(from, self.kind, result, 0, voice);
            }
        }
        self.next = number + 1;
        if self.next < self.count {
            self.ask(now, voice);
            return;
        }
        self.state = State::Idle;
        let items = std::mem::take(&mut self.items);
        let opaque = opaque_id(&items);
        install(craft, self.kind, items);
        acknowledge(from, self.kind, ACCEPTED, opaque, voice);
    }

    /// MISSION_ACK of the station: it has everything, gives up, or wants the other form of item.
    fn hear_out(&mut self, frame: &Received, voice: &mut Voice<'_>) {
        if !self.is_partner(Asker::of(frame)) {
            return;
        }
        match (self.state, frame.u8(2)) {
            (State::Sending, _) if frame.u8(3) == self.kind => self.state = State::Idle,
            (State::Getting, UNSUPPORTED) => {
                self.form = match self.form {
                    Form::Integers => Form::Floats,
                    Form::Floats => Form::Integers,
                };
                let asked = self.asked;
                self.ask(asked, voice);
            }
            (State::Getting, CANCELLED) => self.state = State::Idle,
            _ => {}
        }
    }

    /// Asks again for what did not come, and forgets a conversation that fell silent.
    pub(in super::super) fn advance(
        &mut self,
        craft: &mut Craft,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        if self.state != State::Idle && now.0 - self.heard.0 > GIVE_UP_US {
            craft.say(CRITICAL, "Operation timeout\t");
            self.state = State::Idle;
            self.items.clear();
        } else if self.state == State::Getting && now.0 - self.asked.0 > ASK_AGAIN_US {
            self.ask(now, voice);
        }
    }
}

fn clear(craft: &mut Craft, frame: &Received, voice: &mut Voice<'_>) {
    let kind = frame.u8(2);
    match kind {
        0..=2 => install(craft, kind, Vec::new()),
        EVERY_KIND => (0..=2).for_each(|kind| install(craft, kind, Vec::new())),
        _ => {}
    }
    acknowledge(Asker::of(frame), kind, ACCEPTED, 0, voice);
}

fn install(craft: &mut Craft, kind: u8, items: Vec<Item>) {
    craft.plans[usize::from(kind)] = items;
    if kind == MISSION {
        craft.progress = Progress::default();
    }
}
