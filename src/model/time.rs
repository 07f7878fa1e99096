//! Station time: microseconds since 1970 by a clock that never steps. Who reads a clock passes it down.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

/// A moment in station time, µs since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct TimeUs(pub i64);

impl TimeUs {
    /// Whole milliseconds since 1970, as every `t_ms` of the contract counts.
    #[must_use]
    pub const fn as_ms(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The moment of a whole millisecond.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms * 1_000)
    }

    /// Time passed since `earlier`; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0).max(0).unsigned_abs())
    }

    /// This moment and `duration` more.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

/// The one clock of a station: monotonic, anchored to the wall clock when it was made.
///
/// A step of the wall clock never moves it; `wall_offset_us` tells how far they are apart.
#[derive(Debug, Clone, Copy)]
pub struct StationClock {
    started: Instant,
    anchor: TimeUs,
}

impl StationClock {
    /// Anchors station time to the wall clock of this moment.
    #[must_use]
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            anchor: wall_time(),
        }
    }

    /// Now, in station time.
    #[must_use]
    pub fn now(&self) -> TimeUs {
        self.anchor.plus(self.started.elapsed())
    }

    /// Wall clock minus station time, µs: a change of more than a second is a step of the wall clock.
    #[must_use]
    pub fn wall_offset_us(&self) -> i64 {
        wall_time().0 - self.now().0
    }
}

/// The wall clock, which may step and may be set. Only time stamps that others compare with their own wall clock are
/// taken from it: those of signatures.
#[derive(Clone)]
pub struct WallClock(Arc<dyn Fn() -> TimeUs + Send + Sync>);

impl WallClock {
    /// The clock of this machine.
    #[must_use]
    pub fn system() -> Self {
        Self::of(wall_time)
    }

    /// Another clock.
    #[must_use]
    pub fn of(now: impl Fn() -> TimeUs + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// What it shows.
    #[must_use]
    pub fn now(&self) -> TimeUs {
        (self.0)()
    }
}

impl fmt::Debug for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WallClock")
    }
}

fn wall_time() -> TimeUs {
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    TimeUs(i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX))
}
