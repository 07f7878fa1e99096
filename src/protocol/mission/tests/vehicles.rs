//! Small models of how ArduPilot and PX4 speak the mission protocol, after their sources
//! (`GCS_MAVLink/MissionItemProtocol.cpp`, `mavlink_mission.cpp`) in behaviour, not in code.

use std::time::Duration;

use super::{super::numbering::Stack, OWN, VEHICLE};
use crate::model::{
    mission::{Frame, MissionItem, PlanKind},
    mission_command::lookup,
    mission_report::{
        Addressee, HeardItem, ItemRequest, MissionAck, MissionCount, MissionResult, PlanReport,
    },
    report::Report,
    time::TimeUs,
    transmission::{Outgoing, PlanMessage},
};

const TO_US: Addressee = Addressee {
    system: OWN.0.0,
    component: OWN.1.0,
};
const FEET: f32 = 0.0;

/// What a vehicle does its own way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    pub(super) stack: Stack,
    asks_again: Duration,
    gives_up: Duration,
    most_items: u16,
    /// Answers with MISSION_ITEM, whatever it was asked by, and hears nothing else.
    pub(super) floats_only: bool,
    /// The first item with this command is refused.
    pub(super) refuses: Option<u16>,
}

impl Habits {
    pub(super) fn of(stack: Stack) -> Self {
        let (asks_again, gives_up) = match stack {
            Stack::ArduPilot => (Duration::from_secs(1), Duration::from_secs(8)),
            _ => (Duration::from_millis(250), Duration::from_secs(10)),
        };
        Self {
            stack,
            asks_again,
            gives_up,
            most_items: 700,
            floats_only: false,
            refuses: None,
        }
    }
}

#[derive(Debug)]
struct Receiving {
    kind: PlanKind,
    count: u16,
    items: Vec<MissionItem>,
    heard: TimeUs,
    asked: TimeUs,
}

#[derive(Debug)]
pub(super) struct ModelVehicle {
    pub(super) habits: Habits,
    pub(super) lists: [Vec<MissionItem>; 3],
    pub(super) current: u16,
    pub(super) flies_mission: bool,
    receiving: Option<Receiving>,
    /// PX4: the list being told, and the next item of it.
    telling: Option<(PlanKind, u16)>,
    /// PX4: items of the last upload that were taken.
    taken: u16,
}

fn ack(kind: PlanKind, result: MissionResult) -> Report {
    Report::Plan(PlanReport::Ack(MissionAck {
        result,
        kind: Some(kind),
        opaque_id: None,
        addressee: TO_US,
    }))
}

impl ModelVehicle {
    pub(super) fn new(habits: Habits) -> Self {
        Self {
            habits,
            lists: Default::default(),
            current: 0,
            flies_mission: false,
            receiving: None,
            telling: None,
            taken: 0,
        }
    }

    fn list(&self, kind: PlanKind) -> &Vec<MissionItem> {
        &self.lists[usize::from(kind.number())]
    }

    fn is_ardupilot(&self) -> bool {
        self.habits.stack == Stack::ArduPilot
    }

    /// Answers to one message; whoever else is addressed is an error of the test's subject.
    pub(super) fn hear(&mut self, message: &Outgoing, now: TimeUs) -> Vec<Report> {
        let Outgoing::Plan(target, message) = *message else {
            return Vec::new();
        };
        assert_eq!((target.system(), target.component()), VEHICLE);
        match message {
            PlanMessage::RequestList(kind) => self.tell_count(kind),
            PlanMessage::RequestItem(kind, seq) if !self.habits.floats_only => {
                self.tell_item(kind, seq, false)
            }
            PlanMessage::RequestFloatItem(kind, seq) => self.tell_item(kind, seq, true),
            PlanMessage::Count(kind, count) => self.begin(kind, count, now),
            PlanMessage::Item {
                kind,
                seq,
                as_float,
                item,
                ..
            } if as_float || !self.habits.floats_only => self.take(kind, seq, &item, now),
            PlanMessage::RequestItem(..) | PlanMessage::Item { .. } => Vec::new(),
            PlanMessage::Ack(..) => {
                self.telling = None;
                Vec::new()
            }
            PlanMessage::ClearAll(kind) => self.clear(kind),
            PlanMessage::SetCurrent(seq) => {
                self.current = seq;
                Vec::new()
            }
        }
    }

