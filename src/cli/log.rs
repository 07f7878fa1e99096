//! `volery log …`: looking into recordings and the flight log.

pub(super) mod arguments;
mod export;
mod info;
mod list;
mod moment;
mod progress;
mod query;
mod summary;
mod survey;
mod table;
mod verify;

use self::arguments::LogCommand;
use super::failure::Failure;

/// Runs one of the verbs.
pub(super) fn run(command: LogCommand) -> Result<(), Failure> {
    match command {
        LogCommand::Ls { files, json } => list::list(files, json),
        LogCommand::Info { file, json } => info::info(&file, json),
        LogCommand::Export(arguments) => export::export(&arguments),
        LogCommand::Query { file, sql, form } => query::query(&file, &sql, form),
        LogCommand::Verify { file, json } => verify::verify(&file, json),
    }
}
