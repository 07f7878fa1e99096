//! Keys of the view of missions and parameters: between its lists, through their rows, from vehicle to vehicle.
//!
//! What would ask or change a vehicle only opens the palette with the beginning of its line.

use super::{
    arrange::{say, screen},
    moving, palette,
};
use crate::tui::{
    aboard::Tab,
    keymap::Action,
    layout::{Panes, layout},
    map::MapPlace,
    message::Context,
    ui::{Overlay, Pane, Ui, View},
};

fn panes(ui: &Ui) -> Option<Panes> {
    layout(screen(ui), ui).panes().copied()
}

fn rows(ui: &Ui) -> usize {
    panes(ui).map_or(1, |panes| panes.items())
}

/// Whether keys are for this view: it is shown, and the map has them not.
pub(super) fn has_keys(ui: &Ui) -> bool {
    ui.view == View::Aboard && ui.map.place != MapPlace::Full && ui.pane != Pane::Map
}

/// Does what a key asks for in this view; hands the action back where it means what it means everywhere.
pub(super) fn act(ui: &mut Ui, action: Action, context: &Context<'_>) -> Option<Action> {
    let turn = |ui: &mut Ui, by| ui.aboard.tab = ui.aboard.tab.turned(by);
    match action {
        Action::NextPane | Action::Unfold => turn(ui, 1),
        Action::PreviousPane | Action::Fold => turn(ui, Tab::ALL.len() - 1),
        Action::Up => go(ui, |here, _| here.saturating_sub(1)),
        Action::Down => go(ui, |here, _| here + 1),
        Action::PageUp => go(ui, usize::saturating_sub),
        Action::PageDown => go(ui, |here, page| here + page),
        Action::First => go(ui, |_, _| 0),
        Action::Last => go(ui, |_, _| usize::MAX),
        Action::Filter if ui.aboard.tab == Tab::Params => {
            let before = ui.aboard.search.clone();
            ui.overlay = Overlay::Search { before };
        }
        Action::Filter => say_where_to_search(ui, context.now_ms),
        Action::Detail => change(ui, context),
        Action::Back => return (!back(ui)).then_some(action),
        Action::Get | Action::Put | Action::Compare => ask(ui, action, context),
        Action::Mark | Action::MarkAll | Action::MarkRange | Action::Sort | Action::Reverse => {
            let text = "vehicles are marked and sorted in the fleet (1)";
            say(ui, text.to_owned(), context.now_ms);
        }
        Action::Group => {}
        other => return Some(other),
    }
    None
}

fn say_where_to_search(ui: &mut Ui, now_ms: i64) {
    say(
        ui,
        "only parameters are searched: Tab goes to them".to_owned(),
        now_ms,
    );
}

/// Moves the highlight: from where it is, and by how many rows a page is.
fn go(ui: &mut Ui, there: impl Fn(usize, usize) -> usize) {
    let page = rows(ui).saturating_sub(1).max(1);
    let place = there(ui.aboard.place(), page);
    ui.aboard.go(place);
}

/// A step back: the comparison goes, the search, then the view.
fn back(ui: &mut Ui) -> bool {
    let aboard = &mut ui.aboard;
    if aboard.shown_diff().is_some() {
        aboard.diff = None;
    } else if aboard.tab == Tab::Params && aboard.against.is_some() {
        aboard.against = None;
    } else if aboard.tab == Tab::Params && !aboard.search.is_empty() {
        aboard.search.clear();
    } else if ui.frozen_ms.is_some() || ui.map.cursor.is_some() {
        return false;
    } else {
        ui.view = View::Fleet;
    }
    true
}

/// Opens the palette with the beginning of a line; what it does is up to who enters it.
fn ask(ui: &mut Ui, action: Action, context: &Context<'_>) {
    let tab = ui.aboard.tab;
    let verb = tab.verb();
    let line = match (action, tab) {
        (Action::Get, _) => format!("{verb} get"),
        (Action::Put, Tab::Params) => format!("{verb} load "),
        (Action::Put, _) => format!("{verb} put "),
        _ => format!("{verb} diff "),
    };
    palette::open_with(ui, &line, context);
}

/// What the highlighted row is there for: its parameter to be set, its item to be flown next.
fn change(ui: &mut Ui, context: &Context<'_>) {
    let aboard = &ui.aboard;
    let line = match aboard.tab {
        Tab::Params => {
            let name = aboard.params.names.get(aboard.place());
            name.map(|name| format!("param set {name} "))
        }
        Tab::Mission => aboard
            .item_number()
            .map(|number| format!("mission set {number}")),
        Tab::Fence | Tab::Rally => None,
    };
    if let Some(line) = line {
        palette::open_with(ui, &line, context);
        return;
    }
    let text = "nothing can be done with this row; r reads, w gives a file, d compares";
    say(ui, text.to_owned(), context.now_ms);
}

/// The vehicle so many rows further in the table, in a circle.
pub(super) fn next_vehicle(ui: &mut Ui, is_back: bool) {
    let count = ui.digest.len();
    if count == 0 {
        return;
    }
    let place = match (moving::place(ui), is_back) {
        (Some(here), false) => (here + 1) % count,
        (Some(here), true) => (here + count - 1) % count,
        (None, _) => 0,
    };
    if let Some(row) = ui.digest.at(place) {
        let id = row.id().clone();
        moving::choose(ui, id);
    }
}

/// The wheel over the list.
pub(super) fn scroll(ui: &mut Ui, by: isize) {
    let rows = rows(ui);
    ui.aboard.scroll(by, rows);
}

/// After every message: what is painted is made ready, and the highlighted row is on the screen.
pub(super) fn keep(ui: &mut Ui, now_ms: i64) {
    let mut aboard = std::mem::take(&mut ui.aboard);
    if ui.view == View::Aboard {
        aboard.refresh(&ui.shown, ui.selected.as_ref(), now_ms);
    } else {
        aboard.learn(&ui.shown);
    }
    ui.aboard = aboard;
    if ui.view == View::Aboard {
        let rows = rows(ui);
        ui.aboard.keep_in_view(rows.max(1));
    }
}
