//! The keys: one table drives input, footer, the `?` help and the README. No key commands a vehicle.

use std::{collections::HashMap, fmt::Write as _};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key asks the screen to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table says what each does")]
pub enum Action {
    Quit,
    Help,
    Filter,
    Back,
    NextPane,
    PreviousPane,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Detail,
    Mark,
    MarkAll,
    Unmark,
    Number,
    Sort,
    Reverse,
    Freeze,
    Map,
    ZoomIn,
    ZoomOut,
    FitAll,
    Centre,
    Follow,
    Left,
    Right,
    Theme,
    Redraw,
    Suspend,
}

/// The chapters of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// Getting to a vehicle.
    Move,
    /// Choosing several.
    Choose,
    /// What is shown, and in what order.
    Show,
    /// The map.
    Map,
    /// The screen itself.
    Screen,
}

impl Section {
    /// Every chapter, in order.
    pub const ALL: [Self; 5] = [
        Self::Move,
        Self::Choose,
        Self::Show,
        Self::Map,
        Self::Screen,
    ];

    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Move => "Move",
            Self::Choose => "Choose vehicles",
            Self::Show => "Show",
            Self::Map => "Map",
            Self::Screen => "Screen",
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// What happens.
    pub action: Action,
    /// The keys, by name; the first is shown where there is room for one.
    pub keys: &'static [&'static str],
    /// A word for the footer; empty where it never stands there.
    pub word: &'static str,
    /// A sentence for the help.
    pub help: &'static str,
    /// Where in the help.
    pub section: Section,
}

const fn bind(
    section: Section,
    action: Action,
    keys: &'static [&'static str],
    (word, help): (&'static str, &'static str),
) -> Binding {
    Binding {
        action,
        keys,
        word,
        help,
        section,
    }
}

/// The table. The footer shows the lines that have a word, in this order, as far as there is room.
pub const BINDINGS: [Binding; 31] = {
    use Section::{Choose, Map, Move, Screen, Show};
    [
        bind(Screen, Action::Help, &["?", "F1"], ("help", "this help")),
        bind(
            Show,
            Action::Filter,
            &["/"],
            (
                "filter",
                "filter by words: name, mode, status, group, type; !word excludes",
            ),
        ),
        bind(
            Show,
            Action::Sort,
            &["s"],
            (
                "sort",
                "then an underlined letter or left/right; ss is worst first",
            ),
        ),
        bind(
            Show,
            Action::Detail,
            &["Enter"],
            ("detail", "more or less of the selected vehicle"),
        ),
        bind(
            Choose,
            Action::Mark,
            &["Space"],
            ("mark", "mark or unmark the selected vehicle and go on"),
        ),
        bind(
            Map,
            Action::Map,
            &["m"],
            ("map", "map: beside the table, alone, off"),
        ),
        bind(
            Screen,
            Action::Freeze,
            &["p"],
            (
                "freeze",
                "freeze the screen; data keeps coming in and is kept",
            ),
        ),
        bind(
            Screen,
            Action::Quit,
            &["q", "Ctrl-C"],
            (
                "quit",
                "quit; asks for the word when vehicles are armed and hear us",
            ),
        ),
        bind(
            Move,
            Action::NextPane,
            &["Tab"],
            ("pane", "next pane: fleet, events, map; there arrows pan"),
        ),
        bind(
            Choose,
            Action::Number,
            &["."],
            ("number", "then digits: go to a vehicle by its number"),
        ),
        bind(Choose, Action::Unmark, &["u"], ("unmark", "unmark all")),
        bind(
            Screen,
            Action::Theme,
            &["t"],
            ("theme", "next theme: default, high-contrast, ansi, mono"),
        ),
        bind(Map, Action::ZoomIn, &["+", "="], ("", "nearer")),
        bind(Map, Action::ZoomOut, &["-", "_"], ("", "farther")),
        bind(
            Map,
            Action::FitAll,
            &["0"],
            ("", "show the whole fleet and keep it in view"),
        ),
        bind(
            Map,
            Action::Centre,
            &["c"],
            ("", "bring the selected vehicle to the middle"),
        ),
        bind(
            Map,
            Action::Follow,
            &["f"],
            ("", "keep the selected vehicle in view, or no longer"),
        ),
        bind(
            Map,
            Action::Left,
            &["Left", "h"],
            ("", "pan west, while the map has the keys"),
        ),
        bind(
            Map,
            Action::Right,
            &["Right", "l"],
            ("", "pan east, while the map has the keys"),
        ),
        bind(
            Move,
            Action::PreviousPane,
            &["Shift-Tab"],
            ("", "previous pane"),
        ),
        bind(Move, Action::Up, &["Up", "k"], ("", "one up")),
        bind(Move, Action::Down, &["Down", "j"], ("", "one down")),
        bind(Move, Action::PageUp, &["PgUp", "Ctrl-B"], ("", "a page up")),
        bind(
            Move,
            Action::PageDown,
            &["PgDn", "Ctrl-F"],
            ("", "a page down"),
        ),
        bind(Move, Action::First, &["Home", "g"], ("", "first")),
        bind(Move, Action::Last, &["End", "G"], ("", "last")),
        bind(Choose, Action::MarkAll, &["*"], ("", "mark all shown")),
        bind(Show, Action::Reverse, &["S"], ("", "reverse the order")),
        bind(
            Show,
            Action::Back,
            &["Esc"],
            ("", "back: close, clear the filter, thaw, leave the map"),
        ),
        bind(
            Screen,
            Action::Redraw,
            &["Ctrl-L"],
            ("", "draw everything anew"),
        ),
        bind(
            Screen,
            Action::Suspend,
            &["Ctrl-Z"],
            ("", "suspend to the shell; asks like quit"),
        ),
    ]
};

