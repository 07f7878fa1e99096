//! How the log is doing, for the status bar, `/readyz` and the metrics.

use std::{path::Path, sync::Arc};

/// State of the log at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreStatus {
    /// The writer is running.
    pub open: bool,
    /// Why nothing, or not everything, is being written now; an operator must see this.
    pub degraded: Option<Arc<str>>,
    /// What an operator should know although all is well again: the log was moved, or begun anew.
    pub note: Option<Arc<str>>,
    /// Size of the log on disk, write-ahead log included.
    pub bytes: u64,
    /// Rows written in the last second, blocks of frames included.
    pub rows_per_s: f64,
    /// Frames written in this session.
    pub frames: u64,
    /// Frames, rows and events of this session that are missing from the log.
    pub gaps: u64,
    /// Bytes that wait for the disk.
    pub queue_bytes: usize,
    /// The log.
    pub path: Arc<Path>,
}
