//! Layer 5: the command line. Reads the arguments, calls what they ask for, turns failures into exit statuses.
//!
//! Data goes to standard output, words to standard error, and nothing to the terminal behind the screen.

mod arguments;
mod ask;
mod check;
mod demo;
mod doctor;
mod early_flags;
mod failure;
mod hands;
mod journal;
mod keys;
mod log;
mod plan;
mod reload;
mod screen;
mod signals;
mod signing_keys;
mod span;
mod station;
mod systemd;

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use clap::Parser;

use crate::app;

use self::{
    arguments::{Arguments, Command, ReplayArgs, ScreenArgs, StationArgs},
    failure::Failure,
    reload::Reloader,
    signals::End,
    station::{Owner, Show},
};

/// Runs the program to its end.
#[must_use]
pub fn main() -> ExitCode {
    if let Err(error) = color_eyre::install() {
        say(&format!("panics will be reported plainly: {error}"));
    }
    let words = early_flags::behind_command(std::env::args_os().collect());
    match run(Arguments::parse_from(words)) {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Interrupted) => ExitCode::from(130),
        Ok(End::Terminated) => ExitCode::from(143),
        Err(failure) => {
            let sentence = failure.to_string();
            if !sentence.is_empty() {
                say(&sentence);
            }
            failure.code()
        }
    }
}

fn run(arguments: Arguments) -> Result<End, Failure> {
    match arguments.command {
        None => dashboard(&arguments.station, &arguments.screen),
        Some(Command::Run { station, screen }) => dashboard(&station, &screen),
        Some(Command::Serve { station }) => serve(&station),
        Some(Command::Replay(replay_args)) => replay(&replay_args),
        Some(Command::Demo(demo_args)) => demo::demo(&demo_args),
        Some(Command::Sim(sim_args)) => demo::sim(&sim_args),
        Some(Command::Log(command)) => log::run(command).map(|()| End::Done),
        Some(Command::Ask(question)) => ask::ask(&question),
        Some(Command::Doctor(doctor_args)) => doctor::doctor(&doctor_args),
        Some(Command::Check { file, json }) => {
            check::check(file.as_deref(), json).map(|()| End::Done)
        }
    }
}

fn dashboard(arguments: &StationArgs, screen: &ScreenArgs) -> Result<End, Failure> {
    let (plan, config) = plan::station(arguments)?;
    let reloader = Reloader::new(arguments, &config);
    let show = Show {
        options: screen::options(screen, Some(&config))?,
        note: None,
        replay: None,
    };
    screen::require_terminal(&show.options, "volery serve")?;
    let runtime = station::runtime()?;
    let running = station::start(&runtime, &plan)?;
    let owner = Owner::of(running, Some(reloader));
    station::show(runtime, owner, &plan, &show)
}

fn serve(arguments: &StationArgs) -> Result<End, Failure> {
    let (plan, config) = plan::station(arguments)?;
    let reloader = Reloader::new(arguments, &config);
    let runtime = station::runtime()?;
    let running = station::start(&runtime, &plan)?;
    station::serve(runtime, Owner::of(running, Some(reloader)))
}

fn replay(arguments: &ReplayArgs) -> Result<End, Failure> {
    let plan = plan::replay(arguments);
    let note = Some(format!("REPLAY ×{}", arguments.speed).into());
    let show = Show {
        options: screen::options(&arguments.screen, None)?,
        note,
        replay: (!arguments.headless).then(|| span::measure(&arguments.files)),
    };
    app::check(&plan).map_err(|error| station::start_failure(&error))?;
    if !arguments.headless {
        screen::require_terminal(&show.options, "volery replay FILE --headless")?;
    }
    let runtime = station::runtime()?;
    let running = station::start(&runtime, &plan)?;
    let owner = Owner::of(running, None);
    if arguments.headless {
        station::serve(runtime, owner)
    } else {
        station::show(runtime, owner, &plan, &show)
    }
}

/// One line on standard error. It may be gone as well; then there is nobody to tell.
fn say(line: &str) {
    say_plain(&format!("volery: {line}"));
}

fn say_plain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
