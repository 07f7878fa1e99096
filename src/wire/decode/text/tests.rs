//! Texts from the air, some of them hostile.

use mavlink::dialects::ardupilotmega::{MavSeverity, STATUSTEXT_DATA};

use super::*;
use crate::{
    model::report::Report,
    wire::decode::testing::{payload, report, report_v1, unwrap_report},
    wire::decode::{Context, decode},
};

fn message(text: &[u8], id: u16, chunk_seq: u8) -> STATUSTEXT_DATA {
    let mut field = [0; 50];
    field[..text.len()].copy_from_slice(text);
    STATUSTEXT_DATA {
        severity: MavSeverity::MAV_SEVERITY_WARNING,
        text: field.into(),
        id,
        chunk_seq,
    }
}

#[test]
fn every_field_of_statustext_is_found() {
    let read = unwrap_report!(report(&message(b"PreArm: Gyros", 513, 7)), Text);
    let whole = TextPart {
        severity: Severity::WARNING,
        text: "PreArm: Gyros".into(),
        id: 513,
        chunk: 7,
        ends: true,
    };
    assert_eq!(read, whole);
    let read = unwrap_report!(report_v1(&message(b"PreArm: Gyros", 513, 7)), Text);
    assert_eq!((read.id, read.chunk), (0, 0));
}

#[test]
fn fifty_bytes_need_no_terminator() {
    let full = message(&[b'x'; 50], 9, 0);
    let read = unwrap_report!(report(&full), Text);
    assert_eq!((read.text.len(), read.ends), (50, false));
    let last = unwrap_report!(report(&message(&[b'x'; 49], 9, 1)), Text);
    assert_eq!((last.text.len(), last.ends), (49, true));
}

#[test]
fn a_severity_newer_than_our_tables_keeps_the_text() {
    let mut bytes = payload(&message(b"hello", 0, 0));
    bytes[0] = 99;
    let Some(Report::Text(read)) = decode(253, &bytes, Context::default()) else {
        panic!()
    };
    assert_eq!((read.severity, read.text.as_ref()), (Severity(99), "hello"));
}

#[test]
fn nothing_from_the_air_can_steer_a_terminal() {
    assert_eq!(clean_text(b"a\x1b[2Jb\x07\tc\r\nd\x7fe"), "a[2Jbcde");
    assert_eq!(clean_text("a\u{9b}31mb\u{85}c".as_bytes()), "a31mbc");
}

#[test]
fn nothing_from_the_air_can_hide_or_turn_letters_round() {
    let hostile =
        "a\u{202e}b\u{2066}c\u{2069}d\u{200f}e\u{200b}f\u{feff}g\u{2060}h\u{e0041}i\u{61c}j";
    assert_eq!(clean_str(hostile), "abcdefghij");
}

#[test]
fn honest_letters_stay() {
    assert_eq!(
        clean_str("Höhe 50 m, ветер → 風 ✈"),
        "Höhe 50 m, ветер → 風 ✈"
    );
}

#[test]
fn text_ends_at_its_first_zero_and_broken_utf8_is_marked() {
    assert_eq!(clean_text(b"one\0two"), "one");
    assert_eq!(clean_text(b"\xff\xc3"), "\u{fffd}\u{fffd}");
    assert_eq!(clean_text(b""), "");
}