    /// What time makes a vehicle do.
    pub(super) fn tick(&mut self, now: TimeUs) -> Vec<Report> {
        let Some(receiving) = &mut self.receiving else {
            return Vec::new();
        };
        let kind = receiving.kind;
        if now.since(receiving.heard) > self.habits.gives_up {
            self.receiving = None;
            let says_so = self.is_ardupilot();
            let cancelled = ack(kind, MissionResult::OPERATION_CANCELLED);
            return says_so.then_some(cancelled).into_iter().collect();
        }
        if now.since(receiving.asked) > self.habits.asks_again {
            receiving.asked = now;
            return vec![self.request()];
        }
        Vec::new()
    }

    fn request(&self) -> Report {
        let receiving = self.receiving.as_ref().unwrap();
        Report::Plan(PlanReport::Request(ItemRequest {
            seq: receiving.items.len() as u16,
            kind: Some(receiving.kind),
            is_float: self.is_ardupilot() || self.habits.floats_only,
            addressee: TO_US,
        }))
    }

    fn tell_count(&mut self, kind: PlanKind) -> Vec<Report> {
        if self.receiving.is_some() {
            let denied = ack(kind, MissionResult::DENIED);
            return self.is_ardupilot().then_some(denied).into_iter().collect();
        }
        self.telling = Some((kind, 0));
        vec![Report::MissionCount(MissionCount {
            count: self.list(kind).len() as u16,
            kind: Some(kind),
            opaque_id: None,
            addressee: TO_US,
        })]
    }

    fn tell_item(&mut self, kind: PlanKind, seq: u16, is_float: bool) -> Vec<Report> {
        if self.receiving.is_some() {
            return vec![ack(kind, MissionResult::DENIED)];
        }
        if !self.is_ardupilot() {
            match self.telling {
                Some((told, next)) if told == kind && (seq == next || seq + 1 == next) => {
                    self.telling = Some((kind, next.max(seq + 1)));
                }
                Some(_) => {
                    self.telling = None;
                    return vec![ack(kind, MissionResult::ERROR)];
                }
                None => return Vec::new(),
            }
        }
        let Some(item) = self.list(kind).get(usize::from(seq)).copied() else {
            return vec![ack(kind, MissionResult::INVALID_SEQUENCE)];
        };
        let single = |degrees: f64| f64::from(degrees as f32);
        let item = if is_float {
            MissionItem {
                x: single(item.x),
                y: single(item.y),
                ..item
            }
        } else {
            item
        };
        vec![Report::Plan(PlanReport::Item(HeardItem {
            seq,
            kind: Some(kind),
            item,
            current: seq == self.current,
            is_float,
            addressee: TO_US,
        }))]
    }

    fn begin(&mut self, kind: PlanKind, count: u16, now: TimeUs) -> Vec<Report> {
        if count > self.habits.most_items {
            return vec![ack(kind, MissionResult::NO_SPACE)];
        }
        if self.is_ardupilot() {
            self.lists[usize::from(kind.number())].truncate(usize::from(count));
        } else if self.telling.is_some() {
            return vec![ack(kind, MissionResult::ERROR)];
        } else if let Some(receiving) = &mut self.receiving {
            if !receiving.items.is_empty() {
                return vec![ack(kind, MissionResult::ERROR)];
            }
            receiving.heard = now;
            return vec![self.request()];
        }
        if count == 0 {
            self.lists[usize::from(kind.number())].clear();
            return vec![ack(kind, MissionResult::ACCEPTED)];
        }
        self.receiving = Some(Receiving {
            kind,
            count,
            items: Vec::new(),
            heard: now,
            asked: now,
        });
        vec![self.request()]
    }

