//! All parameters, by file and by list, in all weathers.

use proptest::prelude::*;

use super::{
    channel::{FINE, Rng, Weather},
    craft::{Craft, name},
    world::{OWN, Party, VEHICLE, World, target},
};
use crate::{
    model::{
        ftp::FtpOp,
        ids::{ComponentId, SystemId},
        params::{
            set::ParamSet,
            traffic::{ParamHeard, ParamReport, ParamRequest},
            value::ParamValue,
        },
        report::Report,
        time::TimeUs,
        transmission::Outgoing,
    },
    protocol::{
        ftp::line::FtpIds,
        params::{
            ParamTerms,
            download::{DownloadOptions, DownloadOutcome, Downloaded, ParamDownload},
            list::{ListOutcome, ParamList},
            trouble::ListTrouble,
        },
        patience::Patience,
    },
};

const FIVE_PERCENT_IN_BURSTS: Weather = Weather {
    loss_percent: 5.0,
    burst: 5,
    duplicate_percent: 1.0,
    delay_ms: (1, 3),
};

const A_QUARTER_LOST: Weather = Weather {
    loss_percent: 25.0,
    burst: 1,
    duplicate_percent: 10.0,
    delay_ms: (1, 40),
};

pub(super) fn terms(craft: &Craft) -> ParamTerms {
    ParamTerms {
        target: target(),
        encoding: craft.encoding,
        patience: Patience::NORMAL,
    }
}

fn download(craft: &Craft, by_file: bool) -> ParamDownload {
    let options = DownloadOptions {
        by_file,
        chunk_bytes: 239,
        window: 8,
        known_hash: None,
        ids: FtpIds::seeded(TimeUs::from_ms(12_345)),
    };
    ParamDownload::new(terms(craft), options)
}

fn complete(outcome: DownloadOutcome) -> Downloaded {
    match outcome {
        DownloadOutcome::Complete(downloaded) => downloaded,
        other => panic!("not complete: {other:?}"),
    }
}

/// The milliseconds it took.
fn fetch(craft: Craft, by_file: bool, weather: Weather, seed: u64, limit_ms: i64) -> (World, i64) {
    let expected = craft.set();
    let mut machine = download(&craft, by_file);
    let mut world = World::new(craft, weather, seed);
    let (outcome, took_ms) = world.run(&mut machine, limit_ms);
    let downloaded = complete(outcome);
    assert_eq!(downloaded.by_file, by_file, "{:?}", machine.file_trouble());
    assert_eq!(downloaded.set, expected, "seed {seed}");
    (world, took_ms)
}

#[test]
fn thirteen_hundred_parameters_come_as_a_file_within_ten_seconds_at_five_percent_burst_loss() {
    let mut longest_ms = 0;
    for seed in 0..40 {
        let craft = Craft::ardupilot(1_300);
        let (world, took_ms) = fetch(craft, true, FIVE_PERCENT_IN_BURSTS, seed, 10_000);
        longest_ms = longest_ms.max(took_ms);
        let files = world.craft.files.unwrap();
        assert!(
            files.bursts <= 4,
            "a lost packet restarts nothing: {} bursts",
            files.bursts
        );
    }
    println!("1,300 parameters by file, 5 % burst loss: at most {longest_ms} ms of 40 runs");
}

#[test]
fn thirteen_hundred_parameters_come_as_a_file_when_a_quarter_is_lost() {
    let mut longest_ms = 0;
    for seed in 0..20 {
        let (_, took_ms) = fetch(Craft::ardupilot(1_300), true, A_QUARTER_LOST, seed, 60_000);
        longest_ms = longest_ms.max(took_ms);
    }
    println!("1,300 parameters by file, 25 % loss: at most {longest_ms} ms of 20 runs");
}

