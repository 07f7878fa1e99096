//! Vehicles that carry out what they hear, in the ways real ones do, and count it.

use std::collections::BTreeSet;

use super::super::at;
use crate::model::{
    ids::{ComponentId, LinkId, PeerId, SystemId, VehicleId},
    modes::{ModeBook, ModeOrder},
    report::{CommandAck, GuidedTarget, Heard, Heartbeat, Mode, Report, SystemTime},
    transmission::Outgoing,
    vehicle::ModeClass,
    words::{Autopilot, CommandResult, LandedState, MavType, SystemStatus},
};

pub(super) const MODES: [(u16, &str, ModeClass); 5] = [
    (3, "AUTO", ModeClass::Mission),
    (4, "GUIDED", ModeClass::Guided),
    (6, "RTL", ModeClass::Return),
    (9, "LAND", ModeClass::Land),
    (17, "BRAKE", ModeClass::Hold),
];

/// A second network, on which system ids mean other vehicles.
pub(super) const FAR: LinkId = LinkId(2);
const WORKS_FOR_MS: i64 = 2_500;

#[derive(Debug)]
pub(super) struct Copter;

impl ModeBook for Copter {
    fn modes(&self, _: Autopilot, _: MavType) -> Vec<ModeOrder> {
        MODES
            .map(|(number, name, class)| ModeOrder {
                params: [1.0, f32::from(number), 0.0],
                name,
                class,
            })
            .to_vec()
    }
}

/// Chance that is the same every time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// What a firmware understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Temper {
    /// Everything, as either form.
    Modern,
    /// Neither DO_SET_MODE nor DO_REPOSITION; SET_MODE is answered by its message number, or not at all.
    Old {
        /// Whether SET_MODE is answered.
        answers: bool,
    },
    /// Everything in one form only.
    Picky {
        /// COMMAND_INT.
        int: bool,
    },
    /// Works on a takeoff or a servo for a while.
    Slow,
}

/// A vehicle that does what it hears and counts it.
pub(super) struct Craft {
    pub(super) link: LinkId,
    pub(super) system: u8,
    pub(super) temper: Temper,
    pub(super) armed: bool,
    pub(super) mode: &'static str,
    pub(super) flies: bool,
    pub(super) sequence: u8,
    pub(super) frames: u64,
    pub(super) booted_ms: i64,
    pub(super) going: Option<(i32, i32)>,
    /// Every command it carried out, by the ticket of the send that reached it.
    pub(super) done: Vec<(u64, u16)>,
    /// Tickets whose form it did not take.
    pub(super) strange: BTreeSet<u64>,
    pub(super) refuses: bool,
    pub(super) works_on: Option<(i64, u64, u16)>,
}

impl Craft {
    pub(super) fn new(link: LinkId, system: u8, temper: Temper) -> Self {
        Self {
            link,
            system,
            temper,
            armed: false,
            mode: "GUIDED",
            flies: false,
            sequence: 0,
            frames: 0,
            booted_ms: -60_000,
            going: None,
            done: Vec::new(),
            strange: BTreeSet::new(),
            refuses: false,
            works_on: None,
        }
    }

    pub(super) fn id(&self) -> VehicleId {
        let network = if self.link == FAR { "far" } else { "mav" };
        VehicleId::unlisted(network, SystemId(self.system))
    }

    pub(super) const fn peer(&self) -> PeerId {
        PeerId(self.system as u32)
    }

    pub(super) fn heard(&mut self, report: Report) -> Heard {
        self.sequence = self.sequence.wrapping_add(1);
        self.frames += 1;
        Heard {
            peer: self.peer(),
            t: at(0),
            system: SystemId(self.system),
            component: ComponentId(1),
            sequence: self.sequence,
            mavlink2: true,
            signing: crate::model::signing::FrameSigning::Unchecked,
            fingerprint: u64::from(self.link.0) << 56 | u64::from(self.system) << 48 | self.frames,
            message: 0,
            report,
        }
    }

    pub(super) fn heartbeat(&mut self) -> Heard {
        let mode = MODES.iter().find(|mode| mode.1 == self.mode).unwrap();
        self.heard(Report::Heartbeat(Heartbeat {
            mav_type: MavType(2),
            autopilot: Autopilot::ARDUPILOT,
            armed: self.armed,
            base_mode: 81,
            custom_mode: u32::from(mode.0),
            system_status: SystemStatus(4),
            mode: Mode {
                name: mode.1.into(),
                known: true,
                class: mode.2,
            },
        }))
    }

    pub(super) fn landed(&mut self) -> Heard {
        let landed = if self.flies { 2 } else { 1 };
        self.heard(Report::Landed(Some(LandedState(landed))))
    }

