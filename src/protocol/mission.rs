//! Missions, fences and rally points: conversations with a vehicle over a link that loses, repeats and
//! reorders (<https://mavlink.io/en/services/mission.html>).
//!
//! ```text
//!  put = [read] → upload → read back and compare → one explained outcome      transfer
//!  get = list, item after item, ack                                           download
//! ```
//! Each machine is fed reports and polled: `Send` until `Wait`, or `Done` and then `outcome()`.

pub mod clear;
pub mod compare;
pub mod current;
pub mod download;
pub mod numbering;
pub mod outcome;
pub mod pace;
pub mod transfer;
pub mod transfer_request;
pub mod upload;

#[cfg(test)]
mod tests;
