//! No more of a command: what has not left ends here, what has left is no longer repeated and still gets its answer.

use serde_json::json;

use super::{Commands, Open, Standing};
use crate::{
    fleet::journal::{Entry, Journal},
    model::{
        command::report::CommandState::Refused, event::EventKind, intent::Origin, time::TimeUs,
        words::Severity,
    },
};

impl Commands {
    /// Ends a request as far as it can still be ended.
    pub(in crate::fleet) fn abort(
        &mut self,
        ticket: u64,
        origin: &Origin,
        journal: &mut Journal,
        now: TimeUs,
    ) {
        let is_unsent = |open: &Open| open.asked.ticket == ticket && open.run.sent() == 0;
        let (unsent, mut still): (Vec<_>, Vec<_>) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(is_unsent);
        let mut waiting = 0;
        for open in still.iter_mut().filter(|open| open.asked.ticket == ticket) {
            open.run.abort();
            waiting += 1;
        }
        self.open = still;
        let text = match (unsent.len(), waiting) {
            (0, 0) => format!("abort of a command that is over already: {origin}"),
            (held, _) => format!(
                "aborted: {held} not sent, {waiting} sent before and still to be answered: {origin}"
            ),
        };
        let request = unsent
            .first()
            .or_else(|| self.open.iter().find(|open| open.asked.ticket == ticket))
            .map(|open| open.asked.request.clone());
        let data = json!({
            "request": request, "not_sent": unsent.len(), "waiting": waiting, "by": origin,
        });
        let entry = Entry::new(EventKind::Command, Severity::INFO, text).with(data);
        journal.station(now, entry);
        for open in unsent {
            let standing = Standing::new(Refused, "aborted before it was sent");
            self.end(&open, standing, journal, now);
        }
    }
}
