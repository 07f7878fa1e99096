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
    map::{Cells, MapPlace},
    ui::{Overlay, Ui},
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
            Self::Table(panes) | Self::Full(panes) | Self::Map(panes) => Some(panes),
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
    let rows = ui.sent.get(earlier)?.count();
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
        map,
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
    fn the_map_stands_right_of_the_table_from_110_columns_on() {
        assert_eq!(panes(109, 40, 3).map, None);
        for (width, wanted) in [(110, 38), (120, 48), (150, 60), (200, 80), (300, 120)] {
            let panes = panes(width, 40, 3);
            let map = panes.map.unwrap();
            assert_eq!((map.width, map.right()), (wanted, width));
            assert_eq!(panes.frame.right(), map.x);
            assert_eq!(panes.map_cells().unwrap(), (wanted - 2, 36));
        }
    }

    #[test]
    fn in_full_the_map_takes_all_between_the_bars() {
        let mut ui = ui(3);
        ui.map.place = MapPlace::Full;
        for (width, height) in [(80, 24), (40, 8), (200, 60)] {
            let layout = layout(Rect::new(0, 0, width, height), &ui);
            let Layout::Map(panes) = layout else {
                panic!("{layout:?}")
            };
            assert_eq!(panes.map, Some(Rect::new(0, 1, width, height - 2)));
            assert_eq!((panes.detail, panes.events), (None, None));
        }
        ui.map.place = MapPlace::Off;
        assert_eq!(
            layout(Rect::new(0, 0, 200, 60), &ui).panes().unwrap().map,
            None
        );
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
