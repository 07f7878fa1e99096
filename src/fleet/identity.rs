//! Whose path is it? Decides whether a second sender of a system id is the same vehicle heard twice
//! or another vehicle, by the evidence the contract names (section 2, "Which path is whose").
//!
//! One path is primary: its frames make the vehicle object. Others are proven (joined), unproven or
//! in conflict; nothing of those is mixed in. Pure: frames and time come in, verdicts go out.

use std::{sync::Arc, time::Duration};

use super::path_record::{Evidence, PathRecord, Standing, WINDOW, Why};
use crate::model::{
    ids::PathId,
    signing::{FrameSigning, PathSigning},
    time::TimeUs,
};

/// Byte-identical frames that prove one vehicle.
const IDENTICAL_FRAMES: usize = 10;
/// Boot times closer than this agree; further apart than the second they differ.
const BOOT_AGREES: Duration = Duration::from_secs(1);
const BOOT_DIFFERS: Duration = Duration::from_secs(5);
/// How long proof may take before sequence numbers alone make a conflict, and how many impossible steps.
const SEQUENCE_PATIENCE: Duration = Duration::from_millis(2_500);
const IMPOSSIBLE_STEPS: u32 = 2;

/// Every path of one vehicle; the first in the list is primary.
#[derive(Debug, Default)]
pub(super) struct Paths {
    list: Vec<PathRecord>,
}

