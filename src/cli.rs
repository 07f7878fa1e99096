//! Layer 4: the command line. Reads the arguments, calls what they ask for, turns failures into exit statuses.

mod failure;
mod log;

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use self::failure::Failure;

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
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Standard error may be gone as well; the status still says it.
            let _ = writeln!(std::io::stderr(), "volery: {failure}");
            failure.code()
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Some(Command::Log(LogCommand::Info { file, json })) => log::info(&file, json),
        None => Ok(()),
    }
}
