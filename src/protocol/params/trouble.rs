//! Why parameters could not be had or set, in words.

use super::pack::PackError;
use crate::{
    model::params::{
        name::ParamName,
        traffic::ParamError,
        value::{ParamType, ParamValueError},
    },
    protocol::ftp::failure::FtpFailure,
};

/// Why one parameter was not read or set.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ParamTrouble {
    /// No answer to any try.
    #[error(
        "{0}: no answer; where the vehicle says nothing of unknown names, it may have no such parameter"
    )]
    NotAnswered(ParamName),
    /// PARAM_ERROR.
    #[error("{name}: {error}")]
    Refused {
        /// Which.
        name: ParamName,
        /// Why.
        error: ParamError,
    },
    /// A type or value that cannot be understood.
    #[error("{name}: its value of MAV_PARAM_TYPE {kind} cannot be read over this protocol")]
    Unreadable {
        /// Which.
        name: ParamName,
        /// The type as sent.
        kind: u8,
    },
    /// A value that cannot be sent.
    #[error("{name}: {kind} cannot be sent over this protocol")]
    Unsendable {
        /// Which.
        name: ParamName,
        /// Its type.
        kind: ParamType,
    },
    /// A value the parameter's type cannot hold.
    #[error("{name}: {reason}")]
    Unfit {
        /// Which.
        name: ParamName,
        /// Why.
        reason: ParamValueError,
    },
}

/// Why not all parameters came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListTrouble {
    /// Not a single parameter.
    #[error("no answer to the request for all parameters")]
    NotAnswered,
    /// Some never came.
    #[error("{missing} of {count} parameters did not come")]
    Incomplete {
        /// How many are missing.
        missing: usize,
        /// How many there are.
        count: u16,
    },
    /// The list changed again and again.
    #[error("the vehicle's list of parameters kept changing while it was read")]
    Unstable,
}

/// Why `param.pck` was of no use; the list is asked for instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackTrouble {
    /// It did not come.
    #[error(transparent)]
    File(#[from] FtpFailure),
    /// It is not what it should be.
    #[error("@PARAM/param.pck: {0}")]
    Content(#[from] PackError),
}
