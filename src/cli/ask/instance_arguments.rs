//! What every verb that asks an instance takes: which one, and how long to wait.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use crate::config::parse_duration;

/// Which instance.
#[derive(Debug, Clone, Args)]
pub(crate) struct InstanceArgs {
    /// Where it is; without it where [server] listen of fleet.toml says, else http://127.0.0.1:8780.
    #[arg(long, value_name = "URL", env = "VOLERY_URL")]
    pub(super) url: Option<String>,
    /// The fleet.toml of the instance, to find its address.
    #[arg(short, long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The token of its run, where it is not found by itself ($XDG_RUNTIME_DIR/volery, or beside the flight log).
    #[arg(long, value_name = "FILE", env = "VOLERY_TOKEN_FILE")]
    pub(super) token_file: Option<PathBuf>,
}

/// A time in seconds, or with its unit.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let plain = text.parse::<f64>().ok();
    let plain = plain.filter(|seconds| (0.0..=1e9).contains(seconds));
    plain
        .map(Duration::from_secs_f64)
        .or_else(|| parse_duration(text))
        .ok_or_else(|| "seconds, or a time with its unit, are wanted: 30, 500ms, 2m".into())
}
