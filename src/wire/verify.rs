//! Do the bytes at this place begin with a frame, and can it be believed?
//!
//! One look at one place, no search: that is `scan`'s. Known ids must have a CRC that holds. A
//! MAVLink 2 payload longer than our definition is taken when the CRC holds, for newer firmware
//! appends extension fields under the same CRC_EXTRA; MAVLink 1 has no extensions, so there a longer
//! claim is noise. Any incompatibility flag but "signed" rejects, as the protocol demands
//! (<https://mavlink.io/en/guide/serialization.html#incompat_flags>).

use super::{
    crc,
    dialect::{self, Entry},
    frame::{Check, Frame, INCOMPAT_SIGNED, SIGNATURE_LEN, STX_V1, STX_V2},
};

/// What stands at the beginning of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look<'a> {
    /// Not a frame: wrong first byte, bad flags or an impossible length.
    Nothing,
    /// The beginning of what may be a frame; more bytes are needed to say.
    Incomplete,
    /// A frame of a known message whose CRC holds.
    Verified(Frame<'a>),
    /// A known message whose CRC does not hold.
    BadCrc {
        /// Claimed message id.
        msgid: u32,
        /// Claimed length of the whole frame in bytes; all of them are there.
        len: usize,
        /// Whether the payload is no longer than the message's definition: else it is noise rather than damage.
        plausible: bool,
    },
    /// A frame whose id is of no dialect; its length is all there.
    Unknown(Frame<'a>),
}

/// The shape a header claims.
struct Claim {
    msgid: u32,
    /// Index of the first checksum byte.
    crc_at: usize,
    /// Length of the whole frame.
    len: usize,
}

/// Judges what stands at the beginning of `bytes`.
#[inline]
pub(super) fn look(bytes: &[u8]) -> Look<'_> {
    let claim = match claim(bytes) {
        Ok(claim) => claim,
        Err(look) => return look,
    };
    let entry = dialect::entry(claim.msgid);
    let too_long = entry.is_some_and(|e| bytes[1] > e.max_len);
    if too_long && bytes[0] == STX_V1 {
        return Look::Nothing;
    }
    let Some(whole) = bytes.get(..claim.len) else {
        return Look::Incomplete;
    };
    match entry {
        None => Look::Unknown(Frame::from_checked(whole, Check::Unknown)),
        Some(entry) if crc_holds(whole, claim.crc_at, entry) => {
            Look::Verified(Frame::from_checked(whole, Check::Verified))
        }
        Some(_) => Look::BadCrc {
            msgid: claim.msgid,
            len: claim.len,
            plausible: !too_long,
        },
    }
}

/// The frame that fills `bytes` exactly: verified, or of an unknown id. `None` for anything else.
#[must_use]
pub fn whole_frame(bytes: &[u8]) -> Option<Frame<'_>> {
    match look(bytes) {
        Look::Verified(frame) | Look::Unknown(frame) if frame.bytes().len() == bytes.len() => {
            Some(frame)
        }
        _ => None,
    }
}

/// The verified frame at the beginning of `bytes`, if there is one.
#[inline]
pub(super) fn verified(bytes: &[u8]) -> Option<Frame<'_>> {
    match look(bytes) {
        Look::Verified(frame) => Some(frame),
        _ => None,
    }
}

/// Whether a verified frame that is longer than `checked` bytes stands at the beginning of `bytes`.
#[inline]
pub(super) fn verified_beyond(bytes: &[u8], checked: usize) -> bool {
    claim(bytes).is_ok_and(|c| c.len > checked) && verified(bytes).is_some()
}

/// Whether a frame could start with this byte.
#[inline]
pub(super) fn is_start(byte: u8) -> bool {
    byte == STX_V1 || byte == STX_V2
}

#[inline]
fn claim(bytes: &[u8]) -> Result<Claim, Look<'static>> {
    match *bytes {
        [STX_V1, len, _, _, _, id, ..] => {
            let crc_at = 6 + usize::from(len);
            Ok(Claim {
                msgid: u32::from(id),
                crc_at,
                len: crc_at + 2,
            })
        }
        [STX_V2, _, flags, ..] if flags & !INCOMPAT_SIGNED != 0 => Err(Look::Nothing),
        [STX_V2, len, flags, _, _, _, _, id0, id1, id2, ..] => {
            let crc_at = 10 + usize::from(len);
            let signature = usize::from(flags) * SIGNATURE_LEN;
            Ok(Claim {
                msgid: u32::from_le_bytes([id0, id1, id2, 0]),
                crc_at,
                len: crc_at + 2 + signature,
            })
        }
        [STX_V1 | STX_V2, ..] | [] => Err(Look::Incomplete),
        _ => Err(Look::Nothing),
    }
}

#[inline]
fn crc_holds(whole: &[u8], crc_at: usize, entry: &Entry) -> bool {
    let sent = u16::from_le_bytes([whole[crc_at], whole[crc_at + 1]]);
    crc::frame_checksum(&whole[1..crc_at], entry.crc_extra) == sent
}
