//! One way a vehicle is heard: what has been gathered about whether it is the same vehicle.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use super::{liveness::LOST_AFTER, signatures::Signatures};
use crate::model::{ids::PathId, time::TimeUs};

/// Frames are compared, and boot clocks must agree, over this window.
pub(super) const WINDOW: Duration = Duration::from_secs(3);
/// Frames remembered per path while something is undecided.
const REMEMBERED: usize = 512;

/// What a path is to its vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its frames make the vehicle object.
    Primary,
    /// Proven to be the same vehicle.
    Joined,
    /// Not known yet.
    Unproven,
    /// Proven to be another vehicle.
    Conflict(Why),
}

/// Why two senders cannot be one vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Different hardware.
    Uid,
    /// Booted at different times.
    BootTime,
    /// One sender cannot have produced both sequences.
    Sequence,
}

impl Why {
    /// The word of the vehicle object.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Uid => "uid",
            Self::BootTime => "boot_time",
            Self::Sequence => "sequence",
        }
    }

    /// For people.
    pub(super) const fn explanation(self) -> &'static str {
        match self {
            Self::Uid => "its hardware id differs",
            Self::BootTime => "it booted at another time",
            Self::Sequence => "one sender cannot count like both",
        }
    }
}

/// The part of a frame that identity is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    /// When it was heard.
    pub(super) t: TimeUs,
    /// Sequence number; `None` for frames of other components, which count by themselves.
    pub(super) sequence: Option<u8>,
    /// Equal for byte-identical frames; `None` for heartbeats, which look alike by nature.
    pub(super) fingerprint: Option<u64>,
}

/// One way a vehicle is heard.
#[derive(Debug)]
pub(super) struct PathRecord {
    pub(super) id: PathId,
    pub(super) peer: Arc<str>,
    pub(super) standing: Standing,
    pub(super) first_heard: TimeUs,
    pub(super) heartbeat: TimeUs,
    pub(super) mavlink2: bool,
    pub(super) signatures: Signatures,
    pub(super) uid: Option<Arc<str>>,
    pub(super) booted: Option<TimeUs>,
    pub(super) boot_agrees_since: Option<TimeUs>,
    pub(super) recent: VecDeque<(TimeUs, u64)>,
    pub(super) identical: VecDeque<TimeUs>,
    pub(super) merged_sequence: Option<u8>,
    pub(super) impossible_steps: u32,
}

impl PathRecord {
    pub(super) fn new(id: PathId, peer: Arc<str>, standing: Standing, now: TimeUs) -> Self {
        Self {
            id,
            peer,
            standing,
            first_heard: now,
            heartbeat: now,
            mavlink2: false,
            signatures: Signatures::default(),
            uid: None,
            booted: None,
            boot_agrees_since: None,
            recent: VecDeque::new(),
            identical: VecDeque::new(),
            merged_sequence: None,
            impossible_steps: 0,
        }
    }

    pub(super) fn is_live(&self, now: TimeUs) -> bool {
        now.since(self.heartbeat) <= LOST_AFTER
    }

    /// Whether it was found to be another vehicle.
    pub(super) const fn is_conflict(&self) -> bool {
        matches!(self.standing, Standing::Conflict(_))
    }

    /// Whether proof is still wanted.
    pub(super) const fn is_undecided(&self) -> bool {
        matches!(self.standing, Standing::Unproven | Standing::Conflict(_))
    }

    pub(super) fn remember(&mut self, evidence: Evidence) {
        let Some(fingerprint) = evidence.fingerprint else {
            return;
        };
        while self.recent.len() >= REMEMBERED
            || self
                .recent
                .front()
                .is_some_and(|(t, _)| evidence.t.since(*t) > WINDOW)
        {
            self.recent.pop_front();
        }
        self.recent.push_back((evidence.t, fingerprint));
    }

    pub(super) fn step_sequence(&mut self, sequence: u8) {
        if let Some(last) = self.merged_sequence {
            let step = sequence.wrapping_sub(last);
            self.impossible_steps += u32::from(step == 0 || step > 127);
        }
        self.merged_sequence = Some(sequence);
    }

    pub(super) fn forget_evidence(&mut self) {
        self.recent = VecDeque::new();
        self.identical = VecDeque::new();
        self.merged_sequence = None;
        self.impossible_steps = 0;
        self.boot_agrees_since = None;
    }
}
