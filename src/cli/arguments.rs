//! What can be said on the command line. Names are those of CONTRACT section 1; flags beat `VOLERY_*`, that beats the file.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum, builder::FalseyValueParser};

use super::{ask::arguments::Question, log::arguments::LogCommand};
use crate::{config::link_url::grammar_help, tui};

/// Ground control for MAVLink fleets, in a terminal.
#[derive(Debug, Parser)]
#[command(
    name = "volery",
    version,
    about,
    long_about = "Ground control for MAVLink fleets, in a terminal.\n\nWithout a command it runs the dashboard: it \
                  listens on UDP port 14550, and vehicles appear by themselves.",
    after_help = "Try `volery demo`: a simulated fleet, no drone needed.",
    after_long_help = long_help(),
    args_conflicts_with_subcommands = true
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) station: StationArgs,
    #[command(flatten)]
    pub(super) screen: ScreenArgs,
}

fn long_help() -> String {
    format!(
        "Examples:\n  volery                                        vehicles on UDP 14550\n  volery --link \
         /dev/ttyUSB0,57600             a telemetry radio\n  volery demo                                   a simulated \
         fleet\n  volery replay flight.tlog --speed 4           a recording, four times as fast\n  volery log info \
         flight.tlog --json           what is in a recording\n  volery serve -c /etc/volery/fleet.toml        without a \
         screen\n\nLinks:\n{}\n\nExit status: 0 done, 1 failed, 2 usage or configuration, 3 a link or port could not be \
         opened, 4 authentication, 5 refused by a vehicle or the station, 6 timed out, 130 SIGINT, 143 SIGTERM.",
        grammar_help()
    )
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The dashboard (the default).
    Run {
        #[command(flatten)]
        station: StationArgs,
        #[command(flatten)]
        screen: ScreenArgs,
    },
    /// The same without a screen, for a relay box.
    Serve {
        #[command(flatten)]
        station: StationArgs,
    },
    /// The dashboard over a built-in simulated fleet: no drone, no server, no network needed.
    Demo(DemoArgs),
    /// A simulated fleet that speaks MAVLink to some station.
    Sim(SimArgs),
    /// The dashboard over recordings (.tlog or raw MAVLink), on their own clock. Transmits nothing.
    Replay(ReplayArgs),
    #[command(flatten)]
    Ask(Question),
    /// Look into recordings and the flight log.
    #[command(subcommand)]
    Log(LogCommand),
    /// Look at terminal, ports, serial devices, disk and clock, listen, and say why no vehicle is heard.
    Doctor(DoctorArgs),
    /// Tell every mistake of a fleet.toml, with line and column.
    Check {
        /// The file; without it, the one that `run` would take.
        file: Option<PathBuf>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// What a station is made of.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct StationArgs {
    /// Configuration; without it ./fleet.toml, then $XDG_CONFIG_HOME/volery, then /etc/volery.
    #[arg(short, long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// A way in, besides those of the file (see --help for the spellings); may be repeated.
    #[arg(long, value_name = "URL", env = "VOLERY_LINK", value_delimiter = ' ')]
    pub(super) link: Vec<String>,
    #[command(flatten)]
    pub(super) listen: ListenArgs,
    /// The flight log.
    #[arg(
        long,
        value_name = "FILE",
        env = "VOLERY_LOG",
        conflicts_with = "no_log"
    )]
    pub(super) log: Option<PathBuf>,
    /// Keep no log.
    #[arg(long)]
    pub(super) no_log: bool,
    /// Never transmit, not even heartbeats.
    #[arg(long)]
    pub(super) read_only: bool,
}

/// Where browsers and programs are served.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct ListenArgs {
    /// Where browsers and programs are served, 127.0.0.1:8780 unless said otherwise (a demo takes a free port if that is taken).
    #[arg(
        long,
        value_name = "ADDR",
        env = "VOLERY_LISTEN",
        value_parser = loopback,
        conflicts_with = "no_listen"
    )]
    listen: Option<SocketAddr>,
    /// Serve nobody.
    #[arg(long)]
    no_listen: bool,
}

impl ListenArgs {
    /// The address asked for, else the usual one; none with `--no-listen`.
    pub(super) fn address(self, usual: impl FnOnce() -> Option<SocketAddr>) -> Option<SocketAddr> {
        if self.no_listen {
            return None;
        }
        self.listen.or_else(usual)
    }
}

