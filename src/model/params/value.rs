//! What is a parameter set to, and in which of MAVLink's ten types?

use std::fmt;

/// MAV_PARAM_TYPE (<https://mavlink.io/en/messages/common.html#MAV_PARAM_TYPE>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ParamType {
    /// 8 bits, unsigned.
    U8 = 1,
    /// 8 bits, signed.
    I8 = 2,
    /// 16 bits, unsigned.
    U16 = 3,
    /// 16 bits, signed.
    I16 = 4,
    /// 32 bits, unsigned.
    U32 = 5,
    /// 32 bits, signed.
    I32 = 6,
    /// 64 bits, unsigned.
    U64 = 7,
    /// 64 bits, signed.
    I64 = 8,
    /// 32-bit float.
    Real32 = 9,
    /// 64-bit float.
    Real64 = 10,
}

impl ParamType {
    const ALL: [Self; 10] = [
        Self::U8,
        Self::I8,
        Self::U16,
        Self::I16,
        Self::U32,
        Self::I32,
        Self::U64,
        Self::I64,
        Self::Real32,
        Self::Real64,
    ];

    /// The type with this number; `None` for 0 and beyond 10.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        let index = usize::from(number.checked_sub(1)?);
        Self::ALL.get(index).copied()
    }

    /// Its number in MAV_PARAM_TYPE.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Whether it holds fractions.
    #[must_use]
    pub const fn is_real(self) -> bool {
        matches!(self, Self::Real32 | Self::Real64)
    }
}

impl fmt::Display for ParamType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::U8 => "uint8",
            Self::I8 => "int8",
            Self::U16 => "uint16",
            Self::I16 => "int16",
            Self::U32 => "uint32",
            Self::I32 => "int32",
            Self::U64 => "uint64",
            Self::I64 => "int64",
            Self::Real32 => "float",
            Self::Real64 => "double",
        })
    }
}

/// A value in its own type.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each variant is the number it is named after")]
pub enum ParamValue {
    U8(u8),
    I8(i8),
    U16(u16),
    I16(i16),
    U32(u32),
    I32(i32),
    U64(u64),
    I64(i64),
    Real32(f32),
    Real64(f64),
}

/// Why a number cannot be a value of some type.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ParamValueError {
    /// Not finite.
    #[error("{0} is no number a parameter can have")]
    NotFinite(f64),
    /// A fraction for a whole number.
    #[error("{number} has a fraction, and the parameter is a whole number ({kind})")]
    Fraction {
        /// What was asked for.
        number: f64,
        /// What the parameter is.
        kind: ParamType,
    },
    /// Beyond what the type holds.
    #[error("{number} does not fit into {kind}")]
    Range {
        /// What was asked for.
        number: f64,
        /// What the parameter is.
        kind: ParamType,
    },
}

impl ParamValue {
    /// Its type.
    #[must_use]
    pub const fn kind(self) -> ParamType {
        match self {
            Self::U8(_) => ParamType::U8,
            Self::I8(_) => ParamType::I8,
            Self::U16(_) => ParamType::U16,
            Self::I16(_) => ParamType::I16,
            Self::U32(_) => ParamType::U32,
            Self::I32(_) => ParamType::I32,
            Self::U64(_) => ParamType::U64,
            Self::I64(_) => ParamType::I64,
            Self::Real32(_) => ParamType::Real32,
            Self::Real64(_) => ParamType::Real64,
        }
    }

    /// As a double: exact but for 64-bit whole numbers above 2⁵³.
    #[must_use]
    pub const fn as_f64(self) -> f64 {
        match self {
            Self::U8(value) => value as f64,
            Self::I8(value) => value as f64,
            Self::U16(value) => value as f64,
            Self::I16(value) => value as f64,
            Self::U32(value) => value as f64,
            Self::I32(value) => value as f64,
            Self::U64(value) => value as f64,
            Self::I64(value) => value as f64,
            Self::Real32(value) => value as f64,
            Self::Real64(value) => value,
        }
    }

    /// As a float, the way ArduPilot keeps and sends every value.
    #[must_use]
    pub const fn as_f32(self) -> f32 {
        self.as_f64() as f32
    }

