//! The CRC-32 that autopilots use for files, plans and parameters: the usual polynomial, without inversions.
//!
//! <https://mavlink.io/en/services/ftp.html#calcfilecrc32>

const POLYNOMIAL: u32 = 0xEDB8_8320;

/// Continues a checksum over more bytes; begin with 0.
#[must_use]
pub fn crc32(before: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(before, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                sum >> 1 ^ POLYNOMIAL
            } else {
                sum >> 1
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_usual_crc32_once_both_ends_are_inverted() {
        assert_eq!(!crc32(!0, b"123456789"), 0xCBF4_3926);
    }
}
