//! Moving through rows and events, and keeping what is selected on the screen.

use crate::{
    model::ids::VehicleId,
    tui::{
        grouping::Line,
        keymap::Action,
        layout::{Panes, layout},
        map::MapPlace,
        ui::{Choice, Pane, Ui},
    },
};

use super::arrange::screen;

fn panes(ui: &Ui) -> Option<Panes> {
    layout(screen(ui), ui).panes().copied()
}

/// Moves the selection, or the events when their pane has the keys.
pub(super) fn go(ui: &mut Ui, action: Action) {
    go_in(ui, ui.pane, action);
}

/// The same in a pane, whoever has the keys.
pub(super) fn go_in(ui: &mut Ui, pane: Pane, action: Action) {
    let (rows, lines) = panes(ui).map_or((1, 1), |panes| {
        let events = panes.events.map_or(1, |events| usize::from(events.height));
        (panes.rows(), events)
    });
    match pane {
        Pane::Map => super::mapping::pan(ui, action),
        Pane::Fleet => {
            let last = ui.digest.len().saturating_sub(1);
            let there = match place(ui) {
                Some(here) => step(action, here, rows, last),
                // Nothing is selected, or what is stands in no row: begin where it stood last.
                None => step(Action::Back, ui.selected_place, rows, last),
            };
            select(ui, there);
        }
        Pane::Events => {
            // Newest on top: down the screen is back in time.
            let last = ui.shown.events.after(0).count().saturating_sub(1);
            // Texts are whole while they are read, and take two lines then and when: half a page skips none.
            scroll_events(ui, step(action, ui.events_back, lines / 2 + 1, last));
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

pub(super) fn place(ui: &Ui) -> Option<usize> {
    ui.digest.place(ui.selected.as_ref()?)
}

fn select(ui: &mut Ui, place: usize) {
    if let Some(row) = ui.digest.at(place) {
        let id = row.id().clone();
        choose(ui, id);
    }
}

/// Selects a vehicle.
pub(super) fn choose(ui: &mut Ui, id: VehicleId) {
    if let Some(place) = ui.digest.place(&id) {
        ui.selected_place = place;
    }
    ui.selected = Some(id);
    ui.choice = Choice::Operator;
    ui.is_scrolled = false;
}

/// The operator does something with the highlighted vehicle: from now on it is his choice.
pub(super) fn pin(ui: &mut Ui) {
    if ui.choice == Choice::Preview && ui.selected.is_some() {
        ui.choice = Choice::Operator;
    }
}

/// The cursor goes to the first row when the filter hides the vehicle it was on.
pub(super) fn to_first_match(ui: &mut Ui) {
    if ui.filter.is_on() && (place(ui).is_none() || ui.choice == Choice::Preview) {
        select(ui, 0);
    }
}

/// Scrolls the table and leaves the selection where it is.
pub(super) fn scroll_table(ui: &mut Ui, rows: isize) {
    ui.is_scrolled = true;
    ui.first_row = ui.first_row.saturating_add_signed(rows);
}

/// Scrolls the table so that the selected row is on the screen.
pub(super) fn scroll_into_view(ui: &mut Ui) {
    let Some(panes) = panes(ui) else { return };
    let rows = panes.rows();
    let most = ui.digest.lines().saturating_sub(rows);
    if ui.choice == Choice::Preview && !ui.is_scrolled {
        ui.first_row = 0;
    }
    let line = ui.chosen().and_then(|id| ui.digest.line_of(id));
    if let Some(line) = line.filter(|_| !ui.is_scrolled) {
        // The heading over a group's first vehicle is seen with it.
        let is_under_heading = line
            .checked_sub(1)
            .and_then(|above| ui.digest.line(above))
            .is_some_and(|above| matches!(above, Line::Heading(_)));
        let top = if is_under_heading && rows > 1 {
            line - 1
        } else {
            line
        };
        ui.first_row = ui.first_row.clamp((line + 1).saturating_sub(rows), top);
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
    go_to(ui, id);
    true
}

/// Goes to a vehicle.
pub(super) fn go_to(ui: &mut Ui, id: VehicleId) {
    choose(ui, id);
    if ui.map.place == MapPlace::Full {
        // The table is not there to take the keys: the map shows the vehicle instead.
        super::mapping::show_selected(ui);
    } else {
        ui.pane = Pane::Fleet;
    }
}
