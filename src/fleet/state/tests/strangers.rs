//! A second sender of a system id, while something is under way: nothing reaches it that was meant for the first.

use crate::{
    fleet::state::tests::{RADIO, Voice, at, fleet, heartbeat},
    model::{
        command::{
            Command, CommandRequest, Consent, next_ticket,
            report::{CommandReport, CommandState},
        },
        event::EventKind,
        ids::PeerId,
        intent::{Act, Intent, Origin, Via},
        link::{LinkReport, Phase},
        mission::{MissionItem, PlanKind},
        mission_report::{Addressee, ItemRequest, PlanReport},
        report::{AutopilotVersion, Report},
        transfer::{PlanList, TransferRequest, Work},
        transfer_report::{Outcome, TransferReport, TransferState},
        transmission::{Outgoing, Transmission},
        words::Severity,
    },
};
use std::sync::Arc;

use super::super::Fleet;

const YES: Consent = Consent {
    confirm: true,
    overrides: false,
};
const ANYWAY: Consent = Consent {
    confirm: true,
    overrides: true,
};

fn version(uid: &str) -> Report {
    Report::Version(Box::new(AutopilotVersion {
        firmware: None,
        uid: Some(uid.into()),
        capabilities: 0,
    }))
}

/// One vehicle, known by its hardware, on an open link.
fn known() -> (Fleet, Voice) {
    let mut fleet = fleet();
    fleet.on_link(LinkReport::Phase(RADIO, Phase::Open, at(0)));
    let mut first = Voice::of(1);
    first.beat(&mut fleet, 0);
    first.say(&mut fleet, 0, version("77"));
    fleet.tick(at(0));
    (fleet, first)
}

fn other() -> Voice {
    Voice {
        peer: 1,
        sequence: 100,
        ..Voice::of(1)
    }
}

fn want(fleet: &mut Fleet, ms: i64, act: Act) {
    let origin = Origin {
        via: Via::Rest,
        who: "test".into(),
    };
    fleet.obey(Intent { origin, act }, at(ms));
}

fn put(fleet: &mut Fleet, ms: i64, consent: Consent) -> u64 {
    let ticket = next_ticket();
    let items = vec![MissionItem::action(177, [1.0; 4]); 9];
    let work = Work::PlanPut(PlanKind::Mission, Arc::new(PlanList { home: None, items }));
    let request = TransferRequest {
        ticket,
        request: "t".into(),
        vehicles: vec!["mav-1".into()],
        work,
        consent,
    };
    want(fleet, ms, Act::Transfer(Box::new(request)));
    ticket
}

fn sent(fleet: &mut Fleet, ms: i64) -> Vec<Transmission> {
    let mut out = Vec::new();
    fleet.poll_transmissions(at(ms), &mut out);
    out.retain(|sent| matches!(sent.message, Outgoing::Plan(..)));
    out
}

fn asks(voice: &mut Voice, fleet: &mut Fleet, ms: i64, seq: u16) {
    let request = ItemRequest {
        seq,
        kind: Some(PlanKind::Mission),
        is_float: false,
        addressee: Addressee {
            system: 255,
            component: 25,
        },
    };
    voice.say(fleet, ms, Report::Plan(PlanReport::Request(request)));
}

fn end(fleet: &mut Fleet, ms: i64, ticket: u64) -> Arc<TransferReport> {
    let snapshot = fleet.publish(at(ms));
    Arc::clone(snapshot.transfers.of(ticket).next().unwrap())
}

#[test]
fn an_upload_stops_when_a_second_sender_appears_and_says_that_the_mission_may_be_partial() {
    for consent in [YES, ANYWAY] {
        let (mut fleet, mut first) = known();
        let ticket = put(&mut fleet, 10, consent);
        assert!(!sent(&mut fleet, 50).is_empty(), "the offer");
        asks(&mut first, &mut fleet, 100, 3);
        assert!(!sent(&mut fleet, 150).is_empty(), "item 3");
        let mut second = other();
        second.beat(&mut fleet, 200);
        second.say(&mut fleet, 200, version("88"));
        fleet.tick(at(250));
        asks(&mut first, &mut fleet, 300, 4);
        let after = sent(&mut fleet, 350);
        let report = end(&mut fleet, 350, ticket);
        if consent.overrides {
            assert!(!after.is_empty());
            assert!(after.iter().all(|sent| sent.peer == Some(PeerId(0))));
            assert_eq!(report.state, TransferState::Running);
            continue;
        }
        assert_eq!(after, []);
        assert_eq!(report.state, TransferState::Failed, "{report:?}");
        assert!(report.text.contains("override is needed"), "{report:?}");
        let Some(Outcome::Put(put)) = report.outcome.as_deref() else {
            panic!("{report:?}");
        };
        assert!(put.may_be_partial);
        let snapshot = fleet.publish(at(400));
        let mut events = snapshot.events.after(0).rev();
        let last = events
            .find(|event| event.kind == EventKind::Mission)
            .unwrap();
        assert_eq!(last.severity, Severity::CRITICAL, "{last:?}");
    }
}

