//! Loss is counted once, late frames take it back, and a restart is never a huge loss.

use super::*;
use crate::wire::{crc, verify};

/// A HEARTBEAT of `system`/1 whose payload, and so its fingerprint, depends on `salt`.
fn heartbeat(system: u8, seq: u8, salt: u8) -> Vec<u8> {
    let mut frame = vec![
        0xFD, 9, 0, 0, seq, system, 1, 0, 0, 0, salt, 0, 0, 0, 2, 3, 0, 4, 3,
    ];
    let crc = crc::frame_checksum(&frame[1..], 50);
    frame.extend_from_slice(&crc.to_le_bytes());
    frame
}

fn hear(tracker: &mut SequenceTracker, seq: u8, salt: u8) -> Arrival {
    let bytes = heartbeat(1, seq, salt);
    tracker.observe(&verify::whole_frame(&bytes).expect("a frame"))
}

fn totals(tracker: &SequenceTracker) -> SequenceTotals {
    tracker.totals(SystemId(1), ComponentId(1)).expect("heard")
}

fn after(frames: impl IntoIterator<Item = u8>) -> SequenceTracker {
    let mut tracker = SequenceTracker::new();
    for seq in frames {
        hear(&mut tracker, seq, 0);
    }
    tracker
}

#[test]
fn frames_in_order_lose_nothing_even_where_the_number_wraps() {
    let tracker = after((0..=255).chain(0..=255).chain(0..10));
    let expected = SequenceTotals {
        received: 522,
        ..SequenceTotals::default()
    };
    assert_eq!(totals(&tracker), expected);
}

#[test]
fn a_gap_counts_the_missing_frames() {
    let mut tracker = after([250]);
    assert_eq!(hear(&mut tracker, 4, 0), Arrival::AfterLoss(9));
    assert_eq!(totals(&tracker).lost, 9);
    assert_eq!(hear(&mut tracker, 131, 0), Arrival::AfterLoss(126));
}

#[test]
fn a_late_frame_is_no_longer_lost() {
    let mut tracker = after([10, 11, 14]);
    assert_eq!(hear(&mut tracker, 12, 0), Arrival::Late);
    assert_eq!(hear(&mut tracker, 13, 0), Arrival::Late);
    assert_eq!(hear(&mut tracker, 15, 0), Arrival::InOrder);
    let totals = totals(&tracker);
    assert_eq!(
        (
            totals.received,
            totals.lost,
            totals.reordered,
            totals.restarts
        ),
        (6, 0, 2, 0)
    );
}

#[test]
fn the_same_frame_again_is_a_duplicate_now_and_later() {
    let mut tracker = after([10, 11, 12]);
    assert_eq!(hear(&mut tracker, 12, 0), Arrival::Duplicate);
    assert_eq!(hear(&mut tracker, 10, 0), Arrival::Duplicate);
    assert_eq!(hear(&mut tracker, 13, 0), Arrival::InOrder);
    let totals = totals(&tracker);
    assert_eq!((totals.received, totals.lost, totals.duplicates), (4, 0, 2));
}

#[test]
fn every_frame_twice_is_heard_once() {
    let tracker = after((0..100).flat_map(|seq| [seq, seq]));
    let totals = totals(&tracker);
    assert_eq!(
        (totals.received, totals.lost, totals.duplicates),
        (100, 0, 100)
    );
}

#[test]
fn a_reboot_is_a_restart_and_no_loss() {
    for before in [3u8, 60, 120] {
        let mut tracker = after(0..=before);
        let arrivals: Vec<Arrival> = (0..5).map(|seq| hear(&mut tracker, seq, 1)).collect();
        let restarts = arrivals.iter().filter(|a| **a == Arrival::Restart).count();
        assert_eq!(restarts, 1, "after {before}: {arrivals:?}");
        let totals = totals(&tracker);
        assert_eq!((totals.lost, totals.restarts), (0, 1), "after {before}");
        assert_eq!(totals.received, u64::from(before) + 6, "after {before}");
    }
}

#[test]
fn a_reboot_of_a_sender_first_heard_in_mid_count_is_a_restart_too() {
    let mut tracker = after(100..110);
    let arrivals: Vec<Arrival> = (0..3).map(|seq| hear(&mut tracker, seq, 1)).collect();
    assert_eq!(
        arrivals,
        [Arrival::Late, Arrival::Restart, Arrival::InOrder]
    );
}

#[test]
fn a_sender_that_never_counts_is_received_and_not_taken_for_a_duplicate() {
    let mut tracker = after([0, 0, 0]);
    assert_eq!(hear(&mut tracker, 0, 0), Arrival::Unnumbered);
    assert_eq!(hear(&mut tracker, 0, 1), Arrival::Unnumbered);
    assert_eq!(totals(&tracker).lost, 0);
}

#[test]
fn a_window_holds_what_came_since_the_last_one() {
    let mut tracker = after([0, 1, 4]);
    let window = tracker.take_window(SystemId(1));
    assert_eq!(
        window,
        Window {
            received: 3,
            lost: 2
        }
    );
    assert_eq!(window.loss_percent(), Some(40.0));
    assert_eq!(tracker.take_window(SystemId(1)).loss_percent(), None);
    assert_eq!(tracker.take_window(SystemId(2)), Window::default());
    assert_eq!(totals(&tracker).lost, 2, "totals stay");
}

#[test]
fn systems_are_counted_apart() {
    let mut tracker = SequenceTracker::new();
    for (system, seq) in [(1, 0), (2, 100), (1, 1), (2, 101)] {
        let bytes = heartbeat(system, seq, 0);
        tracker.observe(&verify::whole_frame(&bytes).expect("a frame"));
    }
    assert_eq!(
        tracker.take_window(SystemId(2)),
        Window {
            received: 2,
            lost: 0
        }
    );
    tracker.forget(SystemId(1));
    assert_eq!(tracker.totals(SystemId(1), ComponentId(1)), None);
    assert!(tracker.totals(SystemId(2), ComponentId(1)).is_some());
}

#[test]
fn a_third_lost_and_shuffled_by_five_is_counted_within_the_truth() {
    let kept: Vec<u8> = (0..3000u32)
        .filter(|i| i % 3 != 0)
        .map(|i| i as u8)
        .collect();
    let shuffled = kept.chunks(5).flat_map(|five| five.iter().rev().copied());
    let mut tracker = after(shuffled);
    let window = tracker.take_window(SystemId(1));
    let loss = window.loss_percent().expect("heard");
    assert!((loss - 33.3).abs() < 2.0, "{loss} {window:?}");
    assert_eq!(totals(&tracker).restarts, 0);
}

#[test]
fn the_file_rule_counts_modulo_256_and_a_repeat_as_nothing() {
    let cases = [
        (1, 2, 0),
        (1, 3, 1),
        (255, 0, 0),
        (250, 4, 9),
        (5, 4, 254),
        (7, 7, 0),
    ];
    for (previous, seq, lost) in cases {
        assert_eq!(
            lost_by_file_rule(previous, seq),
            lost,
            "{previous} to {seq}"
        );
    }
}
