//! Marks: one by one, a range, all that is shown, by numbers. They follow the vehicle, not the row.

use crate::{
    model::ids::VehicleId,
    tui::{
        keymap::Action,
        several::{Numbers, read, written},
        ui::{Pane, Ui},
    },
};

use super::{
    arrange::say,
    moving::{go, go_to_number, place},
};

/// Marks or unmarks the selected vehicle and goes on to the next.
pub(super) fn mark(ui: &mut Ui) {
    if ui.pane != Pane::Fleet || place(ui).is_none() {
        return;
    }
    if let Some(id) = ui.selected.clone() {
        if !ui.marked.remove(&id) {
            ui.marked.insert(id.clone());
        }
        ui.anchor = Some(id);
    }
    go(ui, Action::Down);
}

/// Marks everything between the vehicle marked last and the selected one, as the table stands now.
pub(super) fn mark_range(ui: &mut Ui) {
    let Some(here) = place(ui).filter(|_| ui.pane == Pane::Fleet) else {
        return;
    };
    let anchor = ui.anchor.as_ref().and_then(|id| ui.digest.place(id));
    let there = anchor.unwrap_or(here);
    let between = here.min(there)..=here.max(there);
    let ids: Vec<VehicleId> = between
        .filter_map(|place| ui.digest.at(place).map(|row| row.id().clone()))
        .collect();
    ui.marked.extend(ids);
    ui.anchor.clone_from(&ui.selected);
}

/// Marks every vehicle of the table; not those that a filter or a closed group hides.
pub(super) fn mark_shown(ui: &mut Ui) {
    let shown: Vec<_> = ui.digest.shown().map(|row| row.id().clone()).collect();
    ui.marked.extend(shown);
}

/// Takes every mark away.
pub(super) fn unmark(ui: &mut Ui) {
    ui.marked.clear();
    ui.anchor = None;
}

/// Goes to the vehicle with a number, or marks those with several. Says what there is when one is not there.
pub(super) fn address(ui: &mut Ui, typed: &str, now_ms: i64) -> bool {
    let known = written(&ui.digest.numbers());
    match read(typed) {
        Some(Numbers::One(number)) if go_to_number(ui, number) => true,
        Some(Numbers::Several(ranges)) => {
            let is_wanted = |number: &u16| {
                let mut ranges = ranges.iter();
                ranges.any(|(from, to)| (from..=to).contains(&number))
            };
            let numbers = ui.digest.numbers();
            let wanted = numbers.iter().filter(|number| is_wanted(number));
            let found = wanted.filter_map(|number| ui.digest.numbered(*number));
            let ids: Vec<_> = found.map(|row| row.id().clone()).collect();
            let count = ids.len();
            ui.marked.extend(ids);
            say(ui, marked_text(&numbers, &ranges, &known), now_ms);
            count > 0
        }
        Some(Numbers::One(_)) | None => {
            say(
                ui,
                format!("there is no vehicle {typed}; there are {known}"),
                now_ms,
            );
            false
        }
    }
}

/// `5 marked: 2-5, 8; no 9`, or that nothing was.
fn marked_text(numbers: &[u16], ranges: &[(u16, u16)], known: &str) -> String {
    let is_in = |number: &u16, (from, to): &(u16, u16)| (from..=to).contains(&number);
    let wanted = |number: &u16| ranges.iter().any(|range| is_in(number, range));
    let found: Vec<u16> = numbers.iter().copied().filter(wanted).collect();
    if found.is_empty() {
        return format!("no vehicle has such a number; there are {known}");
    }
    let missing = ranges
        .iter()
        .filter(|range| !numbers.iter().any(|number| is_in(number, range)));
    let missing: Vec<_> = missing
        .map(|(from, to)| match to - from {
            0 => from.to_string(),
            _ => format!("{from}-{to}"),
        })
        .collect();
    let marked = written(&found).replace(',', ", ");
    let missing = if missing.is_empty() {
        String::new()
    } else {
        format!("; no {}", missing.join(", "))
    };
    format!("{} marked: {marked}{missing}", found.len())
}
