//! The whole fleet at one tick, and the change from one tick to another.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    command::report::CommandRing,
    event::EventRing,
    forward_state::ForwardState,
    holdings::Holdings,
    ids::VehicleId,
    link::LinkState,
    patch::{Field, Patch},
    track::Track,
    transfer_board::TransferBoard,
    vehicle::Vehicle,
};

/// One coherent moment: every vehicle and link as of `seq`. Cheap to clone and to keep.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The station's number of this tick; rises only when something changed.
    pub seq: u64,
    /// Station time of the tick, Unix ms.
    pub time_ms: i64,
    /// Every vehicle by id.
    pub vehicles: BTreeMap<VehicleId, Arc<Vehicle>>,
    /// Every link by name.
    pub links: BTreeMap<Arc<str>, Arc<LinkState>>,
    /// Every forward by name.
    pub forwards: BTreeMap<Arc<str>, Arc<ForwardState>>,
    /// Where each vehicle has been.
    pub tracks: BTreeMap<VehicleId, Arc<Track>>,
    /// The newest events.
    pub events: Arc<EventRing>,
    /// What came of the newest commands.
    pub commands: Arc<CommandRing>,
    /// What was read from vehicles: missions, fences, rally points, parameters.
    pub holdings: Arc<BTreeMap<VehicleId, Arc<Holdings>>>,
    /// Transfers under way and those that ended last.
    pub transfers: Arc<TransferBoard>,
}

/// The merge patch (RFC 7396) between the same map of two snapshots.
#[derive(Debug)]
pub struct MapPatch<'a, K, V> {
    /// What the reader has.
    pub old: &'a BTreeMap<K, Arc<V>>,
    /// What the reader will have.
    pub new: &'a BTreeMap<K, Arc<V>>,
}

impl<K: Ord, V: PartialEq> MapPatch<'_, K, V> {
    fn changed(&self) -> impl Iterator<Item = (&K, &Arc<V>, Option<&Arc<V>>)> {
        self.new
            .iter()
            .filter_map(|(key, new)| match self.old.get(key) {
                Some(old) if Arc::ptr_eq(old, new) || old == new => None,
                old => Some((key, new, old)),
            })
    }

    fn gone(&self) -> impl Iterator<Item = &K> {
        self.old.keys().filter(|key| !self.new.contains_key(key))
    }

    /// Whether both maps say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed().next().is_none() && self.gone().next().is_none()
    }
}

impl<K: Ord + Serialize, V: Field> Serialize for MapPatch<'_, K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let changed: Vec<_> = self.changed().collect();
        let gone: Vec<_> = self.gone().collect();
        let mut map = serializer.serialize_map(Some(changed.len() + gone.len()))?;
        for key in gone {
            map.serialize_entry(key, &())?;
        }
        for (key, new, old) in changed {
            match old {
                Some(old) => map.serialize_entry(
                    key,
                    &Patch {
                        old: &**old,
                        new: &**new,
                    },
                )?,
                None => map.serialize_entry(key, &**new)?,
            }
        }
        map.end()
    }
}
