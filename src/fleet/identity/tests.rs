//! Which path is whose: every rule of the contract, and the traps beside them.

use super::*;
use crate::model::ids::{LinkId, PeerId};

const A: PathId = PathId {
    link: LinkId(0),
    peer: PeerId(0),
};
const B: PathId = PathId {
    link: LinkId(0),
    peer: PeerId(1),
};

fn at(ms: i64) -> TimeUs {
    TimeUs::from_ms(1_000_000 + ms)
}

fn beat(paths: &mut Paths, id: PathId, ms: i64) {
    paths.heartbeat(id, &"peer".into(), true, at(ms));
}

fn frame(paths: &mut Paths, id: PathId, ms: i64, sequence: u8, fingerprint: u64) {
    let evidence = Evidence {
        t: at(ms),
        sequence: Some(sequence),
        fingerprint: Some(fingerprint),
    };
    paths.witness(id, evidence);
}

fn two_live_paths() -> Paths {
    let mut paths = Paths::default();
    beat(&mut paths, A, 0);
    beat(&mut paths, B, 0);
    paths
}

fn standing(paths: &Paths, id: PathId) -> Standing {
    paths.get(id).unwrap().standing
}

#[test]
fn the_first_sender_keeps_the_row_and_the_second_is_withheld_until_proven() {
    let paths = two_live_paths();
    assert_eq!(standing(&paths, A), Standing::Primary);
    assert_eq!(standing(&paths, B), Standing::Unproven);
}

#[test]
fn the_same_uid_joins_and_another_one_is_a_conflict() {
    for (uid, expected) in [
        ("one", Standing::Joined),
        ("two", Standing::Conflict(Why::Uid)),
    ] {
        let mut paths = two_live_paths();
        paths.learn_uid(A, Some("one".into()));
        assert!(paths.judge(at(100)).is_empty());
        paths.learn_uid(B, Some(uid.into()));
        assert_eq!(paths.judge(at(200)), [(1, Standing::Unproven)]);
        assert_eq!(standing(&paths, B), expected);
    }
}

#[test]
fn an_unknown_uid_proves_nothing() {
    let mut paths = two_live_paths();
    paths.learn_uid(A, None);
    paths.learn_uid(B, None);
    assert!(paths.judge(at(100)).is_empty());
}

#[test]
fn boot_times_that_agree_for_three_seconds_join() {
    let mut paths = two_live_paths();
    for ms in (0..=3_000).step_by(500) {
        beat(&mut paths, A, ms);
        beat(&mut paths, B, ms);
        paths.learn_boot(A, at(-60_000));
        paths.learn_boot(B, at(-59_200));
        let changed = paths.judge(at(ms));
        assert_eq!(!changed.is_empty(), ms == 3_000, "at {ms} ms");
    }
    assert_eq!(standing(&paths, B), Standing::Joined);
}

#[test]
fn boot_times_more_than_five_seconds_apart_are_a_conflict() {
    let mut paths = two_live_paths();
    paths.learn_boot(A, at(-60_000));
    paths.learn_boot(B, at(-55_000));
    assert!(
        paths.judge(at(10)).is_empty(),
        "five seconds exactly are no proof"
    );
    paths.learn_boot(B, at(-54_999));
    paths.judge(at(20));
    assert_eq!(standing(&paths, B), Standing::Conflict(Why::BootTime));
}

#[test]
fn ten_byte_identical_frames_within_three_seconds_join() {
    let mut paths = two_live_paths();
    for n in 0..10u8 {
        let ms = i64::from(n) * 100;
        frame(&mut paths, A, ms, n, 1_000 + u64::from(n));
        frame(&mut paths, B, ms + 20, n, 1_000 + u64::from(n));
        let changed = paths.judge(at(ms + 30));
        assert_eq!(!changed.is_empty(), n == 9, "after {n}");
    }
    assert_eq!(standing(&paths, B), Standing::Joined);
}

#[test]
fn identical_frames_that_come_too_seldom_prove_nothing() {
    let mut paths = two_live_paths();
    for n in 0..20u8 {
        let ms = i64::from(n) * 1_000;
        beat(&mut paths, A, ms);
        beat(&mut paths, B, ms);
        frame(&mut paths, A, ms, n, 1_000 + u64::from(n));
        frame(&mut paths, B, ms + 20, n, 1_000 + u64::from(n));
        paths.judge(at(ms + 30));
    }
    assert_ne!(standing(&paths, B), Standing::Joined);
}

