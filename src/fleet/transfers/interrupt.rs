//! Why a transfer may not go on with whoever uses the vehicle's system id now, and how it ends then.

use super::{
    conclude::{self, Conclusion, Learned},
    conclude_params,
    job::Job,
    machine::Machine,
};
use crate::{
    fleet::record::Record,
    model::{time::TimeUs, transfer_report::TransferState},
};

/// What has happened to the vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interruption {
    /// It restarted.
    Restart,
    /// A second sender uses its system id.
    Conflict,
    /// A sender that is not proven to be the same vehicle took its place.
    Heir,
}

impl Interruption {
    /// What speaks against going on, if anything. A restart is nothing to a transfer that waits its turn, and a conflict
    /// is weighed when that comes.
    pub(super) fn of(job: &Job, record: &Record) -> Option<Self> {
        let is_begun = job.machine.is_some();
        let agreed = job.asked.consent.overrides;
        if record.heirs != job.heirs {
            Some(Self::Heir)
        } else if is_begun && record.boots != job.boots {
            Some(Self::Restart)
        } else if is_begun && record.vehicle.conflict.is_some() && !agreed {
            Some(Self::Conflict)
        } else {
            None
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Restart => "the vehicle restarted meanwhile",
            Self::Conflict => {
                "a second sender uses its system id now, and both may obey: nothing more is sent (override is needed)"
            }
            Self::Heir => {
                "its sender fell silent, and the one that took its place is not proven to be the same vehicle: nothing \
                 more is sent"
            }
        }
    }

    /// The end of it, with everything that is known of what was done; the conversation says nothing more.
    pub(super) fn end(self, job: &mut Job, now: TimeUs) -> Conclusion {
        let why = self.words();
        let Some(machine) = job.machine.take() else {
            return Conclusion::refused(format!("{why}; it had not begun"));
        };
        let mut conclusion = given_up(machine, now);
        let what = conclusion.text.strip_prefix("cancelled; ");
        let what = what.unwrap_or(&conclusion.text);
        conclusion.text = format!("{why}; {what}");
        conclusion.state = TransferState::Failed;
        conclusion.severity = conclusion
            .severity
            .min(conclude::loudness(TransferState::Failed));
        if self == Self::Heir {
            // What is known of this row is somebody else's from now on.
            conclusion.learned = Learned::Nothing;
        }
        conclusion
    }
}

fn given_up(machine: Machine, now: TimeUs) -> Conclusion {
    match machine {
        Machine::Put(mut put, kind, sent) => {
            put.cancel();
            conclude::put(put.outcome(), kind, &sent, now)
        }
        Machine::Clear(mut clear, kind) => {
            clear.cancel();
            conclude::clear(clear.outcome(), kind, now)
        }
        Machine::Write(batch) => conclude_params::written(batch.give_up()),
        Machine::Get(..) | Machine::Params(_) | Machine::Reads(_) => {
            Conclusion::failed("nothing aboard has changed")
        }
    }
}
