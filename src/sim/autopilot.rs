//! One simulated autopilot: datagrams in, frames out, time as an argument. No socket, no clock.
//!
//! Behaves for a ground station like a well-behaved ArduPilot or PX4. Children: `craft` (state),
//! `flight` and `errand` (mode to motion), `orders`, `exchange` (`settings`, `plans`, `ftp`), `telemetry`
//! and `vitals` (messages), `streams` (when), `ardupilot` and `px4` (what differs by table).

mod addressing;
pub mod ardupilot;
mod available_modes;
mod checks;
mod chores;
pub mod craft;
mod desk;
mod errand;
pub mod exchange;
pub mod firmware;
mod flight;
mod ftp;
pub mod identity;
mod instruments;
pub mod load;
mod message_ids;
mod mode_change;
pub mod modes;
pub mod orders;
mod plans;
pub mod px4;
mod settings;
pub mod streams;
mod telemetry;
mod vitals;
pub mod voice;

use mavlink::dialects::ardupilotmega as m;

use crate::model::ids::{ComponentId, SystemId};
use crate::model::time::TimeUs;

use std::collections::BTreeMap;

use super::frames::{Outbox, Received, Sender, frames_in};
use chores::{Chore, Chores, Step};
use craft::{CRITICAL, Craft, CraftOptions, INFO};
use desk::Answer;
use exchange::Exchange;
use firmware::Firmware;
use message_ids as id;
use orders::Order;
use streams::Streams;
use voice::{Asker, Verdict, Voice};

/// Physics advance in steps of this length.
const STEP_US: i64 = 50_000;
/// After a longer pause the craft goes on from now instead of catching up.
const LONGEST_GAP_US: i64 = 2_000_000;
const PROGRESS_STEP_US: i64 = 1_000_000;
const NAV_TAKEOFF: u16 = 22;
const REBOOT_AFTER_US: i64 = 300_000;
const REBOOT_TAKES_US: i64 = 3_000_000;
const MAV_TYPE_GCS: u8 = 6;

/// A simulated autopilot.
#[derive(Debug)]
pub struct Autopilot {
    craft: Craft,
    sender: Sender,
    streams: Streams,
    exchange: Exchange,
    station_heard: bool,
    asleep: bool,
    moved: TimeUs,
    text_id: u16,
    chores: Chores,
    /// Commands that a scenario answers instead of the craft.
    refusals: BTreeMap<u16, Verdict>,
    /// Whether a takeoff reports its progress before it is accepted.
    reports_progress: bool,
}

impl Autopilot {
    /// An autopilot that begins now.
    #[must_use]
    pub fn new(options: CraftOptions, now: TimeUs) -> Self {
        let craft = Craft::new(options, now);
        let system = craft.options.system;
        let mut autopilot = Self {
            sender: Sender::new(system, ComponentId::AUTOPILOT),
            exchange: Exchange::new(craft.options.firmware, craft.options.airframe, system.0),
            streams: Streams::default(),
            station_heard: false,
            asleep: false,
            moved: now,
            text_id: 0,
            chores: Chores::default(),
            refusals: BTreeMap::new(),
            reports_progress: false,
            craft,
        };
        desk::begin(&mut autopilot.craft, &mut autopilot.streams, now);
        autopilot
    }

    /// The craft behind it, to be looked at.
    #[must_use]
    pub const fn craft(&self) -> &Craft {
        &self.craft
    }

    /// From now until then no satellite is heard.
    pub fn lose_gps(&mut self, now: TimeUs, until: TimeUs) {
        self.craft.lose_gps(now, until);
    }

    /// The pack loses charge at once.
    pub fn lose_charge(&mut self, remaining_percent: f64) {
        self.craft.battery.drop_to(remaining_percent);
    }

    /// From now on this command is answered so and not carried out; `None` ends that.
    pub fn refuse(&mut self, command: u16, verdict: Option<Verdict>) {
        match verdict {
            Some(verdict) => self.refusals.insert(command, verdict),
            None => self.refusals.remove(&command),
        };
    }

    /// Whether a takeoff reports its progress before it is accepted.
    pub const fn report_progress(&mut self, wanted: bool) {
        self.reports_progress = wanted;
    }

    /// Its system id.
    #[must_use]
    pub const fn system(&self) -> SystemId {
        self.craft.options.system
    }

    /// Takes a datagram: every whole frame in it is understood, answered or ignored.
    pub fn receive(&mut self, datagram: &[u8], now: TimeUs, out: &mut Outbox) {
        for frame in frames_in(datagram) {
            self.hear(&frame, now, out);
        }
    }

