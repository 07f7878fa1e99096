//! Vehicles that send what they are asked to, and a link that carries only so much.

use std::collections::BTreeMap;

use super::super::*;
use crate::{
    model::{
        intent::{Act, Intent, Origin, Via},
        report::CommandAck,
        signing::FrameSigning,
        transmission::Target,
        words::CommandResult,
    },
    protocol::wanted_messages::{HEARTBEAT_BYTES, WantedMessage, messages_of},
};

pub(super) const WANTED: Rates = Rates {
    position_hz: Some(2.0),
    attitude_hz: Some(1.0),
    status_hz: Some(0.5),
};
pub(super) const TICK_MS: i64 = 50;

/// A vehicle as its link sees it.
#[derive(Default)]
pub(super) struct Craft {
    pub(super) hz: BTreeMap<u32, f64>,
    pub(super) due: BTreeMap<u32, f64>,
    pub(super) asked: usize,
    pub(super) sequence: u8,
    pub(super) is_silent: bool,
}

/// Vehicles, one link, and the station.
pub(super) struct World {
    pub(super) fleet: Fleet,
    pub(super) craft: BTreeMap<u8, Craft>,
    pub(super) ms: i64,
    pub(super) bytes: f64,
    pub(super) frames: u64,
    pub(super) bytes_at: Vec<f64>,
    pub(super) sent: usize,
    pub(super) signing: FrameSigning,
}

pub(super) fn bytes_of(message: u32) -> f64 {
    let mut known = messages_of(Autopilot::ARDUPILOT);
    let known = known.find(|known| known.id == message);
    known.map_or(60.0, WantedMessage::frame_bytes)
}

impl World {
    pub(super) fn new(
        vehicles: u8,
        class: &'static str,
        rates: Option<Rates>,
        limit: Option<u32>,
    ) -> Self {
        let radio = LinkInfo {
            class,
            rates,
            bytes_per_s: limit,
            ..link("radio", "mav", true)
        };
        let mut fleet = Fleet::new(FleetOptions {
            links: vec![radio, link("lan", "mav", true)],
            listed: Vec::new(),
            forget_after: Duration::from_mins(30),
            own: (SystemId(255), ComponentId(25)),
        });
        open(&mut fleet, RADIO);
        let craft = (1..=vehicles).map(|system| (system, Craft::default()));
        Self {
            fleet,
            craft: craft.collect(),
            ms: 0,
            bytes: 0.0,
            frames: 0,
            bytes_at: Vec::new(),
            sent: 0,
            signing: FrameSigning::Unchecked,
        }
    }

    /// Lets time pass; `each_second` may meddle.
    pub(super) fn live(&mut self, seconds: i64, mut each_second: impl FnMut(&mut Self)) {
        for _ in 0..seconds * 1_000 / TICK_MS {
            if self.ms % 1_000 == 0 {
                each_second(self);
                self.count();
            }
            self.tick();
            self.ms += TICK_MS;
        }
    }

    pub(super) fn tick(&mut self) {
        let systems: Vec<u8> = self.craft.keys().copied().collect();
        for system in systems {
            self.send(system);
        }
        let mut out = Vec::new();
        self.fleet.poll_transmissions(at(self.ms), &mut out);
        self.sent += out.len();
        for sent in out {
            if let Outgoing::CommandLong {
                target,
                command,
                params,
                ..
            } = sent.message
            {
                self.obey(target, command, params);
            }
        }
        self.fleet.tick(at(self.ms));
    }

    pub(super) fn send(&mut self, system: u8) {
        let Some(craft) = self.craft.get_mut(&system).filter(|craft| !craft.is_silent) else {
            return;
        };
        let mut messages = Vec::new();
        for (message, hz) in &craft.hz {
            let due = craft.due.entry(*message).or_default();
            *due += hz * TICK_MS as f64 / 1_000.0;
            while *due >= 1.0 {
                *due -= 1.0;
                messages.push(*message);
            }
        }
        if self.ms % 1_000 == 0 {
            self.bytes += HEARTBEAT_BYTES + self.signature();
            self.say(system, 0, heartbeat("GUIDED", false));
        }
        for message in messages {
            self.bytes += bytes_of(message) + self.signature();
            self.say(system, message, Report::CurrentMode(0));
        }
    }

