//! Layer 3: the screen. Fed by a `watch` of snapshots, runs on the main thread beside tokio.
//!
//! ```text
//!  keys, clicks ─► terminal/input ─┐                         ┌─► terminal/output ─► tty
//!  watch<Snapshot> ────────────────┼─► update(Ui, Message) ──┤
//!  resize, the second, flags ──────┘        │ Effect         └─ view::render(Scene) ◄─ theme
//!                                           ▼
//!                                    quit · suspend · redraw · submit ─► hands ─► fleet
//! ```
//! `update` alone changes the state, `view` only reads it; both are pure, `screen` owns the clock
//! and `terminal` the tty. What is judged (`severity`, `freshness`) is judged once, in `digest`.

pub mod aboard;
pub mod charge;
mod clip;
pub mod columns;
mod control;
pub mod digest;
pub mod encode;
mod error;
mod feed;
pub mod files;
pub mod filter;
pub mod focus;
pub mod footline;
pub mod format;
pub mod freshness;
pub mod grouping;
pub mod hands;
mod held;
pub mod hit;
pub mod hue;
pub mod keymap;
pub mod layout;
pub mod map;
pub mod message;
mod options;
pub mod palette;
pub mod placing;
pub mod row;
#[cfg(test)]
mod samples;
pub mod scene;
mod screen;
pub mod several;
pub mod severity;
pub mod station;
pub mod symbols;
mod terminal;
pub mod theme;
pub mod traffic;
pub mod ui;
pub mod update;
pub mod view;
mod width;

pub use control::ScreenControl;
pub use error::TuiError;
pub use feed::Feed;
pub use hands::Hands;
pub use options::{Capabilities, ColorChoice, ScreenOptions};
pub use screen::{Exit, run};
pub use terminal::size as terminal_size;
pub use width::columns as terminal_columns;
