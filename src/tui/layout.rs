//! Where the panes are. One function for painting, scrolling and the mouse.
//!
//! ```text
//! status bar
//! ╭ fleet ────────╮╭ map ──────╮   The map takes its part of the width first,
//! │ table         ││           │   all else is computed from what is left.
//! ├ detail ───────┤│           │   In full it takes everything between the bars.
//! ├ events ───────┤│           │
//! ╰───────────────╯╰───────────╯
//! footer
//! ```

use ratatui::layout::Rect;

use super::{
    aboard::Tab,
    map::{Cells, MapPlace},
    ui::{Overlay, Ui, View},
};

/// Narrower or lower than this is too small for anything.
pub const LEAST: (u16, u16) = (20, 5);
/// Narrower or lower than this has only one pane.
const PANES: (u16, u16) = (60, 16);
/// Narrower or lower than this shows only the selected vehicle.
const TABLE: (u16, u16) = (40, 8);

/// From this width on there is room for the map beside the table.
const BESIDE: u16 = 110;
/// Columns the table keeps beside the map.
const BESIDE_TABLE: u16 = 72;

/// Lines for those that accepted a command, once nothing of it is under way.
const CALM: usize = 5;

/// From so many lines inside the frame on nothing of the selected vehicle is cut for want of a line.
const HIGH: u16 = 34;

/// How much there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Nothing but the size itself.
    TooSmall,
    /// The fleet in a line and the selected vehicle.
    Tiny,
    /// Status bar, table, footer.
    Table(Panes),
    /// All of it.
    Full(Panes),
    /// The map alone.
    Map(Panes),
    /// What one vehicle holds, instead of the table and what is below it.
    Aboard(Panes),
}

/// Where each pane is. Rules between panes are the line above a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    /// First line.
    pub status: Rect,
    /// The frame, with its border.
    pub frame: Rect,
    /// The table, heading included.
    pub fleet: Rect,
    /// The selected vehicle.
    pub detail: Option<Rect>,
    /// What happened.
    pub events: Option<Rect>,
    /// The map, with its border.
    pub map: Option<Rect>,
    /// Last line.
    pub footer: Rect,
}

impl Panes {
    /// Rows of vehicles that fit.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.fleet.height.saturating_sub(1) as usize
    }

    /// Rows of items or parameters that fit below their two lines of heading.
    #[must_use]
    pub const fn items(&self) -> usize {
        self.fleet.height.saturating_sub(2) as usize
    }

    /// The map without its border.
    #[must_use]
    pub fn map_inside(&self) -> Option<Rect> {
        let frame = self.map?;
        Some(Rect {
            x: frame.x + 1.min(frame.width),
            y: frame.y + 1.min(frame.height),
            width: frame.width.saturating_sub(2),
            height: frame.height.saturating_sub(2),
        })
    }

    /// Columns and rows of the map without its border.
    #[must_use]
    pub fn map_cells(&self) -> Option<Cells> {
        self.map_inside()
            .map(|inside| (inside.width, inside.height))
    }
}

impl Layout {
    /// The panes, where there are any.
    #[must_use]
    pub const fn panes(&self) -> Option<&Panes> {
        match self {
            Self::Table(panes) | Self::Full(panes) | Self::Map(panes) | Self::Aboard(panes) => {
                Some(panes)
            }
            Self::Tiny | Self::TooSmall => None,
        }
    }
}

/// Where the results of a command stand: above the last line, at most two fifths of the screen.
#[must_use]
pub fn results_place(area: Rect, ui: &Ui) -> Option<Rect> {
    let Overlay::Results { earlier, .. } = ui.overlay else {
        return None;
    };
    let sent = ui.sent.get(earlier)?;
    let tally = sent.tally();
    // Once all is said, what was accepted needs no more than a glance: the fleet gets its lines back.
    let hidden = if tally.under_way == 0 {
        tally.accepted.saturating_sub(CALM)
    } else {
        0
    };
    let rows = sent.count().saturating_sub(hidden).max(1);
    let wanted = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2);
    let height = wanted.min((area.height * 2 / 5).max(4));
    let has_room = area.height >= LEAST.1 + height && area.width >= LEAST.0;
    has_room.then(|| lines(area, area.height - 1 - height, height))
}

/// Divides the screen. Results take their lines first: nothing of the panes is hidden behind them.
#[must_use]
pub fn layout(area: Rect, ui: &Ui) -> Layout {
    let Some(results) = results_place(area, ui) else {
        return divided(area, ui);
    };
    let footer = lines(area, area.height - 1, 1);
    let above = lines(area, 0, area.height - results.height);
    let with_footer = |panes: Panes| Panes { footer, ..panes };
    match divided(above, ui) {
        Layout::Table(panes) => Layout::Table(with_footer(panes)),
        Layout::Full(panes) => Layout::Full(with_footer(panes)),
        Layout::Map(panes) => Layout::Map(with_footer(panes)),
        Layout::Aboard(panes) => Layout::Aboard(with_footer(panes)),
        small => small,
    }
}

