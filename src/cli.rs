//! Layer 4: the command line. Reads the arguments, calls what they ask for, turns failures into exit statuses.

mod failure;
mod log;
mod serve;

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use self::{failure::Failure, serve::End};

/// Ground control for MAVLink fleets, in a terminal.
#[derive(Debug, Parser)]
#[command(name = "volery", version, about, arg_required_else_help = false)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look into recordings and the flight log.
    #[command(subcommand)]
    Log(LogCommand),
    /// interim
    Serve {
        #[arg(long)]
        link: Vec<String>,
        #[arg(long)]
        listen: Option<std::net::SocketAddr>,
        #[arg(long)]
        log: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
enum LogCommand {
    /// What is in a .tlog, a raw MAVLink stream or a flight log.
    Info {
        /// The recording.
        file: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the program to its end.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Interrupted) => ExitCode::from(130),
        Ok(End::Terminated) => ExitCode::from(143),
        Err(failure) => {
            say(&failure.to_string());
            failure.code()
        }
    }
}

/// One line on standard error. It may be gone as well; then there is nobody to tell.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "volery: {line}");
}

fn run(arguments: Arguments) -> Result<End, Failure> {
    match arguments.command {
        Some(Command::Log(LogCommand::Info { file, json })) => {
            log::info(&file, json).map(|()| End::Done)
        }
        Some(Command::Serve { link, listen, log }) => serve::serve(interim(link, listen, log)),
        None => Ok(End::Done),
    }
}

fn interim(
    link: Vec<String>,
    listen: Option<std::net::SocketAddr>,
    log: Option<PathBuf>,
) -> crate::app::plan::Plan {
    use crate::{
        app::plan::*,
        link::{route::Route, udp::UdpMode},
        model::{ids::*, link::*},
    };
    let links = link
        .iter()
        .enumerate()
        .map(|(n, url)| {
            let mut parts = url.split(':');
            let route = match parts.next() {
                Some("udpin") => Route::Udp {
                    mode: UdpMode::Listen,
                    host: parts.next().unwrap_or_default().into(),
                    port: parts.next().unwrap_or_default().parse().unwrap_or(14550),
                },
                Some("udpout") => Route::Udp {
                    mode: UdpMode::Dial,
                    host: parts.next().unwrap_or_default().into(),
                    port: parts.next().unwrap_or_default().parse().unwrap_or(14550),
                },
                Some("tcpout") => Route::TcpOut {
                    address: url[7..].into(),
                },
                Some("tcpin") => Route::TcpIn {
                    address: url[6..].into(),
                },
                Some("serial") => Route::Serial {
                    device: url[7..].into(),
                    bauds: vec![57600],
                    hardware_flow: false,
                },
                _ => Route::Recording {
                    path: url.into(),
                    speed: f64::INFINITY,
                    looped: false,
                    time: crate::link::recording::RecordingTime::Station,
                },
            };
            let info = LinkInfo {
                name: format!("link{n}").into(),
                url: url.as_str().into(),
                network: "mav".into(),
                class: "lan",
                passive: false,
                shared: route.is_shared(),
                recording: route.is_recording(),
                rates: Some(Rates {
                    position_hz: Some(5.0),
                    attitude_hz: Some(5.0),
                    status_hz: Some(1.0),
                }),
            };
            PlannedLink { info, route }
        })
        .collect();
    Plan {
        name: "volery".into(),
        links,
        listed: vec![],
        forget_after: std::time::Duration::from_secs(1800),
        own: (SystemId(255), ComponentId(25)),
        listen,
        hosts: vec![],
        allowed_origins: vec![],
        max_clients: 500,
        log: log.map_or(LogPlan::Off, |path| LogPlan::File {
            path,
            sample_hz: 5.0,
            frames: true,
        }),
        recording_clock: false,
        config_text: String::new(),
    }
}
