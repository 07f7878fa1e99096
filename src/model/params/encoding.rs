//! How does a value travel in the float of PARAM_VALUE and PARAM_SET? Two ways exist, and neither autopilot
//! has always set its capability bit (<https://mavlink.io/en/services/parameter.html#parameter-encoding>).

use super::value::{ParamType, ParamValue};
use crate::model::words::Autopilot;

/// What the four bytes of `param_value` are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamEncoding {
    /// The value's own bytes (PX4, and the guide).
    Bytewise,
    /// The value converted to a float (ArduPilot): whole numbers are exact up to 2²⁴ only.
    Cast,
}

/// `MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_C_CAST`, in the days of old `…_PARAM_FLOAT`.
const CAST: u64 = 1 << 1;
/// `MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_BYTEWISE`, in the days of old `…_PARAM_UNION`.
const BYTEWISE: u64 = 1 << 4;
/// `MAV_PROTOCOL_CAPABILITY_FTP`.
const FTP: u64 = 1 << 5;

/// Whether AUTOPILOT_VERSION offers the file transfer protocol.
#[must_use]
pub const fn offers_ftp(capabilities: u64) -> bool {
    capabilities & FTP != 0
}

impl ParamEncoding {
    /// By autopilot where it is one of the two, else by the capability bits of AUTOPILOT_VERSION; as the
    /// guide says where those are silent.
    #[must_use]
    pub const fn choose(autopilot: Autopilot, capabilities: Option<u64>) -> Self {
        let bits = match capabilities {
            Some(bits) => bits,
            None => 0,
        };
        match autopilot {
            Autopilot::ARDUPILOT => Self::Cast,
            Autopilot::PX4 => Self::Bytewise,
            _ if bits & BYTEWISE != 0 => Self::Bytewise,
            _ if bits & CAST != 0 => Self::Cast,
            _ => Self::Bytewise,
        }
    }

    /// The value in the four little-endian bytes of `param_value`; `None` for a type that needs eight
    /// bytes byte by byte, and for a float that is no value of its whole-number type.
    #[must_use]
    pub fn decode(self, bits: u32, kind: ParamType) -> Option<ParamValue> {
        if kind == ParamType::Real32 {
            return Some(ParamValue::Real32(f32::from_bits(bits)));
        }
        match self {
            Self::Cast => ParamValue::from_number(f64::from(f32::from_bits(bits)).round(), kind)
                .ok()
                .filter(|_| kind != ParamType::Real64)
                .or_else(|| {
                    let value = f64::from(f32::from_bits(bits));
                    (kind == ParamType::Real64).then_some(ParamValue::Real64(value))
                }),
            Self::Bytewise => match kind {
                ParamType::U8 => Some(ParamValue::U8(bits as u8)),
                ParamType::I8 => Some(ParamValue::I8(bits as i8)),
                ParamType::U16 => Some(ParamValue::U16(bits as u16)),
                ParamType::I16 => Some(ParamValue::I16(bits as i16)),
                ParamType::U32 => Some(ParamValue::U32(bits)),
                ParamType::I32 => Some(ParamValue::I32(bits.cast_signed())),
                _ => None,
            },
        }
    }

    /// `param_value` as bits; `None` for a 64-bit type byte by byte.
    #[must_use]
    pub fn encode(self, value: ParamValue) -> Option<u32> {
        if self == Self::Cast {
            return Some(value.as_f32().to_bits());
        }
        match value {
            ParamValue::U8(value) => Some(u32::from(value)),
            ParamValue::I8(value) => Some(u32::from(value.cast_unsigned())),
            ParamValue::U16(value) => Some(u32::from(value)),
            ParamValue::I16(value) => Some(u32::from(value.cast_unsigned())),
            ParamValue::U32(value) => Some(value),
            ParamValue::I32(value) => Some(value.cast_unsigned()),
            ParamValue::Real32(value) => Some(value.to_bits()),
            ParamValue::U64(_) | ParamValue::I64(_) | ParamValue::Real64(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PX4: ParamEncoding = ParamEncoding::Bytewise;
    const ARDUPILOT: ParamEncoding = ParamEncoding::Cast;

    #[test]
    fn the_autopilot_decides_and_then_its_capabilities() {
        let choose = ParamEncoding::choose;
        // PX4 has announced the cast it never used, ArduPilot nothing at all.
        assert_eq!(choose(Autopilot::PX4, Some(CAST)), PX4);
        assert_eq!(choose(Autopilot::ARDUPILOT, None), ARDUPILOT);
        assert_eq!(choose(Autopilot(0), Some(CAST)), ARDUPILOT);
        assert_eq!(choose(Autopilot(0), Some(CAST | BYTEWISE)), PX4);
        assert_eq!(choose(Autopilot(0), None), PX4);
    }

    #[test]
    fn every_value_that_fits_comes_back_byte_by_byte() {
        let values = [
            ParamValue::U8(255),
            ParamValue::I8(-128),
            ParamValue::U16(65_535),
            ParamValue::I16(-32_768),
            ParamValue::U32(u32::MAX),
            ParamValue::I32(-16_777_217),
            ParamValue::Real32(-0.1),
        ];
        for value in values {
            let bits = PX4.encode(value).unwrap();
            assert_eq!(PX4.decode(bits, value.kind()), Some(value));
        }
        assert_eq!(PX4.encode(ParamValue::Real64(1.0)), None);
        assert_eq!(PX4.decode(0, ParamType::I64), None);
    }

    #[test]
    fn ardupilot_sends_whole_numbers_as_floats() {
        assert_eq!(ARDUPILOT.encode(ParamValue::I8(4)), Some(4.0_f32.to_bits()));
        assert_eq!(
            ARDUPILOT.decode((-2.0_f32).to_bits(), ParamType::I8),
            Some(ParamValue::I8(-2))
        );
        assert_eq!(
            ARDUPILOT.decode(0.5_f32.to_bits(), ParamType::Real64),
            Some(ParamValue::Real64(0.5))
        );
        assert_eq!(ARDUPILOT.decode(300.0_f32.to_bits(), ParamType::I8), None);
        assert_eq!(ARDUPILOT.decode(f32::NAN.to_bits(), ParamType::I8), None);
    }
}
