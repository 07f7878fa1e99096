//! Commands: what is refused, what is told, and what becomes of them over a bad network (`interleavings`).

mod craft;
mod fallbacks;
mod interleavings;
mod world;

use serde_json::{Value, json};

use self::world::{NO, World, YES};
use super::at;
use crate::{
    fleet::state::tests::texts,
    model::{
        command::{Command, Consent, report::CommandState},
        report::{CommandAck, Report, SystemTime, TextPart},
        transmission::{Outgoing, Transmission},
        words::{CommandResult, Severity},
    },
};

fn int(command: u16, params: [f32; 4]) -> Command {
    Command::Int {
        command,
        frame: 0,
        params,
        x: 0,
        y: 0,
        z: 0.0,
    }
}

#[test]
fn what_needs_consent_is_refused_without_it() {
    let mut world = World::new(1, 3, false);
    let refused = |world: &mut World, command: Command, places: &[usize]| {
        let ticket = world.ask(100, places, command, NO);
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
        int(22, [0.0; 4]),
        int(246, [1.0, 0.0, 0.0, 0.0]),
        int(185, [1.0, 0.0, 0.0, 0.0]),
        int(400, [0.0, 21_196.0, 0.0, 0.0]),
    ] {
        let why = refused(&mut world, command.clone(), &[0]);
        assert_eq!(why.as_deref(), Some("confirm is needed"), "{command:?}");
    }
    let why = refused(&mut world, Command::Rtl, &[0, 1]).unwrap();
    assert!(why.contains("2 vehicles at once"), "{why}");
    let mode = Command::Mode {
        mode: "GIUDED".into(),
    };
    assert_eq!(
        refused(&mut world, mode, &[0]).unwrap(),
        "it has no mode GIUDED; did you mean GUIDED?"
    );
    let ticket = world.ask_by_id(100, vec!["mav-9".into()], Command::Rtl, NO);
    let why = world.last(100, ticket).text.to_string();
    assert!(why.contains("no vehicle is called mav-9"), "{why}");
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
        int(400, [0.0; 4]),
    ] {
        let ticket = world.ask(1_200, &[0], command.clone(), YES);
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
        int(176, [1.0, 3.0, 0.0, 0.0]),
        int(176, [129.0, 4.0, 0.0, 0.0]),
    ] {
        let ticket = world.ask(1_200, &[0], command.clone(), NO);
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
        &[0],
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
    let ticket = world.ask(10_000, &[0], Command::Disarm { force: false }, YES);
    assert!(
        world
            .last(10_000, ticket)
            .text
            .contains("not known to be on the ground")
    );
    let ticket = world.ask(10_000, &[0], Command::Rtl, YES);
    let mut out = Vec::new();
    world.fleet.poll_transmissions(at(10_050), &mut out);
    assert_eq!(world.last(10_050, ticket).state, CommandState::Sent);
}

#[test]
fn a_passive_link_refuses_aloud() {
    let mut world = World::new(1, 1, false);
    world.fleet.links[0].info.passive = true;
    let ticket = world.ask(10, &[0], Command::Rtl, YES);
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
    let ticket = world.ask(1_000, &[0], Command::Arm, YES);
    world.run(1_000, 1_600);
    let said = Report::Text(TextPart {
        severity: Severity::CRITICAL,
        text: "Arm: Compass not calibrated".into(),
        id: 0,
        chunk: 0,
        ends: true,
    });
    let heard = world.crafts[0].heard(said);
    world.hear(1_600, 0, heard);
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
    world.hear(1_000, 0, heard);
    let ticket = world.ask(1_000, &[0], Command::Rtl, YES);
    let mut out = Vec::new();
    world.fleet.poll_transmissions(at(1_000), &mut out);
    let heard = world.crafts[0].heard(time(1_000));
    world.hear(1_100, 0, heard);
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
    world.ask(1_000, &[0], Command::Rtl, NO);
    world.run(1_000, 3_000);
    let events = world.fleet.publish(at(3_000)).events.clone();
    let told: Vec<(String, Value)> = events
        .after(0)
        .filter(|event| event.data["by"]["who"] == "test")
        .map(|event| (event.text.to_string(), event.data["state"].clone()))
        .collect();
    let wanted = [
        ("test: rtl for mav-1", Value::Null),
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
    let ticket = world.ask(1_000, &[0], Command::Arm, YES);
    let mut out = Vec::new();
    world.fleet.poll_transmissions(at(1_000), &mut out);
    let heard = world.crafts[0].heard(Report::Ack(ack));
    world.hear(1_100, 0, heard);
    world.fleet.poll_transmissions(at(1_150), &mut out);
    assert_eq!(world.last(1_150, ticket).state, CommandState::Sent);
    let texts = texts(&mut world.fleet);
    assert!(
        texts
            .iter()
            .any(|text| text.contains("another station's COMPONENT_ARM_DISARM")),
        "{texts:?}"
    );
}
