//! The message mix of a load test: what a busy autopilot sends, scaled to a wanted rate.

/// Message ids and how often each comes in the usual 50.1 messages per second; the heartbeat is kept apart.
const MIX: &[(u32, f64)] = &[
    (30, 10.0),
    (33, 10.0),
    (74, 4.0),
    (1, 2.0),
    (24, 5.0),
    (147, 1.0),
    (32, 10.0),
    (193, 2.0),
    (65, 3.0),
    (2, 1.0),
    (125, 1.0),
    (253, 0.1),
];

/// Streams that add up to `rate_hz` messages per second with a heartbeat of 1 Hz, (message id, interval in µs).
///
/// A rate below 1 Hz leaves the heartbeat alone; no stream is faster than 200 Hz.
#[must_use]
pub fn mix(rate_hz: f64) -> Vec<(u32, u32)> {
    let usual: f64 = MIX.iter().map(|(_, hz)| hz).sum();
    let factor = (rate_hz - 1.0).max(0.0) / usual;
    let scaled = MIX.iter().filter(|(_, hz)| hz * factor > 0.001);
    let rows = scaled.map(|(id, hz)| (*id, (1e6 / (hz * factor)).round() as u32));
    std::iter::once((0, 1_000_000)).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mix_adds_up_to_the_rate_asked_for() {
        for rate_hz in [5.0, 50.1, 120.0] {
            let sum: f64 = mix(rate_hz).iter().map(|row| 1e6 / f64::from(row.1)).sum();
            assert!((sum - rate_hz).abs() < 0.05, "{sum}");
        }
        assert_eq!(mix(0.5), [(0, 1_000_000)]);
    }
}
