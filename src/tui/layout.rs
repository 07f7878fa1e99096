//! Where the panes are. One function for painting, scrolling and the mouse.
//!
//! ```text
//! status bar
//! ╭ fleet ──────────────╮   A map pane would take the right part of `frame`
//! │ table               │   before the rest is divided: everything below is
//! ├ detail ─────────────┤   computed from `frame` alone.
//! ├ events ─────────────┤
//! ╰─────────────────────╯
//! footer
//! ```

use ratatui::layout::Rect;

use super::ui::Ui;

/// Narrower or lower than this is too small for anything.
pub const LEAST: (u16, u16) = (20, 5);
/// Narrower or lower than this has only one pane.
const PANES: (u16, u16) = (60, 16);
/// Narrower or lower than this shows only the selected vehicle.
const TABLE: (u16, u16) = (40, 8);

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
    /// Last line.
    pub footer: Rect,
}

impl Panes {
    /// Rows of vehicles that fit.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.fleet.height.saturating_sub(1) as usize
    }
}

impl Layout {
    /// The panes, where there are any.
    #[must_use]
    pub const fn panes(&self) -> Option<&Panes> {
        match self {
            Self::Table(panes) | Self::Full(panes) => Some(panes),
            Self::Tiny | Self::TooSmall => None,
        }
    }
}

/// Divides the screen.
#[must_use]
pub fn layout(area: Rect, ui: &Ui) -> Layout {
    let fits = |least: (u16, u16)| area.width >= least.0 && area.height >= least.1;
    if !fits(LEAST) {
        Layout::TooSmall
    } else if !fits(TABLE) {
        Layout::Tiny
    } else if fits(PANES) {
        Layout::Full(full(area, ui))
    } else {
        let frame = lines(area, 1, area.height - 2);
        Layout::Table(Panes {
            status: lines(area, 0, 1),
            frame,
            fleet: frame,
            detail: None,
            events: None,
            footer: lines(area, area.height - 1, 1),
        })
    }
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
    let frame = lines(area, 1, area.height - 2);
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
    let least = if with_events { EVENTS_LEAST } else { 0 };
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
        footer: lines(area, area.height - 1, 1),
    }
}

/// Lines of the detail pane with its rule.
fn detail_height(inner: Rect, ui: &Ui) -> u16 {
    if ui.is_detail_tall {
        13.min(inner.height.saturating_sub(9)).max(4)
    } else {
        4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::snapshot::Snapshot,
        tui::{columns::Sort, filter::Filter, freshness::Habits, samples::vehicle},
    };

    fn ui(vehicles: u16) -> Ui {
        let mut snapshot = Snapshot::default();
        for number in 0..vehicles {
            let vehicle = vehicle(&format!("v{number}"), 1);
            snapshot.vehicles.insert(vehicle.id.clone(), vehicle.into());
        }
        let mut ui = Ui::default();
        ui.digest.take(&snapshot, &Habits::default());
        ui.digest
            .arrange(Sort::default(), &Filter::default(), &Habits::default());
        ui
    }

    fn panes(width: u16, height: u16, vehicles: u16) -> Panes {
        *layout(Rect::new(0, 0, width, height), &ui(vehicles))
            .panes()
            .unwrap()
    }

    #[test]
    fn twelve_vehicles_their_detail_and_events_share_80_by_24() {
        let panes = panes(80, 24, 12);
        assert_eq!(panes.rows(), 12);
        assert_eq!(panes.detail.unwrap().height, 3);
        assert_eq!(panes.events.unwrap().height, 2);
    }

    #[test]
    fn a_thousand_vehicles_leave_room_for_detail_and_events() {
        let panes = panes(200, 60, 1_000);
        assert_eq!(panes.rows(), 48);
        assert_eq!(panes.events.unwrap().bottom(), 58);
    }

    #[test]
    fn small_screens_have_fewer_panes() {
        let at = |width, height| layout(Rect::new(0, 0, width, height), &ui(3));
        assert_eq!(at(19, 5), Layout::TooSmall);
        assert_eq!(at(20, 4), Layout::TooSmall);
        assert_eq!(at(20, 5), Layout::Tiny);
        assert!(matches!(at(59, 40), Layout::Table(_)));
        assert!(matches!(at(60, 16), Layout::Full(_)));
    }

    #[test]
    fn panes_never_overlap_nor_leave_the_frame() {
        for tall in [false, true] {
            for height in 16..70 {
                for vehicles in [0, 1, 12, 300] {
                    let mut ui = ui(vehicles);
                    ui.is_detail_tall = tall;
                    let layout = layout(Rect::new(0, 0, 80, height), &ui);
                    let panes = layout.panes().unwrap();
                    let mut end = panes.frame.y + 1;
                    for pane in [Some(panes.fleet), panes.detail, panes.events]
                        .into_iter()
                        .flatten()
                    {
                        assert!(pane.y >= end && pane.height > 0, "{height} {vehicles}");
                        end = pane.bottom();
                    }
                    assert_eq!(end, panes.frame.bottom() - 1, "{height} {vehicles} {tall}");
                }
            }
        }
    }
}
