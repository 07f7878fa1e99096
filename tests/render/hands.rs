//! No single event commands a vehicle, and nobody is commanded who did not stand on the screen.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MediaKeyCode, ModifierKeyCode};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use volery::{
    model::{command::Kind, snapshot::Snapshot, vehicle::State},
    tui::{
        message::{Effect, Message, Mouse, MouseKind},
        palette::{
            order::{DISARM, HOLD_MS, OVERRIDE, Submission, YES},
            sent::Sent,
        },
        ui::Overlay,
    },
};

use super::{desk::Desk, find, fleets};

impl Desk {
    /// The terminal gets the frame, and time passes.
    pub(crate) fn wait(&mut self, ms: i64) {
        self.send(Message::Drawn);
        self.send(Message::Left);
        self.now_ms += ms;
    }

    /// A key, and what the loop would do with its effect: a command is taken by the fleet with this ticket.
    pub(crate) fn press_for(&mut self, code: KeyCode, ticket: u64) -> Option<Effect> {
        let effect = self.press(code);
        if let Some(Effect::Submit(submission)) = &effect {
            self.send(Message::Submitted(submission.clone(), ticket));
        }
        effect
    }
}

/// Every key there is.
fn codes() -> Vec<KeyCode> {
    let letters = (0..0x180_u32).filter_map(char::from_u32).map(KeyCode::Char);
    let others = ['→', 'я', '北', '\u{202e}', '🚁'].map(KeyCode::Char);
    let named = [
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Insert,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Null,
        KeyCode::CapsLock,
        KeyCode::ScrollLock,
        KeyCode::NumLock,
        KeyCode::PrintScreen,
        KeyCode::Pause,
        KeyCode::Menu,
        KeyCode::KeypadBegin,
        KeyCode::Media(MediaKeyCode::Play),
        KeyCode::Modifier(ModifierKeyCode::LeftShift),
    ];
    letters
        .chain(others)
        .chain((1..=24).map(KeyCode::F))
        .chain(named)
        .collect()
}

/// The keys of which each does something of its own somewhere.
fn usual_codes() -> Vec<KeyCode> {
    let codes = codes().into_iter();
    codes
        .filter(|code| !matches!(code, KeyCode::Char(letter) if !(' '..='~').contains(letter)))
        .collect()
}

fn every_modifier() -> impl Iterator<Item = KeyModifiers> {
    (0..=0x3f).map(KeyModifiers::from_bits_truncate)
}

/// A desk on which vehicles are chosen and marked, and something was commanded before.
fn used() -> Desk {
    let mut desk = Desk::new(80, 24, fleets::mixed());
    desk.press(KeyCode::Down);
    desk.type_in(" ");
    desk
}

/// Every different thing that can lie over the screen after one more event, with a desk that shows it.
fn after(desks: &[Desk], codes: &[KeyCode], modifiers: &[KeyModifiers]) -> Vec<Desk> {
    let mut found: BTreeMap<String, Desk> = BTreeMap::new();
    for desk in desks {
        for code in codes {
            for modifiers in modifiers {
                let mut desk = copy(desk);
                let effect = desk.send(Message::Key(KeyEvent::new(*code, *modifiers)));
                assert!(!is_submit(effect.as_ref()), "{code:?} {modifiers:?}");
                let ui = &desk.ui;
                let look = format!(
                    "{:?}{:?}{:?}{:?}{:?}{:?}{:?}",
                    (&ui.overlay, ui.pane, &ui.pending),
                    (&ui.selected, ui.choice, &ui.marked),
                    (ui.frozen_ms, ui.filter.text(), &ui.grouping),
                    (ui.map.place, ui.is_detail_tall, ui.events_back),
                    (ui.sort, ui.theme, ui.units),
                    (ui.local_time, ui.map.tracking, ui.map.cursor),
                    &ui.history,
                );
                found.entry(look).or_insert(desk);
            }
        }
    }
    found.into_values().collect()
}

fn copy(desk: &Desk) -> Desk {
    Desk {
        ui: desk.ui.clone(),
        theme: desk.theme,
        station: desk.station.clone(),
        keymap: desk.keymap.clone(),
        now_ms: desk.now_ms + 1_000,
    }
}

const fn is_submit(effect: Option<&Effect>) -> bool {
    matches!(effect, Some(Effect::Submit(_) | Effect::Abort(_)))
}

