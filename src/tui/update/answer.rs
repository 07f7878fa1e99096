//! What whatever lies over the screen makes of a key.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::{
    keymap::Action,
    message::{Context, Effect},
    palette::world::World,
    ui::Ui,
};

/// Whether a dialog took the key.
pub(super) enum Answer {
    /// Yes.
    Taken(Option<Effect>),
    /// Yes, and it is as if a key for this had been pressed.
    Act(Action),
    /// No: it means what the keymap says.
    NotMine,
}

/// Taken, and that is all.
pub(super) const DONE: Answer = Answer::Taken(None);

/// The character a key types, if it types one.
pub(super) fn typed(key: &KeyEvent) -> Option<char> {
    let command = KeyModifiers::CONTROL | KeyModifiers::ALT;
    match key.code {
        KeyCode::Char(letter) if !key.modifiers.intersects(command) => {
            (!letter.is_control()).then_some(letter)
        }
        _ => None,
    }
}

/// The letter that is pressed together with Ctrl.
pub(super) fn with_ctrl(key: &KeyEvent) -> Option<char> {
    match key.code {
        KeyCode::Char(letter) if key.modifiers.contains(KeyModifiers::CONTROL) => {
            Some(letter.to_ascii_lowercase())
        }
        _ => None,
    }
}

/// What palette and questions look at.
pub(super) fn world<'a>(ui: &'a Ui, context: &Context<'a>) -> World<'a> {
    World {
        snapshot: &ui.newest,
        digest: &ui.digest,
        modes: context.modes,
        refusal: ui.refusal(),
    }
}