#[test]
fn two_counters_cannot_be_one_sender() {
    let mut paths = two_live_paths();
    for n in 0..6u8 {
        let ms = i64::from(n) * 500;
        beat(&mut paths, A, ms);
        beat(&mut paths, B, ms);
        frame(&mut paths, A, ms, 100 + n, u64::from(n) + 1);
        frame(&mut paths, B, ms + 10, 7 + n, u64::from(n) + 500);
        paths.judge(at(ms + 20));
        let expected = if ms < 2_500 {
            Standing::Unproven
        } else {
            Standing::Conflict(Why::Sequence)
        };
        assert_eq!(standing(&paths, B), expected, "at {ms} ms");
    }
}

#[test]
fn one_counter_spread_over_two_paths_is_no_conflict() {
    let mut paths = two_live_paths();
    for n in 0..60u8 {
        let ms = i64::from(n) * 100;
        beat(&mut paths, A, ms);
        beat(&mut paths, B, ms);
        frame(
            &mut paths,
            if n % 2 == 0 { A } else { B },
            ms,
            n,
            u64::from(n) + 1,
        );
        paths.judge(at(ms));
    }
    assert_eq!(standing(&paths, B), Standing::Unproven);
}

#[test]
fn proof_that_comes_late_ends_a_conflict() {
    let mut paths = two_live_paths();
    paths.learn_uid(A, Some("one".into()));
    for n in 0..7u8 {
        let ms = i64::from(n) * 500;
        beat(&mut paths, A, ms);
        beat(&mut paths, B, ms);
        frame(&mut paths, A, ms, 100 + n, u64::from(n) + 1);
        frame(&mut paths, B, ms + 10, 7 + n, u64::from(n) + 500);
        paths.judge(at(ms + 20));
    }
    assert_eq!(standing(&paths, B), Standing::Conflict(Why::Sequence));
    paths.learn_uid(B, Some("one".into()));
    assert_eq!(
        paths.judge(at(3_600)),
        [(1, Standing::Conflict(Why::Sequence))]
    );
    assert_eq!(standing(&paths, B), Standing::Joined);
    assert!(paths.conflict().is_none());
}

#[test]
fn a_silent_primary_is_replaced_after_three_and_a_half_seconds() {
    let mut paths = two_live_paths();
    for ms in (0..=3_500).step_by(500) {
        beat(&mut paths, B, ms);
        assert!(paths.take_over(at(ms)).is_none(), "at {ms} ms");
    }
    assert_eq!(paths.take_over(at(3_501)), Some((A, Standing::Unproven)));
    assert_eq!(paths.primary().unwrap().id, B);
    assert_eq!(standing(&paths, A), Standing::Unproven);
}

#[test]
fn a_proven_path_inherits_before_a_stranger() {
    let c = PathId {
        link: LinkId(1),
        peer: PeerId(0),
    };
    let mut paths = two_live_paths();
    beat(&mut paths, c, 0);
    paths.learn_uid(A, Some("one".into()));
    paths.learn_uid(c, Some("one".into()));
    paths.judge(at(10));
    beat(&mut paths, B, 3_600);
    beat(&mut paths, c, 3_600);
    assert_eq!(paths.take_over(at(3_700)), Some((A, Standing::Joined)));
    assert_eq!(paths.primary().unwrap().id, c);
}

#[test]
fn a_conflict_ends_when_the_other_falls_silent() {
    let mut paths = two_live_paths();
    paths.learn_uid(A, Some("one".into()));
    paths.learn_uid(B, Some("two".into()));
    paths.judge(at(10));
    beat(&mut paths, A, 3_400);
    assert_eq!(paths.conflict().map(|(why, _)| why), Some(Why::Uid));
    assert!(paths.prune(at(3_400)).is_empty());
    assert_eq!(paths.prune(at(3_600)).len(), 1);
    assert!(paths.conflict().is_none());
    assert_eq!(paths.primary().unwrap().id, A);
}

#[test]
fn aircraft_switched_on_together_are_still_two() {
    let mut paths = two_live_paths();
    for n in 0..16u8 {
        let ms = i64::from(n) * 500;
        for id in [A, B] {
            beat(&mut paths, id, ms);
            paths.learn_boot(id, at(-60_000));
        }
        frame(&mut paths, A, ms, 100 + n, u64::from(n) + 1);
        frame(&mut paths, B, ms + 10, 7 + n, u64::from(n) + 500);
        paths.judge(at(ms + 20));
        let expected = if ms < 2_500 {
            Standing::Unproven
        } else {
            Standing::Conflict(Why::Sequence)
        };
        assert_eq!(standing(&paths, B), expected, "at {ms} ms");
    }
}
