//! The conversation that does the work, whichever it is: heard, polled, told how far it is, broken off.

use super::{
    conclude::{self, Conclusion},
    conclude_params,
};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        mission::PlanKind,
        report::Report,
        time::TimeUs,
        transfer::PlanList,
        transfer_report::TransferProgress,
    },
    protocol::{
        mission::{
            clear::Clear,
            download::Download,
            numbering::Stack,
            pace::{Pace, Progress},
            transfer::{MissionTransfer, Phase},
        },
        params::{
            batch::ParamBatch,
            download::{DownloadProgress, ParamDownload},
            reads::ParamReads,
        },
        step::Step,
    },
};
use std::sync::Arc;

/// One conversation.
#[derive(Debug)]
pub(in crate::fleet) enum Machine {
    /// Reading a list.
    Get(Box<Download>, Stack),
    /// Giving a list.
    Put(Box<MissionTransfer>, PlanKind, Arc<PlanList>),
    /// Emptying a list.
    Clear(Box<Clear>, PlanKind),
    /// Reading all parameters.
    Params(Box<ParamDownload>),
    /// Reading some.
    Reads(Box<ParamReads>),
    /// Setting some.
    Write(Box<ParamBatch>),
}

impl Machine {
    /// A report from `sender`. Returns whether it belongs to this conversation.
    pub(in crate::fleet) fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        match self {
            Self::Get(machine, _) => machine.on_report(sender, report, own, now),
            Self::Put(machine, ..) => machine.on_report(sender, report, own, now),
            Self::Clear(machine, _) => machine.on_report(sender, report, own, now),
            Self::Params(machine) => machine.on_report(sender, report, own, now),
            Self::Reads(machine) => machine.on_report(sender, report, own, now),
            Self::Write(machine) => machine.on_report(sender, report, own, now),
        }
    }

    /// The round trip was measured meanwhile. Conversations about parameters measure it themselves.
    pub(in crate::fleet) const fn repace(&mut self, pace: Pace) {
        match self {
            Self::Get(machine, _) => machine.repace(pace),
            Self::Put(machine, ..) => machine.repace(pace),
            Self::Clear(machine, _) => machine.repace(pace),
            Self::Params(_) | Self::Reads(_) | Self::Write(_) => {}
        }
    }

    /// What to do at `now`.
    pub(in crate::fleet) fn poll(&mut self, now: TimeUs) -> Step<Conclusion> {
        match self {
            Self::Get(machine, stack) => {
                let step = machine.poll(now);
                done(step, |()| conclude::get(machine.outcome(), *stack, now))
            }
            Self::Put(machine, kind, sent) => {
                let step = machine.poll(now);
                done(step, |()| {
                    conclude::put(machine.outcome(), *kind, sent, now)
                })
            }
            Self::Clear(machine, kind) => {
                let step = machine.poll(now);
                done(step, |()| conclude::clear(machine.outcome(), *kind, now))
            }
            Self::Params(machine) => {
                let step = machine.poll(now);
                done(step, |outcome| {
                    conclude_params::params(outcome, machine.file_trouble(), now)
                })
            }
            Self::Reads(machine) => done(machine.poll(now), conclude_params::reads),
            Self::Write(machine) => done(machine.poll(now), conclude_params::written),
        }
    }

    /// How far it is at `now`.
    pub(in crate::fleet) fn progress(&self, now: TimeUs) -> TransferProgress {
        let few = |phase, (done, total): (usize, usize)| TransferProgress {
            phase,
            done: whole(done),
            total: Some(whole(total)),
        };
        match self {
            Self::Get(machine, _) => items("reading", machine.progress()),
            Self::Put(machine, ..) => {
                let (phase, progress) = machine.progress();
                let word = match phase {
                    Phase::ReadingFormer => "reading what it holds",
                    Phase::Sending => "sending",
                    Phase::ReadingBack | Phase::Over => "reading back",
                };
                items(word, progress)
            }
            Self::Clear(..) => TransferProgress {
                phase: "clearing",
                ..TransferProgress::default()
            },
            Self::Params(machine) => match machine.progress(now) {
                DownloadProgress::File(file) => TransferProgress {
                    phase: "reading the file, bytes",
                    done: whole(file.received_bytes),
                    total: None,
                },
                DownloadProgress::List(list) => TransferProgress {
                    phase: "reading the list",
                    done: whole(list.heard),
                    total: list.count.map(u32::from),
                },
            },
            Self::Reads(machine) => few("reading", machine.progress()),
            Self::Write(machine) => few("writing", machine.progress()),
        }
    }

    /// Breaks it off. Returns the end where it has no more to say; a batch first finishes the parameter on its way.
    pub(in crate::fleet) fn cancel(&mut self) -> Option<Conclusion> {
        match self {
            Self::Get(machine, _) => {
                machine.cancel();
                None
            }
            Self::Put(machine, ..) => {
                machine.cancel();
                None
            }
            Self::Clear(machine, _) => {
                machine.cancel();
                None
            }
            Self::Write(machine) => {
                machine.abort();
                None
            }
            Self::Params(_) | Self::Reads(_) => Some(Conclusion::cancelled(
                "broken off; nothing aboard has changed",
            )),
        }
    }
}

fn done<O>(step: Step<O>, conclude: impl FnOnce(O) -> Conclusion) -> Step<Conclusion> {
    match step {
        Step::Wait => Step::Wait,
        Step::Send(message) => Step::Send(message),
        Step::Done(outcome) => Step::Done(conclude(outcome)),
    }
}

fn items(phase: &'static str, progress: Progress) -> TransferProgress {
    TransferProgress {
        phase,
        done: u32::from(progress.done),
        total: progress.total.map(u32::from),
    }
}

fn whole(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