#[test]
fn thirteen_hundred_parameters_come_as_a_list_in_any_weather() {
    for (weather, what) in [
        (FIVE_PERCENT_IN_BURSTS, "5 % burst loss"),
        (A_QUARTER_LOST, "25 % loss"),
    ] {
        let mut longest_ms = 0;
        for seed in 0..10 {
            let ardupilot = fetch(Craft::ardupilot(1_300), false, weather, seed, 120_000);
            let px4 = fetch(Craft::px4(1_300), false, weather, seed, 120_000);
            longest_ms = longest_ms.max(ardupilot.1).max(px4.1);
        }
        println!("1,300 parameters by list, {what}: at most {longest_ms} ms of 20 runs");
    }
}

#[test]
fn without_loss_nothing_is_asked_for_twice() {
    let (world, took_ms) = fetch(Craft::ardupilot(1_300), true, FINE, 1, 10_000);
    let files = world.craft.files.unwrap();
    assert_eq!(files.bursts, 1);
    assert!(!files.is_open(), "the session is closed");
    println!(
        "1,300 parameters by file, no loss: {took_ms} ms, {} packets sent",
        world.sent.len()
    );
    assert!(world.sent.len() <= 5, "{:?}", world.sent.len());
    let (world, took_ms) = fetch(Craft::px4(1_300), false, FINE, 1, 10_000);
    assert_eq!(world.sent.len(), 1, "one PARAM_REQUEST_LIST");
    println!("1,300 parameters by list, no loss: {took_ms} ms");
}

#[test]
fn a_vehicle_without_bursts_or_with_small_pieces_or_short_bursts_gives_its_file_too() {
    for seed in 0..8 {
        for variant in 0..4 {
            let mut craft = Craft::ardupilot(700);
            let files = craft.files.as_mut().unwrap();
            match variant {
                0 => files.knows_bursts = false,
                1 => files.most_bytes = 48,
                2 => files.burst_packets = 7,
                _ => files.forgets_after = Some(3),
            }
            fetch(craft, true, FIVE_PERCENT_IN_BURSTS, seed, 60_000);
        }
    }
}

#[test]
fn a_busy_file_server_is_waited_for_and_its_sessions_reset_only_then() {
    for busy in 1..=2 {
        let mut craft = Craft::ardupilot(100);
        craft.files.as_mut().unwrap().busy = busy;
        let (world, _) = fetch(craft, true, FINE, 3, 20_000);
        let is_reset = |message: &&Outgoing| matches!(message, Outgoing::Ftp { packet, .. } if packet.op == FtpOp::RESET_SESSIONS);
        let resets = world.sent.iter().filter(is_reset).count();
        assert_eq!(resets, usize::from(busy == 2), "busy {busy} times");
    }
}

#[test]
fn a_vehicle_whose_file_comes_to_nothing_is_asked_for_its_list() {
    for refuses in [true, false] {
        let mut craft = Craft::ardupilot(300);
        if refuses {
            craft.files.as_mut().unwrap().busy = 9;
        } else {
            craft.files = None;
        }
        let expected = craft.set();
        let mut machine = download(&craft, true);
        let mut world = World::new(craft, FINE, 5);
        let (outcome, _) = world.run(&mut machine, 60_000);
        let downloaded = complete(outcome);
        assert!(!downloaded.by_file);
        assert_eq!(downloaded.set, expected);
        let trouble = machine.file_trouble().unwrap().to_string();
        let expected = if refuses {
            "@PARAM/param.pck: opening it refused: the vehicle has no session free"
        } else {
            "@PARAM/param.pck: no answer to opening it"
        };
        assert_eq!(trouble, expected);
    }
}

fn list(craft: &Craft, known_hash: Option<u32>) -> ParamList {
    ParamList::new(terms(craft), 8, known_hash)
}

