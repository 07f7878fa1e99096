//! A signature's time stamp: 48 bits, units of 10 µs since 2015-01-01 UTC
//! (<https://mavlink.io/en/guide/message_signing.html#timestamp>).

use crate::model::time::TimeUs;

/// 2015-01-01T00:00:00Z, µs since 1970.
const EPOCH_US: i64 = 1_420_070_400_000_000;
/// The largest number of 48 bits; it is reached in the year 2104.
const LAST: u64 = (1 << 48) - 1;

/// Units of 10 µs since 2015.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Timestamp(u64);

impl Timestamp {
    /// One minute.
    pub const MINUTE: u64 = 6_000_000;

    /// The time stamp of a wall-clock moment; 0 before 2015, the last one after 2104.
    #[must_use]
    pub const fn from_wall(wall: TimeUs) -> Self {
        let since_us = wall.0.saturating_sub(EPOCH_US);
        if since_us < 0 {
            return Self(0);
        }
        Self::from_raw(since_us.unsigned_abs() / 10)
    }

    /// The time stamp with this number, cut to 48 bits.
    #[must_use]
    pub const fn from_raw(raw: u64) -> Self {
        Self(if raw > LAST { LAST } else { raw })
    }

    /// Its number.
    #[must_use]
    pub const fn raw(self) -> u64 {
        self.0
    }

    /// The one after it; the last one has none.
    #[must_use]
    pub const fn next(self) -> Self {
        Self::from_raw(self.0 + 1)
    }

    /// A minute after it.
    #[must_use]
    pub const fn plus_a_minute(self) -> Self {
        Self::from_raw(self.0.saturating_add(Self::MINUTE))
    }

    /// Whether it is more than a minute before `other`.
    #[must_use]
    pub const fn is_long_before(self, other: Self) -> bool {
        self.0 + Self::MINUTE < other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_from_2015_and_kept_within_48_bits() {
        let at = |us: i64| Timestamp::from_wall(TimeUs(us)).raw();
        assert_eq!(at(EPOCH_US), 0);
        assert_eq!(at(EPOCH_US + 1_000_000), 100_000);
        assert_eq!(at(0), 0);
        assert_eq!(at(i64::MIN), 0);
        assert_eq!(at(i64::MAX), LAST);
        assert_eq!(Timestamp::from_raw(LAST).next().raw(), LAST);
    }

    #[test]
    fn a_minute_behind_is_not_long_before() {
        let now = Timestamp::from_raw(10_000_000);
        assert!(!Timestamp::from_raw(4_000_000).is_long_before(now));
        assert!(Timestamp::from_raw(3_999_999).is_long_before(now));
        assert!(!now.is_long_before(Timestamp::from_raw(0)));
    }
}
