//! Carries every snapshot into the flight log, with what was lost before it got that far.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::watch;

use crate::{
    model::{snapshot::Snapshot, time::TimeUs},
    store::{Gap, GapKind, StoreHandle},
};

/// Gives the log each snapshot until the fleet ends.
pub(super) async fn record(log: StoreHandle, mut snapshots: watch::Receiver<Arc<Snapshot>>) {
    let mut drops = Drops::default();
    loop {
        let snapshot = Arc::clone(&snapshots.borrow_and_update());
        log.snapshot(&snapshot);
        if let Some(gap) = drops.since_last(&snapshot) {
            log.missed(gap);
        }
        if snapshots.changed().await.is_err() {
            return;
        }
    }
}

/// Frames the kernel dropped before a link could read them, by link.
#[derive(Debug, Default)]
struct Drops {
    known: BTreeMap<Arc<str>, u64>,
    last: TimeUs,
}

impl Drops {
    fn since_last(&mut self, snapshot: &Snapshot) -> Option<Gap> {
        let now = TimeUs::from_ms(snapshot.time_ms);
        let mut count = 0;
        for (name, link) in &snapshot.links {
            let dropped = link.kernel_drops.unwrap_or(0);
            let before = self.known.insert(Arc::clone(name), dropped).unwrap_or(0);
            count += dropped.saturating_sub(before);
        }
        let start = std::mem::replace(&mut self.last, now);
        (count > 0).then_some(Gap {
            what: GapKind::Frames,
            start,
            end: now,
            count,
        })
    }
}
