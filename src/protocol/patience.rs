//! How long is an answer waited for? Four measured round trips, longer with each try, within bounds.

use std::time::Duration;

/// A smoothed round trip and the time-outs made of it.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    smoothed: Option<Duration>,
    floor: Duration,
    ceiling: Duration,
}

/// Before anything was measured.
const UNMEASURED: Duration = Duration::from_millis(700);

impl Patience {
    /// For conversations that the fleet drives at its tick: never below four ticks, never above 5 s.
    pub const NORMAL: Self = Self::new(Duration::from_millis(200), Duration::from_secs(5));

    /// Time-outs between `floor` and `ceiling`.
    #[must_use]
    pub const fn new(floor: Duration, ceiling: Duration) -> Self {
        Self {
            smoothed: None,
            floor,
            ceiling,
        }
    }

    /// The same, beginning with a round trip that is already known.
    #[must_use]
    pub const fn with_round_trip(self, known: Option<Duration>) -> Self {
        Self {
            smoothed: known,
            ..self
        }
    }

    /// An answer came so long after its only request.
    pub fn measured(&mut self, round_trip: Duration) {
        self.smoothed = Some(match self.smoothed {
            None => round_trip,
            Some(smoothed) => (smoothed * 7 + round_trip) / 8,
        });
    }

    /// How long to wait after the `tries`-th try, 1 for the first.
    #[must_use]
    pub fn wait(&self, tries: u8) -> Duration {
        let base = self.smoothed.map_or(UNMEASURED, |smoothed| smoothed * 4);
        let base = base.clamp(self.floor, self.ceiling);
        (base * u32::from(tries.clamp(1, 8)).div_ceil(2)).min(self.ceiling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn time_outs_follow_the_round_trip_and_grow_with_the_tries() {
        let mut patience = Patience::NORMAL;
        assert_eq!(patience.wait(1), MS(700));
        patience.measured(MS(10));
        assert_eq!(patience.wait(1), MS(200), "the floor");
        let mut slow = Patience::NORMAL.with_round_trip(Some(MS(400)));
        assert_eq!(
            [1, 2, 3, 5].map(|tries| slow.wait(tries)),
            [1_600, 1_600, 3_200, 4_800].map(MS)
        );
        slow.measured(MS(8_400));
        assert_eq!(slow.wait(1), MS(5_000), "the ceiling");
    }
}