    /// Takes one frame; one for another system, or one's own coming back, is ignored.
    pub fn hear(&mut self, frame: &Received, now: TimeUs, out: &mut Outbox) {
        if self.asleep
            || frame.system == self.craft.options.system
            || !addressing::is_for(self.craft.options.system, frame)
            || !self.is_genuine(frame, now)
        {
            return;
        }
        let mut voice = Voice::new(&mut self.sender, out);
        match frame.id {
            id::HEARTBEAT if frame.u8(4) == MAV_TYPE_GCS && !self.station_heard => {
                self.station_heard = true;
                desk::greet(&mut self.craft, &mut self.streams, now);
            }
            id::SET_MODE => {
                let verdict = mode_change::set_mode_numbered(&mut self.craft, frame.u32(0), now);
                let command = match self.craft.options.firmware {
                    // ArduPilot acknowledges the message's own id, PX4 the command it stands for.
                    Firmware::ArduPilot => id::SET_MODE as u16,
                    Firmware::Px4 => 176,
                };
                voice.acknowledge(Asker::of(frame), command, verdict, 0);
            }
            id::REQUEST_DATA_STREAM => {
                desk::set_group(&self.craft, &mut self.streams, frame, now);
            }
            id::SETUP_SIGNING => {
                desk::set_up_signing(&mut self.craft, &mut self.sender.signer, frame);
            }
            id::MISSION_SET_CURRENT => {
                self.set_current(frame.u16(0), now, out);
            }
            id::COMMAND_LONG => {
                self.command(Order::from_long(frame), Asker::of(frame), now, out);
            }
            id::COMMAND_INT => self.command(Order::from_int(frame), Asker::of(frame), now, out),
            id::SET_POSITION_TARGET_GLOBAL_INT => orders::guided_target(&mut self.craft, frame),
            id::TIMESYNC if frame.i64(0) == 0 => {
                voice.timesync(self.craft.uptime_us(now), frame.i64(8), Asker::of(frame));
            }
            id::PING => voice.pong(frame),
            _ => self
                .exchange
                .answer(&mut self.craft, frame, now, &mut voice),
        }
    }

    /// Once a key is set, only what is signed with it counts; a radio's own reports never are.
    fn is_genuine(&mut self, frame: &Received, now: TimeUs) -> bool {
        let Some(signer) = &mut self.sender.signer else {
            return true;
        };
        signer.tick(now);
        match &frame.signed {
            Some(whole) => signer.accepts(whole),
            None => frame.id == id::RADIO_STATUS,
        }
    }

    /// MISSION_SET_CURRENT: no acknowledgement, but the new item or a text.
    fn set_current(&mut self, number: u16, now: TimeUs, out: &mut Outbox) {
        let verdict = orders::set_current(&mut self.craft, f32::from(number));
        if verdict == Verdict::Accepted {
            let mut voice = Voice::new(&mut self.sender, out);
            telemetry::report(&mut self.craft, id::MISSION_CURRENT, now, &mut voice);
        } else if self.craft.is_px4() {
            let text = "WPM: WP CURR CMD: Not in list\t";
            self.craft.say(CRITICAL, text);
        }
    }

    fn command(&mut self, order: Order, asker: Asker, now: TimeUs, out: &mut Outbox) {
        let mut voice = Voice::new(&mut self.sender, out);
        if let Some(verdict) = self.refusals.get(&order.command) {
            voice.acknowledge(asker, order.command, *verdict, 0);
            return;
        }
        if let Some(verdict) = orders::obey(&mut self.craft, &order, now) {
            let begun = order.command == NAV_TAKEOFF && verdict == Verdict::Accepted;
            if begun && self.reports_progress {
                voice.acknowledge(asker, order.command, Verdict::InProgress, 0);
                let chore = Chore::ReportTakeoff { asker };
                self.chores.promise(now, PROGRESS_STEP_US, chore);
                return;
            }
            voice.acknowledge(asker, order.command, verdict, 0);
            let home_moved = matches!(order.command, 179 | 400) && verdict == Verdict::Accepted;
            if home_moved && self.craft.options.firmware == Firmware::ArduPilot {
                telemetry::report(&mut self.craft, id::HOME_POSITION, now, &mut voice);
            }
            return;
        }
        let (verdict, answer) = desk::judge(&mut self.craft, &mut self.streams, &order, now);
        if let Answer::Message(id) = answer
            && self.craft.is_px4()
        {
            // PX4 sends what was asked for, then says that it did.
            telemetry::report(&mut self.craft, id, now, &mut voice);
            voice.acknowledge(asker, order.command, verdict, 0);
            return;
        }
        voice.acknowledge(asker, order.command, verdict, 0);
        match answer {
            Answer::Nothing => {}
            Answer::Message(id) => {
                telemetry::report(&mut self.craft, id, now, &mut voice);
            }
            Answer::Interval { id, interval_us } => voice.send(&m::MESSAGE_INTERVAL_DATA {
                interval_us,
                message_id: id,
            }),
            Answer::Calibration => {
                let chore = Chore::Calibrate {
                    asker,
                    command: order.command,
                    progress: 0,
                };
                self.chores.promise(now, PROGRESS_STEP_US, chore);
            }
            Answer::Modes(which) => available_modes::tell(&self.craft, which, &mut voice),
            Answer::Reboot => self.chores.promise(now, REBOOT_AFTER_US, Chore::Reboot),
        }
    }

