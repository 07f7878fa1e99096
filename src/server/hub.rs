//! What every connection of one server shares, and how they all end.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::time::{Instant, timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    feed::Feed,
    guests::Guests,
    station::{Limits, Station},
};
use crate::model::snapshot::Snapshot;

/// The shared things.
#[derive(Debug)]
pub(super) struct Hub {
    pub(super) station: Station,
    pub(super) limits: Limits,
    pub(super) feed: Arc<Feed>,
    pub(super) guests: Arc<Guests>,
    /// What the moments of slower clients are counted from.
    pub(super) started: Instant,
    /// Cancelled when everybody should say goodbye.
    pub(super) stop: CancellationToken,
    gone: CancellationToken,
    tasks: TaskTracker,
}

/// How long tasks that were cut off may take to notice.
const CUT_OFF: Duration = Duration::from_millis(200);

impl Hub {
    pub(super) fn new(station: Station, limits: Limits) -> Self {
        Self {
            station,
            limits,
            feed: Arc::default(),
            guests: Arc::default(),
            started: Instant::now(),
            stop: CancellationToken::new(),
            gone: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    /// The newest snapshot.
    pub(super) fn newest(&self) -> Arc<Snapshot> {
        self.station.snapshots.borrow().clone()
    }

    /// Runs a connection; it is cut off when the server ends and it did not.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let gone = self.gone.clone();
        self.tasks.spawn(gone.run_until_cancelled_owned(work));
    }

    /// Lets every connection say goodbye, and cuts off those that take too long.
    pub(super) async fn end(&self) {
        self.stop.cancel();
        self.tasks.close();
        if timeout(self.limits.shutdown, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!(open = self.tasks.len(), "cut off connections at shutdown");
            self.gone.cancel();
            let _ = timeout(CUT_OFF, self.tasks.wait()).await;
        }
    }
}
