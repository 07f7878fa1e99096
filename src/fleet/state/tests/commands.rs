//! Commands over a network that loses, doubles, delays and overtakes, against vehicles that count what they do.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Value, json};

use super::{RADIO, at, fleet};
use crate::{
    fleet::state::Fleet,
    model::{
        command::{
            Command, CommandRequest, Consent, Kind,
            report::{CommandReport, CommandState},
        },
        ids::{ComponentId, PeerId, SystemId, VehicleId},
        intent::{Act, Intent, Origin, Via},
        link::{LinkReport, Phase},
        modes::{ModeBook, ModeOrder},
        report::{CommandAck, Heard, Heartbeat, Mode, Report, SystemTime, TextPart},
        transmission::{Outgoing, Transmission},
        vehicle::ModeClass,
        words::{Autopilot, CommandResult, LandedState, MavType, Severity, SystemStatus},
    },
};

const MODES: [(u16, &str, ModeClass); 5] = [
    (3, "AUTO", ModeClass::Mission),
    (4, "GUIDED", ModeClass::Guided),
    (6, "RTL", ModeClass::Return),
    (9, "LAND", ModeClass::Land),
    (17, "BRAKE", ModeClass::Hold),
];

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
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// A vehicle that does what it hears and counts it.
struct Craft {
    system: u8,
    armed: bool,
    mode: &'static str,
    flies: bool,
    sequence: u8,
    frames: u64,
    /// Every command it carried out, by the ticket of the send that reached it.
    done: Vec<(u64, u16)>,
    refuses: bool,
}

impl Craft {
    fn new(system: u8) -> Self {
        Self {
            system,
            armed: false,
            mode: "GUIDED",
            flies: false,
            sequence: 0,
            frames: 0,
            done: Vec::new(),
            refuses: false,
        }
    }