    /// When something is to be done next.
    #[must_use]
    pub fn next_due(&self) -> TimeUs {
        if self.exchange.is_busy() {
            return self.moved;
        }
        let step = TimeUs(self.moved.0 + STEP_US);
        self.streams.next_due().map_or(step, |due| due.min(step))
    }

    /// Moves on to `now`: physics, promises, texts and whatever stream is due.
    pub fn advance(&mut self, now: TimeUs, out: &mut Outbox) {
        self.do_chores(now, out);
        self.move_to(now);
        if self.asleep {
            return;
        }
        if let Some(signer) = &mut self.sender.signer {
            signer.tick(now);
        }
        let mut voice = Voice::new(&mut self.sender, out);
        self.exchange.advance(&mut self.craft, now, &mut voice);
        let silent = self.craft.options.firmware == Firmware::Px4 && !self.station_heard;
        while let Some((severity, text)) = self.craft.texts.pop_front() {
            if silent {
                continue;
            }
            // ArduPilot numbers only texts of several parts, PX4 all of them.
            let numbered = text.len() > 50 || self.craft.options.firmware == Firmware::Px4;
            self.text_id = self.text_id.wrapping_add(u16::from(numbered));
            voice.text(severity, &text, if numbered { self.text_id } else { 0 });
        }
        while let Some(seq) = self.craft.reached.pop_front() {
            voice.send(&m::MISSION_ITEM_REACHED_DATA { seq });
        }
        while let Some(due) = self.streams.take_due(now) {
            match due {
                id::TIMESYNC => voice.send(&m::TIMESYNC_DATA {
                    ts1: self.craft.uptime_us(now).cast_signed() * 1_000,
                    ..m::TIMESYNC_DATA::default()
                }),
                id::STATUSTEXT => voice.text(INFO, "EKF3 IMU0 is using GPS", 0),
                due => {
                    telemetry::report(&mut self.craft, due, now, &mut voice);
                }
            }
        }
    }

    fn move_to(&mut self, now: TimeUs) {
        if now.0 - self.moved.0 > LONGEST_GAP_US {
            self.moved = TimeUs(now.0 - STEP_US);
        }
        while now.0 - self.moved.0 >= STEP_US {
            self.moved = TimeUs(self.moved.0 + STEP_US);
            flight::advance(&mut self.craft, self.moved, STEP_US as f64 / 1e6);
        }
    }

    /// Switches off and on again; silent while it starts.
    pub fn reboot(&mut self, now: TimeUs) {
        self.craft.reboot(now);
        self.exchange.restart(&mut self.craft);
        self.streams.clear();
        self.chores.clear();
        self.station_heard = false;
        self.asleep = true;
        self.chores.promise(now, REBOOT_TAKES_US, Chore::WakeUp);
    }

    fn do_chores(&mut self, now: TimeUs, out: &mut Outbox) {
        while let Some(chore) = self.chores.take_due(now) {
            match chore {
                Chore::Reboot => self.reboot(now),
                Chore::WakeUp => {
                    self.asleep = false;
                    self.sender.restart();
                    desk::begin(&mut self.craft, &mut self.streams, now);
                }
                Chore::Calibrate {
                    asker,
                    command,
                    progress,
                } => {
                    let progress = progress + 25;
                    let verdict = if progress < 100 {
                        Verdict::InProgress
                    } else {
                        Verdict::Accepted
                    };
                    let next = Chore::Calibrate {
                        asker,
                        command,
                        progress,
                    };
                    let step = Step {
                        asker,
                        command,
                        verdict,
                        progress,
                    };
                    self.report_step(step, next, now, out);
                }
                Chore::ReportTakeoff { asker } => {
                    let (verdict, progress) = chores::takeoff_progress(&self.craft);
                    let step = Step {
                        asker,
                        command: NAV_TAKEOFF,
                        verdict,
                        progress,
                    };
                    self.report_step(step, chore, now, out);
                }
            }
        }
    }

    fn report_step(&mut self, step: Step, next: Chore, now: TimeUs, out: &mut Outbox) {
        let mut voice = Voice::new(&mut self.sender, out);
        voice.acknowledge(step.asker, step.command, step.verdict, step.progress);
        if step.verdict == Verdict::InProgress {
            self.chores.promise(now, PROGRESS_STEP_US, next);
        }
    }
}

#[cfg(test)]
mod tests;
