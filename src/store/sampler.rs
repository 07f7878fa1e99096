//! Decides which rows a snapshot is worth. Pure: the time is an argument.
//!
//! Per vehicle at most `sample_hz` rows in any second, plus one at every change of mode, armed or
//! state and one at the end. A vehicle that did not change gets none, so after a second of silence
//! its last row says what the snapshot says. Every event is handed over once.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use super::{
    held::HeldSampler,
    row::{DroneRow, Gap, GapKind, Row, TelemetryRow},
};
use crate::model::{
    event::EventRing,
    ids::VehicleId,
    snapshot::Snapshot,
    time::TimeUs,
    vehicle::{State, Vehicle},
};

/// How often a drone's `last_seen_us` is brought up to date, ms.
const SEEN_EVERY_MS: i64 = 1_000;

/// What was already decided; made once per session.
#[derive(Debug)]
pub struct Sampler {
    interval_ms: f64,
    most_per_s: usize,
    last_event: u64,
    last_event_ms: i64,
    vehicles: BTreeMap<VehicleId, Sampled>,
    held: HeldSampler,
}

#[derive(Debug)]
struct Sampled {
    /// As the last snapshot had it.
    newest: Arc<Vehicle>,
    /// Its last row says something older, or never reached the log.
    owed: bool,
    row: Option<TelemetryRow>,
    due_ms: f64,
    /// When the latest regular rows were, no more than may lie within a second.
    recent: VecDeque<i64>,
    drone: Option<DroneRow>,
    drone_ms: i64,
}

impl Sampler {
    /// A sampler for at most `sample_hz` rows per vehicle and second; at 0 or less only changes count.
    #[must_use]
    pub fn new(sample_hz: f64) -> Self {
        let mut sampler = Self {
            interval_ms: 0.0,
            most_per_s: 1,
            last_event: 0,
            last_event_ms: 0,
            vehicles: BTreeMap::new(),
            held: HeldSampler::default(),
        };
        sampler.set_rate(sample_hz);
        sampler
    }

    /// Another rate from the next row on.
    pub fn set_rate(&mut self, sample_hz: f64) {
        let hz = if sample_hz.is_finite() {
            sample_hz.max(0.0)
        } else {
            0.0
        };
        self.interval_ms = 1_000.0 / hz;
        self.most_per_s = (hz.floor() as usize).max(1);
    }

    /// The same, for a session whose events have ids above `id`.
    #[must_use]
    pub fn after_event(self, id: u64) -> Self {
        Self {
            last_event: id,
            ..self
        }
    }

    /// The rows `snapshot` is worth at `now`, appended to `rows`. The same snapshot again, later, gives
    /// what was held back before.
    pub fn sample(&mut self, snapshot: &Snapshot, now: TimeUs, rows: &mut Vec<Row>) {
        let now_ms = now.as_ms();
        for (id, vehicle) in &snapshot.vehicles {
            if vehicle.heard_ms.is_none() && vehicle.state == State::Expected {
                continue;
            }
            match self.vehicles.get_mut(id) {
                Some(sampled) => sampled.renew(vehicle),
                None => {
                    self.vehicles
                        .insert(id.clone(), Sampled::new(vehicle, now_ms));
                }
            }
        }
        let (interval_ms, most_per_s) = (self.interval_ms, self.most_per_s);
        self.vehicles.retain(|id, sampled| {
            let stays = snapshot.vehicles.contains_key(id);
            if stays {
                sampled.sample(now_ms, (interval_ms, most_per_s), rows);
            } else {
                sampled.finish(now_ms, rows);
            }
            stays
        });
        self.held.sample(&snapshot.holdings, now, rows);
        self.events(&snapshot.events, rows);
    }

    /// The last rows of a session: one per vehicle, whatever it said before.
    pub fn finish(&mut self, snapshot: &Snapshot, now: TimeUs, rows: &mut Vec<Row>) {
        self.sample(snapshot, now, rows);
        for sampled in self.vehicles.values_mut() {
            sampled.owed = true;
            sampled.finish(now.as_ms(), rows);
        }
    }

    /// Whether a row is held back that `sample` will give later.
    #[must_use]
    pub fn owes(&self) -> bool {
        self.interval_ms.is_finite() && self.vehicles.values().any(|sampled| sampled.owed)
    }

