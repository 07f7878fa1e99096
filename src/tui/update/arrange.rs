//! What several kinds of messages end in: the order made anew, and a word in the footer.

use ratatui::layout::Rect;

use crate::tui::{
    columns::{Column, Sort},
    ui::{Choice, Toast, Ui},
};

/// How long an answer stands in the footer, ms.
const TOAST_MS: i64 = 4_000;

/// Filters and sorts anew. A chosen vehicle stays selected wherever it goes, and also while the
/// filter hides it; when it left the fleet nothing is selected, since another aircraft under the
/// operator's hands would be worse than none. Until he chose one the first row is highlighted, the worst.
pub(super) fn arrange(ui: &mut Ui, now_ms: i64) {
    ui.digest.arrange(ui.sort, &ui.filter, &ui.habits);
    ui.digest.group(&ui.grouping);
    ui.sorted_ms = now_ms;
    match (&ui.selected, ui.choice) {
        (_, Choice::Preview) => ui.selected = ui.digest.at(0).map(|row| row.id().clone()),
        (Some(id), _) if !ui.shown.vehicles.contains_key(id) => {
            let text = format!("{} left the fleet, nothing is selected", id.as_str());
            ui.selected = None;
            ui.choice = Choice::Left;
            say(ui, text, now_ms);
        }
        _ => {}
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

/// Sorts by a column as it is sorted first.
pub(super) fn order_to(ui: &mut Ui, by: Column, now_ms: i64) {
    ui.sort = Sort {
        by,
        reversed: false,
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
