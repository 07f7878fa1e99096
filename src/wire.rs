//! Layer 2: bytes to frames to reports and back. Pure: no socket, no file, no clock.
//!
//! ```text
//!  datagram · stream ──► splitter ─┐                       (scan: where are the frames?)
//!  tlog ──► tlog ──────────────────┼─► Frame ──► sequence  (loss, duplicates, restarts)
//!  raw stream ──► raw ─────────────┘   verified by crc + dialect
//! ```
//! Bad bytes from the air are counted data, never errors. Imports: `model` and the `mavlink` crate.

pub mod addressee;
pub mod autopilot;
pub mod counters;
pub mod crc;
pub mod decode;
pub mod dialect;
pub mod encode;
pub mod file_format;
pub mod frame;
pub mod raw;
mod scan;
pub mod sequence;
pub mod signing;
pub mod splitter;
pub mod tlog;
pub mod verify;
