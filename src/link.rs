//! Layer 3: the ways in and out. One task per link owns its socket, splits and decodes its bytes, hands
//! reports to the fleet and frames to the flight log, and sends what the fleet wants sent.
//!
//! ```text
//!  socket ─► ingest ─┬─► reports ─► fleet inbox (full: dropped and counted)
//!                    └─► records ─► flight log
//!  socket ◄─ outbox (encode) ◄─ transmissions of the fleet
//! ```
//!
//! ingest ─► exchange ─► forwards, /ws/frames;   a forward (`both`) ─► exchange ─► outbox
//! `gate` stands between socket and ingest, and between outbox and socket: it checks and makes signatures.
//! Every link reconnects for ever (`lane::supervise`); its state and the reason for it are always visible.

mod assumed_pace;
mod backoff;
pub mod devices;
mod echo;
pub mod error;
pub mod exchange;
pub mod forward;
pub mod frame_hub;
pub mod gate;
pub mod holders;
mod ingest;
mod kernel_drops;
pub mod lane;
mod outbox;
mod peer;
pub mod recording;
mod records;
pub mod route;
mod sent_requests;
mod serial;
mod tcp;
pub mod udp;
mod websocket;
