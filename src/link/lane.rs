//! What every transport has in common: the two halves of a link, its clock, its end, and its next try.

use std::{sync::Arc, time::Duration};

use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    backoff::Backoff,
    error::LinkError,
    gate::{Gate, LinkSigning},
    ingest::{Ingest, PeerKey},
    outbox::Outbox,
};
use crate::{
    fleet::actor::FleetInbox,
    model::{
        ids::{ComponentId, LinkId, SystemId},
        link::Phase,
        recorder::Recorder,
        time::{StationClock, TimeUs},
        transmission::Transmission,
    },
};

/// How often counters are reported.
pub(super) const STATISTICS_EVERY: Duration = Duration::from_secs(1);

/// What `app` gives a link.
#[derive(Debug)]
pub struct LinkSetup {
    /// Its number.
    pub id: LinkId,
    /// Where reports go.
    pub fleet: FleetInbox,
    /// Where frames are kept.
    pub recorder: Arc<dyn Recorder>,
    /// Messages to send; written by the fleet actor, bounded, a full one drops and counts there.
    pub outgoing: mpsc::Receiver<Transmission>,
    /// Station time.
    pub clock: StationClock,
    /// This station on the air.
    pub own: (SystemId, ComponentId),
    /// Never transmit.
    pub passive: bool,
    /// Signatures made and checked; `None` neither.
    pub signing: Option<LinkSigning>,
    /// Ends the link.
    pub stop: CancellationToken,
}

/// A link at work.
#[derive(Debug)]
pub(super) struct Lane<K: PeerKey> {
    pub(super) ingest: Ingest<K>,
    pub(super) outbox: Outbox,
    pub(super) outgoing: mpsc::Receiver<Transmission>,
    pub(super) clock: StationClock,
    pub(super) stop: CancellationToken,
    passive: bool,
    entropy: u64,
    /// The time a recording lives in, once it has one.
    recorded: Option<TimeUs>,
}

impl<K: PeerKey> Lane<K> {
    pub(super) fn new(setup: LinkSetup) -> Self {
        let LinkSetup {
            id,
            fleet,
            recorder,
            outgoing,
            clock,
            own,
            passive,
            signing,
            stop,
        } = setup;
        let entropy = clock
            .now()
            .0
            .unsigned_abs()
            .wrapping_add(u64::from(id.0) << 48);
        let gate = Gate::new(signing);
        let (ingest, outbox) = (Ingest::new(id, fleet, recorder, gate), Outbox::new(own));
        Self {
            ingest,
            outbox,
            outgoing,
            clock,
            stop,
            passive,
            entropy,
            recorded: None,
        }
    }

    /// Now, in station time; in replay the recording's.
    pub(super) fn now(&self) -> TimeUs {
        self.recorded.unwrap_or_else(|| self.clock.now())
    }

    /// From now on this link lives in a recording's time.
    pub(super) fn live_at(&mut self, t: TimeUs) {
        self.recorded = self.recorded.max(Some(t));
    }

    /// The next message to send; waits for ever on a passive link.
    pub(super) async fn next_outgoing(&mut self) -> Transmission {
        loop {
            match self.outgoing.recv().await {
                Some(transmission) if !self.passive => return transmission,
                Some(_) => {}
                None => std::future::pending::<()>().await,
            }
        }
    }

    /// A message that is to be sent now; none on a passive link.
    pub(super) fn due_outgoing(&mut self) -> Option<Transmission> {
        let due = self.outgoing.try_recv().ok()?;
        (!self.passive).then_some(due)
    }

    /// The link is open.
    pub(super) async fn opened(&mut self) {
        while self.outgoing.try_recv().is_ok() {}
        self.ingest.phase(Phase::Open, self.now()).await;
    }
}

/// A timer for [`STATISTICS_EVERY`].
pub(super) fn every_second() -> tokio::time::Interval {
    let mut interval =
        tokio::time::interval_at(Instant::now() + STATISTICS_EVERY, STATISTICS_EVERY);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    interval
}

/// One kind of link. `run` opens it, says so, and works until it breaks or is stopped.
pub(super) trait Transport: Send {
    /// How its peers are known.
    type Key: PeerKey;

    /// Opens the link and works. `Ok`: ended for good. `Err`: broken, to be tried again.
    fn run(
        &mut self,
        lane: &mut Lane<Self::Key>,
    ) -> impl Future<Output = Result<(), LinkError>> + Send;
}

/// Keeps a link open for ever: tries, says why not, waits, tries again.
pub(super) async fn supervise<T: Transport>(mut transport: T, setup: LinkSetup) {
    let mut lane = Lane::new(setup);
    let mut backoff = Backoff::default();
    let stop = lane.stop.clone();
    while !stop.is_cancelled() {
        lane.ingest.phase(Phase::Opening, lane.now()).await;
        let opened_at = Instant::now();
        let result = tokio::select! {
            () = stop.cancelled() => Ok(()),
            result = transport.run(&mut lane) => result,
        };
        lane.ingest.flush();
        lane.ingest.statistics(lane.now());
        lane.ingest.gate().remember_all();
        let Err(error) = result else { break };
        if opened_at.elapsed() > Duration::from_secs(5) {
            backoff.reset();
        }
        let wait = backoff.next_wait(lane.entropy.wrapping_add(lane.now().0.unsigned_abs()));
        let retry_in_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let phase = Phase::Waiting {
            reason: error.to_string().into(),
            retry_in_ms,
        };
        lane.ingest.phase(phase, lane.now()).await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    lane.ingest.phase(Phase::Ended, lane.now()).await;
}
