//! What of a log is exported, and what came of it.

use std::collections::BTreeSet;

use crate::model::time::TimeUs;

/// What of a log is wanted; the default is all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Of these vehicles only; empty is all.
    pub vehicles: BTreeSet<String>,
    /// Of this session only.
    pub session: Option<i64>,
    /// Not before this moment.
    pub from: Option<TimeUs>,
    /// Not after this moment.
    pub to: Option<TimeUs>,
}

impl Selection {
    /// Whether a vehicle is wanted; what belongs to none is, unless vehicles are named.
    pub(super) fn wants(&self, vehicle: Option<&str>) -> bool {
        self.vehicles.is_empty() || vehicle.is_some_and(|id| self.vehicles.contains(id))
    }

    pub(super) fn wants_time(&self, t: TimeUs) -> bool {
        self.from.is_none_or(|from| t >= from) && self.to.is_none_or(|to| t <= to)
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Frames, rows, or points of tracks.
    pub items: u64,
    /// Frames that are missing because their block is damaged.
    pub lost: u64,
}

/// A moment as RFC 3339 in UTC, to the microsecond.
pub(super) fn utc(t_us: i64) -> String {
    jiff::Timestamp::from_microsecond(t_us).map_or_else(|_| t_us.to_string(), |t| t.to_string())
}
