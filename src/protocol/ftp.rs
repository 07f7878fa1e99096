//! MAVLink's file transfer protocol, the client's side (<https://mavlink.io/en/services/ftp.html>).
//!
//! ```text
//! OpenFileRO ─► BurstReadFile ─► ReadFile for each hole ─► CalcFileCRC32 (where wanted) ─► TerminateSession
//!                  ▲ silence: on from the highest byte │
//!                  └───────────────────────────────────┘
//! ```
//! One lost packet costs one ReadFile; nothing that has arrived is asked for again.

pub mod assembly;
mod burst;
pub mod checksum;
pub mod download;
pub mod failure;
pub mod line;
pub mod listing;
pub mod options;
mod reads;
mod request;
