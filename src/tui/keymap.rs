//! The keys: one table drives input, footer, the `?` help and the README. No key commands a vehicle.

use std::fmt::Write as _;

pub mod key;
pub mod lookup;

/// What a key asks the screen to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table says what each does")]
pub enum Action {
    Quit,
    Help,
    Palette,
    Results,
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
    MarkRange,
    Unmark,
    Number,
    Sort,
    Reverse,
    Group,
    Fold,
    Unfold,
    Freeze,
    Copy,
    Map,
    ZoomIn,
    ZoomOut,
    FitAll,
    Centre,
    Follow,
    Theme,
    Units,
    Clock,
    Redraw,
    Suspend,
}

impl Action {
    /// Its word in `[keys]`: the name in small letters with hyphens, except that the ends of a list are `top` and `bottom`.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::First => return "top".to_owned(),
            Self::Last => return "bottom".to_owned(),
            _ => {}
        }
        let mut word = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !word.is_empty() {
                word.push('-');
            }
            word.push(letter.to_ascii_lowercase());
        }
        word
    }

    /// The action of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let mut actions = BINDINGS.iter().map(|binding| binding.action);
        actions.find(|action| action.word() == word)
    }

    /// Every word, in the order of the table.
    pub fn words() -> impl Iterator<Item = String> {
        BINDINGS.iter().map(|binding| binding.action.word())
    }
}

/// The chapters of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// Getting to a vehicle.
    Move,
    /// Choosing several.
    Choose,
    /// Telling them what to do.
    Command,
    /// What is shown, and in what order.
    Show,
    /// The map.
    Map,
    /// The screen itself.
    Screen,
}

impl Section {
    /// Every chapter, in order.
    pub const ALL: [Self; 6] = [
        Self::Move,
        Self::Choose,
        Self::Command,
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
            Self::Command => "Command",
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
pub const BINDINGS: &[Binding] = {
    use Section::{Choose, Command, Map, Move, Screen, Show};
    &[
        bind(Screen, Action::Help, &["?", "F1"], ("help", "this help")),
        bind(
            Command,
            Action::Palette,
            &[":"],
            (
                "command",
                "commands for marked or chosen vehicles, settings, vehicles: type, Tab, Enter",
            ),
        ),
        bind(
            Show,
            Action::Filter,
            &["/"],
            (
                "filter",
                "words of a row; !word excludes; in-air or \"in air\" is one word",
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
            (
                "detail",
                "more or less of the selected vehicle; in the map, centre it",
            ),
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
            (
                "number",
                "then digits: go to a vehicle by its number; 2-5,8 marks several",
            ),
        ),
        bind(Choose, Action::Unmark, &["u"], ("unmark", "unmark all")),
        bind(
            Show,
            Action::Group,
            &["o"],
            ("group", "by group, each with a heading of its own, or not"),
        ),
        bind(
            Show,
            Action::Copy,
            &["y"],
            (
                "copy",
                "copy the selected vehicle's position, or the topmost event",
            ),
        ),
        bind(
            Screen,
            Action::Theme,
            &["t"],
            ("theme", "next theme: default, high-contrast, ansi, mono"),
        ),
        bind(
            Command,
            Action::Results,
            &["R"],
            (
                "",
                "what came of the last commands; r retries those that failed",
            ),
        ),
        bind(Map, Action::ZoomIn, &["+", "="], ("nearer", "nearer")),
        bind(Map, Action::ZoomOut, &["-", "_"], ("farther", "farther")),
        bind(
            Map,
            Action::FitAll,
            &["0"],
            ("fit", "show the whole fleet and keep it in view"),
        ),
        bind(
            Map,
            Action::Centre,
            &["c"],
            ("centre", "bring the selected vehicle to the middle"),
        ),
        bind(
            Map,
            Action::Follow,
            &["f"],
            ("follow", "keep the selected vehicle in view, or no longer"),
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
        bind(
            Choose,
            Action::MarkRange,
            &["v", "Ctrl-Space"],
            ("", "mark everything from the last mark to here"),
        ),
        bind(Show, Action::Reverse, &["S"], ("", "reverse the order")),
        bind(
            Show,
            Action::Fold,
            &["Left", "h"],
            ("", "close the selected vehicle's group; in the map, west"),
        ),
        bind(
            Show,
            Action::Unfold,
            &["Right", "l"],
            ("", "open every group; in the map, east"),
        ),
        bind(
            Screen,
            Action::Units,
            &["T"],
            ("", "next units: metric, imperial, aviation"),
        ),
        bind(
            Screen,
            Action::Clock,
            &["z"],
            ("", "times in UTC or of this place"),
        ),
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
mod tests;