impl Paths {
    pub(super) fn primary(&self) -> Option<&PathRecord> {
        self.list.first()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &PathRecord> {
        self.list.iter()
    }

    pub(super) fn get(&self, id: PathId) -> Option<&PathRecord> {
        self.list.iter().find(|path| path.id == id)
    }

    fn get_mut(&mut self, id: PathId) -> Option<&mut PathRecord> {
        self.list.iter_mut().find(|path| path.id == id)
    }

    /// An autopilot heartbeat over `id`: the path is made if it is new. Returns whether it is.
    pub(super) fn heartbeat(
        &mut self,
        id: PathId,
        peer: &Arc<str>,
        mavlink2: bool,
        now: TimeUs,
    ) -> bool {
        let is_new = self.get(id).is_none();
        if is_new {
            let standing = if self.list.is_empty() {
                Standing::Primary
            } else {
                Standing::Unproven
            };
            self.list
                .push(PathRecord::new(id, Arc::clone(peer), standing, now));
        }
        if let Some(path) = self.get_mut(id) {
            path.heartbeat = path.heartbeat.max(now);
            path.mavlink2 |= mavlink2;
        }
        is_new
    }

    /// What the signature of that heartbeat was worth. Returns how the path signs, when that changed.
    pub(super) fn hear_signature(
        &mut self,
        id: PathId,
        signing: FrameSigning,
        now: TimeUs,
    ) -> Option<PathSigning> {
        self.get_mut(id)?.signatures.hear(signing, now)
    }

    /// AUTOPILOT_VERSION over `id`.
    pub(super) fn learn_uid(&mut self, id: PathId, uid: Option<Arc<str>>) {
        if let Some(path) = self.get_mut(id) {
            path.uid = uid.or(path.uid.take());
        }
    }

    /// SYSTEM_TIME over `id`: the moment of its boot by our clock.
    pub(super) fn learn_boot(&mut self, id: PathId, booted: TimeUs) {
        if let Some(path) = self.get_mut(id) {
            path.booted = Some(booted);
        }
    }

    /// A frame over `id` that may decide whether an undecided path is the same vehicle.
    /// Cheap while there is only one path.
    pub(super) fn witness(&mut self, id: PathId, evidence: Evidence) -> Option<Standing> {
        if let [only] = self.list.as_slice() {
            return (only.id == id).then_some(only.standing);
        }
        let standing = self.get(id)?.standing;
        if self
            .list
            .iter()
            .all(|path| matches!(path.standing, Standing::Primary | Standing::Joined))
        {
            return Some(standing);
        }
        self.compare(id, evidence);
        Some(standing)
    }

    fn compare(&mut self, id: PathId, evidence: Evidence) {
        let Some((primary, others)) = self.list.split_first_mut() else {
            return;
        };
        for other in others
            .iter_mut()
            .filter(|other| !matches!(other.standing, Standing::Joined))
        {
            let (own, theirs) = if primary.id == id {
                (&*primary, &mut *other)
            } else {
                (&*other, &mut *primary)
            };
            let seen = evidence
                .fingerprint
                .is_some_and(|mark| theirs.recent.iter().any(|(_, seen)| *seen == mark));
            let concerns = own.id == id;
            if concerns && seen {
                other.identical.push_back(evidence.t);
            }
            if let (true, Some(sequence)) = (concerns, evidence.sequence) {
                other.step_sequence(sequence);
            }
        }
        if let Some(path) = self.get_mut(id) {
            path.remember(evidence);
        }
    }

    /// Weighs what has been gathered. Returns the paths whose standing changed, with what it was.
    pub(super) fn judge(&mut self, now: TimeUs) -> Vec<(usize, Standing)> {
        let Some((primary, others)) = self.list.split_first_mut() else {
            return Vec::new();
        };
        let mut changed = Vec::new();
        for (index, other) in others.iter_mut().enumerate() {
            let was = other.standing;
            if was == Standing::Joined || !other.is_live(now) || !primary.is_live(now) {
                continue;
            }
            if let Some(verdict) = verdict(primary, other, now).filter(|verdict| *verdict != was) {
                other.standing = verdict;
                other.forget_evidence();
                changed.push((index + 1, was));
            }
        }
        if others
            .iter()
            .all(|other| other.standing == Standing::Joined)
        {
            primary.forget_evidence();
        }
        changed
    }

    /// Path by place in the list, as `judge` names them.
    pub(super) fn at(&self, index: usize) -> Option<&PathRecord> {
        self.list.get(index)
    }

    /// When the primary path has been silent for 3.5 s, a live one takes its place. Returns the old one's id.
    pub(super) fn take_over(&mut self, now: TimeUs) -> Option<(PathId, Standing)> {
        let silent = self.primary().is_some_and(|primary| !primary.is_live(now));
        let rank = |standing| match standing {
            Standing::Primary | Standing::Joined => 0,
            Standing::Unproven => 1,
            Standing::Conflict(_) => 2,
        };
        let heir = (1..self.list.len())
            .filter(|index| self.list[*index].is_live(now))
            .min_by_key(|index| rank(self.list[*index].standing))
            .filter(|_| silent)?;
        let was = self.list[heir].standing;
        self.list.swap(0, heir);
        let old = self.list[heir].id;
        for (index, path) in self.list.iter_mut().enumerate() {
            path.forget_evidence();
            path.standing = match (index, path.standing, was) {
                (0, ..) => Standing::Primary,
                (_, Standing::Primary | Standing::Joined, Standing::Joined) => Standing::Joined,
                _ => Standing::Unproven,
            };
        }
        Some((old, was))
    }

    /// Drops paths that were never proven and fell silent, and joined ones silent for a minute.
    /// Returns those in conflict.
    pub(super) fn prune(&mut self, now: TimeUs) -> Vec<PathRecord> {
        let keeps = |index: usize, path: &PathRecord| match path.standing {
            _ if index == 0 => true,
            Standing::Joined | Standing::Primary => {
                now.since(path.heartbeat) <= Duration::from_mins(1)
            }
            Standing::Unproven | Standing::Conflict(_) => path.is_live(now),
        };
        let mut gone = Vec::new();
        let mut index = 0;
        while index < self.list.len() {
            if keeps(index, &self.list[index]) {
                index += 1;
            } else {
                gone.push(self.list.remove(index));
            }
        }
        gone.retain(|path| matches!(path.standing, Standing::Conflict(_)));
        gone
    }

    /// When a heartbeat that counts was last heard: over the primary path or a proven one.
    pub(super) fn heard(&self) -> Option<TimeUs> {
        let counts =
            |path: &&PathRecord| matches!(path.standing, Standing::Primary | Standing::Joined);
        self.list
            .iter()
            .filter(counts)
            .map(|path| path.heartbeat)
            .max()
    }

    /// The first conflict there is, with the addresses of all.
    pub(super) fn conflict(&self) -> Option<(Why, Vec<Arc<str>>)> {
        let why = self.list.iter().find_map(|path| match path.standing {
            Standing::Conflict(why) => Some(why),
            _ => None,
        })?;
        let peers = self
            .list
            .iter()
            .filter(|path| matches!(path.standing, Standing::Conflict(_)));
        Some((why, peers.map(|path| Arc::clone(&path.peer)).collect()))
    }
}

/// Hardware and bytes decide first; then sequences, which two aircraft switched on together cannot fake;
/// boot times last.
fn verdict(primary: &PathRecord, other: &mut PathRecord, now: TimeUs) -> Option<Standing> {
    if let Some((mine, theirs)) = primary.uid.as_ref().zip(other.uid.as_ref()) {
        let same = mine == theirs;
        return Some(if same {
            Standing::Joined
        } else {
            Standing::Conflict(Why::Uid)
        });
    }
    while other
        .identical
        .front()
        .is_some_and(|t| now.since(*t) > WINDOW)
    {
        other.identical.pop_front();
    }
    if other.identical.len() >= IDENTICAL_FRAMES {
        return Some(Standing::Joined);
    }
    let patience_over = now.since(other.first_heard) >= SEQUENCE_PATIENCE;
    let impossible = patience_over && other.impossible_steps >= IMPOSSIBLE_STEPS;
    match boots(primary, other, now) {
        Some(Standing::Joined) if impossible || other.is_conflict() => None,
        Some(verdict) => Some(verdict),
        None => None,
    }
    .or(impossible.then_some(Standing::Conflict(Why::Sequence)))
}

fn boots(primary: &PathRecord, other: &mut PathRecord, now: TimeUs) -> Option<Standing> {
    let (mine, theirs) = primary.booted.zip(other.booted)?;
    let apart = mine.since(theirs).max(theirs.since(mine));
    if apart > BOOT_DIFFERS {
        return Some(Standing::Conflict(Why::BootTime));
    }
    if apart > BOOT_AGREES {
        other.boot_agrees_since = None;
        return None;
    }
    let since = *other.boot_agrees_since.get_or_insert(now);
    (now.since(since) >= WINDOW).then_some(Standing::Joined)
}

#[cfg(test)]
mod tests;