#[test]
fn whoever_takes_the_place_of_a_silent_vehicle_gets_nothing_of_what_was_meant_for_it() {
    let (mut fleet, mut first) = known();
    let ticket = put(&mut fleet, 10, ANYWAY);
    sent(&mut fleet, 50);
    asks(&mut first, &mut fleet, 100, 0);
    sent(&mut fleet, 150);
    let mut second = other();
    for ms in (500..6_000).step_by(500) {
        second.beat(&mut fleet, ms);
        fleet.tick(at(ms));
        asks(&mut second, &mut fleet, ms, 0);
        for sent in sent(&mut fleet, ms) {
            assert_eq!(sent.peer, Some(PeerId(0)), "{ms}: {sent:?}");
        }
    }
    let report = end(&mut fleet, 6_000, ticket);
    assert_eq!(report.state, TransferState::Failed);
    assert!(
        report.text.contains("not proven to be the same vehicle"),
        "{report:?}"
    );
}

#[test]
fn a_transfer_that_waits_its_turn_minds_no_restart() {
    let (mut fleet, mut first) = known();
    let begun = put(&mut fleet, 10, YES);
    let waits = put(&mut fleet, 20, YES);
    sent(&mut fleet, 50);
    let time = |boot_ms| {
        Report::Time(crate::model::report::SystemTime {
            utc_us: None,
            boot_ms,
        })
    };
    first.say(&mut fleet, 60, time(60_000));
    first.say(&mut fleet, 100, time(1_000));
    sent(&mut fleet, 150);
    let report = end(&mut fleet, 150, begun);
    assert!(report.text.contains("restarted"), "{report:?}");
    assert!(!end(&mut fleet, 150, waits).state.is_final());
}

fn command(fleet: &mut Fleet, ms: i64, command: Command) -> u64 {
    let ticket = next_ticket();
    let request = CommandRequest {
        ticket,
        request: "c".into(),
        vehicles: vec!["mav-1".into()],
        command,
        consent: YES,
    };
    want(fleet, ms, Act::Command(Box::new(request)));
    ticket
}

fn last(fleet: &mut Fleet, ms: i64, ticket: u64) -> Arc<CommandReport> {
    let snapshot = fleet.publish(at(ms));
    let of = |report: &&Arc<CommandReport>| report.ticket == ticket;
    Arc::clone(snapshot.commands.after(0).rfind(of).unwrap())
}

#[test]
fn the_state_of_a_successor_answers_no_command() {
    let (mut fleet, _silent) = known();
    let ticket = command(&mut fleet, 10, Command::Arm);
    let mut out = Vec::new();
    fleet.poll_transmissions(at(50), &mut out);
    let mut second = other();
    for ms in (500..6_000).step_by(500) {
        second.say(&mut fleet, ms, heartbeat("GUIDED", true));
        fleet.tick(at(ms));
        fleet.poll_transmissions(at(ms), &mut out);
    }
    let report = last(&mut fleet, 6_000, ticket);
    assert_eq!(report.state, CommandState::TimedOut, "{report:?}");
}

#[test]
fn nothing_is_repeated_once_a_second_sender_is_there() {
    let (mut fleet, mut first) = known();
    let ticket = command(&mut fleet, 10, Command::Land);
    let mut out = Vec::new();
    fleet.poll_transmissions(at(50), &mut out);
    let mut second = other();
    second.beat(&mut fleet, 100);
    second.say(&mut fleet, 100, version("88"));
    fleet.tick(at(150));
    for ms in (500..8_000).step_by(500) {
        first.beat(&mut fleet, ms);
        second.beat(&mut fleet, ms);
        fleet.tick(at(ms));
        fleet.poll_transmissions(at(ms), &mut out);
    }
    let lands =
        |sent: &&Transmission| matches!(sent.message, Outgoing::CommandLong { command: 21, .. });
    assert_eq!(out.iter().filter(lands).count(), 1);
    assert_eq!(
        last(&mut fleet, 8_000, ticket).state,
        CommandState::TimedOut
    );
}

#[test]
fn an_order_that_waited_for_the_link_is_weighed_again_before_it_leaves() {
    let (mut fleet, mut first) = known();
    // The station's own questions come first, so nothing leaves before the poll.
    let reboot = command(&mut fleet, 10, Command::Reboot);
    first.say(&mut fleet, 20, heartbeat("GUIDED", true));
    let mut out = Vec::new();
    fleet.poll_transmissions(at(50), &mut out);
    let report = last(&mut fleet, 50, reboot);
    assert_eq!(report.state, CommandState::Refused);
    assert!(report.text.contains("it is armed"), "{report:?}");
    let old = command(&mut fleet, 100, Command::MissionStart);
    first.say(&mut fleet, 16_000, heartbeat("GUIDED", true));
    fleet.poll_transmissions(at(16_100), &mut out);
    let report = last(&mut fleet, 16_100, old);
    assert!(report.text.contains("waited 16 s"), "{report:?}");
    let moves = |sent: &&Transmission| {
        matches!(
            sent.message,
            Outgoing::CommandLong {
                command: 246 | 300,
                ..
            }
        )
    };
    assert_eq!(out.iter().filter(moves).count(), 0);
}