    pub(super) fn signature(&self) -> f64 {
        f64::from(u8::from(self.signing == FrameSigning::Signed) * 13)
    }

    pub(super) fn say(&mut self, system: u8, message: u32, report: Report) {
        let sequence = self.craft.get_mut(&system).map_or(0, |craft| {
            craft.sequence = craft.sequence.wrapping_add(1);
            craft.sequence
        });
        self.frames += 1;
        let heard = Heard {
            peer: PeerId(u32::from(system)),
            t: at(self.ms),
            system: SystemId(system),
            component: ComponentId(1),
            sequence,
            mavlink2: true,
            fingerprint: self.frames,
            signing: self.signing,
            message,
            report,
        };
        self.fleet.apply(RADIO, &heard);
    }

    pub(super) fn obey(&mut self, target: Target, command: u16, params: [f32; 7]) {
        let system = target.system().0;
        if let Some(craft) = self.craft.get_mut(&system).filter(|_| command == 511) {
            let hz = if params[1] > 0.0 {
                1e6 / f64::from(params[1])
            } else {
                0.0
            };
            craft.hz.insert(params[0] as u32, hz);
            craft.asked += 1;
        }
        let result = CommandResult(u8::from(command != 511) * 3);
        let ack = CommandAck {
            command,
            result,
            progress: None,
            detail: 0,
            target_system: 255,
            target_component: 25,
        };
        self.say(system, 77, Report::Ack(ack));
    }

    pub(super) fn count(&mut self) {
        self.bytes_at.push(self.bytes);
        let statistics = LinkStatistics {
            t: at(self.ms),
            frames: self.frames,
            bytes: self.bytes as u64,
            ..LinkStatistics::default()
        };
        self.fleet
            .on_link(LinkReport::Statistics(RADIO, Box::new(statistics)));
    }

    /// Bytes per second over the last `seconds`.
    pub(super) fn flow(&self, seconds: usize) -> f64 {
        let last = self.bytes_at.len() - 1;
        (self.bytes_at[last] - self.bytes_at[last - seconds]) / seconds as f64
    }

    pub(super) fn position_hz(&self, system: u8) -> f64 {
        self.craft[&system].hz[&33]
    }

    pub(super) fn asked(&self) -> usize {
        self.craft.values().map(|craft| craft.asked).sum()
    }

    pub(super) fn focus(&mut self, ids: &[&str]) {
        let act = Act::Focus {
            vehicles: ids.iter().map(|id| VehicleId::from(*id)).collect(),
        };
        self.intend(act);
    }

    pub(super) fn intend(&mut self, act: Act) {
        let origin = Origin {
            via: Via::Screen,
            who: "screen".into(),
        };
        self.fleet.obey(Intent { origin, act }, at(self.ms));
    }

    pub(super) fn radio_says(&mut self, free_percent: u8) {
        let radio = crate::model::report::RadioStatus {
            tx_buffer_percent: Some(free_percent),
            ..Default::default()
        };
        self.foreign(51, Report::Radio(radio));
    }

    pub(super) fn foreign(&mut self, system: u8, report: Report) {
        let heard = Heard {
            peer: PeerId(900),
            t: at(self.ms),
            system: SystemId(system),
            component: ComponentId(190),
            sequence: 0,
            mavlink2: true,
            fingerprint: 0,
            signing: FrameSigning::Unchecked,
            message: 0,
            report,
        };
        self.fleet.apply(RADIO, &heard);
    }

    pub(super) fn link(&mut self) -> Arc<crate::model::link::LinkState> {
        let snapshot = self.fleet.publish(at(self.ms));
        Arc::clone(&snapshot.links["radio"])
    }

    pub(super) fn told(&mut self, word: &str) -> Vec<String> {
        let mut all = texts(&mut self.fleet);
        all.retain(|text| text.contains(word));
        all
    }
}
