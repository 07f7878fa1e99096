//! Moving through rows and events, marking, and keeping what is selected on the screen.

use ratatui::layout::Position;

use crate::tui::{
    keymap::Action,
    layout::{Panes, layout},
    placing::place as place_columns,
    ui::{Overlay, Pane, Ui},
};

use super::arrange::{order_by, screen};

fn panes(ui: &Ui) -> Option<Panes> {
    layout(screen(ui), ui).panes().copied()
}

/// Moves the selection, or the events when their pane has the keys.
pub(super) fn go(ui: &mut Ui, action: Action) {
    let (rows, lines) = panes(ui).map_or((1, 1), |panes| {
        let events = panes.events.map_or(1, |events| usize::from(events.height));
        (panes.rows(), events)
    });
    match ui.pane {
        Pane::Map => super::mapping::pan(ui, action),
        Pane::Fleet => {
            let here = place(ui);
            let last = ui.digest.len().saturating_sub(1);
            let there = step(action, here.unwrap_or(0), rows, last);
            select(ui, if here.is_some() { there } else { 0 });
        }
        Pane::Events => {
            // Newest on top: down the screen is back in time.
            let last = ui.shown.events.after(0).count().saturating_sub(1);
            scroll_events(ui, step(action, ui.events_back, lines, last));
        }
    }
}

const fn step(action: Action, here: usize, page: usize, last: usize) -> usize {
    let page = if page > 1 { page - 1 } else { 1 };
    let there = match action {
        Action::Up => here.saturating_sub(1),
        Action::Down => here + 1,
        Action::PageUp => here.saturating_sub(page),
        Action::PageDown => here + page,
        Action::First => 0,
        Action::Last => last,
        _ => here,
    };
    if there < last { there } else { last }
}

fn scroll_events(ui: &mut Ui, back: usize) {
    ui.events_back = back;
    ui.events_until = if back == 0 {
        None
    } else {
        ui.events_until
            .or_else(|| Some(ui.shown.events.newest_id()))
    };
}

fn place(ui: &Ui) -> Option<usize> {
    ui.digest.place(ui.selected.as_ref()?)
}

fn select(ui: &mut Ui, place: usize) {
    if let Some(row) = ui.digest.at(place) {
        ui.selected = Some(row.id().clone());
        ui.selected_place = place;
    }
}

/// Marks or unmarks the selected vehicle and goes on to the next.
pub(super) fn mark(ui: &mut Ui) {
    if ui.pane != Pane::Fleet || place(ui).is_none() {
        return;
    }
    if let Some(id) = ui.selected.clone()
        && !ui.marked.remove(&id)
    {
        ui.marked.insert(id);
    }
    go(ui, Action::Down);
}

/// Selects the row under the mouse, sorts by the heading under it, or gives its pane the keys.
pub(super) fn click(ui: &mut Ui, (column, row): (u16, u16), now_ms: i64) {
    let Some(panes) = panes(ui) else { return };
    let at = Position::new(column, row);
    if ui.overlay != Overlay::None {
        return;
    }
    if panes.fleet.contains(at) {
        ui.pane = Pane::Fleet;
        let line = usize::from(row - panes.fleet.y);
        match line.checked_sub(1) {
            Some(line) => select(ui, ui.first_row + line),
            None => sort_by_heading(ui, panes.fleet.width, column - panes.fleet.x, now_ms),
        }
    } else if panes.events.is_some_and(|events| events.contains(at)) {
        ui.pane = Pane::Events;
    }
}

fn sort_by_heading(ui: &mut Ui, width: u16, x: u16, now_ms: i64) {
    let digits = u16::try_from(ui.digest.digits()).unwrap_or(3);
    let clicked = place_columns(width, digits)
        .into_iter()
        .find(|placed| (placed.x..placed.x + placed.width).contains(&x))
        .filter(|placed| placed.column.spec().letter.is_some());
    if let Some(placed) = clicked {
        order_by(ui, placed.column, now_ms);
    }
}

/// Scrolls the table or the events; in the help, the help.
pub(super) fn wheel(ui: &mut Ui, rows: isize) {
    if let Overlay::Help { scroll, .. } = &mut ui.overlay {
        *scroll = scroll.saturating_add_signed(rows);
        return;
    }
    let action = if rows < 0 { Action::Up } else { Action::Down };
    for _ in 0..rows.unsigned_abs() {
        go(ui, action);
    }
}

/// Scrolls the table so that the selected row is on the screen.
pub(super) fn scroll_into_view(ui: &mut Ui) {
    let Some(panes) = panes(ui) else { return };
    let rows = panes.rows();
    let most = ui.digest.len().saturating_sub(rows);
    if let Some(place) = place(ui).filter(|_| rows > 0) {
        ui.first_row = ui.first_row.clamp((place + 1).saturating_sub(rows), place);
    }
    ui.first_row = ui.first_row.min(most);
    let is_there = match ui.pane {
        Pane::Fleet => true,
        Pane::Events => panes.events.is_some(),
        Pane::Map => panes.map.is_some(),
    };
    if !is_there {
        ui.pane = Pane::Fleet;
    }
}

/// Goes to the vehicle with a number; says whether there is one.
pub(super) fn go_to_number(ui: &mut Ui, number: u16) -> bool {
    let Some(id) = ui.digest.numbered(number).map(|row| row.id().clone()) else {
        return false;
    };
    if let Some(place) = ui.digest.place(&id) {
        ui.selected_place = place;
    }
    ui.selected = Some(id);
    ui.pane = Pane::Fleet;
    true
}
