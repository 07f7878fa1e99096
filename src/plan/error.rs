//! Why a plan file cannot be read or written: what, and where in the file.

/// One sentence each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A line of a text format.
    #[error("line {line}, column {column}: {what}")]
    Line {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// A value of a JSON format.
    #[error("{path}: {what}")]
    Json {
        /// `mission.items[3].params[4]`.
        path: String,
        /// What is wrong there.
        what: String,
    },
    /// A version of a format that this station does not read.
    #[error("{path}: version {found} of {format} is not read here, only {known}")]
    Version {
        /// Where the file says so: a JSON path or `line 1`.
        path: String,
        /// The format.
        format: &'static str,
        /// What the file says.
        found: String,
        /// What would be read.
        known: &'static str,
    },
    /// Not a plan at all.
    #[error("this is not a plan: {what}")]
    NotAPlan {
        /// What it seems to be.
        what: String,
    },
    /// A list that the format cannot hold.
    #[error("the {list} cannot be written: {what}")]
    Unwritable {
        /// Which list.
        list: &'static str,
        /// Why.
        what: String,
    },
}
