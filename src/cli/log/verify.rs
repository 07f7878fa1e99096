//! `volery log verify`: whether a flight log can be trusted.

use std::{
    io::{self, Write},
    path::Path,
};

use super::progress::Progress;
use crate::{
    cli::failure::Failure,
    store::{self, VerifyReport},
};

/// Checks the log at `path`; fails when something is wrong with it.
pub(super) fn verify(path: &Path, json: bool) -> Result<(), Failure> {
    let report = {
        let mut progress = Progress::of("checking");
        store::verify(path, &mut |part| progress.at(part))
            .map_err(|error| Failure::new(error.to_string()))?
    };
    let mut out = io::stdout().lock();
    let written = if json {
        serde_json::to_writer_pretty(&mut out, &report)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        print(&mut out, &report)
    };
    written.map_err(|error| Failure::output(&error))?;
    if report.ok {
        return Ok(());
    }
    Err(Failure::new(format!("{} is damaged", path.display())))
}

fn print(out: &mut dyn Write, report: &VerifyReport) -> io::Result<()> {
    let VerifyReport {
        ok,
        blocks,
        frames,
        damaged_blocks,
        missing_frames,
        problems,
    } = report;
    writeln!(out, "blocks   {blocks}, {damaged_blocks} of them damaged")?;
    writeln!(out, "frames   {frames}")?;
    writeln!(
        out,
        "missing  {missing_frames} frames by the log's own account"
    )?;
    for problem in problems {
        writeln!(
            out,
            "wrong    {}",
            problem.replace(|c: char| c.is_control(), " ")
        )?;
    }
    writeln!(
        out,
        "{}",
        if *ok {
            "the log is whole as far as can be told: structure and frames are checked, rows for plausible values"
        } else {
            "the log is damaged"
        }
    )
}
