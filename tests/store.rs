//! The flight log from outside: what goes in comes out, whatever happens in between.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking too")]

#[path = "store/damage.rs"]
mod damage;
#[path = "store/disk_full.rs"]
mod disk_full;
#[path = "store/docs.rs"]
mod docs;
#[path = "store/frames.rs"]
mod frames;
#[path = "store/kill.rs"]
mod kill;
#[path = "store/moved.rs"]
mod moved;
#[path = "store/past.rs"]
mod past;
#[path = "store/rows.rs"]
mod rows;
#[path = "store/sampler.rs"]
mod sampler;
#[path = "store/support.rs"]
mod support;
