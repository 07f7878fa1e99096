//! What the links carry, all together: frames, noise, and how many of them are open.

use std::sync::Arc;

use crate::model::{forward_state::ForwardState, link::LinkPhase, snapshot::Snapshot};

/// The links in one line.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Traffic {
    /// Links that are open.
    pub open: usize,
    /// Links there are.
    pub links: usize,
    /// Forwards that are open.
    pub open_forwards: usize,
    /// Forwards there are.
    pub forwards: usize,
    /// Frames received, per second.
    pub frames_per_s: f64,
    /// Bytes of no frame and frames with a bad CRC, per second.
    pub noise_per_s: f64,
    /// Reports and datagrams lost inside this station since the start.
    pub dropped: u64,
    before: Option<(i64, u64)>,
}

impl Traffic {
    /// Takes in a snapshot; noise is the growth of its counters over a second or more.
    pub fn take(&mut self, snapshot: &Snapshot) {
        let links = || snapshot.links.values();
        self.links = snapshot.links.len();
        self.open = links().filter(|link| link.state == LinkPhase::Open).count();
        self.forwards = snapshot.forwards.len();
        let is_open = |forward: &&Arc<ForwardState>| forward.state == LinkPhase::Open;
        self.open_forwards = snapshot.forwards.values().filter(is_open).count();
        self.frames_per_s = links().filter_map(|link| link.frames_per_s).sum();
        self.dropped = links()
            .flat_map(|link| [link.kernel_drops, link.queue_drops])
            .flatten()
            .sum();
        let noise = links()
            .flat_map(|link| [link.junk_bytes, link.bad_crc])
            .flatten()
            .sum();
        match self.before {
            Some((time_ms, _)) if snapshot.time_ms.saturating_sub(time_ms) < 1_000 => {}
            Some((time_ms, old)) => {
                let seconds = snapshot.time_ms.saturating_sub(time_ms) as f64 / 1_000.0;
                self.noise_per_s = u64::saturating_sub(noise, old) as f64 / seconds;
                self.before = Some((snapshot.time_ms, noise));
            }
            None => self.before = Some((snapshot.time_ms, noise)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::samples::link;

    fn at(time_ms: i64, junk_bytes: u64) -> Snapshot {
        let mut radio = link("udpin:0.0.0.0:14550", LinkPhase::Open);
        radio.junk_bytes = Some(junk_bytes);
        radio.frames_per_s = Some(600.0);
        radio.queue_drops = Some(3);
        let closed = link("serial:///dev/ttyUSB0?baud=57600", LinkPhase::Waiting);
        Snapshot {
            time_ms,
            links: [
                ("net".into(), Arc::new(radio)),
                ("usb".into(), Arc::new(closed)),
            ]
            .into(),
            ..Snapshot::default()
        }
    }

    #[test]
    fn noise_is_what_grew_in_a_second() {
        let mut traffic = Traffic::default();
        for (time_ms, junk) in [(0, 1_000), (500, 1_200), (2_000, 1_824)] {
            traffic.take(&at(time_ms, junk));
        }
        assert!((traffic.noise_per_s - 412.0).abs() < 1e-9);
        assert_eq!((traffic.open, traffic.links, traffic.dropped), (1, 2, 3));
        traffic.take(&at(3_000, 1_824));
        assert!(traffic.noise_per_s.abs() < 1e-9);
    }
}
