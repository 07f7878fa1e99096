//! Bytes of a terminal as keys, pastes and clicks. Pure; what is half is kept, what is unknown is dropped.
//!
//! Sequences: <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::message::{Mouse, MouseKind};

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) enum Input {
    /// A key.
    Key(KeyEvent),
    /// Text between the marks of bracketed paste.
    Paste(String),
    /// The mouse.
    Mouse(Mouse),
}

const PASTE_END: &[u8] = b"\x1b[201~";
/// Of a paste no more is kept than any prompt takes.
const PASTE_MOST: usize = 4_096;
/// No sequence is longer; more is noise.
const SEQUENCE_MOST: usize = 64;

/// Keeps what is half.
#[derive(Debug, Default)]
pub(super) struct Parser {
    pending: Vec<u8>,
    paste: Option<Vec<u8>>,
}

/// What the first bytes are.
enum Step {
    /// An event, or nothing worth one, of so many bytes.
    Done(usize, Option<Input>),
    /// The beginning of something.
    Half,
    /// The mark of a paste.
    PasteBegins(usize),
}

impl Parser {
    /// Whether something has begun and not ended.
    pub(super) fn has_half(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Takes bytes and adds what they make to `events`.
    pub(super) fn feed(&mut self, bytes: &[u8], events: &mut Vec<Input>) {
        self.pending.extend_from_slice(bytes);
        while !self.pending.is_empty() {
            if self.paste.is_some() {
                if !self.take_paste(events) {
                    return;
                }
                continue;
            }
            match step(&self.pending) {
                Step::Done(length, event) => {
                    self.pending.drain(..length);
                    events.extend(event);
                }
                Step::PasteBegins(length) => {
                    self.pending.drain(..length);
                    self.paste = Some(Vec::new());
                }
                Step::Half if self.pending.len() > SEQUENCE_MOST => self.pending.clear(),
                Step::Half => return,
            }
        }
    }

    /// Nothing came for a while: an escape was the key, and other halves are noise.
    pub(super) fn pause(&mut self, events: &mut Vec<Input>) {
        if self.paste.is_none() && !self.pending.is_empty() {
            if self.pending == [0x1b] {
                events.push(key(KeyCode::Esc, KeyModifiers::NONE));
            }
            self.pending.clear();
        }
    }

    /// Moves pasted bytes over; says whether the paste has ended.
    fn take_paste(&mut self, events: &mut Vec<Input>) -> bool {
        let end = self
            .pending
            .windows(PASTE_END.len())
            .position(|bytes| bytes == PASTE_END);
        // The end mark may be cut in two.
        let sure = end.unwrap_or(self.pending.len().saturating_sub(PASTE_END.len() - 1));
        let pasted = self.pending.drain(..sure);
        let paste = self.paste.get_or_insert_default();
        let room = PASTE_MOST.saturating_sub(paste.len());
        paste.extend(pasted.take(room));
        if end.is_some() {
            self.pending.drain(..PASTE_END.len());
            let text = self.paste.take().unwrap_or_default();
            events.push(Input::Paste(String::from_utf8_lossy(&text).into_owned()));
        }
        end.is_some()
    }
}

const fn key(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Key(KeyEvent::new(code, modifiers))
}

fn step(bytes: &[u8]) -> Step {
    match bytes {
        [0x1b] => Step::Half,
        [0x1b, b'[', ..] => control_sequence(bytes),
        [0x1b, b'O', ..] => match bytes.get(2) {
            None => Step::Half,
            Some(last) => Step::Done(3, letter_key(*last).map(plain)),
        },
        // Two escapes: the first was the key.
        [0x1b, 0x1b, ..] => Step::Done(1, Some(plain(KeyCode::Esc))),
        [0x1b, rest @ ..] => match single(rest) {
            Step::Done(length, Some(Input::Key(event))) => {
                let modifiers = event.modifiers | KeyModifiers::ALT;
                Step::Done(length + 1, Some(key(event.code, modifiers)))
            }
            Step::Done(length, other) => Step::Done(length + 1, other),
            half => half,
        },
        rest => single(rest),
    }
}

const fn plain(code: KeyCode) -> Input {
    key(code, KeyModifiers::NONE)
}

/// A key that is one character or one control byte.
fn single(bytes: &[u8]) -> Step {
    let Some(first) = bytes.first() else {
        return Step::Half;
    };
    let event = match first {
        b'\t' => plain(KeyCode::Tab),
        // A line end is Enter as well: what was typed before raw mode was, some terminals and programs send it so.
        b'\r' | b'\n' => plain(KeyCode::Enter),
        0x7f | 0x08 => plain(KeyCode::Backspace),
        0x00 => key(KeyCode::Char(' '), KeyModifiers::CONTROL),
        control @ 0x01..=0x1a => {
            let letter = char::from(control + b'a' - 1);
            key(KeyCode::Char(letter), KeyModifiers::CONTROL)
        }
        0x1b..=0x1f => return Step::Done(1, None),
        _ => return character(bytes),
    };
    Step::Done(1, Some(event))
}

/// One character of UTF-8; a byte that cannot begin or go on is dropped.
fn character(bytes: &[u8]) -> Step {
    let length = match bytes.first() {
        Some(0x20..=0x7e) => 1,
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return Step::Done(1, None),
    };
    let whole = bytes.get(..length);
    let is_broken = bytes
        .iter()
        .take(length)
        .skip(1)
        .any(|byte| byte & 0xc0 != 0x80);
    match whole {
        _ if is_broken => Step::Done(1, None),
        None => Step::Half,
        Some(bytes) => {
            let letter = std::str::from_utf8(bytes)
                .ok()
                .and_then(|text| text.chars().next());
            Step::Done(length, letter.map(|letter| plain(KeyCode::Char(letter))))
        }
    }
}

/// `ESC [ parameters final`.
fn control_sequence(bytes: &[u8]) -> Step {
    let body = bytes.get(2..).unwrap_or_default();
    // The Linux console sends F1 to F5 as ESC [ [ A to E.
    if let [b'[', rest @ ..] = body {
        return match rest.first() {
            None => Step::Half,
            Some(letter) => {
                let number = letter.wrapping_sub(b'A').wrapping_add(1);
                let event = (1..=5).contains(&number).then(|| plain(KeyCode::F(number)));
                Step::Done(4, event)
            }
        };
    }
    let Some(end) = body.iter().position(|byte| (0x40..=0x7e).contains(byte)) else {
        return Step::Half;
    };
    let length = 2 + end + 1;
    let (parameters, last) = (&body[..end], body[end]);
    if let [b'<', mouse @ ..] = parameters {
        return Step::Done(length, mouse_event(mouse, last));
    }
    let numbers = numbers(parameters);
    let first = numbers.first().copied().unwrap_or(0);
    if (first, last) == (200, b'~') {
        return Step::PasteBegins(length);
    }
    let modifiers = modifiers(numbers.get(1).copied().unwrap_or(1));
    let code = match last {
        b'~' => numbered_key(first),
        b'Z' => Some(KeyCode::BackTab),
        last => letter_key(last),
    };
    Step::Done(length, code.map(|code| key(code, modifiers)))
}

fn numbers(parameters: &[u8]) -> Vec<u16> {
    String::from_utf8_lossy(parameters)
        .split(';')
        .map(|number| number.parse().unwrap_or(0))
        .collect()
}

/// xterm: one more than a sum of Shift 1, Alt 2, Control 4.
fn modifiers(number: u16) -> KeyModifiers {
    let bits = number.saturating_sub(1);
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
    ] {
        modifiers.set(modifier, bits & bit != 0);
    }
    modifiers
}

const fn letter_key(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'M' => KeyCode::Enter,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'R' => KeyCode::F(3),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

const fn numbered_key(number: u16) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number as u8 - 10),
        17..=21 => KeyCode::F(number as u8 - 11),
        23 | 24 => KeyCode::F(number as u8 - 12),
        _ => return None,
    })
}

/// SGR mouse: button (32 more while it moves, 4, 8 and 16 for keys held), column and row from 1; `M` pressed, `m` let go.
fn mouse_event(parameters: &[u8], last: u8) -> Option<Input> {
    let numbers = numbers(parameters);
    let [button, column, row] = *numbers.as_slice() else {
        return None;
    };
    let kind = match (button & !0b1_1100, last) {
        (0, b'M') => MouseKind::Press,
        (0, b'm') => MouseKind::Release,
        (32, b'M') => MouseKind::Drag,
        (64, b'M') => MouseKind::Wheel(-3),
        (65, b'M') => MouseKind::Wheel(3),
        _ => return None,
    };
    Some(Input::Mouse(Mouse {
        kind,
        column: column.checked_sub(1)?,
        row: row.checked_sub(1)?,
    }))
}

#[cfg(test)]
mod tests;
