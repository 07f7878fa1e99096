//! Everything that can go wrong ends in one definite outcome that says so, and nobody else's word is believed.

use std::time::Duration;

use proptest::prelude::*;

use super::{
    super::{
        clear::{Clear, ClearOutcome},
        current::{SetCurrent, SetCurrentOutcome},
        download::{Download, DownloadOutcome},
        numbering::Stack,
        outcome::{Ending, Holds},
        pace::{Pace, Step},
        transfer::{MissionTransfer, Phase},
        transfer_request::PutRequest,
        upload::{Upload, UploadOutcome},
    },
    Machine, OWN, VEHICLE,
    channel::Channel,
    drawn, drive, pace, target, vehicle,
};
use crate::model::{
    groups::Mission,
    ids::{ComponentId, SystemId},
    mission::{MissionItem, PlanKind},
    mission_report::{
        Addressee, HeardItem, ItemRequest, MissionAck, MissionCount, MissionResult, PlanReport,
    },
    report::{CommandAck, Report},
    time::TimeUs,
    transmission::{Outgoing, PlanMessage},
    words::CommandResult,
};

const MINUTE: Duration = Duration::from_mins(1);
const US: Addressee = Addressee {
    system: 255,
    component: 25,
};

fn put(stack: Stack, count: usize, keep_former: bool) -> MissionTransfer {
    let request = PutRequest {
        kind: PlanKind::Mission,
        stack,
        home: None,
        items: drawn(count),
        keep_former,
    };
    MissionTransfer::new(target(), request, pace())
}

fn ack_to(addressee: Addressee, result: MissionResult) -> Report {
    Report::Plan(PlanReport::Ack(MissionAck {
        result,
        kind: Some(PlanKind::Mission),
        opaque_id: Some(7),
        addressee,
    }))
}

fn request_to(addressee: Addressee, seq: u16) -> Report {
    Report::Plan(PlanReport::Request(ItemRequest {
        seq,
        kind: Some(PlanKind::Mission),
        is_float: false,
        addressee,
    }))
}

fn count_to(addressee: Addressee, count: u16) -> Report {
    Report::MissionCount(MissionCount {
        count,
        kind: Some(PlanKind::Mission),
        opaque_id: None,
        addressee,
    })
}

fn item_to(addressee: Addressee, seq: u16) -> Report {
    Report::Plan(PlanReport::Item(HeardItem {
        seq,
        kind: Some(PlanKind::Mission),
        item: MissionItem::action(20, [0.0; 4]),
        current: false,
        is_float: false,
        addressee,
    }))
}

#[test]
fn a_refused_item_is_named_with_the_reason() {
    for stack in [Stack::ArduPilot, Stack::Px4] {
        let mut vehicle = vehicle(stack);
        vehicle.habits.refuses = Some(178);
        vehicle.lists[0] = stack.to_vehicle(PlanKind::Mission, None, &drawn(3));
        let mut transfer = put(stack, 20, true);
        drive(&mut transfer, &mut vehicle, &mut Channel::good(4), MINUTE);
        let outcome = transfer.outcome().unwrap();
        // drawn() has its first DO_CHANGE_SPEED as the seventh item.
        let refused = Ending::Refused {
            result: MissionResult::UNSUPPORTED,
            item: Some(7),
            command: Some(178),
        };
        assert_eq!(outcome.ending, refused, "{stack:?}");
        let way_back = outcome.way_back().unwrap();
        assert_eq!(way_back.items, drawn(3));
        let text = outcome.explain();
        assert!(
            text.contains("refused item 7 (DO_CHANGE_SPEED)")
                && text.contains("does not support this command")
        );
        match stack {
            Stack::ArduPilot => {
                assert_eq!(outcome.holds, Holds::Other);
                assert!(outcome.may_be_partial());
                assert!(text.contains("may hold a partial mission"), "{text}");
            }
            _ => assert_eq!(outcome.holds, Holds::Former, "{text}"),
        }
    }
}

#[test]
fn too_many_items_are_refused_as_a_whole() {
    let mut vehicle = vehicle(Stack::Px4);
    let mut transfer = put(Stack::Px4, 701, false);
    drive(&mut transfer, &mut vehicle, &mut Channel::good(1), MINUTE);
    let outcome = transfer.outcome().unwrap();
    assert_eq!(
        outcome.explain(),
        "the vehicle refused the mission: it has no room for that many items (no_space); \
         it still holds what it held before"
    );
}

