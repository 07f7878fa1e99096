//! The server over real TCP on port 0, fed by a watch channel that plays the fleet.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should fail there"
)]

mod abuse;
mod commands;
mod frames;
#[path = "hangar.rs"]
mod hangar;
mod http;
mod roles;
mod station;
mod websocket;

use volery::model;
