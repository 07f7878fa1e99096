//! Palette, question and results as an operator sees them, at three sizes, with few and many vehicles.

use std::sync::Arc;

use crossterm::event::KeyCode;
use volery::{
    model::{
        command::report::{CommandReport, CommandRing, CommandState},
        intent::{Origin, Via},
        snapshot::Snapshot,
        words::CommandResult,
    },
    tui::{
        message::{Effect, Message},
        palette::order::{HOLD_MS, YES},
        theme::{Depth, ThemeName},
    },
};

use super::{SIZES, desk::Desk, fleets};

fn opened(size: (u16, u16), fleet: Snapshot, keys: &str) -> Desk {
    let mut desk = Desk::new(size.0, size.1, fleet);
    desk.press(KeyCode::Down);
    desk.type_in(keys);
    desk.wait(HOLD_MS);
    desk
}

fn asked(size: (u16, u16), fleet: Snapshot, keys: &str) -> Desk {
    let mut desk = opened(size, fleet, keys);
    desk.press(KeyCode::Enter);
    desk.wait(HOLD_MS);
    desk
}

#[test]
fn the_palette_lists_what_can_be_typed() {
    for size in SIZES {
        let name = |what: &str| format!("palette_{what}_{}x{}", size.0, size.1);
        let desk = opened(size, fleets::mixed(), ":");
        insta::assert_snapshot!(name("open"), desk.text());
        let desk = opened(size, fleets::mixed(), ":@1,2,5 takeoff 20");
        insta::assert_snapshot!(name("named"), desk.text());
    }
    let size = SIZES[0];
    for (name, keys) in [
        ("modes", ":@all mode "),
        ("slip", ":@1 lnad"),
        ("wrong_number", ":takeoff 0"),
        ("alias", ":wp se"),
        ("refused", ":@1 arm"),
        ("settings", ":the"),
    ] {
        let desk = opened(size, fleets::mixed(), keys);
        insta::assert_snapshot!(format!("palette_{name}"), desk.text());
    }
}

#[test]
fn the_question_names_every_vehicle_and_what_stands_against_it() {
    for size in SIZES {
        let name = |what: &str| format!("question_{what}_{}x{}", size.0, size.1);
        let desk = asked(size, fleets::mixed(), ":@bravo arm");
        insta::assert_snapshot!(name("1"), desk.text());
        let desk = asked(size, fleets::mixed(), ":@1-5 rtl");
        insta::assert_snapshot!(name("5"), desk.text());
        let desk = asked(size, fleets::many(20), ":@all land");
        insta::assert_snapshot!(name("20"), desk.text());
        let mut desk = asked(size, fleets::many(200), ":@all hold");
        desk.press(KeyCode::PageDown);
        insta::assert_snapshot!(name("200"), desk.text());
    }
    let mut desk = asked(SIZES[0], fleets::mixed(), ":@1-5 rtl");
    desk.type_in("o");
    insta::assert_snapshot!("question_override", desk.text());
    let mut desk = asked(SIZES[0], fleets::mixed(), ":@1 disarm force");
    desk.type_in("DIS");
    insta::assert_snapshot!("question_word", desk.text());
}

/// The fleet with what came of a command for everybody.
fn answered(mut fleet: Snapshot) -> Snapshot {
    let mut ring = CommandRing::default();
    for (n, id) in fleet.vehicles.keys().enumerate() {
        let (state, result, progress, text) = match n % 6 {
            1 => (
                CommandState::Rejected,
                Some(CommandResult(2)),
                None,
                "Arm: Mode not armable",
            ),
            2 => (
                CommandState::TimedOut,
                None,
                None,
                "no answer; it may have been done",
            ),
            3 => (CommandState::InProgress, None, Some(40), ""),
            4 => (CommandState::Refused, None, None, "it is armed already"),
            _ => (CommandState::Accepted, Some(CommandResult(0)), None, ""),
        };
        ring.push(CommandReport {
            id: 0,
            ticket: 7,
            request: "s7".into(),
            vehicle: id.clone(),
            command: "rtl",
            state,
            result,
            progress,
            text: text.into(),
            took_ms: 180 + 900 * n as i64,
            origin: Origin {
                via: Via::Screen,
                who: "screen".into(),
            },
        });
    }
    fleet.commands = Arc::new(ring);
    fleet
}

