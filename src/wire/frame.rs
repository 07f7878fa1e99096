//! What is in a MAVLink frame, field by field, without decoding its payload?
//!
//! A `Frame` borrows the bytes it was found in and is only made by `verify`, so its lengths are
//! sound and its CRC holds (or its id is of no known dialect, which `check` says). Layout:
//!
//! ```text
//! v1  FE len seq sys comp id                          payload crc16
//! v2  FD len incompat compat seq sys comp id id id    payload crc16 [link time×6 signature×6]
//! ```

use crate::{
    model::ids::{ComponentId, SystemId},
    wire::dialect,
};

/// First byte of a MAVLink 1 frame.
pub const STX_V1: u8 = 0xFE;
/// First byte of a MAVLink 2 frame.
pub const STX_V2: u8 = 0xFD;
/// The only incompatibility flag understood: 13 bytes of signature follow the checksum.
pub const INCOMPAT_SIGNED: u8 = 0x01;
/// Longest frame in bytes: MAVLink 2, full payload, signed.
pub const MAX_FRAME_LEN: usize = 10 + 255 + 2 + SIGNATURE_LEN;
/// Bytes of a signature (<https://mavlink.io/en/guide/message_signing.html>).
pub const SIGNATURE_LEN: usize = 13;

/// Protocol version of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// MAVLink 1: 8-bit message ids, no extension fields, no signature.
    V1,
    /// MAVLink 2: 24-bit message ids, trailing zeros cut.
    V2,
}

/// How far a frame can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// The id is known and the CRC holds.
    Verified,
    /// The id is of no known dialect: the CRC cannot be checked. To be counted, kept and forwarded, never believed.
    Unknown,
}

/// One MAVLink frame, borrowing its bytes (<https://mavlink.io/en/guide/serialization.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Protocol version.
    pub version: Version,
    /// Whether the CRC could be checked.
    pub check: Check,
    /// Sequence number of the sender's channel, wraps at 256.
    pub seq: u8,
    /// Sending system; 0 is kept as it came.
    pub system: SystemId,
    /// Sending component.
    pub component: ComponentId,
    /// Message id.
    pub msgid: u32,
    bytes: &'a [u8],
}

/// What a signed frame carries after its checksum (<https://mavlink.io/en/guide/message_signing.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    /// Link the sender signed for.
    pub link_id: u8,
    /// Signing time in units of 10 µs since 2015-01-01 UTC.
    pub timestamp_10us: u64,
    /// First six bytes of the SHA-256.
    pub value: [u8; 6],
}

impl<'a> Frame<'a> {
    /// The frame that fills `bytes`, whose header and length the caller has checked.
    #[inline]
    pub(super) fn from_checked(bytes: &'a [u8], check: Check) -> Self {
        let (version, at) = match bytes[0] {
            STX_V1 => (Version::V1, 2),
            _ => (Version::V2, 4),
        };
        Self {
            version,
            check,
            seq: bytes[at],
            system: SystemId(bytes[at + 1]),
            component: ComponentId(bytes[at + 2]),
            msgid: match version {
                Version::V1 => u32::from(bytes[5]),
                Version::V2 => u32::from_le_bytes([bytes[7], bytes[8], bytes[9], 0]),
            },
            bytes,
        }
    }

    /// The whole frame as it was on the wire, signature included.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Length of the payload in bytes, as sent (MAVLink 2 cuts trailing zeros).
    #[must_use]
    pub fn payload_len(&self) -> u8 {
        self.bytes[1]
    }

    /// The payload as sent; fields cut from its end are zero.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        let start = self.payload_start();
        &self.bytes[start..start + usize::from(self.payload_len())]
    }

    /// Incompatibility flags, 0 for MAVLink 1.
    #[must_use]
    pub fn incompat_flags(&self) -> u8 {
        match self.version {
            Version::V1 => 0,
            Version::V2 => self.bytes[2],
        }
    }

    /// Compatibility flags, 0 for MAVLink 1.
    #[must_use]
    pub fn compat_flags(&self) -> u8 {
        match self.version {
            Version::V1 => 0,
            Version::V2 => self.bytes[3],
        }
    }

    /// Whether a signature follows the checksum.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.incompat_flags() & INCOMPAT_SIGNED != 0
    }

    /// The checksum as sent.
    #[must_use]
    pub fn checksum(&self) -> u16 {
        let at = self.payload_start() + usize::from(self.payload_len());
        u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]])
    }

    /// The signature; that it is the right one is for whoever holds the key to say.
    #[must_use]
    pub fn signature(&self) -> Option<Signature> {
        if !self.is_signed() {
            return None;
        }
        let (_, tail) = self.bytes.split_last_chunk::<SIGNATURE_LEN>()?;
        let [link_id, t0, t1, t2, t3, t4, t5, value @ ..] = *tail;
        Some(Signature {
            link_id,
            timestamp_10us: u64::from_le_bytes([t0, t1, t2, t3, t4, t5, 0, 0]),
            value,
        })
    }

    /// The message's name, if its id is known.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        dialect::name(self.msgid)
    }

    /// Message id, payload length, sequence and checksum in one number, never 0: two frames of one
    /// sender with the same fingerprint are taken for the same frame heard twice.
    #[must_use]
    #[inline]
    pub fn fingerprint(&self) -> u64 {
        1 << 63
            | u64::from(self.msgid) << 32
            | u64::from(self.payload_len()) << 24
            | u64::from(self.seq) << 16
            | u64::from(self.checksum())
    }

    fn payload_start(&self) -> usize {
        match self.version {
            Version::V1 => 6,
            Version::V2 => 10,
        }
    }
}
