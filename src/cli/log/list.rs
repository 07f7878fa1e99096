//! `volery log ls`: the sessions of flight logs and the flights in them.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    progress::Progress,
    table::{Table, Text},
};
use crate::{
    cli::{
        failure::{Failure, Status},
        plan,
    },
    store::{Flight, LogReader, LoggedSession, StoreError},
};

#[derive(Serialize)]
struct Listing {
    file: String,
    schema: i64,
    sessions: Vec<Session>,
}

#[derive(Serialize)]
struct Session {
    #[serde(flatten)]
    session: LoggedSession,
    flights: Vec<Flight>,
}

/// Prints what `files` hold; without any, the log this machine's station writes.
pub(super) fn list(files: Vec<PathBuf>, json: bool) -> Result<(), Failure> {
    let files = if files.is_empty() {
        vec![default_log()?]
    } else {
        files
    };
    let listings: Result<Vec<Listing>, Failure> = files.iter().map(|file| read(file)).collect();
    let listings = listings?;
    let mut out = io::stdout().lock();
    let written = if json {
        serde_json::to_writer_pretty(&mut out, &listings)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        listings
            .iter()
            .try_for_each(|listing| print(&mut out, listing))
    };
    written.map_err(|error| Failure::output(&error))
}

fn default_log() -> Result<PathBuf, Failure> {
    plan::log_path(None)?.ok_or_else(|| {
        Failure::new("there is no home folder to look for the flight log in: name a FILE")
            .with(Status::Usage)
    })
}

fn read(path: &Path) -> Result<Listing, Failure> {
    let failed = |error: StoreError| Failure::new(error.to_string());
    let log = LogReader::open(path).map_err(failed)?;
    let mut progress = Progress::of("looking for flights");
    let flights = log.flights(&mut |part| progress.at(part)).map_err(failed)?;
    let mut by_session: BTreeMap<i64, Vec<Flight>> = BTreeMap::new();
    for flight in flights {
        by_session
            .entry(flight.session_id)
            .or_default()
            .push(flight);
    }
    let sessions = log.sessions().map_err(failed)?.into_iter();
    Ok(Listing {
        file: path.display().to_string(),
        schema: log.schema(),
        sessions: sessions
            .map(|session| Session {
                flights: by_session.remove(&session.id).unwrap_or_default(),
                session,
            })
            .collect(),
    })
}

fn print(out: &mut dyn Write, listing: &Listing) -> io::Result<()> {
    let (file, sessions) = (&listing.file, &listing.sessions);
    let flights: usize = sessions.iter().map(|session| session.flights.len()).sum();
    writeln!(
        out,
        "{file}: {}, {}",
        count(sessions.len(), "session"),
        count(flights, "flight")
    )?;
    for Session { session, flights } in sessions {
        let name = session.name.as_deref().unwrap_or_default();
        let ended = match session.ended_us {
            Some(end) => format!("to {}", utc(end)),
            None => "and did not end: it runs, or crashed".to_owned(),
        };
        let started = session.started_us.map(utc).unwrap_or_default();
        let title = format!("\nsession {}  {started} {ended}  {name}", session.id);
        writeln!(out, "{}", title.trim_end())?;
        if !flights.is_empty() {
            print_flights(out, flights)?;
        }
    }
    Ok(())
}

fn print_flights(out: &mut dyn Write, flights: &[Flight]) -> io::Result<()> {
    let header = [
        "vehicle",
        "armed from",
        "minutes",
        "highest m",
        "fastest m/s",
        "battery % left",
    ];
    let mut table = Table::new(out, header);
    for flight in flights {
        let number = |value: Option<f64>| Text::number(value.map(|value| format!("{value:.1}")));
        table.row(vec![
            Text::word(&flight.drone_id),
            Text::word(utc(flight.start_us)),
            number(Some(flight.duration_s / 60.0)),
            number(flight.max_alt_rel_m),
            number(flight.max_groundspeed_m_s),
            Text::number(
                flight
                    .min_battery_percent
                    .map(|percent| percent.to_string()),
            ),
        ])?;
    }
    table.finish()
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

fn utc(t_us: i64) -> String {
    jiff::Timestamp::from_microsecond(t_us)
        .map_or_else(|_| "--".into(), |t| t.strftime("%F %TZ").to_string())
}
