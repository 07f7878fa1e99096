//! How long to wait before the next try: doubling, capped, with jitter. Pure.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_millis(1_600);

/// Waits between tries of one link.
#[derive(Debug, Clone, Copy)]
pub(super) struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST }
    }
}

impl Backoff {
    /// The next wait: between 0.8 and 1.2 of the step. `entropy` may be anything that differs between links.
    pub(super) fn next_wait(&mut self, entropy: u64) -> Duration {
        let step = self.next;
        self.next = (step * 2).min(LONGEST);
        let mixed = entropy.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        step.mul_f64(0.8 + 0.4 * (mixed as f64 / f64::from(1u32 << 24)))
    }

    /// It worked: the next failure starts anew.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap_and_never_leave_their_band() {
        let mut backoff = Backoff::default();
        for (step, entropy) in [200u64, 400, 800, 1_600, 1_600, 1_600]
            .into_iter()
            .zip(1u64..)
        {
            let wait = backoff.next_wait(entropy.wrapping_mul(0xDEAD_BEEF_1234_5678));
            let (low, high) = (step * 8 / 10, step * 12 / 10);
            assert!(
                (low..=high).contains(&(wait.as_millis() as u64)),
                "{wait:?} around {step} ms"
            );
        }
        backoff.reset();
        assert!(backoff.next_wait(7) <= Duration::from_millis(240));
    }
}
