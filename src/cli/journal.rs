//! Without a screen the log book goes to standard error, a line an event, for whoever reads the system's journal.

use std::sync::Arc;

use tokio::sync::watch;

use crate::model::{event::Event, snapshot::Snapshot};

/// Tells every event until the fleet ends.
pub(super) async fn tell(mut snapshots: watch::Receiver<Arc<Snapshot>>) {
    let mut last = 0;
    loop {
        let events = Arc::clone(&snapshots.borrow_and_update().events);
        let missed = events.missed_after(last);
        if missed > 0 {
            super::say_plain(&format!("({missed} events not told)"));
        }
        for event in events.after(last) {
            super::say_plain(&line(event));
        }
        last = events.newest_id().max(last);
        if snapshots.changed().await.is_err() {
            return;
        }
    }
}

fn line(event: &Event) -> String {
    let time = jiff::Timestamp::from_millisecond(event.t_ms).unwrap_or_default();
    let whom = event
        .vehicle
        .as_ref()
        .map(|vehicle| format!("{vehicle}: "))
        .unwrap_or_default();
    format!(
        "{} {:<8} {whom}{}",
        time.strftime("%FT%T.%3fZ"),
        event.severity,
        event.text
    )
}
