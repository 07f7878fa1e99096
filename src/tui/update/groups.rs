//! The table by group: on and off, closed and opened.

use std::collections::BTreeSet;

use crate::tui::{
    grouping::{GroupName, Grouping},
    ui::Ui,
};

use super::{
    arrange::{arrange, say},
    moving,
};

/// By group or one list.
pub(super) fn toggle(ui: &mut Ui, now_ms: i64) {
    ui.grouping = match ui.grouping {
        Grouping::On(_) => Grouping::Off,
        Grouping::Off if ui.digest.has_groups() => Grouping::On(BTreeSet::new()),
        Grouping::Off => {
            let text = "no groups: `group` of a [[drone]] makes one";
            say(ui, text.to_owned(), now_ms);
            return;
        }
    };
    arrange(ui, now_ms);
}

/// Closes the group of the selected vehicle, which stays selected.
pub(super) fn fold(ui: &mut Ui, now_ms: i64) {
    let Some(name) = ui.selected_row().map(|row| row.vehicle.group.clone()) else {
        return;
    };
    if ui.grouping.is_on() {
        moving::pin(ui);
    }
    if let Grouping::On(closed) = &mut ui.grouping {
        closed.insert(name);
        arrange(ui, now_ms);
    }
}

/// Opens every group.
pub(super) fn unfold(ui: &mut Ui, now_ms: i64) {
    if let Grouping::On(closed) = &mut ui.grouping {
        closed.clear();
        arrange(ui, now_ms);
    }
}

/// Closes one group, or opens it.
pub(super) fn turn(ui: &mut Ui, name: GroupName, now_ms: i64) {
    if let Grouping::On(closed) = &mut ui.grouping {
        if !closed.remove(&name) {
            closed.insert(name);
        }
        arrange(ui, now_ms);
    }
}