#[test]
fn a_silent_vehicle_is_given_up() {
    let mut transfer = put(Stack::Px4, 3, false);
    let mut channel = Channel::good(1);
    channel.is_dead = true;
    let took = drive(
        &mut transfer,
        &mut vehicle(Stack::Px4),
        &mut channel,
        MINUTE,
    );
    let outcome = transfer.outcome().unwrap();
    assert_eq!(outcome.ending, Ending::TimedOut { item: None });
    assert!(took >= Duration::from_secs(10) && took < Duration::from_secs(15));
    assert!(channel.sent.len() >= 5);
    let mut transfer = put(Stack::Px4, 3, true);
    drive(
        &mut transfer,
        &mut vehicle(Stack::Px4),
        &mut channel,
        MINUTE,
    );
    let outcome = transfer.outcome().unwrap();
    assert_eq!(
        (outcome.ending, outcome.holds),
        (Ending::NotBegun, Holds::Former)
    );
}

#[test]
fn a_link_that_dies_half_way_leaves_a_warning() {
    for (stack, word) in [
        (Stack::ArduPilot, "ArduPilot keeps a mix"),
        (Stack::Px4, "PX4 goes back"),
    ] {
        let mut vehicle = vehicle(stack);
        let mut channel = Channel::good(1);
        let mut transfer = put(stack, 40, false);
        while transfer.progress().1.done < 20 {
            step(&mut transfer, &mut vehicle, &mut channel);
        }
        channel.is_dead = true;
        drive(&mut transfer, &mut vehicle, &mut channel, MINUTE);
        let outcome = transfer.outcome().unwrap();
        assert!(
            matches!(outcome.ending, Ending::TimedOut { item: Some(_) }),
            "{outcome:?}"
        );
        assert!(outcome.may_be_partial());
        assert!(outcome.explain().contains(word), "{}", outcome.explain());
    }
}

/// A moment of a conversation, for tests that look inside.
fn step(machine: &mut impl Machine, vehicle: &mut super::ModelVehicle, channel: &mut Channel) {
    assert!(channel.now() < TimeUs::from_ms(60_000), "nothing moves");
    while let Step::Send(message) = machine.poll(channel.now()) {
        channel.up(message);
    }
    channel.step();
    while let Some(message) = channel.arrived_up() {
        for report in vehicle.hear(&message, channel.now()) {
            channel.down(&report);
        }
    }
    while let Some(report) = channel.arrived_down() {
        machine.on_report(VEHICLE, &report, OWN, channel.now());
    }
}

#[test]
fn cancelling_half_way_tells_the_vehicle_and_warns() {
    let mut vehicle = vehicle(Stack::ArduPilot);
    let mut channel = Channel::good(1);
    let mut transfer = put(Stack::ArduPilot, 40, false);
    while transfer.progress().1.done < 5 {
        step(&mut transfer, &mut vehicle, &mut channel);
    }
    assert_eq!(transfer.progress().0, Phase::Sending);
    transfer.cancel();
    let Step::Send(Outgoing::Plan(_, message)) = transfer.poll(channel.now()) else {
        panic!()
    };
    let cancelled = MissionResult::OPERATION_CANCELLED;
    assert_eq!(message, PlanMessage::Ack(PlanKind::Mission, cancelled));
    assert_eq!(transfer.poll(channel.now()), Step::Done(()));
    let outcome = transfer.outcome().unwrap();
    assert_eq!(outcome.ending, Ending::Cancelled);
    assert!(outcome.explain().contains("may hold a partial mission"));
}

#[test]
fn cancelling_before_the_offer_changes_nothing() {
    let mut transfer = put(Stack::Px4, 3, true);
    transfer.cancel();
    let outcome = transfer.outcome().unwrap();
    assert_eq!(outcome.holds, Holds::Former);
    assert!(!outcome.may_be_partial());
    assert_eq!(transfer.poll(TimeUs(0)), Step::Done(()));
}