#[test]
fn a_known_hash_stops_the_list_of_px4() {
    let craft = Craft::px4(900);
    let mut machine = list(&craft, craft.hash);
    let mut world = World::new(craft, FINE, 1);
    let (outcome, took_ms) = world.run(&mut machine, 10_000);
    assert_eq!(outcome, ListOutcome::Unchanged { hash: 0xC0FF_EE00 });
    assert!(took_ms < 200, "{took_ms} ms");
    assert!(matches!(
        world.sent.last(),
        Some(Outgoing::Param(ParamRequest::Set { name: stop, .. })) if stop.as_str() == "_HASH_CHECK"
    ));
}

#[test]
fn the_hash_is_a_key_and_no_parameter() {
    let craft = Craft::px4(50);
    let mut machine = list(&craft, Some(1));
    let mut world = World::new(craft, FINE, 1);
    let ListOutcome::Complete { set, hash, .. } = world.run(&mut machine, 10_000).0 else {
        panic!("not complete")
    };
    assert_eq!(hash, Some(0xC0FF_EE00));
    assert_eq!((set.len(), set.get(name("_HASH_CHECK"))), (50, None));
}

#[test]
fn a_list_that_grows_or_shrinks_or_moves_while_it_is_read_is_read_as_it_is_at_the_end() {
    let changes: [fn(&mut Vec<_>); 3] = [
        |params| params.insert(10, (name("NEW_ONE"), ParamValue::I8(3))),
        |params| drop(params.drain(5..25)),
        |params| params.rotate_left(1),
    ];
    for (which, change) in changes.into_iter().enumerate() {
        for seed in 0..6 {
            let mut craft = Craft::ardupilot(400);
            craft.surprise = Some((1_250 + 20 * seed as i64, change));
            let mut machine = list(&craft, None);
            let mut world = World::new(craft, FIVE_PERCENT_IN_BURSTS, seed);
            let (outcome, _) = world.run(&mut machine, 60_000);
            let ListOutcome::Complete { set, .. } = outcome else {
                panic!("change {which}: {outcome:?}")
            };
            assert_eq!(set, world.craft.set(), "change {which}, seed {seed}");
        }
    }
}

#[test]
fn a_dead_vehicle_ends_in_a_definite_outcome() {
    let mut craft = Craft::ardupilot(10);
    craft.is_dead = true;
    let mut machine = download(&craft, true);
    let mut world = World::new(craft, FINE, 1);
    let (outcome, took_ms) = world.run(&mut machine, 60_000);
    assert_eq!(outcome, DownloadOutcome::Failed(ListTrouble::NotAnswered));
    println!("a dead vehicle is given up after {took_ms} ms");
}

#[test]
fn a_vehicle_that_dies_in_the_middle_ends_in_a_definite_outcome() {
    let craft = Craft::ardupilot(1_000);
    let mut machine = list(&craft, None);
    let mut world = World::new(craft, FINE, 1);
    while world.now_ms < 1_800 {
        assert!(world.step(&mut machine).is_none());
    }
    world.craft.is_dead = true;
    world.craft.per_ms = 0;
    let (outcome, _) = world.run(&mut machine, 120_000);
    assert!(
        matches!(
            outcome,
            ListOutcome::Failed(ListTrouble::Incomplete { count: 1_000, .. })
        ),
        "{outcome:?}"
    );
}

fn value(param: &str, index: u16, count: u16) -> Report {
    Report::Param(ParamReport::Value(ParamHeard {
        name: name(param),
        bits: 9.0_f32.to_bits(),
        kind: 9,
        index,
        count,
    }))
}

const OTHER_STATION: Party = (SystemId(254), ComponentId(190));

#[test]
fn what_other_vehicles_components_and_stations_send_is_never_believed() {
    for by_file in [true, false] {
        let craft = Craft::ardupilot(200);
        let expected = craft.set();
        let mut machine = download(&craft, by_file);
        let mut world = World::new(craft, FIVE_PERCENT_IN_BURSTS, 9);
        let liars = [
            (SystemId(8), ComponentId(1)),
            (SystemId(7), ComponentId(154)),
            OTHER_STATION,
        ];
        for ms in 0..3_000_i64 {
            let liar = liars[(ms % 3) as usize];
            world
                .others
                .push((1_000 + ms, liar, value("LIE", (ms % 300) as u16, 300)));
        }
        let (outcome, _) = world.run(&mut machine, 60_000);
        assert_eq!(complete(outcome).set, expected);
    }
}

