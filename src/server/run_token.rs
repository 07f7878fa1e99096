//! The token of this run: 32 random bytes that make whoever holds them operator, until the station ends.

use std::{fmt, fs, io, io::Read as _, sync::Arc};

/// Random bytes of a token.
const BYTES: usize = 32;

/// A secret of 64 hexadecimal digits. Never shown by `Debug`, compared in constant time.
#[derive(Clone)]
pub struct RunToken(Arc<str>);

impl RunToken {
    /// A new one, from the randomness of the operating system.
    ///
    /// # Errors
    /// When there is none to be had.
    pub fn generate() -> io::Result<Self> {
        random_hex().map(|text| Self(text.into()))
    }

    /// The token itself, to be written where only its owner can read it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether somebody shows the same token; takes as long for any wrong one of the same length.
    #[must_use]
    pub fn is(&self, shown: &str) -> bool {
        same(self.0.as_bytes(), shown.as_bytes())
    }
}

impl fmt::Debug for RunToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunToken(…)")
    }
}

/// 32 random bytes as hexadecimal digits.
pub(super) fn random_hex() -> io::Result<String> {
    let mut bytes = [0; BYTES];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.map(digit).collect())
}

/// Compares without stopping at the first difference: the time says nothing about where it is.
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    let different = one
        .iter()
        .zip(other)
        .fold(0, |sum, (a, b)| std::hint::black_box(sum | (a ^ b)));
    one.len() == other.len() && different == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_itself_and_nothing_else_and_is_not_shown() {
        let (one, other) = (RunToken::generate().unwrap(), RunToken::generate().unwrap());
        assert_eq!(one.reveal().len(), 64);
        assert!(one.is(one.reveal()));
        assert!(!one.is(other.reveal()) && !one.is("") && !one.is(&one.reveal()[..63]));
        assert!(!one.is(&format!("{}0", one.reveal())));
        assert_eq!(format!("{one:?}"), "RunToken(…)");
    }
}
