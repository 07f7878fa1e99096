//! From what an operator wrote down to a signing key: 32 bytes as hex, or a passphrase.

use sha2::{Digest, Sha256};

use crate::model::signing::SigningKey;

/// Hex digits of a key.
const HEX_DIGITS: usize = 64;
/// So many hex digits and nothing else are a mistyped key, not a passphrase.
const SURELY_HEX: usize = 48;

/// Why a text is no key. Never says what the text was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// Nothing there.
    #[error("the signing key is empty")]
    Empty,
    /// Hex digits, but not 64.
    #[error("a signing key in hex has {HEX_DIGITS} digits, this one has {0}")]
    HexLength(usize),
}

/// The key in `text`: 64 hex digits are the key itself, anything else is a passphrase whose SHA-256 is
/// the key, as MAVProxy and Mission Planner do it. Blanks and line ends around it do not count.
///
/// # Errors
/// Empty, or 48 hex digits and more but not 64.
pub fn key_from_text(text: &str) -> Result<SigningKey, KeyTextError> {
    let text = text.trim();
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.len() {
        0 => Err(KeyTextError::Empty),
        HEX_DIGITS if is_hex => {
            let digit = |at: usize| {
                (text.as_bytes()[at] as char)
                    .to_digit(16)
                    .unwrap_or_default()
            };
            let byte = |at: usize| (digit(2 * at) << 4 | digit(2 * at + 1)) as u8;
            Ok(SigningKey::from_bytes(std::array::from_fn(byte)))
        }
        length if is_hex && length >= SURELY_HEX => Err(KeyTextError::HexLength(length)),
        _ => Ok(SigningKey::from_bytes(Sha256::digest(text).into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_the_key_itself() {
        let text = "0102030405060708090A0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\n";
        let key = key_from_text(text).unwrap();
        assert_eq!(key.expose(), &std::array::from_fn(|at| at as u8 + 1));
    }

    #[test]
    fn a_passphrase_is_hashed() {
        // echo -n "correct horse" | sha256sum
        let key = key_from_text(" correct horse\r\n").unwrap();
        assert_eq!(key.expose()[..4], [0x41, 0x04, 0xd3, 0x6f]);
        assert_ne!(key, key_from_text("correct Horse").unwrap());
    }

    #[test]
    fn a_mistyped_key_is_no_passphrase() {
        assert_eq!(key_from_text(" \n"), Err(KeyTextError::Empty));
        assert_eq!(
            key_from_text(&"a".repeat(63)),
            Err(KeyTextError::HexLength(63))
        );
        assert!(key_from_text(&"a".repeat(20)).is_ok());
    }
}
