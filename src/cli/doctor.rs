//! `volery doctor`: what of this machine stands in the way of seeing a vehicle, and why nothing is heard.
//!
//! Looks, listens for some seconds and transmits nothing. Each part returns findings; this file only puts them in order.

mod clock;
mod finding;
mod heard;
mod machine;
mod ports;
mod serial;
mod terminal;

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use super::{arguments::DoctorArgs, failure::Failure, plan, signals::End, station};
use finding::{Finding, Grade};

/// Looks at everything and tells what it found; fails when something is wrong.
pub(super) fn doctor(arguments: &DoctorArgs) -> Result<End, Failure> {
    let (plan, _) = plan::station(&arguments.station)?;
    let mut findings = terminal::look();
    findings.extend(machine::look(&plan));
    findings.extend(serial::look());
    let (usable, taken) = ports::look(&plan);
    findings.extend(taken);
    let pair = clock::Pair::now();
    let watched = Duration::from_secs_f64(arguments.seconds);
    if !arguments.json {
        let links = match usable.len() {
            1 => "1 link".to_owned(),
            links => format!("{links} links"),
        };
        super::say(&format!("listening on {links} for {} s", arguments.seconds));
    }
    let begun = Instant::now();
    let runtime = station::runtime()?;
    findings.extend(heard::listen(&runtime, &plan, usable, watched)?);
    std::thread::sleep(watched.saturating_sub(begun.elapsed()));
    findings.extend(clock::look(&pair));
    runtime.shutdown_timeout(Duration::from_millis(200));
    tell(&findings, arguments.json).map_err(|error| Failure::output(&error))?;
    if findings
        .iter()
        .any(|finding| finding.grade == Grade::Problem)
    {
        // Everything was said already.
        return Err(Failure::new(""));
    }
    Ok(End::Done)
}

fn tell(findings: &[Finding], as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        let is_ok = findings.iter().all(|one| one.grade != Grade::Problem);
        let answer = serde_json::json!({ "ok": is_ok, "findings": findings });
        serde_json::to_writer_pretty(&mut out, &answer)?;
        return writeln!(out);
    }
    let mut about = "";
    for finding in findings {
        let head = if finding.about == about {
            ""
        } else {
            finding.about
        };
        about = finding.about;
        let word = finding.grade.word();
        writeln!(out, "{head:<9} {word:<8} {}", finding.text)?;
        if let Some(hint) = &finding.hint {
            writeln!(out, "{:<18} -> {hint}", "")?;
        }
    }
    Ok(())
}
