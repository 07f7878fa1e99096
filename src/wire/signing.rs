//! Is a frame signed by somebody who holds the key, and is it new? And how are our own signed?
//! (<https://mavlink.io/en/guide/message_signing.html>)
//!
//! One `Signing` per link. Bytes and the wall clock come in; nothing is stored or sent from here. A
//! badly signed frame moves nothing: no stream, no clock. Time stamps are units of 10 µs since 2015.
//!
//! ```text
//! signature = first 6 bytes of SHA-256(key · header · payload · checksum · link id · time stamp)
//! ```

use sha2::{Digest, Sha256};

use self::{
    state::{SigningState, Streams},
    timestamp::Timestamp,
    verdict::{Refusal, SignError, Verdict},
};
use super::{
    crc, dialect,
    frame::{Frame, INCOMPAT_SIGNED, SIGNATURE_LEN, STX_V2, Version},
};
use crate::model::{
    signing::{SigningCounters, SigningKey, SigningPolicy},
    time::TimeUs,
};

pub mod key;
pub mod redact;
pub mod state;
pub mod timestamp;
pub mod verdict;

/// `RADIO_STATUS`: made by the telemetry radio, which has no key.
const RADIO_STATUS: u32 = 109;
/// Bytes of the hash that are sent.
const VALUE_LEN: usize = 6;
/// How often the state wants to be stored; the guide says at least once a minute.
const STORE_EVERY_S: u64 = 30;

/// Signing on one link.
#[derive(Debug, Clone, Default)]
pub struct Signing {
    policy: SigningPolicy,
    key: Option<SigningKey>,
    link_id: u8,
    /// The newest time stamp seen or given out.
    clock: Timestamp,
    streams: Streams,
    counters: SigningCounters,
    /// Whether anything changed since the state was last handed out, and when that was.
    dirty: bool,
    stored: Option<TimeUs>,
    /// What was given out between the last store and the end is not known.
    is_restored: bool,
}

impl Signing {
    /// A link without signatures: checking costs one comparison.
    #[must_use]
    pub fn off() -> Self {
        Self::default()
    }

    /// `link_id` must differ between all links of all stations with one system and component id.
    #[must_use]
    pub fn new(key: SigningKey, policy: SigningPolicy, link_id: u8, state: &SigningState) -> Self {
        Self {
            policy,
            key: Some(key),
            link_id,
            clock: state.clock(),
            streams: Streams::restore(state),
            is_restored: state.clock_10us > 0,
            ..Self::default()
        }
    }

    /// What is done about signatures.
    #[must_use]
    pub const fn policy(&self) -> SigningPolicy {
        self.policy
    }

    /// Frames by what became of them.
    #[must_use]
    pub const fn counters(&self) -> SigningCounters {
        self.counters
    }

    /// Whether `frame`, heard when the wall clock showed `wall`, may be believed.
    #[inline]
    pub fn check(&mut self, frame: &Frame<'_>, wall: Timestamp) -> Verdict {
        if self.policy == SigningPolicy::Off {
            return Verdict::Unchecked;
        }
        self.judge(frame, wall)
    }

    fn judge(&mut self, frame: &Frame<'_>, wall: Timestamp) -> Verdict {
        let Some(key) = &self.key else {
            return Verdict::Unchecked;
        };
        let verdict = match frame.signature() {
            None => self.unsigned(frame),
            Some(signature) => {
                let stamp = Timestamp::from_raw(signature.timestamp_10us);
                let stream = (frame.system, frame.component, signature.link_id);
                let bytes = frame.bytes();
                let covered = &bytes[..bytes.len() - VALUE_LEN];
                match self.streams.judge(stream, stamp, self.clock.max(wall)) {
                    Err(refusal) => Verdict::Refused(refusal),
                    Ok(()) if !is_equal(hash(key, covered), signature.value) => {
                        Verdict::Refused(Refusal::BadSignature)
                    }
                    Ok(()) => {
                        self.streams.note(stream, stamp);
                        self.clock = self.clock.max(stamp);
                        self.dirty = true;
                        Verdict::Signed
                    }
                }
            }
        };
        self.count(verdict);
        verdict
    }

    fn unsigned(&self, frame: &Frame<'_>) -> Verdict {
        if self.policy == SigningPolicy::Accept || frame.msgid == RADIO_STATUS {
            return Verdict::Unsigned;
        }
        Verdict::Refused(match frame.version {
            Version::V1 => Refusal::Mavlink1,
            Version::V2 => Refusal::Unsigned,
        })
    }

