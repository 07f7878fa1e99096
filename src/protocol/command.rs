//! One command to one component, from the first try to a definite outcome
//! (<https://mavlink.io/en/services/command.html>).
//!
//! An ack carries no request id, so its owner keeps one exchange in flight per (system, component,
//! command). IN_PROGRESS restarts the time; acks for another station are not ours.

use std::time::Duration;

use crate::model::{
    ids::{ComponentId, SystemId},
    report::CommandAck,
    time::TimeUs,
    transmission::{Outgoing, Target},
    words::CommandResult,
};

/// How often a command may be sent, and how long each try waits for its ack.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Tries in all, at least 1.
    pub tries: u8,
    /// Wait for an ack after each.
    pub timeout: Duration,
}

impl Retry {
    /// For requests that change nothing aboard.
    pub const REQUEST: Self = Self {
        tries: 3,
        timeout: Duration::from_millis(1_500),
    };
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its own ack said accepted.
    Accepted,
    /// Its own ack said something else.
    Rejected(CommandResult),
    /// No ack within the last try's time.
    TimedOut,
}

/// What to do now.
pub type Step = super::step::Step<Outcome>;

/// A COMMAND_LONG on its way.
#[derive(Debug, Clone)]
pub struct CommandExchange {
    target: Target,
    command: u16,
    params: [f32; 7],
    retry: Retry,
    sent: u8,
    deadline: TimeUs,
    outcome: Option<Outcome>,
}

const MAV_RESULT_ACCEPTED: CommandResult = CommandResult(0);
const MAV_RESULT_IN_PROGRESS: CommandResult = CommandResult(5);

impl CommandExchange {
    /// A command not sent yet: the first `poll` sends it.
    #[must_use]
    pub const fn new(target: Target, command: u16, params: [f32; 7], retry: Retry) -> Self {
        Self {
            target,
            command,
            params,
            retry,
            sent: 0,
            deadline: TimeUs(i64::MIN),
            outcome: None,
        }
    }

    /// MAV_CMD.
    #[must_use]
    pub const fn command(&self) -> u16 {
        self.command
    }

    /// An ack from `sender`, heard by the station `own`. Returns whether it belongs to this command.
    pub fn on_ack(
        &mut self,
        sender: (SystemId, ComponentId),
        ack: &CommandAck,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        let from_target = sender == (self.target.system(), self.target.component());
        let for_us = (ack.target_system == 0 || ack.target_system == own.0.0)
            && (ack.target_component == 0 || ack.target_component == own.1.0);
        if self.sent == 0
            || self.outcome.is_some()
            || !from_target
            || !for_us
            || ack.command != self.command
        {
            return false;
        }
        match ack.result {
            MAV_RESULT_IN_PROGRESS => {
                self.sent = self.retry.tries;
                self.deadline = now.plus(self.retry.timeout);
            }
            MAV_RESULT_ACCEPTED => self.outcome = Some(Outcome::Accepted),
            other => self.outcome = Some(Outcome::Rejected(other)),
        }
        true
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step {
        if let Some(outcome) = self.outcome {
            return Step::Done(outcome);
        }
        if now < self.deadline {
            return Step::Wait;
        }
        if self.sent >= self.retry.tries {
            self.outcome = Some(Outcome::TimedOut);
            return Step::Done(Outcome::TimedOut);
        }
        let confirmation = self.sent;
        self.sent += 1;
        self.deadline = now.plus(self.retry.timeout);
        let Self {
            target,
            command,
            params,
            ..
        } = *self;
        Step::Send(Outgoing::CommandLong {
            target,
            command,
            confirmation,
            params,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: (SystemId, ComponentId) = (SystemId(255), ComponentId(25));
    const VEHICLE: (SystemId, ComponentId) = (SystemId(7), ComponentId(1));

    fn exchange() -> CommandExchange {
        let target = Target::new(VEHICLE.0, VEHICLE.1).unwrap();
        CommandExchange::new(
            target,
            511,
            [33.0, 200_000.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            Retry::REQUEST,
        )
    }

    fn ack(command: u16, result: u8, target_system: u8) -> CommandAck {
        let result = CommandResult(result);
        CommandAck {
            command,
            result,
            progress: None,
            detail: 0,
            target_system,
            target_component: 0,
        }
    }

    fn confirmation(step: &Step) -> Option<u8> {
        match step {
            Step::Send(Outgoing::CommandLong { confirmation, .. }) => Some(*confirmation),
            _ => None,
        }
    }

    #[test]
    fn an_unanswered_command_is_sent_three_times_with_rising_confirmation_and_then_times_out() {
        let mut exchange = exchange();
        let at = |ms| TimeUs::from_ms(ms);
        assert_eq!(confirmation(&exchange.poll(at(0))), Some(0));
        assert_eq!(exchange.poll(at(1_499)), Step::Wait);
        assert_eq!(confirmation(&exchange.poll(at(1_500))), Some(1));
        assert_eq!(confirmation(&exchange.poll(at(3_000))), Some(2));
        assert_eq!(exchange.poll(at(4_499)), Step::Wait);
        assert_eq!(exchange.poll(at(4_500)), Step::Done(Outcome::TimedOut));
    }

    #[test]
    fn only_its_own_ack_ends_it() {
        let mut exchange = exchange();
        let now = TimeUs::from_ms(0);
        assert!(
            !exchange.on_ack(VEHICLE, &ack(511, 0, 0), OWN, now),
            "an ack before the first try"
        );
        exchange.poll(now);
        assert!(
            !exchange.on_ack((SystemId(8), ComponentId(1)), &ack(511, 0, 0), OWN, now),
            "another vehicle"
        );
        assert!(
            !exchange.on_ack(VEHICLE, &ack(512, 0, 0), OWN, now),
            "another command"
        );
        assert!(
            !exchange.on_ack(VEHICLE, &ack(511, 0, 254), OWN, now),
            "another station"
        );
        assert_eq!(exchange.poll(now), Step::Wait);
        assert!(exchange.on_ack(VEHICLE, &ack(511, 4, 255), OWN, now));
        assert_eq!(
            exchange.poll(now),
            Step::Done(Outcome::Rejected(CommandResult(4)))
        );
    }

    #[test]
    fn progress_restarts_the_time_and_ends_the_retries() {
        let mut exchange = exchange();
        exchange.poll(TimeUs::from_ms(0));
        assert!(exchange.on_ack(VEHICLE, &ack(511, 5, 255), OWN, TimeUs::from_ms(1_400)));
        assert_eq!(exchange.poll(TimeUs::from_ms(2_800)), Step::Wait);
        assert_eq!(
            exchange.poll(TimeUs::from_ms(2_900)),
            Step::Done(Outcome::TimedOut)
        );
    }
}
