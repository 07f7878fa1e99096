//! What can become of a frame on a link with signing, and why.

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Signing is off on this link.
    Unchecked,
    /// Unsigned, and let in.
    Unsigned,
    /// Signed with our key, and new.
    Signed,
    /// To be counted, recorded, and never believed.
    Refused(Refusal),
}

impl Verdict {
    /// Whether the frame may be believed.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        !matches!(self, Self::Refused(_))
    }
}

/// Why a frame is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// MAVLink 1 where signatures are required.
    #[error("MAVLink 1 cannot be signed, and this link requires signatures")]
    Mavlink1,
    /// No signature where one is required.
    #[error("not signed, and this link requires signatures")]
    Unsigned,
    /// Another key, or damage.
    #[error("the signature is wrong: another key, or damaged on the way")]
    BadSignature,
    /// A time stamp not above the last one of its stream.
    #[error("its time stamp has been used: heard before, or replayed")]
    Replayed,
    /// The first frame of a stream, more than a minute behind.
    #[error("its time stamp is more than a minute behind")]
    TooOld,
    /// More streams than there can be senders.
    #[error("too many signed streams on this link")]
    TooManyStreams,
}

/// Why a frame of ours cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// MAVLink 1 has no room for a signature.
    #[error("a MAVLink 1 frame cannot be signed")]
    Mavlink1,
    /// Not one whole unsigned frame of a known message.
    #[error("only one whole unsigned frame of a known message can be signed")]
    NotAFrame,
}
