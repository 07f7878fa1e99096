//! What the view of missions and parameters remembers, and what it has made ready to be painted.
//!
//! ```text
//!  Snapshot.holdings ─► refresh (only when they changed) ─► PlanTable · ParamList ─► view::aboard (visible rows only)
//! ```
//! Changed by `update` alone. Nothing is asked of a vehicle to be shown here.

pub mod param_list;
pub mod plan_table;
pub mod progress;
pub mod words;

use std::{collections::BTreeMap, sync::Arc};

use param_list::{Against, ParamList};
use plan_table::PlanTable;

use crate::model::{
    geo::LatLon,
    holdings::{HeldParams, Holdings},
    ids::VehicleId,
    mission::PlanKind,
    params::name::ParamName,
    snapshot::Snapshot,
    vehicle::Vehicle,
};

/// Which of the four lists is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// What to fly.
    #[default]
    Mission,
    /// Where to stay.
    Fence,
    /// Where to go in need.
    Rally,
    /// How it is set up.
    Params,
}

impl Tab {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Mission, Self::Fence, Self::Rally, Self::Params];

    /// The tab of a list.
    #[must_use]
    pub const fn of(kind: PlanKind) -> Self {
        match kind {
            PlanKind::Mission => Self::Mission,
            PlanKind::Fence => Self::Fence,
            PlanKind::Rally => Self::Rally,
        }
    }

    /// The list it shows; none for parameters.
    #[must_use]
    pub const fn kind(self) -> Option<PlanKind> {
        match self {
            Self::Mission => Some(PlanKind::Mission),
            Self::Fence => Some(PlanKind::Fence),
            Self::Rally => Some(PlanKind::Rally),
            Self::Params => None,
        }
    }

    /// As it stands in the frame.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Mission => "Mission",
            Self::Fence => "Fence",
            Self::Rally => "Rally",
            Self::Params => "Parameters",
        }
    }

    /// The word that begins its verbs: `mission get`.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Mission => "mission",
            Self::Fence => "fence",
            Self::Rally => "rally",
            Self::Params => "param",
        }
    }

    /// Which of the four, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The tab so many to the right, in a circle.
    #[must_use]
    pub const fn turned(self, by: usize) -> Self {
        Self::ALL[(self.index() + by) % Self::ALL.len()]
    }
}

/// How a list aboard differs from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanDiff {
    /// Whose list.
    pub vehicle: VehicleId,
    /// Which list.
    pub kind: PlanKind,
    /// The file's name.
    pub file: String,
    /// One line for each change, from the vehicle to the file.
    pub lines: Vec<String>,
}

/// The state of the view.
#[derive(Debug, Clone, Default)]
pub struct Aboard {
    /// Which list is shown.
    pub tab: Tab,
    /// The vehicle it was made ready for.
    pub whose: Option<VehicleId>,
    /// The highlighted row of each tab.
    pub at: [usize; 4],
    /// The first row on the screen of each tab.
    pub first: [usize; 4],
    /// The highlighted parameter: it stays highlighted when the list changes.
    pub param: Option<ParamName>,
    /// The words parameters are searched for.
    pub search: String,
    /// What parameters are compared with.
    pub against: Option<Against>,
    /// What the shown list was compared with.
    pub diff: Option<PlanDiff>,
    /// Whether a transfer with the vehicle is to be told of below the list.
    pub has_news: bool,
    /// The rows of the shown list.
    pub plan: PlanTable,
    /// The rows of the parameters.
    pub params: ParamList,
    /// Parameters as they were when they were read first, to tell what has changed since.
    first_read: BTreeMap<VehicleId, Arc<HeldParams>>,
    learned: Arc<BTreeMap<VehicleId, Arc<Holdings>>>,
}

impl Aboard {
    /// Makes ready what is to be painted, as far as it changed.
    pub fn refresh(&mut self, snapshot: &Snapshot, selected: Option<&VehicleId>, now_ms: i64) {
        self.learn(snapshot);
        let news = selected.and_then(|id| progress::of_vehicle(snapshot, id, now_ms));
        self.has_news = news.is_some();
        if self.whose.as_ref() != selected {
            self.whose = selected.cloned();
            (self.at, self.first) = ([0; 4], [0; 4]);
        }
        if self
            .diff
            .as_ref()
            .is_some_and(|diff| Some(&diff.vehicle) != selected)
        {
            self.diff = None;
        }
        let holdings = selected.and_then(|id| snapshot.holdings.get(id));
        let vehicle = selected.and_then(|id| snapshot.vehicles.get(id));
        if let Some(kind) = self.tab.kind() {
            let held = holdings.and_then(|held| held.plan(kind));
            let home = vehicle.and_then(|vehicle| home(vehicle));
            self.plan.refresh(held, home);
        } else {
            let own = holdings.and_then(|held| held.params.clone());
            let first = selected.and_then(|id| self.first_read.get(id));
            let others = self.against.as_ref();
            let others = others.map_or_else(Vec::new, |against| against.columns(snapshot));
            let newest = selected.and_then(|id| snapshot.transfers.newest_of(id));
            self.params.take_failed(newest);
            self.params.refresh(own, first, others, &self.search);
            self.follow_param();
        }
    }

