//! Which message goes out when: intervals by message id, kept in step with the clock.

use crate::model::time::TimeUs;

/// The fastest stream anyone may ask for, µs.
const FASTEST_US: u32 = 5_000;

#[derive(Debug, Clone, Copy)]
struct Stream {
    id: u32,
    interval_us: u32,
    due: TimeUs,
}

/// The streams of one craft.
#[derive(Debug, Default)]
pub struct Streams {
    streams: Vec<Stream>,
    next: Option<TimeUs>,
}

impl Streams {
    /// Sends `id` every `interval_us` from now on; 0 stops it. `phase_us` delays the first one.
    pub fn set(&mut self, id: u32, interval_us: u32, now: TimeUs, phase_us: u32) {
        self.streams.retain(|stream| stream.id != id);
        if interval_us > 0 {
            self.streams.push(Stream {
                id,
                interval_us: interval_us.max(FASTEST_US),
                due: TimeUs(now.0 + i64::from(phase_us)),
            });
        }
        self.look_ahead();
    }

    /// Stops everything.
    pub fn clear(&mut self) {
        self.streams.clear();
        self.next = None;
    }

    /// The interval of a message, µs; 0 when it is not streamed.
    #[must_use]
    pub fn interval_us(&self, id: u32) -> u32 {
        let found = self.streams.iter().find(|stream| stream.id == id);
        found.map_or(0, |stream| stream.interval_us)
    }

    /// When the next message is due.
    #[must_use]
    pub const fn next_due(&self) -> Option<TimeUs> {
        self.next
    }

    /// Takes one message that is due; a stream that fell behind skips what it missed.
    pub fn take_due(&mut self, now: TimeUs) -> Option<u32> {
        if self.next.is_none_or(|next| next > now) {
            return None;
        }
        let stream = self.streams.iter_mut().find(|stream| stream.due <= now)?;
        let interval_us = i64::from(stream.interval_us);
        let missed = (now.0 - stream.due.0) / interval_us;
        stream.due = TimeUs(stream.due.0 + (missed + 1) * interval_us);
        let id = stream.id;
        self.look_ahead();
        Some(id)
    }

    fn look_ahead(&mut self) {
        self.next = self.streams.iter().map(|stream| stream.due).min();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_keeps_its_beat_and_skips_what_it_missed() {
        let mut streams = Streams::default();
        streams.set(30, 100_000, TimeUs(0), 0);
        let mut sent = 0;
        for tick in 0..200 {
            while streams.take_due(TimeUs(tick * 5_000)).is_some() {
                sent += 1;
            }
        }
        assert_eq!(sent, 10);
        assert_eq!(streams.take_due(TimeUs(5_000_000)), Some(30));
        assert_eq!(streams.take_due(TimeUs(5_000_000)), None);
        assert_eq!(streams.next_due(), Some(TimeUs(5_100_000)));
    }

    #[test]
    fn an_interval_of_zero_stops_the_stream() {
        let mut streams = Streams::default();
        streams.set(30, 100_000, TimeUs(0), 0);
        streams.set(30, 0, TimeUs(0), 0);
        assert_eq!((streams.interval_us(30), streams.next_due()), (0, None));
    }
}
