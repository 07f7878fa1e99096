//! Why there is no screen.

use std::io;

/// What went wrong with the terminal.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// There is nothing to draw on.
    #[error(
        "no terminal to draw on ({reason}): `volery serve` runs without a screen, `volery watch --json` prints updates as JSON lines"
    )]
    NoTerminal {
        /// Why not.
        reason: &'static str,
    },
    /// The terminal refused to be set up.
    #[error("set up the terminal: {source}")]
    SetUp {
        /// What it said.
        source: io::Error,
    },
}

/// The terminal is gone: closed, hung up, or blocked for too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gone;
