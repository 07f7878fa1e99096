//! Which missions and parameters a snapshot adds to the log: each list when it was read, each parameter when it
//! changed. Pure.

use std::{collections::BTreeMap, sync::Arc};

use super::row::{ParamRows, PlanRow, Row};
use crate::model::{
    holdings::{HeldParams, HeldPlan, Holdings},
    ids::VehicleId,
    mission::PlanKind,
    time::TimeUs,
};

/// What is in the log already.
#[derive(Debug, Default)]
pub(super) struct HeldSampler {
    known: Arc<BTreeMap<VehicleId, Arc<Holdings>>>,
}

impl HeldSampler {
    /// The rows `holdings` are worth at `now`.
    pub(super) fn sample(
        &mut self,
        holdings: &Arc<BTreeMap<VehicleId, Arc<Holdings>>>,
        now: TimeUs,
        rows: &mut Vec<Row>,
    ) {
        if Arc::ptr_eq(&self.known, holdings) {
            return;
        }
        let known = std::mem::replace(&mut self.known, Arc::clone(holdings));
        for (id, held) in &**holdings {
            let before = known.get(id);
            if before.is_some_and(|before| Arc::ptr_eq(before, held)) {
                continue;
            }
            for kind in PlanKind::ALL {
                let was = before.and_then(|before| before.plan(kind));
                plan(id, was, held.plan(kind), rows);
            }
            let was = before.and_then(|before| before.params.as_ref());
            params(id, (was, held.params.as_ref()), now, rows);
        }
    }
}

fn plan(
    id: &VehicleId,
    was: Option<&Arc<HeldPlan>>,
    is: Option<&Arc<HeldPlan>>,
    rows: &mut Vec<Row>,
) {
    let Some(is) = is.filter(|is| is.doubt.is_none()) else {
        return;
    };
    if was.is_some_and(|was| Arc::ptr_eq(was, is) || was.t_ms == is.t_ms) {
        return;
    }
    rows.push(Row::Plan(PlanRow {
        vehicle: id.clone(),
        plan: Arc::clone(is),
    }));
}

fn params(
    id: &VehicleId,
    (was, is): (Option<&Arc<HeldParams>>, Option<&Arc<HeldParams>>),
    now: TimeUs,
    rows: &mut Vec<Row>,
) {
    let Some(is) = is.filter(|is| is.doubt.is_none()) else {
        return;
    };
    let was = was.filter(|was| was.doubt.is_none() && was.t_ms == is.t_ms);
    let t = match was {
        Some(_) => now,
        None => TimeUs::from_ms(is.t_ms),
    };
    let is_new = |name, value| was.is_none_or(|was| was.set.get(name) != Some(value));
    let values: Vec<_> = is
        .set
        .iter()
        .filter(|(name, value)| is_new(*name, *value))
        .collect();
    if !values.is_empty() {
        rows.push(Row::Params(Box::new(ParamRows {
            vehicle: id.clone(),
            t,
            values,
        })));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::params::{name::ParamName, set::ParamSet, value::ParamValue};

    fn fleet(held: Holdings) -> Arc<BTreeMap<VehicleId, Arc<Holdings>>> {
        Arc::new([("alpha".into(), Arc::new(held))].into())
    }

    fn mission(t_ms: i64) -> Arc<HeldPlan> {
        Arc::new(HeldPlan {
            kind: PlanKind::Mission,
            home: None,
            items: Vec::new(),
            opaque_id: None,
            t_ms,
            is_coarse: false,
            is_given: false,
            doubt: None,
        })
    }

    fn set(values: &[(&str, i32)]) -> Arc<HeldParams> {
        let pairs = values
            .iter()
            .map(|(name, value)| (ParamName::new(name).unwrap(), ParamValue::I32(*value)));
        Arc::new(HeldParams {
            set: pairs.collect::<ParamSet>(),
            hash: None,
            t_ms: 5,
            by_file: true,
            unreadable: Vec::new(),
            doubt: None,
        })
    }

    #[test]
    fn a_list_is_logged_when_it_was_read_and_a_parameter_when_it_changed() {
        let mut sampler = HeldSampler::default();
        let mut count = |mission: Arc<HeldPlan>, params: Option<Arc<HeldParams>>| {
            let mut rows = Vec::new();
            let held = Holdings {
                mission: Some(mission),
                params,
                ..Holdings::default()
            };
            sampler.sample(&fleet(held), TimeUs::from_ms(9), &mut rows);
            let plans = rows.iter().filter(|row| matches!(row, Row::Plan(_)));
            let plans = plans.count();
            let values = rows.iter().map(|row| match row {
                Row::Params(rows) => rows.values.len(),
                _ => 0,
            });
            (plans, values.sum::<usize>())
        };
        assert_eq!(count(mission(1), None), (1, 0));
        assert_eq!(count(mission(1), Some(set(&[("A", 1), ("B", 2)]))), (0, 2));
        assert_eq!(count(mission(1), Some(set(&[("A", 1), ("B", 3)]))), (0, 1));
        assert_eq!(count(mission(2), Some(set(&[("A", 1), ("B", 3)]))), (1, 0));
        let mut doubted = mission(3);
        Arc::make_mut(&mut doubted).doubt = Some("why");
        assert_eq!(count(doubted, None), (0, 0));
    }
}
