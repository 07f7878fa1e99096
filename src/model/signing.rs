//! The secret that signs MAVLink 2 frames: 32 bytes that are never shown, logged or compared byte by byte
//! (<https://mavlink.io/en/guide/message_signing.html#secret_key>).

use std::fmt;

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
