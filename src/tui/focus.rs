//! Which vehicles the operator looks at, once that has rested: they get what they want of a thin link first.

use crate::model::ids::VehicleId;

/// A choice counts when it has rested this long, ms: a cursor that runs down the table asks nobody for anything.
const REST_MS: i64 = 1_000;
/// More marked vehicles than this are no focus.
const MOST: usize = 32;

/// What was looked at last.
#[derive(Debug, Clone, Default)]
pub struct Focus {
    told: Vec<VehicleId>,
    seen: Vec<VehicleId>,
    since_ms: i64,
}

impl Focus {
    /// The vehicles to be told to the fleet, when those that are `seen` have changed and rested.
    pub fn look(&mut self, seen: Vec<VehicleId>, now_ms: i64) -> Option<Vec<VehicleId>> {
        if seen != self.seen {
            self.seen = seen;
            self.since_ms = now_ms;
        }
        let rests = now_ms.saturating_sub(self.since_ms) >= REST_MS;
        if self.seen == self.told || !rests {
            return None;
        }
        self.told.clone_from(&self.seen);
        Some(self.told.clone())
    }

    /// At most so many can be looked at.
    #[must_use]
    pub fn of(all: impl Iterator<Item = VehicleId>) -> Vec<VehicleId> {
        let mut all: Vec<VehicleId> = all.collect();
        all.sort();
        all.dedup();
        all.truncate(MOST);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<VehicleId> {
        names.iter().map(|name| VehicleId::from(*name)).collect()
    }

    #[test]
    fn a_choice_is_told_once_when_it_has_rested() {
        let mut focus = Focus::default();
        assert_eq!(focus.look(ids(&[]), 0), None);
        assert_eq!(focus.look(ids(&["a"]), 6_000), None);
        assert_eq!(focus.look(ids(&["b"]), 6_900), None);
        assert_eq!(focus.look(ids(&["b"]), 7_899), None);
        assert_eq!(focus.look(ids(&["b"]), 7_900), Some(ids(&["b"])));
        assert_eq!(focus.look(ids(&["b"]), 9_000), None);
        assert_eq!(focus.look(ids(&[]), 12_000), None);
        assert_eq!(focus.look(ids(&[]), 13_000), Some(Vec::new()));
    }

    #[test]
    fn they_are_told_in_order_and_once_each() {
        let all = ids(&["c", "a", "c", "b"]);
        assert_eq!(Focus::of(all.into_iter()), ids(&["a", "b", "c"]));
        let many = (0..100).map(|number| VehicleId::from(&*format!("{number:03}")));
        assert_eq!(Focus::of(many).len(), MOST);
    }
}
