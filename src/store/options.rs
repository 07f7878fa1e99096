//! What the writer is told when a log is opened.

use std::sync::Arc;

use crate::model::{ids::LinkId, time::TimeUs};

/// One run of the station; one row of `session`.
#[derive(Debug, Clone, Default)]
pub struct SessionInfo {
    /// Station time at which it began; for an import the time of the first frame.
    pub started: TimeUs,
    /// Name of the fleet.
    pub name: String,
    /// The machine.
    pub host: String,
    /// Version of volery.
    pub version: String,
    /// The configuration in force, as TOML, without secrets.
    pub config: String,
}

/// How a log is kept.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Rows of `telemetry` per vehicle and second, at most; 0 keeps changes only.
    pub sample_hz: f64,
    /// Keep every frame.
    pub frames: bool,
    /// Names of the links known at start.
    pub links: Vec<(LinkId, Arc<str>)>,
    /// Most bytes that may wait for the disk.
    pub queue_bytes: usize,
    /// Most pages of 2 KiB the file may have; more is as a full disk.
    pub max_pages: Option<u32>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            sample_hz: 5.0,
            frames: true,
            links: Vec::new(),
            queue_bytes: 32 * 1024 * 1024,
            max_pages: None,
        }
    }
}
