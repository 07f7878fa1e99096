//! Comparisons: a list with a file, parameters with a file or with those of other vehicles. Nothing is sent.

use std::sync::Arc;

use super::{
    found::{Done, Found},
    views::show,
};
use crate::{
    model::{ids::VehicleId, mission::PlanKind},
    param_file,
    plan::{diff::diff, read},
    tui::{
        aboard::{self, PlanDiff, Tab, param_list::Against},
        files::listing::divided,
        format::clean,
        palette::{who, world::World},
        ui::Ui,
    },
};

/// What giving the list of a file to a vehicle would change.
///
/// # Errors
/// The file cannot be read, or the vehicle's own list was not.
pub(super) fn plan(
    ui: &mut Ui,
    (path, text): (&str, &str),
    kind: PlanKind,
    id: &VehicleId,
) -> Found {
    let document = read::read(text).map_err(|error| format!("{path}: {error}"))?;
    let held = aboard::of(&ui.newest, id).and_then(|held| held.plan(kind));
    let tab = Tab::of(kind);
    let held = held.ok_or_else(|| unread(id, tab))?;
    let changes = diff(&held.items, document.items(kind));
    let lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
    let count = lines.len();
    let file = divided(path).1.to_owned();
    show(ui, tab, id.clone());
    ui.aboard.diff = Some(PlanDiff {
        vehicle: id.clone(),
        kind,
        file,
        lines,
    });
    ui.aboard.go(0);
    Ok(Done::Said(match count {
        0 => format!("no difference: {} holds what {path} says", id.as_str()),
        1 => "1 difference".to_owned(),
        many => format!("{many} differences"),
    }))
}

fn unread(id: &VehicleId, tab: Tab) -> String {
    let what = match tab {
        Tab::Mission => "the mission of",
        Tab::Fence => "the fence of",
        Tab::Rally => "the rally points of",
        Tab::Params => "the parameters of",
    };
    let verb = tab.verb();
    format!(
        "{what} {} not read yet: {verb} get first",
        clean(id.as_str())
    )
}

/// How the parameters of a vehicle differ from a file.
///
/// # Errors
/// The file cannot be read, or the vehicle's parameters were not.
pub(super) fn params(ui: &mut Ui, (path, text): (&str, &str), id: &VehicleId) -> Found {
    let set = param_file::read(text).map_err(|error| format!("{path}: {error}"))?;
    let held = aboard::of(&ui.newest, id);
    if held.is_none_or(|held| held.params.is_none()) {
        return Err(unread(id, Tab::Params));
    }
    show(ui, Tab::Params, id.clone());
    ui.aboard.against = Some(Against::File {
        name: divided(path).1.to_owned(),
        set: Arc::new(set),
    });
    ui.aboard.search.clear();
    Ok(Done::Said(
        "what differs is shown; Esc shows all again".to_owned(),
    ))
}

/// The vehicle to compare, and those it is compared with: named ones, else the marked ones.
///
/// # Errors
/// Nobody is meant, or only one.
pub(super) fn whom(
    words: &[String],
    ids: &[VehicleId],
    world: &World<'_>,
) -> Result<(VehicleId, Vec<VehicleId>), String> {
    let named = match words {
        [] => Vec::new(),
        words => who::find(&words.join(","), world)?,
    };
    let (base, others) = match (ids, named.as_slice()) {
        ([base, others @ ..], []) | ([], [base, others @ ..]) => (base, others.to_vec()),
        ([base, ..], named) => (base, named.to_vec()),
        ([], []) => {
            return Err("choose a vehicle, and name or mark those to compare it with".to_owned());
        }
    };
    let others: Vec<VehicleId> = others.into_iter().filter(|id| id != base).collect();
    if others.is_empty() {
        return Err("compare with whom? Name a file, other vehicles, or mark several".to_owned());
    }
    Ok((base.clone(), others))
}

/// Shows how a vehicle is set other than the others.
pub(super) fn with_vehicles(ui: &mut Ui, base: VehicleId, others: Vec<VehicleId>) -> Done {
    let unread = others.iter().filter(|id| {
        let held = aboard::of(&ui.newest, id);
        held.is_none_or(|held| held.params.is_none())
    });
    let unread = unread.count();
    show(ui, Tab::Params, base);
    ui.aboard.against = Some(Against::Vehicles(others));
    ui.aboard.search.clear();
    Done::Said(match unread {
        0 => "what differs is shown; Esc shows all again".to_owned(),
        count => format!("the parameters of {count} of them were not read: param get first"),
    })
}
