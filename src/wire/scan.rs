//! Where in these bytes are the frames, and what is the rest?
//!
//! The search behind `splitter` and `raw`. The rule that shapes it: **no good frame is ever swallowed
//! or delayed.** A place that looks like a frame but is incomplete, or whose id is unknown, never
//! hides a complete verified frame that starts after it; the bytes in between are junk. The result
//! does not depend on how a stream was cut into pieces, with one exception that the rule implies: a
//! whole frame carried inside another frame's payload wins while the outer one is incomplete.
//!
//! ```text
//!   FD ?? ...........  FD good frame        the candidate at the first FD wants more bytes than there
//!   │                  └ complete: taken    are, but the good frame goes out now
//!   └ junk
//! ```

use super::{
    counters::SplitCounters,
    frame::{Check, Frame, SIGNATURE_LEN},
    verify::{self, Look},
};

/// Unknown frames in a row that may vouch for each other until a verified one follows.
const MAX_CHAIN: usize = 4;

/// What it means that the bytes end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// More may come.
    Open,
    /// A datagram ends here; a frame of an unknown id that ends here too is believed to be one.
    Datagram,
    /// A recording or connection ends here.
    File,
}

/// What the search remembers between two pieces of a stream; offsets from the first byte not consumed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Memory {
    /// Every candidate that ends here or before has been looked at.
    checked: usize,
    /// No bad CRC is counted before this place: it lies in a frame counted already.
    bad_until: usize,
}

/// What to do with the place looked at.
pub(super) enum Judgement<'a> {
    /// A frame: go on behind it.
    Take(Frame<'a>),
    /// No frame: go on with the next byte.
    Drop,
    /// As `Drop`, and worth counting.
    BadCrc {
        /// Claimed message id.
        msgid: u32,
        /// Claimed length of the whole frame in bytes.
        len: usize,
    },
    /// More bytes are needed to say.
    Wait,
}

/// Splits `bytes`, hands each frame to `sink` and returns how many bytes are done with. The rest,
/// never longer than five frames, must be given again in front of the next bytes.
#[inline]
pub(super) fn scan(
    bytes: &[u8],
    end: End,
    memory: &mut Memory,
    counters: &mut SplitCounters,
    sink: &mut impl FnMut(Frame<'_>),
) -> usize {
    let mut at = 0;
    let mut junk = 0;
    let mut bad_until = memory.bad_until;
    let mut verified_at = 0;
    while at < bytes.len() {
        match judge(&bytes[at..], end) {
            // Noise may end like an unknown frame by chance: behind junk only a verified one is believed.
            Judgement::Take(frame) if is_chance(&frame, end, junk) => {}
            Judgement::Take(frame) => {
                counters.count_frame(&frame);
                sink(frame);
                at += frame.bytes().len();
                continue;
            }
            Judgement::BadCrc { msgid, len } if at >= bad_until => {
                counters.count_bad_crc(msgid);
                bad_until = at + len;
            }
            // Once a verified frame behind is known, whatever waits in front of it is none.
            Judgement::Wait if at < verified_at => {}
            Judgement::Wait => match verified_after(bytes, at, memory.checked) {
                Some(next) => verified_at = next,
                None => break,
            },
            Judgement::Drop | Judgement::BadCrc { .. } => {}
        }
        let skip = to_next_start(&bytes[at..]);
        junk += skip;
        at += skip;
    }
    counters.junk_bytes += junk as u64;
    memory.checked = bytes.len() - at;
    memory.bad_until = bad_until.saturating_sub(at);
    at
}

/// Whether an unknown frame of a datagram stands behind bytes that are no frame.
#[inline]
fn is_chance(frame: &Frame<'_>, end: End, junk: usize) -> bool {
    end == End::Datagram && frame.check == Check::Unknown && junk > 0
}

/// Distance from the first byte to the next one after it that could start a frame, or to the end.
pub(super) fn to_next_start(bytes: &[u8]) -> usize {
    let behind = bytes.iter().skip(1).position(|&b| verify::is_start(b));
    behind.map_or(bytes.len(), |found| found + 1)
}

/// Judges what stands at the beginning of `bytes`.
#[inline]
pub(super) fn judge(bytes: &[u8], end: End) -> Judgement<'_> {
    match verify::look(bytes) {
        Look::Verified(frame) if hides_in_signature(bytes, &frame) => Judgement::Drop,
        Look::Verified(frame) => Judgement::Take(frame),
        Look::Incomplete if end == End::Open => Judgement::Wait,
        Look::BadCrc {
            msgid,
            len,
            plausible: true,
        } => judge_bad_crc(bytes, msgid, len, end),
        Look::Unknown(frame) => judge_unknown(bytes, frame, end),
        Look::Nothing | Look::Incomplete | Look::BadCrc { .. } => Judgement::Drop,
    }
}

/// Damage rather than a stray start byte: another start follows or nothing, and no frame is inside.
fn judge_bad_crc(bytes: &[u8], msgid: u32, len: usize, end: End) -> Judgement<'_> {
    let plausible = match bytes.get(len) {
        Some(&next) => verify::is_start(next),
        None if end == End::Open => return Judgement::Wait,
        None => true,
    };
    if plausible && !hides_verified(&bytes[..len], len) {
        Judgement::BadCrc { msgid, len }
    } else {
        Judgement::Drop
    }
}

fn judge_unknown<'a>(bytes: &'a [u8], frame: Frame<'a>, end: End) -> Judgement<'a> {
    match is_followed(bytes, frame.bytes().len(), end) {
        None => Judgement::Wait,
        Some(true) if !hides_verified(bytes, frame.bytes().len()) => Judgement::Take(frame),
        Some(_) => Judgement::Drop,
    }
}

/// Whether a verified frame starts at `at`, perhaps behind further unknown ones; `None`: too early to say.
fn is_followed(bytes: &[u8], mut at: usize, end: End) -> Option<bool> {
    for _ in 0..MAX_CHAIN {
        if at == bytes.len() {
            return match end {
                End::Open => None,
                End::Datagram => Some(true),
                End::File => Some(false),
            };
        }
        match verify::look(&bytes[at..]) {
            Look::Verified(_) => return Some(true),
            Look::Incomplete if end == End::Open => return None,
            Look::Unknown(frame) if !hides_verified(&bytes[at..], frame.bytes().len()) => {
                at += frame.bytes().len();
            }
            _ => return Some(false),
        }
    }
    Some(false)
}

/// A sender that sets the flag but appends no signature must not cost us the frame that follows.
#[inline]
fn hides_in_signature(bytes: &[u8], frame: &Frame<'_>) -> bool {
    if !frame.is_signed() {
        return false;
    }
    let len = frame.bytes().len();
    (len - SIGNATURE_LEN..len).any(|at| verify::verified(&bytes[at..]).is_some())
}

/// Whether a verified frame starts within the first `len` bytes, the very first excepted.
fn hides_verified(bytes: &[u8], len: usize) -> bool {
    (1..len).any(|at| verify::is_start(bytes[at]) && verify::verified(&bytes[at..]).is_some())
}

/// The next complete verified frame behind `at`, those that end within `checked` left out.
fn verified_after(bytes: &[u8], at: usize, checked: usize) -> Option<usize> {
    (at + 1..bytes.len()).find(|&next| {
        verify::is_start(bytes[next])
            && verify::verified_beyond(&bytes[next..], checked.saturating_sub(next))
    })
}