    fn take(&mut self, kind: PlanKind, seq: u16, item: &MissionItem, now: TimeUs) -> Vec<Report> {
        let is_ardupilot = self.is_ardupilot();
        let Some(receiving) = self.receiving.as_mut().filter(|open| open.kind == kind) else {
            let again = !is_ardupilot && self.taken == seq + 1;
            let result = if again {
                MissionResult::ACCEPTED
            } else {
                MissionResult::ERROR
            };
            return vec![ack(kind, result)];
        };
        if !is_ardupilot {
            receiving.heard = now;
        }
        if usize::from(seq) != receiving.items.len() {
            let wrong = ack(kind, MissionResult::INVALID_SEQUENCE);
            return is_ardupilot.then_some(wrong).into_iter().collect();
        }
        if self.habits.refuses == Some(item.command) {
            self.receiving = None;
            return vec![ack(kind, MissionResult::UNSUPPORTED)];
        }
        receiving.heard = now;
        receiving.asked = now;
        receiving.items.push(*item);
        self.taken = seq + 1;
        let is_whole = receiving.items.len() == usize::from(receiving.count);
        let kept = kept(self.habits.stack, kind, seq, item);
        let list = &mut self.lists[usize::from(kind.number())];
        if is_ardupilot {
            // Written as they come: a broken upload leaves a mix.
            list.resize(list.len().max(usize::from(seq) + 1), kept);
            list[usize::from(seq)] = kept;
        }
        if !is_whole {
            return vec![self.request()];
        }
        if let Some(receiving) = self.receiving.take().filter(|_| !is_ardupilot) {
            let all = receiving.items.iter().enumerate();
            *list = all
                .map(|(seq, item)| kept_by_px4(kind, seq as u16, item))
                .collect();
        }
        vec![ack(kind, MissionResult::ACCEPTED)]
    }

    fn clear(&mut self, kind: PlanKind) -> Vec<Report> {
        if self.is_ardupilot() && (self.receiving.is_some() || self.flies_mission) {
            return vec![ack(kind, MissionResult::ERROR)];
        }
        if self.receiving.is_some() || (self.telling.is_some() && !self.is_ardupilot()) {
            return Vec::new();
        }
        self.lists[usize::from(kind.number())].clear();
        vec![ack(kind, MissionResult::ACCEPTED)]
    }
}

fn kept(stack: Stack, kind: PlanKind, seq: u16, item: &MissionItem) -> MissionItem {
    match stack {
        Stack::ArduPilot => kept_by_ardupilot(kind, seq, item),
        _ => kept_by_px4(kind, seq, item),
    }
}

/// What a command does not use comes back as 0.
fn only_used(item: &MissionItem) -> [f32; 4] {
    let known = lookup(item.command).unwrap();
    std::array::from_fn(|index| match item.params[index] {
        param if known.labels[index].is_empty() || param.is_nan() => 0.0,
        param => param,
    })
}

fn kept_by_ardupilot(kind: PlanKind, seq: u16, item: &MissionItem) -> MissionItem {
    let frame = if item.place().is_some() {
        item.frame.canonical()
    } else {
        Frame::GLOBAL
    };
    let z = match kind {
        PlanKind::Fence => FEET,
        PlanKind::Rally => item.z.round(),
        PlanKind::Mission => (item.z * 100.0).round() / 100.0,
    };
    if kind == PlanKind::Mission && seq == 0 {
        return MissionItem {
            x: 46.5,
            y: 7.5,
            z: 583.9,
            ..*item
        };
    }
    MissionItem {
        frame,
        params: only_used(item).map(f32::trunc),
        z,
        autocontinue: true,
        ..item.as_sent()
    }
}

fn kept_by_px4(kind: PlanKind, _seq: u16, item: &MissionItem) -> MissionItem {
    let frame = match (item.frame, kind) {
        (Frame::MISSION, _) => Frame::MISSION,
        (frame, _) if frame.canonical() == Frame::GLOBAL => Frame(5),
        _ => Frame(6),
    };
    let mut params = item.params;
    if frame != Frame::MISSION {
        let known = lookup(item.command).unwrap();
        for (param, label) in params.iter_mut().zip(known.labels) {
            if label.is_empty() {
                *param = 0.0;
            }
        }
    }
    MissionItem {
        frame,
        params,
        ..item.as_sent()
    }
}
