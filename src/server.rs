//! Layer 3: the fleet for other programs: HTTP, WebSocket and the browser mirror. See CONTRACT section 4.
//!
//! Knows the model and nothing of links, logs or screens; `app` hands it a [`Station`]. One feed
//! makes each message once and every client at the same point gets the same bytes; a client that
//! reads slowly takes the difference from what it has to the newest snapshot when it is ready again.
//!
//! ```text
//!  watch<Arc<Snapshot>> ──► feed: difference(have, newest) encoded once per (have, selection, encoding)
//!                             │ shared Bytes
//!  accept ─ door ─ http ─ upgrade ─► session (one task per client) ─► socket
//!            └ Host, Origin   └ JSON, metrics, assets
//! ```

mod accept;
mod assets;
mod body;
pub mod client;
mod commands;
mod difference;
mod door;
mod feed;
mod frames;
mod guests;
mod health;
mod http;
mod hub;
mod metrics;
mod orders;
mod pace;
mod params;
mod parting;
mod past;
mod patient;
mod pick;
mod plans;
mod protocol;
mod refusal;
mod reply;
mod requests;
mod role;
pub mod run_token;
mod selection;
mod session;
mod signing;
mod socket;
mod station;
mod transfer_json;
mod transfers;
mod upgrade;
mod wish;

pub use accept::{bind, serve, serve_with, spawn};
pub use station::{Health, Limits, LogFigures, LogHealth, Name, ServerError, Station};
