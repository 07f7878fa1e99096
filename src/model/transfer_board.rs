//! Every transfer that is under way, and the last ones that ended: what screens draw and routes wait for.

use std::{collections::VecDeque, sync::Arc};

use super::{ids::VehicleId, transfer_report::TransferReport};

/// The newest report of each transfer. Written by the fleet, read with the snapshot.
#[derive(Debug, Clone, Default)]
pub struct TransferBoard {
    reports: VecDeque<Arc<TransferReport>>,
    version: u64,
}

impl TransferBoard {
    /// Ended transfers that are kept: those of two requests for as many vehicles as one may name, so that whoever waits
    /// for a group finds all of it.
    pub const KEPT: usize = 1_024;
    /// Of these, the newest ones keep what came of them: lists and parameters are large.
    pub const WITH_OUTCOME: usize = 512;

    /// Puts a report in the place of the last one of the same transfer. The oldest that ended leaves when full.
    pub fn put(&mut self, report: TransferReport) {
        self.version += 1;
        let is_same = |known: &Arc<TransferReport>| {
            known.ticket == report.ticket && known.vehicle == report.vehicle
        };
        if let Some(place) = self.reports.iter().position(is_same) {
            self.reports[place] = Arc::new(report);
            return;
        }
        self.reports.push_back(Arc::new(report));
        self.forget();
    }

    /// Makes room for one more.
    fn forget(&mut self) {
        let ended = |report: &&Arc<TransferReport>| report.state.is_final();
        let has_outcome =
            |report: &Arc<TransferReport>| report.state.is_final() && report.outcome.is_some();
        if self.reports.iter().filter(ended).count() > Self::KEPT
            && let Some(oldest) = self.reports.iter().position(|report| ended(&report))
        {
            self.reports.remove(oldest);
        }
        let full = self.reports.iter().filter(|report| has_outcome(report));
        if full.count() > Self::WITH_OUTCOME
            && let Some(oldest) = self.reports.iter_mut().find(|report| has_outcome(report))
        {
            Arc::make_mut(oldest).outcome = None;
        }
    }

    /// All of them, in the order they were asked for.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<TransferReport>> {
        self.reports.iter()
    }

    /// Those of one request.
    pub fn of(&self, ticket: u64) -> impl Iterator<Item = &Arc<TransferReport>> {
        self.reports
            .iter()
            .filter(move |report| report.ticket == ticket)
    }

    /// The one that is under way with a vehicle, else the last one that ended.
    #[must_use]
    pub fn newest_of(&self, vehicle: &VehicleId) -> Option<&Arc<TransferReport>> {
        let of = |report: &&Arc<TransferReport>| report.vehicle == *vehicle;
        let open = self.reports.iter().filter(of);
        let mut open = open.filter(|report| !report.state.is_final());
        open.next().or_else(|| self.reports.iter().rev().find(of))
    }

    /// Rises with every report.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        intent::{Origin, Via},
        transfer_report::{Outcome, TransferProgress, TransferState},
    };

    fn report(ticket: u64, vehicle: &str, state: TransferState) -> TransferReport {
        TransferReport {
            ticket,
            request: "r".into(),
            vehicle: vehicle.into(),
            work: "mission get",
            state,
            progress: TransferProgress::default(),
            retries: 0,
            text: "".into(),
            asked_ms: 0,
            took_ms: 0,
            origin: Origin {
                via: Via::Rest,
                who: "a test".into(),
            },
            outcome: None,
        }
    }

    #[test]
    fn a_later_report_takes_the_place_of_the_earlier() {
        let mut board = TransferBoard::default();
        board.put(report(1, "alpha", TransferState::Waiting));
        board.put(report(1, "bravo", TransferState::Waiting));
        board.put(report(1, "alpha", TransferState::Done));
        let states: Vec<_> = board.of(1).map(|report| report.state).collect();
        assert_eq!(states, [TransferState::Done, TransferState::Waiting]);
        assert_eq!(board.version(), 3);
        let newest = |name: &str| board.newest_of(&name.into()).map(|report| report.state);
        assert_eq!(newest("bravo"), Some(TransferState::Waiting));
        assert_eq!(newest("nobody"), None);
    }

    #[test]
    fn only_what_has_ended_is_forgotten() {
        let mut board = TransferBoard::default();
        board.put(report(0, "alpha", TransferState::Running));
        for ticket in 1..=1_100 {
            board.put(report(ticket, "alpha", TransferState::Failed));
        }
        assert_eq!(board.iter().count(), TransferBoard::KEPT + 1);
        assert_eq!(board.of(0).count(), 1);
        assert_eq!(board.of(1).count(), 0);
    }

    #[test]
    fn a_group_as_large_as_a_request_may_be_is_found_whole_and_old_outcomes_are_let_go() {
        let mut board = TransferBoard::default();
        for ticket in 1..=2 {
            for vehicle in 0..512 {
                let mut cleared = report(ticket, &format!("mav-{vehicle}"), TransferState::Done);
                cleared.outcome = Some(Arc::new(Outcome::Cleared));
                board.put(cleared);
            }
        }
        assert_eq!((board.of(1).count(), board.of(2).count()), (512, 512));
        let full = |ticket| board.of(ticket).filter(|report| report.outcome.is_some());
        assert_eq!((full(1).count(), full(2).count()), (0, 512));
    }
}
