//! Giving a vehicle a plan from beginning to end: read what it holds, send, read back, compare
//! (<https://mavlink.io/en/services/mission.html>).
//!
//! Whatever becomes of the upload, reading back has the last word: a lost acknowledgement is no failure, and an
//! acknowledgement is no proof. A first difference is read once more, for an old answer may have been in the way.

use super::{
    compare::{Comparison, compare},
    download::{Download, DownloadOutcome, Downloaded},
    numbering::Stack,
    outcome::{Ending, Holds, PutOutcome},
    pace::{Pace, Progress, Step},
    transfer_request::PutRequest,
    upload::{Upload, UploadOutcome},
};
use crate::model::{
    ids::{ComponentId, SystemId},
    mission::{MissionItem, PlanKind},
    mission_report::PlanReport,
    report::Report,
    time::TimeUs,
    transmission::Target,
};

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Reading what the vehicle holds.
    ReadingFormer,
    /// Sending.
    Sending,
    /// Reading back.
    ReadingBack,
    /// Over.
    Over,
}

#[derive(Debug, Clone)]
enum Stage {
    ReadingFormer(Download),
    Sending,
    ReadingBack(Download),
    Over,
}

/// A plan on its way to a vehicle.
#[derive(Debug, Clone)]
pub struct MissionTransfer {
    target: Target,
    pace: Pace,
    kind: PlanKind,
    stack: Stack,
    drawn: usize,
    sent: Vec<MissionItem>,
    stage: Stage,
    upload: Upload,
    before: Option<Downloaded>,
    reads: u32,
    outcome: Option<PutOutcome>,
}

impl MissionTransfer {
    /// Not begun: the first `poll` sends the first message.
    #[must_use]
    pub fn new(target: Target, request: PutRequest, pace: Pace) -> Self {
        let PutRequest {
            kind, stack, items, ..
        } = request;
        let sent = stack.to_vehicle(kind, request.home, &items);
        let marks_first = kind == PlanKind::Mission && stack != Stack::ArduPilot;
        let stage = if request.keep_former {
            Stage::ReadingFormer(Download::new(target, kind, pace))
        } else {
            Stage::Sending
        };
        Self {
            target,
            pace,
            kind,
            stack,
            drawn: items.len(),
            upload: Upload::new(target, kind, sent.clone(), marks_first, pace),
            sent,
            stage,
            before: None,
            reads: 0,
            outcome: None,
        }
    }

    /// The round trip was measured meanwhile: other waits from now on.
    pub const fn repace(&mut self, pace: Pace) {
        self.pace = pace;
        self.upload.repace(pace);
        match &mut self.stage {
            Stage::ReadingFormer(download) | Stage::ReadingBack(download) => download.repace(pace),
            Stage::Sending | Stage::Over => {}
        }
    }

    /// A report from `sender`, heard by the station `own`. Returns whether it belongs to this transfer.
    pub fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool {
        match &mut self.stage {
            Stage::ReadingFormer(download) => download.on_report(sender, report, own, now),
            Stage::Sending => self.upload.on_report(sender, report, own, now),
            Stage::ReadingBack(download) => {
                let asks = matches!(report, Report::Plan(PlanReport::Request(_)));
                download.on_report(sender, report, own, now)
                    || (asks && self.upload.on_report(sender, report, own, now))
            }
            Stage::Over => false,
        }
    }

    /// What to do at `now`.
    pub fn poll(&mut self, now: TimeUs) -> Step {
        loop {
            let step = match &mut self.stage {
                Stage::ReadingFormer(download) => download.poll(now),
                Stage::Sending => self.upload.poll(now),
                Stage::ReadingBack(download) => match self.upload.poll(now) {
                    Step::Send(message) => Step::Send(message),
                    _ => download.poll(now),
                },
                Stage::Over => match self.upload.poll(now) {
                    Step::Send(message) => Step::Send(message),
                    _ => return Step::Done(()),
                },
            };
            if step != Step::Done(()) {
                return step;
            }
            self.advance(now);
        }
    }

    /// How far the present phase is.
    #[must_use]
    pub fn progress(&self) -> (Phase, Progress) {
        match &self.stage {
            Stage::ReadingFormer(download) => (Phase::ReadingFormer, download.progress()),
            Stage::Sending => (Phase::Sending, self.upload.progress()),
            Stage::ReadingBack(download) => (Phase::ReadingBack, download.progress()),
            Stage::Over => (Phase::Over, self.upload.progress()),
        }
    }

    /// How it ended; `None` while it goes on.
    #[must_use]
    pub const fn outcome(&self) -> Option<&PutOutcome> {
        self.outcome.as_ref()
    }

