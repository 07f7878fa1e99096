//! Who has which row: networks, system ids and the vehicles behind them.

use std::sync::Arc;

use super::{record::Record, strangers::Strangers, texts::Texts};
use crate::model::{
    ids::{SystemId, VehicleId},
    vehicle::Vehicle,
};

/// A vehicle of `fleet.toml`.
#[derive(Debug, Clone)]
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
    pub(super) fn expect(&mut self, listed: &Listed) {
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
