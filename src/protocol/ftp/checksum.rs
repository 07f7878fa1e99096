//! The checksum of a whole file, as CalcFileCRC32 of ArduPilot and PX4 counts it.

/// CRC-32 (reflected, polynomial 0xEDB88320) from 0 and without a last inversion
/// (<https://mavlink.io/en/services/ftp.html#CalcFileCRC32>).
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), shift);
    bytes.iter().fold(0, step)
}

const fn shift(crc: u32, _: i32) -> u32 {
    let polynomial = if crc & 1 == 0 { 0 } else { 0xEDB8_8320 };
    crc >> 1 ^ polynomial
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF` of Python gives the same numbers.
    #[test]
    fn known_checksums_are_found() {
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 0x2DFD_2D88);
        assert_eq!(crc32(&[0; 100]), 0);
    }
}
