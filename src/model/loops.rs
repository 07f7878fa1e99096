//! Has this frame been this way before? Loops between stations are cut here, whatever they are made of.
//!
//! Frames are known by a hash over all their bytes, the sequence number included. Bounded in time and number. Pure.

use std::{
    collections::{HashMap, VecDeque, hash_map::DefaultHasher},
    hash::Hasher as _,
    time::Duration,
};

use super::time::TimeUs;

/// A copy from elsewhere within this time is the same frame come round. Loops are as slow as their slowest link.
const ELSEWHERE: Duration = Duration::from_secs(10);
/// A copy from the same place within this time is; later it may be a sender that says the same thing at the same
/// place of its sequence, which comes round after 256 frames.
const SAME_PLACE: Duration = Duration::from_millis(500);
/// Frames remembered; beyond that the oldest are forgotten sooner.
const REMEMBERED: usize = 65_536;

/// A frame's bytes in one number.
#[must_use]
pub fn hash(frame: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(frame);
    hasher.finish()
}

/// Frames seen lately, and where each came from.
#[derive(Debug)]
pub struct Loops<P> {
    seen: HashMap<u64, (TimeUs, P)>,
    order: VecDeque<(TimeUs, u64)>,
}

impl<P> Default for Loops<P> {
    fn default() -> Self {
        Self {
            seen: HashMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<P: Copy + PartialEq> Loops<P> {
    /// A frame on its way out: whether it is new, or comes again from the place it came from at first. A copy from
    /// anywhere else is the same frame come round, or heard over two paths: one is enough.
    pub fn passes(&mut self, frame: u64, place: P, now: TimeUs) -> bool {
        self.forget(now);
        if let Some((_, first)) = self.seen.get(&frame)
            && *first != place
        {
            return false;
        }
        self.remember(frame, place, now);
        true
    }

    /// A frame that shall be acted on: whether it was neither here just now nor anywhere else lately.
    pub fn is_new(&mut self, frame: u64, place: P, now: TimeUs) -> bool {
        self.forget(now);
        if let Some((seen, first)) = self.seen.get(&frame)
            && (*first != place || now.since(*seen) < SAME_PLACE)
        {
            return false;
        }
        self.remember(frame, place, now);
        true
    }

    /// Whether a frame was seen lately; it is not remembered for that.
    pub fn knows(&mut self, frame: u64, now: TimeUs) -> bool {
        self.forget(now);
        self.seen.contains_key(&frame)
    }

    /// Remembers a frame.
    pub fn remember(&mut self, frame: u64, place: P, now: TimeUs) {
        self.seen.insert(frame, (now, place));
        self.order.push_back((now, frame));
    }

    fn forget(&mut self, now: TimeUs) {
        while let Some((t, frame)) = self.order.front().copied() {
            if now.since(t) < ELSEWHERE && self.order.len() <= REMEMBERED {
                return;
            }
            self.order.pop_front();
            // Seen again later: the later entry of the queue takes it away.
            if self.seen.get(&frame).is_some_and(|(seen, _)| *seen == t) {
                self.seen.remove(&frame);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_ms(ms: i64) -> TimeUs {
        TimeUs(ms * 1_000)
    }

    #[test]
    fn the_first_place_may_repeat_itself_and_every_other_is_a_loop() {
        let mut loops = Loops::default();
        assert!(loops.passes(7, 'a', at_ms(0)));
        assert!(
            loops.passes(7, 'a', at_ms(1)),
            "a doubled datagram stays doubled"
        );
        assert!(!loops.passes(7, 'b', at_ms(2)));
        assert!(!loops.passes(7, 'b', at_ms(9_000)), "a slow loop");
        assert!(loops.passes(8, 'b', at_ms(3)));
        assert!(loops.passes(7, 'b', at_ms(30_000)), "the sender came round");
    }

    #[test]
    fn what_is_acted_on_is_acted_on_once() {
        let mut loops = Loops::default();
        assert!(loops.is_new(7, 'a', at_ms(0)));
        assert!(!loops.is_new(7, 'a', at_ms(400)));
        assert!(!loops.is_new(7, 'b', at_ms(5_000)));
        assert!(
            loops.is_new(7, 'a', at_ms(5_100)),
            "sticks held still come round after 256 frames"
        );
        assert!(loops.knows(7, at_ms(5_200)) && !loops.knows(7, at_ms(16_000)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut loops = Loops::default();
        for frame in 0..200_000 {
            assert!(loops.passes(frame, (), at_ms(0)));
        }
        assert!(loops.seen.len() <= REMEMBERED + 1 && loops.order.len() <= REMEMBERED + 1);
    }

    #[test]
    fn one_byte_makes_another_frame() {
        assert_eq!(hash(&[1, 2, 3]), hash(&[1, 2, 3]));
        assert_ne!(hash(&[1, 2, 3]), hash(&[1, 2, 4]));
        assert_ne!(hash(&[1, 2]), hash(&[1, 2, 0]));
    }
}
