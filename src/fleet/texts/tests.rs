//! Chunks in every order, with holes, repeated, and under ids that are used twice.

use super::*;

const SYSTEM: SystemId = SystemId(1);
const AUTOPILOT: ComponentId = ComponentId::AUTOPILOT;

fn part(id: u16, chunk: u8, text: &str, ends: bool) -> TextPart {
    TextPart {
        severity: Severity::WARNING,
        text: text.into(),
        id,
        chunk,
        ends,
    }
}

fn at(ms: i64) -> TimeUs {
    TimeUs::from_ms(ms)
}

fn push(texts: &mut Texts, part: TextPart, ms: i64) -> Option<String> {
    texts
        .push(SYSTEM, AUTOPILOT, part, at(ms))
        .map(|joined| joined.text.to_string())
}

fn expire(texts: &mut Texts, ms: i64) -> Vec<String> {
    texts
        .expire(at(ms))
        .map(|(_, _, joined)| joined.text.to_string())
        .collect()
}

#[test]
fn a_whole_text_goes_straight_through() {
    let mut texts = Texts::default();
    assert_eq!(
        push(&mut texts, part(0, 0, "Armed", true), 5).as_deref(),
        Some("Armed")
    );
    assert_eq!(
        push(&mut texts, part(0, 0, "Armed", true), 6).as_deref(),
        Some("Armed")
    );
    assert!(expire(&mut texts, 9_000).is_empty());
}

#[test]
fn chunks_join_in_their_own_order_however_they_come() {
    let mut texts = Texts::default();
    assert_eq!(push(&mut texts, part(7, 2, "three", true), 0), None);
    assert_eq!(push(&mut texts, part(7, 0, "one ", false), 10), None);
    let whole = texts
        .push(SYSTEM, AUTOPILOT, part(7, 1, "two ", false), at(20))
        .unwrap();
    assert_eq!(whole.text.as_ref(), "one two three");
    assert_eq!((whole.severity, whole.since), (Severity::WARNING, at(0)));
    assert!(expire(&mut texts, 5_000).is_empty());
}

#[test]
fn a_hole_is_filled_after_a_second_of_silence() {
    let mut texts = Texts::default();
    assert_eq!(push(&mut texts, part(7, 0, "one ", false), 0), None);
    assert_eq!(push(&mut texts, part(7, 3, "four", true), 900), None);
    assert!(expire(&mut texts, 1_899).is_empty());
    assert_eq!(expire(&mut texts, 1_900), ["one …four"]);
    assert!(expire(&mut texts, 9_000).is_empty());
}

#[test]
fn a_text_without_its_beginning_or_end_says_so() {
    let mut texts = Texts::default();
    assert_eq!(push(&mut texts, part(7, 1, "middle", false), 0), None);
    assert_eq!(expire(&mut texts, 1_000), ["…middle…"]);
}

#[test]
fn a_text_that_fills_its_last_chunk_comes_with_the_empty_one_after_it() {
    let mut texts = Texts::default();
    let full = "x".repeat(50);
    assert_eq!(push(&mut texts, part(7, 0, &full, false), 0), None);
    assert_eq!(push(&mut texts, part(7, 1, "", true), 1), Some(full));
}

#[test]
fn chunks_of_two_components_or_ids_never_mix() {
    let mut texts = Texts::default();
    assert_eq!(push(&mut texts, part(7, 0, "one ", false), 0), None);
    assert_eq!(push(&mut texts, part(8, 1, "eight", true), 0), None);
    let other = texts.push(SYSTEM, ComponentId(191), part(7, 1, "camera", true), at(0));
    assert_eq!(other, None);
    let elsewhere = texts.push(SystemId(2), AUTOPILOT, part(7, 1, "far", true), at(0));
    assert_eq!(elsewhere, None);
    assert_eq!(
        push(&mut texts, part(7, 1, "two", true), 1).as_deref(),
        Some("one two")
    );
    let late: Vec<_> = texts
        .expire(at(2_000))
        .map(|text| (text.0.0, text.1.0))
        .collect();
    assert_eq!(late, [(1, 1), (1, 191), (2, 1)]);
}

#[test]
fn a_chunk_heard_twice_counts_once() {
    let mut texts = Texts::default();
    for _ in 0..2 {
        assert_eq!(push(&mut texts, part(7, 0, "one ", false), 0), None);
    }
    assert_eq!(
        push(&mut texts, part(7, 1, "two", true), 1).as_deref(),
        Some("one two")
    );
    assert_eq!(push(&mut texts, part(7, 1, "two", true), 2), None);
    assert_eq!(push(&mut texts, part(7, 0, "one ", false), 3), None);
    assert!(expire(&mut texts, 9_000).is_empty());
}

#[test]
fn an_id_used_again_begins_a_new_text() {
    let mut texts = Texts::default();
    assert_eq!(push(&mut texts, part(1, 0, "old ", false), 0), None);
    assert_eq!(
        push(&mut texts, part(1, 0, "new ", false), 10).as_deref(),
        Some("old …")
    );
    assert_eq!(
        push(&mut texts, part(1, 1, "text", true), 20).as_deref(),
        Some("new text")
    );
    assert_eq!(
        push(&mut texts, part(1, 0, "third", true), 30).as_deref(),
        Some("third")
    );
}

#[test]
fn a_clock_that_goes_back_keeps_nothing_waiting() {
    let mut texts = Texts::default();
    assert_eq!(push(&mut texts, part(7, 0, "one ", false), 60_000), None);
    assert_eq!(expire(&mut texts, 1_000), ["one …"]);
}

#[test]
fn a_flood_of_ids_costs_no_more_than_its_bound_and_loses_nothing() {
    let mut texts = Texts::default();
    let mut handed_out = 0;
    for id in 1..=1_000 {
        handed_out += usize::from(push(&mut texts, part(id, 0, "flood ", false), 0).is_some());
    }
    assert_eq!(texts.open.len(), MOST_OPEN);
    assert_eq!(handed_out + texts.finish().count(), 1_000);
    assert!(texts.open.is_empty());
}
