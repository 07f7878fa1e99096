//! volery: ground control for MAVLink fleets, in a terminal. This file is the map of the house.
//!
//! Facts run down one path (socket → `link` → `wire` → `fleet` → snapshots), intents up one path
//! (screen, browser, CLI → `fleet` → `link` → socket), and nothing else is tied. Imports go down
//! the layers only; `tests/architecture.rs` holds that. See `docs/architecture.md`; what
//! others rely on is in `docs/contract.md` ("the contract").

pub mod app;
pub mod cli;
pub mod config;
pub mod fleet;
pub mod link;
pub mod model;
pub mod protocol;
pub mod rules;
pub mod server;
pub mod sim;
pub mod store;
pub mod tui;
pub mod wire;
