//! What is the checksum of a MAVLink frame?
//!
//! CRC-16/MCRF4XX (<https://mavlink.io/en/guide/serialization.html#checksum>), eight bytes per step
//! through tables made at compile time: the checksum is most of the cost of splitting. Knows nothing
//! of frames; called by `verify` and `encode`.

/// `TABLES[k][b]`: the effect of byte `b` followed by `k` zero bytes.
static TABLES: [[u16; 256]; 8] = tables();

const fn tables() -> [[u16; 256]; 8] {
    let mut tables = [[0u16; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0x8408
            } else {
                crc >> 1
            };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut k = 1;
    while k < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[k - 1][byte];
            tables[k][byte] = (before >> 8) ^ tables[0][(before & 0xFF) as usize];
            byte += 1;
        }
        k += 1;
    }
    tables
}

/// Checksum of a frame: `covered` is everything after the start byte up to the end of the payload,
/// `crc_extra` the seed of the message's definition.
#[must_use]
#[inline]
pub fn frame_checksum(covered: &[u8], crc_extra: u8) -> u16 {
    step(update(0xFFFF, covered), crc_extra)
}

/// Checksum of bytes without any seed, starting from 0xFFFF.
#[must_use]
pub fn checksum(bytes: &[u8]) -> u16 {
    update(0xFFFF, bytes)
}

#[inline]
fn step(crc: u16, byte: u8) -> u16 {
    (crc >> 8) ^ TABLES[0][usize::from(crc as u8 ^ byte)]
}

#[inline]
fn update(mut crc: u16, bytes: &[u8]) -> u16 {
    let (eights, rest) = bytes.as_chunks::<8>();
    for b in eights {
        crc = TABLES[7][usize::from(b[0] ^ crc as u8)]
            ^ TABLES[6][usize::from(b[1] ^ (crc >> 8) as u8)]
            ^ TABLES[5][usize::from(b[2])]
            ^ TABLES[4][usize::from(b[3])]
            ^ TABLES[3][usize::from(b[4])]
            ^ TABLES[2][usize::from(b[5])]
            ^ TABLES[1][usize::from(b[6])]
            ^ TABLES[0][usize::from(b[7])];
    }
    let (fours, rest) = rest.as_chunks::<4>();
    for b in fours {
        crc = TABLES[3][usize::from(b[0] ^ crc as u8)]
            ^ TABLES[2][usize::from(b[1] ^ (crc >> 8) as u8)]
            ^ TABLES[1][usize::from(b[2])]
            ^ TABLES[0][usize::from(b[3])];
    }
    rest.iter().fold(crc, |crc, &byte| step(crc, byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_check_value_holds() {
        // reveng catalogue, CRC-16/MCRF4XX: check("123456789") = 0x6F91
        assert_eq!(checksum(b"123456789"), 0x6F91);
        assert_eq!(checksum(b""), 0xFFFF);
    }

    #[test]
    fn every_length_agrees_with_the_mavlink_crate() {
        let bytes: Vec<u8> = (0..300u32).map(|i| (i * i * 31 + i * 7) as u8).collect();
        for len in 0..bytes.len() {
            for extra in [0, 50, 255] {
                assert_eq!(
                    frame_checksum(&bytes[..len], extra),
                    mavlink::calculate_crc(&bytes[..len], extra)
                );
            }
        }
    }
}
