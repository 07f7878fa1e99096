//! One operator's command to one vehicle, from the first try to a definite ending: what is sent when, which
//! answer is believed (<https://mavlink.io/en/services/command.html>).
//!
//! An ack carries no request id. One that may answer an earlier send of the same MAV_CMD is in doubt, and is
//! believed only when the vehicle's own state says the same. Retries rise in `confirmation` and end with the
//! first sign of progress. Another form is tried when the vehicle says that it does not take this one.

use std::time::Duration;

use crate::model::{
    ids::{ComponentId, SystemId},
    report::CommandAck,
    time::TimeUs,
    transmission::{Outgoing, Target},
    words::CommandResult,
};

pub mod form;

use form::{Form, Forms, is_about_form};

const ACCEPTED: CommandResult = CommandResult(0);
const IN_PROGRESS: CommandResult = CommandResult(5);
/// How often a vehicle that works on a command is told to leave it.
const CANCELS: u8 = 3;
const CANCEL_EVERY: Duration = Duration::from_secs(1);

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
    /// It was taken, as this proves.
    Accepted(Proof),
    /// Its answer said no.
    Rejected(CommandResult),
    /// Nothing that is certainly its answer came; with what may have been one.
    TimedOut(Option<CommandResult>),
}

/// Why a yes is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Its own ack.
    Ack,
    /// An ack that may be another's, and the vehicle's own state says the same.
    AckAndState,
    /// The vehicle's own state: this form has no ack.
    State,
}

/// What earlier sends of the same MAV_CMD to the same vehicle make of an ack. The numbers say how many answers to
/// those may still come: so many more yeses prove that one is this command's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// There was none: an ack is this command's own.
    None,
    /// All earlier ones were answered; a network that doubles frames could still bring a second yes.
    OfYes(u8),
    /// One is still to be answered: any ack may be its.
    OfAll(u8),
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
pub type Step = super::step::Step<Ending>;

/// The command on its way.
#[derive(Debug, Clone)]
pub struct Commanding {
    sending: Sending,
    doubt: Doubt,
    form: Form,
    /// Tries left.
    left: u8,
    /// Nothing is sent again, in whatever form.
    is_stopped: bool,
    sent: u8,
    /// When the form it is sent in now was sent first.
    since: Option<TimeUs>,
    /// The first form was not taken for what it is.
    is_second: bool,
    /// Acks to the form given up that may still come.
    stale: u8,
    maybe: Option<CommandResult>,
    yeses: u8,
    works_on_it: bool,
    /// Cancels left, once it is aborted.
    cancels: u8,
    next_cancel: TimeUs,
    next: TimeUs,
    deadline: TimeUs,
    ending: Option<Ending>,
}