    /// The row of `vehicle` did not reach the log: it is due again.
    pub fn owe(&mut self, vehicle: &VehicleId) {
        if let Some(sampled) = self.vehicles.get_mut(vehicle) {
            sampled.owed = true;
            sampled.drone = None;
        }
    }

    fn events(&mut self, ring: &EventRing, rows: &mut Vec<Row>) {
        let count = ring.missed_after(self.last_event);
        let before_ms = self.last_event_ms;
        for (n, event) in ring.after(self.last_event).enumerate() {
            if n == 0 && count > 0 {
                let start = if before_ms == 0 {
                    event.t_ms
                } else {
                    before_ms
                };
                rows.push(Row::Gap(Gap {
                    what: GapKind::Events,
                    start: TimeUs::from_ms(start),
                    end: TimeUs::from_ms(event.t_ms),
                    count,
                }));
            }
            rows.push(Row::Event(Arc::clone(event)));
            self.last_event_ms = event.t_ms;
        }
        self.last_event = self.last_event.max(ring.newest_id());
    }
}

impl Sampled {
    fn new(vehicle: &Arc<Vehicle>, now_ms: i64) -> Self {
        Self {
            newest: Arc::clone(vehicle),
            owed: true,
            row: None,
            due_ms: now_ms as f64,
            recent: VecDeque::new(),
            drone: None,
            drone_ms: i64::MIN,
        }
    }

    fn renew(&mut self, vehicle: &Arc<Vehicle>) {
        if !Arc::ptr_eq(&self.newest, vehicle) {
            self.newest = Arc::clone(vehicle);
            self.owed = true;
        }
    }

    fn sample(
        &mut self,
        now_ms: i64,
        (interval_ms, most_per_s): (f64, usize),
        rows: &mut Vec<Row>,
    ) {
        if !self.owed {
            return;
        }
        // Asked twenty times a second of every vehicle: a row is made only when it is wanted.
        let turned = self
            .row
            .as_ref()
            .is_none_or(|last| last.is_turned_by(&self.newest));
        let is_due = interval_ms.is_finite() && self.is_due(now_ms, most_per_s);
        if !turned && !is_due {
            return;
        }
        if !turned {
            self.recent.push_back(now_ms);
            // Late by a part of an interval is made up for; late by more is not.
            let next = self.due_ms + interval_ms;
            self.due_ms = if next > now_ms as f64 {
                next
            } else {
                now_ms as f64 + interval_ms
            };
        }
        let row = TelemetryRow::of(&self.newest, TimeUs::from_ms(now_ms));
        self.emit(row, turned, rows);
    }

    fn is_due(&mut self, now_ms: i64, most_per_s: usize) -> bool {
        // A clock that went back (a recording with steps in it) starts anew.
        if self.row.as_ref().is_some_and(|row| row.t.as_ms() > now_ms) {
            self.recent.clear();
            self.due_ms = now_ms as f64;
        }
        while self.recent.front().is_some_and(|t| now_ms - t >= 1_000) {
            self.recent.pop_front();
        }
        now_ms as f64 >= self.due_ms && self.recent.len() < most_per_s
    }

    fn finish(&mut self, now_ms: i64, rows: &mut Vec<Row>) {
        if self.owed {
            let row = TelemetryRow::of(&self.newest, TimeUs::from_ms(now_ms));
            self.emit(row, true, rows);
        }
    }

    fn emit(&mut self, row: TelemetryRow, turned: bool, rows: &mut Vec<Row>) {
        let now_ms = row.t.as_ms();
        self.emit_drone(now_ms, turned, rows);
        rows.push(Row::Telemetry(Box::new(row.clone())));
        self.row = Some(row);
        self.owed = false;
    }

    fn emit_drone(&mut self, now_ms: i64, turned: bool, rows: &mut Vec<Row>) {
        let first = self.drone.as_ref().map(|drone| drone.seen.0);
        let Some(drone) = DroneRow::of(&self.newest, first) else {
            return;
        };
        let is_old = turned || now_ms.saturating_sub(self.drone_ms) >= SEEN_EVERY_MS;
        let is_other = self
            .drone
            .as_ref()
            .is_none_or(|last| !last.is_same_drone(&drone));
        if is_old || is_other {
            rows.push(Row::Drone(Box::new(drone.clone())));
            self.drone = Some(drone);
            self.drone_ms = now_ms;
        }
    }
}
