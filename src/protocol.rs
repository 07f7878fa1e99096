//! Layer 2: conversations with a vehicle as sans-I/O state machines: reports and time come in,
//! messages to send come out. Driven by the fleet actor; knows `model` only.

pub mod budget;
pub mod command;
pub mod commanding;
pub mod enquiry;
pub mod ftp;
pub mod mission;
pub mod params;
pub mod patience;
pub mod rate_watch;
pub mod step;
pub mod throttle;
pub mod timesync;
pub mod wanted_messages;
mod wants;