fn sent(size: (u16, u16), fleet: &Snapshot, keys: &str) -> Desk {
    let mut desk = asked(size, fleet.clone(), keys);
    desk.press_for(KeyCode::Char(YES), 7);
    desk
}

#[test]
fn results_stand_beside_the_table_the_worst_first() {
    for size in SIZES {
        let name = |what: &str| format!("results_{what}_{}x{}", size.0, size.1);
        let mut desk = sent(size, &fleets::many(6), ":@all rtl");
        insta::assert_snapshot!(name("sent"), desk.text());
        desk.send(Message::Snapshot(answered(fleets::many(6)).into()));
        insta::assert_snapshot!(name("6"), desk.text());
        let mut desk = sent(size, &fleets::many(200), ":@all rtl");
        desk.send(Message::Snapshot(answered(fleets::many(200)).into()));
        insta::assert_snapshot!(name("200"), desk.text());
    }
}

#[test]
fn a_retry_asks_again_for_those_that_failed_and_for_no_others() {
    let mut desk = sent((120, 40), &fleets::many(6), ":@all rtl");
    desk.send(Message::Snapshot(answered(fleets::many(6)).into()));
    let text = desk.text();
    assert!(
        text.contains("2 accepted · 1 rejected · 1 timed out · 1 refused · 1 under way"),
        "{text}"
    );
    desk.type_in("r");
    let text = desk.text();
    let question: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.contains("Send?"))
        .collect();
    let question = question.join("\n");
    assert!(question.contains("all 3 vehicles"), "{text}");
    for (name, is_there) in [
        ("V1 ", false),
        ("V2 ", true),
        ("V3 ", true),
        ("V4 ", false),
        ("V5 ", true),
    ] {
        let dialog: Vec<&str> = question.lines().take(10).collect();
        let is_named = dialog
            .iter()
            .any(|line| line.contains(&format!("● {} {name}", &name[1..2])));
        assert_eq!(is_named, is_there, "{name} in {question}");
    }
    desk.press(KeyCode::Esc);
    desk.type_in("R");
    assert!(desk.text().contains("1 timed out"), "still there");
    desk.type_in("a");
    assert!(!desk.text().contains("1 timed out"));
    desk.type_in(":results");
    desk.press(KeyCode::Enter);
    assert!(desk.text().contains("1 timed out"));
}

#[test]
fn an_abort_takes_two_different_keys_and_only_while_something_is_under_way() {
    use volery::tui::message::Effect;
    let mut desk = sent((120, 40), &fleets::many(6), ":@all rtl");
    let aborts = |effect: Option<Effect>| matches!(effect, Some(Effect::Abort(_)));
    assert!(!aborts(desk.press(KeyCode::Char('y'))));
    assert_eq!(desk.press(KeyCode::Char('x')), None);
    assert!(
        desk.text().contains("abort for 6 still under way?"),
        "{}",
        desk.text()
    );
    assert_eq!(
        desk.press(KeyCode::Char('x')),
        None,
        "the same key twice is no yes"
    );
    desk.press(KeyCode::Down);
    assert!(
        !aborts(desk.press(KeyCode::Char('y'))),
        "another key in between goes on"
    );
    desk.type_in("x");
    assert_eq!(desk.press(KeyCode::Char('y')), Some(Effect::Abort(7)));
}

#[test]
fn beside_the_results_the_screen_stays_in_use() {
    let mut desk = sent((120, 40), &fleets::many(6), ":@all rtl");
    let before = desk.ui.selected.clone();
    desk.press(KeyCode::Down);
    assert_ne!(desk.ui.selected, before);
    assert!(desk.text().contains("under way"));
    desk.press(KeyCode::Esc);
    assert!(!desk.text().contains("under way"));
}

