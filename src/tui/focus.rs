//! Which vehicles the operator looks at, once that has rested: they get what they want of a thin link first.

use super::ui::{Choice, Ui};
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
    /// The vehicles to be told to the fleet, when they have changed and rested.
    pub fn look(&mut self, ui: &Ui, now_ms: i64) -> Option<Vec<VehicleId>> {
        let seen = looked_at(ui);
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
}

/// The chosen vehicle and the marked ones, by id.
fn looked_at(ui: &Ui) -> Vec<VehicleId> {
    let chosen = ui
        .selected
        .as_ref()
        .filter(|_| ui.choice == Choice::Operator);
    let mut all: Vec<VehicleId> = ui.marked.iter().chain(chosen).cloned().collect();
    all.sort();
    all.dedup();
    all.truncate(MOST);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<VehicleId> {
        names.iter().map(|name| VehicleId::from(*name)).collect()
    }

    #[test]
    fn a_choice_is_told_once_when_it_has_rested_and_a_preview_never() {
        let mut focus = Focus::default();
        let mut ui = Ui {
            selected: Some("a".into()),
            ..Ui::default()
        };
        for now_ms in [0, 5_000] {
            assert_eq!(focus.look(&ui, now_ms), None, "nobody chose it");
        }
        ui.choice = Choice::Operator;
        assert_eq!(focus.look(&ui, 6_000), None);
        ui.selected = Some("b".into());
        assert_eq!(focus.look(&ui, 6_900), None);
        assert_eq!(focus.look(&ui, 7_899), None);
        assert_eq!(focus.look(&ui, 7_900), Some(ids(&["b"])));
        assert_eq!(focus.look(&ui, 9_000), None);
        ui.marked.extend(ids(&["c", "b", "a"]));
        assert_eq!(focus.look(&ui, 10_000), None);
        assert_eq!(focus.look(&ui, 11_000), Some(ids(&["a", "b", "c"])));
        ui.marked.clear();
        ui.choice = Choice::Left;
        assert_eq!(focus.look(&ui, 12_000), None);
        assert_eq!(focus.look(&ui, 13_000), Some(Vec::new()));
    }
}
