//! A time as somebody types it: RFC 3339, a date, or a number of seconds or milliseconds since 1970.

use crate::model::time::TimeUs;

/// Below this a number is seconds (the year 5138), above it milliseconds, and from 1e14 on microseconds.
const SECONDS_BELOW: f64 = 1e11;
const MILLISECONDS_BELOW: f64 = 1e14;

/// Reads a time.
pub(super) fn moment(text: &str) -> Result<TimeUs, String> {
    if let Ok(number) = text.parse::<f64>() {
        return from_number(text, number);
    }
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Ok(TimeUs(timestamp.as_microsecond()));
    }
    // Without an offset it is UTC, like every time in a log.
    let midnight = text
        .parse::<jiff::civil::DateTime>()
        .and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC));
    midnight
        .map(|time| TimeUs(time.timestamp().as_microsecond()))
        .map_err(|_no_time| {
            "a time is wanted: 2026-05-01T12:30:00Z, 2026-05-01, or seconds or milliseconds since 1970".into()
        })
}

fn from_number(text: &str, number: f64) -> Result<TimeUs, String> {
    let (unit_us, per_second) = match number.abs() {
        size if size < SECONDS_BELOW => (1e6, "seconds"),
        size if size < MILLISECONDS_BELOW => (1e3, "milliseconds"),
        size if size < 1e17 => (1.0, "microseconds"),
        _ => return Err(format!("{text} is no time")),
    };
    // A whole number keeps all its digits.
    match text.parse::<i64>() {
        Ok(whole) => Ok(TimeUs(whole.saturating_mul(unit_us as i64))),
        Err(_fraction) if number.is_finite() => Ok(TimeUs((number * unit_us).round() as i64)),
        Err(_fraction) => Err(format!("{text} is no number of {per_second}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_understood_as_people_and_programs_write_it() {
        let noon = TimeUs(1_767_268_800_000_000);
        for text in [
            "2026-01-01T12:00:00Z",
            "2026-01-01T13:00:00+01:00",
            "2026-01-01 12:00:00Z",
            "2026-01-01T12:00:00",
            "2026-01-01T12:00",
            "1767268800",
            "1767268800.0",
            "1767268800000",
            "1767268800000000",
        ] {
            assert_eq!(moment(text), Ok(noon), "{text}");
        }
        assert_eq!(moment("2026-01-01"), Ok(TimeUs(noon.0 - 43_200_000_000)));
        assert_eq!(moment("1767268800.25"), Ok(TimeUs(noon.0 + 250_000)));
        for text in ["", "noon", "2026-13-01", "nan", "inf", "1e300"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
