//! How a way in or out is written: one grammar for pymavlink's, MAVProxy's, MAVSDK's and mavlink-server's spellings.
//!
//! ```text
//! link   = scheme ":" ["//"] rest ["?" key "=" value {"&" key "=" value}] | device | host ":" port | recording
//! device = ("/dev/…" | "COM" n) [("," | ":") baud]          recording = a path ending in .tlog .rlog .raw
//! rest   = [host] [":" port] | device | path                host = IPv4 | name | "[" IPv6 "]" | "" | "*"
//! ```
//!
//! `endpoint` holds the types and the canonical text, `table` every scheme with its help line, `parse` reads. Nothing
//! here opens anything. Called by `file` for `url` and `connection` keys, by the CLI for `--link` and `--help`.

mod device;
mod endpoint;
mod hosts;
mod make;
mod parse;
mod piece;
mod query;
mod serial;
mod table;

#[cfg(test)]
mod tests;

pub use endpoint::{Endpoint, FlowControl, LinkUrl, Transport};
pub use piece::{LinkUrlError, Note, Role};
pub use table::grammar_help;