#[test]
fn no_single_key_commands_anything_in_any_state_that_two_keys_reach() {
    let plain = [KeyModifiers::NONE];
    let both = [KeyModifiers::NONE, KeyModifiers::CONTROL];
    let every: Vec<_> = every_modifier().collect();
    let (all, usual) = (codes(), usual_codes());
    let idle = [Desk::new(80, 24, fleets::mixed()), used()];
    let one_key = after(&idle, &all, &every);
    assert!(one_key.len() > 20, "{}", one_key.len());
    let two_keys = after(&one_key, &usual, &both);
    assert!(two_keys.len() > 150, "{}", two_keys.len());
    after(&two_keys, &usual, &plain);
}

#[test]
fn no_key_with_any_modifier_commands_anything_while_the_palette_is_empty_or_begun() {
    let every: Vec<_> = every_modifier().collect();
    let (all, usual) = (codes(), usual_codes());
    let opened = ["", "r", "rt", "@alpha", "@all ", "mode", "takeoff", "x"].map(|line| {
        let mut desk = used();
        desk.type_in(":");
        desk.type_in(line);
        desk
    });
    after(&opened, &all, &[KeyModifiers::NONE]);
    after(&opened[..2], &usual, &every);
}

#[test]
fn no_mouse_event_at_any_cell_and_no_paste_commands_anything() {
    for mut desk in overlays() {
        let paste = ":rtl\ny\nrtl\nDISARM\n".repeat(3);
        assert!(!is_submit(copy(&desk).send(Message::Paste(paste)).as_ref()));
        for row in 0..24 {
            for column in 0..80 {
                for kind in [
                    MouseKind::Press,
                    MouseKind::Release,
                    MouseKind::Drag,
                    MouseKind::Wheel(3),
                    MouseKind::Wheel(-3),
                ] {
                    let before = desk.ui.overlay.clone();
                    let effect = desk.send(Message::Mouse(Mouse { kind, column, row }));
                    assert!(!is_submit(effect.as_ref()), "{kind:?} {column} {row}");
                    if matches!(before, Overlay::Order(_)) {
                        let is_there = matches!(desk.ui.overlay, Overlay::Order(_) | Overlay::None);
                        assert!(is_there, "a click at most aborts");
                        desk.ui.overlay = before;
                    }
                }
            }
        }
    }
}

/// A desk with each thing that can lie over the screen, whole commands and questions among them.
fn overlays() -> Vec<Desk> {
    let opened = ["", "?", "/", "s", ".", ":", ":rtl", ":@all rtl", "q", "R"];
    let mut desks: Vec<Desk> = opened
        .iter()
        .map(|keys| {
            let mut desk = used();
            desk.type_in(keys);
            desk.wait(1_000);
            desk
        })
        .collect();
    desks.extend([
        asked("@all rtl"),
        asked("@bravo arm"),
        asked("@alpha disarm force"),
    ]);
    desks
}

/// A desk that asks about a command.
fn asked(line: &str) -> Desk {
    let mut desk = used();
    desk.type_in(":");
    desk.type_in(line);
    desk.wait(1_000);
    assert!(desk.press(KeyCode::Enter).is_none(), "{line}");
    assert!(
        matches!(desk.ui.overlay, Overlay::Order(_)),
        "{line}: {}",
        desk.text()
    );
    desk.wait(HOLD_MS);
    desk
}

#[test]
fn a_question_is_answered_by_one_key_only() {
    for line in ["@all rtl", "@bravo arm", "@alpha disarm force"] {
        let question = asked(line);
        for code in codes() {
            for modifiers in every_modifier() {
                let mut desk = copy(&question);
                let effect = desk.send(Message::Key(KeyEvent::new(code, modifiers)));
                let is_yes = code == KeyCode::Char(YES)
                    && !modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
                    && !line.contains("force");
                assert_eq!(
                    is_submit(effect.as_ref()),
                    is_yes,
                    "{line}: {code:?} {modifiers:?}"
                );
            }
        }
    }
}

#[test]
fn a_yes_before_the_list_can_have_been_read_is_none() {
    let mut desk = used();
    desk.type_in(":@1,2 rtl");
    desk.wait(1_000);
    desk.press(KeyCode::Enter);
    assert_eq!(desk.press(KeyCode::Char(YES)), None);
    desk.wait(HOLD_MS - 1);
    assert_eq!(desk.press(KeyCode::Char(YES)), None);
    desk.wait(1);
    assert!(is_submit(desk.press(KeyCode::Char(YES)).as_ref()));
}

