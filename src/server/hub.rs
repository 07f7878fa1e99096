//! What every connection of one server shares, and how they all end.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    feed::Feed,
    guests::Guests,
    refusal::Refusal,
    requests::Requests,
    role::Gate,
    station::{Limits, Station},
};
use crate::model::{
    event::EventKind,
    intent::{Act, Intent, Origin},
    snapshot::Snapshot,
    words::Severity,
};

/// The shared things.
#[derive(Debug)]
pub(super) struct Hub {
    pub(super) station: Station,
    pub(super) limits: Limits,
    pub(super) feed: Arc<Feed>,
    pub(super) guests: Arc<Guests>,
    /// Who may do what.
    pub(super) gate: Gate,
    /// The station's snapshots, until it or the server ends: then the sender is gone. So a client
    /// waits for one thing only.
    pub(super) snapshots: watch::Receiver<Arc<Snapshot>>,
    /// What the moments of slower clients are counted from.
    pub(super) started: Instant,
    /// What clients called their requests.
    pub(super) requests: Requests,
    /// Cancelled when everybody should say goodbye.
    pub(super) stop: CancellationToken,
    /// Frames that readers of `/ws/frames` were too slow for.
    pub(super) dropped_frames: AtomicU64,
    tasks: Mutex<JoinSet<()>>,
}

impl Hub {
    /// Needs a runtime: it starts handing on snapshots.
    pub(super) fn new(station: Station, limits: Limits) -> Self {
        let stop = CancellationToken::new();
        let (sender, snapshots) = watch::channel(station.snapshots.borrow().clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(hand_on(station.snapshots.clone(), sender, stop.clone()));
        Self {
            gate: Gate::new(station.token.clone()),
            station,
            limits,
            snapshots,
            stop,
            requests: Requests::default(),
            feed: Arc::default(),
            guests: Arc::default(),
            started: Instant::now(),
            dropped_frames: AtomicU64::new(0),
            tasks: Mutex::new(tasks),
        }
    }

    /// The newest snapshot.
    pub(super) fn newest(&self) -> Arc<Snapshot> {
        self.station.snapshots.borrow().clone()
    }

    /// Hands the fleet what a client wants of vehicles.
    pub(super) fn submit(&self, origin: Origin, act: Act) -> Result<(), Refusal> {
        let fleet = self.station.fleet.as_ref();
        let fleet = fleet.ok_or_else(|| Refusal::not_yet("speak to vehicles from here"))?;
        let taken = fleet.submit(Intent { origin, act });
        taken.map_err(|error| Refusal::too_busy(error.to_string()))
    }

    /// Writes into the log book what a client did. A station too busy to note it goes on all the same.
    pub(super) fn note(&self, origin: &Origin, what: &str) {
        let Some(fleet) = &self.station.fleet else {
            return;
        };
        let act = Act::Note {
            kind: EventKind::Operator,
            severity: Severity::INFO,
            text: format!("{what}: {origin}"),
            data: serde_json::Value::Null,
        };
        let origin = origin.clone();
        if let Err(error) = fleet.submit(Intent { origin, act }) {
            tracing::warn!(%error, what, "an operator's action is not in the log book");
        }
    }

    /// Runs a connection; it is cut off when the server ends and it did not.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks();
        while tasks.try_join_next().is_some() {}
        if !self.stop.is_cancelled() {
            tasks.spawn(work);
        }
    }

    /// Lets every connection say goodbye, and cuts off those that take too long.
    pub(super) async fn end(&self) {
        self.stop.cancel();
        let mut tasks = std::mem::take(&mut *self.tasks());
        let all_gone = async { while tasks.join_next().await.is_some() {} };
        if timeout(self.limits.shutdown, all_gone).await.is_err() {
            tracing::warn!(
                open = tasks.len(),
                "cut off connections that took too long to end"
            );
            tasks.shutdown().await;
        }
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands on every snapshot until the station or the server ends.
async fn hand_on(
    mut from: watch::Receiver<Arc<Snapshot>>,
    to: watch::Sender<Arc<Snapshot>>,
    stop: CancellationToken,
) {
    let all = async {
        while from.changed().await.is_ok() {
            let newest = from.borrow_and_update().clone();
            to.send_replace(newest);
        }
    };
    stop.run_until_cancelled(all).await;
}
