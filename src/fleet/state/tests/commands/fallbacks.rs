//! Old autopilots, groups that are aborted, who changed a mode, and answers that end nothing: one story each.

use super::{
    craft::Temper,
    world::{NO, World, YES},
};
use crate::{
    fleet::state::tests::{at, texts},
    model::{
        command::{Command, report::CommandState},
        geo::LatLon,
        groups::Mission,
        report::Report,
        transmission::{Outgoing, PlanMessage, Transmission},
        words::CommandResult,
    },
};

const GOAL: LatLon = LatLon {
    lat_deg: 47.001,
    lon_deg: 8.5,
};

fn mode(name: &str) -> Command {
    Command::Mode { mode: name.into() }
}

const fn goto() -> Command {
    Command::Goto {
        place: GOAL,
        alt_rel_m: 20.0,
    }
}

/// What leaves until `to`, with every answer kept from the station.
fn left(world: &mut World, from: i64, to: i64) -> Vec<Transmission> {
    let mut out = Vec::new();
    for ms in (from..to).step_by(50) {
        world.fleet.poll_transmissions(at(ms), &mut out);
    }
    out
}

#[test]
fn an_old_autopilot_changes_its_mode_by_set_mode_and_its_heartbeat_is_the_answer() {
    for (answers, text) in [(true, ""), (false, "own state says so")] {
        let mut world = World::of(1, &[Temper::Old { answers }], false);
        world.run(0, 1_000);
        let ticket = world.ask(1_000, &[0], mode("BRAKE"), NO);
        world.run(1_000, 3_000);
        let last = world.last(3_000, ticket);
        assert_eq!(last.state, CommandState::Accepted, "{last:?}");
        assert!(last.text.contains(text), "{last:?}");
        assert_eq!(world.crafts[0].done, [(ticket, 11)], "once");
    }
}

#[test]
fn an_old_autopilot_goes_to_a_guided_target_only_while_it_is_guided() {
    let mut world = World::of(1, &[Temper::Old { answers: true }], false);
    world.run(0, 1_000);
    let ticket = world.ask(1_000, &[0], goto(), NO);
    world.run(1_000, 3_000);
    let last = world.last(3_000, ticket);
    assert_eq!(last.state, CommandState::Accepted, "{last:?}");
    assert!(last.text.contains("own state says so"), "{last:?}");
    world.crafts[0].mode = "BRAKE";
    world.run(3_000, 5_000);
    let ticket = world.ask(5_000, &[0], goto(), NO);
    world.run(5_000, 8_000);
    let last = world.last(8_000, ticket);
    assert_eq!(last.state, CommandState::Rejected, "{last:?}");
    assert!(last.text.contains("change the mode first"), "{last:?}");
    assert_eq!(world.crafts[0].done.len(), 1);
}

#[test]
fn a_guided_target_nobody_confirms_is_never_accepted() {
    let mut world = World::of(1, &[Temper::Old { answers: true }], false);
    world.run(0, 1_000);
    let ticket = world.ask(1_000, &[0], goto(), NO);
    let mut out = left(&mut world, 1_000, 1_050);
    let no = world.crafts[0].ack(192, CommandResult(3));
    world.hear(1_100, 0, no);
    out.extend(left(&mut world, 1_150, 9_000));
    let targets = out
        .iter()
        .filter(|sent| matches!(sent.message, Outgoing::GuidedTarget { .. }));
    assert_eq!(targets.count(), 3);
    let last = world.last(9_000, ticket);
    assert_eq!(last.state, CommandState::TimedOut);
    assert!(last.text.contains("sent, not confirmed"), "{last:?}");
}

