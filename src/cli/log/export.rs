//! `volery log export`: a flight log for other programs, to standard output or into a file.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
};

use super::{
    arguments::{ExportArgs, ExportFormat},
    progress::Progress,
};
use crate::{
    cli::{
        failure::{Failure, Status},
        say,
    },
    model::recorder::Direction,
    store::{
        FrameFilter, LogReader, StoreError,
        export::{Exported, Format, Selection},
    },
};

/// Writes what is asked for.
pub(super) fn export(arguments: &ExportArgs) -> Result<(), Failure> {
    check(arguments)?;
    let log = LogReader::open(&arguments.file)?;
    check_names(arguments, &log)?;
    let exported = match &arguments.output {
        None => {
            let mut progress = Progress::beside_answer("exporting");
            let mut out = BufWriter::new(io::stdout().lock());
            write(arguments, &log, &mut out, &mut progress).map_err(|error| match error {
                StoreError::Export { source, .. } => Failure::output(&source),
                other => other.into(),
            })?
        }
        Some(path) => into_file(arguments, &log, path)?,
    };
    if exported.lost > 0 {
        say(&format!(
            "{} frames are missing: their blocks are damaged (volery log verify tells)",
            exported.lost
        ));
    } else if exported.items == 0 {
        say("nothing in the log matches");
    }
    Ok(())
}

fn check(arguments: &ExportArgs) -> Result<(), Failure> {
    let usage = |sentence: &str| Err(Failure::new(sentence).with(Status::Usage));
    let is_tlog = arguments.format == ExportFormat::Tlog;
    let of_frames = arguments.received || arguments.sent || arguments.link.is_some();
    if of_frames && !is_tlog {
        return usage("--received, --sent and --link choose frames: they go with --format tlog");
    }
    if arguments.sent && !arguments.vehicle.is_empty() {
        return usage(
            "frames this station sent are not kept by vehicle: leave --vehicle or --sent out",
        );
    }
    if is_tlog && arguments.output.is_none() && io::stdout().is_terminal() {
        return usage(
            "a tlog is binary and would upset the terminal: say -o FILE, or lead it elsewhere",
        );
    }
    Ok(())
}

/// A name that is mistyped is told, not answered with an empty file.
fn check_names(arguments: &ExportArgs, log: &LogReader) -> Result<(), Failure> {
    let known: Vec<String> = log
        .drones()?
        .into_iter()
        .map(|drone| drone.drone_id)
        .collect();
    for id in &arguments.vehicle {
        if !known.contains(id) {
            let sentence = format!(
                "no vehicle of this log is called {id}; there are: {}",
                known.join(", ")
            );
            return Err(Failure::new(sentence));
        }
    }
    let sessions = log.sessions()?;
    match arguments.session {
        Some(id) if !sessions.iter().any(|session| session.id == id) => Err(Failure::new(format!(
            "this log has no session {id}; volery log ls shows which there are"
        ))),
        _ => Ok(()),
    }
}

fn write(
    arguments: &ExportArgs,
    log: &LogReader,
    out: &mut dyn Write,
    progress: &mut Progress,
) -> Result<Exported, StoreError> {
    let format = match arguments.format {
        ExportFormat::Tlog => {
            let filter = frame_filter(arguments, log)?;
            return log.export_tlog(&filter, out, &mut |part| progress.at(part));
        }
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Jsonl => Format::Jsonl,
        ExportFormat::Gpx => Format::Gpx,
        ExportFormat::Kml => Format::Kml,
        ExportFormat::Geojson => Format::GeoJson,
    };
    let selection = Selection {
        vehicles: arguments.vehicle.iter().cloned().collect(),
        session: arguments.session,
        from: arguments.from,
        to: arguments.to,
    };
    log.export(format, &selection, out, &mut |part| progress.at(part))
}

fn frame_filter(arguments: &ExportArgs, log: &LogReader) -> Result<FrameFilter, StoreError> {
    let of_vehicles = !arguments.vehicle.is_empty();
    let direction = if arguments.received || of_vehicles {
        Some(Direction::Received)
    } else {
        arguments.sent.then_some(Direction::Sent)
    };
    Ok(FrameFilter {
        session: arguments.session,
        direction,
        link: arguments.link.clone(),
        from: arguments.from,
        to: arguments.to,
        senders: log.senders(arguments.vehicle.iter().map(String::as_str))?,
    })
}

/// Into a file that has its name only when it is whole.
fn into_file(arguments: &ExportArgs, log: &LogReader, path: &Path) -> Result<Exported, Failure> {
    if path.exists() && !arguments.force {
        let sentence = format!("{} is there already: --force overwrites it", path.display());
        return Err(Failure::new(sentence).with(Status::Usage));
    }
    if same_file(path, &arguments.file) {
        return Err(Failure::new("the log cannot be exported over itself").with(Status::Usage));
    }
    if path.exists() && !path.is_file() {
        // A pipe or a device has no whole to wait for.
        let opened = OpenOptions::new().write(true).open(path);
        let file = opened.map_err(|error| Failure::file("write", path, &error))?;
        return fill(arguments, log, (path, file));
    }
    let part = beside(path);
    let file = File::create(&part).map_err(|error| Failure::file("write", path, &error))?;
    let exported = fill(arguments, log, (path, file)).and_then(|exported| {
        fs::rename(&part, path).map_err(|error| Failure::file("write", path, &error))?;
        Ok(exported)
    });
    if exported.is_err() {
        // It is incomplete, and perhaps the disk is full.
        let _ = fs::remove_file(&part);
    }
    exported
}

fn fill(
    arguments: &ExportArgs,
    log: &LogReader,
    (path, file): (&Path, File),
) -> Result<Exported, Failure> {
    let mut progress = Progress::of("exporting");
    let mut out = BufWriter::new(file);
    write(arguments, log, &mut out, &mut progress).map_err(|error| match error {
        StoreError::Export { source, .. } => Failure::file("write", path, &source),
        other => other.into(),
    })
}

fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}
