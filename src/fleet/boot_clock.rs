//! The time since boot as a vehicle's messages tell it: where it falls back, the vehicle has started anew.

/// Before this much of its range is left, falling back is the counter's own turn (49.7 days).
const TURN_MS: u32 = 60_000;

/// The boot clock of one vehicle.
#[derive(Debug, Default)]
pub(super) struct BootClock {
    /// As SYSTEM_TIME last told it.
    pub(super) system_ms: Option<u32>,
    /// As positions last told it.
    pub(super) position_ms: Option<u32>,
    /// That its time of day is off was said.
    pub(super) is_told: bool,
}

/// Takes a boot time; whether it is so much less than the last that the clock has started anew.
pub(super) fn fell_back(last: &mut Option<u32>, boot_ms: u32, step_ms: u32) -> bool {
    let last = last.replace(boot_ms);
    last.is_some_and(|last| {
        let turned = last > u32::MAX - TURN_MS;
        last.saturating_sub(boot_ms) > step_ms && !turned
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_and_the_counters_own_turn_are_no_new_start() {
        let falls = |from, to| fell_back(&mut Some(from), to, 2_000);
        assert!(falls(60_000, 1_500));
        assert!(!falls(60_000, 59_000));
        assert!(!falls(u32::MAX - 10, 900));
        assert!(!fell_back(&mut None, 5, 2_000));
    }
}