#[test]
fn what_the_terminal_never_got_is_not_agreed_to() {
    let mut desk = used();
    desk.type_in(":rtl");
    desk.now_ms += 60_000;
    assert_eq!(desk.press(KeyCode::Enter), None, "a palette nobody saw");
    let mut desk = used();
    desk.type_in(":@1,2 rtl");
    desk.wait(1_000);
    desk.press(KeyCode::Enter);
    desk.now_ms += 60_000;
    assert_eq!(
        desk.press(KeyCode::Char(YES)),
        None,
        "a question nobody saw"
    );
    desk.wait(HOLD_MS);
    assert!(is_submit(desk.press(KeyCode::Char(YES)).as_ref()));
}

#[test]
fn a_vehicle_that_comes_back_while_it_is_asked_about_must_be_read_of_first() {
    let mut desk = asked("@alpha,charlie rtl");
    assert!(desk.text().contains("1 of 2 vehicles"), "{}", desk.text());
    let mut back = fleets::mixed();
    for vehicle in back.vehicles.values_mut() {
        std::sync::Arc::make_mut(vehicle).state = State::Live;
    }
    desk.send(Message::Snapshot(back.into()));
    assert!(desk.text().contains("all 2 vehicles"), "{}", desk.text());
    assert_eq!(desk.press(KeyCode::Char(YES)), None, "not yet");
    desk.wait(HOLD_MS);
    let effect = desk.press(KeyCode::Char(YES));
    assert_eq!(names(effect.as_ref()), ["Alpha", "Charlie"]);
}

#[test]
fn who_leaves_or_is_lost_while_it_is_asked_about_is_left_out_and_nobody_takes_its_place() {
    let mut desk = asked("@1,2 rtl");
    let mut fewer = fleets::mixed();
    fewer.vehicles.remove(&"bravo".into());
    desk.send(Message::Snapshot(fewer.into()));
    assert!(desk.text().contains("it left the fleet"), "{}", desk.text());
    let effect = desk.press(KeyCode::Char(YES));
    assert_eq!(names(effect.as_ref()), ["Alpha"]);
}

#[test]
fn the_palette_keeps_its_targets_when_the_fleet_changes_under_it() {
    let mut desk = used();
    desk.type_in(":rtl");
    desk.wait(1_000);
    let target = target_line(&desk);
    let mut fewer = fleets::mixed();
    let marked = desk.ui.marked.iter().next().cloned().expect("a mark");
    fewer.vehicles.remove(&marked);
    desk.send(Message::Snapshot(fewer.into()));
    assert!(
        target_line(&desk).contains("left)"),
        "{target} {}",
        target_line(&desk)
    );
    assert_eq!(
        desk.press(KeyCode::Enter),
        None,
        "and not the selected one instead"
    );
    assert!(matches!(desk.ui.overlay, Overlay::Palette(_)));
}

#[test]
fn nothing_is_sent_for_the_first_row_nobody_chose() {
    let mut desk = Desk::new(80, 24, fleets::three());
    desk.type_in(":rtl");
    desk.wait(1_000);
    assert_eq!(desk.press(KeyCode::Enter), None);
    assert!(
        desk.text().contains("nobody is chosen and nobody marked"),
        "{}",
        desk.text()
    );
}

#[test]
fn a_lost_vehicle_wants_its_override_and_a_forced_disarm_its_word() {
    let mut desk = asked("@charlie rtl");
    assert_eq!(desk.press(KeyCode::Char(YES)), None, "left out");
    desk.press(KeyCode::Char(OVERRIDE));
    assert_eq!(desk.press(KeyCode::Char(YES)), None, "too fast");
    desk.wait(HOLD_MS);
    let effect = desk.press(KeyCode::Char(YES));
    let Some(Effect::Submit(submission)) = effect else {
        panic!("{}", desk.text())
    };
    assert!(submission.consent.overrides && submission.consent.confirm);

    let mut desk = asked("@alpha disarm force");
    desk.type_in("disarm");
    assert_eq!(
        desk.press(KeyCode::Enter),
        None,
        "small letters are another word"
    );
    assert!(desk.text().contains("another word"), "{}", desk.text());
    desk.type_in(DISARM);
    let effect = desk.press(KeyCode::Enter);
    assert_eq!(names(effect.as_ref()), ["Alpha"]);
    let mut desk = asked("@alpha disarm force");
    assert_eq!(desk.press(KeyCode::Enter), None);
    assert_eq!(desk.ui.overlay, Overlay::None, "Enter alone aborts");
}

