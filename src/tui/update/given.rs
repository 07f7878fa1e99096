//! A file that is to be given to vehicles: what is in it, what is wrong with it, what it would change.

use std::{collections::BTreeSet, sync::Arc};

use super::found::{Done, Found};
use crate::{
    model::{
        ids::VehicleId,
        mission::PlanKind,
        params::{difference::differences, name::ParamName, set::ParamSet},
        transfer::{OnFailure, PlanList, Work},
    },
    param_file,
    plan::{
        check::{self, Gravity},
        document::PlanDocument,
        read,
    },
    tui::{
        aboard::Tab,
        files::listing::divided,
        palette::{
            order::{Named, Order},
            task::{Note, Task, Transfer},
            world::World,
        },
        severity::Level,
    },
};

/// Differences that are named before they are only counted.
const NAMED: usize = 12;

/// The question before a list of a file is given to vehicles.
///
/// # Errors
/// One sentence: why the file cannot be used.
pub(super) fn plan(
    (path, text): (&str, &str),
    kind: PlanKind,
    ids: &[VehicleId],
    world: &World<'_>,
) -> Found {
    let document = read::read(text).map_err(|error| format!("{path}: {error}"))?;
    let items = document.items(kind);
    if items.is_empty() {
        return Err(format!(
            "{path} holds no {}{}",
            kind.word(),
            others(&document, kind)
        ));
    }
    let tab = Tab::of(kind);
    let list = PlanList {
        home: document.home.filter(|_| kind == PlanKind::Mission),
        items: items.to_vec(),
    };
    let transfer = Transfer {
        work: Work::PlanPut(kind, Arc::new(list)),
        label: format!("{} put {}", tab.verb(), divided(path).1),
        notes: plan_notes(&document, kind),
        rollback_beside: None,
    };
    let task = Task::Transfer(transfer.into());
    Ok(Done::Asked(Box::new(Order::new(task, ids, world))))
}

fn others(document: &PlanDocument, kind: PlanKind) -> String {
    let others: Vec<String> = document
        .kinds()
        .filter(|other| *other != kind)
        .map(|other| format!("{} of {}", document.items(other).len(), other.word()))
        .collect();
    if others.is_empty() {
        return String::new();
    }
    format!("; it holds items: {}", others.join(", "))
}

/// How much it is, then what is wrong with it, the worst first.
fn plan_notes(document: &PlanDocument, kind: PlanKind) -> Vec<Note> {
    let count = document.items(kind).len();
    let items = if count == 1 { "item" } else { "items" };
    let left_out = others(document, kind).replace("; it holds items:", "; not given:");
    let mut notes = vec![Note::new(Level::Calm, format!("{count} {items}{left_out}"))];
    let mut mistakes = check::document(document);
    mistakes.retain(|mistake| mistake.kind == kind);
    mistakes.sort_by_key(|mistake| std::cmp::Reverse(mistake.gravity));
    notes.extend(mistakes.iter().map(|mistake| {
        let level = match mistake.gravity {
            Gravity::Error => Level::Critical,
            Gravity::Warning => Level::Warning,
        };
        Note::new(level, mistake.to_string())
    }));
    let told = document.notes.iter();
    notes.extend(told.map(|note| Note::new(Level::Notice, note.as_str())));
    notes
}

/// The question before vehicles are set as a file says.
///
/// # Errors
/// One sentence: why the file cannot be used, or why nobody can tell what it would change.
pub(super) fn params((path, text): (&str, &str), ids: &[VehicleId], world: &World<'_>) -> Found {
    let file = param_file::read(text).map_err(|error| format!("{path}: {error}"))?;
    let mut wanted: BTreeSet<ParamName> = BTreeSet::new();
    let mut notes = Vec::new();
    for id in ids {
        let name = Named::new(id, world).name;
        let held = world.snapshot.holdings.get(id);
        let held = held.and_then(|held| held.params.as_ref());
        let own = held.ok_or_else(|| {
            format!("the parameters of {name} were not read: param get first, then it is known what changes")
        })?;
        let changes: Vec<(ParamName, String)> = changes(&own.set, &file);
        if let [_] = ids {
            notes.extend(named_changes(&changes));
        }
        if let Some(why) = own.doubt {
            let text = format!("what was read of {name} may be outdated: {why}");
            notes.push(Note::new(Level::Warning, text));
        }
        wanted.extend(changes.into_iter().map(|(name, _)| name));
    }
    if wanted.is_empty() {
        return Ok(Done::Said(format!("nothing to set: all is as {path} says")));
    }
    let set: ParamSet = file
        .iter()
        .filter(|(name, _)| wanted.contains(name))
        .collect();
    let (count, all) = (set.len(), file.len());
    let head =
        format!("{count} of {all} in the file differ; the old values are kept in a file beside it");
    notes.insert(0, Note::new(Level::Calm, head));
    let transfer = Transfer {
        work: Work::ParamsWrite(Arc::new(set), OnFailure::GoOn),
        label: format!("param load {}", divided(path).1),
        notes,
        rollback_beside: Some(path.to_owned()),
    };
    let task = Task::Transfer(transfer.into());
    Ok(Done::Asked(Box::new(Order::new(task, ids, world))))
}

/// What a file would change; what it does not name stays as it is.
fn changes(own: &ParamSet, file: &ParamSet) -> Vec<(ParamName, String)> {
    use crate::model::params::difference::DifferenceKind::{Changed, OnlyLeft, OnlyRight};
    let words = |what| match what {
        Changed { left, right } => Some(format!("{left} becomes {right}")),
        OnlyRight(value) => Some(format!("{value}, which it has not; it is tried last")),
        OnlyLeft(_) => None,
    };
    differences(own, file)
        .into_iter()
        .filter_map(|difference| Some((difference.name, words(difference.what)?)))
        .collect()
}

fn named_changes(changes: &[(ParamName, String)]) -> Vec<Note> {
    let named = changes.iter().take(NAMED);
    let mut notes: Vec<Note> = named
        .map(|(name, change)| Note::new(Level::Notice, format!("{name}  {change}")))
        .collect();
    if changes.len() > NAMED {
        let more = changes.len() - NAMED;
        let text = format!("and {more} more: param diff FILE shows all of them");
        notes.push(Note::new(Level::Notice, text));
    }
    notes
}