#[test]
fn an_old_autopilot_goes_on_with_an_item_by_message_and_says_so_itself() {
    let mut world = World::new(1, 1, false);
    world.run(0, 1_000);
    let command = Command::MissionSetCurrent { seq: 3 };
    let ticket = world.ask(1_000, &[0], command, NO);
    let mut out = left(&mut world, 1_000, 1_050);
    let no = world.crafts[0].ack(224, CommandResult(3));
    world.hear(1_100, 0, no);
    out.extend(left(&mut world, 1_150, 1_200));
    let by_message =
        |sent: &Transmission| matches!(sent.message, Outgoing::Plan(_, PlanMessage::SetCurrent(3)));
    assert!(out.iter().any(by_message));
    let current = |seq| {
        Report::Mission(Mission {
            current: Some(seq),
            ..Mission::default()
        })
    };
    let other = world.crafts[0].heard(current(2));
    world.hear(1_300, 0, other);
    left(&mut world, 1_300, 1_350);
    assert_eq!(world.last(1_350, ticket).state, CommandState::Sent);
    let there = world.crafts[0].heard(current(3));
    world.hear(1_400, 0, there);
    left(&mut world, 1_400, 1_450);
    let last = world.last(1_450, ticket);
    assert_eq!(last.state, CommandState::Accepted);
    assert_eq!(last.result, None);
}

#[test]
fn a_vehicle_with_the_same_system_id_on_another_network_hears_nothing() {
    let mut world = World::new(1, 2, false);
    world.run(0, 1_000);
    let far = world.crafts.len() - 1;
    let ticket = world.ask(1_000, &[far], Command::Rtl, NO);
    world.run(1_000, 3_000);
    assert_eq!(world.last(3_000, ticket).state, CommandState::Accepted);
    assert_eq!(world.crafts[far].done, [(ticket, 20)]);
    assert!(world.crafts[0].done.is_empty());
}

#[test]
fn an_aborted_group_is_definite_for_every_vehicle() {
    let mut world = World::of(1, &[Temper::Modern; 40], false);
    world.fleet.links[0].info.class = "radio";
    world.run(0, 1_000);
    let everyone: Vec<usize> = (0..40).collect();
    let ticket = world.ask(1_000, &everyone, Command::Rtl, YES);
    world.run(1_000, 1_250);
    world.abort(1_250, ticket);
    world.run(1_250, 6_000);
    let reports = world.reports(6_000);
    let mut counts = [0; 2];
    for place in everyone {
        let id = world.crafts[place].id();
        let of = |report: &&std::sync::Arc<_>| is_end(report, ticket, &id);
        let ends: Vec<_> = reports.iter().filter(of).collect();
        assert_eq!(ends.len(), 1, "{id}");
        let was_sent = !world.crafts[place].done.is_empty();
        counts[usize::from(was_sent)] += 1;
        if was_sent {
            assert_eq!(ends[0].state, CommandState::Accepted);
        } else {
            assert_eq!(ends[0].state, CommandState::Refused);
            assert_eq!(&*ends[0].text, "aborted before it was sent");
        }
    }
    assert!(counts.iter().all(|count| *count > 4), "{counts:?}");
    let texts = texts(&mut world.fleet);
    let told = |text: &&String| text.starts_with("aborted: ") && text.ends_with(": test");
    assert_eq!(texts.iter().filter(told).count(), 1, "{texts:?}");
}

fn is_end(
    report: &crate::model::command::report::CommandReport,
    ticket: u64,
    id: &crate::model::ids::VehicleId,
) -> bool {
    report.ticket == ticket && report.vehicle == *id && report.state.is_final()
}

#[test]
fn what_a_vehicle_works_on_is_cancelled_there_and_nowhere_else() {
    let mut world = World::of(1, &[Temper::Slow, Temper::Slow], false);
    world.crafts[0].armed = true;
    world.crafts[1].armed = true;
    world.run(0, 1_000);
    let takeoff = Command::Takeoff { alt_rel_m: 10.0 };
    let first = world.ask(1_000, &[0], takeoff.clone(), YES);
    let second = world.ask(1_000, &[1], takeoff, YES);
    world.run(1_000, 2_000);
    assert_eq!(world.last(2_000, first).state, CommandState::InProgress);
    world.abort(2_000, first);
    world.run(2_000, 6_000);
    let last = world.last(6_000, first);
    assert_eq!(last.state, CommandState::Rejected);
    assert_eq!(last.result, Some(CommandResult(6)));
    assert_eq!(world.last(6_000, second).state, CommandState::Accepted);
    assert!(world.crafts[0].done.is_empty());
}

