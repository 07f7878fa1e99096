//! A key as it is compared, and the name people write for it: `g`, `Ctrl-B`, `Shift-Tab`, `F1`.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// A key with its modifiers; Shift is in the character it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    ctrl: bool,
    alt: bool,
}

/// Keys that are no character, and the blank, which nobody sees.
const NAMED: [(&str, KeyCode); 16] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Shift-Tab", KeyCode::BackTab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
];

impl Key {
    /// The key of a name; capitals count only in single letters.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (mut ctrl, mut alt, mut rest) = (false, false, name);
        loop {
            if let Some(after) = without(rest, "Ctrl-") {
                (ctrl, rest) = (true, after);
            } else if let Some(after) = without(rest, "Alt-") {
                (alt, rest) = (true, after);
            } else {
                break;
            }
        }
        let code = match code_of(rest)? {
            KeyCode::Char(letter) if ctrl => KeyCode::Char(letter.to_ascii_lowercase()),
            code => code,
        };
        Some(Self { code, ctrl, alt })
    }

    /// The key of an event.
    #[must_use]
    pub fn of(event: &KeyEvent) -> Self {
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let code = match event.code {
            KeyCode::Char(letter) if ctrl => KeyCode::Char(letter.to_ascii_lowercase()),
            code => code,
        };
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        Self { code, ctrl, alt }
    }
}

/// What follows a prefix, whatever its capitals; never nothing.
fn without<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let head = name.get(..prefix.len())?;
    let rest = name.get(prefix.len()..)?;
    (head.eq_ignore_ascii_case(prefix) && !rest.is_empty()).then_some(rest)
}

fn code_of(name: &str) -> Option<KeyCode> {
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return (!letter.is_control() && letter != ' ').then_some(KeyCode::Char(letter));
    }
    let named = NAMED.iter();
    if let Some((_, code)) = named
        .into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
    {
        return Some(*code);
    }
    let number = name.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=12).contains(&number).then_some(KeyCode::F(number))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ctrl = if self.ctrl { "Ctrl-" } else { "" };
        let alt = if self.alt { "Alt-" } else { "" };
        write!(f, "{ctrl}{alt}")?;
        let mut named = NAMED.iter();
        if let Some((name, _)) = named.find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(letter) if self.ctrl => write!(f, "{}", letter.to_ascii_uppercase()),
            KeyCode::Char(letter) => write!(f, "{letter}"),
            KeyCode::F(number) => write!(f, "F{number}"),
            other => write!(f, "{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_as_it_is_written() {
        for name in [
            "g",
            "G",
            "?",
            "/",
            "Ctrl-B",
            "Alt-x",
            "Shift-Tab",
            "Space",
            "F1",
            "F12",
            "End",
            "PgDn",
            "Ctrl-Alt-Q",
        ] {
            let key = Key::from_name(name);
            assert_eq!(key.map(|key| key.to_string()).as_deref(), Some(name));
        }
    }

    #[test]
    fn capitals_of_words_do_not_count_and_nonsense_is_no_key() {
        assert_eq!(Key::from_name("ctrl-b"), Key::from_name("Ctrl-B"));
        assert_eq!(Key::from_name("PGUP"), Key::from_name("PgUp"));
        assert_ne!(Key::from_name("g"), Key::from_name("G"));
        for nonsense in ["", "gg", "Ctrl-", "F13", "F0", "Hyper-x", " ", "\u{7}"] {
            assert_eq!(Key::from_name(nonsense), None, "{nonsense:?}");
        }
    }
}
