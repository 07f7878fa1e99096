//! What readers get: a new snapshot when something has changed, else the last one again.

use std::{collections::BTreeMap, sync::Arc};

use super::Fleet;
use crate::{
    fleet::record::Record,
    model::{snapshot::Snapshot, time::TimeUs},
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
            && last.events.newest_id() == self.journal.last_id();
        if !same || last.seq == 0 {
            let tracks = self
                .roster
                .iter()
                .map(|record| (of(record), Arc::clone(&record.track)));
            let (tracks, events) = (tracks.collect(), self.journal.ring());
            let commands = Arc::clone(&self.commands.ring);
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
            });
        }
        Arc::clone(&self.published)
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
