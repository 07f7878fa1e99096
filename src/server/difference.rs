//! A snapshot, and the difference of two, as messages for one selection; pure.
//!
//! The difference is always made from two whole snapshots, never from two differences: merging
//! patches can keep a dead value alive.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{pick::Pick, selection::Selection};
use crate::model::{
    forward_state::ForwardState,
    ids::VehicleId,
    link::LinkState,
    patch::Patch,
    snapshot::{MapPatch, Snapshot},
    vehicle::Vehicle,
};

type Vehicles = BTreeMap<VehicleId, Arc<Vehicle>>;
type Links = BTreeMap<Arc<str>, Arc<LinkState>>;
type Forwards = BTreeMap<Arc<str>, Arc<ForwardState>>;

/// `{"type":"snapshot",…}`.
#[derive(Serialize)]
pub(super) struct SnapshotMessage<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    seq: u64,
    time_ms: i64,
    vehicles: Selected<'a>,
    links: &'a Links,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    forwards: &'a Forwards,
}

impl<'a> SnapshotMessage<'a> {
    /// What `selection` shows of `snapshot`.
    pub(super) fn of(snapshot: &'a Snapshot, selection: &'a Selection) -> Self {
        Self {
            kind: "snapshot",
            seq: snapshot.seq,
            time_ms: snapshot.time_ms,
            vehicles: Selected {
                vehicles: &snapshot.vehicles,
                selection,
            },
            links: &snapshot.links,
            forwards: &snapshot.forwards,
        }
    }
}

/// `{"type":"update",…}`.
#[derive(Serialize)]
pub(super) struct UpdateMessage<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    seq: u64,
    since: u64,
    time_ms: i64,
    vehicles: Changes<'a>,
    links: MapPatch<'a, Arc<str>, LinkState>,
    #[serde(skip_serializing_if = "MapPatch::is_empty")]
    forwards: MapPatch<'a, Arc<str>, ForwardState>,
}

impl<'a> UpdateMessage<'a> {
    /// What turns `old` into `new` for that selection, told as made from `since`; `None` when it
    /// shows no difference.
    pub(super) fn between(
        old: &'a Snapshot,
        new: &'a Snapshot,
        since: u64,
        selection: &'a Selection,
    ) -> Option<Self> {
        let vehicles = Changes::between(&old.vehicles, &new.vehicles, selection);
        let links = MapPatch {
            old: &old.links,
            new: &new.links,
        };
        let forwards = MapPatch {
            old: &old.forwards,
            new: &new.forwards,
        };
        let is_same = vehicles.is_empty() && links.is_empty() && forwards.is_empty();
        (!is_same).then_some(Self {
            kind: "update",
            seq: new.seq,
            since,
            time_ms: new.time_ms,
            vehicles,
            links,
            forwards,
        })
    }
}

struct Selected<'a> {
    vehicles: &'a Vehicles,
    selection: &'a Selection,
}

impl Serialize for Selected<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown: Vec<_> = self
            .vehicles
            .iter()
            .filter(|(id, _)| self.selection.has(id))
            .collect();
        let mut map = serializer.serialize_map(Some(shown.len()))?;
        for (id, value) in shown {
            match self.selection.fields() {
                Some(keys) => map.serialize_entry(id, &Pick { value, keys })?,
                None => map.serialize_entry(id, value)?,
            }
        }
        map.end()
    }
}

/// The vehicles of a selection that differ between two snapshots.
struct Changes<'a> {
    gone: Vec<&'a VehicleId>,
    changed: Vec<(&'a VehicleId, Change<'a>)>,
    selection: &'a Selection,
}

enum Change<'a> {
    Appeared(&'a Vehicle),
    Changed(Patch<'a, Vehicle>),
}

impl<'a> Changes<'a> {
    fn between(old: &'a Vehicles, new: &'a Vehicles, selection: &'a Selection) -> Self {
        let shown = |id: &VehicleId| selection.has(id);
        let gone = old
            .keys()
            .filter(|id| !new.contains_key(*id) && shown(id))
            .collect();
        let changed = new
            .iter()
            .filter(|(id, _)| shown(id))
            .filter_map(|(id, vehicle)| Some((id, change(old.get(id), vehicle, selection)?)))
            .collect();
        Self {
            gone,
            changed,
            selection,
        }
    }

    fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.changed.is_empty()
    }
}

fn change<'a>(
    old: Option<&'a Arc<Vehicle>>,
    new: &'a Arc<Vehicle>,
    selection: &Selection,
) -> Option<Change<'a>> {
    let Some(old) = old else {
        return Some(Change::Appeared(new));
    };
    if Arc::ptr_eq(old, new) || old == new {
        return None;
    }
    let patch = Patch {
        old: &**old,
        new: &**new,
    };
    let value = &patch;
    match selection.fields() {
        Some(keys) if (Pick { value, keys }).count() == 0 => None,
        _ => Some(Change::Changed(patch)),
    }
}

impl Serialize for Changes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.gone.len() + self.changed.len()))?;
        for id in &self.gone {
            map.serialize_entry(id, &())?;
        }
        for (id, value) in &self.changed {
            match self.selection.fields() {
                Some(keys) => map.serialize_entry(id, &Pick { value, keys })?,
                None => map.serialize_entry(id, value)?,
            }
        }
        map.end()
    }
}

impl Serialize for Change<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Appeared(vehicle) => vehicle.serialize(serializer),
            Self::Changed(patch) => patch.serialize(serializer),
        }
    }
}
