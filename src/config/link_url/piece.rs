//! What the readers of one link URL hand each other: pieces of the text with their places, the error, the note.

use std::{fmt, ops::Range};

/// Where the text stands; it decides what a bare `host:port` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A way in: `[[link]]`, `connection`, `--link`. A bare local `host:port` listens.
    Link,
    /// A way out to another station: `[[forward]]`. A bare `host:port` is sent to.
    Forward,
}

/// Why a link URL is not one, in a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct LinkUrlError {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Byte range of the text it is about.
    pub at: Range<usize>,
}

impl fmt::Display for LinkUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl LinkUrlError {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            at,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Something to say about a URL that was understood: how an ambiguous spelling was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note(pub String);

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A piece of the text and where it starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Piece<'t> {
    pub(super) fn range(self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }

    /// The part from byte `start` on.
    pub(super) fn from(self, start: usize) -> Self {
        Self {
            text: &self.text[start..],
            at: self.at + start,
        }
    }

    /// The part before byte `end`.
    pub(super) fn until(self, end: usize) -> Self {
        Self {
            text: &self.text[..end],
            at: self.at,
        }
    }

    pub(super) fn error(self, message: impl Into<String>) -> LinkUrlError {
        LinkUrlError::new(self.range(), message)
    }

    /// Splits at the first `mark`; the second half is what follows it.
    pub(super) fn split_once(self, mark: char) -> Option<(Piece<'t>, Piece<'t>)> {
        let at = self.text.find(mark)?;
        Some((self.until(at), self.from(at + mark.len_utf8())))
    }
}
