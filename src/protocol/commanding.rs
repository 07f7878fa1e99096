//! One operator's command to one vehicle, from the first try to a definite ending: what is sent when, which
//! answer is believed (<https://mavlink.io/en/services/command.html>).
//!
//! An ack carries no request id. One that may answer an earlier send of the same MAV_CMD is in doubt, and is
//! believed only when the vehicle's own state says the same. Retries rise in `confirmation` and end with the
//! first sign of progress. The other form (long, int) is tried when the vehicle says this one is not taken.

use std::time::Duration;

use crate::model::{
    ids::{ComponentId, SystemId},
    report::CommandAck,
    time::TimeUs,
    transmission::{Outgoing, Target},
    words::CommandResult,
};

const ACCEPTED: CommandResult = CommandResult(0);
const UNSUPPORTED: CommandResult = CommandResult(3);
const IN_PROGRESS: CommandResult = CommandResult(5);
const LONG_ONLY: CommandResult = CommandResult(7);
const INT_ONLY: CommandResult = CommandResult(8);
const UNSUPPORTED_FRAME: CommandResult = CommandResult(9);

/// A command as COMMAND_INT says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IntForm {
    /// MAV_FRAME.
    pub frame: u8,
    /// param1 to param4.
    pub params: [f32; 4],
    /// Degrees × 1e7.
    pub place_1e7: (i32, i32),
    /// Metres in the frame.
    pub z_m: f32,
}

/// A command in the forms it may be sent in; the first is tried first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Forms {
    /// COMMAND_LONG.
    Long([f32; 7]),
    /// COMMAND_INT.
    Int(IntForm),
    /// COMMAND_INT, and COMMAND_LONG for a vehicle that takes no other.
    IntThenLong(IntForm, [f32; 7]),
}

/// What is sent, to whom, how often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sending {
    /// One component, never all.
    pub target: Target,
    /// MAV_CMD.
    pub command: u16,
    /// Its forms.
    pub forms: Forms,
    /// Tries in all, at least 1.
    pub tries: u8,
    /// Between two tries.
    pub spacing: Duration,
    /// After the last try, and after each sign of progress.
    pub within: Duration,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its answer said yes; `in_doubt` when the answer alone would not have been believed.
    Accepted {
        /// The vehicle's state had to say the same.
        in_doubt: bool,
    },
    /// Its answer said no.
    Rejected(CommandResult),
    /// Nothing that is certainly its answer came; with what may have been one.
    TimedOut(Option<CommandResult>),
}

/// What an earlier send of the same MAV_CMD to the same vehicle makes of an ack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// There was none: an ack is this command's own.
    None,
    /// All earlier ones were answered; a network that doubles frames could still bring a second yes.
    OfYes,
    /// One is still to be answered: any ack may be its.
    OfAll,
}

/// What an ack was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hearing {
    /// Not for this command.
    NotOurs,
    /// Taken; percent where told.
    Progress(Option<u8>),
    /// Taken: it ends the command or changes its form.
    Taken,
    /// It may answer an earlier send.
    InDoubt,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Nothing yet.
    Wait,
    /// Send this.
    Send(Outgoing),
    /// It is over.
    Done(Ending),
}

/// The command on its way.
#[derive(Debug, Clone)]
pub struct Commanding {
    sending: Sending,
    doubt: Doubt,
    as_long: bool,
    left: u8,
    stopped: bool,
    sent: u8,
    /// Acks to the form given up that may still come.
    stale: u8,
    maybe: Option<CommandResult>,
    next: TimeUs,
    deadline: TimeUs,
    ending: Option<Ending>,
}

impl Commanding {
    /// A command not sent yet: the first `poll` sends it.
    #[must_use]
    pub const fn new(sending: Sending, doubt: Doubt) -> Self {
        Self {
            as_long: matches!(sending.forms, Forms::Long(_)),
            left: sending.tries,
            stopped: false,
            sending,
            doubt,
            sent: 0,
            stale: 0,
            maybe: None,
            next: TimeUs(i64::MIN),
            deadline: TimeUs(i64::MAX),
            ending: None,
        }
    }

    /// MAV_CMD.
    #[must_use]
    pub const fn command(&self) -> u16 {
        self.sending.command
    }

    /// How often it was sent.
    #[must_use]
    pub const fn sent(&self) -> u8 {
        self.sent
    }

