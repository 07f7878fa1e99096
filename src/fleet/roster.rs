//! Who has which row: networks, system ids and the vehicles behind them.

use std::sync::Arc;

use super::{record::Record, strangers::Strangers, texts::Texts};
use crate::model::{
    ids::{SystemId, VehicleId},
    vehicle::Vehicle,
};

/// A vehicle of `fleet.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: VehicleId,
    /// Its name for people.
    pub name: Option<Arc<str>>,
    /// Its network.
    pub network: Arc<str>,
    /// Its system id; `None`: the first vehicle of its network.
    pub system: Option<SystemId>,
    /// What the operator calls it.
    pub kind: Option<Arc<str>>,
    /// The operator's category.
    pub category: Option<Arc<str>>,
    /// The operator's group.
    pub group: Option<Arc<str>>,
    /// The operator's colour.
    pub color: Option<Arc<str>>,
}

/// What a new list means for a vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Relisted {
    /// It is listed now.
    Expected,
    /// It was listed, was never heard, and is gone.
    Gone,
    /// It is called otherwise; this was its id.
    Renamed(VehicleId),
    /// Its name, type, category, group or colour changed.
    Described,
}

/// A set of links in which a system id is one vehicle.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) name: Arc<str>,
    pub(super) texts: Texts,
    pub(super) strangers: Strangers,
    /// Rows by system id. Place 0 is nobody's: it keeps the listed vehicle whose id is not known yet.
    rows: Box<[Option<u32>; 256]>,
}

/// Every row, found by network and system id.
#[derive(Debug, Default)]
pub(super) struct Roster {
    pub(super) networks: Vec<Network>,
    pub(super) records: Vec<Option<Record>>,
}

impl Roster {
    /// The number of a network, made when it is new.
    pub(super) fn network(&mut self, name: &Arc<str>) -> usize {
        let known = self
            .networks
            .iter()
            .position(|network| network.name == *name);
        known.unwrap_or_else(|| {
            self.networks.push(Network {
                name: Arc::clone(name),
                texts: Texts::default(),
                strangers: Strangers::default(),
                rows: Box::new([None; 256]),
            });
            self.networks.len() - 1
        })
    }

    /// A row for a listed vehicle.
    pub(super) fn expect(&mut self, listed: &Listed) -> usize {
        let network = self.network(&listed.network);
        let name = listed
            .name
            .clone()
            .unwrap_or_else(|| Arc::clone(&listed.id.0));
        let system = listed.system.unwrap_or(SystemId(0));
        let (id, at) = (listed.id.clone(), Arc::clone(&listed.network));
        let mut vehicle = Vehicle::expected(id, name, at, system.0);
        vehicle.kind.clone_from(&listed.kind);
        vehicle.category.clone_from(&listed.category);
        vehicle.group.clone_from(&listed.group);
        vehicle.color.clone_from(&listed.color);
        let row = self.add(Record::new(vehicle, system, true));
        self.networks[network].rows[usize::from(system.0)].get_or_insert(row);
        row as usize
    }

    /// The row of a system id.
    pub(super) fn row(&self, network: usize, system: SystemId) -> Option<usize> {
        let row = self.networks.get(network)?.rows[usize::from(system.0)]?;
        (system.0 != 0).then_some(row as usize)
    }

    /// The vehicle of a system id.
    pub(super) fn find(&mut self, network: usize, system: SystemId) -> Option<&mut Record> {
        let row = self.row(network, system)?;
        self.records[row].as_mut()
    }

    /// A row for a system id heard for the first time: a listed vehicle that waited, or a new one.
    pub(super) fn welcome(&mut self, network: usize, system: SystemId) -> usize {
        let entry = &mut self.networks[network];
        let row = if let Some(row) = entry.rows[0].take() {
            if let Some(record) = &mut self.records[row as usize] {
                record.system = system;
                record.object().sysid = system.0;
            }
            row
        } else {
            let id = VehicleId::unlisted(&entry.name, system);
            let (name, at) = (Arc::clone(&id.0), Arc::clone(&entry.name));
            self.add(Record::new(
                Vehicle::expected(id, name, at, system.0),
                system,
                false,
            ))
        };
        self.networks[network].rows[usize::from(system.0)] = Some(row);
        row as usize
    }

