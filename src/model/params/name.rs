//! What is a parameter called? At most 16 visible ASCII characters, kept in place without an allocation.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Bytes of `param_id` (<https://mavlink.io/en/messages/common.html#PARAM_VALUE>).
pub const NAME_BYTES: usize = 16;

/// A parameter's name, e.g. `WPNAV_SPEED`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ParamName([u8; NAME_BYTES]);

/// Why a text is no parameter's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParamNameError {
    /// Nothing there.
    #[error("a parameter name is empty")]
    Empty,
    /// More than 16 bytes.
    #[error("a parameter name has at most {NAME_BYTES} characters, this one has {0}")]
    TooLong(usize),
    /// A blank, a comma, a `#`, a control character or something beyond ASCII.
    #[error("{0:?} cannot stand in a parameter name")]
    Character(char),
}

impl ParamName {
    /// The name in `text`, which must be a name and nothing else.
    pub fn new(text: &str) -> Result<Self, ParamNameError> {
        if let Some(bad) = text.chars().find(|letter| !is_allowed(*letter)) {
            return Err(ParamNameError::Character(bad));
        }
        let mut bytes = [0; NAME_BYTES];
        match text.len() {
            0 => Err(ParamNameError::Empty),
            length if length > NAME_BYTES => Err(ParamNameError::TooLong(length)),
            length => {
                bytes[..length].copy_from_slice(text.as_bytes());
                Ok(Self(bytes))
            }
        }
    }

    /// The name in a `param_id` field, which ends at its first zero or not at all; `None` where it is none.
    #[must_use]
    pub fn from_wire(field: [u8; NAME_BYTES]) -> Option<Self> {
        let end = field.iter().position(|byte| *byte == 0);
        let text = std::str::from_utf8(&field[..end.unwrap_or(NAME_BYTES)]).ok()?;
        Self::new(text).ok()
    }

    /// The name as a `param_id` field, filled up with zeros.
    #[must_use]
    pub const fn to_wire(self) -> [u8; NAME_BYTES] {
        self.0
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0);
        std::str::from_utf8(&self.0[..end.unwrap_or(NAME_BYTES)]).unwrap_or_default()
    }
}

/// What separates names in files cannot be in them.
const fn is_allowed(letter: char) -> bool {
    letter.is_ascii_graphic() && letter != ',' && letter != '#'
}

impl FromStr for ParamName {
    type Err = ParamNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for ParamName {
    type Error = ParamNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<ParamName> for String {
    fn from(name: ParamName) -> Self {
        name.as_str().to_owned()
    }
}

impl fmt::Display for ParamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ParamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fills_its_field_with_or_without_a_terminator() {
        for text in ["RTL_ALT", "ABCDEFGHIJKLMNOP", "x"] {
            let name = ParamName::new(text).unwrap();
            assert_eq!(name.as_str(), text);
            assert_eq!(ParamName::from_wire(name.to_wire()), Some(name));
        }
    }

    #[test]
    fn what_stands_behind_the_terminator_is_not_part_of_the_name() {
        let field = *b"RTL_ALT\0garbage\0";
        assert_eq!(ParamName::from_wire(field).unwrap().as_str(), "RTL_ALT");
    }

    #[test]
    fn no_name_is_empty_long_or_strange() {
        assert_eq!(ParamName::new(""), Err(ParamNameError::Empty));
        assert_eq!(
            ParamName::new("ABCDEFGHIJKLMNOPQ"),
            Err(ParamNameError::TooLong(17))
        );
        for (text, bad) in [
            ("A B", ' '),
            ("A,B", ','),
            ("#A", '#'),
            ("Ä", 'Ä'),
            ("A\x1b", '\x1b'),
        ] {
            assert_eq!(ParamName::new(text), Err(ParamNameError::Character(bad)));
        }
        assert_eq!(ParamName::from_wire([0; 16]), None);
        assert_eq!(ParamName::from_wire([0xFF; 16]), None);
    }
}