impl Commanding {
    /// A command not sent yet: the first `poll` sends it.
    #[must_use]
    pub const fn new(sending: Sending, doubt: Doubt) -> Self {
        Self {
            form: sending.forms.first,
            left: sending.tries,
            is_stopped: false,
            sending,
            doubt,
            sent: 0,
            since: None,
            is_second: false,
            stale: 0,
            maybe: None,
            yeses: 0,
            works_on_it: false,
            cancels: 0,
            next_cancel: TimeUs(i64::MIN),
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

    /// How long an answer may take.
    #[must_use]
    pub const fn within(&self) -> Duration {
        self.sending.within
    }

    /// The form it is sent in now.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// Whether the vehicle did not take the first form for what it is.
    #[must_use]
    pub const fn is_second_form(&self) -> bool {
        self.is_second
    }

    /// When that form left for the first time.
    #[must_use]
    pub const fn since(&self) -> Option<TimeUs> {
        self.since
    }

    /// How often it was sent.
    #[must_use]
    pub const fn sent(&self) -> u8 {
        self.sent
    }

    /// Whether an ack of this number could be its answer.
    #[must_use]
    pub const fn is_answered_by(&self, ack: u16) -> bool {
        self.form.is_answered_by(ack, self.sending.command)
    }

    /// It is not sent again; its answer is still waited for.
    pub fn stop_retrying(&mut self) {
        self.is_stopped = true;
        self.left = self.left.min(u8::from(self.sent == 0));
    }

    /// Somebody wants no more of it: nothing is sent again, and a vehicle that works on it is told to leave it
    /// (<https://mavlink.io/en/messages/common.html#COMMAND_CANCEL>).
    pub fn abort(&mut self) {
        if !self.is_stopped || self.cancels == 0 {
            self.cancels = CANCELS;
        }
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
        let target = self.sending.target;
        let from_target = sender == (target.system(), target.component());
        let ours = from_target && is_for(ack, own) && self.is_answered_by(ack.command);
        if !ours || self.sent == 0 || self.ending.is_some() {
            return Hearing::NotOurs;
        }
        if self.stale > 0 && is_about_form(ack.result) {
            self.stale -= 1;
            return Hearing::InDoubt;
        }
        if self.is_in_doubt(ack.result) {
            self.maybe = Some(ack.result);
            return Hearing::InDoubt;
        }
        if ack.result == IN_PROGRESS {
            self.left = 0;
            self.works_on_it = true;
            self.deadline = now.plus(self.sending.within);
            return Hearing::Progress(ack.progress);
        }
        if self.takes_other_form(ack.result) {
            return Hearing::Taken;
        }
        self.ending = Some(match ack.result {
            ACCEPTED => Ending::Accepted(Proof::Ack),
            other => Ending::Rejected(other),
        });
        Hearing::Taken
    }

    /// Whether an ack with this result may be an earlier command's. One yes more than those can bring is not.
    fn is_in_doubt(&mut self, result: CommandResult) -> bool {
        let is_yes = result == ACCEPTED;
        self.yeses = self.yeses.saturating_add(u8::from(is_yes));
        match self.doubt {
            Doubt::None => false,
            Doubt::OfYes(strays) => is_yes && self.yeses <= strays,
            Doubt::OfAll(strays) => !is_yes || self.yeses <= strays,
        }
    }

    fn takes_other_form(&mut self, result: CommandResult) -> bool {
        let may_change = !self.is_second && !self.is_stopped;
        let next = self.sending.forms.after(result).filter(|_| may_change);
        let Some(next) = next else {
            return false;
        };
        (self.form, self.is_second, self.since) = (next, true, None);
        self.stale = self.sent.saturating_sub(1);
        self.left = self.sending.tries;
        self.next = TimeUs(i64::MIN);
        self.deadline = TimeUs(i64::MAX);
        true
    }

    /// Whether something is to leave at `now`, if nothing else ends it.
    #[must_use]
    pub fn is_due(&self, now: TimeUs) -> bool {
        let again = self.left > 0 && now >= self.next;
        let cancel = self.works_on_it && self.cancels > 0 && now >= self.next_cancel;
        self.ending.is_none() && (again || cancel)
    }

    /// What to do at `now`. `agrees`: the vehicle's own state, heard since the current form was first sent, is what
    /// was asked for.
    pub fn poll(&mut self, now: TimeUs, agrees: bool) -> Step {
        if let Some(ending) = self.ending {
            return Step::Done(ending);
        }
        if self.maybe == Some(ACCEPTED) && agrees {
            return self.end(Ending::Accepted(Proof::AckAndState));
        }
        if agrees && self.form.is_answered_by_state() {
            return self.end(Ending::Accepted(Proof::State));
        }
        if self.left > 0 && now >= self.next {
            return self.send(now);
        }
        if self.works_on_it && self.cancels > 0 && now >= self.next_cancel {
            return self.cancel(now);
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
        self.since = self.since.or(Some(now));
        self.left -= 1;
        self.next = now.plus(self.sending.spacing);
        self.deadline = now.plus(self.sending.within);
        let Sending {
            target, command, ..
        } = self.sending;
        Step::Send(self.form.message(target, command, confirmation))
    }

    fn cancel(&mut self, now: TimeUs) -> Step {
        self.cancels -= 1;
        self.next_cancel = now.plus(CANCEL_EVERY);
        self.deadline = self.deadline.max(now.plus(CANCEL_EVERY));
        let Sending {
            target, command, ..
        } = self.sending;
        Step::Send(Outgoing::CommandCancel { target, command })
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
