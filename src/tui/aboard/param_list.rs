//! The rows of the parameters: which names are shown, and in which columns others stand beside the vehicle's own.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    model::{
        holdings::HeldParams,
        ids::VehicleId,
        params::{name::ParamName, set::ParamSet, value::ParamValue},
        snapshot::Snapshot,
        transfer_report::{Outcome, TransferReport},
    },
    tui::format::clean,
};

/// What parameters are compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Against {
    /// A file.
    File {
        /// Its name.
        name: String,
        /// What stands in it.
        set: Arc<ParamSet>,
    },
    /// Other vehicles, as far as theirs were read.
    Vehicles(Vec<VehicleId>),
}

/// A column beside the vehicle's own values.
#[derive(Debug, Clone)]
pub struct Column {
    /// Whose.
    pub title: String,
    /// The values; none where they were never read.
    pub values: Option<Values>,
}

/// Where the values of a column come from.
#[derive(Debug, Clone)]
pub enum Values {
    /// A vehicle.
    Held(Arc<HeldParams>),
    /// A file.
    File(Arc<ParamSet>),
}

impl Values {
    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: ParamName) -> Option<ParamValue> {
        self.set().get(name)
    }

    fn set(&self) -> &ParamSet {
        match self {
            Self::Held(held) => &held.set,
            Self::File(set) => set,
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Held(own), Self::Held(other)) => Arc::ptr_eq(own, other),
            (Self::File(own), Self::File(other)) => Arc::ptr_eq(own, other),
            _ => false,
        }
    }
}

impl Against {
    /// Its columns.
    #[must_use]
    pub fn columns(&self, snapshot: &Snapshot) -> Vec<Column> {
        match self {
            Self::File { name, set } => vec![Column {
                title: clean(name).into_owned(),
                values: Some(Values::File(Arc::clone(set))),
            }],
            Self::Vehicles(ids) => ids.iter().map(|id| column(id, snapshot)).collect(),
        }
    }
}

fn column(id: &VehicleId, snapshot: &Snapshot) -> Column {
    let name = snapshot.vehicles.get(id);
    let name = name.map_or(id.as_str(), |vehicle| &*vehicle.name);
    let held = snapshot.holdings.get(id);
    Column {
        title: clean(name).into_owned(),
        values: held.and_then(|held| held.params.clone()).map(Values::Held),
    }
}

/// Parameters made ready.
#[derive(Debug, Clone, Default)]
pub struct ParamList {
    /// The vehicle's own.
    pub own: Option<Arc<HeldParams>>,
    /// As they were read first.
    pub first: Option<Arc<HeldParams>>,
    /// What stands beside them.
    pub columns: Vec<Column>,
    /// The names that are shown, in their order.
    pub names: Vec<ParamName>,
    /// What became of those that the last write could not set.
    pub failed: BTreeMap<ParamName, String>,
    /// How many of all differ from when they were read first.
    pub changed: usize,
    search: String,
    is_stale: bool,
    told: Option<Arc<TransferReport>>,
}

impl ParamList {
    /// Chooses the names, unless nothing that matters has changed.
    pub fn refresh(
        &mut self,
        own: Option<Arc<HeldParams>>,
        first: Option<&Arc<HeldParams>>,
        columns: Vec<Column>,
        search: &str,
    ) {
        self.first = first.cloned();
        let is_same = !std::mem::take(&mut self.is_stale)
            && same_held(self.own.as_ref(), own.as_ref())
            && self.search == search
            && same_columns(&self.columns, &columns);
        if is_same {
            return;
        }
        self.own = own;
        self.columns = columns;
        search.clone_into(&mut self.search);
        self.choose();
    }

    /// Takes in what the last transfer with the vehicle could not set, unless that is known.
    pub fn take_failed(&mut self, report: Option<&Arc<TransferReport>>) {
        let is_known = match (&self.told, report) {
            (Some(own), Some(report)) => Arc::ptr_eq(own, report),
            (None, None) => true,
            _ => false,
        };
        if is_known {
            return;
        }
        self.told = report.cloned();
        let lines = match report.and_then(|report| report.outcome.as_deref()) {
            Some(Outcome::Written { lines, .. }) => lines.as_slice(),
            _ => &[],
        };
        let failed = lines.iter().filter(|line| !line.is_success);
        let failed: BTreeMap<_, _> = failed.map(|line| (line.name, line.text.clone())).collect();
        self.is_stale |= failed != self.failed;
        self.failed = failed;
    }

    fn choose(&mut self) {
        let words: Vec<String> = self
            .search
            .to_uppercase()
            .split_whitespace()
            .map(String::from)
            .collect();
        let mut names: Vec<ParamName> = Vec::new();
        let sets = self.own.iter().map(|own| &own.set);
        let sets = sets.chain(
            self.columns
                .iter()
                .filter_map(|column| column.values.as_ref().map(Values::set)),
        );
        for set in sets {
            names.extend(set.iter().map(|(name, _)| name));
        }
        names.extend(self.failed.keys());
        names.sort_unstable();
        names.dedup();
        self.changed = names
            .iter()
            .filter(|name| self.was(**name).is_some())
            .count();
        names.retain(|name| {
            is_meant(&words, *name) && (self.columns.is_empty() || self.differs(*name))
        });
        self.names = names;
    }

    /// The vehicle's own value.
    #[must_use]
    pub fn value(&self, name: ParamName) -> Option<ParamValue> {
        self.own.as_ref()?.set.get(name)
    }

    /// What it was when it was read first, where that is something else.
    #[must_use]
    pub fn was(&self, name: ParamName) -> Option<ParamValue> {
        let (was, is) = (self.first.as_ref()?.set.get(name)?, self.value(name)?);
        (!was.is_same(is)).then_some(was)
    }

    /// Whether some column that was read says something else, or nothing.
    #[must_use]
    pub fn differs(&self, name: ParamName) -> bool {
        let own = self.value(name);
        let mut read = self
            .columns
            .iter()
            .filter_map(|column| column.values.as_ref());
        // A file need not name every parameter of a vehicle.
        read.any(|values| match (own, values.get(name)) {
            (Some(own), Some(other)) => !own.is_same(other),
            (Some(_), None) => matches!(values, Values::Held(_)),
            (None, other) => other.is_some(),
        })
    }

    /// Where a name stands.
    #[must_use]
    pub fn place(&self, name: ParamName) -> Option<usize> {
        self.names.binary_search(&name).ok()
    }
}

fn same_held(own: Option<&Arc<HeldParams>>, other: Option<&Arc<HeldParams>>) -> bool {
    match (own, other) {
        (Some(own), Some(other)) => Arc::ptr_eq(own, other),
        (None, None) => true,
        _ => false,
    }
}

fn same_columns(own: &[Column], other: &[Column]) -> bool {
    let alike = |(own, other): (&Column, &Column)| {
        own.title == other.title
            && match (&own.values, &other.values) {
                (Some(own), Some(other)) => own.is_same(other),
                (None, None) => true,
                _ => false,
            }
    };
    own.len() == other.len() && own.iter().zip(other).all(alike)
}

/// Every word is in the name; one after `!` is not.
fn is_meant(words: &[String], name: ParamName) -> bool {
    let name = name.as_str().to_uppercase();
    words.iter().all(|word| match word.strip_prefix('!') {
        Some("") => true,
        Some(word) => !name.contains(word),
        None => name.contains(word.as_str()),
    })
}
