//! What TIMESYNC and PING say, in both directions
//! (<https://mavlink.io/en/services/timesync.html>, <https://mavlink.io/en/services/ping.html>).

use super::target::Target;

/// A message about clocks as it was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockReport {
    /// TIMESYNC.
    Timesync {
        /// The answerer's clock, ns; 0 in a request.
        tc1_ns: i64,
        /// The asker's clock, ns, repeated in the answer.
        ts1_ns: i64,
        /// Whom it is for; 0 where the sender does not say.
        target_system: u8,
        /// Whom it is for; 0 where the sender does not say.
        target_component: u8,
    },
    /// PING.
    Ping {
        /// The asker's clock, µs, repeated in the answer.
        time_us: u64,
        /// The asker's number, repeated in the answer.
        sequence: u32,
        /// 0 in a request, else whom it answers.
        target_system: u8,
        /// 0 in a request, else whom it answers.
        target_component: u8,
    },
}

/// A message about clocks to send. A PING of our own cannot be expressed: its request goes to system 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockMessage {
    /// TIMESYNC, a request (`tc1_ns` 0) or an answer.
    Timesync {
        /// For whom.
        target: Target,
        /// Our clock in an answer, ns; 0 in a request.
        tc1_ns: i64,
        /// Our clock in a request, ns; the asker's in an answer.
        ts1_ns: i64,
    },
    /// The answer to a PING.
    PingAnswer {
        /// Who asked.
        target: Target,
        /// The asker's clock, µs.
        time_us: u64,
        /// The asker's number.
        sequence: u32,
    },
}