#[test]
fn beside_another_stations_download_one_request_at_a_time_is_in_flight() {
    let mut craft = Craft::ardupilot(300);
    // A list that loses much, so that there is much to fill.
    craft.per_ms = 3;
    let mut machine = list(&craft, None);
    let mut world = World::new(craft, A_QUARTER_LOST, 4);
    for tick in 0..400 {
        let asked = Report::Param(ParamReport::Asked {
            target_system: VEHICLE.0.0,
            target_component: VEHICLE.1.0,
        });
        world.others.push((1_000 + 50 * tick, OTHER_STATION, asked));
    }
    let mut most = 0;
    let mut was_shared = false;
    let outcome = loop {
        let before = world.sent.len();
        let outcome = world.step(&mut machine);
        if machine.progress(TimeUs::from_ms(world.now_ms)).is_shared {
            was_shared = true;
            most = most.max(world.sent.len() - before);
        }
        if let Some(outcome) = outcome {
            break outcome;
        }
        assert!(world.now_ms < 200_000);
    };
    assert!(was_shared && most <= 1, "{most} at once");
    assert!(
        matches!(outcome, ListOutcome::Complete { .. }),
        "{outcome:?}"
    );
}

#[test]
fn a_parameter_that_cannot_be_read_is_named_and_holds_nothing_up() {
    let craft = Craft::px4(1);
    let mut machine = list(&craft, None);
    let mut world = World::new(craft, FINE, 1);
    let wide = Report::Param(ParamReport::Value(ParamHeard {
        name: name("WIDE"),
        bits: 0,
        kind: 8,
        index: 1,
        count: 2,
    }));
    world.craft.per_ms = 0;
    let first = Report::Param(ParamReport::Value(ParamHeard {
        name: name("NARROW"),
        bits: 4,
        kind: 6,
        index: 0,
        count: 2,
    }));
    world
        .others
        .extend([(1_100, VEHICLE, wide), (1_150, VEHICLE, first)]);
    let ListOutcome::Complete {
        set, unreadable, ..
    } = world.run(&mut machine, 20_000).0
    else {
        panic!("not complete")
    };
    assert_eq!(unreadable, [name("WIDE")]);
    let mut expected: ParamSet = [(name("NARROW"), ParamValue::I32(4))].into_iter().collect();
    expected.expect(1);
    assert_eq!(set, expected);
    assert_ne!(VEHICLE, OWN);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_interleaving_ends_complete_and_identical_or_says_why_not(
        seed: u64,
        count in 1_usize..220,
        by_file: bool,
        px4: bool,
        loss in 0.0_f64..35.0,
        burst in 1_u32..6,
        doubled in 0.0_f64..20.0,
        jitter in 1_i64..150,
    ) {
        let weather = Weather {
            loss_percent: loss,
            burst,
            duplicate_percent: doubled,
            delay_ms: (1, jitter),
        };
        let mut craft = if px4 { Craft::px4(count) } else { Craft::ardupilot(count) };
        craft.per_ms = 1 + Rng(seed).below(4) as usize;
        let expected = craft.set();
        let mut machine = download(&craft, by_file);
        let mut world = World::new(craft, weather, seed);
        let (outcome, _) = world.run(&mut machine, 400_000);
        match outcome {
            DownloadOutcome::Complete(downloaded) => prop_assert_eq!(downloaded.set, expected),
            DownloadOutcome::Failed(_) => prop_assert!(loss > 20.0, "given up at {loss} %"),
            DownloadOutcome::Unchanged { .. } => prop_assert!(false, "nothing was known"),
        }
    }
}
