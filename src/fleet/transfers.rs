//! Missions, fences, rally points and parameters under way: one at a time per vehicle, a few per link, each to a
//! definite end that is a report and an event.
//!
//! ```text
//!  intent ─► Job (waits its turn) ─► begin (checks, machine) ─► drive (send, hear, progress) ─► conclude ─► report,
//!                                                                                           event, holdings
//! ```

pub(super) mod begin;
pub(super) mod book;
pub(super) mod conclude;
pub(super) mod conclude_params;
pub(super) mod drive;
mod interrupt;
pub(super) mod job;
pub(super) mod machine;
pub(super) mod watch;
