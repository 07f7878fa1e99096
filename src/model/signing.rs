//! The secret that signs MAVLink 2 frames (32 bytes that are never shown, logged or compared byte by byte), and the
//! words for who signs what (<https://mavlink.io/en/guide/message_signing.html>).

use std::{fmt, sync::Arc};

use serde::Serialize;

use super::{ids::VehicleId, patch::plain_fields};

/// A signing key.
#[derive(Clone)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// The key with these bytes; how text becomes a key is for `wire/signing` to say.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret itself: for a hash, and for the payload of SETUP_SIGNING.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Takes the same time wherever the first difference is.
impl PartialEq for SigningKey {
    fn eq(&self, other: &Self) -> bool {
        let pairs = self.0.iter().zip(&other.0);
        let differing = pairs.fold(0, |differing, (left, right)| differing | (left ^ right));
        std::hint::black_box(differing) == 0
    }
}

impl Eq for SigningKey {}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(secret)")
    }
}

/// Leaves no copy behind, as far as safe code can promise that.
impl Drop for SigningKey {
    fn drop(&mut self) {
        self.0.fill(0);
        std::hint::black_box(&self.0);
    }
}

/// What is done about signatures on a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SigningPolicy {
    /// Neither sign nor check.
    #[default]
    Off,
    /// Sign, and take unsigned frames too; what is signed must be signed well.
    Accept,
    /// Sign, and refuse MAVLink 1 and everything unsigned but RADIO_STATUS.
    Require,
}

impl SigningPolicy {
    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Accept => "accept",
            Self::Require => "require",
        }
    }
}

/// What the signature of a frame that was let in was worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FrameSigning {
    /// Nobody looked: signing is off on this link.
    #[default]
    Unchecked,
    /// There was none.
    Unsigned,
    /// Made with the key of the link, and new.
    Signed,
}

/// How a vehicle signs over a path, by the heartbeats of the last seconds before the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PathSigning {
    /// All are signed with the key of the link.
    Signed,
    /// None is.
    Unsigned,
    /// Some are: somebody without the key may be speaking in its name.
    Mixed,
}

impl PathSigning {
    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Unsigned => "unsigned",
            Self::Mixed => "mixed",
        }
    }
}

plain_fields!(SigningPolicy, PathSigning);

/// Frames of a link by what became of their signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SigningCounters {
    /// Signed well.
    pub signed: u64,
    /// Unsigned and let in.
    pub unsigned: u64,
    /// Refused for a wrong signature.
    pub bad_signature: u64,
    /// Refused for its time stamp.
    pub replayed: u64,
    /// Refused for being unsigned or MAVLink 1.
    pub refused_unsigned: u64,
}

impl SigningCounters {
    /// Frames that were not let in.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.bad_signature + self.replayed + self.refused_unsigned
    }
}

/// What shall become of the key of a vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningChange {
    /// It gets the key of its link, and signs from then on.
    Setup,
    /// It loses its key, and signs no more.
    Disable,
}

impl SigningChange {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setup => "signing_setup",
            Self::Disable => "signing_disable",
        }
    }

    /// For people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Setup => "signing setup",
            Self::Disable => "signing disable",
        }
    }
}

/// Somebody wants vehicles to sign, or to stop signing. Names no key: only links know theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningRequest {
    /// Told apart by this, whatever clients call theirs.
    pub ticket: u64,
    /// The client's own name for it.
    pub request: Arc<str>,
    /// Each vehicle by its id.
    pub vehicles: Vec<VehicleId>,
    /// What is wanted.
    pub change: SigningChange,
    /// Whether somebody has agreed to it.
    pub confirm: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_printed() {
        let key = SigningKey::from_bytes([0xA5; 32]);
        assert_eq!(format!("{key:?}"), "SigningKey(secret)");
    }

    #[test]
    fn keys_are_equal_when_all_bytes_are() {
        let key = SigningKey::from_bytes([7; 32]);
        assert_eq!(key, key.clone());
        let mut other = [7; 32];
        other[31] = 8;
        assert_ne!(key, SigningKey::from_bytes(other));
    }
}
