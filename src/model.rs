//! Layer 0: the words of the trade in SI units. No I/O, no protocol, no foreign types but serde's.

pub mod control;
pub mod event;
pub mod geo;
pub mod groups;
pub mod history;
pub mod ids;
pub mod intent;
pub mod link;
pub mod patch;
pub mod recorder;
pub mod report;
pub mod sensors;
pub mod snapshot;
pub mod suggest;
pub mod time;
pub mod track;
pub mod transmission;
pub mod vehicle;
pub mod words;
