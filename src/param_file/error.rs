//! Which line of a parameter file is wrong, and why?

use crate::model::params::{
    name::{ParamName, ParamNameError},
    value::ParamValueError,
};

/// A line that is no parameter.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ParamFileError {
    /// Counted from 1.
    pub line: usize,
    /// Why.
    pub reason: Reason,
}

/// What is wrong with it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Reason {
    /// Too few or too many columns.
    #[error("expected {expected}, found {found} columns")]
    Columns {
        /// What a line looks like.
        expected: &'static str,
        /// How many there are.
        found: usize,
    },
    /// No name.
    #[error(transparent)]
    Name(#[from] ParamNameError),
    /// No number.
    #[error("{0:?} is no number")]
    Number(String),
    /// A number that the type cannot hold.
    #[error(transparent)]
    Value(#[from] ParamValueError),
    /// A type beyond MAV_PARAM_TYPE.
    #[error("{0:?} is no parameter type (1 to 10)")]
    Type(String),
    /// The same name a second time with another value.
    #[error("{0} has been set to another value above")]
    Twice(ParamName),
    /// Nothing but comments.
    #[error("no parameter in the file")]
    Empty,
    /// A cache that lacks its head.
    #[error("not a parameter cache: {0}")]
    Head(&'static str),
}

impl Reason {
    pub(super) fn at(self, line: usize) -> ParamFileError {
        ParamFileError { line, reason: self }
    }
}

/// Text of a file made fit for an error: no control characters, and not endless.
pub(super) fn quoted(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(40)
        .collect()
}