    pub(super) fn clock(&mut self, ms: i64) -> Heard {
        let boot_ms = u32::try_from(ms - self.booted_ms).unwrap();
        let utc_us = None;
        self.heard(Report::Time(SystemTime { utc_us, boot_ms }))
    }

    pub(super) fn says(&mut self, ms: i64) -> Vec<Heard> {
        let mut said = vec![self.heartbeat(), self.landed()];
        if ms % 1_000 == 0 {
            said.push(self.clock(ms));
        }
        if let Some(place_1e7) = self.going {
            said.push(self.heard(Report::GuidedTarget(GuidedTarget { place_1e7 })));
        }
        said
    }

    pub(super) fn reboot(&mut self, ms: i64) {
        self.booted_ms = ms;
        (self.armed, self.flies, self.going) = (false, false, None);
        (self.mode, self.works_on) = ("GUIDED", None);
    }

    /// Carries a message out and says what came of it, if it says anything.
    pub(super) fn obey(&mut self, ticket: u64, message: &Outgoing, ms: i64) -> Option<Heard> {
        let (command, result) = match *message {
            Outgoing::CommandLong {
                command, params, ..
            } => {
                let [a, b, ..] = params;
                (command, self.judge(ticket, (command, [a, b]), None, ms))
            }
            Outgoing::CommandInt {
                command,
                params: [a, b, ..],
                place_1e7,
                ..
            } => {
                let result = self.judge(ticket, (command, [a, b]), Some(place_1e7), ms);
                (command, result)
            }
            Outgoing::SetMode { custom_mode, .. } => {
                let mode = MODES.iter().find(|mode| u32::from(mode.0) == custom_mode)?;
                self.mode = mode.1;
                self.done.push((ticket, 11));
                if self.temper != (Temper::Old { answers: true }) {
                    return None;
                }
                (11, 0)
            }
            Outgoing::GuidedTarget { place_1e7, .. } => {
                if self.mode == "GUIDED" {
                    self.going = Some(place_1e7);
                    self.done.push((ticket, 192));
                }
                return None;
            }
            Outgoing::CommandCancel { command, .. } => {
                let (_, _, works_on) = self.works_on.filter(|(_, _, of)| *of == command)?;
                self.works_on = None;
                (works_on, 6)
            }
            _ => return None,
        };
        Some(self.ack(command, CommandResult(result)))
    }

    pub(super) fn judge(
        &mut self,
        ticket: u64,
        (command, params): (u16, [f32; 2]),
        place: Option<(i32, i32)>,
        ms: i64,
    ) -> u8 {
        let unknown = matches!(self.temper, Temper::Old { .. }) && matches!(command, 176 | 192);
        let wrong_form = match self.temper {
            Temper::Picky { int: true } if place.is_none() && command != 512 => Some(8),
            Temper::Picky { int: false } if place.is_some() => Some(7),
            _ => unknown.then_some(3),
        };
        if let Some(result) = wrong_form {
            self.strange.insert(ticket);
            return result;
        }
        if self.refuses {
            return 4;
        }
        let result = self.attempt(command, params, place);
        if result == 0 && matches!(command, 22 | 183) && self.temper == Temper::Slow {
            self.works_on = Some((ms + WORKS_FOR_MS, ticket, command));
            return 5;
        }
        if result == 0 {
            self.done.push((ticket, command));
        }
        result
    }

    pub(super) fn attempt(
        &mut self,
        command: u16,
        params: [f32; 2],
        place: Option<(i32, i32)>,
    ) -> u8 {
        match command {
            400 if params[0] > 0.5 => self.armed = true,
            400 if self.flies && params[1] < 1.0 => return 4,
            400 => (self.armed, self.flies) = (false, false),
            22 if !self.armed || self.flies => return 4,
            22 => self.flies = true,
            20 => self.mode = "RTL",
            21 => self.mode = "LAND",
            192 => {
                let Some(place) = place else { return 8 };
                (self.mode, self.going) = ("GUIDED", Some(place));
            }
            176 => {
                let wanted = MODES
                    .iter()
                    .find(|mode| (f32::from(mode.0) - params[1]).abs() < 0.1);
                let Some(mode) = wanted else { return 2 };
                self.mode = mode.1;
            }
            183 | 115 => {}
            _ => return 3,
        }
        0
    }

    pub(super) fn ack(&mut self, command: u16, result: CommandResult) -> Heard {
        self.ack_to((255, 25), command, result)
    }

    pub(super) fn ack_to(&mut self, to: (u8, u8), command: u16, result: CommandResult) -> Heard {
        self.heard(Report::Ack(CommandAck {
            command,
            result,
            progress: None,
            detail: 0,
            target_system: to.0,
            target_component: to.1,
        }))
    }
}
