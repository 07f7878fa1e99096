//! What passes by and concerns what is held: a parameter somebody else set, another mission, a list of another
//! length. It keeps what is held true, or says that it need not be true any more.

use std::sync::Arc;

use crate::{
    fleet::{
        journal::{Desk, Entry},
        record::Record,
    },
    model::{
        event::EventKind,
        groups::Mission,
        ids::{ComponentId, SystemId},
        mission::PlanKind,
        mission_report::{MissionAck, MissionResult, PlanReport},
        params::encoding::ParamEncoding,
        report::{Heard, Report},
        transmission::Target,
        words::Severity,
    },
    protocol::{
        params::{
            ParamTerms,
            watch::{Seen, is_news, watch},
        },
        patience::Patience,
    },
};

/// A report of the vehicle's autopilot that belongs to no transfer of ours, or not to it alone.
pub(in crate::fleet) fn overhear(
    record: &mut Record,
    heard: &Heard,
    (own, is_ours): ((SystemId, ComponentId), bool),
    desk: &mut Desk<'_>,
) {
    match &heard.report {
        Report::Param(_) => overhear_param(record, heard, is_ours, desk),
        Report::Plan(PlanReport::Ack(ack)) if !is_ours => overhear_ack(record, *ack, own),
        Report::Mission(mission) => overhear_mission(record, mission),
        _ => {}
    }
}

fn overhear_param(record: &mut Record, heard: &Heard, is_ours: bool, desk: &mut Desk<'_>) {
    let known = record.vehicle.autopilot.zip(record.held.params.as_ref());
    let target = Target::new(heard.system, heard.component);
    let (Some((autopilot, held)), Some(target)) = (known, target) else {
        return;
    };
    let terms = ParamTerms {
        target,
        encoding: ParamEncoding::choose(autopilot, record.capabilities),
        patience: Patience::NORMAL,
    };
    let sender = (heard.system, heard.component);
    if !is_news(&held.set, &terms, sender, &heard.report) {
        return;
    }
    let Some(params) = &mut Arc::make_mut(&mut record.held).params else {
        return;
    };
    let params = Arc::make_mut(params);
    match watch(&mut params.set, &terms, sender, &heard.report) {
        Seen::Changed { name, old, new } if !is_ours => {
            let was = old.map_or_else(String::new, |old| format!("{old} → "));
            let text = format!("parameter {name}: {was}{new}, not set by this station");
            record.note(desk, Entry::new(EventKind::Command, Severity::INFO, text));
        }
        Seen::Outdated { count } if params.doubt.is_none() => {
            params.doubt = Some("it has another number of parameters now");
            let text =
                format!("it has {count} parameters now: what was read of them is to be read anew");
            record.note(desk, Entry::new(EventKind::Command, Severity::INFO, text));
        }
        Seen::Nothing | Seen::Changed { .. } | Seen::Outdated { .. } => {}
    }
}

/// A vehicle accepts a list from another station.
fn overhear_ack(record: &mut Record, ack: MissionAck, own: (SystemId, ComponentId)) {
    let is_foreign = !ack.addressee.may_be(own) && ack.result == MissionResult::ACCEPTED;
    if let Some(kind) = ack.kind.filter(|_| is_foreign) {
        doubt(record, kind, "another station has sent one since");
    }
}

/// MISSION_CURRENT counts the items without home.
fn overhear_mission(record: &mut Record, mission: &Mission) {
    let differs = record
        .held
        .mission
        .as_ref()
        .zip(mission.count)
        .is_some_and(|(held, count)| held.items.len() != usize::from(count));
    if differs {
        doubt(
            record,
            PlanKind::Mission,
            "the vehicle counts another number of items now",
        );
    }
}

fn doubt(record: &mut Record, kind: PlanKind, why: &'static str) {
    let is_held = record
        .held
        .plan(kind)
        .is_some_and(|held| held.doubt.is_none());
    if is_held && let Some(plan) = Arc::make_mut(&mut record.held).plan_mut(kind) {
        Arc::make_mut(plan).doubt = Some(why);
    }
}
