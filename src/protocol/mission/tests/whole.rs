//! Plans cross a bad link complete and identical, in time.

use std::time::Duration;

use super::{
    super::{
        clear::{Clear, ClearOutcome},
        download::{Download, DownloadOutcome},
        numbering::Stack,
        outcome::Ending,
        pace::Pace,
        transfer::MissionTransfer,
        transfer_request::PutRequest,
    },
    LISTS,
    channel::Channel,
    drawn, drive, pace, target, vehicle,
};
use crate::model::{
    geo::LatLon,
    mission::{Frame, MissionItem, PlanKind},
};

const STACKS: [Stack; 2] = [Stack::ArduPilot, Stack::Px4];

fn request(stack: Stack, kind: PlanKind, items: Vec<MissionItem>) -> PutRequest {
    PutRequest {
        kind,
        stack,
        home: None,
        items,
        keep_former: false,
    }
}

#[test]
fn five_hundred_items_cross_a_quarter_of_loss_both_ways_complete_and_identical() {
    for seed in 0..12 {
        for stack in STACKS {
            let mut channel = Channel::bad(seed);
            let mut vehicle = vehicle(stack);
            let items = drawn(500);
            let asked = request(stack, PlanKind::Mission, items.clone());
            let mut transfer = MissionTransfer::new(target(), asked, pace());
            drive(
                &mut transfer,
                &mut vehicle,
                &mut channel,
                Duration::from_mins(2),
            );
            let outcome = transfer.outcome().unwrap();
            assert_eq!(
                outcome.ending,
                Ending::Verified,
                "{stack:?} {seed}: {outcome:?}"
            );
            assert!(
                outcome.comparison.remarks.is_empty(),
                "{:?}",
                outcome.comparison
            );
            let (_, held) = stack.from_vehicle(PlanKind::Mission, &vehicle.lists[0]);
            assert_eq!(held.len(), items.len());
            for (held, item) in held.iter().zip(&items) {
                assert_eq!(held.wire_xy(), item.wire_xy());
                assert_eq!((held.command, held.z), (item.command, item.z));
            }
        }
    }
}

#[test]
fn five_hundred_items_come_down_through_a_quarter_of_loss() {
    for seed in 100..112 {
        for stack in STACKS {
            let mut channel = Channel::bad(seed);
            let mut vehicle = vehicle(stack);
            vehicle.lists[0] = drawn(500);
            let mut download = Download::new(target(), PlanKind::Mission, pace());
            let took = drive(
                &mut download,
                &mut vehicle,
                &mut channel,
                Duration::from_mins(2),
            );
            let Some(DownloadOutcome::Complete(list)) = download.outcome() else {
                panic!("{stack:?} {seed}: {:?}", download.outcome())
            };
            assert!(list.items == vehicle.lists[0], "{stack:?} {seed} {took:?}");
        }
    }
}

#[test]
fn copies_three_exchanges_late_slow_a_download_down_and_do_not_end_it() {
    for seed in 0..6 {
        for stack in STACKS {
            let mut vehicle = vehicle(stack);
            vehicle.lists[0] = drawn(200);
            let mut download = Download::new(target(), PlanKind::Mission, pace());
            let limit = Duration::from_mins(4);
            let mut channel = Channel::unruly(seed);
            let took = drive(&mut download, &mut vehicle, &mut channel, limit);
            let Some(DownloadOutcome::Complete(list)) = download.outcome() else {
                panic!("{stack:?} {seed} {took:?}: {:?}", download.outcome())
            };
            assert!(list.items == vehicle.lists[0]);
        }
    }
}

#[test]
fn a_good_link_needs_one_message_for_each_item_and_way() {
    for stack in STACKS {
        let mut channel = Channel::good(1);
        let mut vehicle = vehicle(stack);
        let asked = request(stack, PlanKind::Mission, drawn(50));
        let mut transfer = MissionTransfer::new(target(), asked, Pace::default());
        drive(
            &mut transfer,
            &mut vehicle,
            &mut channel,
            Duration::from_secs(20),
        );
        assert!(transfer.outcome().unwrap().is_success());
        let items = 50 + usize::from(stack == Stack::ArduPilot);
        // The offer and the items; the list, the items and the acknowledgement.
        assert_eq!(channel.sent.len(), 1 + items + 1 + items + 1, "{stack:?}");
    }
}

#[test]
fn fences_and_rally_points_cross_it_too() {
    let corner = |command, north: u8| {
        let place = LatLon {
            lat_deg: 47.0 + f64::from(north) / 1_000.0,
            lon_deg: 8.0 - f64::from(north % 2) / 1_000.0,
        };
        MissionItem::at(command, Frame::GLOBAL_RELATIVE, place, 40.0)
    };
    let polygon = (0..5).map(|north| corner(5001, north).with_params([5.0, 0.0, 0.0, 0.0]));
    let rally: Vec<_> = (0..9).map(|north| corner(5100, north)).collect();
    let fence: Vec<_> = polygon.collect();
    for (kind, items) in [(PlanKind::Fence, fence), (PlanKind::Rally, rally)] {
        for stack in STACKS {
            let mut vehicle = vehicle(stack);
            let mut channel = Channel::bad(5);
            let asked = request(stack, kind, items.clone());
            let mut transfer = MissionTransfer::new(target(), asked, pace());
            drive(
                &mut transfer,
                &mut vehicle,
                &mut channel,
                Duration::from_mins(1),
            );
            let outcome = transfer.outcome().unwrap();
            assert!(outcome.is_success(), "{stack:?} {kind:?}: {outcome:?}");
        }
    }
}

#[test]
fn a_list_is_emptied_and_the_vehicle_says_so() {
    for kind in LISTS {
        for stack in STACKS {
            for seed in 0..10 {
                let mut vehicle = vehicle(stack);
                vehicle.lists[usize::from(kind.number())] = drawn(5);
                let mut channel = Channel::bad(seed);
                let mut clear = Clear::new(target(), kind, stack, pace());
                drive(
                    &mut clear,
                    &mut vehicle,
                    &mut channel,
                    Duration::from_secs(30),
                );
                assert_eq!(clear.outcome(), Some(ClearOutcome::Cleared), "{seed}");
                assert!(vehicle.lists[usize::from(kind.number())].is_empty());
            }
        }
    }
}

#[test]
fn an_empty_plan_empties_the_list() {
    for stack in STACKS {
        let mut vehicle = vehicle(stack);
        vehicle.lists[0] = drawn(5);
        let asked = request(stack, PlanKind::Mission, Vec::new());
        let mut transfer = MissionTransfer::new(target(), asked, pace());
        drive(
            &mut transfer,
            &mut vehicle,
            &mut Channel::bad(3),
            Duration::from_secs(30),
        );
        assert!(transfer.outcome().unwrap().is_success());
        assert!(vehicle.lists[0].is_empty());
    }
}

#[test]
fn a_vehicle_that_knows_only_floats_is_served_and_read() {
    let mut vehicle = vehicle(Stack::Other);
    vehicle.habits.floats_only = true;
    let asked = request(Stack::Other, PlanKind::Mission, drawn(8));
    let mut transfer = MissionTransfer::new(target(), asked, pace());
    drive(
        &mut transfer,
        &mut vehicle,
        &mut Channel::good(1),
        Duration::from_mins(1),
    );
    let outcome = transfer.outcome().unwrap();
    assert!(outcome.is_success(), "{outcome:?}");
}
