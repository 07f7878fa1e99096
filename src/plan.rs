//! Layer 1: plans in files, as text and back. Pure: no file is opened here, no vehicle is spoken to.
//!
//! ```text
//!  .plan (QGroundControl) · .mission (its old JSON) ─┐                    ┌─ .plan
//!  QGC WPL 110 · QGC WPL 100 ────────────────────────┼─► PlanDocument ────┤
//!  fence points · RALLY lines (MAVProxy) ────────────┘  check · diff      └─ QGC WPL 110
//! ```
//! A document holds all three lists as items of the mission protocol, numbered from 1 without home.

pub mod check;
pub mod diff;
pub mod document;
pub mod error;
pub mod fence;
mod json;
mod old_json;
mod points;
mod qgc;
mod qgc_write;
pub mod read;
mod wpl;
pub mod write;

#[cfg(test)]
mod tests;
