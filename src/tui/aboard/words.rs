//! An item of a mission, a fence or of rally points in the words of a pilot: what it does, from where its altitude
//! counts, and every number that is set, by its name.

use super::plan_table::Along;
use crate::model::{
    mission::MissionItem,
    mission_command::{
        DO_JUMP, FENCE_INSIDE_CIRCLE, FENCE_INSIDE_POLYGON, FENCE_OUTSIDE_CIRCLE,
        FENCE_OUTSIDE_POLYGON, FENCE_RETURN_POINT, RALLY_POINT, has_place, label, name,
    },
    mission_difference::number,
};

/// What an item is, short enough for a column: `WAYPOINT`, `DO_JUMP`, `inside polygon`.
#[must_use]
pub fn command(item: &MissionItem) -> String {
    let word = match item.command {
        FENCE_INSIDE_POLYGON => "keep inside polygon",
        FENCE_OUTSIDE_POLYGON => "keep out of polygon",
        FENCE_INSIDE_CIRCLE => "keep inside circle",
        FENCE_OUTSIDE_CIRCLE => "keep out of circle",
        FENCE_RETURN_POINT => "return point",
        RALLY_POINT => "rally point",
        other => {
            let name = name(other);
            return name.strip_prefix("NAV_").unwrap_or(&name).to_owned();
        }
    };
    word.to_owned()
}

/// From what an altitude counts, in a word or two.
#[must_use]
pub fn measured_from(item: &MissionItem) -> String {
    match item.frame.canonical().0 {
        0 => "sea level".to_owned(),
        2 => String::new(),
        3 => "home".to_owned(),
        10 => "terrain".to_owned(),
        _ => item.frame.word(),
    }
}

/// Whether an item has an altitude worth a column.
#[must_use]
pub fn has_altitude(item: &MissionItem) -> bool {
    let is_fence = (FENCE_INSIDE_POLYGON..=FENCE_OUTSIDE_CIRCLE).contains(&item.command);
    has_place(item.command) && !is_fence && item.z.is_finite()
}

/// Every number that says something, by its name: `hold 5 s, accept radius 2 m`.
#[must_use]
pub fn numbers(item: &MissionItem, along: Along) -> String {
    match item.command {
        DO_JUMP => return jump(item),
        FENCE_INSIDE_POLYGON | FENCE_OUTSIDE_POLYGON => {
            let of = number(f64::from(item.params[0]));
            return format!("corner {} of {of}", along.corner);
        }
        FENCE_INSIDE_CIRCLE | FENCE_OUTSIDE_CIRCLE => {
            return format!("radius {} m", number(f64::from(item.params[0])));
        }
        _ => {}
    }
    let is_place = has_place(item.command);
    let mut words: Vec<String> = Vec::new();
    for (index, value) in item.numbers().into_iter().enumerate() {
        // Zero and "not set" are what an autopilot takes for "as usual"; a place has its own columns.
        if value == 0.0 || value.is_nan() || (is_place && index >= 4) {
            continue;
        }
        words.push(named(&label(item.command, index), value));
    }
    if !item.autocontinue {
        words.push("waits here".to_owned());
    }
    words.join(", ")
}

/// `hold (s)` and 5 is `hold 5 s`.
fn named(label: &str, value: f64) -> String {
    let value = number(value);
    match label
        .split_once(" (")
        .map(|(word, unit)| (word, unit.trim_end_matches(')')))
    {
        Some((word, "deg")) => format!("{word} {value}°"),
        Some((word, unit)) => format!("{word} {value} {unit}"),
        None => format!("{label} {value}"),
    }
}

fn jump(item: &MissionItem) -> String {
    let to = number(f64::from(item.params[0]));
    let times = item.params[1];
    if times < 0.0 {
        format!("to item {to}, again and again")
    } else {
        let times = number(f64::from(times));
        let word = if times == "1" { "time" } else { "times" };
        format!("to item {to}, {times} {word}")
    }
}

/// A place in six decimals, a metre in nine being told apart.
#[must_use]
pub fn place(item: &MissionItem) -> String {
    match item.place() {
        Some(place) => format!("{:.6} {:.6}", place.lat_deg, place.lon_deg),
        // Nowhere is "here" for a command that could have a place.
        None if has_place(item.command) && item.frame.is_global() => "where it is".to_owned(),
        None if item.frame.is_local() => format!("{:.1} {:.1} m", item.x, item.y),
        None => String::new(),
    }
}