#[test]
fn a_lost_last_acknowledgement_is_no_failure() {
    let mut vehicle = vehicle(Stack::ArduPilot);
    let mut channel = Channel::good(1);
    let mut upload = Upload::new(target(), PlanKind::Mission, drawn(4), false, pace());
    while upload.progress().done < 3 {
        step(&mut upload, &mut vehicle, &mut channel);
    }
    // The vehicle gets the last item; its acknowledgement is lost, and later copies are told "error".
    let last = PlanMessage::Item {
        kind: PlanKind::Mission,
        seq: 3,
        current: false,
        as_float: false,
        item: drawn(4)[3],
    };
    assert_eq!(
        vehicle
            .hear(&Outgoing::Plan(target(), last), channel.now())
            .len(),
        1
    );
    drive(&mut upload, &mut vehicle, &mut channel, MINUTE);
    assert_eq!(upload.outcome(), Some(UploadOutcome::Unsure));
}

#[test]
fn an_acceptance_before_the_last_item_is_not_believed() {
    let mut upload = Upload::new(target(), PlanKind::Mission, drawn(4), false, pace());
    let now = TimeUs(0);
    let accepted = ack_to(US, MissionResult::ACCEPTED);
    upload.on_report(VEHICLE, &accepted, OWN, now);
    assert!(matches!(upload.poll(now), Step::Send(_)));
    upload.on_report(VEHICLE, &accepted, OWN, now);
    for seq in 0..3 {
        upload.on_report(VEHICLE, &request_to(US, seq), OWN, now);
        upload.on_report(VEHICLE, &accepted, OWN, now);
    }
    assert_eq!(upload.outcome(), None);
    upload.on_report(VEHICLE, &request_to(US, 3), OWN, now);
    upload.on_report(VEHICLE, &accepted, OWN, now);
    assert_eq!(upload.outcome(), Some(UploadOutcome::Accepted(Some(7))));
}

#[test]
fn items_are_given_again_in_whatever_order_they_are_asked_for() {
    let mut upload = Upload::new(target(), PlanKind::Mission, drawn(9), true, pace());
    let now = TimeUs(0);
    assert!(matches!(upload.poll(now), Step::Send(_)));
    for seq in [0, 0, 5, 2, 8, 1, 8, 8] {
        upload.on_report(VEHICLE, &request_to(US, seq), OWN, now);
        let Step::Send(Outgoing::Plan(
            _,
            PlanMessage::Item {
                seq: given,
                current,
                item,
                ..
            },
        )) = upload.poll(now)
        else {
            panic!("nothing for {seq}")
        };
        assert_eq!((given, current), (seq, seq == 0));
        assert_eq!(item, drawn(9)[usize::from(seq)]);
    }
    // A third copy within a moment is not answered: copies must not breed copies.
    upload.on_report(VEHICLE, &request_to(US, 8), OWN, now);
    assert_eq!(upload.poll(now), Step::Wait);
}

#[test]
fn a_request_beyond_the_end_is_not_answered() {
    let mut upload = Upload::new(target(), PlanKind::Mission, drawn(3), false, pace());
    upload.poll(TimeUs(0));
    upload.on_report(VEHICLE, &request_to(US, 3), OWN, TimeUs(0));
    assert_eq!(upload.poll(TimeUs(0)), Step::Wait);
}

#[test]
fn a_duplicate_item_is_no_reason_to_ask_again() {
    let mut download = Download::new(target(), PlanKind::Mission, pace());
    let now = TimeUs(0);
    download.poll(now);
    download.on_report(VEHICLE, &count_to(US, 3), OWN, now);
    download.on_report(VEHICLE, &count_to(US, 3), OWN, now);
    assert!(matches!(download.poll(now), Step::Send(_)));
    assert_eq!(download.poll(now), Step::Wait);
    for _ in 0..3 {
        download.on_report(VEHICLE, &item_to(US, 0), OWN, now);
    }
    let asked = Outgoing::Plan(target(), PlanMessage::RequestItem(PlanKind::Mission, 1));
    assert_eq!(download.poll(now), Step::Send(asked));
    assert_eq!(download.poll(now), Step::Wait);
}

#[test]
fn a_repeated_last_item_is_acknowledged_again() {
    let mut download = Download::new(target(), PlanKind::Mission, pace());
    let now = TimeUs(0);
    download.poll(now);
    download.on_report(VEHICLE, &count_to(US, 1), OWN, now);
    download.poll(now);
    let thanks = PlanMessage::Ack(PlanKind::Mission, MissionResult::ACCEPTED);
    for _ in 0..2 {
        download.on_report(VEHICLE, &item_to(US, 0), OWN, now);
        assert_eq!(
            download.poll(now),
            Step::Send(Outgoing::Plan(target(), thanks))
        );
        assert_eq!(download.poll(now), Step::Done(()));
    }
}

