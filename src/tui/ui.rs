//! What the screen remembers between frames. Changed by `update` alone; views only read it.
//!
//! The selected vehicle is an id and never a row: a new order must not move the operator to another
//! aircraft.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use super::{
    aboard::Aboard,
    columns::Sort,
    digest::Digest,
    files::listing::Listing,
    filter::Filter,
    focus::Focus,
    format::Units,
    freshness::Habits,
    grouping::Grouping,
    keymap::key::Key,
    map::MapView,
    palette::{Palette, order::Order, reach::Reach, sent::Sent},
    row::Row,
    theme::ThemeName,
    traffic::Traffic,
};
use crate::model::{ids::VehicleId, snapshot::Snapshot};

/// A scroll of the help that means its end; a little less is as many lines before it.
pub const HELP_END: usize = 1_000_000;

/// What the screen is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// The whole fleet.
    #[default]
    Fleet,
    /// The mission, fence, rally points and parameters of one vehicle.
    Aboard,
}

/// Which pane has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// The table, or the list of what is aboard a vehicle.
    #[default]
    Fleet,
    /// The events.
    Events,
    /// The map.
    Map,
}

/// What lies over the screen and takes the keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The key help.
    Help {
        /// Words looked for.
        search: String,
        /// First line shown.
        scroll: usize,
    },
    /// A filter is typed.
    Filter {
        /// The filter before, for Esc.
        before: Filter,
    },
    /// Words of parameters are typed.
    Search {
        /// The words before, for Esc.
        before: String,
    },
    /// The next letter says by what to sort.
    Sort,
    /// Numbers of vehicles are typed: `7`, `2-5,8`.
    Number {
        /// So far.
        digits: String,
    },
    /// A word must be typed before this station falls silent.
    Confirm {
        /// What is asked for.
        what: Leaving,
        /// So far.
        typed: String,
        /// Whether a wrong word was sent.
        wrong: bool,
    },
    /// A command, a vehicle or a setting is typed.
    Palette(Box<Palette>),
    /// A command is asked about before it is sent.
    Order(Box<Order>),
    /// What came of a command; the screen stays in use beside it.
    Results {
        /// How many commands before the newest.
        earlier: usize,
        /// First line shown.
        scroll: usize,
        /// Whether it is asked if what is under way shall be aborted.
        asks: bool,
    },
}

impl Overlay {
    /// Whether it stands over map and events, so that they must not be held back with it on a slow line.
    #[must_use]
    pub const fn covers_panes(&self) -> bool {
        matches!(
            self,
            Self::Help { .. } | Self::Confirm { .. } | Self::Palette(_) | Self::Order(_)
        )
    }

    /// Whether what lies behind it cannot be pointed at.
    #[must_use]
    pub const fn takes_the_mouse(&self) -> bool {
        !matches!(self, Self::None | Self::Results { .. })
    }
}

/// Ways to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// For good.
    Quit,
    /// To the shell.
    Suspend,
}

impl Leaving {
    /// The word to be typed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quit => "quit",
            Self::Suspend => "suspend",
        }
    }
}

/// Whose choice the highlighted vehicle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// Nobody's: the first row is looked at, whichever that is. Nothing may be done to it as if it were chosen.
    #[default]
    Preview,
    /// The operator's; it never moves by itself.
    Operator,
    /// The chosen one left the fleet: nothing is highlighted until the operator chooses.
    Left,
}

/// A short answer in the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// What is said.
    pub text: String,
    /// Until when, Unix ms of station time.
    pub until_ms: i64,
}