    /// Breaks it off. Before the list was offered nothing has changed aboard; later the outcome warns.
    pub fn cancel(&mut self) {
        match &mut self.stage {
            Stage::ReadingFormer(_) => self.end(Ending::Cancelled, Holds::Former),
            Stage::Sending => {
                self.upload.cancel();
                let offered = UploadOutcome::Cancelled { offered: true };
                let holds = if self.upload.outcome() == Some(offered) {
                    Holds::Unknown
                } else {
                    Holds::Former
                };
                self.end(Ending::Cancelled, holds);
            }
            Stage::ReadingBack(_) => self.end(Ending::Cancelled, Holds::Unknown),
            Stage::Over => {}
        }
    }

    /// From a finished stage to the next.
    fn advance(&mut self, now: TimeUs) {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::ReadingFormer(download) => match download.outcome() {
                Some(DownloadOutcome::Complete(list)) => {
                    self.before = Some(list.clone());
                    self.stage = Stage::Sending;
                }
                _ => self.end(Ending::NotBegun, Holds::Former),
            },
            Stage::Sending => self.read_back(now),
            Stage::ReadingBack(download) => self.judge(&download, now),
            Stage::Over => {}
        }
    }

    fn read_back(&mut self, now: TimeUs) {
        match self.upload.outcome() {
            // Turned down as a whole, nothing has changed.
            Some(UploadOutcome::Refused { seq: None, .. }) if !self.sent.is_empty() => {
                let ending = self.ending_of_upload();
                return self.end(ending, Holds::Former);
            }
            // It may have heard the offer, and ArduPilot cuts the old list at once.
            Some(UploadOutcome::TimedOut { seq: None }) => {
                let ending = self.ending_of_upload();
                return self.end(ending, Holds::Unknown);
            }
            _ => {}
        }
        self.reads += 1;
        let download = Download::new(self.target, self.kind, self.pace);
        self.stage = Stage::ReadingBack(download.not_before(now.plus(self.pace.item)));
    }

    fn ending_of_upload(&self) -> Ending {
        let number = |seq: u16| self.stack.number(self.kind, seq);
        match self.upload.outcome() {
            Some(UploadOutcome::Accepted(_)) => Ending::AcceptedUnread,
            Some(UploadOutcome::Refused { result, seq }) => Ending::Refused {
                result,
                item: seq.map(number),
                command: seq
                    .and_then(|seq| self.sent.get(usize::from(seq)))
                    .map(|item| item.command),
            },
            Some(UploadOutcome::TimedOut { seq }) => Ending::TimedOut {
                item: seq.map(number),
            },
            Some(UploadOutcome::Unsure) | None => Ending::TimedOut {
                item: Some(number(
                    u16::try_from(self.sent.len().saturating_sub(1)).unwrap_or(u16::MAX),
                )),
            },
            Some(UploadOutcome::Cancelled { .. }) => Ending::Cancelled,
        }
    }

    fn judge(&mut self, download: &Download, now: TimeUs) {
        let Some(DownloadOutcome::Complete(list)) = download.outcome() else {
            let ending = self.ending_of_upload();
            self.end(ending, Holds::Unknown);
            return;
        };
        let against =
            |sent: &[MissionItem]| compare(self.stack, self.kind, sent, &list.items, list.is_float);
        let found = against(&self.sent);
        if found.differences.is_empty() {
            let mark = list.opaque_id;
            self.end(Ending::Verified, Holds::New);
            self.keep(found, mark);
            return;
        }
        if self.reads < 2 {
            self.read_back(now);
            return;
        }
        let former = self.before.as_ref().map(|before| against(&before.items));
        let holds = match former {
            Some(former) if former.differences.is_empty() => Holds::Former,
            _ => Holds::Other,
        };
        let ending = match self.ending_of_upload() {
            Ending::AcceptedUnread => Ending::Differs,
            broken => broken,
        };
        self.end(ending, holds);
        self.keep(found, None);
    }

    fn keep(&mut self, comparison: Comparison, read_mark: Option<u32>) {
        if let Some(outcome) = &mut self.outcome {
            outcome.comparison = comparison;
            outcome.opaque_id = outcome.opaque_id.or(read_mark);
        }
    }

    fn end(&mut self, ending: Ending, holds: Holds) {
        // Nothing may be offered any more.
        self.upload.cancel();
        let opaque_id = match self.upload.outcome() {
            Some(UploadOutcome::Accepted(mark)) => mark,
            _ => None,
        };
        self.stage = Stage::Over;
        self.outcome = Some(PutOutcome {
            kind: self.kind,
            stack: self.stack,
            items: self.drawn,
            ending,
            holds,
            before: self.before.take(),
            comparison: Comparison::default(),
            opaque_id,
        });
    }
}