/// How the screen looks.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct ScreenArgs {
    /// default, high-contrast, ansi or mono.
    #[arg(
        long,
        value_name = "NAME",
        env = "VOLERY_THEME",
        help_heading = "Screen"
    )]
    pub(super) theme: Option<String>,
    /// Signs of ASCII only.
    #[arg(long, env = "VOLERY_ASCII", value_parser = FalseyValueParser::new(), help_heading = "Screen")]
    pub(super) ascii: bool,
    /// When colours are used (NO_COLOR is honoured by auto).
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        help_heading = "Screen"
    )]
    pub(super) color: When,
    /// Most frames per second.
    #[arg(long, env = "VOLERY_FPS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=60), help_heading = "Screen")]
    pub(super) fps: Option<u16>,
    /// For a line of 1.5 kB/s: a frame a second (what is urgent comes at once), coarser figures, colours of fewer bytes.
    #[arg(long, env = "VOLERY_LOW_BANDWIDTH", value_parser = FalseyValueParser::new(), help_heading = "Screen")]
    pub(super) low_bandwidth: bool,
    /// Leave the mouse to the terminal.
    #[arg(long, env = "VOLERY_NO_MOUSE", value_parser = FalseyValueParser::new(), help_heading = "Screen")]
    pub(super) no_mouse: bool,
}

/// `auto`, `always` or `never`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// As terminal and `NO_COLOR` say.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl From<When> for tui::ColorChoice {
    fn from(when: When) -> Self {
        match when {
            When::Auto => Self::Auto,
            When::Always => Self::Always,
            When::Never => Self::Never,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// Recordings, played side by side.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Times the recording's own pace.
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = positive)]
    pub(super) speed: f64,
    /// Begin so many seconds into the recording.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0, value_parser = not_negative)]
    pub(super) from: f64,
    /// Serve it without a screen.
    #[arg(long)]
    pub(super) headless: bool,
    #[command(flatten)]
    pub(super) listen: ListenArgs,
    /// Write a flight log of what is played.
    #[arg(long, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,
    #[command(flatten)]
    pub(super) screen: ScreenArgs,
}

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    pub(super) station: StationArgs,
    /// Listen so many seconds on every link.
    #[arg(long, value_name = "S", default_value_t = 5.0, value_parser = positive)]
    pub(super) seconds: f64,
    /// As JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// How many vehicles.
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=250))]
    pub(super) vehicles: u8,
    /// Seed of everything accidental.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// Serve it without a screen.
    #[arg(long)]
    pub(super) headless: bool,
    #[command(flatten)]
    pub(super) listen: ListenArgs,
    #[command(flatten)]
    pub(super) screen: ScreenArgs,
}

/// Whose firmware is simulated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Firmware {
    /// All ArduPilot.
    #[default]
    Ardupilot,
    /// All PX4.
    Px4,
    /// Some of each.
    Mixed,
}

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Craft {
    /// A multirotor.
    Copter,
    /// A fixed wing.
    Plane,
    /// A ground vehicle.
    Rover,
}

#[derive(Debug, Args)]
pub(super) struct SimArgs {
    /// How many vehicles.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub(super) vehicles: u16,
    /// Whom they speak to, udpout:HOST:PORT; the ports after it take every further 250 vehicles. Repeat for one network each.
    #[arg(long, value_name = "URL", required = true)]
    pub(super) to: Vec<String>,
    /// ardupilot, px4 or mixed.
    #[arg(long, value_enum, default_value_t)]
    pub(super) autopilot: Firmware,
    /// copter, plane or rover, separated by commas and repeated as often as needed.
    #[arg(
        long,
        value_enum,
        value_name = "KINDS",
        value_delimiter = ',',
        default_value = "copter"
    )]
    pub(super) airframe: Vec<Craft>,
    /// Messages per second and vehicle, sent unasked; without it vehicles speak as their firmware would.
    #[arg(long, value_name = "HZ", value_parser = positive)]
    pub(super) rate: Option<f64>,
    /// What goes wrong (TOML).
    #[arg(long, value_name = "FILE")]
    pub(super) scenario: Option<PathBuf>,
    /// Seed of everything accidental.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
}

/// A place that only this machine reaches: this build knows no roles yet.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text
        .parse()
        .map_err(|error| format!("ADDRESS:PORT is wanted ({error})"))?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(
            "a non-loopback address needs [server.auth], which this build does not enforce yet"
                .into(),
        )
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 10_000.0 => Ok(number),
        Ok(_) => Err("more than 0 and at most 10000 is wanted".into()),
        Err(error) => Err(format!("a number is wanted ({error})")),
    }
}

fn not_negative(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number >= 0.0 && number.is_finite() => Ok(number),
        Ok(_) => Err("0 or more is wanted".into()),
        Err(error) => Err(format!("a number of seconds is wanted ({error})")),
    }
}
