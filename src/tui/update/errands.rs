//! Missions, fences, rally points and parameters between vehicles and files: what a line of the palette begins.
//!
//! Reading is asked for at once. What changes a vehicle becomes the same question as a command does; what needs a
//! file first waits with the palette open until the file was read.

use super::{
    arrange::say,
    compared,
    found::{Done, Found},
    saved::{self, saved},
};
use crate::{
    model::{
        command::Consent,
        ids::VehicleId,
        intent::Via,
        params::value::ParamValue,
        snapshot::Snapshot,
        transfer::{OnFailure, Work},
        transfer_report::TransferReport,
    },
    tui::{
        aboard::{Tab, progress},
        files::{Aim, FileWork, Purpose},
        format::clean,
        message::{Context, Effect},
        palette::{
            errand::Errand,
            order::{Named, Order, Submission},
            task::{Task, Transfer},
            world::World,
        },
        ui::{Overlay, Ui, View},
    },
};

/// Begins what a line asks for.
///
/// # Errors
/// One sentence: why nothing was done.
pub(super) fn begin(
    ui: &mut Ui,
    errand: Errand,
    (ids, line): (&[VehicleId], &str),
    context: &Context<'_>,
) -> Found {
    let world = super::answer::world(ui, context);
    match errand {
        Errand::Cancel => return cancel(ui, ids),
        Errand::Save { tab, file, replace } => return saved(ui, (tab, &file, replace), one(ids)?),
        Errand::DiffVehicles(words) => {
            let (base, others) = compared::whom(&words, ids, &world)?;
            return Ok(compared::with_vehicles(ui, base, others));
        }
        Errand::Diff(tab, file) => {
            let id = one(ids)?.clone();
            let aim = match tab.kind() {
                Some(kind) => Aim::DiffPlan(kind, id),
                None => Aim::DiffParams(id),
            };
            return Ok(waits(file, aim, line));
        }
        _ => {}
    }
    ask(ui, errand, (ids, line), context)
}

/// The same for what is asked of vehicles.
fn ask(
    ui: &mut Ui,
    errand: Errand,
    (ids, line): (&[VehicleId], &str),
    context: &Context<'_>,
) -> Found {
    let world = super::answer::world(ui, context);
    if let Some(why) = world.refusal {
        return Err(why.to_owned());
    }
    some(ids)?;
    match errand {
        Errand::Get(tab) => {
            let work = tab.kind().map_or(Work::ParamsGet, Work::PlanGet);
            let found = reading(work, format!("{} get", tab.verb()), ids, &world);
            if found.is_ok() {
                ui.aboard.tab = tab;
            }
            found
        }
        Errand::Read(names) => {
            let work = Work::ParamsRead(names.into());
            reading(work, "param get".to_owned(), ids, &world)
        }
        Errand::Put(kind, file) => Ok(waits(file, Aim::Put(kind, ids.to_vec()), line)),
        Errand::Load(file) => Ok(waits(file, Aim::Load(ids.to_vec()), line)),
        Errand::Clear(kind) => {
            let label = format!("{} clear", Tab::of(kind).verb());
            Ok(asked(transfer(Work::PlanClear(kind), label), ids, &world))
        }
        Errand::Set(name, value) => {
            for id in ids {
                fits(&world, id, (name, value))?;
            }
            let set = [(name, value)].into_iter().collect();
            let work = Work::ParamsWrite(std::sync::Arc::new(set), OnFailure::GoOn);
            let label = format!("param set {name} {value}");
            Ok(asked(transfer(work, label), ids, &world))
        }
        // Handled above, or a command.
        _ => Err("this cannot be done from here".to_owned()),
    }
}

/// Ends the palette with what its line came to; a mistake leaves it open.
pub(super) fn settle(ui: &mut Ui, found: Found, context: &Context<'_>) -> Option<Effect> {
    match found {
        Ok(Done::Asked(order)) => ui.overlay = Overlay::Order(order),
        Ok(Done::Effect(effect)) => {
            ui.overlay = Overlay::None;
            return Some(effect);
        }
        Ok(Done::Said(text)) => {
            ui.overlay = Overlay::None;
            say(ui, text, context.now_ms);
        }
        Ok(Done::Waits(work)) => return Some(Effect::Files(Box::new(work))),
        Err(why) => match &mut ui.overlay {
            Overlay::Palette(open) => open.say(why),
            _ => say(ui, why, context.now_ms),
        },
    }
    None
}

/// Agreed to: old values of parameters are on the disk before the first is written.
pub(super) fn send(ui: &Ui, submission: Submission, context: &Context<'_>) -> Effect {
    let beside = match &submission.task {
        Task::Transfer(transfer) => transfer.rollback_beside.clone(),
        Task::Command(_) => None,
    };
    match beside {
        Some(beside) => saved::rollback(ui, submission, (&beside, context.now_ms)),
        None => Effect::Submit(Box::new(submission)),
    }
}

