//! A network that loses, doubles, delays and overtakes between a fleet and its vehicles.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{
    super::{RADIO, at, link},
    craft::{Copter, Craft, Dice, FAR, MODES, Temper},
};
use crate::{
    fleet::state::{Fleet, FleetOptions},
    model::{
        command::{
            Command, CommandRequest, Consent, Kind, next_ticket,
            report::{CommandReport, CommandState},
        },
        ids::{ComponentId, SystemId, VehicleId},
        intent::{Act, Intent, Origin, Via},
        link::{LinkReport, Phase},
        report::{Heard, Report},
        transmission::{Outgoing, Transmission},
        words::CommandResult,
    },
};

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
