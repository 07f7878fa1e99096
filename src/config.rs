//! Layer 1: from a fleet.toml to a validated [`Config`], and the grammar of link URLs.
//!
//! ```text
//! load ── finds the file ──► file ── reads every table ──► gcs … drone … link ──► checks (names, ports, ids)
//!                                        │ reader: typed getters that go on after a mistake        │
//!                                        └────────────► report: diagnostics with line and caret ◄──┘
//! ```
//! All mistakes of a file are told at once. Settings this build does not act on are in one table, `enforced`.
//! Environment and flags beat the file: the CLI writes them into the public fields of `Config`.

mod alert;
mod checks;
mod drone;
mod duration;
mod enforced;
mod fence;
mod file;
mod findings;
mod link;
pub mod link_url;
mod load;
mod names;
mod reader;
mod report;
mod server;
mod settings;
mod signing;
mod station;

pub use alert::{AlertConfig, AlertSeverity};
pub use drone::DroneConfig;
pub use duration::parse as parse_duration;
pub use fence::{Corner, FenceConfig, FenceShape};
pub use file::parse;
pub use link::{Direction, ForwardConfig, LinkClass, LinkConfig, Rates};
pub use load::{ConfigError, Loaded, Places, glance, load};
pub use names::DEFAULT_NETWORK;
pub use report::{Diagnostic, Report, Severity};
pub use server::{AuthConfig, AuthKey, ServerConfig, TlsConfig};
pub use settings::Config;
pub use signing::{KeySource, SigningConfig};
pub use station::{ClockZone, GcsConfig, KeyConfig, LogConfig, MapConfig, THEMES, UiConfig, Units};
