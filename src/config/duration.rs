//! Lengths of time as people write them: `500ms`, `3s`, `30m`, `1h30m`, `1.5s`, `7d`. Pure.

use std::time::Duration;

/// Units, the longer word before its beginning.
const UNITS: [(&str, f64); 5] = [
    ("ms", 0.001),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
    ("d", 86_400.0),
];

/// A hundred years: everything above is a slip of the finger.
const LONGEST_S: f64 = 100.0 * 365.25 * 86_400.0;

/// Reads one or more numbers with units; `None` when the text is anything else.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    let mut left = text.trim();
    let mut seconds = 0.0;
    if left.is_empty() {
        return None;
    }
    while !left.is_empty() {
        let end = left.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = left[..end].parse().ok()?;
        left = left[end..].trim_start();
        let (word, unit) = UNITS.iter().find(|(word, _)| left.starts_with(word))?;
        left = left[word.len()..].trim_start();
        if left.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        seconds += number * unit;
    }
    (seconds <= LONGEST_S).then(|| Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_ways_of_writing_times_are_read() {
        for (text, ms) in [
            ("500ms", 500),
            ("3s", 3000),
            ("1.5s", 1500),
            ("30m", 1_800_000),
            ("1h30m", 5_400_000),
            ("2 h 5 s", 7_205_000),
            ("1d", 86_400_000),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(ms)), "{text}");
        }
    }

    #[test]
    fn a_time_without_a_unit_or_with_an_unknown_one_is_refused() {
        for text in [
            "",
            "30",
            "m",
            "3 weeks",
            "-3s",
            "3sec",
            "1e9s",
            "999999999d",
            "..s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
