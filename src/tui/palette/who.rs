//! Whom a word means: `alpha`, `7`, `2-5`, `north-team`, `all`, and several of them with commas between.
//!
//! A word that means two things means none of them: the operator says which.

use std::collections::BTreeSet;

use super::world::World;
use crate::{
    model::{ids::VehicleId, suggest::nearest},
    tui::format::clean,
};

/// The word for every vehicle of the fleet, shown or not.
pub const ALL: &str = "all";

/// Everyone a list means, by number; each only once.
///
/// # Errors
/// One sentence: which piece means nobody, or more than one.
pub fn find(list: &str, world: &World<'_>) -> Result<Vec<VehicleId>, String> {
    let mut found: Vec<VehicleId> = Vec::new();
    for piece in list.split(',').filter(|piece| !piece.is_empty()) {
        for id in one(piece, world)? {
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    if found.is_empty() {
        return Err("@ wants a vehicle, a number, a group or all".to_owned());
    }
    found.sort_by_key(|id| world.number(id));
    Ok(found)
}

/// The vehicle that a word alone means: its id, its name or its number.
#[must_use]
pub fn single(word: &str, world: &World<'_>) -> Option<VehicleId> {
    let mut found: BTreeSet<VehicleId> = named(word, world).into_iter().collect();
    found.extend(numbered(word, world));
    let only = found.pop_first()?;
    found.is_empty().then_some(only)
}

fn one(piece: &str, world: &World<'_>) -> Result<Vec<VehicleId>, String> {
    if piece.eq_ignore_ascii_case(ALL) {
        return Ok(world.snapshot.vehicles.keys().cloned().collect());
    }
    let meanings = [
        named(piece, world),
        numbered(piece, world),
        grouped(piece, world),
    ];
    let mut meanings = meanings.into_iter().filter(|found| !found.is_empty());
    match (meanings.next(), meanings.next()) {
        (None, _) => Err(nobody(piece, world)),
        (Some(found), None) if is_one_meaning(piece, &found, world) => Ok(found),
        (Some(found), Some(other)) if found == other => Ok(found),
        _ => Err(format!(
            "{} means more than one: take the vehicle's id or number",
            clean(piece)
        )),
    }
}

/// Several vehicles by one name are no group.
fn is_one_meaning(piece: &str, found: &[VehicleId], world: &World<'_>) -> bool {
    found.len() == 1 || named(piece, world).is_empty()
}

fn named(word: &str, world: &World<'_>) -> Vec<VehicleId> {
    let id = VehicleId::from(word);
    if world.snapshot.vehicles.contains_key(&id) {
        return vec![id];
    }
    let vehicles = world.snapshot.vehicles.values();
    vehicles
        .filter(|vehicle| {
            let names = [vehicle.id.as_str(), &*vehicle.name];
            names.iter().any(|name| name.eq_ignore_ascii_case(word))
        })
        .map(|vehicle| vehicle.id.clone())
        .collect()
}

/// A number, or every number there is of a range.
fn numbered(word: &str, world: &World<'_>) -> Vec<VehicleId> {
    let (from, to) = word.split_once('-').unwrap_or((word, word));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(from) && digits(to)) {
        return Vec::new();
    }
    let (Ok(from), Ok(to)) = (from.parse::<u16>(), to.parse::<u16>()) else {
        return Vec::new();
    };
    let numbers = world.digest.numbers();
    let wanted = numbers.iter().filter(|number| (from..=to).contains(number));
    wanted
        .filter_map(|number| Some(world.digest.numbered(*number)?.id().clone()))
        .collect()
}

fn grouped(word: &str, world: &World<'_>) -> Vec<VehicleId> {
    let vehicles = world.snapshot.vehicles.values();
    vehicles
        .filter(|vehicle| {
            let group = vehicle.group.as_deref();
            group.is_some_and(|group| group.eq_ignore_ascii_case(word))
        })
        .map(|vehicle| vehicle.id.clone())
        .collect()
}

fn nobody(piece: &str, world: &World<'_>) -> String {
    let vehicles = || world.snapshot.vehicles.values();
    let ids = vehicles().map(|vehicle| vehicle.id.as_str());
    let names = vehicles().map(|vehicle| &*vehicle.name);
    let groups = vehicles().filter_map(|vehicle| vehicle.group.as_deref());
    let near = nearest(piece, ids.chain(names).chain(groups).chain([ALL]));
    let piece = clean(piece);
    match near {
        Some(near) => format!(
            "nobody and no group is called {piece}; did you mean {}?",
            clean(near)
        ),
        None => format!("nobody and no group is called {piece}"),
    }
}
