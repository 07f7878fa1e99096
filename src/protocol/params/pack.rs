//! ArduPilot's `@PARAM/param.pck`: all parameters in one packed file.
//!
//! ```text
//! head   u16 magic (0x671b, with defaults 0x671c) · u16 parameters in the file · u16 parameters in all
//! each   zero bytes of padding
//!        u8  type (low 4 bits: 1 int8, 2 int16, 3 int32, 4 float) · flags (high 4: 1 = a default follows)
//!        u8  letters shared with the name before (low 4) · further letters − 1 (high 4)
//!        the further letters · the value · the default where the flag says so
//! ```
//! The padding keeps a value from crossing the border of two reads, so the bytes depend on the size of
//! the reads. Described in ArduPilot's `AP_Filesystem_Param.cpp`.

use crate::model::params::{
    name::{NAME_BYTES, ParamName},
    set::ParamSet,
    value::ParamValue,
};

/// Where ArduPilot keeps it.
pub const PATH: &str = "@PARAM/param.pck";

const MAGIC: u16 = 0x671B;
const MAGIC_WITH_DEFAULTS: u16 = 0x671C;
const HAS_DEFAULT: u8 = 1;

/// Why a file is no `param.pck`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// Another file.
    #[error("it does not begin like one")]
    Magic,
    /// Cut off.
    #[error("it ends in the middle of a parameter, at byte {0}")]
    Torn(usize),
    /// A type beyond the four.
    #[error("unknown type {kind} at byte {at}")]
    Type {
        /// The type.
        kind: u8,
        /// Where.
        at: usize,
    },
    /// Letters that make no name.
    #[error("no name at byte {0}")]
    Name(usize),
    /// The same name twice.
    #[error("{0} is in it twice")]
    Twice(ParamName),
    /// Another number of parameters than announced: the vehicle's list changed while it was read.
    #[error("it has {found} parameters and announces {announced}")]
    Count {
        /// In its head.
        announced: u16,
        /// In its body.
        found: usize,
    },
}

/// The parameters in a whole `param.pck`.
///
/// # Errors
/// Anything that is not exactly such a file.
pub fn unpack(bytes: &[u8]) -> Result<ParamSet, PackError> {
    let [m0, m1, n0, n1, t0, t1, body @ ..] = bytes else {
        return Err(PackError::Magic);
    };
    let magic = u16::from_le_bytes([*m0, *m1]);
    if magic != MAGIC && magic != MAGIC_WITH_DEFAULTS {
        return Err(PackError::Magic);
    }
    let announced = u16::from_le_bytes([*n0, *n1]);
    let mut set = ParamSet::new();
    set.expect(u16::from_le_bytes([*t0, *t1]));
    let mut reader = Reader {
        length: bytes.len(),
        rest: body,
        name: Vec::with_capacity(NAME_BYTES),
    };
    while let Some((name, value)) = reader.next(magic == MAGIC_WITH_DEFAULTS)? {
        if set.insert(name, value).is_some() {
            return Err(PackError::Twice(name));
        }
    }
    if set.len() != usize::from(announced) || !set.is_complete() {
        let found = set.len();
        return Err(PackError::Count { announced, found });
    }
    Ok(set)
}

struct Reader<'a> {
    length: usize,
    rest: &'a [u8],
    /// Of the parameter before.
    name: Vec<u8>,
}

impl<'a> Reader<'a> {
    fn at(&self) -> usize {
        self.length - self.rest.len()
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], PackError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(PackError::Torn(self.at()))?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PackError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn next(
        &mut self,
        may_have_default: bool,
    ) -> Result<Option<(ParamName, ParamValue)>, PackError> {
        let padding = self.rest.iter().take_while(|byte| **byte == 0).count();
        self.take(padding)?;
        if self.rest.is_empty() {
            return Ok(None);
        }
        let at = self.at();
        let [head, lengths] = self.array()?;
        let (kind, flags) = (head & 0x0F, head >> 4);
        let (shared, further) = (usize::from(lengths & 0x0F), usize::from(lengths >> 4) + 1);
        if shared > self.name.len() {
            return Err(PackError::Name(at));
        }
        let letters = self.take(further)?;
        self.name.truncate(shared);
        self.name.extend_from_slice(letters);
        let text = std::str::from_utf8(&self.name).unwrap_or_default();
        let name = ParamName::new(text).map_err(|_no_name| PackError::Name(at))?;
        let value = self.value(kind, at)?;
        if may_have_default && flags & HAS_DEFAULT != 0 {
            self.value(kind, at)?;
        }
        Ok(Some((name, value)))
    }

    fn value(&mut self, kind: u8, at: usize) -> Result<ParamValue, PackError> {
        Ok(match kind {
            1 => ParamValue::I8(i8::from_le_bytes(self.array()?)),
            2 => ParamValue::I16(i16::from_le_bytes(self.array()?)),
            3 => ParamValue::I32(i32::from_le_bytes(self.array()?)),
            4 => ParamValue::Real32(f32::from_le_bytes(self.array()?)),
            _ => return Err(PackError::Type { kind, at }),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(set: &ParamSet, name: &str) -> Option<ParamValue> {
        set.get(ParamName::new(name).unwrap())
    }

    /// Three parameters by hand: whole, sharing letters, padded and with a default.
    fn file() -> Vec<u8> {
        let mut bytes = vec![0x1C, 0x67, 3, 0, 3, 0];
        bytes.extend([0x01, 0x60]);
        bytes.extend(b"RTL_ALT");
        bytes.push(0xFE);
        bytes.extend([0, 0, 0, 0x14, 0x34]);
        bytes.extend(b"SPED");
        bytes.extend(1.5_f32.to_le_bytes());
        bytes.extend(2.5_f32.to_le_bytes());
        bytes.extend([0x02, 0x04]);
        bytes.extend(b"A");
        bytes.extend(300_i16.to_le_bytes());
        bytes
    }

    #[test]
    fn names_share_letters_and_padding_and_defaults_are_passed_over() {
        let set = unpack(&file()).unwrap();
        assert_eq!(value(&set, "RTL_ALT"), Some(ParamValue::I8(-2)));
        assert_eq!(value(&set, "RTL_SPED"), Some(ParamValue::Real32(1.5)));
        assert_eq!(value(&set, "RTL_A"), Some(ParamValue::I16(300)));
        assert!(set.is_complete());
    }

    #[test]
    fn anything_else_is_refused_with_the_place() {
        let mut other = file();
        other[0] = 0;
        assert_eq!(unpack(&other), Err(PackError::Magic));
        let torn = &file()[..file().len() - 1];
        assert_eq!(unpack(torn), Err(PackError::Torn(file().len() - 2)));
        let mut short = file();
        short[2] = 4;
        let count = PackError::Count {
            announced: 4,
            found: 3,
        };
        assert_eq!(unpack(&short), Err(count));
        let mut kind = file();
        kind[6] = 5;
        assert_eq!(unpack(&kind), Err(PackError::Type { kind: 5, at: 6 }));
        let mut shared = file();
        shared[7] = 0x65;
        assert_eq!(unpack(&shared), Err(PackError::Name(6)));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..300), head: bool) {
            if head && bytes.len() > 2 {
                bytes[..2].copy_from_slice(&MAGIC.to_le_bytes());
            }
            let _ = unpack(&bytes);
        }
    }
}