#[test]
fn a_frozen_screen_a_recording_and_a_listener_command_nothing() {
    use volery::tui::palette::reach::Reach;
    let refused = |desk: &mut Desk| {
        desk.type_in(":rtl");
        desk.wait(1_000);
        assert_eq!(desk.press(KeyCode::Enter), None);
        desk.text()
    };
    let mut frozen = used();
    frozen.type_in("p");
    assert!(refused(&mut frozen).contains("frozen"));
    let mut replay = used();
    replay.ui.reach = Reach::Recording;
    assert!(refused(&mut replay).contains("recording"));
    let mut snapshot = fleets::mixed();
    for link in snapshot.links.values_mut() {
        std::sync::Arc::make_mut(link).passive = true;
    }
    let mut listener = used();
    listener.send(Message::Snapshot(snapshot.into()));
    assert!(refused(&mut listener).contains("only listens"));
    listener.press(KeyCode::Esc);
    listener.type_in(":theme mono");
    listener.press(KeyCode::Enter);
    assert_eq!(listener.ui.theme.word(), "mono", "settings are free");
}

fn names(effect: Option<&Effect>) -> Vec<String> {
    match effect {
        Some(Effect::Submit(submission)) => {
            let vehicles = submission.vehicles.iter();
            vehicles.map(|named| named.name.to_string()).collect()
        }
        _ => Vec::new(),
    }
}

/// The line of the palette that says whom a command is for.
fn target_line(desk: &Desk) -> String {
    let text = desk.text();
    let line = text.lines().find(|line| line.starts_with("│ → "));
    line.unwrap_or_default().to_owned()
}

/// What stands in the box of the question, without what lies around it.
fn question(buffer: &Buffer) -> Option<String> {
    let (x, y) = find(buffer, " Send? ")?;
    let left = x - 1;
    let right = (x..buffer.area.width).find(|x| buffer[(*x, y)].symbol() == "╮")?;
    let lines = (y + 1..buffer.area.height).take_while(|y| buffer[(left, *y)].symbol() == "│");
    let line = |y: u16| -> String { (left..right).map(|x| buffer[(x, y)].symbol()).collect() };
    Some(lines.map(line).collect::<Vec<_>>().join("\n"))
}

