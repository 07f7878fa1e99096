//! Whatever the network does: nothing is repeated, misattributed or invented, and everything ends.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    craft::{Dice, Temper},
    world::{World, YES},
};
use crate::model::{
    command::{Command, report::CommandReport},
    geo::LatLon,
};

const TEMPERS: [Temper; 5] = [
    Temper::Modern,
    Temper::Old { answers: true },
    Temper::Old { answers: false },
    Temper::Picky { int: true },
    Temper::Slow,
];

fn any_command(dice: &mut Dice) -> Command {
    let place = LatLon {
        lat_deg: 47.0 + dice.roll(100) as f64 * 1e-4,
        lon_deg: 8.5,
    };
    match dice.roll(14) {
        0 => Command::Arm,
        1 => Command::Disarm { force: false },
        2 => Command::Disarm { force: true },
        3 | 4 => Command::Takeoff { alt_rel_m: 10.0 },
        5 => Command::Rtl,
        6 => Command::Land,
        7 => Command::Hold,
        8 => Command::Goto {
            place,
            alt_rel_m: 20.0,
        },
        9 => Command::Int {
            command: 192,
            frame: 3,
            params: [-1.0, 1.0, 0.0, f32::NAN],
            x: 470_000_000,
            y: 85_000_000,
            z: 20.0,
        },
        10 => Command::Int {
            command: 183,
            frame: 0,
            params: [9.0, 1_500.0, 0.0, 0.0],
            x: 0,
            y: 0,
            z: 0.0,
        },
        11 => Command::Long {
            command: 183,
            params: [9.0, 1_100.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        },
        12 => Command::Yaw { heading_deg: 90.0 },
        _ => Command::Mode {
            mode: ["GUIDED", "BRAKE", "AUTO"][dice.roll(3) as usize].into(),
        },
    }
}

fn disturb(world: &mut World, ms: i64, newest: Option<u64>) {
    let crafts = world.crafts.len() as u64;
    let place = world.dice.roll(crafts) as usize;
    match world.dice.roll(400) {
        0 => world.reboot(ms, place),
        1..=12 => {
            let command = [400, 176, 22, 192, 20, 11][world.dice.roll(6) as usize];
            world.answer_another(ms, place, command);
        }
        13..=20 => {
            if let Some(ticket) = newest {
                world.abort(ms, ticket);
            }
        }
        _ => {}
    }
}

#[test]
fn no_interleaving_repeats_misattributes_or_invents_an_answer() {
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 1..=150 {
        let mut world = World::of(seed, &TEMPERS, true);
        let mut newest = None;
        for ms in (0..30_000).step_by(50) {
            if world.dice.roll(10) == 0 {
                let command = any_command(&mut world.dice);
                let crafts = world.crafts.len();
                let first = world.dice.roll(crafts as u64) as usize;
                let places = if world.dice.roll(4) == 0 {
                    (0..crafts).collect()
                } else {
                    vec![first]
                };
                newest = Some(world.ask(ms, &places, command, YES));
            }
            disturb(&mut world, ms, newest);
            let seen = world.fleet.commands.ring.newest_id();
            world.step(ms);
            world.check_answers(seen, ms, seed);
        }
        let seen = world.fleet.commands.ring.newest_id();
        world.run(30_000, 60_000);
        world.check_answers(seen, 60_000, seed);
        let reports = world.reports(60_000);
        count_ends(&mut ends, &reports);
        *ends.entry("cancels").or_default() += world.cancels as usize;
        let second = world.sends.keys().filter(|(_, _, second)| *second).count();
        *ends.entry("second forms").or_default() += second;
        everything_ended_once(&world, &reports, seed);
    }
    for (end, least) in [
        ("accepted", 300),
        ("rejected", 300),
        ("timed_out", 300),
        ("refused", 300),
        ("in doubt", 50),
        ("by its own state", 50),
        ("aborted", 50),
        ("second forms", 300),
        ("cancels", 10),
    ] {
        let met = ends.get(end).copied().unwrap_or_default();
        assert!(met >= least, "{end} was hardly met: {ends:?}");
    }
}

fn count_ends(ends: &mut BTreeMap<&'static str, usize>, reports: &[Arc<CommandReport>]) {
    for report in reports.iter().filter(|report| report.state.is_final()) {
        *ends.entry(report.state.word()).or_default() += 1;
        let text = &report.text;
        for (words, end) in [
            ("may belong to an earlier", "in doubt"),
            ("could not be told", "in doubt"),
            ("no answer of its own", "by its own state"),
            ("aborted before", "aborted"),
        ] {
            *ends.entry(end).or_default() += usize::from(text.contains(words));
        }
    }
}

fn everything_ended_once(world: &World, reports: &[Arc<CommandReport>], seed: u64) {
    for (ticket, (kind, places)) in &world.asked {
        for place in places {
            let id = world.crafts[*place].id();
            let of = |report: &&Arc<CommandReport>| {
                report.ticket == *ticket && report.vehicle == id && report.state.is_final()
            };
            let ends = reports.iter().filter(of).count();
            assert_eq!(ends, 1, "seed {seed}, {kind:?} {ticket} to {id}");
        }
    }
}
