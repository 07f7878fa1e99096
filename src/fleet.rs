//! Layer 2: what is believed about every vehicle. The only writer of the state every screen shows.
//!
//! Pure: facts and time come in as arguments, snapshots, events and transmissions go out. `actor`
//! alone owns a channel and a tick. Knows `model` and drives the machines of `protocol`; never meets `wire`.
//!
//! ```text
//!  LinkReport ─► state ─► identity (whose path is it?) ─► beliefs (groups of the vehicle object)
//!                  │            └► journal (events)           └► track
//!                tick ─► liveness · take-over · forgetting ─► Snapshot
//! ```

pub mod actor;
mod beliefs;
mod boot_clock;
mod causes;
mod clocks;
mod commands;
mod forwards;
mod high_latency;
mod identity;
mod journal;
mod judgements;
mod link_streams;
mod links;
mod liveness;
mod losses;
pub mod order;
mod path_record;
mod paths;
mod record;
pub mod roster;
mod signatures;
mod signing;
pub mod state;
mod strangers;
mod streams;
mod synchronise;
pub mod texts;
mod transfers;
