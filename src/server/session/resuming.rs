//! Where a client's events begin: with the newest, or after the last one an earlier connection saw.

use tokio::time::Instant;

use super::Session;
use crate::{
    model::snapshot::Snapshot,
    server::{parting::Parting, protocol::Resume, refusal::Code},
};

impl Session {
    pub(super) fn begin_events_after(&mut self, event: u64) {
        self.event = event;
        self.first_event = event;
    }

    /// Whether the client has had its time to resume.
    pub(super) fn may_tell_events(&mut self) -> bool {
        self.resumes_until = self.resumes_until.filter(|until| Instant::now() < *until);
        self.resumes_until.is_none()
    }

    /// Goes on after the last event an earlier connection saw; on this one none comes twice and none goes back.
    pub(super) async fn resume(
        &mut self,
        resume: &Resume,
        is_first: bool,
        newest: &Snapshot,
    ) -> Result<(), Parting> {
        if *resume.session != *self.hub.station.session {
            let text = "that session is over; this is another one, whose newest events follow";
            return self.refuse(Code::NotFound, text, None).await;
        }
        let Some(event) = resume.event else {
            return Ok(());
        };
        let event = event.min(newest.events.newest_id());
        if is_first {
            self.begin_events_after(event);
            return Ok(());
        }
        self.event = self.event.max(event);
        if event >= self.first_event {
            return Ok(());
        }
        let text = format!(
            "resume came too late, newer events were told already: those from {} to {} are not \
             told here, GET /api/v1/events has them",
            event + 1,
            self.first_event
        );
        self.refuse(Code::TimedOut, &text, None).await
    }
}