fn divided(area: Rect, ui: &Ui) -> Layout {
    let fits = |least: (u16, u16)| area.width >= least.0 && area.height >= least.1;
    if !fits(LEAST) {
        Layout::TooSmall
    } else if !fits(TABLE) {
        Layout::Tiny
    } else if ui.map.place == MapPlace::Full {
        let frame = lines(area, 1, area.height - 2);
        Layout::Map(Panes {
            map: Some(frame),
            ..one_pane(area)
        })
    } else if ui.view == View::Aboard {
        Layout::Aboard(aboard(area, ui))
    } else if fits(PANES) {
        Layout::Full(full(area, ui))
    } else {
        Layout::Table(one_pane(area))
    }
}

/// Everything between the bars for one pane.
const fn one_pane(area: Rect) -> Panes {
    let frame = lines(area, 1, area.height - 2);
    Panes {
        status: lines(area, 0, 1),
        frame,
        fleet: frame,
        detail: None,
        events: None,
        map: None,
        footer: lines(area, area.height - 1, 1),
    }
}

/// A list, below it what is told of its highlighted row and of a transfer, and the map beside it. Parameters
/// have no place on a map and take the whole width.
fn aboard(area: Rect, ui: &Ui) -> Panes {
    const LIST_LEAST: u16 = 8;
    let middle = lines(area, 1, area.height - 2);
    let (frame, map) = match ui.aboard.tab {
        Tab::Params => (middle, None),
        Tab::Mission | Tab::Fence | Tab::Rally => beside(middle, ui),
    };
    let inner = Rect {
        x: frame.x + 1,
        y: frame.y + 1,
        width: frame.width - 2,
        height: frame.height - 2,
    };
    // The rule, two lines of the row, three of a transfer.
    let wanted = if ui.aboard.has_news { 6 } else { 3 };
    let below = wanted.min(inner.height.saturating_sub(LIST_LEAST));
    let below = if below < 3 { 0 } else { below };
    let list = inner.height - below;
    Panes {
        frame,
        fleet: lines(inner, 0, list),
        detail: (below > 0).then(|| lines(inner, list + 1, below - 1)),
        map,
        ..one_pane(area)
    }
}

/// Whether the map can stand beside the table on a screen of so many columns.
#[must_use]
pub const fn has_room_beside(columns: u16) -> bool {
    columns >= BESIDE
}

/// What is left for the table, and the map right of it when it is wanted there.
fn beside(middle: Rect, ui: &Ui) -> (Rect, Option<Rect>) {
    if ui.map.place != MapPlace::Beside || !has_room_beside(middle.width) {
        return (middle, None);
    }
    let width = (middle.width * 2 / 5).min(middle.width - BESIDE_TABLE);
    let left = Rect {
        width: middle.width - width,
        ..middle
    };
    let map = Rect {
        x: left.right(),
        width,
        ..middle
    };
    (left, Some(map))
}

const fn lines(area: Rect, from: u16, height: u16) -> Rect {
    Rect {
        y: area.y + from,
        height,
        ..area
    }
}

/// The table gets what it wants, but never so much that detail and events vanish where there is room
/// for eight rows beside them; what is left over goes to the events.
fn full(area: Rect, ui: &Ui) -> Panes {
    const TABLE_LEAST: u16 = 9;
    const EVENTS_LEAST: u16 = 3;
    let (frame, map) = beside(lines(area, 1, area.height - 2), ui);
    let inner = Rect {
        x: frame.x + 1,
        y: frame.y + 1,
        width: frame.width - 2,
        height: frame.height - 2,
    };
    let detail_wanted = detail_height(inner, ui);
    let with_detail = ui.digest.total() > 0 && inner.height >= TABLE_LEAST + detail_wanted;
    let detail = if with_detail { detail_wanted } else { 0 };
    let with_events = inner.height >= TABLE_LEAST + detail + EVENTS_LEAST;
    // On a high screen what just happened does not run through in two lines.
    let most = usize::from(inner.height / 6);
    let there = ui.shown.events.after(0).take(most).count() + 1;
    let spare = inner.height.saturating_sub(TABLE_LEAST + detail);
    let wanted = u16::try_from(there.min(most)).unwrap_or(0).min(spare);
    let least = if with_events {
        wanted.max(EVENTS_LEAST)
    } else {
        0
    };
    let rows = u16::try_from(ui.digest.lines().max(1)).unwrap_or(u16::MAX);
    let room = inner.height - detail - least;
    let table = if ui.digest.total() > 0 && with_events {
        rows.saturating_add(1).clamp(4, room)
    } else {
        room
    };
    let below = |from: u16, height: u16| lines(inner, from + 1, height - 1);
    Panes {
        status: lines(area, 0, 1),
        frame,
        fleet: lines(inner, 0, table),
        detail: with_detail.then(|| below(table, detail)),
        events: with_events.then(|| below(table + detail, inner.height - table - detail)),
        map,
        footer: lines(area, area.height - 1, 1),
    }
}

/// Lines of the detail pane with its rule.
fn detail_height(inner: Rect, ui: &Ui) -> u16 {
    if ui.is_detail_tall {
        return 13.min(inner.height.saturating_sub(9)).max(4);
    }
    // Where there are lines enough, what is too long for one goes on in the next.
    match (inner.height, inner.width) {
        (HIGH.., ..80) => 6,
        (HIGH.., ..100) => 5,
        _ => 4,
    }
}

#[cfg(test)]
mod tests;
