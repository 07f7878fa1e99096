//! `volery check`: every mistake of a fleet.toml.

use std::{io, io::Write, path::Path};

use super::{
    failure::{Failure, Status},
    keys,
    plan::config_failure,
    signing_keys,
};
use crate::config::{self, ConfigError, Loaded, Places, Report};

/// Checks a file, or the one that `run` would take.
pub(super) fn check(file: Option<&Path>, json: bool) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let loaded = keys::reviewed(config::load(file, &Places::from_env()));
    match signing_keys::reviewed(loaded) {
        Ok(loaded) if json => print_json(&mut out, &loaded.warnings),
        Ok(loaded) => tell(&mut out, &loaded),
        Err(ConfigError::Invalid { report, path, .. }) if json => {
            print_json(&mut out, &report)?;
            let why = match report.error_count() {
                1 => format!("{} has a mistake", path.display()),
                mistakes => format!("{} has {mistakes} mistakes", path.display()),
            };
            Err(Failure::new(why).with(Status::Usage))
        }
        Err(error) => Err(config_failure(&error)),
    }
}

fn tell(out: &mut impl Write, loaded: &Loaded) -> Result<(), Failure> {
    if !loaded.warnings.is_empty() {
        super::say_plain(&loaded.warnings.render(super::stderr_is_terminal()));
    }
    let Some(path) = &loaded.path else {
        let said = writeln!(
            out,
            "no fleet.toml found: volery listens on udpin:0.0.0.0:14550"
        );
        return said.map_err(|error| Failure::output(&error));
    };
    let (links, drones) = (loaded.config.links.len(), loaded.config.drones.len());
    let warnings = loaded.warnings.warning_count();
    let said = writeln!(
        out,
        "{}: ok ({}, {}, {})",
        path.display(),
        counted(links, "link"),
        counted(drones, "drone"),
        counted(warnings, "warning")
    );
    said.map_err(|error| Failure::output(&error))
}

fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

fn print_json(out: &mut impl Write, report: &Report) -> Result<(), Failure> {
    let written =
        serde_json::to_writer_pretty(&mut *out, report.diagnostics()).map_err(io::Error::from);
    written
        .and_then(|()| writeln!(out))
        .map_err(|error| Failure::output(&error))
}
