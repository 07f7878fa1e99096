//! What a station asks of a vehicle by itself: who it is, where home is, and its messages at useful rates.
//!
//! One request is in flight at a time. SET_MESSAGE_INTERVAL first; REQUEST_DATA_STREAM only where
//! that is unsupported, and never to ArduPlane, which stores the rates. Asked again only when the
//! observed rate is wrong, later and later, and given up where somebody else has the last word.
//! <https://mavlink.io/en/messages/common.html#MAV_CMD_SET_MESSAGE_INTERVAL>

use std::time::Duration;

use super::{
    command::{CommandExchange, Outcome, Retry, Step},
    rate_watch::RateWatch,
    wanted_messages::Asked,
    wants::Want,
};
use crate::model::{
    ids::{ComponentId, SystemId},
    report::CommandAck,
    time::TimeUs,
    transmission::{Outgoing, Target},
    words::{Autopilot, CommandResult, MavType},
};

const MAV_CMD_SET_MESSAGE_INTERVAL: u16 = 511;
const MAV_CMD_REQUEST_MESSAGE: u16 = 512;
const MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES: u16 = 520;
const MAV_CMD_GET_HOME_POSITION: u16 = 410;
const AUTOPILOT_VERSION: f32 = 148.0;
const HOME_POSITION: f32 = 242.0;
const GLOBAL_POSITION_INT: u32 = 33;
/// The interval that stops a message.
const NO_INTERVAL: f32 = -1.0;
const UNSUPPORTED: CommandResult = CommandResult(3);
const DENIED: CommandResult = CommandResult(2);

/// A vehicle that never answers is left alone this long, then twice as long, up to the last.
const SILENCE: Duration = Duration::from_secs(30);
const LONGEST_SILENCE: Duration = Duration::from_mins(5);
/// Unanswered requests in a row before that.
const PATIENCE: u32 = 3;

/// The enquiry over one path.
#[derive(Debug)]
pub struct Enquiry {
    target: Target,
    mav_type: MavType,
    autopilot: Autopilot,
    version: OneShot,
    home: OneShot,
    /// How often its messages are wanted, and how they come.
    pub rates: RateWatch,
    in_flight: Option<(Goal, CommandExchange)>,
    unanswered: u32,
    quiet_until: TimeUs,
    streams: Streams,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goal {
    Version,
    Home,
    Interval(usize),
}

/// How messages are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Streams {
    ByInterval,
    /// The next place in `DATA_STREAMS`.
    ByDataStream(usize),
    Nothing,
}

/// Something asked until it was heard once.
#[derive(Debug, Clone, Copy)]
struct OneShot {
    wanted: bool,
    old_request: bool,
    tries: u32,
    not_before: TimeUs,
}

impl OneShot {
    const fn new(wanted: bool) -> Self {
        Self {
            wanted,
            old_request: false,
            tries: 0,
            not_before: TimeUs(i64::MIN),
        }
    }

    fn is_due(&self, now: TimeUs) -> bool {
        self.wanted && now >= self.not_before
    }

    /// Asked without hearing it: again later, and later. Accepted counts too, for the message may have got lost.
    fn unheard(&mut self, outcome: Outcome, now: TimeUs) {
        if outcome == Outcome::Rejected(UNSUPPORTED) && !self.old_request {
            self.old_request = true;
            return;
        }
        self.tries += 1;
        let wait = if outcome == Outcome::Accepted {
            backoff(self.tries) / 10
        } else {
            backoff(self.tries)
        };
        self.not_before = now.plus(wait);
    }
}

fn backoff(tries: u32) -> Duration {
    (SILENCE * 2u32.pow(tries.saturating_sub(1).min(5))).min(LONGEST_SILENCE)
}

impl Enquiry {
    /// For a path whose vehicle has just been heard. `asked` only over the path that makes the vehicle
    /// object; over others only AUTOPILOT_VERSION is asked.
    #[must_use]
    pub fn new(
        target: Target,
        mav_type: MavType,
        autopilot: Autopilot,
        asked: Option<Asked>,
    ) -> Self {
        Self {
            target,
            mav_type,
            autopilot,
            version: OneShot::new(true),
            home: OneShot::new(asked.is_some()),
            rates: RateWatch::new(autopilot, asked),
            in_flight: None,
            unanswered: 0,
            quiet_until: TimeUs(i64::MIN),
            streams: Streams::ByInterval,
        }
    }

    /// AUTOPILOT_VERSION came.
    pub fn heard_version(&mut self) {
        self.version.wanted = false;
    }

    /// HOME_POSITION came.
    pub fn heard_home(&mut self) {
        self.home.wanted = false;
    }

    /// Home may have moved (arming, mode change): ask again.
    pub fn want_home(&mut self) {
        if !self.rates.wants.is_empty() {
            self.home = OneShot {
                old_request: self.home.old_request,
                ..OneShot::new(true)
            };
        }
    }

    /// A COMMAND_ACK came from `sender`; `own` is this station.
    pub fn on_ack(
        &mut self,
        sender: (SystemId, ComponentId),
        ack: &CommandAck,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        self.in_flight
            .as_mut()
            .is_some_and(|(_, exchange)| exchange.on_ack(sender, ack, own, now))
    }

    /// The MAV_CMD it waits for an answer to.
    #[must_use]
    pub fn in_flight(&self) -> Option<u16> {
        let waits = self.in_flight.as_ref();
        waits.map(|(_, exchange)| exchange.command())
    }

