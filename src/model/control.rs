//! What can be wanted of the station itself, not of its fleet: that it ends, that it reads its file again.
//!
//! Whoever owns the running station implements [`Control`]; the server asks it for clients that may.

use std::{fmt, pin::Pin};

use serde::{Deserialize, Serialize};

use super::intent::Origin;

/// What a reload did; every entry is one sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reloaded {
    /// The file that was read.
    pub file: String,
    /// What changed, and is in force now.
    pub changed: Vec<String>,
    /// What changed in the file and comes into force only after a restart.
    pub restart: Vec<String>,
    /// Links that were left alone.
    pub kept: Vec<String>,
}

/// Why nothing was reloaded; everything goes on as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{text}")]
pub struct NotReloaded {
    /// One sentence.
    pub text: String,
    /// Every mistake of the file.
    pub mistakes: Vec<FileMistake>,
    /// The mistakes as they are shown to people, with their lines; may be empty.
    pub shown: String,
}

/// One mistake of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMistake {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

/// The answer to a reload, when it is there.
pub type Reloading = Pin<Box<dyn Future<Output = Result<Reloaded, NotReloaded>> + Send>>;

/// The running station, for those who may end or change it.
pub trait Control: Send + Sync + fmt::Debug {
    /// Ends the station in order, soon. Returns whether that will happen.
    fn stop(&self, origin: Origin) -> bool;

    /// Reads the configuration file again and takes over what can be taken over while running.
    fn reload(&self, origin: Origin) -> Reloading;
}
