//! What is wrong with a plan before any vehicle sees it: each mistake with its item, in one sentence.

use std::fmt;

use super::{document::PlanDocument, fence};
use crate::model::{
    mission::{Frame, MissionItem, PlanKind},
    mission_command::{
        DO_JUMP, FENCE_OUTSIDE_CIRCLE, FENCE_RETURN_POINT, NAV_WAYPOINT, RALLY_POINT, has_place,
        label, lookup, name,
    },
};

/// More items than the protocol can number with a home before them.
const MOST_ITEMS: usize = 65_000;

/// Whether a plan with it should be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// It can be sent, and may not do what is meant.
    Warning,
    /// It must not be sent.
    Error,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// In which list.
    pub kind: PlanKind,
    /// The number of the item, from 1; 0: the whole list.
    pub number: usize,
    /// How bad it is.
    pub gravity: Gravity,
    /// What it is.
    pub text: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.kind.word();
        if self.number == 0 {
            write!(f, "{word}: {}", self.text)
        } else {
            write!(f, "{word} item {}: {}", self.number, self.text)
        }
    }
}

/// Every mistake of a document.
#[must_use]
pub fn document(document: &PlanDocument) -> Vec<Mistake> {
    let lists = PlanKind::ALL.into_iter();
    let mut found: Vec<_> = lists
        .flat_map(|kind| list(kind, document.items(kind)))
        .collect();
    found.extend(document.unexpanded.iter().map(|complex| Mistake {
        kind: PlanKind::Mission,
        number: complex.before,
        gravity: Gravity::Error,
        text: format!(
            "a {} stands before it without the items it is flown by; open and save the plan in QGroundControl",
            complex.name
        ),
    }));
    found
}

/// Every mistake of one list, without home.
#[must_use]
pub fn list(kind: PlanKind, items: &[MissionItem]) -> Vec<Mistake> {
    let mut found = Vec::new();
    let mut add = |number, gravity, text| {
        found.push(Mistake {
            kind,
            number,
            gravity,
            text,
        });
    };
    if items.len() > MOST_ITEMS {
        add(
            0,
            Gravity::Error,
            format!("{} items are more than can be numbered", items.len()),
        );
    }
    for (index, item) in items.iter().enumerate() {
        for (gravity, text) in of_item(kind, item, items) {
            add(index + 1, gravity, text);
        }
    }
    if kind == PlanKind::Fence
        && let Err((number, text)) = fence::shapes(items)
    {
        add(number, Gravity::Error, text);
    }
    found
}

type Found = Option<(Gravity, String)>;

fn of_item(
    kind: PlanKind,
    item: &MissionItem,
    items: &[MissionItem],
) -> impl Iterator<Item = (Gravity, String)> {
    let found = [
        belongs_elsewhere(kind, item),
        unknown(item),
        frame(item),
        coordinates(item),
        altitude(kind, item),
        jump(kind, item, items),
        radius(item),
    ];
    found.into_iter().flatten()
}

const fn error(text: String) -> (Gravity, String) {
    (Gravity::Error, text)
}

fn belongs_elsewhere(kind: PlanKind, item: &MissionItem) -> Found {
    let own = match item.command {
        FENCE_RETURN_POINT..=5_005 => PlanKind::Fence,
        RALLY_POINT => PlanKind::Rally,
        _ => PlanKind::Mission,
    };
    (own != kind).then(|| {
        (
            Gravity::Error,
            format!("{} belongs to the {}", name(item.command), own.word()),
        )
    })
}

fn unknown(item: &MissionItem) -> Found {
    lookup(item.command).is_none().then(|| {
        let text = format!("{} is kept and sent as it is", name(item.command));
        (Gravity::Warning, text)
    })
}

fn frame(item: &MissionItem) -> Found {
    let command = name(item.command);
    if item.frame.is_local() {
        let text = format!(
            "autopilots fly no missions in {} coordinates",
            item.frame.word()
        );
        return Some((Gravity::Warning, text));
    }
    let needs_place = has_place(item.command) && item.frame == Frame::MISSION;
    let is_somewhere = item.x != 0.0 || item.y != 0.0;
    (needs_place && is_somewhere).then(|| {
        (
            Gravity::Error,
            format!("{command} needs a frame that has places"),
        )
    })
}

fn coordinates(item: &MissionItem) -> Found {
    let command = name(item.command);
    if !item.frame.is_global() || !has_place(item.command) {
        return None;
    }
    for (value, index, limit) in [(item.x, 4, 90.0), (item.y, 5, 180.0)] {
        let label = label(item.command, index);
        if value.is_nan() {
            return Some(error(format!("{command} needs a {label}")));
        }
        if value.abs() > limit {
            return Some(error(format!("{value} is no {label}")));
        }
    }
    // Elsewhere 0/0 means "here"; a waypoint, a fence or a rally point cannot be here.
    let needs_one = matches!(
        item.command,
        NAV_WAYPOINT | FENCE_RETURN_POINT..=RALLY_POINT
    );
    let is_nowhere = item.x == 0.0 && item.y == 0.0;
    if needs_one && is_nowhere {
        return Some(error(format!("{command} has no place (0, 0)")));
    }
    None
}

fn altitude(kind: PlanKind, item: &MissionItem) -> Found {
    let needs_one = has_place(item.command) && item.frame.is_global() && kind != PlanKind::Fence;
    if !needs_one {
        return None;
    }
    let command = name(item.command);
    if !item.z.is_finite() {
        return Some(error(format!("{command} needs an altitude")));
    }
    let is_absurd = !(-1_000.0..=100_000.0).contains(&item.z);
    is_absurd.then(|| {
        (
            Gravity::Error,
            format!("an altitude of {} m is not meant", item.z),
        )
    })
}

fn jump(kind: PlanKind, item: &MissionItem, items: &[MissionItem]) -> Found {
    if item.command != DO_JUMP || kind != PlanKind::Mission {
        return None;
    }
    let target = item.params[0];
    let is_item = target.fract() == 0.0 && target >= 1.0 && target <= items.len() as f32;
    if !is_item {
        return Some(error(format!(
            "it jumps to item {target}, which there is not"
        )));
    }
    let jumps_to_jump = items
        .get(target as usize - 1)
        .is_some_and(|item| item.command == DO_JUMP);
    jumps_to_jump.then(|| (Gravity::Warning, "it jumps to a jump".to_owned()))
}

fn radius(item: &MissionItem) -> Found {
    let is_circle = (5_003..=FENCE_OUTSIDE_CIRCLE).contains(&item.command);
    let radius_m = item.params[0];
    let is_wrong = is_circle && !(radius_m.is_finite() && radius_m > 0.0);
    is_wrong.then(|| (Gravity::Error, format!("a circle of {radius_m} m is none")))
}
