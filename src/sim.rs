//! Layer 3: a fleet that does not exist, for demos, load and end-to-end tests.
//!
//! ```text
//!   scenario (TOML) ──► fleet (sockets, faults) ──► autopilot (one per craft) ──► kinematics, battery
//! ```
//! It speaks to the rest of the program only through real sockets. Everything below `fleet` is
//! pure: time comes in as an argument and the same seed gives the same bytes.

pub mod airframe;
pub mod battery;
pub mod frames;
pub mod kinematics;
pub mod random;
