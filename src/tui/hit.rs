//! What lies under the mouse: the rectangles of `layout`, read back from a cell. Pure.

use ratatui::layout::{Position, Rect};

use super::{
    columns::Column,
    footline::cells,
    grouping::{GroupName, Line},
    keymap::{Action, lookup::Keymap},
    layout::{Layout, layout},
    placing::place,
    ui::Ui,
};
use crate::model::ids::VehicleId;

/// What a cell belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A heading of the table.
    Column(Column),
    /// A row of the table.
    Vehicle(VehicleId),
    /// The heading of a group.
    Group(GroupName),
    /// The table, where nothing stands.
    Fleet,
    /// A row of what is aboard a vehicle.
    Aboard(usize),
    /// The detail of the selected vehicle.
    Detail,
    /// The events.
    Events,
    /// A key of the last line.
    Key(Action),
    /// Nothing one can point at.
    Nothing,
}

/// What lies under a cell.
#[must_use]
pub fn hit(ui: &Ui, keymap: &Keymap, (column, row): (u16, u16)) -> Target {
    let at = Position::new(column, row);
    let area = Rect::new(0, 0, ui.size.0, ui.size.1);
    let layout = layout(area, ui);
    let Some(panes) = layout.panes() else {
        return Target::Nothing;
    };
    let within = |pane: Option<Rect>| pane.is_some_and(|pane| pane.contains(at));
    if panes.footer.contains(at) {
        return foot(ui, keymap, (panes.footer, at));
    }
    // The map takes what is over it before; its frame is nothing.
    if within(panes.map) {
        return Target::Nothing;
    }
    if let Layout::Aboard(_) = layout {
        return aboard(ui, panes.fleet, at);
    }
    if panes.fleet.contains(at) {
        return table(ui, panes.fleet, at);
    }
    if within(panes.detail) {
        Target::Detail
    } else if within(panes.events) {
        Target::Events
    } else {
        Target::Nothing
    }
}

fn table(ui: &Ui, pane: Rect, at: Position) -> Target {
    let Some(line) = usize::from(at.y - pane.y).checked_sub(1) else {
        return heading(ui, pane, at).map_or(Target::Fleet, Target::Column);
    };
    let digest = &ui.digest;
    match digest.line(ui.first_row + line) {
        Some(Line::Vehicle(place)) => digest
            .at(place)
            .map_or(Target::Fleet, |row| Target::Vehicle(row.id().clone())),
        Some(Line::Heading(place)) => digest
            .heading(place)
            .map_or(Target::Fleet, |heading| Target::Group(heading.name.clone())),
        None => Target::Fleet,
    }
}

fn aboard(ui: &Ui, pane: Rect, at: Position) -> Target {
    let line = usize::from(at.y.saturating_sub(pane.y)).checked_sub(2);
    let place = line.map(|line| ui.aboard.first() + line);
    match place.filter(|place| pane.contains(at) && *place < ui.aboard.len()) {
        Some(place) => Target::Aboard(place),
        None => Target::Nothing,
    }
}

fn heading(ui: &Ui, pane: Rect, at: Position) -> Option<Column> {
    let digits = u16::try_from(ui.digest.digits()).unwrap_or(3);
    let x = at.x - pane.x;
    place(pane.width, digits)
        .into_iter()
        .find(|placed| (placed.x..placed.x + placed.width).contains(&x))
        .map(|placed| placed.column)
        .filter(|column| column.spec().letter.is_some())
}

fn foot(ui: &Ui, keymap: &Keymap, (line, at): (Rect, Position)) -> Target {
    let x = usize::from(at.x - line.x);
    cells(ui, keymap, usize::from(line.width))
        .into_iter()
        .find(|cell| (cell.x..cell.x + cell.width()).contains(&x))
        .map_or(Target::Nothing, |cell| Target::Key(cell.action))
}