#[test]
fn a_count_that_changes_makes_the_list_be_read_anew() {
    let mut vehicle = vehicle(Stack::ArduPilot);
    vehicle.lists[0] = drawn(30);
    let mut channel = Channel::good(1);
    let mut download = Download::new(target(), PlanKind::Mission, pace());
    while download.progress().done < 10 {
        step(&mut download, &mut vehicle, &mut channel);
    }
    vehicle.lists[0] = drawn(12);
    download.on_report(VEHICLE, &count_to(US, 12), OWN, channel.now());
    drive(&mut download, &mut vehicle, &mut channel, MINUTE);
    let Some(DownloadOutcome::Complete(list)) = download.outcome() else {
        panic!()
    };
    assert_eq!(list.items, drawn(12));
}

#[test]
fn a_list_the_vehicle_does_not_keep_is_refused_when_it_says_so_twice() {
    let mut download = Download::new(target(), PlanKind::Mission, pace());
    download.poll(TimeUs(0));
    let unknown = ack_to(US, MissionResult::UNSUPPORTED);
    download.on_report(VEHICLE, &unknown, OWN, TimeUs(0));
    assert_eq!(download.outcome(), None);
    download.on_report(VEHICLE, &unknown, OWN, TimeUs(0));
    let refused = DownloadOutcome::Refused(MissionResult::UNSUPPORTED);
    assert_eq!(download.outcome(), Some(&refused));
}

#[test]
fn nothing_said_to_another_station_or_by_another_vehicle_is_believed() {
    let other = |system, component| Addressee { system, component };
    let now = TimeUs(0);
    let mut machines: Vec<Box<dyn Machine>> = vec![
        Box::new(Download::new(target(), PlanKind::Mission, pace())),
        Box::new(Upload::new(
            target(),
            PlanKind::Mission,
            drawn(2),
            false,
            pace(),
        )),
        Box::new(Clear::new(target(), PlanKind::Mission, Stack::Px4, pace())),
        Box::new(put(Stack::Px4, 2, true)),
        Box::new(put(Stack::Px4, 2, false)),
    ];
    for machine in &mut machines {
        assert!(matches!(machine.poll(now), Step::Send(_)));
        for addressee in [other(254, 25), other(255, 190), other(254, 0)] {
            for report in [
                ack_to(addressee, MissionResult::ACCEPTED),
                ack_to(addressee, MissionResult::DENIED),
                request_to(addressee, 0),
                count_to(addressee, 5),
                item_to(addressee, 0),
            ] {
                assert!(!machine.on_report(VEHICLE, &report, OWN, now));
            }
        }
        for sender in [
            (SystemId(8), ComponentId(1)),
            (SystemId(7), ComponentId(190)),
        ] {
            for report in [
                ack_to(US, MissionResult::ACCEPTED),
                request_to(US, 0),
                count_to(US, 5),
                item_to(US, 0),
            ] {
                assert!(!machine.on_report(sender, &report, OWN, now));
            }
        }
        assert_eq!(machine.poll(now), Step::Wait);
    }
}

#[test]
fn an_ardupilot_that_flies_its_mission_does_not_clear_it() {
    let mut vehicle = vehicle(Stack::ArduPilot);
    vehicle.flies_mission = true;
    vehicle.lists[0] = drawn(3);
    let mut clear = Clear::new(target(), PlanKind::Mission, Stack::ArduPilot, pace());
    drive(&mut clear, &mut vehicle, &mut Channel::bad(2), MINUTE);
    assert_eq!(
        clear.outcome(),
        Some(ClearOutcome::Refused(MissionResult::ERROR))
    );
    assert_eq!(vehicle.lists[0].len(), 3);
}

