//! Every transfer under way, and the two ways its news get out: the board of the snapshot, and events.

use std::sync::Arc;

use serde_json::json;

use super::{
    conclude::Conclusion,
    job::{Asked, Job, Standing, kind_of},
};
use crate::{
    fleet::journal::{Entry, Journal},
    model::{
        ids::VehicleId, time::TimeUs, transfer_board::TransferBoard,
        transfer_report::TransferReport,
    },
};

/// Everything about transfers.
#[derive(Debug, Default)]
pub(in crate::fleet) struct Transfers {
    pub(in crate::fleet) open: Vec<Job>,
    /// Ended, but the vehicle may not have heard our last word yet.
    pub(in crate::fleet) lingering: Vec<(TimeUs, Job)>,
    pub(in crate::fleet) board: Arc<TransferBoard>,
}

impl Transfers {
    /// Tells how a transfer stands; an end is an event too.
    pub(in crate::fleet) fn tell(
        &mut self,
        (vehicle, asked): (&VehicleId, &Asked),
        standing: Standing,
        now: TimeUs,
    ) {
        let report = TransferReport {
            ticket: asked.ticket,
            request: Arc::clone(&asked.request),
            vehicle: vehicle.clone(),
            work: asked.work.word(),
            state: standing.state,
            progress: standing.progress,
            retries: standing.retries,
            text: standing.text,
            asked_ms: asked.at.as_ms(),
            took_ms: now.as_ms() - asked.at.as_ms(),
            origin: asked.origin.clone(),
            outcome: standing.outcome,
        };
        Arc::make_mut(&mut self.board).put(report);
    }

    /// Ends a transfer: the last report, and an event of the vehicle.
    pub(in crate::fleet) fn end(
        &mut self,
        journal: &mut Journal,
        job: &Job,
        conclusion: Conclusion,
        now: TimeUs,
    ) {
        let Conclusion {
            state,
            severity,
            text,
            outcome,
            ..
        } = conclusion;
        let asked = &job.asked;
        let took_ms = now.as_ms() - asked.at.as_ms();
        let data = json!({
            "request": asked.request, "work": asked.work.word(), "state": state, "took_ms": took_ms,
            "retries": job.retries, "by": asked.origin,
        });
        let why = if text.is_empty() {
            String::new()
        } else {
            format!(": {text}")
        };
        let word = state.word().replace('_', " ");
        let sentence = format!("{} {word}{why}", asked.work.word());
        let entry = Entry::new(kind_of(&asked.work), severity, sentence).with(data);
        journal.vehicle(now, &job.vehicle, entry);
        let standing = Standing {
            state,
            progress: job.progress,
            retries: job.retries,
            text: text.into(),
            outcome: outcome.map(Arc::new),
        };
        self.tell((&job.vehicle, asked), standing, now);
    }
}
