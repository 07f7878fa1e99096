//! MAVLink 2 signing as an autopilot does it: signs what it sends, and believes only what is signed with its key.
//!
//! <https://mavlink.io/en/guide/message_signing.html>. Written apart from `wire`, so that each checks the other.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::model::time::TimeUs;

/// Bytes a signature adds to a frame: link id, time stamp, and the first part of the hash.
pub const SIGNATURE: usize = 13;
const HASH: usize = 6;
/// Time stamps count 10 µs from 2015-01-01.
const EPOCH_US: i64 = 1_420_070_400_000_000;
/// A new sender may be this far behind our own clock: one minute.
const OLDEST_NEW: u64 = 6_000_000;
/// Senders remembered; more are refused, as on the real thing.
const MOST_STREAMS: usize = 16;
/// The link id of an autopilot's first telemetry port.
const LINK: u8 = 0;

/// A key, our own time stamp and those of every sender heard.
#[derive(Debug, Clone)]
pub struct Signer {
    key: [u8; 32],
    stamp: u64,
    streams: BTreeMap<(u8, u8, u8), u64>,
}

impl Signer {
    /// Signs with this key from this time stamp on; `None` for the key of zeros, which ends signing.
    #[must_use]
    pub fn new(key: [u8; 32], stamp: u64) -> Option<Self> {
        let signer = Self {
            key,
            stamp,
            streams: BTreeMap::new(),
        };
        (key != [0; 32]).then_some(signer)
    }

    /// The clock goes on; it never takes the time stamp back.
    pub fn tick(&mut self, now: TimeUs) {
        let wall = u64::try_from((now.0 - EPOCH_US) / 10).unwrap_or(0);
        self.stamp = self.stamp.max(wall);
    }

    /// The signature of a frame that ends with its checksum and says in its flags that it is signed.
    pub fn sign(&mut self, frame: &[u8]) -> [u8; SIGNATURE] {
        self.stamp += 1;
        let mut signature = [0; SIGNATURE];
        signature[0] = LINK;
        signature[1..7].copy_from_slice(&self.stamp.to_le_bytes()[..6]);
        let hash = self.hash(frame, &signature[..7]);
        signature[7..].copy_from_slice(&hash);
        signature
    }

    /// Whether a signed frame, whole as it came, is genuine and newer than the last of its sender.
    pub fn accepts(&mut self, frame: &[u8]) -> bool {
        let Some((body, signature)) = frame.split_last_chunk::<SIGNATURE>() else {
            return false;
        };
        if self.hash(body, &signature[..7]) != signature[7..] {
            return false;
        }
        let mut stamp = [0; 8];
        stamp[..6].copy_from_slice(&signature[1..7]);
        let stamp = u64::from_le_bytes(stamp);
        let sender = (body[5], body[6], signature[0]);
        let newer = match self.streams.get(&sender) {
            Some(last) => stamp > *last,
            None => self.streams.len() < MOST_STREAMS && stamp + OLDEST_NEW >= self.stamp,
        };
        if newer {
            self.streams.insert(sender, stamp);
            self.stamp = self.stamp.max(stamp);
        }
        newer
    }

    fn hash(&self, body: &[u8], link_and_stamp: &[u8]) -> [u8; HASH] {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(body);
        hash.update(link_and_stamp);
        let mut first = [0; HASH];
        first.copy_from_slice(&hash.finalize()[..HASH]);
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: TimeUs = TimeUs(1_700_000_000_000_000);

    fn signer() -> Signer {
        let mut signer = Signer::new([7; 32], 0).unwrap();
        signer.tick(NOW);
        signer
    }

    fn signed(signer: &mut Signer) -> Vec<u8> {
        let mut frame = vec![0xFD, 1, 1, 0, 0, 255, 190, 0, 0, 0, 5, 1, 2];
        let signature = signer.sign(&frame);
        frame.extend(signature);
        frame
    }

    #[test]
    fn a_frame_of_the_same_key_is_believed_once() {
        let (mut station, mut vehicle) = (signer(), signer());
        let frame = signed(&mut station);
        assert!(vehicle.accepts(&frame));
        assert!(!vehicle.accepts(&frame), "a replay");
        assert!(vehicle.accepts(&signed(&mut station)));
    }

    #[test]
    fn another_key_a_changed_byte_and_an_old_stamp_are_refused() {
        let mut vehicle = signer();
        let mut other = Signer::new([8; 32], 0).unwrap();
        other.tick(NOW);
        assert!(!vehicle.accepts(&signed(&mut other)));
        let mut frame = signed(&mut signer());
        frame[10] ^= 1;
        assert!(!vehicle.accepts(&frame));
        let mut late = Signer::new([7; 32], 0).unwrap();
        late.tick(TimeUs(NOW.0 - 61_000_000));
        assert!(!vehicle.accepts(&signed(&mut late)));
        late.tick(TimeUs(NOW.0 - 59_000_000));
        assert!(vehicle.accepts(&signed(&mut late)));
        assert!(Signer::new([0; 32], 5).is_none());
    }
}
