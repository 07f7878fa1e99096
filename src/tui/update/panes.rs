//! Which pane has the keys: those on the screen in a circle.

use crate::tui::{
    layout::layout,
    ui::{Pane, Ui},
};

use super::arrange::screen;

/// Which way round.
#[derive(Debug, Clone, Copy)]
pub(super) enum Turn {
    On,
    Back,
}

/// Gives the keys to the next or the previous pane that is on the screen.
pub(super) fn next(ui: &mut Ui, turn: Turn) {
    let layout = layout(screen(ui), ui);
    let Some(panes) = layout.panes() else { return };
    let there: Vec<Pane> = [
        Some(Pane::Fleet),
        panes.events.map(|_| Pane::Events),
        panes.map.map(|_| Pane::Map),
    ]
    .into_iter()
    .flatten()
    .collect();
    let here = there.iter().position(|pane| *pane == ui.pane);
    let steps = match turn {
        Turn::On => 1,
        Turn::Back => there.len() - 1,
    };
    give_keys_to(ui, there[(here.unwrap_or(0) + steps) % there.len()]);
}

/// Gives the keys to a pane; events that lose them show the newest again.
pub(super) fn give_keys_to(ui: &mut Ui, pane: Pane) {
    ui.pane = pane;
    if pane != Pane::Events {
        ui.events_back = 0;
        ui.events_until = None;
    }
}
