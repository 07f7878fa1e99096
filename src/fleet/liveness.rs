//! Live, late or lost: by the autopilot's heartbeat alone, never by other traffic of its system id.

use std::time::Duration;

use crate::model::{time::TimeUs, vehicle::State};

/// Without a heartbeat for longer, a vehicle is late (display only).
pub(super) const LATE_AFTER: Duration = Duration::from_millis(1_500);
/// Without a heartbeat for longer, a vehicle is lost.
pub(super) const LOST_AFTER: Duration = Duration::from_millis(3_500);

/// The state of a vehicle whose heartbeat was last heard at `heard`.
pub(super) fn state_at(heard: TimeUs, now: TimeUs) -> State {
    match now.since(heard) {
        age if age > LOST_AFTER => State::Lost,
        age if age > LATE_AFTER => State::Late,
        _ => State::Live,
    }
}

/// Seconds with one decimal, cut, not rounded: a loss is never told longer than it was.
pub(super) fn seconds(time: Duration) -> String {
    let ms = time.as_millis();
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vehicle_is_late_after_one_and_a_half_seconds_and_lost_after_three_and_a_half() {
        let at = |ms: i64| state_at(TimeUs::from_ms(10_000), TimeUs::from_ms(10_000 + ms));
        assert_eq!(at(-50), State::Live);
        assert_eq!(at(1_500), State::Live);
        assert_eq!(at(1_501), State::Late);
        assert_eq!(at(3_500), State::Late);
        assert_eq!(at(3_501), State::Lost);
    }
}
