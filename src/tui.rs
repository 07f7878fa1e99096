//! Layer 3: the screen.

pub mod columns;
pub mod digest;
pub mod filter;
pub mod format;
pub mod freshness;
pub mod keymap;
pub mod layout;
pub mod message;
pub mod row;
#[cfg(test)]
mod samples;
pub mod severity;
pub mod symbols;
pub mod theme;
pub mod traffic;
pub mod ui;
pub mod update;
