//! How old is too old: every group of numbers is judged by its own usual interval, learned while it comes.
//!
//! Fresh until max(2 × usual, 1.5 s), then dim, then gone after max(5 × usual, 3.5 s). What an
//! autopilot says once (home, version) never ages.

use std::collections::HashMap;

use crate::model::{ids::VehicleId, snapshot::Snapshot, vehicle::Vehicle};

/// A group of the vehicle object that carries its own moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the group of the vehicle object with that name"
)]
pub enum Group {
    Position,
    Velocity,
    Attitude,
    Heading,
    Throttle,
    Battery,
    Gps,
    Mission,
    Ekf,
    Vibration,
    Wind,
    Rc,
    Processor,
    Fence,
}

impl Group {
    const ALL: [Self; 14] = [
        Self::Position,
        Self::Velocity,
        Self::Attitude,
        Self::Heading,
        Self::Throttle,
        Self::Battery,
        Self::Gps,
        Self::Mission,
        Self::Ekf,
        Self::Vibration,
        Self::Wind,
        Self::Rc,
        Self::Processor,
        Self::Fence,
    ];

    /// When the group was last heard, Unix ms of station time.
    #[must_use]
    pub fn heard_ms(self, vehicle: &Vehicle) -> Option<i64> {
        match self {
            Self::Position => vehicle.position?.t_ms,
            Self::Velocity => vehicle.velocity?.t_ms,
            Self::Attitude => vehicle.attitude?.t_ms,
            Self::Heading => vehicle.heading?.t_ms,
            Self::Throttle => vehicle.throttle?.t_ms,
            Self::Battery => vehicle.battery?.t_ms,
            Self::Gps => vehicle.gps.values().filter_map(|gps| gps.t_ms).max(),
            Self::Mission => vehicle.mission?.t_ms,
            Self::Ekf => vehicle.ekf?.t_ms,
            Self::Vibration => vehicle.vibration?.t_ms,
            Self::Wind => vehicle.wind?.t_ms,
            Self::Rc => vehicle.rc?.t_ms,
            Self::Processor => vehicle.processor?.t_ms,
            Self::Fence => vehicle.fence?.t_ms,
        }
    }
}

/// How far a number may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// As good as now.
    Fresh,
    /// Overdue: dim.
    Old,
    /// Too old to be read as a value: `--`.
    Gone,
}

/// What is taken as usual before two values came, ms.
const UNLEARNED_MS: i64 = 2_000;
/// A pause longer than this teaches nothing: it was an outage.
const OUTAGE_MS: i64 = 30_000;

/// Judges an age by the usual interval, both in ms.
#[must_use]
pub fn judge(age_ms: i64, usual_ms: Option<i64>) -> Freshness {
    let usual_ms = usual_ms.unwrap_or(UNLEARNED_MS);
    if age_ms > (5 * usual_ms).max(3_500) {
        Freshness::Gone
    } else if age_ms > (2 * usual_ms).max(1_500) {
        Freshness::Old
    } else {
        Freshness::Fresh
    }
}

/// What is usual for one vehicle.
#[derive(Debug, Clone, Copy)]
pub struct Habit {
    last_ms: [Option<i64>; Group::ALL.len()],
    usual_ms: [Option<i64>; Group::ALL.len()],
    highest_pack_v: f64,
}

impl Habit {
    const NEW: Self = Self {
        last_ms: [None; Group::ALL.len()],
        usual_ms: [None; Group::ALL.len()],
        highest_pack_v: 0.0,
    };

    /// Usual interval of a group, ms; `None` before two values came.
    #[must_use]
    pub fn usual_ms(&self, group: Group) -> Option<i64> {
        self.usual_ms[group as usize]
    }

    /// The highest pack voltage seen, V; tells how many cells a pack has.
    #[must_use]
    pub const fn highest_pack_v(&self) -> f64 {
        self.highest_pack_v
    }

    fn observe(&mut self, vehicle: &Vehicle) {
        for (slot, group) in Group::ALL.into_iter().enumerate() {
            let Some(now_ms) = group.heard_ms(vehicle) else {
                continue;
            };
            let passed_ms = self.last_ms[slot].map(|last_ms| now_ms.saturating_sub(last_ms));
            self.last_ms[slot] = Some(now_ms);
            if let Some(passed_ms @ 1..OUTAGE_MS) = passed_ms {
                let learned = self.usual_ms[slot].map_or(passed_ms, |usual| {
                    (usual * 3 + passed_ms.min(usual * 8 + 500)) / 4
                });
                self.usual_ms[slot] = Some(learned);
            }
        }
        let pack_v = vehicle
            .battery
            .and_then(|battery| battery.voltage_v)
            .unwrap_or(0.0);
        self.highest_pack_v = self.highest_pack_v.max(pack_v);
    }
}

/// Shorter than this nobody calls telemetry gone, however fast it came: one lost message must not flap, ms.
const SILENCE_MS: i64 = 5_000;