/// A key with its modifiers, as it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    code: KeyCode,
    ctrl: bool,
    alt: bool,
}

impl Key {
    fn from_name(name: &str) -> Option<Self> {
        let (ctrl, name) = match name.strip_prefix("Ctrl-") {
            Some(rest) => (true, rest.to_lowercase()),
            None => (false, name.to_owned()),
        };
        let mut letters = name.chars();
        let code = match (&*name, letters.next(), letters.next()) {
            ("Enter", ..) => KeyCode::Enter,
            ("Esc", ..) => KeyCode::Esc,
            ("Tab", ..) => KeyCode::Tab,
            ("Shift-Tab", ..) => KeyCode::BackTab,
            ("Space", ..) => KeyCode::Char(' '),
            ("Up", ..) => KeyCode::Up,
            ("Down", ..) => KeyCode::Down,
            ("Left", ..) => KeyCode::Left,
            ("Right", ..) => KeyCode::Right,
            ("PgUp", ..) => KeyCode::PageUp,
            ("PgDn", ..) => KeyCode::PageDown,
            ("Home", ..) => KeyCode::Home,
            ("End", ..) => KeyCode::End,
            ("F1", ..) => KeyCode::F(1),
            (_, Some(letter), None) => KeyCode::Char(letter),
            _ => return None,
        };
        let alt = false;
        Some(Self { code, ctrl, alt })
    }

    fn of(event: &KeyEvent) -> Self {
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        let code = match event.code {
            KeyCode::Char(letter) if ctrl => KeyCode::Char(letter.to_ascii_lowercase()),
            code => code,
        };
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        Self { code, ctrl, alt }
    }
}

/// The table made ready for looking up.
#[derive(Debug, Clone)]
pub struct Keymap {
    actions: HashMap<Key, Action>,
}

impl Default for Keymap {
    fn default() -> Self {
        let actions = BINDINGS
            .iter()
            .flat_map(|binding| binding.keys.iter().map(|name| (name, binding.action)))
            .filter_map(|(name, action)| Some((Key::from_name(name)?, action)))
            .collect();
        Self { actions }
    }
}

impl Keymap {
    /// What a key does outside of dialogs.
    #[must_use]
    pub fn action(&self, event: &KeyEvent) -> Option<Action> {
        self.actions.get(&Key::of(event)).copied()
    }
}

/// The key table as the README shows it, made from the one above.
#[must_use]
pub fn markdown() -> String {
    let mut table = String::from("| key | what it does |\n|---|---|\n");
    for section in Section::ALL {
        for binding in BINDINGS.iter().filter(|line| line.section == section) {
            let keys: Vec<_> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
            let _ = writeln!(table, "| {} | {} |", keys.join(" "), binding.help);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> Option<Action> {
        Keymap::default().action(&KeyEvent::new(code, modifiers))
    }

    #[test]
    fn every_key_has_a_meaning_and_none_has_two() {
        let names: Vec<_> = BINDINGS.iter().flat_map(|binding| binding.keys).collect();
        let mut keys = HashMap::new();
        for name in &names {
            let key = Key::from_name(name);
            assert!(key.is_some(), "{name}");
            assert_eq!(keys.insert(key, *name), None, "{name}");
        }
        assert_eq!(Keymap::default().actions.len(), names.len());
    }

    #[test]
    fn shift_is_in_the_letter_and_control_is_not() {
        assert_eq!(
            press(KeyCode::Char('G'), KeyModifiers::SHIFT),
            Some(Action::Last)
        );
        assert_eq!(
            press(KeyCode::Char('S'), KeyModifiers::NONE),
            Some(Action::Reverse)
        );
        assert_eq!(
            press(KeyCode::Char('c'), KeyModifiers::CONTROL),
            Some(Action::Quit)
        );
        assert_eq!(
            press(KeyCode::Char('C'), KeyModifiers::CONTROL),
            Some(Action::Quit)
        );
        assert_eq!(press(KeyCode::Char('C'), KeyModifiers::NONE), None);
        assert_eq!(press(KeyCode::Char('q'), KeyModifiers::ALT), None);
    }

    #[test]
    fn the_readme_table_names_every_key_once() {
        let table = markdown();
        for key in BINDINGS.iter().flat_map(|binding| binding.keys) {
            assert_eq!(table.matches(&format!("`{key}`")).count(), 1, "{key}");
        }
        assert_eq!(table.lines().count(), BINDINGS.len() + 2);
    }
}
