//! The log book: gives every event its number and keeps the newest ones for whoever reads a snapshot.

use std::sync::Arc;

use serde_json::Value;

use crate::model::{
    event::{Event, EventKind, EventRing},
    ids::VehicleId,
    time::TimeUs,
    words::Severity,
};

/// Numbers events and keeps the ring. Filled by `state` and its parts, copied into each snapshot.
#[derive(Debug, Default)]
pub(super) struct Journal {
    ring: Arc<EventRing>,
    last_id: u64,
}

impl Journal {
    /// An empty book whose first entry has the number after `id`.
    pub(super) fn starting_after(id: u64) -> Self {
        Self {
            ring: Arc::new(EventRing::starting_after(id)),
            last_id: id,
        }
    }

    /// Writes an entry about a vehicle.
    pub(super) fn vehicle(&mut self, now: TimeUs, vehicle: &VehicleId, entry: Entry) {
        self.write(now, Some(vehicle.clone()), entry);
    }

    /// Writes an entry about the station or a link.
    pub(super) fn station(&mut self, now: TimeUs, entry: Entry) {
        self.write(now, None, entry);
    }

    fn write(&mut self, now: TimeUs, vehicle: Option<VehicleId>, entry: Entry) {
        self.last_id += 1;
        let Entry {
            kind,
            severity,
            text,
            data,
        } = entry;
        let event = Event {
            id: self.last_id,
            t_ms: now.as_ms(),
            vehicle,
            kind,
            severity,
            text: text.into(),
            data,
        };
        Arc::make_mut(&mut self.ring).push(Arc::new(event));
    }

    /// The newest events, shared.
    pub(super) fn ring(&self) -> Arc<EventRing> {
        Arc::clone(&self.ring)
    }

    /// Id of the newest event.
    pub(super) const fn last_id(&self) -> u64 {
        self.last_id
    }
}

/// What to write.
#[derive(Debug)]
pub(super) struct Entry {
    kind: EventKind,
    severity: Severity,
    text: String,
    data: Value,
}

impl Entry {
    /// An entry without details.
    pub(super) fn new(kind: EventKind, severity: Severity, text: impl Into<String>) -> Self {
        Self {
            kind,
            severity,
            text: text.into(),
            data: Value::Null,
        }
    }

    /// The same with details for programs.
    pub(super) fn with(mut self, data: Value) -> Self {
        self.data = data;
        self
    }
}

/// Where and when something about a vehicle is written down.
pub(super) struct Desk<'a> {
    pub(super) journal: &'a mut Journal,
    pub(super) t: TimeUs,
}