impl Habit {
    /// How long the telemetry of a vehicle is gone though its heartbeats come, ms; `None` while any of
    /// position, attitude and battery is still to be believed, or when none of them was ever heard.
    #[must_use]
    pub fn silent_for_ms(&self, vehicle: &Vehicle, now_ms: i64) -> Option<i64> {
        let mut shortest_ms = None;
        for group in [Group::Position, Group::Attitude, Group::Battery] {
            let Some(heard_ms) = group.heard_ms(vehicle) else {
                continue;
            };
            let age_ms = now_ms.saturating_sub(heard_ms);
            if age_ms < SILENCE_MS || judge(age_ms, self.usual_ms(group)) != Freshness::Gone {
                return None;
            }
            shortest_ms = Some(shortest_ms.map_or(age_ms, |shortest: i64| shortest.min(age_ms)));
        }
        shortest_ms
    }
}

/// What is usual for every vehicle, learned from the snapshots as they come.
#[derive(Debug, Clone, Default)]
pub struct Habits {
    vehicles: HashMap<VehicleId, Habit>,
}

impl Habits {
    /// Learns from vehicles that changed between two snapshots; forgets those that left.
    pub fn observe(&mut self, old: &Snapshot, new: &Snapshot) {
        for (id, vehicle) in &new.vehicles {
            let unchanged = old
                .vehicles
                .get(id)
                .is_some_and(|old| std::sync::Arc::ptr_eq(old, vehicle));
            if !unchanged {
                self.vehicles
                    .entry(id.clone())
                    .or_insert(Habit::NEW)
                    .observe(vehicle);
            }
        }
        if self.vehicles.len() > new.vehicles.len() {
            self.vehicles.retain(|id, _| new.vehicles.contains_key(id));
        }
    }

    /// What is usual for one vehicle.
    #[must_use]
    pub fn of(&self, id: &VehicleId) -> &Habit {
        self.vehicles.get(id).unwrap_or(&Habit::NEW)
    }

    /// How fresh a group of a vehicle is at `now_ms`; `Gone` when it was never heard.
    #[must_use]
    pub fn freshness(&self, vehicle: &Vehicle, group: Group, now_ms: i64) -> Freshness {
        group.heard_ms(vehicle).map_or(Freshness::Gone, |heard_ms| {
            judge(
                now_ms.saturating_sub(heard_ms),
                self.of(&vehicle.id).usual_ms(group),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Freshness::{Fresh, Gone, Old},
        *,
    };
    use crate::{model::groups::Position, tui::samples::vehicle};
    use std::sync::Arc;

    fn heard_at(t_ms: i64) -> Snapshot {
        let mut alpha = vehicle("alpha", 1);
        alpha.position = Some(Position {
            t_ms: Some(t_ms),
            ..Position::default()
        });
        let mut snapshot = Snapshot::default();
        snapshot.vehicles.insert(alpha.id.clone(), Arc::new(alpha));
        snapshot
    }

    #[test]
    fn a_fast_group_is_dim_after_1500_ms_and_gone_after_3500() {
        let ages = [1_500, 1_501, 3_500, 3_501].map(|age| judge(age, Some(200)));
        assert_eq!(ages, [Fresh, Old, Old, Gone]);
    }

    #[test]
    fn a_slow_group_is_judged_by_its_own_interval() {
        let ages = [9_000, 11_000, 25_000, 25_001].map(|age| judge(age, Some(5_000)));
        assert_eq!(ages, [Fresh, Old, Old, Gone]);
    }

    #[test]
    fn the_interval_is_learned_and_an_outage_teaches_nothing() {
        let mut habits = Habits::default();
        let mut old = Snapshot::default();
        for t_ms in [1_000, 6_000, 11_000, 16_000, 116_000] {
            let new = heard_at(t_ms);
            habits.observe(&old, &new);
            old = new;
        }
        let id = VehicleId::from("alpha");
        assert_eq!(habits.of(&id).usual_ms(Group::Position), Some(5_000));
        assert_eq!(habits.of(&id).usual_ms(Group::Battery), None);
        let alpha = &old.vehicles[&id];
        let at = |now_ms| habits.freshness(alpha, Group::Position, now_ms);
        assert_eq!(at(125_000), Freshness::Fresh);
        assert_eq!(at(130_000), Freshness::Old);
        assert_eq!(at(142_000), Freshness::Gone);
    }

    #[test]
    fn telemetry_is_silent_when_all_of_it_is_gone_and_not_after_one_lost_message() {
        let mut habits = Habits::default();
        let mut old = Snapshot::default();
        for t_ms in [1_000, 1_200, 1_400] {
            let new = heard_at(t_ms);
            habits.observe(&old, &new);
            old = new;
        }
        let id = VehicleId::from("alpha");
        let mut alpha = (*old.vehicles[&id]).clone();
        let silent = |alpha: &Vehicle, now_ms| habits.of(&id).silent_for_ms(alpha, now_ms);
        assert_eq!(silent(&alpha, 6_399), None);
        assert_eq!(silent(&alpha, 6_400), Some(5_000));
        alpha.attitude = Some(crate::model::groups::Attitude {
            t_ms: Some(5_000),
            ..Default::default()
        });
        assert_eq!(silent(&alpha, 6_400), None, "its attitude still comes");
        alpha.position = None;
        alpha.attitude = None;
        assert_eq!(silent(&alpha, 99_000), None, "nothing was ever heard");
    }

    #[test]
    fn who_leaves_is_forgotten() {
        let mut habits = Habits::default();
        habits.observe(&Snapshot::default(), &heard_at(1));
        habits.observe(&heard_at(1), &Snapshot::default());
        assert!(habits.vehicles.is_empty());
    }
}