    fn heard(&mut self, report: Report) -> Heard {
        self.sequence = self.sequence.wrapping_add(1);
        self.frames += 1;
        Heard {
            peer: PeerId(u32::from(self.system)),
            t: at(0),
            system: SystemId(self.system),
            component: ComponentId(1),
            sequence: self.sequence,
            mavlink2: true,
            signing: crate::model::signing::FrameSigning::Unchecked,
            fingerprint: u64::from(self.system) << 48 | self.frames,
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

    /// Carries a command out and says what came of it.
    fn obey(&mut self, ticket: u64, command: u16, params: [f32; 7]) -> CommandResult {
        let result = if self.refuses {
            4
        } else {
            self.attempt(command, params)
        };
        if result == 0 {
            self.done.push((ticket, command));
        }
        CommandResult(result)
    }

    fn attempt(&mut self, command: u16, params: [f32; 7]) -> u8 {
        match command {
            400 if params[0] > 0.5 => self.armed = true,
            400 if self.flies && params[1] < 1.0 => return 4,
            400 => (self.armed, self.flies) = (false, false),
            22 if !self.armed || self.flies => return 4,
            22 => self.flies = true,
            20 => self.mode = "RTL",
            21 => self.mode = "LAND",
            176 => {
                let wanted = MODES
                    .iter()
                    .find(|mode| (f32::from(mode.0) - params[1]).abs() < 0.1);
                let Some(mode) = wanted else { return 2 };
                self.mode = mode.1;
            }
            _ => return 3,
        }
        0
    }

    fn ack(&mut self, command: u16, result: CommandResult) -> Heard {
        self.heard(Report::Ack(CommandAck {
            command,
            result,
            progress: None,
            detail: 0,
            target_system: 255,
            target_component: 25,
        }))
    }
}

/// What is in the air: when it arrives, and what it is.
enum Frame {
    Up(u64, Transmission),
    Down(u64, Heard),
}

struct World {
    fleet: Fleet,
    crafts: Vec<Craft>,
    air: Vec<(i64, Frame)>,
    dice: Dice,
    bad: bool,
    ticket: u64,
    asked: BTreeMap<u64, (Kind, Vec<u8>)>,
    sends: BTreeMap<(u64, u8), u32>,
    own_yes: BTreeSet<(u64, u8)>,
    newest: BTreeMap<u8, u64>,
}

fn name(system: u8) -> VehicleId {
    VehicleId::unlisted("mav", SystemId(system))
}

impl World {
    fn new(seed: u64, crafts: u8, bad: bool) -> Self {
        let mut fleet = fleet();
        fleet.use_modes(Arc::new(Copter));
        fleet.on_link(LinkReport::Phase(RADIO, Phase::Open, at(0)));
        let mut world = Self {
            fleet,
            crafts: (1..=crafts).map(Craft::new).collect(),
            air: Vec::new(),
            dice: Dice(seed * 2 + 1),
            bad,
            ticket: 0,
            asked: BTreeMap::new(),
            sends: BTreeMap::new(),
            own_yes: BTreeSet::new(),
            newest: BTreeMap::new(),
        };
        for at_craft in 0..world.crafts.len() {
            let beat = world.crafts[at_craft].heartbeat();
            let landed = world.crafts[at_craft].landed();
            world.hear(0, beat);
            world.hear(0, landed);
        }
        world
    }

    fn hear(&mut self, ms: i64, mut heard: Heard) {
        heard.t = at(ms);
        self.fleet.apply(RADIO, &heard);
    }

    fn ask(&mut self, ms: i64, systems: &[u8], command: Command, consent: Consent) -> u64 {
        self.ticket += 1;
        let ticket = self.ticket;
        self.asked
            .insert(ticket, (command.kind(), systems.to_vec()));
        let request = CommandRequest {
            ticket,
            request: format!("r{ticket}").into(),
            vehicles: systems.iter().map(|system| name(*system)).collect(),
            command,
            consent,
        };
        let origin = Origin {
            via: Via::Rest,
            who: "test".into(),
        };
        let act = Act::Command(Box::new(request));
        self.fleet.obey(Intent { origin, act }, at(ms));
        ticket
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

    fn step(&mut self, ms: i64) {
        let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.air)
            .into_iter()
            .partition(|(when, _)| *when <= ms);
        self.air = later;
        for (_, frame) in due {
            self.arrive(ms, frame);
        }
        if ms % 500 == 0 {
            for at_craft in 0..self.crafts.len() {
                let beat = self.crafts[at_craft].heartbeat();
                let landed = self.crafts[at_craft].landed();
                self.throw(ms, || Frame::Down(0, beat.clone()));
                self.throw(ms, || Frame::Down(0, landed.clone()));
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
            Frame::Down(ticket, heard) => {
                if let (Report::Ack(ack), true) = (&heard.report, ticket > 0)
                    && ack.result == CommandResult(0)
                {
                    self.own_yes.insert((ticket, heard.system.0));
                }
                self.hear(ms, heard);
            }
            Frame::Up(ticket, transmission) => {
                let Outgoing::CommandLong {
                    target,
                    command,
                    params,
                    ..
                } = transmission.message
                else {
                    return;
                };
                let craft = &mut self.crafts[usize::from(target.system().0) - 1];
                let result = craft.obey(ticket, command, params);
                let ack = craft.ack(command, result);
                self.throw(ms, || Frame::Down(ticket, ack.clone()));
            }
        }
    }

    /// Attributes what leaves to the request it belongs to, and checks that it may leave.
    fn leave(&mut self, ms: i64, transmission: &Transmission) {
        let Outgoing::CommandLong {
            target, command, ..
        } = transmission.message
        else {
            return;
        };
        let system = target.system().0;
        assert_eq!(
            transmission.peer,
            Some(PeerId(u32::from(system))),
            "over its own path"
        );
        let open = self.fleet.commands.open.iter();
        let mut open = open.filter(|open| open.system.0 == system && open.run.command() == command);
        let Some(of) = open.next() else {
            // The station's own questions.
            assert!(matches!(command, 410 | 511 | 512 | 520), "{command}");
            self.throw(ms, || Frame::Up(0, transmission.clone()));
            return;
        };
        assert!(open.next().is_none(), "two of one MAV_CMD under way");
        let ticket = of.asked.ticket;
        let (kind, systems) = &self.asked[&ticket];
        assert!(systems.contains(&system), "sent to another vehicle");
        let sends = self.sends.entry((ticket, system)).or_default();
        *sends += 1;
        let most = match kind {
            Kind::Rtl | Kind::Land | Kind::Hold => 5,
            Kind::Disarm | Kind::Mode => 3,
            _ => 1,
        };
        assert!(*sends <= most, "{kind:?} sent {sends} times");
        let newest = self.newest.entry(system).or_default();
        assert!(
            *sends == 1 || ticket >= *newest,
            "sent again after something newer"
        );
        *newest = ticket.max(*newest);
        self.throw(ms, || Frame::Up(ticket, transmission.clone()));
    }

    fn reports(&mut self, ms: i64) -> Vec<Arc<CommandReport>> {
        self.fleet
            .publish(at(ms))
            .commands
            .after(0)
            .cloned()
            .collect()
    }

    fn last(&mut self, ms: i64, ticket: u64) -> Arc<CommandReport> {
        let reports = self.reports(ms).into_iter();
        reports
            .filter(|report| report.ticket == ticket)
            .last()
            .unwrap()
    }

    fn run(&mut self, from: i64, to: i64) {
        for ms in (from..to).step_by(50) {
            self.step(ms);
        }
    }
}

const YES: Consent = Consent {
    confirm: true,
    overrides: true,
};
const NO: Consent = Consent {
    confirm: false,
    overrides: false,
};

fn any_command(dice: &mut Dice) -> Command {
    match dice.roll(8) {
        0 => Command::Arm,
        1 => Command::Disarm { force: false },
        2 => Command::Disarm { force: true },
        3 => Command::Takeoff { alt_rel_m: 10.0 },
        4 => Command::Rtl,
        5 => Command::Land,
        6 => Command::Hold,
        _ => Command::Mode {
            mode: "GUIDED".into(),
        },
    }
}

#[test]
fn no_interleaving_repeats_misattributes_or_invents_an_answer() {
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 1..=120 {
        let mut world = World::new(seed, 3, true);
        for ms in (0..30_000).step_by(50) {
            if world.dice.roll(16) == 0 {
                let command = any_command(&mut world.dice);
                let first = world.dice.roll(3) as u8 + 1;
                let systems = if world.dice.roll(4) == 0 {
                    vec![1, 2, 3]
                } else {
                    vec![first]
                };
                world.ask(ms, &systems, command, YES);
            }
            let seen = world.fleet.commands.ring.newest_id();
            world.step(ms);
            check_answers(&mut world, seen, ms, seed);
        }
        let seen = world.fleet.commands.ring.newest_id();
        world.run(30_000, 60_000);
        check_answers(&mut world, seen, 60_000, seed);
        let reports = world.reports(60_000);
        for report in reports.iter().filter(|report| report.state.is_final()) {
            *ends.entry(report.state.word()).or_default() += 1;
            if report.text.contains("may belong to an earlier") || report.text.contains("own state")
            {
                *ends.entry("in doubt").or_default() += 1;
            }
        }
        for (ticket, (_, systems)) in &world.asked {
            for system in systems {
                let of = |report: &&Arc<CommandReport>| {
                    report.ticket == *ticket
                        && report.vehicle == name(*system)
                        && report.state.is_final()
                };
                assert_eq!(
                    reports.iter().filter(of).count(),
                    1,
                    "seed {seed}, {ticket} to {system}"
                );
            }
        }
    }
    for end in ["accepted", "rejected", "timed_out", "refused", "in doubt"] {
        assert!(
            ends.get(end).is_some_and(|count| *count > 50),
            "{end} was hardly met: {ends:?}"
        );
    }
}

/// Every yes since `seen` has its own answer, or the vehicle's own word.
fn check_answers(world: &mut World, seen: u64, ms: i64, seed: u64) {
    let ring = Arc::clone(&world.fleet.commands.ring);
    let snapshot = world.fleet.publish(at(ms));
    for report in ring
        .after(seen)
        .filter(|report| report.state == CommandState::Accepted)
    {
        let system = snapshot.vehicles[&report.vehicle].sysid;
        let own = world.own_yes.contains(&(report.ticket, system));
        let by_state = report.text.contains("own state");
        assert!(own || by_state, "seed {seed}: {report:?}");
    }
}

#[test]
fn what_needs_consent_is_refused_without_it() {
    let mut world = World::new(1, 3, false);
    let refused = |world: &mut World, command: Command, systems: &[u8]| {
        let ticket = world.ask(100, systems, command, NO);
        let last = world.last(100, ticket);
        (last.state == CommandState::Refused).then(|| last.text.to_string())
    };
    for command in [
        Command::Arm,
        Command::Takeoff { alt_rel_m: 5.0 },
        Command::MissionStart,
        Command::Reboot,
        Command::Disarm { force: true },
        Command::Long {
            command: 400,
            params: [1.0, 21_196.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        },
        Command::Long {
            command: 183,
            params: [9.0, 1500.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        },
    ] {
        let why = refused(&mut world, command.clone(), &[1]);
        assert_eq!(why.as_deref(), Some("confirm is needed"), "{command:?}");
    }
    let why = refused(&mut world, Command::Rtl, &[1, 2]).unwrap();
    assert!(why.contains("2 vehicles at once"), "{why}");
    let mode = Command::Mode {
        mode: "GIUDED".into(),
    };
    assert_eq!(
        refused(&mut world, mode, &[1]).unwrap(),
        "it has no mode GIUDED; did you mean GUIDED?"
    );
    assert!(
        refused(&mut world, Command::Rtl, &[9])
            .unwrap()
            .contains("no vehicle is called mav-9")
    );
    assert!(world.sends.is_empty());
    world.run(100, 200);
    assert!(world.crafts.iter().all(|craft| craft.done.is_empty()));
}

#[test]
fn neither_long_nor_mode_goes_round_the_rules_of_a_flying_vehicle() {
    let mut world = World::new(1, 1, false);
    (world.crafts[0].armed, world.crafts[0].flies) = (true, true);
    world.run(0, 1_200);
    for command in [
        Command::Disarm { force: false },
        Command::Long {
            command: 400,
            params: [0.0; 7],
        },
        Command::Long {
            command: 400,
            params: [0.4, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        },
    ] {
        let ticket = world.ask(1_200, &[1], command.clone(), YES);
        let last = world.last(1_200, ticket);
        assert_eq!(last.state, CommandState::Refused, "{command:?}");
        assert!(last.text.contains("in the air"), "{}", last.text);
    }
    for command in [
        Command::Mode {
            mode: "auto".into(),
        },
        Command::Long {
            command: 176,
            params: [1.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        },
        Command::Long {
            command: 176,
            params: [1.0, 99.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        },
    ] {
        let ticket = world.ask(1_200, &[1], command.clone(), NO);
        assert_eq!(
            &*world.last(1_200, ticket).text,
            "confirm is needed",
            "{command:?}"
        );
    }
    world.run(1_200, 3_000);
    assert!(world.crafts[0].done.is_empty());
    assert!(world.crafts[0].armed);
}

#[test]
fn a_lost_vehicle_needs_an_override_and_is_believed_nothing() {
    let mut world = World::new(1, 1, false);
    world.fleet.tick(at(10_000));
    let ticket = world.ask(
        10_000,
        &[1],
        Command::Rtl,
        Consent {
            confirm: true,
            overrides: false,
        },
    );
    assert!(
        world
            .last(10_000, ticket)
            .text
            .contains("override is needed")
    );
    let ticket = world.ask(10_000, &[1], Command::Disarm { force: false }, YES);
    assert!(
        world
            .last(10_000, ticket)
            .text
            .contains("not known to be on the ground")
    );
    let ticket = world.ask(10_000, &[1], Command::Rtl, YES);
    let mut out = Vec::new();
    world.fleet.poll_transmissions(at(10_050), &mut out);
    assert_eq!(world.last(10_050, ticket).state, CommandState::Sent);
}

#[test]
fn a_passive_link_refuses_aloud() {
    let mut world = World::new(1, 1, false);
    world.fleet.links[0].info.passive = true;
    let ticket = world.ask(10, &[1], Command::Rtl, YES);
    assert_eq!(
        &*world.last(10, ticket).text,
        "link radio is passive: nothing is ever sent there"
    );
}

#[test]
fn a_refusal_carries_the_vehicles_own_explanation() {
    let mut world = World::new(1, 1, false);
    world.run(0, 1_000);
    world.crafts[0].refuses = true;
    let ticket = world.ask(1_000, &[1], Command::Arm, YES);
    world.run(1_000, 1_600);
    let said = Report::Text(TextPart {
        severity: Severity::CRITICAL,
        text: "Arm: Compass not calibrated".into(),
        id: 0,
        chunk: 0,
        ends: true,
    });
    let heard = world.crafts[0].heard(said);
    world.hear(1_600, heard);
    world.run(1_600, 3_500);
    let last = world.last(3_500, ticket);
    assert_eq!(last.state, CommandState::Rejected);
    assert_eq!(&*last.text, "Arm: Compass not calibrated");
    assert_eq!(last.result, Some(CommandResult(4)));
}

#[test]
fn a_restart_ends_what_was_under_way_and_repeats_nothing() {
    let mut world = World::new(1, 1, false);
    world.run(0, 1_000);
    let time = |boot_ms| {
        Report::Time(SystemTime {
            utc_us: None,
            boot_ms,
        })
    };
    let heard = world.crafts[0].heard(time(60_000));
    world.hear(1_000, heard);
    let ticket = world.ask(1_000, &[1], Command::Rtl, YES);
    let mut out = Vec::new();
    world.fleet.poll_transmissions(at(1_000), &mut out);
    let heard = world.crafts[0].heard(time(1_000));
    world.hear(1_100, heard);
    let mut after = Vec::new();
    for ms in (1_150..8_000).step_by(50) {
        world.fleet.poll_transmissions(at(ms), &mut after);
    }
    let rtl =
        |sent: &&Transmission| matches!(sent.message, Outgoing::CommandLong { command: 20, .. });
    assert_eq!(
        (
            out.iter().filter(rtl).count(),
            after.iter().filter(rtl).count()
        ),
        (1, 0)
    );
    let last = world.last(8_000, ticket);
    assert_eq!(last.state, CommandState::TimedOut);
    assert!(last.text.contains("restarted"), "{}", last.text);
}

#[test]
fn every_step_is_an_event_with_who_asked() {
    let mut world = World::new(1, 1, false);
    world.run(0, 1_000);
    world.ask(1_000, &[1], Command::Rtl, NO);
    world.run(1_000, 3_000);
    let events = world.fleet.publish(at(3_000)).events.clone();
    let told: Vec<(String, Value)> = events
        .after(0)
        .filter(|event| event.data["by"]["who"] == "test")
        .map(|event| (event.text.to_string(), event.data["state"].clone()))
        .collect();
    let wanted = [
        ("rtl for mav-1: test", Value::Null),
        ("rtl sent", json!("sent")),
        ("rtl accepted", json!("accepted")),
    ];
    assert_eq!(told, wanted.map(|(text, state)| (text.to_owned(), state)));
}

#[test]
fn answers_to_another_station_are_told_and_believed_by_nobody() {
    let mut world = World::new(1, 1, false);
    world.run(0, 1_000);
    let ack = CommandAck {
        command: 400,
        result: CommandResult(0),
        progress: None,
        detail: 0,
        target_system: 254,
        target_component: 190,
    };
    let ticket = world.ask(1_000, &[1], Command::Arm, YES);
    let mut out = Vec::new();
    world.fleet.poll_transmissions(at(1_000), &mut out);
    let heard = world.crafts[0].heard(Report::Ack(ack));
    world.hear(1_100, heard);
    world.fleet.poll_transmissions(at(1_150), &mut out);
    assert_eq!(world.last(1_150, ticket).state, CommandState::Sent);
    let texts = super::texts(&mut world.fleet);
    assert!(
        texts
            .iter()
            .any(|text| text.contains("another station's COMPONENT_ARM_DISARM")),
        "{texts:?}"
    );
}
