//! The keys: one table drives input, footer, the `?` help and the README. No key commands a vehicle.

use std::fmt::Write as _;

use binding::bind;

pub use self::{
    action::Action,
    binding::{Binding, Section},
};

mod action;
mod binding;
pub mod key;
pub mod lookup;

impl Action {
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

/// The table. The footer shows the lines that have a word, in this order, as far as there is room.
pub const BINDINGS: &[Binding] = {
    use Section::{Aboard, Choose, Command, Map, Move, Screen, Show};
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
            (
                "pane",
                "next pane: fleet, events, map (there arrows pan); in 5 the next list",
            ),
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
            Aboard,
            Action::Get,
            &["r"],
            ("read", "read it anew; the line is yours to enter"),
        ),
        bind(
            Aboard,
            Action::Put,
            &["w"],
            ("give", "give it a file; asks before anything is sent"),
        ),
        bind(
            Aboard,
            Action::Compare,
            &["d"],
            ("diff", "compare it with a file or another vehicle"),
        ),
        bind(
            Aboard,
            Action::NextVehicle,
            &["n"],
            ("next", "the next vehicle of the table"),
        ),
        bind(
            Aboard,
            Action::PreviousVehicle,
            &["N"],
            ("", "the vehicle before it"),
        ),
        bind(Show, Action::ViewFleet, &["1"], ("", "the fleet")),
        bind(Show, Action::ViewMap, &["2"], ("", "the map alone")),
        bind(
            Show,
            Action::ViewVehicle,
            &["3"],
            ("", "all that is known of the selected vehicle"),
        ),
        bind(
            Show,
            Action::ViewAboard,
            &["5"],
            (
                "mission",
                "mission, fence, rally points and parameters of the selected vehicle",
            ),
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
