//! Choosing the item a vehicle flies next
//! (<https://mavlink.io/en/services/mission.html#current_mission_item>).
//!
//! DO_SET_MISSION_CURRENT first, which is acknowledged. A vehicle that does not know it, or does not answer, gets the
//! old MISSION_SET_CURRENT, whose only answer is the MISSION_CURRENT it tells everybody.

use super::pace::{Pace, Step, Timer};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        report::Report,
        time::TimeUs,
        transmission::{Outgoing, PlanMessage, Target},
        words::CommandResult,
    },
    protocol::command::{self, CommandExchange, Outcome, Retry},
};

const DO_SET_MISSION_CURRENT: u16 = 224;
const UNSUPPORTED: CommandResult = CommandResult(3);

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetCurrentOutcome {
    /// Acknowledged, or the vehicle says that it flies this item.
    Set,
    /// The vehicle said no.
    Refused(CommandResult),
    /// Neither an acknowledgement nor the item.
    TimedOut,
}

/// An item being chosen.
#[derive(Debug, Clone)]
pub struct SetCurrent {
    target: Target,
    seq: u16,
    pace: Pace,
    command: Option<CommandExchange>,
    timer: Timer,
    outcome: Option<SetCurrentOutcome>,
}

impl SetCurrent {
    /// Not begun. `seq` counts as the vehicle counts (`Stack::seq`).
    #[must_use]
    pub fn new(target: Target, seq: u16, pace: Pace) -> Self {
        let params = [f32::from(seq), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let retry = Retry {
            tries: 3,
            timeout: pace.list,
        };
        let command = CommandExchange::new(target, DO_SET_MISSION_CURRENT, params, retry);
        Self {
            target,
            seq,
            pace,
            command: Some(command),
            timer: Timer::new(pace),
            outcome: None,
        }
    }

    /// A report from `sender`, heard by the station `own`. Returns whether it belongs to this.
    pub fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        match (report, &mut self.command) {
            (Report::Ack(ack), Some(command)) => command.on_ack(sender, ack, own, now),
            (Report::Mission(mission), None) => {
                let is_target = sender == (self.target.system(), self.target.component());
                let is_set = mission.current == Some(self.seq) && self.timer.tries() > 0;
                if is_target && is_set {
                    self.outcome.get_or_insert(SetCurrentOutcome::Set);
                }
                is_target && is_set
            }
            _ => false,
        }
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step {
        if self.outcome.is_some() {
            return Step::Done(());
        }
        if let Some(command) = &mut self.command {
            match command.poll(now) {
                command::Step::Wait => return Step::Wait,
                command::Step::Send(message) => return Step::Send(message),
                command::Step::Done(Outcome::Accepted) => {
                    self.outcome = Some(SetCurrentOutcome::Set);
                    return Step::Done(());
                }
                command::Step::Done(Outcome::Rejected(result)) if result != UNSUPPORTED => {
                    self.outcome = Some(SetCurrentOutcome::Refused(result));
                    return Step::Done(());
                }
                command::Step::Done(_) => self.command = None,
            }
        }
        if self.timer.is_over(now) {
            self.outcome = Some(SetCurrentOutcome::TimedOut);
            return Step::Done(());
        }
        if !self.timer.is_due(now) {
            return Step::Wait;
        }
        self.timer.note_sent(self.pace.list, now);
        let message = PlanMessage::SetCurrent(self.seq);
        Step::Send(Outgoing::Plan(self.target, message))
    }

    /// How it ended; `None` while it goes on.
    #[must_use]
    pub const fn outcome(&self) -> Option<SetCurrentOutcome> {
        self.outcome
    }
}