    const fn count(&mut self, verdict: Verdict) {
        let counters = &mut self.counters;
        *match verdict {
            Verdict::Unchecked => return,
            Verdict::Signed => &mut counters.signed,
            Verdict::Unsigned => &mut counters.unsigned,
            Verdict::Refused(Refusal::BadSignature) => &mut counters.bad_signature,
            Verdict::Refused(Refusal::Mavlink1 | Refusal::Unsigned) => {
                &mut counters.refused_unsigned
            }
            Verdict::Refused(_) => &mut counters.replayed,
        } += 1;
    }

    /// Signs the one frame that stands in `out` from `start` on, at the moment it is sent: a frame signed
    /// earlier and kept goes stale. Does nothing where signing is off. The time stamp is the wall
    /// clock's, and always above every one given out or heard before.
    ///
    /// # Errors
    /// MAVLink 1, or not one whole unsigned frame of a known message; `out` is as it was.
    pub fn sign(
        &mut self,
        out: &mut Vec<u8>,
        start: usize,
        wall: Timestamp,
    ) -> Result<(), SignError> {
        if self.policy == SigningPolicy::Off || self.key.is_none() {
            return Ok(());
        }
        let frame = out.get_mut(start..).unwrap_or_default();
        seal(frame)?;
        let stamp = self.next_stamp(wall);
        let [t0, t1, t2, t3, t4, t5, ..] = stamp.raw().to_le_bytes();
        out.extend([self.link_id, t0, t1, t2, t3, t4, t5]);
        if let Some(key) = &self.key {
            let value = hash(key, &out[start..]);
            out.extend(value);
        }
        self.clock = stamp;
        self.dirty = true;
        Ok(())
    }

    /// The time stamp above all that were given out or heard.
    ///
    /// What was given out after the last store may be a little above what was stored. The wall clock covers that; one
    /// that was set back does not, and then the store's interval is left out once.
    fn next_stamp(&mut self, wall: Timestamp) -> Timestamp {
        if std::mem::take(&mut self.is_restored) && wall.is_long_before(self.clock) {
            self.clock = self.clock.plus_a_minute();
        }
        self.clock.next().max(wall)
    }

    /// The secret, for a SETUP_SIGNING that leaves on this link, and the first time stamp that goes with it. `None`
    /// where signing is off.
    pub fn handover(&mut self, wall: Timestamp) -> Option<(SigningKey, Timestamp)> {
        if self.policy == SigningPolicy::Off {
            return None;
        }
        let key = self.key.clone()?;
        Some((key, self.next_stamp(wall)))
    }

    /// What must survive a restart; to be stored at exit, and when `state_when_due` says so.
    #[must_use]
    pub fn state(&self) -> SigningState {
        self.streams.state(self.clock)
    }

    /// The state, when it has changed and was not handed out for 30 s.
    pub fn state_when_due(&mut self, now: TimeUs) -> Option<SigningState> {
        let is_old = |stored: TimeUs| now.since(stored).as_secs() >= STORE_EVERY_S;
        if !self.dirty || !self.stored.is_none_or(is_old) {
            return None;
        }
        self.dirty = false;
        self.stored = Some(now);
        Some(self.state())
    }
}

/// Sets the flag of a signed frame and makes its checksum right again.
fn seal(frame: &mut [u8]) -> Result<(), SignError> {
    let length = match *frame {
        [STX_V2, payload_len, 0, ..] => 10 + usize::from(payload_len) + 2,
        [STX_V2, ..] | [] => return Err(SignError::NotAFrame),
        [_, ..] => return Err(SignError::Mavlink1),
    };
    if frame.len() != length {
        return Err(SignError::NotAFrame);
    }
    let id = u32::from_le_bytes([frame[7], frame[8], frame[9], 0]);
    let crc_extra = dialect::entry(id).ok_or(SignError::NotAFrame)?.crc_extra;
    frame[2] |= INCOMPAT_SIGNED;
    let checksum = crc::frame_checksum(&frame[1..length - 2], crc_extra);
    frame[length - 2..].copy_from_slice(&checksum.to_le_bytes());
    Ok(())
}

/// The first 48 bits of the hash over the key and `covered`.
fn hash(key: &SigningKey, covered: &[u8]) -> [u8; VALUE_LEN] {
    let digest = Sha256::new()
        .chain_update(key.expose())
        .chain_update(covered)
        .finalize();
    std::array::from_fn(|at| digest[at])
}

/// Takes the same time wherever the first difference is.
fn is_equal(left: [u8; VALUE_LEN], right: [u8; VALUE_LEN]) -> bool {
    let differing = left
        .iter()
        .zip(right)
        .fold(0, |differing, (l, r)| differing | (l ^ r));
    std::hint::black_box(differing) == 0
}

// The tail that `sign` appends is what `Frame::signature` reads.
const _: () = assert!(SIGNATURE_LEN == 1 + 6 + VALUE_LEN);

#[cfg(test)]
mod tests;
