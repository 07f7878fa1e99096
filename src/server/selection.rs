//! What a client asked to see: which vehicles, and which fields of them.

use std::{collections::BTreeSet, sync::Arc};

use super::pick::Keys;
use crate::model::{event::Event, ids::VehicleId, snapshot::Snapshot};

/// Which part of a snapshot a client sees. `id` is always among the fields, links are always shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selection {
    vehicles: Option<BTreeSet<VehicleId>>,
    fields: Option<Keys>,
}

impl Selection {
    /// Id before the first of the newest `most` events that show.
    pub(super) fn before_newest(&self, most: usize, newest: &Snapshot) -> u64 {
        let events = newest.events.after(0).rev();
        let shown = events.filter(|event| self.has_event(event)).take(most);
        shown
            .last()
            .map_or(newest.events.newest_id(), |event| event.id - 1)
    }

    /// The vehicles of that name and no others; `None` for all.
    pub(super) fn new(vehicles: Option<Vec<String>>, fields: Option<Vec<String>>) -> Self {
        let vehicles = vehicles.map(|names| {
            names
                .into_iter()
                .map(|name| VehicleId(name.into()))
                .collect()
        });
        let fields = fields.map(|names| {
            names
                .into_iter()
                .map(String::into_boxed_str)
                .chain([Box::from("id")])
                .collect()
        });
        Self { vehicles, fields }
    }

    /// The same fields of this one vehicle.
    pub(super) fn of_one(self, vehicle: &VehicleId) -> Self {
        Self {
            vehicles: Some(BTreeSet::from([vehicle.clone()])),
            ..self
        }
    }

    /// Whether that vehicle is to be seen.
    pub(super) fn has(&self, vehicle: &VehicleId) -> bool {
        self.vehicles
            .as_ref()
            .is_none_or(|wanted| wanted.contains(vehicle))
    }

    /// Whether that event is to be seen: those of the vehicles asked for, and those of the station.
    pub(super) fn has_event(&self, event: &Event) -> bool {
        event.vehicle.as_ref().is_none_or(|id| self.has(id))
    }

    /// The fields wanted, `None` for all.
    pub(super) fn fields(&self) -> Option<&Keys> {
        self.fields.as_ref()
    }
}

/// How a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Encoding {
    /// `volery.v1.json`, text frames.
    Json,
    /// `volery.v1.msgpack`, binary frames, the same objects with text keys.
    Msgpack,
}

impl Encoding {
    /// Every encoding, the default first.
    pub(super) const ALL: [Self; 2] = [Self::Json, Self::Msgpack];

    /// Its name as a WebSocket subprotocol.
    pub(super) const fn subprotocol(self) -> &'static str {
        match self {
            Self::Json => "volery.v1.json",
            Self::Msgpack => "volery.v1.msgpack",
        }
    }
}

/// What a client sees and how it is written: clients of one view share messages.
#[derive(Debug, Clone)]
pub(super) struct View {
    /// Interned by the feed: one selection is one address.
    pub(super) selection: Arc<Selection>,
    /// How it is written.
    pub(super) encoding: Encoding,
}
