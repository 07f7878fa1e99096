//! A network that loses, doubles, delays and overtakes, and vehicles that count what they do.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::super::{RADIO, at, link};
use crate::{
    fleet::state::{Fleet, FleetOptions},
    model::{
        command::{
            Command, CommandRequest, Consent, Kind, next_ticket,
            report::{CommandReport, CommandState},
        },
        ids::{ComponentId, LinkId, PeerId, SystemId, VehicleId},
        intent::{Act, Intent, Origin, Via},
        link::{LinkReport, Phase},
        modes::{ModeBook, ModeOrder},
        report::{CommandAck, GuidedTarget, Heard, Heartbeat, Mode, Report, SystemTime},
        transmission::{Outgoing, Transmission},
        vehicle::ModeClass,
        words::{Autopilot, CommandResult, LandedState, MavType, SystemStatus},
    },
};

pub(super) const MODES: [(u16, &str, ModeClass); 5] = [
    (3, "AUTO", ModeClass::Mission),
    (4, "GUIDED", ModeClass::Guided),
    (6, "RTL", ModeClass::Return),
    (9, "LAND", ModeClass::Land),
    (17, "BRAKE", ModeClass::Hold),
];

/// A second network, on which system ids mean other vehicles.
const FAR: LinkId = LinkId(2);
const WORKS_FOR_MS: i64 = 2_500;

#[derive(Debug)]
struct Copter;

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
pub(super) struct Dice(u64);

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
    sequence: u8,
    frames: u64,
    booted_ms: i64,
    going: Option<(i32, i32)>,
    /// Every command it carried out, by the ticket of the send that reached it.
    pub(super) done: Vec<(u64, u16)>,
    /// Tickets whose form it did not take.
    strange: BTreeSet<u64>,
    pub(super) refuses: bool,
    works_on: Option<(i64, u64, u16)>,
}

