//! Whole conversations with small models of ArduPilot and PX4 over a channel that loses, doubles, delays and
//! reorders, in simulated time.

pub(in crate::protocol) mod channel;
pub(in crate::protocol) mod craft;
mod fetching;
pub(in crate::protocol) mod files;
mod setting;
pub(in crate::protocol) mod world;
