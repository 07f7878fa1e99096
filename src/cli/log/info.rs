//! `volery log info FILE`: what is in a tlog, a raw MAVLink stream or a flight log.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use super::{
    summary::{Summary, VehicleSummary},
    survey::Survey,
};
use crate::{
    cli::failure::Failure,
    model::{recorder::Direction, time::TimeUs},
    store::{FrameFilter, LogReader, StoreError},
    wire::{
        counters::SplitCounters,
        file_format::{FileFormat, detect},
        raw::RawReader,
        splitter::split_datagram,
        tlog::TlogReader,
    },
};

/// Prints what is in `path`, as JSON or for people.
pub(super) fn info(path: &Path, json: bool) -> Result<(), Failure> {
    let summary = summarise(path)?;
    let mut out = io::stdout().lock();
    let written = if json {
        serde_json::to_writer_pretty(&mut out, &summary)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        print_table(&mut out, &summary)
    };
    written.map_err(|error| Failure::output(&error))
}

fn summarise(path: &Path) -> Result<Summary, Failure> {
    let unreadable = |source: io::Error| Failure::file("read", path, &source);
    let bytes = fs::read(path).map_err(unreadable)?;
    let mut summary = Summary {
        file: path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned(),
        bytes: bytes.len() as u64,
        ..Summary::default()
    };
    match detect(&bytes) {
        FileFormat::Tlog => survey_tlog(&bytes, &mut summary),
        FileFormat::Raw => survey_raw(&bytes, &mut summary),
        FileFormat::Sqlite => survey_flight_log(path, &mut summary)?,
        FileFormat::Unknown => {
            return Err(Failure::new(format!(
                "{} holds no MAVLink: neither a tlog nor a raw stream nor a flight log (DataFlash .bin and .ulg \
                 logs are of another kind and cannot be read)",
                path.display()
            )));
        }
    }
    Ok(summary)
}

fn survey_tlog(bytes: &[u8], summary: &mut Summary) {
    let mut survey = Survey::new(true);
    let mut reader = TlogReader::new(bytes);
    for record in reader.by_ref() {
        survey.take(
            &record.frame,
            TimeUs(i64::try_from(record.t_us).unwrap_or(i64::MAX)),
        );
    }
    summary.format = "tlog";
    count(summary, reader.counters());
    survey.finish(summary);
}

fn survey_raw(bytes: &[u8], summary: &mut Summary) {
    let mut survey = Survey::new(false);
    let mut reader = RawReader::new(bytes);
    for frame in reader.by_ref() {
        survey.take(&frame, TimeUs::default());
    }
    summary.format = "raw";
    count(summary, reader.counters());
    survey.finish(summary);
}

/// The frames a flight log received, all links together, in the order of their times.
fn survey_flight_log(path: &Path, summary: &mut Summary) -> Result<(), Failure> {
    let failed = |error: StoreError| Failure::new(error.to_string());
    let reader = LogReader::open(path).map_err(failed)?;
    let received = FrameFilter {
        direction: Some(Direction::Received),
        ..FrameFilter::default()
    };
    let mut survey = Survey::new(true);
    let mut counters = SplitCounters::default();
    let mut frames = reader.frames(&received).map_err(failed)?;
    for logged in &mut frames {
        split_datagram(&logged.bytes, &mut counters, &mut |frame| {
            survey.take(&frame, logged.t);
        });
    }
    summary.format = "volery";
    count(summary, &counters);
    survey.finish(summary);
    Ok(())
}

fn count(summary: &mut Summary, counters: &SplitCounters) {
    summary.frames = counters.frames;
    summary.frames_v1 = counters.v1;
    summary.frames_v2 = counters.v2;
    summary.signed_frames = counters.signed;
    summary.bad_crc_frames = counters.bad_crc;
    summary.unknown_frames = counters.unknown;
    summary.junk_bytes = counters.junk_bytes;
}

fn print_table(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    let Summary {
        file,
        format,
        bytes,
        frames,
        frames_v1,
        frames_v2,
        signed_frames,
        ..
    } = summary;
    writeln!(out, "{file}  {format}, {bytes} bytes")?;
    writeln!(
        out,
        "frames   {frames} (MAVLink 1: {frames_v1}, MAVLink 2: {frames_v2}, signed: {signed_frames})"
    )?;
    writeln!(
        out,
        "damage   {} bad CRC, {} of unknown id, {} bytes of no frame",
        summary.bad_crc_frames, summary.unknown_frames, summary.junk_bytes
    )?;
    if let (Some(first), Some(last)) = (summary.first_us, summary.last_us) {
        writeln!(
            out,
            "time     {} to {}, {:.1} s",
            utc(first),
            utc(last),
            (last - first) as f64 / 1e6
        )?;
    }
    for (id, vehicle) in &summary.vehicles {
        print_vehicle(out, id, vehicle)?;
    }
    Ok(())
}

fn print_vehicle(out: &mut impl Write, id: &str, vehicle: &VehicleSummary) -> io::Result<()> {
    let word = |key: &str| vehicle.last[key].as_str().unwrap_or("unknown").to_owned();
    writeln!(
        out,
        "\n{id}  sysid {}, {} {}",
        vehicle.sysid,
        word("autopilot"),
        word("mav_type")
    )?;
    writeln!(
        out,
        "  frames   {} ({} lost by sequence)",
        vehicle.frames, vehicle.lost_frames
    )?;
    let modes: Vec<&str> = vehicle
        .modes
        .iter()
        .map(|change| change.mode.as_str())
        .collect();
    writeln!(out, "  modes    {}", modes.join(" → "))?;
    writeln!(out, "  armed    {} times", vehicle.armed.len())?;
    let altitude = vehicle
        .max_alt_rel_m
        .map_or_else(|| "--".to_owned(), |alt| format!("{alt} m"));
    writeln!(
        out,
        "  flown    {} m, highest {altitude} above home",
        vehicle.distance_m
    )?;
    for line in &vehicle.texts {
        let at = line.t_us.map(utc).unwrap_or_default();
        writeln!(out, "  {at}  {:<9} {}", line.severity, line.text.trim_end())?;
    }
    Ok(())
}

fn utc(t_us: i64) -> String {
    jiff::Timestamp::from_microsecond(t_us)
        .map_or_else(|_| "--".into(), |t| t.strftime("%F %T.%3fZ").to_string())
}
