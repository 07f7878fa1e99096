//! Tells the log book how the flight log does: when writing fails, when it goes on, what is missing.

use std::{sync::Arc, time::Duration};

use crate::{
    fleet::actor::FleetInbox,
    model::{link::LinkReport, time::StationClock, words::Severity},
    store::{StoreHandle, StoreStatus},
};

/// How often the log is asked.
const EVERY: Duration = Duration::from_millis(500);

/// Asks the log until the task is dropped; the fleet's inbox being full, it tells later.
pub(super) async fn watch(log: StoreHandle, fleet: FleetInbox, clock: StationClock) {
    let mut told = Told::default();
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tick.tick().await;
        for (severity, text) in told.news(&log.status()) {
            let report = LinkReport::Station(clock.now(), severity, text);
            if !fleet.send(report).await {
                return;
            }
        }
    }
}

/// What the log book knows already.
#[derive(Debug, Default)]
struct Told {
    is_failing: bool,
    note: Option<Arc<str>>,
    gaps: u64,
}

impl Told {
    fn news(&mut self, status: &StoreStatus) -> Vec<(Severity, Arc<str>)> {
        let mut news = Vec::new();
        if status.note.is_some() && status.note != self.note {
            news.extend(status.note.clone().map(|note| (Severity::WARNING, note)));
            self.note.clone_from(&status.note);
        }
        match (&status.degraded, self.is_failing) {
            (Some(reason), false) => news.push((Severity::CRITICAL, Arc::clone(reason))),
            (None, true) => {
                let missing = status.gaps.saturating_sub(self.gaps);
                let text = match missing {
                    0 => "the flight log is written again; nothing is missing".to_owned(),
                    _ => format!("the flight log is written again; {missing} entries are missing"),
                };
                news.push((Severity::WARNING, text.into()));
            }
            _ => {}
        }
        self.is_failing = status.degraded.is_some();
        if !self.is_failing {
            self.gaps = status.gaps;
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(degraded: Option<&str>, gaps: u64) -> StoreStatus {
        StoreStatus {
            open: true,
            degraded: degraded.map(Into::into),
            note: None,
            bytes: 0,
            rows_per_s: 0.0,
            frames: 0,
            gaps,
            queue_bytes: 0,
            path: std::path::Path::new("flights.db").into(),
        }
    }

    fn words(told: &mut Told, status: &StoreStatus) -> Vec<String> {
        let news = told.news(status).into_iter();
        news.map(|(severity, text)| format!("{severity}: {text}"))
            .collect()
    }

    #[test]
    fn a_failure_is_told_once_and_so_is_its_end_with_what_is_missing() {
        let mut told = Told::default();
        assert!(words(&mut told, &status(None, 3)).is_empty());
        let full = status(Some("disk full"), 3);
        assert_eq!(words(&mut told, &full), ["critical: disk full"]);
        assert!(words(&mut told, &status(Some("disk full"), 40)).is_empty());
        assert_eq!(
            words(&mut told, &status(None, 43)),
            ["warning: the flight log is written again; 40 entries are missing"]
        );
        assert!(words(&mut told, &status(None, 43)).is_empty());
    }

    #[test]
    fn a_log_that_moved_is_told_once() {
        let mut told = Told::default();
        let mut moved = status(None, 0);
        moved.note = Some("it goes on in flights-2.db".into());
        assert_eq!(
            words(&mut told, &moved),
            ["warning: it goes on in flights-2.db"]
        );
        assert!(words(&mut told, &moved).is_empty());
    }
}
