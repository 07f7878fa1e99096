//! What changed between two lists, in words: items added, removed and changed, and what of them.

use std::fmt;

use crate::model::{
    mission::MissionItem,
    mission_command::name,
    mission_difference::{FieldChange, field_changes, number},
};

/// Above this many comparisons items are matched by their numbers.
const MOST_COMPARISONS: usize = 4_000_000;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The new list has an item that the old one has not.
    Added {
        /// Its number in the new list, from 1.
        number: usize,
        /// What it is.
        what: String,
    },
    /// The old list has an item that the new one has not.
    Removed {
        /// Its number in the old list, from 1.
        number: usize,
        /// What it was.
        what: String,
    },
    /// An item says something else.
    Changed {
        /// Its number in the old list, from 1.
        old_number: usize,
        /// Its number in the new list, from 1.
        new_number: usize,
        /// The name of its command.
        command: String,
        /// What it says.
        fields: Vec<FieldChange>,
    },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added { number, what } => write!(f, "+ {number} {what}"),
            Self::Removed { number, what } => write!(f, "- {number} {what}"),
            Self::Changed {
                old_number,
                new_number,
                command,
                fields,
            } => {
                write!(f, "~ {old_number} {command}: ")?;
                for (index, field) in fields.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{field}")?;
                }
                if old_number != new_number {
                    write!(f, " (now item {new_number})")?;
                }
                Ok(())
            }
        }
    }
}

/// The changes from `old` to `new`, in the order of the lists. Two items are the same when a vehicle could not
/// tell them apart: degrees by 1e-7, `_INT` frames and their namesakes alike.
#[must_use]
pub fn diff(old: &[MissionItem], new: &[MissionItem]) -> Vec<Change> {
    diff_by(old, new, &|a, b| field_changes(a, b).is_empty())
}

/// The same, where whoever asks knows better which items are the same: a vehicle does not keep every detail of what
/// it was given.
#[must_use]
pub fn diff_by(old: &[MissionItem], new: &[MissionItem], same: &Sameness<'_>) -> Vec<Change> {
    let start = old.iter().zip(new).take_while(|(a, b)| same(a, b)).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| same(a, b))
        .count();
    let old_middle = &old_rest[..old_rest.len() - end];
    let new_middle = &new_rest[..new_rest.len() - end];
    let kept = common(old_middle, new_middle, same);
    let mut changes = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    // Between two items that stayed, what went and what came are matched in order.
    for (next_old, next_new) in kept
        .into_iter()
        .chain([(old_middle.len(), new_middle.len())])
    {
        let gap = (at_old..next_old, at_new..next_new);
        between((old_middle, new_middle), gap, start, &mut changes);
        (at_old, at_new) = (next_old + 1, next_new + 1);
    }
    changes
}

/// Whether an item of the old list and one of the new are the same.
pub type Sameness<'a> = dyn Fn(&MissionItem, &MissionItem) -> bool + 'a;
type Lists<'a> = (&'a [MissionItem], &'a [MissionItem]);
type Gap = (std::ops::Range<usize>, std::ops::Range<usize>);

fn between((old, new): Lists<'_>, gap: Gap, start: usize, changes: &mut Vec<Change>) {
    let (mut olds, mut news) = (gap.0.peekable(), gap.1.peekable());
    while let (Some(was), Some(is)) = (olds.peek().copied(), news.peek().copied()) {
        if old[was].command != new[is].command {
            // Whichever list is longer here has the stranger.
            if olds.len() >= news.len() {
                olds.next();
                changes.push(removed(start + was, &old[was]));
            } else {
                news.next();
                changes.push(added(start + is, &new[is]));
            }
            continue;
        }
        olds.next();
        news.next();
        changes.push(Change::Changed {
            old_number: start + was + 1,
            new_number: start + is + 1,
            command: name(new[is].command).into_owned(),
            fields: field_changes(&old[was], &new[is]),
        });
    }
    changes.extend(olds.map(|index| removed(start + index, &old[index])));
    changes.extend(news.map(|index| added(start + index, &new[index])));
}

fn removed(index: usize, item: &MissionItem) -> Change {
    Change::Removed {
        number: index + 1,
        what: describe(item),
    }
}

fn added(index: usize, item: &MissionItem) -> Change {
    Change::Added {
        number: index + 1,
        what: describe(item),
    }
}

/// An item in a few words.
#[must_use]
pub fn describe(item: &MissionItem) -> String {
    let command = name(item.command);
    if let Some(place) = item.place() {
        let (lat, lon) = (number(place.lat_deg), number(place.lon_deg));
        let (alt, frame) = (number(f64::from(item.z)), item.frame.word());
        return format!("{command} at {lat}, {lon}, {alt} m {frame}");
    }
    let set = item.params.iter().rposition(|param| *param != 0.0);
    let shown = item.params.iter().take(set.map_or(0, |last| last + 1));
    let shown: Vec<_> = shown.map(|param| number(f64::from(*param))).collect();
    if shown.is_empty() {
        command.into_owned()
    } else {
        format!("{command} {}", shown.join(" "))
    }
}

/// Pairs of indexes of the longest common part of two lists.
fn common(old: &[MissionItem], new: &[MissionItem], same: &Sameness<'_>) -> Vec<(usize, usize)> {
    let same = |a: usize, b: usize| same(&old[a], &new[b]);
    if old.len().saturating_mul(new.len()) > MOST_COMPARISONS {
        let shorter = old.len().min(new.len());
        return (0..shorter)
            .filter(|at| same(*at, *at))
            .map(|at| (at, at))
            .collect();
    }
    let width = new.len() + 1;
    let mut lengths = vec![0u32; (old.len() + 1) * width];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            lengths[a * width + b] = if same(a, b) {
                lengths[(a + 1) * width + b + 1] + 1
            } else {
                lengths[(a + 1) * width + b].max(lengths[a * width + b + 1])
            };
        }
    }
    let (mut a, mut b) = (0, 0);
    let mut pairs = Vec::new();
    while a < old.len() && b < new.len() {
        if same(a, b) {
            pairs.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if lengths[(a + 1) * width + b] >= lengths[a * width + b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    pairs
}
