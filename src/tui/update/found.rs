//! What a line about missions or parameters came to, or the sentence that says why it came to nothing.

use crate::tui::{files::FileWork, message::Effect, palette::order::Order};

/// What a line came to.
pub(super) enum Done {
    /// It is asked about.
    Asked(Box<Order>),
    /// It is over, with this to be carried out.
    Effect(Effect),
    /// It is over, with this to be said.
    Said(String),
    /// A file is looked at first; the palette stays open.
    Waits(FileWork),
}

/// What a reading of a file found out.
pub(super) type Found = Result<Done, String>;
