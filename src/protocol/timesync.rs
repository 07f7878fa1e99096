//! How long does a message take there and back over one path, and what does the vehicle's clock show?
//!
//! Asks with TIMESYNC, addressed to one vehicle, and answers what vehicles and stations ask
//! (<https://mavlink.io/en/services/timesync.html>, <https://mavlink.io/en/services/ping.html>). A PING of
//! our own would have to go to system 0. On links that count bytes nothing is asked or answered.

use std::time::Duration;

use crate::model::{
    clocks::{ClockMessage, ClockReport},
    ids::{ComponentId, SystemId},
    report::Report,
    time::TimeUs,
    transmission::{Outgoing, Target},
};

/// Requests whose answers are still waited for.
const OUTSTANDING: usize = 4;
/// The first few come quickly, so that time-outs know the round trip soon.
const FIRST: Duration = Duration::from_secs(1);
const QUICK: u8 = 3;
/// The same while nothing was answered, for links that lose a lot.
const QUICK_UNANSWERED: u8 = 12;
/// An answer that comes later than this measures a queue somewhere, and no time-out should follow it.
const LONGEST: Duration = Duration::from_secs(30);
/// A vehicle clock that is so far off its course has been set, or has started anew.
const JUMP_NS: i64 = 1_000_000_000;

/// What is known of a path's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoundTrip {
    /// Smoothed; `None` before the first answer.
    pub smoothed: Option<Duration>,
    /// The last one.
    pub last: Option<Duration>,
    /// The shortest since the vehicle's clock last jumped.
    pub shortest: Option<Duration>,
    /// The vehicle's clock minus station time, ns; its clock mostly counts from its boot.
    pub offset_ns: Option<i64>,
    /// How often its clock has jumped: it was set, or the vehicle has started anew.
    pub jumps: u32,
}

/// The clocks of one path.
#[derive(Debug, Clone)]
pub struct Timesync {
    target: Target,
    /// `None`: nothing is asked or answered.
    every: Option<Duration>,
    next: TimeUs,
    asked: u8,
    outstanding: [Option<i64>; OUTSTANDING],
    answer_from: TimeUs,
    known: RoundTrip,
}

impl Timesync {
    /// For a path to `target`, asked `every` so often (10 s on a network, 30 s over a radio), `None` on a link that
    /// counts bytes (satellite).
    #[must_use]
    pub const fn new(target: Target, every: Option<Duration>) -> Self {
        Self {
            target,
            every,
            next: TimeUs(i64::MIN),
            asked: 0,
            outstanding: [None; OUTSTANDING],
            answer_from: TimeUs(i64::MIN),
            known: RoundTrip {
                smoothed: None,
                last: None,
                shortest: None,
                offset_ns: None,
                jumps: 0,
            },
        }
    }

    /// What is known.
    #[must_use]
    pub const fn known(&self) -> RoundTrip {
        self.known
    }

    /// What to send at `now`, if anything.
    pub fn poll(&mut self, now: TimeUs) -> Option<Outgoing> {
        let every = self.every?;
        if now < self.next {
            return None;
        }
        let quick = if self.known.smoothed.is_some() {
            QUICK
        } else {
            QUICK_UNANSWERED
        };
        let is_quick = self.asked < quick;
        self.next = now.plus(if is_quick { FIRST.min(every) } else { every });
        self.asked = self.asked.saturating_add(1);
        let ts1_ns = nanoseconds(now);
        self.outstanding.rotate_right(1);
        self.outstanding[0] = Some(ts1_ns);
        Some(Outgoing::Clock(ClockMessage::Timesync {
            target: self.target,
            tc1_ns: 0,
            ts1_ns,
        }))
    }

