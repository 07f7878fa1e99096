//! What the messages of the parameter protocol say, in both directions
//! (<https://mavlink.io/en/services/parameter.html>).

use std::fmt;

use super::name::ParamName;
use crate::model::target::Target;

/// A message of the parameter protocol as it was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamReport {
    /// PARAM_VALUE.
    Value(ParamHeard),
    /// PARAM_ERROR.
    Error(ParamRefusal),
    /// PARAM_REQUEST_LIST, PARAM_REQUEST_READ or PARAM_SET of another station to this system and component.
    Asked {
        /// 0: all systems.
        target_system: u8,
        /// 0: all components.
        target_component: u8,
    },
}

/// PARAM_VALUE, its number not yet understood: that takes the autopilot's [`super::encoding::ParamEncoding`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamHeard {
    /// Which parameter.
    pub name: ParamName,
    /// The four bytes of `param_value`.
    pub bits: u32,
    /// MAV_PARAM_TYPE as sent.
    pub kind: u8,
    /// Its place in the list; 65535 where the autopilot does not say.
    pub index: u16,
    /// How many parameters there are.
    pub count: u16,
}

/// PARAM_ERROR (<https://mavlink.io/en/messages/common.html#PARAM_ERROR>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamRefusal {
    /// Which parameter; `None` where it was asked by index.
    pub name: Option<ParamName>,
    /// Its place in the list; `None` where it was asked by name.
    pub index: Option<u16>,
    /// Whom it answers.
    pub target_system: u8,
    /// Whom it answers.
    pub target_component: u8,
    /// MAV_PARAM_ERROR.
    pub error: ParamError,
}

/// MAV_PARAM_ERROR as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamError(pub u8);

impl ParamError {
    /// The parameter does not exist.
    pub const DOES_NOT_EXIST: Self = Self(1);
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            1 => "the parameter does not exist",
            2 => "the value is out of range",
            3 => "this station may not change it",
            4 => "there is no such component",
            5 => "the parameter is read-only",
            6 => "the vehicle knows no such type",
            7 => "the parameter has another type",
            8 => "reading it failed aboard",
            9 => "writing it failed aboard",
            other => return write!(f, "error {other}"),
        })
    }
}

/// A message of the parameter protocol to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamRequest {
    /// PARAM_REQUEST_LIST: all of them.
    List {
        /// Whose.
        target: Target,
    },
    /// PARAM_REQUEST_READ by name.
    Read {
        /// Whose.
        target: Target,
        /// Which.
        name: ParamName,
    },
    /// PARAM_REQUEST_READ by place in the list.
    ReadIndex {
        /// Whose.
        target: Target,
        /// At most 32767: the field is signed.
        index: u16,
    },
    /// PARAM_SET.
    Set {
        /// Whose.
        target: Target,
        /// Which.
        name: ParamName,
        /// The four bytes of `param_value`.
        bits: u32,
        /// MAV_PARAM_TYPE.
        kind: u8,
    },
}