    /// What to send at `now`, if anything.
    pub fn poll(&mut self, now: TimeUs) -> Option<Outgoing> {
        self.rates.watch(now);
        if let Some((goal, exchange)) = &mut self.in_flight {
            let goal = *goal;
            match exchange.poll(now) {
                Step::Wait => return None,
                Step::Send(message) => return Some(message),
                Step::Done(outcome) => {
                    self.in_flight = None;
                    self.finish(goal, outcome, now);
                }
            }
        }
        if now < self.quiet_until {
            return None;
        }
        if let Streams::ByDataStream(next) = self.streams
            && let Some(message) = self.data_stream(next, now)
        {
            return Some(message);
        }
        let goal = self.next_goal(now)?;
        let mut exchange = self.begin(goal, now);
        let Step::Send(message) = exchange.poll(now) else {
            return None;
        };
        self.in_flight = Some((goal, exchange));
        Some(message)
    }

    fn next_goal(&self, now: TimeUs) -> Option<Goal> {
        if self.version.is_due(now) {
            return Some(Goal::Version);
        }
        if self.home.is_due(now) && self.rates.wants.first().is_none_or(|first| first.asked > 0) {
            return Some(Goal::Home);
        }
        if self.streams != Streams::ByInterval {
            return None;
        }
        let is_new = |want: &Want| want.asked == 0 && want.is_due(now);
        let first_time = self.rates.wants.iter().position(is_new);
        first_time
            .or_else(|| self.rates.wants.iter().position(|want| want.is_due(now)))
            .map(Goal::Interval)
    }

    fn begin(&mut self, goal: Goal, now: TimeUs) -> CommandExchange {
        let request = |message: f32| {
            (
                MAV_CMD_REQUEST_MESSAGE,
                [message, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            )
        };
        let one = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let (command, params) = match goal {
            Goal::Version if self.version.old_request => {
                (MAV_CMD_REQUEST_AUTOPILOT_CAPABILITIES, one)
            }
            Goal::Version => request(AUTOPILOT_VERSION),
            Goal::Home if self.home.old_request => (MAV_CMD_GET_HOME_POSITION, [0.0; 7]),
            Goal::Home => request(HOME_POSITION),
            Goal::Interval(index) => {
                let want = &mut self.rates.wants[index];
                want.note_asked(now);
                let interval_us = if want.hz > 0.0 {
                    (1_000_000.0 / want.hz) as f32
                } else {
                    NO_INTERVAL
                };
                let message = want.message.id as f32;
                (
                    MAV_CMD_SET_MESSAGE_INTERVAL,
                    [message, interval_us, 0.0, 0.0, 0.0, 0.0, 0.0],
                )
            }
        };
        CommandExchange::new(self.target, command, params, Retry::REQUEST)
    }

    fn finish(&mut self, goal: Goal, outcome: Outcome, now: TimeUs) {
        if outcome == Outcome::TimedOut {
            self.unanswered += 1;
            if self.unanswered >= PATIENCE {
                self.quiet_until = now.plus(backoff(self.unanswered - PATIENCE + 1));
            }
        } else {
            self.unanswered = 0;
        }
        match (goal, outcome) {
            (Goal::Version, outcome) => self.version.unheard(outcome, now),
            (Goal::Home, outcome) => self.home.unheard(outcome, now),
            (Goal::Interval(index), Outcome::Rejected(result)) => self.refused(index, result),
            (Goal::Interval(_), _) => {}
        }
    }

    fn refused(&mut self, index: usize, result: CommandResult) {
        // Busy or failing now is no refusal: a vehicle that still boots is asked again later.
        self.rates.wants[index].refused = matches!(result, UNSUPPORTED | DENIED);
        if result == UNSUPPORTED && self.rates.wants[index].message.id == GLOBAL_POSITION_INT {
            if self.stores_stream_rates() {
                self.streams = Streams::Nothing;
            } else {
                self.streams = Streams::ByDataStream(0);
                self.rates
                    .wants
                    .iter_mut()
                    .for_each(|want| want.is_coarse = true);
            }
        }
    }

    /// ArduPlane writes the rates of REQUEST_DATA_STREAM into its parameters.
    fn stores_stream_rates(&self) -> bool {
        self.autopilot == Autopilot::ARDUPILOT && matches!(self.mav_type.0, 1 | 19..=25)
    }

    fn data_stream(&mut self, next: usize, now: TimeUs) -> Option<Outgoing> {
        if next == 0 {
            self.rates
                .wants
                .iter_mut()
                .for_each(|want| want.refused = false);
            if !self.rates.wants.iter().any(|want| want.is_due(now)) {
                return None;
            }
        }
        let (stream, representative) = *DATA_STREAMS.get(next)?;
        let of = |want: &&Want| want.message.id == representative;
        let rate_hz = match self.rates.wants.iter().find(of) {
            Some(want) if want.hz <= 0.0 => 0,
            Some(want) => want.hz.ceil().clamp(1.0, 50.0) as u16,
            None => 1,
        };
        self.streams = Streams::ByDataStream((next + 1) % DATA_STREAMS.len());
        if next + 1 == DATA_STREAMS.len() {
            self.rates
                .wants
                .iter_mut()
                .for_each(|want| want.note_asked(now));
        }
        Some(Outgoing::RequestDataStream {
            target: self.target,
            stream,
            rate_hz,
        })
    }
}

/// MAV_DATA_STREAM numbers with a message that stands for each: extended status, RC, position, extra 1 to 3.
const DATA_STREAMS: [(u8, u32); 6] = [
    (2, 1),
    (3, 65),
    (6, GLOBAL_POSITION_INT),
    (10, 30),
    (11, 74),
    (12, 2),
];

#[cfg(test)]
mod tests;