    /// A report from `sender`: an answer to us teaches, a request gets the answer that is returned. Requests that
    /// come faster than the link should carry are passed over: three a second on a network, one over a radio.
    pub fn on_report(
        &mut self,
        (sender, report): ((SystemId, ComponentId), &Report),
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> Option<Outgoing> {
        let Report::Clock(clock) = report else {
            return None;
        };
        if sender != (self.target.system(), self.target.component()) {
            return None;
        }
        match *clock {
            ClockReport::Timesync {
                tc1_ns: 0,
                ts1_ns,
                target_system,
                target_component,
            } => {
                let is_ours = is_for_us(target_system, target_component, own);
                (is_ours && self.may_answer(now)).then(|| self.answer(ts1_ns, now))
            }
            ClockReport::Timesync { tc1_ns, ts1_ns, .. } => {
                self.learn(tc1_ns, ts1_ns, now);
                None
            }
            ClockReport::Ping {
                time_us,
                sequence,
                target_system: 0,
                target_component: 0,
            } if self.may_answer(now) => Some(Outgoing::Clock(ClockMessage::PingAnswer {
                target: self.target,
                time_us,
                sequence,
            })),
            ClockReport::Ping { .. } => None,
        }
    }

    const fn answer(&self, ts1_ns: i64, now: TimeUs) -> Outgoing {
        Outgoing::Clock(ClockMessage::Timesync {
            target: self.target,
            tc1_ns: nanoseconds(now),
            ts1_ns,
        })
    }

    fn may_answer(&mut self, now: TimeUs) -> bool {
        let Some(every) = self.every.filter(|_| now >= self.answer_from) else {
            return false;
        };
        let pause = (every / 30).clamp(Duration::from_millis(100), Duration::from_secs(1));
        self.answer_from = now.plus(pause);
        true
    }

    /// An answer counts once, and only to a request of this path.
    fn learn(&mut self, tc1_ns: i64, ts1_ns: i64, now: TimeUs) {
        let request = self
            .outstanding
            .iter_mut()
            .find(|sent| **sent == Some(ts1_ns));
        let Some(request) = request else {
            return;
        };
        *request = None;
        let round_trip_ns = nanoseconds(now).saturating_sub(ts1_ns);
        let round_trip = Duration::from_nanos(round_trip_ns.max(0).unsigned_abs());
        if round_trip > LONGEST {
            return;
        }
        let offset_ns = tc1_ns.saturating_sub(ts1_ns.saturating_add(round_trip_ns / 2));
        self.known.last = Some(round_trip);
        self.known.smoothed = Some(match self.known.smoothed {
            None => round_trip,
            Some(smoothed) => (smoothed * 7 + round_trip) / 8,
        });
        self.known.learn_offset(offset_ns, round_trip);
    }
}

impl RoundTrip {
    fn learn_offset(&mut self, offset_ns: i64, round_trip: Duration) {
        let margin_ns = i64::try_from(round_trip.as_nanos())
            .unwrap_or(i64::MAX)
            .max(JUMP_NS);
        let moved_ns = self
            .offset_ns
            .map(|before| offset_ns.saturating_sub(before));
        if moved_ns.is_some_and(|moved_ns| moved_ns.saturating_abs() > margin_ns) {
            self.jumps += 1;
            self.shortest = None;
            self.offset_ns = None;
        }
        // A quick answer tells the time better than a slow one.
        let is_quick = self
            .shortest
            .is_none_or(|shortest| round_trip <= shortest * 2);
        self.shortest = Some(
            self.shortest
                .map_or(round_trip, |known| known.min(round_trip)),
        );
        self.offset_ns = match self.offset_ns {
            None => Some(offset_ns),
            Some(before) if is_quick => Some(before + (offset_ns - before) / 4),
            before => before,
        };
    }
}

/// 0 is everybody.
const fn is_for_us(system: u8, component: u8, own: (SystemId, ComponentId)) -> bool {
    (system == 0 || system == own.0.0) && (component == 0 || component == own.1.0)
}

const fn nanoseconds(now: TimeUs) -> i64 {
    now.0.saturating_mul(1_000)
}

#[cfg(test)]
mod tests;