#[test]
fn the_current_item_is_set_by_command_or_by_message() {
    let command_ack = |result| {
        Report::Ack(CommandAck {
            command: 224,
            result: CommandResult(result),
            progress: None,
            detail: 0,
            target_system: 255,
            target_component: 25,
        })
    };
    let now = TimeUs(0);
    let mut current = SetCurrent::new(target(), 4, Pace::default());
    assert!(matches!(
        current.poll(now),
        Step::Send(Outgoing::CommandLong { command: 224, .. })
    ));
    current.on_report(VEHICLE, &command_ack(0), OWN, now);
    assert_eq!(current.poll(now), Step::Done(()));
    assert_eq!(current.outcome(), Some(SetCurrentOutcome::Set));

    let mut current = SetCurrent::new(target(), 4, Pace::default());
    current.poll(now);
    current.on_report(VEHICLE, &command_ack(3), OWN, now);
    let set = Outgoing::Plan(target(), PlanMessage::SetCurrent(4));
    assert_eq!(current.poll(now), Step::Send(set));
    let flies = |item| {
        Report::Mission(Mission {
            current: Some(item),
            ..Mission::default()
        })
    };
    assert!(!current.on_report(VEHICLE, &flies(3), OWN, now));
    assert!(current.on_report(VEHICLE, &flies(4), OWN, now));
    assert_eq!(current.outcome(), Some(SetCurrentOutcome::Set));

    let mut current = SetCurrent::new(target(), 4, Pace::default());
    current.poll(now);
    current.on_report(VEHICLE, &command_ack(2), OWN, now);
    current.poll(now);
    assert_eq!(
        current.outcome(),
        Some(SetCurrentOutcome::Refused(CommandResult(2)))
    );
}

/// Anything a vehicle, or somebody who claims to be one, may say.
fn anything() -> impl Strategy<Value = (bool, Report)> {
    let addressee = prop_oneof![
        Just(US),
        Just(Addressee {
            system: 254,
            component: 190
        })
    ];
    (any::<bool>(), addressee, 0u16..6, 0u8..17, 0u8..4).prop_map(
        |(is_target, to, seq, result, what)| {
            let report = match what {
                0 => ack_to(to, MissionResult(result)),
                1 => request_to(to, seq),
                2 => count_to(to, seq),
                _ => item_to(to, seq),
            };
            (is_target, report)
        },
    )
}

/// Feeds it all, then lets time pass; every machine must come to an end, and speak to the target alone.
fn ends(machine: &mut impl Machine, heard: &[(bool, Report, u32)]) -> bool {
    let mut now = TimeUs(0);
    let mut sent = 0;
    let mut poll = |machine: &mut dyn Machine, now| {
        loop {
            match machine.poll(now) {
                Step::Wait => return false,
                Step::Done(()) => return true,
                Step::Send(Outgoing::Plan(to, _)) => {
                    assert_eq!(to, target());
                    sent += 1;
                    assert!(sent < 20_000, "a storm of messages");
                }
                Step::Send(other) => panic!("{other:?}"),
            }
        }
    };
    for (is_target, report, wait_ms) in heard {
        poll(machine, now);
        let other = (SystemId(8), ComponentId(1));
        let sender = if *is_target { VEHICLE } else { other };
        machine.on_report(sender, report, OWN, now);
        now = now.plus(Duration::from_millis(u64::from(*wait_ms)));
    }
    for _ in 0..20_000 {
        if poll(machine, now) {
            return true;
        }
        now = now.plus(Duration::from_millis(20));
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_interleaving_is_without_an_end(
        heard in prop::collection::vec((anything(), 0u32..400), 0..60),
    ) {
        let heard: Vec<_> = heard
            .into_iter()
            .map(|((is_target, report), wait)| (is_target, report, wait))
            .collect();
        let mut download = Download::new(target(), PlanKind::Mission, pace());
        prop_assert!(ends(&mut download, &heard));
        prop_assert!(download.outcome().is_some());
        let mut upload = Upload::new(target(), PlanKind::Mission, drawn(5), false, pace());
        prop_assert!(ends(&mut upload, &heard));
        let accepted = matches!(upload.outcome(), Some(UploadOutcome::Accepted(_)));
        let has_accepted = heard.iter().any(|(is_target, report, _)| {
            let acceptance = Report::Plan(PlanReport::Ack(MissionAck {
                result: MissionResult::ACCEPTED,
                kind: Some(PlanKind::Mission),
                opaque_id: Some(7),
                addressee: US,
            }));
            *is_target && format!("{report:?}") == format!("{acceptance:?}")
        });
        prop_assert!(!accepted || has_accepted, "accepted by nobody");
        let mut clear = Clear::new(target(), PlanKind::Mission, Stack::Px4, pace());
        prop_assert!(ends(&mut clear, &heard));
        let mut transfer = put(Stack::ArduPilot, 4, true);
        prop_assert!(ends(&mut transfer, &heard));
        prop_assert!(!transfer.outcome().unwrap().explain().is_empty());
    }
}