    /// Takes a vehicle off the list.
    pub(super) fn forget(&mut self, row: usize) {
        let Some(record) = self.records[row].take() else {
            return;
        };
        let here = |network: &&mut Network| network.name == record.vehicle.network;
        if let Some(network) = self.networks.iter_mut().find(here) {
            network.rows[usize::from(record.system.0)] = None;
        }
    }

    /// Every vehicle.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().flatten()
    }

    /// Takes a new list over. Says what changed, by the ids vehicles have now.
    pub(super) fn relist(&mut self, listed: &[Listed]) -> Vec<(VehicleId, Relisted)> {
        let mut changes = Vec::new();
        let mut kept = Vec::new();
        for one in listed {
            let network = self.network(&one.network);
            if let Some(row) = self.row_for(network, one).filter(|row| !kept.contains(row)) {
                kept.push(row);
                changes.extend(self.describe(row, one));
            } else {
                let row = self.expect(one);
                kept.push(row);
                changes.push((one.id.clone(), Relisted::Expected));
            }
        }
        for row in 0..self.records.len() {
            if !kept.contains(&row) {
                let gone = self.unlist(row);
                // One that has another system id now is still expected.
                changes.extend(gone.filter(|(id, _)| listed.iter().all(|one| one.id != *id)));
            }
        }
        changes
    }

    /// Whose row a listed vehicle is: by its system id; without one, whoever its network has.
    fn row_for(&self, network: usize, listed: &Listed) -> Option<usize> {
        let Some(system) = listed.system else {
            let here = |record: &Record| record.vehicle.network == listed.network;
            let find = |wanted: &dyn Fn(&Record) -> bool| {
                let found = |row: &Option<Record>| row.as_ref().is_some_and(wanted);
                self.records.iter().position(found)
            };
            return find(&|record| here(record) && record.listed).or_else(|| find(&here));
        };
        self.row(network, system)
    }

    fn describe(&mut self, row: usize, listed: &Listed) -> Option<(VehicleId, Relisted)> {
        let record = self.records.get_mut(row)?.as_mut()?;
        let was_listed = std::mem::replace(&mut record.listed, true);
        let mut new = (*record.vehicle).clone();
        new.id = listed.id.clone();
        new.name = listed
            .name
            .clone()
            .unwrap_or_else(|| Arc::clone(&listed.id.0));
        new.kind.clone_from(&listed.kind);
        new.category.clone_from(&listed.category);
        new.group.clone_from(&listed.group);
        new.color.clone_from(&listed.color);
        if new == *record.vehicle {
            return (!was_listed).then(|| (listed.id.clone(), Relisted::Expected));
        }
        let was = record.vehicle.id.clone();
        record.vehicle = Arc::new(new);
        let what = if was == listed.id {
            Relisted::Described
        } else {
            Relisted::Renamed(was)
        };
        Some((listed.id.clone(), what))
    }

    /// A vehicle that is no longer listed: one that was heard goes on under the name of unlisted ones.
    fn unlist(&mut self, row: usize) -> Option<(VehicleId, Relisted)> {
        let record = self.records.get_mut(row)?.as_mut()?;
        if !std::mem::replace(&mut record.listed, false) {
            return None;
        }
        let was = record.vehicle.id.clone();
        if record.autopilot.is_none() {
            self.forget(row);
            return Some((was, Relisted::Gone));
        }
        let id = VehicleId::unlisted(&record.vehicle.network, record.system);
        let object = record.object();
        object.id = id.clone();
        object.name = Arc::clone(&id.0);
        (object.kind, object.category) = (None, None);
        (object.group, object.color) = (None, None);
        Some((id, Relisted::Renamed(was)))
    }

    fn add(&mut self, record: Record) -> u32 {
        let free = self.records.iter().position(Option::is_none);
        let row = free.unwrap_or_else(|| {
            self.records.push(None);
            self.records.len() - 1
        });
        self.records[row] = Some(record);
        u32::try_from(row).unwrap_or(u32::MAX)
    }
}