#[test]
fn a_mode_change_names_who_commanded_it() {
    let mut world = World::new(1, 1, false);
    world.run(0, 1_000);
    let ticket = world.ask(1_000, &[0], Command::Rtl, NO);
    world.run(1_000, 3_000);
    let own = format!("GUIDED → RTL, by rtl, request r{ticket} of REST client test");
    world.crafts[0].mode = "BRAKE";
    world.run(20_000, 21_000);
    let ack = world.crafts[0].ack_to((254, 190), 176, CommandResult(0));
    world.hear(30_000, 0, ack);
    world.crafts[0].mode = "GUIDED";
    world.run(30_000, 31_000);
    world.crafts[0].mode = "LAND";
    world.run(45_000, 46_000);
    let ack = world.crafts[0].ack_to((254, 190), 21, CommandResult(0));
    world.hear(46_000, 0, ack);
    let texts = texts(&mut world.fleet);
    for text in [
        &*own,
        "RTL → BRAKE",
        "BRAKE → GUIDED, by another station (254/190): DO_SET_MODE",
        "GUIDED → LAND",
        "GUIDED → LAND likely by another station (254/190): NAV_LAND",
    ] {
        assert!(texts.iter().any(|told| told == text), "{text}: {texts:?}");
    }
}

#[test]
fn a_command_the_vehicle_rejected_explains_no_change() {
    let mut world = World::new(1, 1, false);
    world.run(0, 1_000);
    world.crafts[0].refuses = true;
    world.ask(1_000, &[0], Command::Rtl, NO);
    world.run(1_000, 4_000);
    world.crafts[0].mode = "RTL";
    world.run(4_000, 5_000);
    let texts = texts(&mut world.fleet);
    assert!(texts.iter().any(|text| text == "GUIDED → RTL"), "{texts:?}");
}

#[test]
fn late_repeated_foreign_and_unasked_answers_are_told_apart_once_and_change_nothing() {
    let mut world = World::new(1, 1, false);
    world.run(0, 1_000);
    let late = world.ask(1_000, &[0], Command::Arm, YES);
    left(&mut world, 1_000, 7_000);
    assert_eq!(world.last(7_000, late).state, CommandState::TimedOut);
    let again = world.ask(7_000, &[0], Command::Rtl, NO);
    world.run(7_000, 8_000);
    assert_eq!(world.last(8_000, again).state, CommandState::Accepted);
    let before = world.reports(8_000).len();
    for ms in 0..4 {
        let craft = &mut world.crafts[0];
        let answers = [
            craft.ack(400, CommandResult(0)),
            craft.ack(20, CommandResult(0)),
            craft.ack(22, CommandResult(4)),
            craft.ack_to((254, 190), 400, CommandResult(0)),
        ];
        for answer in answers {
            world.hear(8_000 + ms, 0, answer);
        }
    }
    world.run(8_050, 9_000);
    assert_eq!(world.reports(9_000).len(), before);
    let texts = texts(&mut world.fleet);
    for text in [
        "arm was answered too late: accepted",
        "rtl was answered again: accepted",
        "NAV_TAKEOFF was answered that nobody here sent lately: failed",
        "another station's COMPONENT_ARM_DISARM was answered: accepted (to 254/190)",
    ] {
        let told = texts.iter().filter(|told| *told == text).count();
        assert_eq!(told, 1, "{text}: {texts:?}");
    }
}
