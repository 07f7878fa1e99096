//! Is the clock one by which a log can be read?

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::finding::Finding;

const ABOUT: &str = "clock";
/// A wall clock that runs this far from the steady one while we look was set, or is being dragged along.
const STEP: Duration = Duration::from_millis(100);

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    wall: SystemTime,
    steady: Instant,
}

impl Pair {
    pub(super) fn now() -> Self {
        Self {
            wall: SystemTime::now(),
            steady: Instant::now(),
        }
    }
}

/// The year, and whether the wall clock kept pace since `before`.
pub(super) fn look(before: &Pair) -> Vec<Finding> {
    let now = Pair::now();
    let wall = now.wall.duration_since(before.wall).unwrap_or_default();
    let steady = now.steady.duration_since(before.steady);
    let unix = now.wall.duration_since(UNIX_EPOCH).unwrap_or_default();
    vec![date(unix), pace(wall, steady)]
}

fn date(unix: Duration) -> Finding {
    let seconds = i64::try_from(unix.as_secs()).unwrap_or(i64::MAX);
    let Ok(now) = jiff::Timestamp::from_second(seconds) else {
        return Finding::problem(ABOUT, "the date is beyond reason");
    };
    let date = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    if (2024..2100).contains(&date.year()) {
        Finding::ok(ABOUT, format!("it is {date} UTC"))
    } else {
        let text = format!("the date is {date}: times in the flight log would be wrong");
        Finding::problem(ABOUT, text).hint("set it: timedatectl set-ntp true, or date -s")
    }
}

fn pace(wall: Duration, steady: Duration) -> Finding {
    let apart = wall.abs_diff(steady);
    if apart <= STEP {
        return Finding::ok(ABOUT, "the wall clock keeps pace with the steady one");
    }
    let text = format!(
        "the wall clock was set by {:.1} s while we looked",
        apart.as_secs_f64()
    );
    Finding::note(ABOUT, text).hint("station time does not follow such a step; a restart does")
}

#[cfg(test)]
mod tests {
    use super::super::finding::Grade;
    use super::*;

    #[test]
    fn a_board_without_a_battery_clock_is_told() {
        assert_eq!(date(Duration::from_hours(24)).grade, Grade::Problem);
        let today = Duration::from_secs(1_763_906_602);
        assert_eq!(date(today).text, "it is 2025-11-23 UTC");
    }

    #[test]
    fn a_clock_that_was_set_meanwhile_is_noted() {
        let (wall, steady) = (Duration::from_secs(65), Duration::from_secs(5));
        assert_eq!(pace(wall, steady).grade, Grade::Note);
        assert_eq!(pace(steady, steady).grade, Grade::Ok);
    }
}