    /// It is not sent again; its answer is still waited for.
    pub fn stop_retrying(&mut self) {
        self.stopped = true;
        self.left = self.left.min(u8::from(self.sent == 0));
    }

    /// Somebody wants no more of it: nothing is sent again.
    pub fn abort(&mut self) {
        self.stop_retrying();
    }

    /// An ack from `sender`, heard by the station `own`.
    pub fn on_ack(
        &mut self,
        sender: (SystemId, ComponentId),
        ack: &CommandAck,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> Hearing {
        let from_target = sender
            == (
                self.sending.target.system(),
                self.sending.target.component(),
            );
        let ours = from_target && is_for(ack, own) && ack.command == self.sending.command;
        if !ours || self.sent == 0 || self.ending.is_some() {
            return Hearing::NotOurs;
        }
        if self.stale > 0
            && matches!(
                ack.result,
                UNSUPPORTED | LONG_ONLY | INT_ONLY | UNSUPPORTED_FRAME
            )
        {
            self.stale -= 1;
            return Hearing::InDoubt;
        }
        let doubtful = match self.doubt {
            Doubt::None => false,
            Doubt::OfYes => ack.result == ACCEPTED,
            Doubt::OfAll => true,
        };
        if doubtful {
            self.maybe = Some(ack.result);
            return Hearing::InDoubt;
        }
        if ack.result == IN_PROGRESS {
            self.left = 0;
            self.deadline = now.plus(self.sending.within);
            return Hearing::Progress(ack.progress);
        }
        if self.takes_other_form(ack.result) {
            return Hearing::Taken;
        }
        self.ending = Some(match ack.result {
            ACCEPTED => Ending::Accepted { in_doubt: false },
            other => Ending::Rejected(other),
        });
        Hearing::Taken
    }

    fn takes_other_form(&mut self, result: CommandResult) -> bool {
        let not_taken = matches!(result, UNSUPPORTED | LONG_ONLY | UNSUPPORTED_FRAME);
        let has_other =
            matches!(self.sending.forms, Forms::IntThenLong(..)) && !self.as_long && !self.stopped;
        if !not_taken || !has_other {
            return false;
        }
        self.as_long = true;
        self.stale = self.sent.saturating_sub(1);
        self.left = self.sending.tries;
        self.next = TimeUs(i64::MIN);
        self.deadline = TimeUs(i64::MAX);
        true
    }

    /// What to do at `now`. `agrees`: the vehicle's own state, heard since the first send, is what was asked for.
    pub fn poll(&mut self, now: TimeUs, agrees: bool) -> Step {
        if let Some(ending) = self.ending {
            return Step::Done(ending);
        }
        if self.maybe == Some(ACCEPTED) && agrees {
            return self.end(Ending::Accepted { in_doubt: true });
        }
        if self.left > 0 && now >= self.next {
            return self.send(now);
        }
        if self.left == 0 && now >= self.deadline {
            return self.end(Ending::TimedOut(self.maybe));
        }
        Step::Wait
    }

    fn end(&mut self, ending: Ending) -> Step {
        self.ending = Some(ending);
        Step::Done(ending)
    }

    fn send(&mut self, now: TimeUs) -> Step {
        let confirmation = self.sent;
        self.sent = self.sent.saturating_add(1);
        self.left -= 1;
        self.next = now.plus(self.sending.spacing);
        self.deadline = now.plus(self.sending.within);
        let Sending {
            target,
            command,
            forms,
            ..
        } = self.sending;
        let int = |int: IntForm| Outgoing::CommandInt {
            target,
            command,
            frame: int.frame,
            params: int.params,
            place_1e7: int.place_1e7,
            z_m: int.z_m,
        };
        let long = |params| Outgoing::CommandLong {
            target,
            command,
            confirmation,
            params,
        };
        Step::Send(match forms {
            Forms::Long(params) => long(params),
            Forms::IntThenLong(_, params) if self.as_long => long(params),
            Forms::Int(form) | Forms::IntThenLong(form, _) => int(form),
        })
    }
}

/// Whether an ack names this station, or nobody.
#[must_use]
pub const fn is_for(ack: &CommandAck, own: (SystemId, ComponentId)) -> bool {
    (ack.target_system == 0 || ack.target_system == own.0.0)
        && (ack.target_component == 0 || ack.target_component == own.1.0)
}

#[cfg(test)]
mod tests;
