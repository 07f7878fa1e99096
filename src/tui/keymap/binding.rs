//! A line of the key table: which keys, what they do, where in the help that stands.

use super::action::Action;

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
    /// What one vehicle holds.
    Aboard,
    /// The map.
    Map,
    /// The screen itself.
    Screen,
}

impl Section {
    /// Every chapter, in order.
    pub const ALL: [Self; 7] = [
        Self::Move,
        Self::Choose,
        Self::Command,
        Self::Show,
        Self::Aboard,
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
            Self::Aboard => "Missions and parameters",
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

pub(super) const fn bind(
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
