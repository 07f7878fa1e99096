//! The parameter protocol, the station's side (<https://mavlink.io/en/services/parameter.html>).
//!
//! `download` fetches all of them (by file where offered, else by list), `get` one, `write` sets one and
//! reads it back, `batch` sets many with a definite outcome for each and what it takes to undo them. A
//! parameter is its name: indices change while nobody looks.

pub mod batch;
pub mod download;
pub mod get;
mod index;
pub mod list;
mod pace;
pub mod pack;
pub mod reads;
mod terms;
pub mod trouble;
pub mod watch;
pub mod write;

pub use self::terms::ParamTerms;

#[cfg(test)]
pub(in crate::protocol) mod tests;