#[test]
fn a_panel_of_results_never_hides_the_selected_row() {
    let mut desk = sent((80, 24), &fleets::many(30), ":@all rtl");
    for _ in 0..30 {
        desk.press(KeyCode::Down);
        let selected = desk.ui.selected.clone().expect("chosen");
        let name = desk.ui.newest.vehicles[&selected].name.clone();
        let text = desk.text();
        let table: Vec<&str> = text
            .lines()
            .take_while(|line| !line.contains(" rtl "))
            .collect();
        let is_seen = table.iter().any(|line| line.contains(&format!(" {name} ")));
        assert!(is_seen, "{name}\n{text}");
    }
}

#[test]
fn without_colour_and_without_unicode_nothing_is_missing() {
    for (name, depth, ascii) in [
        ("mono", Depth::Mono, false),
        ("ascii", Depth::Sixteen, true),
    ] {
        let dress = |desk: Desk| desk.with_theme(ThemeName::Default, depth, ascii);
        let desk = dress(opened((80, 24), fleets::mixed(), ":@1,2 ar"));
        insta::assert_snapshot!(format!("palette_{name}"), desk.text());
        let desk = dress(asked((80, 24), fleets::mixed(), ":@1-5 rtl"));
        insta::assert_snapshot!(format!("question_{name}"), desk.text());
        let mut desk = dress(sent((80, 24), &fleets::many(6), ":@all rtl"));
        desk.send(Message::Snapshot(answered(fleets::many(6)).into()));
        insta::assert_snapshot!(format!("results_{name}"), desk.text());
    }
}

/// The limit is 5 ms a key in a release build; a debug build on a busy machine gets far more.
#[test]
fn a_key_in_the_palette_over_a_thousand_vehicles_is_answered_in_time() {
    let limit_ms = if cfg!(debug_assertions) { 300 } else { 5 };
    let mut desk = opened((200, 60), fleets::thousand(), ":");
    let best = (0..10)
        .map(|_| {
            let start = std::time::Instant::now();
            desk.type_in("v");
            desk.buffer();
            desk.press(KeyCode::Backspace);
            start.elapsed().as_millis()
        })
        .min()
        .expect("ten keys");
    assert!(best < limit_ms, "{best} ms");
}

#[test]
fn whatever_lies_over_the_screen_the_state_of_the_fleet_stays_bright() {
    let bare = Desk::new(120, 40, fleets::mixed()).buffer();
    for keys in [":", ":@all rtl", "?", "q"] {
        let mut desk = Desk::new(120, 40, fleets::mixed());
        desk.type_in(keys);
        desk.wait(HOLD_MS);
        let buffer = desk.buffer();
        for x in 0..120 {
            assert_eq!(buffer[(x, 0)], bare[(x, 0)], "{keys:?} {x}");
        }
        let dimmed = (0..40)
            .filter(|y| buffer[(5, *y)].fg != bare[(5, *y)].fg)
            .count();
        assert!(dimmed > 0, "{keys:?}: what lies behind steps back");
    }
}

#[test]
fn an_abort_by_its_word_asks_first_and_only_while_something_is_under_way() {
    let mut desk = asked((120, 40), fleets::mixed(), ":abort");
    assert!(
        desk.text()
            .contains("nothing that was commanded from this screen is under way"),
        "{}",
        desk.text()
    );
    desk = sent((120, 40), &fleets::mixed(), ":@1,2 rtl");
    desk.press(KeyCode::Esc);
    desk.type_in(":abort");
    desk.wait(HOLD_MS);
    assert_eq!(desk.press(KeyCode::Enter), None, "{}", desk.text());
    let asks = desk.text();
    assert!(asks.contains("abort"), "{asks}");
    assert!(
        matches!(desk.press(KeyCode::Char(YES)), Some(Effect::Abort(_))),
        "{asks}"
    );
}