/// The state of the screen.
#[derive(Debug, Clone, Default)]
pub struct Ui {
    /// Cells of the terminal, columns and rows.
    pub size: (u16, u16),
    /// The moment on the screen.
    pub shown: Arc<Snapshot>,
    /// The newest moment; other than `shown` while frozen.
    pub newest: Arc<Snapshot>,
    /// When the screen was frozen, Unix ms of station time.
    pub frozen_ms: Option<i64>,
    /// Whether nothing more will come.
    pub is_closed: bool,
    /// What is usual for each vehicle.
    pub habits: Habits,
    /// Rows, order and counts of `shown`.
    pub digest: Digest,
    /// What the links carry.
    pub traffic: Traffic,
    /// When the order was made, Unix ms of station time.
    pub sorted_ms: i64,
    /// The highlighted vehicle.
    pub selected: Option<VehicleId>,
    /// Where it stood last.
    pub selected_place: usize,
    /// Whose choice it is.
    pub choice: Choice,
    /// The vehicle marked last: where a range begins.
    pub anchor: Option<VehicleId>,
    /// Keys of a sequence that goes on.
    pub pending: Vec<Key>,
    /// Marked vehicles.
    pub marked: BTreeSet<VehicleId>,
    /// The order.
    pub sort: Sort,
    /// The filter.
    pub filter: Filter,
    /// Whether the table is by group.
    pub grouping: Grouping,
    /// What the screen is about.
    pub view: View,
    /// What one vehicle holds.
    pub aboard: Aboard,
    /// The folder that was looked into last, for the palette to complete.
    pub files: Listing,
    /// What lies over the screen.
    pub overlay: Overlay,
    /// Which pane has the keys.
    pub pane: Pane,
    /// Whether the detail pane is tall.
    pub is_detail_tall: bool,
    /// First line of the table on the screen.
    pub first_row: usize,
    /// Whether the wheel moved the table, so that the selected row need not be on the screen.
    pub is_scrolled: bool,
    /// How many of the newest events are scrolled over.
    pub events_back: usize,
    /// The newest event when scrolling began: later ones must not move the text under the eyes.
    pub events_until: Option<u64>,
    /// Where the map looks.
    pub map: MapView,
    /// A short answer.
    pub toast: Option<Toast>,
    /// Which vehicles the fleet was told are looked at.
    pub focus: Focus,
    /// Whom this screen can command.
    pub reach: Reach,
    /// Lines entered in the palette, the newest last.
    pub history: Vec<String>,
    /// Commands sent from this screen, the newest first.
    pub sent: VecDeque<Sent>,
    /// The theme.
    pub theme: ThemeName,
    /// The operator's units.
    pub units: Units,
    /// Whether times are those of this place and not UTC.
    pub local_time: bool,
    /// Whether each byte counts: coarser figures then, which change less often.
    pub is_slow: bool,
}

/// A screen smaller than this cannot show whom a command is for: columns and rows.
const LEAST_TO_COMMAND: (u16, u16) = (40, 12);

impl Ui {
    /// Why nothing can be commanded from here now, if so: a screen that shows another moment than now, or cannot
    /// show whom a command is for, commands nothing.
    #[must_use]
    pub fn refusal(&self) -> Option<&'static str> {
        if self.is_closed {
            Some("the station has stopped: nothing can be commanded")
        } else if self.frozen_ms.is_some() {
            Some("the screen is frozen and shows the past: thaw it, then command")
        } else if self.size.0 < LEAST_TO_COMMAND.0 || self.size.1 < LEAST_TO_COMMAND.1 {
            Some("too small to show whom it is for: 40x12 at least")
        } else {
            self.reach.refusal(&self.newest)
        }
    }

    /// The row of the selected vehicle, also when the filter hides it.
    #[must_use]
    pub fn selected_row(&self) -> Option<&Row> {
        self.digest.row(self.selected.as_ref()?)
    }

    /// The vehicle the operator chose; none while the first row is only looked at.
    #[must_use]
    pub fn chosen(&self) -> Option<&VehicleId> {
        self.selected
            .as_ref()
            .filter(|_| self.choice == Choice::Operator)
    }

    /// How many events came since the screen was frozen.
    #[must_use]
    pub fn unseen_events(&self) -> u64 {
        self.newest
            .events
            .newest_id()
            .saturating_sub(self.shown.events.newest_id())
    }

    /// Armed vehicles that hear this station's heartbeat: who would miss it, by name.
    #[must_use]
    pub fn would_miss_us(&self) -> Vec<Arc<str>> {
        let snapshot = &self.newest;
        let hears_us = |link: &Arc<str>| {
            let link = snapshot.links.get(link);
            link.is_none_or(|link| !link.passive)
        };
        snapshot
            .vehicles
            .values()
            .filter(|vehicle| vehicle.armed == Some(true))
            .filter(|vehicle| {
                let link = vehicle.link.as_ref();
                link.is_none_or(|link| link.paths.keys().any(hears_us))
            })
            .map(|vehicle| vehicle.name.clone())
            .collect()
    }
}
