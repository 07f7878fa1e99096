//! Layer 2: MAVLink bytes on one side, facts of `model` on the other. Pure: no sockets, no clock.

pub mod autopilot;
pub mod decode;
pub mod encode;
