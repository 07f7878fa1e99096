//! When was each frame of a raw stream heard? Nobody wrote it down; autopilots beat once a second, so
//! their heartbeats are the clock (<https://mavlink.io/en/services/heartbeat.html>).

use std::collections::BTreeMap;

use crate::wire::raw::RawReader;

/// Without two heartbeats of one sender: frames per second.
const FRAMES_PER_S: f64 = 50.0;
/// Between two heartbeats.
const BEAT_US: f64 = 1e6;

/// Gives the frames of a raw stream steady times, from 0 on; never more than a second lies between two.
#[derive(Debug)]
pub(super) struct AssumedPace {
    /// Places of the heartbeats of the sender that has most of them.
    beats: Vec<usize>,
    frame_us: f64,
}

impl AssumedPace {
    /// Reads the whole stream once.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut senders: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let frames = RawReader::new(bytes).enumerate();
        for (place, frame) in frames.filter(|(_, frame)| frame.msgid == 0) {
            let sender = (frame.system, frame.component);
            senders.entry(sender).or_default().push(place);
        }
        let most = senders.into_values().max_by_key(Vec::len);
        Self::between(most.unwrap_or_default())
    }

    fn between(beats: Vec<usize>) -> Self {
        let span = beats.first().zip(beats.last());
        let frames = span.map_or(0, |(first, last)| last - first);
        let frame_us = if frames > 0 {
            BEAT_US * (beats.len() - 1) as f64 / frames as f64
        } else {
            BEAT_US / FRAMES_PER_S
        };
        Self { beats, frame_us }
    }

    /// The assumed time of a frame by its place in the stream, µs.
    pub(super) fn at_us(&self, place: usize) -> i64 {
        let (Some(first), Some(last)) = (self.beats.first(), self.beats.last()) else {
            return (place as f64 * self.frame_us) as i64;
        };
        let before_us = *first as f64 * self.frame_us;
        if place <= *first {
            return (place as f64 * self.frame_us) as i64;
        }
        if place >= *last {
            let beats_us = (self.beats.len() - 1) as f64 * BEAT_US;
            return (before_us + beats_us + (place - last) as f64 * self.frame_us) as i64;
        }
        let next = self.beats.partition_point(|beat| *beat <= place);
        let (from, to) = (self.beats[next - 1], self.beats[next]);
        let part = (place - from) as f64 / (to - from) as f64;
        (before_us + ((next - 1) as f64 + part) * BEAT_US) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heartbeats_are_a_second_apart_however_many_frames_lie_between_them() {
        let pace = AssumedPace::between(vec![10, 210, 1_210, 1_211]);
        for (beat, second) in [(10, 0), (210, 1), (1_210, 2), (1_211, 3)] {
            assert_eq!(pace.at_us(beat) - pace.at_us(10), second * 1_000_000);
        }
        assert_eq!(pace.at_us(110) - pace.at_us(10), 500_000);
    }

    #[test]
    fn time_never_goes_back_and_never_jumps_by_more_than_a_second() {
        for beats in [vec![], vec![3], vec![3, 4, 90, 700], vec![0, 1, 2]] {
            let pace = AssumedPace::between(beats);
            for place in 0..1_000 {
                let step_us = pace.at_us(place + 1) - pace.at_us(place);
                assert!((0..=1_000_000).contains(&step_us), "{place}: {step_us}");
            }
        }
    }
}