    /// Parameters that were read for the first time are kept.
    pub fn learn(&mut self, snapshot: &Snapshot) {
        if Arc::ptr_eq(&self.learned, &snapshot.holdings) {
            return;
        }
        self.learned = Arc::clone(&snapshot.holdings);
        for (id, held) in snapshot.holdings.iter() {
            let Some(params) = &held.params else { continue };
            // A memory of an earlier session is no reading: the first true one takes its place.
            let is_memory =
                |known: &Arc<HeldParams>| known.doubt.is_some() || !known.set.is_complete();
            match self.first_read.get(id) {
                Some(known) if !is_memory(known) => {}
                Some(known) if Arc::ptr_eq(known, params) => {}
                _ => drop(self.first_read.insert(id.clone(), Arc::clone(params))),
            }
        }
        self.first_read
            .retain(|id, _| snapshot.vehicles.contains_key(id));
    }

    /// The highlight stays on its parameter wherever that stands now.
    fn follow_param(&mut self) {
        let place = self.param.and_then(|name| self.params.place(name));
        if let Some(place) = place {
            self.at[Tab::Params.index()] = place;
        }
    }

    /// How many rows the shown list has.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.diff {
            Some(diff) if self.tab.kind() == Some(diff.kind) => diff.lines.len(),
            _ if self.tab == Tab::Params => self.params.names.len(),
            _ => self.plan.len(),
        }
    }

    /// Whether the shown list has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The comparison with a file, where the shown tab has one.
    #[must_use]
    pub fn shown_diff(&self) -> Option<&PlanDiff> {
        let of_tab = |diff: &&PlanDiff| self.tab.kind() == Some(diff.kind);
        self.diff.as_ref().filter(of_tab)
    }

    /// Which row is highlighted.
    #[must_use]
    pub fn place(&self) -> usize {
        self.at[self.tab.index()].min(self.len().saturating_sub(1))
    }

    /// Highlights a row.
    pub fn go(&mut self, place: usize) {
        let place = place.min(self.len().saturating_sub(1));
        self.at[self.tab.index()] = place;
        if self.tab == Tab::Params {
            self.param = self.params.names.get(place).copied();
        }
    }

    /// The first row on the screen.
    #[must_use]
    pub const fn first(&self) -> usize {
        self.first[self.tab.index()]
    }

    /// Scrolls so that the highlighted row is among `rows`.
    pub fn keep_in_view(&mut self, rows: usize) {
        let (place, most) = (self.place(), self.len().saturating_sub(rows));
        let first = &mut self.first[self.tab.index()];
        *first = (*first)
            .clamp((place + 1).saturating_sub(rows), place)
            .min(most);
    }

    /// Scrolls and lets the highlight go along where it would leave the screen.
    pub fn scroll(&mut self, by: isize, rows: usize) {
        let most = self.len().saturating_sub(rows);
        let first = self.first().saturating_add_signed(by).min(most);
        self.first[self.tab.index()] = first;
        let last = (first + rows).saturating_sub(1).max(first);
        let place = self.place().clamp(first, last);
        self.go(place);
    }

    /// The number of the highlighted item, from 1, where the tab shows items.
    #[must_use]
    pub fn item_number(&self) -> Option<usize> {
        (self.tab.kind().is_some() && self.shown_diff().is_none())
            .then(|| self.plan.number(self.place()))
            .flatten()
    }
}

/// Where a vehicle says its home is.
#[must_use]
pub fn home(vehicle: &Vehicle) -> Option<LatLon> {
    let home = vehicle.home?;
    Some(LatLon {
        lat_deg: home.lat_deg?,
        lon_deg: home.lon_deg?,
    })
}

/// What is known of what a vehicle holds.
#[must_use]
pub fn of<'a>(snapshot: &'a Snapshot, id: &VehicleId) -> Option<&'a Holdings> {
    snapshot.holdings.get(id).map(|held| &**held)
}

#[cfg(test)]
mod tests;