    /// `number` in the type `kind`.
    ///
    /// # Errors
    /// Not finite, a fraction for a whole number, or beyond the type's range.
    pub fn from_number(number: f64, kind: ParamType) -> Result<Self, ParamValueError> {
        if !number.is_finite() {
            return Err(ParamValueError::NotFinite(number));
        }
        let range = ParamValueError::Range { number, kind };
        match kind {
            ParamType::Real64 => return Ok(Self::Real64(number)),
            ParamType::Real32 => {
                let value = number as f32;
                return value
                    .is_finite()
                    .then_some(Self::Real32(value))
                    .ok_or(range);
            }
            _ if number.fract() != 0.0 => return Err(ParamValueError::Fraction { number, kind }),
            _ => {}
        }
        // i128 holds every whole number of every type; `as` saturates beyond it.
        let whole = number as i128;
        let value = match kind {
            ParamType::U8 => u8::try_from(whole).map(Self::U8).ok(),
            ParamType::I8 => i8::try_from(whole).map(Self::I8).ok(),
            ParamType::U16 => u16::try_from(whole).map(Self::U16).ok(),
            ParamType::I16 => i16::try_from(whole).map(Self::I16).ok(),
            ParamType::U32 => u32::try_from(whole).map(Self::U32).ok(),
            ParamType::I32 => i32::try_from(whole).map(Self::I32).ok(),
            ParamType::U64 => u64::try_from(whole).map(Self::U64).ok(),
            _ => i64::try_from(whole).map(Self::I64).ok(),
        };
        value.ok_or(range)
    }

    /// Whether both are the same setting. Whole numbers of whole types must be equal; as soon as a float is
    /// involved both are compared as 32-bit floats, for that is what the autopilots keep, and may be
    /// four units in the last place apart, for files are written with few digits.
    #[must_use]
    pub fn is_same(self, other: Self) -> bool {
        if !self.kind().is_real() && !other.kind().is_real() {
            return self.as_whole() == other.as_whole();
        }
        let (left, right) = (self.as_f32(), other.as_f32());
        if left.is_nan() || right.is_nan() {
            return left.is_nan() && right.is_nan();
        }
        // Equal infinities have no difference to measure.
        left.total_cmp(&right).is_eq()
            || (left - right).abs() <= 4.0 * f32::EPSILON * left.abs().max(right.abs())
    }

    fn as_whole(self) -> i128 {
        match self {
            Self::U64(value) => i128::from(value),
            Self::I64(value) => i128::from(value),
            other => other.as_f64() as i128,
        }
    }
}

/// The shortest text that reads back as the same value.
impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::U8(value) => value.fmt(f),
            Self::I8(value) => value.fmt(f),
            Self::U16(value) => value.fmt(f),
            Self::I16(value) => value.fmt(f),
            Self::U32(value) => value.fmt(f),
            Self::I32(value) => value.fmt(f),
            Self::U64(value) => value.fmt(f),
            Self::I64(value) => value.fmt(f),
            Self::Real32(value) => value.fmt(f),
            Self::Real64(value) => value.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_number_and_nothing_else_has() {
        for number in 1..=10 {
            assert_eq!(ParamType::from_number(number).unwrap().number(), number);
        }
        assert_eq!(ParamType::from_number(0), None);
        assert_eq!(ParamType::from_number(11), None);
    }

    #[test]
    fn a_number_that_does_not_fit_is_refused_with_the_reason() {
        let cases = [
            (
                3.5,
                ParamType::I8,
                "3.5 has a fraction, and the parameter is a whole number (int8)",
            ),
            (200.0, ParamType::I8, "200 does not fit into int8"),
            (-1.0, ParamType::U16, "-1 does not fit into uint16"),
            (
                1e39,
                ParamType::Real32,
                "1000000000000000000000000000000000000000 does not fit into float",
            ),
            (
                f64::NAN,
                ParamType::Real32,
                "NaN is no number a parameter can have",
            ),
        ];
        for (number, kind, text) in cases {
            let error = ParamValue::from_number(number, kind).unwrap_err();
            assert_eq!(error.to_string(), text);
        }
        assert_eq!(
            ParamValue::from_number(-128.0, ParamType::I8),
            Ok(ParamValue::I8(-128))
        );
    }

    #[test]
    fn a_decimal_of_a_file_is_the_float_it_was_written_from() {
        let stored = ParamValue::Real32(0.1);
        assert!(stored.is_same(ParamValue::Real64(0.1)));
        assert!(stored.is_same(ParamValue::Real64(0.100_000_001_490_116_12)));
        assert!(!stored.is_same(ParamValue::Real64(0.100_001)));
    }

    #[test]
    fn whole_numbers_must_be_equal_to_the_last_digit() {
        assert!(!ParamValue::I32(16_777_217).is_same(ParamValue::I32(16_777_216)));
        assert!(ParamValue::I8(4).is_same(ParamValue::I32(4)));
        assert!(!ParamValue::U64(u64::MAX).is_same(ParamValue::U64(u64::MAX - 1)));
        assert!(ParamValue::I8(4).is_same(ParamValue::Real32(4.0)));
    }

    #[test]
    fn a_value_is_shown_as_short_as_possible() {
        assert_eq!(ParamValue::Real32(0.1).to_string(), "0.1");
        assert_eq!(ParamValue::Real32(800.0).to_string(), "800");
        assert_eq!(ParamValue::I8(-3).to_string(), "-3");
    }
}