fn waits(path: String, aim: Aim, line: &str) -> Done {
    let line = line.to_owned();
    let purpose = Purpose { aim, line };
    Done::Waits(FileWork::Read { path, purpose })
}

/// A transfer without anything to be known before.
pub(super) const fn transfer(work: Work, label: String) -> Transfer {
    Transfer {
        work,
        label,
        notes: Vec::new(),
        rollback_beside: None,
    }
}

/// The question before it.
pub(super) fn asked(transfer: Transfer, ids: &[VehicleId], world: &World<'_>) -> Done {
    let task = Task::Transfer(transfer.into());
    let order = Order::new(task, ids, world);
    Done::Asked(Box::new(order))
}

/// Reading changes nothing and is not asked about, unless somebody is out of reach and an override is needed.
fn reading(work: Work, label: String, ids: &[VehicleId], world: &World<'_>) -> Found {
    let task = Task::Transfer(transfer(work, label).into());
    let objections: Vec<_> = ids
        .iter()
        .filter_map(|id| Some((id, task.weigh(id, world).objection?)))
        .collect();
    if let ([_], Some((id, objection))) = (ids, objections.first())
        && objection.is_final()
    {
        let name = Named::new(id, world).name;
        return Err(format!("{}: {}", clean(&name), objection.text()));
    }
    if objections
        .iter()
        .any(|(_, objection)| objection.wants_override())
    {
        let order = Order::new(task, ids, world);
        return Ok(Done::Asked(Box::new(order)));
    }
    Ok(Done::Effect(Effect::Read(Box::new(Submission {
        vehicles: ids.iter().map(|id| Named::new(id, world)).collect(),
        left_out: Vec::new(),
        task,
        consent: Consent::default(),
    }))))
}

fn some(ids: &[VehicleId]) -> Result<(), String> {
    if ids.is_empty() {
        let text = "nobody is chosen and nobody marked: choose or mark first, or name them with @";
        return Err(text.to_owned());
    }
    Ok(())
}

/// The only vehicle of a line that can be for one alone.
fn one(ids: &[VehicleId]) -> Result<&VehicleId, String> {
    some(ids)?;
    match ids {
        [only] => Ok(only),
        more => Err(format!(
            "this is for one vehicle, and {} are meant: name one with @",
            more.len()
        )),
    }
}

/// Whether a value fits a parameter whose type is known.
fn fits(
    world: &World<'_>,
    id: &VehicleId,
    (name, value): (crate::model::params::name::ParamName, ParamValue),
) -> Result<(), String> {
    let held = world.snapshot.holdings.get(id);
    let known = held.and_then(|held| held.params.as_ref()?.set.get(name));
    let Some(known) = known else { return Ok(()) };
    let fits = ParamValue::from_number(value.as_f64(), known.kind());
    fits.map(drop).map_err(|error| format!("{name}: {error}"))
}

fn cancel(ui: &Ui, ids: &[VehicleId]) -> Found {
    let open = ui
        .newest
        .transfers
        .iter()
        .filter(|report| !report.state.is_final());
    let meant = open.filter(|report| ids.is_empty() || ids.contains(&report.vehicle));
    let mut tickets: Vec<u64> = meant.map(|report| report.ticket).collect();
    tickets.sort_unstable();
    tickets.dedup();
    if tickets.is_empty() {
        return Err("no transfer is under way with them".to_owned());
    }
    Ok(Done::Effect(Effect::Cancel(tickets)))
}

/// A transfer was handed to the fleet: one vehicle's is followed in its own view.
pub(super) fn submitted(ui: &mut Ui, submission: &Submission, now_ms: i64) {
    let label = clean(&submission.task.label()).into_owned();
    let text = match (submission.vehicles.as_slice(), ui.view) {
        ([only], View::Fleet) => {
            format!("{label}: asked of {}; 5 shows it", clean(&only.name))
        }
        _ => format!("{label}: asked"),
    };
    say(ui, text, now_ms);
}

/// Transfers asked for here that have ended since the moment before: the last of them is told.
pub(super) fn tell_ends(ui: &mut Ui, before: &Snapshot, now_ms: i64) {
    let (old, new) = (&before.transfers, &ui.newest.transfers);
    if old.version() == new.version() {
        return;
    }
    let was_open = |report: &TransferReport| {
        let mut known = old.of(report.ticket);
        known.any(|known| known.vehicle == report.vehicle && !known.state.is_final())
    };
    let ended = new.iter().rev().find(|report| {
        report.origin.via == Via::Screen && report.state.is_final() && was_open(report)
    });
    let Some(report) = ended else { return };
    let vehicle = ui.newest.vehicles.get(&report.vehicle);
    let name = vehicle.map_or(report.vehicle.as_str(), |vehicle| &*vehicle.name);
    let text = format!("{} {name}: {}", report.work, progress::words(report));
    say(ui, text, now_ms);
}
