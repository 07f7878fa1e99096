//! How often a client is written to, and how often it is listened to; pure, time is an argument.

use std::time::Duration;

use tokio::time::Instant;

const SLOWEST_HZ: f64 = 0.01;
const FASTEST_HZ: f64 = 1_000.0;
const SECOND: Duration = Duration::from_secs(1);

/// When the state lane of a client is due.
///
/// The moments of one rate fall together for all clients, whenever they came: so they share messages.
#[derive(Debug)]
pub(super) struct Pace {
    started: Instant,
    every: Option<Duration>,
    last: u128,
    behind: bool,
}

impl Pace {
    /// At most `rate_hz` times a second, every tick when `None`; no pace at all for an impossible rate.
    pub(super) fn at_most(rate_hz: Option<f64>, started: Instant) -> Option<Self> {
        let every = match rate_hz {
            None => None,
            Some(rate) if (SLOWEST_HZ..=FASTEST_HZ).contains(&rate) => {
                Some(Duration::from_secs_f64(1.0 / rate))
            }
            Some(_) => return None,
        };
        Some(Self {
            started,
            every,
            ..Self::every_tick(started)
        })
    }

    /// Every published tick.
    pub(super) const fn every_tick(started: Instant) -> Self {
        Self {
            started,
            every: None,
            last: 0,
            behind: false,
        }
    }

    /// Whether the client may be brought up to date now; if not, it is remembered as behind.
    pub(super) fn is_due(&mut self, now: Instant) -> bool {
        let due = self.every.is_none() || self.moment(now) > self.last;
        self.behind = !due;
        due
    }

    /// It was brought up to date.
    pub(super) fn took(&mut self, now: Instant) {
        self.last = self.moment(now);
        self.behind = false;
    }

    /// It has everything there is.
    pub(super) fn caught_up(&mut self) {
        self.behind = false;
    }

    /// When to bring it up to date, if it is behind.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let every = self.every.filter(|_| self.behind)?.as_nanos();
        let nanos = u64::try_from((self.last + 1) * every).unwrap_or(u64::MAX);
        self.started.checked_add(Duration::from_nanos(nanos))
    }

    fn moment(&self, now: Instant) -> u128 {
        let passed = now.saturating_duration_since(self.started).as_nanos();
        self.every.map_or(0, |every| passed / every.as_nanos())
    }
}

/// What a client said this second: more than `most` messages are read in the next one.
#[derive(Debug)]
pub(super) struct Inbox {
    most: u32,
    since: Instant,
    count: u32,
}

impl Inbox {
    /// Empty.
    pub(super) const fn new(most: u32, since: Instant) -> Self {
        let count = 0;
        Self { most, since, count }
    }

    /// A message came.
    pub(super) fn count(&mut self, now: Instant) {
        if now.saturating_duration_since(self.since) >= SECOND {
            (self.since, self.count) = (now, 0);
        }
        self.count += 1;
    }

    /// Until when nothing more is read.
    pub(super) fn full_until(&self, now: Instant) -> Option<Instant> {
        let end = self.since + SECOND;
        (self.count >= self.most && now < end).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_of_one_rate_are_due_together_whenever_they_came() {
        let start = Instant::now();
        let ms = |ms| start + Duration::from_millis(ms);
        let mut early = Pace::at_most(Some(5.0), start).unwrap();
        let mut late = Pace::at_most(Some(5.0), start).unwrap();
        early.took(ms(10));
        late.took(ms(190));
        for pace in [&mut early, &mut late] {
            assert!(!pace.is_due(ms(199)));
            assert_eq!(pace.next_due(), Some(ms(200)));
            assert!(pace.is_due(ms(200)));
            assert_eq!(pace.next_due(), None);
        }
    }

    #[test]
    fn without_a_rate_every_tick_is_due() {
        let start = Instant::now();
        let mut pace = Pace::at_most(None, start).unwrap();
        pace.took(start);
        assert!(pace.is_due(start));
    }

    #[test]
    fn impossible_rates_are_refused() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
            assert!(
                Pace::at_most(Some(rate), Instant::now()).is_none(),
                "{rate}"
            );
        }
    }

    #[test]
    fn a_talkative_client_is_heard_again_after_a_second() {
        let start = Instant::now();
        let mut inbox = Inbox::new(2, start);
        inbox.count(start);
        assert_eq!(inbox.full_until(start), None);
        inbox.count(start);
        assert_eq!(inbox.full_until(start), Some(start + SECOND));
        assert_eq!(inbox.full_until(start + SECOND), None);
        inbox.count(start + SECOND);
        assert_eq!(inbox.full_until(start + SECOND), None);
    }
}
