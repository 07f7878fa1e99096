//! What several kinds of messages end in: the order made anew, and a word in the footer.

use ratatui::layout::Rect;

use crate::tui::{
    columns::{Column, Sort},
    ui::{Toast, Ui},
};

/// How long an answer stands in the footer, ms.
const TOAST_MS: i64 = 4_000;

/// Filters and sorts anew. The selected vehicle stays selected wherever it goes, and also while the
/// filter hides it; only when it left the fleet its neighbour takes its place.
pub(super) fn arrange(ui: &mut Ui, now_ms: i64) {
    ui.digest.arrange(ui.sort, &ui.filter, &ui.habits);
    ui.sorted_ms = now_ms;
    let is_there = ui
        .selected
        .as_ref()
        .is_some_and(|id| ui.shown.vehicles.contains_key(id));
    if !is_there {
        let last = ui.digest.len().saturating_sub(1);
        let place = ui.selected_place.min(last);
        ui.selected = ui.digest.at(place).map(|row| row.id().clone());
    }
    if let Some(place) = ui.selected.as_ref().and_then(|id| ui.digest.place(id)) {
        ui.selected_place = place;
    }
}

/// Sorts by a column; the same column once more turns it round, except the default.
pub(super) fn order_by(ui: &mut Ui, by: Column, now_ms: i64) {
    let again = ui.sort.by == by && by != Column::Status;
    ui.sort = Sort {
        by,
        reversed: again && !ui.sort.reversed,
    };
    arrange(ui, now_ms);
}

/// Says something short in the footer.
pub(super) fn say(ui: &mut Ui, text: String, now_ms: i64) {
    ui.toast = Some(Toast {
        text,
        until_ms: now_ms + TOAST_MS,
    });
}

/// The whole screen.
pub(super) const fn screen(ui: &Ui) -> Rect {
    Rect::new(0, 0, ui.size.0, ui.size.1)
}
