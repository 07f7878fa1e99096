//! What readers get: a new snapshot when something has changed, else the last one again.

use std::{collections::BTreeMap, sync::Arc};

use super::Fleet;
use crate::{
    fleet::record::Record,
    model::{holdings::Holdings, ids::VehicleId, snapshot::Snapshot, time::TimeUs},
};

impl Fleet {
    /// The snapshot as of `now`: a new one when something changed since the last, else the last.
    pub fn publish(&mut self, now: TimeUs) -> Arc<Snapshot> {
        let of = |record: &Record| record.vehicle.id.clone();
        let vehicles: BTreeMap<_, _> = self
            .roster
            .iter()
            .map(|record| (of(record), Arc::clone(&record.vehicle)))
            .collect();
        let links: BTreeMap<_, _> = self
            .links
            .iter()
            .filter(|book| !book.gone)
            .map(|book| (Arc::clone(&book.info.name), Arc::clone(&book.state)))
            .collect();
        let forwards = self.forwards.shown();
        let last = &*self.published;
        let same = same_entries(&last.vehicles, &vehicles)
            && same_entries(&last.forwards, &forwards)
            && same_entries(&last.links, &links)
            && last.events.newest_id() == self.journal.last_id()
            && last.transfers.version() == self.transfers.board.version()
            && self.held_is_same();
        if !same || last.seq == 0 {
            let tracks = self
                .roster
                .iter()
                .map(|record| (of(record), Arc::clone(&record.track)));
            let (tracks, events) = (tracks.collect(), self.journal.ring());
            let commands = Arc::clone(&self.commands.ring);
            let transfers = Arc::clone(&self.transfers.board);
            let holdings = self.holdings();
            let last = &*self.published;
            let (seq, time_ms) = (last.seq + 1, now.as_ms());
            self.published = Arc::new(Snapshot {
                seq,
                time_ms,
                vehicles,
                links,
                forwards,
                tracks,
                events,
                commands,
                holdings,
                transfers,
            });
        }
        Arc::clone(&self.published)
    }

    /// What was read from every vehicle; the last one again while nothing of it has changed.
    fn holdings(&self) -> Arc<BTreeMap<VehicleId, Arc<Holdings>>> {
        if self.held_is_same() {
            return Arc::clone(&self.published.holdings);
        }
        let held = self.held();
        Arc::new(
            held.map(|(id, held)| (id.clone(), Arc::clone(held)))
                .collect(),
        )
    }

    fn held(&self) -> impl Iterator<Item = (&VehicleId, &Arc<Holdings>)> {
        self.roster
            .iter()
            .filter(|record| !record.held.is_empty())
            .map(|record| (&record.vehicle.id, &record.held))
    }

    fn held_is_same(&self) -> bool {
        let last = &*self.published.holdings;
        last.len() == self.held().count()
            && self
                .held()
                .all(|(id, held)| last.get(id).is_some_and(|last| Arc::ptr_eq(last, held)))
    }
}

fn same_entries<K: PartialEq, V: PartialEq>(
    old: &BTreeMap<K, Arc<V>>,
    new: &BTreeMap<K, Arc<V>>,
) -> bool {
    let same = |old: &Arc<V>, new: &Arc<V>| Arc::ptr_eq(old, new) || old == new;
    old.len() == new.len()
        && old
            .iter()
            .zip(new)
            .all(|(old, new)| old.0 == new.0 && same(old.1, new.1))
}
