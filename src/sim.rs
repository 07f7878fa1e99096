//! Layer 4: a fleet that does not exist, for demos, load and end-to-end tests. `docs/simulator.md` says what it answers.
//!
//! ```text
//!   options, scenario ──► fleet (thread, sockets, clock) ──► air, both ways ──► autopilot (one per craft)
//!                                                  kinematics, battery, mission ◄─┤
//!                                                       params, frames, signing ◄─┘
//! ```
//! It speaks to the rest of the program only through real sockets. Everything but `fleet` is
//! pure: time comes in as an argument and the same seed gives the same bytes.

pub mod air;
pub mod airframe;
pub mod autopilot;
pub mod battery;
pub mod checksum;
pub mod demo;
pub mod error;
pub mod fleet;
pub mod frames;
pub mod kinematics;
pub mod mission;
pub mod options;
pub mod params;
pub mod random;
pub mod scenario;
pub mod signing;