impl Craft {
    fn new(link: LinkId, system: u8, temper: Temper) -> Self {
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

    const fn peer(&self) -> PeerId {
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

    fn heartbeat(&mut self) -> Heard {
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

    fn landed(&mut self) -> Heard {
        let landed = if self.flies { 2 } else { 1 };
        self.heard(Report::Landed(Some(LandedState(landed))))
    }

    fn clock(&mut self, ms: i64) -> Heard {
        let boot_ms = u32::try_from(ms - self.booted_ms).unwrap();
        let utc_us = None;
        self.heard(Report::Time(SystemTime { utc_us, boot_ms }))
    }

    fn says(&mut self, ms: i64) -> Vec<Heard> {
        let mut said = vec![self.heartbeat(), self.landed()];
        if ms % 1_000 == 0 {
            said.push(self.clock(ms));
        }
        if let Some(place_1e7) = self.going {
            said.push(self.heard(Report::GuidedTarget(GuidedTarget { place_1e7 })));
        }
        said
    }

    fn reboot(&mut self, ms: i64) {
        self.booted_ms = ms;
        (self.armed, self.flies, self.going) = (false, false, None);
        (self.mode, self.works_on) = ("GUIDED", None);
    }

    /// Carries a message out and says what came of it, if it says anything.
    fn obey(&mut self, ticket: u64, message: &Outgoing, ms: i64) -> Option<Heard> {
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

    fn judge(
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

    fn attempt(&mut self, command: u16, params: [f32; 2], place: Option<(i32, i32)>) -> u8 {
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

/// What is in the air: what it belongs to, and what it is.
enum Frame {
    Up(u64, usize, Transmission),
    Down(u64, usize, Heard),
}

pub(super) struct World {
    pub(super) fleet: Fleet,
    pub(super) crafts: Vec<Craft>,
    air: Vec<(i64, Frame)>,
    pub(super) dice: Dice,
    bad: bool,
    pub(super) asked: BTreeMap<u64, (Kind, Vec<usize>)>,
    pub(super) sends: BTreeMap<(u64, usize, bool), u32>,
    first_sent: BTreeMap<(u64, usize), i64>,
    own_yes: BTreeSet<(u64, usize)>,
    /// When a heartbeat with a mode came in last.
    said_mode: BTreeMap<(usize, &'static str), i64>,
    said_going: BTreeMap<usize, i64>,
    newest: BTreeMap<usize, u64>,
    pub(super) aborted: BTreeSet<u64>,
    pub(super) cancels: u32,
}

/// Vehicles that understand everything.
pub(super) const MODERN: [Temper; 3] = [Temper::Modern; 3];

impl World {
    /// `crafts` modern vehicles of one network.
    pub(super) fn new(seed: u64, crafts: usize, bad: bool) -> Self {
        Self::of(seed, &MODERN[..crafts], bad)
    }

    /// Vehicles of these tempers, system ids from 1, and on another network one more that calls itself 1.
    pub(super) fn of(seed: u64, tempers: &[Temper], bad: bool) -> Self {
        let mut fleet = Fleet::new(FleetOptions {
            links: vec![
                link("radio", "mav", true),
                link("lan", "mav", true),
                link("far", "far", true),
            ],
            listed: Vec::new(),
            forget_after: Duration::from_mins(30),
            own: (SystemId(255), ComponentId(25)),
        });
        fleet.use_modes(Arc::new(Copter));
        for link in [RADIO, FAR] {
            fleet.on_link(LinkReport::Phase(link, Phase::Open, at(0)));
        }
        let craft = |(place, temper): (usize, &Temper)| Craft::new(RADIO, place as u8 + 1, *temper);
        let mut crafts: Vec<_> = tempers.iter().enumerate().map(craft).collect();
        crafts.push(Craft::new(FAR, 1, Temper::Modern));
        let mut world = Self {
            fleet,
            crafts,
            air: Vec::new(),
            dice: Dice(seed * 2 + 1),
            bad,
            asked: BTreeMap::new(),
            sends: BTreeMap::new(),
            first_sent: BTreeMap::new(),
            own_yes: BTreeSet::new(),
            said_mode: BTreeMap::new(),
            said_going: BTreeMap::new(),
            newest: BTreeMap::new(),
            aborted: BTreeSet::new(),
            cancels: 0,
        };
        for place in 0..world.crafts.len() {
            for said in world.crafts[place].says(0) {
                world.hear(0, place, said);
            }
        }
        world
    }

    /// A report of a craft, heard now.
    pub(super) fn hear(&mut self, ms: i64, place: usize, mut heard: Heard) {
        heard.t = at(ms);
        match &heard.report {
            Report::Heartbeat(beat) => {
                let mode = MODES.iter().find(|mode| beat.mode.name == mode.1).unwrap();
                self.said_mode.insert((place, mode.1), ms);
            }
            Report::GuidedTarget(_) => drop(self.said_going.insert(place, ms)),
            _ => {}
        }
        self.fleet.apply(self.crafts[place].link, &heard);
    }

    pub(super) fn ask(
        &mut self,
        ms: i64,
        places: &[usize],
        command: Command,
        consent: Consent,
    ) -> u64 {
        let ids = places
            .iter()
            .map(|place| self.crafts[*place].id())
            .collect();
        let kind = command.kind();
        let ticket = self.ask_by_id(ms, ids, command, consent);
        self.asked.insert(ticket, (kind, places.to_vec()));
        ticket
    }

    pub(super) fn ask_by_id(
        &mut self,
        ms: i64,
        vehicles: Vec<VehicleId>,
        command: Command,
        consent: Consent,
    ) -> u64 {
        let ticket = next_ticket();
        let request = CommandRequest {
            ticket,
            request: format!("r{ticket}").into(),
            vehicles,
            command,
            consent,
        };
        self.want(ms, Act::Command(Box::new(request)));
        ticket
    }

    pub(super) fn abort(&mut self, ms: i64, ticket: u64) {
        self.aborted.insert(ticket);
        self.want(ms, Act::AbortCommand { ticket });
    }

    fn want(&mut self, ms: i64, act: Act) {
        let origin = Origin {
            via: Via::Rest,
            who: "test".into(),
        };
        self.fleet.obey(Intent { origin, act }, at(ms));
    }

    pub(super) fn reboot(&mut self, ms: i64, place: usize) {
        self.crafts[place].reboot(ms);
    }

    /// Puts a frame into the air: lost, doubled and late as the dice say.
    fn throw(&mut self, ms: i64, frame: impl Fn() -> Frame) {
        let copies = match self.dice.roll(100) {
            0..30 if self.bad => 0,
            30..45 if self.bad => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let late = if self.bad && self.dice.roll(4) == 0 {
                4_000
            } else {
                150
            };
            let delay = self.dice.roll(late) as i64;
            self.air.push((ms + delay, frame()));
        }
    }

    /// An answer to somebody else's command.
    pub(super) fn answer_another(&mut self, ms: i64, place: usize, command: u16) {
        let ack = self.crafts[place].ack_to((254, 190), command, CommandResult(0));
        self.throw(ms, || Frame::Down(0, place, ack.clone()));
    }

    pub(super) fn step(&mut self, ms: i64) {
        let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.air)
            .into_iter()
            .partition(|(when, _)| *when <= ms);
        self.air = later;
        for (_, frame) in due {
            self.arrive(ms, frame);
        }
        for place in 0..self.crafts.len() {
            if ms % 500 == 0 {
                for said in self.crafts[place].says(ms) {
                    self.throw(ms, || Frame::Down(0, place, said.clone()));
                }
            }
            let craft = &mut self.crafts[place];
            let over = craft.works_on.filter(|(when, ..)| *when <= ms);
            if let Some((_, ticket, command)) = over {
                craft.works_on = None;
                craft.done.push((ticket, command));
                let ack = craft.ack(command, CommandResult(0));
                self.throw(ms, || Frame::Down(ticket, place, ack.clone()));
            }
        }
        let mut out = Vec::new();
        self.fleet.poll_transmissions(at(ms), &mut out);
        for transmission in out {
            self.leave(ms, &transmission);
        }
        self.fleet.tick(at(ms));
    }

    fn arrive(&mut self, ms: i64, frame: Frame) {
        match frame {
            Frame::Down(ticket, place, heard) => {
                if let (Report::Ack(ack), true) = (&heard.report, ticket > 0)
                    && ack.result == CommandResult(0)
                {
                    self.own_yes.insert((ticket, place));
                }
                self.hear(ms, place, heard);
            }
            Frame::Up(ticket, place, transmission) => {
                let answer = self.crafts[place].obey(ticket, &transmission.message, ms);
                if let Some(ack) = answer {
                    self.throw(ms, || Frame::Down(ticket, place, ack.clone()));
                }
            }
        }
    }

    /// Attributes what leaves to the request it belongs to, and checks that it may leave.
    fn leave(&mut self, ms: i64, transmission: &Transmission) {
        let (target, command) = match transmission.message {
            Outgoing::CommandLong {
                target, command, ..
            }
            | Outgoing::CommandInt {
                target, command, ..
            }
            | Outgoing::CommandCancel { target, command } => (target, command),
            Outgoing::SetMode { target, .. } => (target, 176),
            Outgoing::GuidedTarget { target, .. } => (target, 192),
            _ => return,
        };
        let over = (transmission.link, transmission.peer);
        let of = |craft: &Craft| (craft.link, Some(craft.peer())) == over;
        let place = self.crafts.iter().position(of).expect("over its own path");
        assert_eq!(target.system().0, self.crafts[place].system);
        let id = self.crafts[place].id();
        let open = self.fleet.commands.open.iter();
        let mut open = open.filter(|open| open.vehicle == id && open.run.command() == command);
        let Some(of) = open.next() else {
            // The station's own questions.
            assert!(matches!(command, 410 | 511 | 512 | 520), "{command}");
            self.throw(ms, || Frame::Up(0, place, transmission.clone()));
            return;
        };
        assert!(open.next().is_none(), "two of one MAV_CMD under way");
        let ticket = of.asked.ticket;
        let is_second = of.run.is_second_form();
        self.check_send(ms, (ticket, place), is_second, &transmission.message);
        self.throw(ms, || Frame::Up(ticket, place, transmission.clone()));
    }

    fn check_send(
        &mut self,
        ms: i64,
        (ticket, place): (u64, usize),
        is_second: bool,
        message: &Outgoing,
    ) {
        let (kind, places) = &self.asked[&ticket];
        assert!(places.contains(&place), "sent to another vehicle");
        self.first_sent.entry((ticket, place)).or_insert(ms);
        if matches!(message, Outgoing::CommandCancel { .. }) {
            assert!(self.aborted.contains(&ticket), "cancelled unasked");
            self.cancels += 1;
            return;
        }
        assert!(!self.aborted.contains(&ticket), "sent after its abort");
        if is_second {
            let is_strange = self.crafts[place].strange.contains(&ticket);
            assert!(is_strange, "another form of what was understood");
        }
        let sends = self.sends.entry((ticket, place, is_second)).or_default();
        *sends += 1;
        let most = match kind {
            Kind::Rtl | Kind::Land | Kind::Hold => 5,
            Kind::Disarm | Kind::Mode | Kind::Steer => 3,
            _ => 1,
        };
        assert!(*sends <= most, "{kind:?} sent {sends} times");
        let newest = self.newest.entry(place).or_default();
        assert!(
            *sends == 1 || ticket >= *newest,
            "sent again after something newer"
        );
        *newest = ticket.max(*newest);
    }

    /// Every yes since `seen` has its own answer, or the vehicle's own word heard after it was sent.
    pub(super) fn check_answers(&mut self, seen: u64, ms: i64, seed: u64) {
        let ring = Arc::clone(&self.fleet.commands.ring);
        let yes = |report: &&Arc<CommandReport>| report.state == CommandState::Accepted;
        for report in ring.after(seen).filter(yes) {
            let of = |craft: &Craft| craft.id() == report.vehicle;
            let place = self.crafts.iter().position(of).unwrap();
            let key = (report.ticket, place);
            let has_answer = self.own_yes.contains(&key);
            let sent = self.first_sent[&key];
            let of_mode = |at: &(usize, &str)| at.0 == place;
            let said = self.said_mode.iter().filter(|(at, _)| of_mode(at));
            let newest = said.map(|(_, ms)| *ms).max();
            let newest = newest.max(self.said_going.get(&place).copied());
            let by_state = report.text.contains("own state") && newest > Some(sent);
            assert!(has_answer || by_state, "seed {seed} at {ms}: {report:?}");
        }
    }

    pub(super) fn reports(&mut self, ms: i64) -> Vec<Arc<CommandReport>> {
        let snapshot = self.fleet.publish(at(ms));
        snapshot.commands.after(0).cloned().collect()
    }

    pub(super) fn last(&mut self, ms: i64, ticket: u64) -> Arc<CommandReport> {
        let reports = self.reports(ms).into_iter();
        reports
            .filter(|report| report.ticket == ticket)
            .last()
            .unwrap()
    }

    pub(super) fn run(&mut self, from: i64, to: i64) {
        for ms in (from..to).step_by(50) {
            self.step(ms);
        }
    }
}

pub(super) const YES: Consent = Consent {
    confirm: true,
    overrides: true,
};
pub(super) const NO: Consent = Consent {
    confirm: false,
    overrides: false,
};
