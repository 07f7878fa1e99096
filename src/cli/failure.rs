//! How a command fails: one sentence for people, one exit status for programs (CONTRACT section 1).

use std::{fmt, io, path::Path, process::ExitCode};

/// What a program is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Something failed.
    Failed = 1,
    /// Usage or configuration.
    Usage = 2,
    /// A link or port could not be opened.
    Link = 3,
    /// The instance does not let us.
    Authentication = 4,
    /// A vehicle or the station said no, or it is not done because that would be dangerous.
    Refused = 5,
    /// It took too long.
    TimedOut = 6,
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    status: Status,
    sentence: String,
}

impl Failure {
    /// A failure without a closer status. What it quotes of a file or an answer reaches a terminal without control
    /// characters.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        let harmless = |letter: char| match letter {
            '\n' | '\t' => letter,
            letter if letter.is_control() => char::REPLACEMENT_CHARACTER,
            letter => letter,
        };
        Self {
            status: Status::Failed,
            sentence: sentence.into().chars().map(harmless).collect(),
        }
    }

    /// A usage failure whose sentence this program has drawn itself, in colour where there is any.
    pub(crate) const fn drawn(sentence: String) -> Self {
        Self {
            status: Status::Usage,
            sentence,
        }
    }

    /// The same with another status.
    pub(crate) fn with(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// A file could not be used.
    pub(crate) fn file(verb: &str, path: &Path, source: &io::Error) -> Self {
        let why = match source.kind() {
            io::ErrorKind::NotFound => "no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "not permitted".to_owned(),
            _ => source.to_string(),
        };
        Self::new(format!("cannot {verb} {}: {why}", path.display()))
    }

    /// Standard output is gone. Whoever reads only the head of an answer is told nothing.
    pub(crate) fn output(source: &io::Error) -> Self {
        if source.kind() == io::ErrorKind::BrokenPipe {
            return Self::new("");
        }
        Self::new(format!("cannot write the answer: {source}"))
    }

    /// The exit status.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.status as u8)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_holds_does_not_steer_the_terminal() {
        let failure = Failure::new("x.plan: `\u{1b}[31mevil\u{7}` is not known\nline 2");
        assert_eq!(
            failure.to_string(),
            "x.plan: `\u{fffd}[31mevil\u{fffd}` is not known\nline 2"
        );
    }
}