/// One step of whoever sits there.
#[derive(Debug, Clone)]
enum Step {
    Type(&'static str),
    Press(KeyCode),
    Wait(i64),
    Click(u16, u16),
    Fleet(u8),
}

const LINES: [&str; 26] = [
    ":rtl",
    ":land",
    ":arm",
    ":hold",
    ":@all rtl",
    ":@2 arm",
    ":@1,5 takeoff 5",
    ":@3 hold",
    ":@4 land",
    ":@bravo,echo land",
    ":@alpha mode GUIDED",
    ":@1 mode AUTO",
    ":@5 disarm",
    ":@all disarm force",
    ":@1 disarm force",
    ":@2 long 31010",
    ":@5 reboot",
    ":@1 guided 1 2 3",
    ":@echo speed 7",
    ":@north rtl",
    ":@2 rt",
    ":@alp rtl",
    ":theme",
    ":bravo",
    ":mark 1-3",
    ":results",
];

fn key_step() -> impl Strategy<Value = Step> {
    let words = prop::sample::select(vec![
        ":", "@bravo ", "rt", "DISARM", "y", "o", "n", "r", "x", "R", " ", "*", "u", "p", "j", "k",
        "/a", "?", "q", "a",
    ]);
    let keys = prop::sample::select(vec![
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Backspace,
    ]);
    prop_oneof![
        4 => words.prop_map(Step::Type),
        3 => keys.prop_map(Step::Press),
        1 => (0..80_u16, 0..24_u16).prop_map(|(column, row)| Step::Click(column, row)),
        2 => (0..6_u8).prop_map(Step::Fleet),
    ]
}

/// A command as somebody would give it, now and then with something that comes in between, or too fast.
fn command() -> impl Strategy<Value = Vec<Step>> {
    let wait = || prop::sample::select(vec![10, 200, 500, 2_000]);
    let between = || proptest::option::weighted(0.15, key_step());
    let answer = prop::sample::select(vec!["y", "y", "y", "oy", "n", "DISARM"]);
    let line = prop::sample::select(LINES.to_vec());
    let parts = (
        line,
        answer,
        [wait(), wait(), wait()],
        [between(), between(), between()],
    );
    parts.prop_map(|(line, answer, waits, between)| {
        let [first, second, third] = between;
        let [out, on] = [KeyCode::Esc, KeyCode::Down].map(Step::Press);
        let mut steps = vec![out.clone(), out, on, Step::Type(line), Step::Wait(waits[0])];
        steps.extend(first);
        steps.extend([Step::Press(KeyCode::Enter), Step::Wait(waits[1])]);
        steps.extend(second);
        for letter in answer.split_inclusive('o') {
            steps.extend([Step::Type(letter), Step::Wait(waits[2])]);
        }
        steps.extend(third);
        steps.extend((answer == "DISARM").then_some(Step::Press(KeyCode::Enter)));
        steps
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let loose = proptest::collection::vec(key_step(), 0..6);
    let some = prop_oneof![3 => command(), 1 => loose];
    proptest::collection::vec(some, 1..8).prop_map(|parts| parts.concat())
}

/// The fleet with one vehicle gone, or with all of them there.
fn without(number: u8) -> Snapshot {
    let mut snapshot = fleets::mixed();
    snapshot
        .vehicles
        .retain(|_, vehicle| vehicle.sysid != number);
    snapshot
}

/// What must hold of every command that leaves: it was on the screen, whole, and agreed to where it must be.
fn check(submission: &Submission, before: &Desk, buffer: &Buffer) -> Result<(), TestCaseError> {
    let shown = match &before.ui.overlay {
        Overlay::Palette(open) => {
            prop_assert!(!submission.consent.confirm && !submission.consent.overrides);
            prop_assert_eq!(submission.vehicles.len(), 1);
            let is_free = matches!(
                submission.command.kind(),
                Kind::Rtl
                    | Kind::Land
                    | Kind::Hold
                    | Kind::Steer
                    | Kind::Request
                    | Kind::Mode
                    | Kind::Disarm
            );
            prop_assert!(is_free, "{:?} was not asked about", submission.command);
            let last = buffer.area.height - 1;
            let line: String = (0..buffer.area.width)
                .map(|x| buffer[(x, last)].symbol())
                .collect();
            prop_assert!(
                line.contains(open.line().trim()),
                "{} in {}",
                open.line(),
                line
            );
            target_line(before)
        }
        Overlay::Order(_) => {
            prop_assert!(submission.consent.confirm);
            question(buffer).unwrap_or_default()
        }
        other => {
            prop_assert!(false, "a command out of {other:?}");
            return Ok(());
        }
    };
    for named in &submission.vehicles {
        prop_assert!(
            shown.contains(&*named.name),
            "{} is not in\n{}",
            named.name,
            shown
        );
        let line = shown.lines().find(|line| line.contains(&*named.name));
        prop_assert!(!line.unwrap_or_default().contains("LEFT OUT"), "{shown}");
        let state = before
            .ui
            .newest
            .vehicles
            .get(&named.id)
            .map(|vehicle| vehicle.state);
        prop_assert!(state.is_some(), "it is in the fleet");
        prop_assert!(state != Some(State::Lost) || submission.consent.overrides);
    }
    let is_forced = submission.command.kind() == Kind::ForcedDisarm;
    prop_assert!(
        !is_forced || shown.contains("DISARM and Enter: DISARM_"),
        "{shown}"
    );
    prop_assert!(before.ui.frozen_ms.is_none());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_typed_only_what_the_last_frame_showed_is_sent(
        steps in steps(),
    ) {
        let mut desk = Desk::new(80, 24, fleets::mixed());
        let mut ticket = 0;
        for step in steps {
            let messages: Vec<Message> = match step {
                Step::Type(text) => text.chars().map(|letter| key(KeyCode::Char(letter))).collect(),
                Step::Press(code) => vec![key(code)],
                Step::Wait(ms) => { desk.wait(ms); vec![Message::Tick] }
                Step::Click(column, row) => vec![Message::Mouse(Mouse { kind: MouseKind::Press, column, row })],
                Step::Fleet(number) => vec![Message::Snapshot(without(number).into())],
            };
            for message in messages {
                let is_key = matches!(message, Message::Key(_));
                let mut before = copy(&desk);
                before.now_ms = desk.now_ms;
                if let Some(Effect::Submit(submission)) = desk.send(message) {
                    prop_assert!(is_key, "not by a click, not by data");
                    check(&submission, &before, &before.buffer())?;
                    ticket += 1;
                    desk.send(Message::Submitted(submission, ticket));
                    let is_told = matches!(desk.ui.overlay, Overlay::Results { .. });
                    prop_assert!(is_told, "the table opens");
                    prop_assert!(desk.ui.sent.front().is_some_and(|sent: &Sent| sent.count() > 0));
                }
            }
        }
    }
}

const fn key(code: KeyCode) -> Message {
    Message::Key(KeyEvent::new(code, KeyModifiers::NONE))
}
