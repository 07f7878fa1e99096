//! The fleet's only task: takes what links report, ticks every 50 ms, publishes snapshots, sends what is due.
//!
//! Inbox: written by every link, read here at each tick (at once when a link says it is urgent).
//! A full inbox costs reports, which the link counts. Outboxes: one per link, written here; a full
//! one costs the message, which is counted by the link that was too slow to take it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, mpsc, oneshot, watch},
    time::MissedTickBehavior,
};

use super::{
    order::{FleetChange, ORDERS, Order},
    state::Fleet,
};
use crate::model::{
    ids::LinkId,
    intent::{FleetHandle, Intent, NotTaken},
    link::LinkReport,
    snapshot::Snapshot,
    time::{StationClock, TimeUs},
    transmission::Transmission,
    words::Severity,
};

/// How often the fleet looks at the clock and publishes.
pub const TICK: Duration = Duration::from_millis(50);
/// Reports of links that may wait for a tick.
const INBOX: usize = 8_192;
/// Decoded frames that may wait in them, some 20 MB: more than half a second of 100,000 frames a second.
const HEARD: usize = 65_536;
const HEARTBEAT_EVERY: Duration = Duration::from_secs(1);
/// The wall clock moved by more than this against station time: an operator should know.
const CLOCK_STEP_US: u64 = 2_000_000;

/// How links reach the fleet.
#[derive(Debug, Clone)]
pub struct FleetInbox {
    reports: mpsc::Sender<LinkReport>,
    /// Decoded frames in `reports`: their bytes are bounded by it, whatever the size of a batch.
    heard: Arc<AtomicUsize>,
    orders: mpsc::Sender<Order>,
    urgent: Arc<Notify>,
}

impl FleetHandle for FleetInbox {
    fn submit(&self, intent: Intent) -> Result<(), NotTaken> {
        self.orders
            .try_send(Order::Intent(intent))
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => NotTaken::Full,
                mpsc::error::TrySendError::Closed(_) => NotTaken::Gone,
            })?;
        self.hurry();
        Ok(())
    }
}

impl FleetInbox {
    /// Hands a change of links and listed vehicles over, waiting for room.
    ///
    /// # Errors
    /// When the fleet has ended.
    pub async fn change(&self, change: FleetChange) -> Result<(), NotTaken> {
        let order = Order::Change(Box::new(change));
        let sent = self.orders.send(order).await;
        sent.map_err(|_gone| NotTaken::Gone)?;
        self.hurry();
        Ok(())
    }

    /// Whether the fleet comes round; waits for it, so put a limit on it.
    pub async fn is_alive(&self) -> bool {
        let (answer, answered) = oneshot::channel();
        let asked = self.orders.send(Order::AreYouThere(answer)).await.is_ok();
        asked && answered.await.is_ok()
    }

    /// Hands a report over; gives it back when the inbox is full or the fleet is gone.
    pub fn offer(&self, report: LinkReport) -> Result<(), LinkReport> {
        let size = frames_in(&report);
        if self.heard.fetch_add(size, Ordering::Relaxed) + size > HEARD && size > 0 {
            self.heard.fetch_sub(size, Ordering::Relaxed);
            return Err(report);
        }
        self.reports.try_send(report).map_err(|error| {
            self.heard.fetch_sub(size, Ordering::Relaxed);
            match error {
                mpsc::error::TrySendError::Full(report)
                | mpsc::error::TrySendError::Closed(report) => report,
            }
        })
    }

    /// Hands a report over, waiting for room. Returns whether the fleet still lives.
    pub async fn send(&self, report: LinkReport) -> bool {
        // Counted, not held back: a recording waits for room and never has more than one batch in here.
        self.heard.fetch_add(frames_in(&report), Ordering::Relaxed);
        self.reports.send(report).await.is_ok()
    }

    /// Asks the fleet to look into its inbox before the next tick (an ack, a new vehicle).
    pub fn hurry(&self) {
        self.urgent.notify_one();
    }
}

/// The receiving end, for [`FleetTask`].
#[derive(Debug)]
pub struct Inbox {
    reports: mpsc::Receiver<LinkReport>,
    heard: Arc<AtomicUsize>,
    orders: mpsc::Receiver<Order>,
    urgent: Arc<Notify>,
}

impl Inbox {
    fn next(&mut self) -> Option<LinkReport> {
        let report = self.reports.try_recv().ok()?;
        self.heard.fetch_sub(frames_in(&report), Ordering::Relaxed);
        Some(report)
    }
}

fn frames_in(report: &LinkReport) -> usize {
    match report {
        LinkReport::Heard(_, batch) => batch.len(),
        _ => 0,
    }
}

/// A new inbox and its two ends.
#[must_use]
pub fn inbox() -> (FleetInbox, Inbox) {
    let (sender, reports) = mpsc::channel(INBOX);
    let (order_sender, orders) = mpsc::channel(ORDERS);
    let urgent = Arc::new(Notify::new());
    let heard = Arc::new(AtomicUsize::new(0));
    (
        FleetInbox {
            reports: sender,
            heard: Arc::clone(&heard),
            orders: order_sender,
            urgent: Arc::clone(&urgent),
        },
        Inbox {
            reports,
            heard,
            orders,
            urgent,
        },
    )
}

/// Whose time the fleet lives in.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The station's.
    Station(StationClock),
    /// A recording's: the greatest record time so far.
    Recording,
}

/// Everything the task needs.
#[derive(Debug)]
pub struct FleetTask {
    /// The state.
    pub fleet: Fleet,
    /// Where reports come in.
    pub inbox: Inbox,
    /// Where messages go out, by `LinkId`; `None` for links that never send.
    pub outboxes: Vec<Option<mpsc::Sender<Transmission>>>,
    /// Where every reader looks.
    pub snapshots: watch::Sender<Arc<Snapshot>>,
    /// Whose time.
    pub clock: Clock,
}

impl FleetTask {
    /// Runs until every link has gone and `stop` is done. The heartbeat of this station lives and dies with it.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::pin!(stop);
        let mut beat = Beat::default();
        loop {
            let urgent = Arc::clone(&self.inbox.urgent);
            tokio::select! {
                () = &mut stop => break,
                _ = tick.tick() => {}
                () = urgent.notified() => {}
            }
            self.step(&mut beat);
        }
        self.step(&mut beat);
    }

    fn step(&mut self, beat: &mut Beat) {
        while let Ok(order) = self.inbox.orders.try_recv() {
            let now = beat.now(self.clock);
            self.carry_out(order, now);
        }
        while let Some(report) = self.inbox.next() {
            beat.latest = beat.latest.max(latest(&report));
            beat.opened |= matches!(report, LinkReport::Phase(..) | LinkReport::Peer(..));
            self.fleet.on_link(report);
        }
        let now = beat.now(self.clock);
        if let Clock::Station(clock) = self.clock {
            beat.watch_wall_clock(clock, &mut self.fleet, now);
            self.transmit(beat, now);
        }
        self.fleet.tick(now);
        let snapshot = self.fleet.publish(now);
        self.snapshots.send_if_modified(|held| {
            let changed = held.seq != snapshot.seq;
            *held = snapshot;
            changed
        });
    }

    fn carry_out(&mut self, order: Order, now: TimeUs) {
        match order {
            Order::Intent(intent) => self.fleet.obey(intent, now),
            Order::AreYouThere(answer) => {
                // Whoever asked may have stopped waiting.
                let _ = answer.send(());
            }
            Order::Change(change) => {
                self.fleet.change(&change, now);
                for LinkId(link) in &change.removed {
                    if let Some(outbox) = self.outboxes.get_mut(usize::from(*link)) {
                        *outbox = None;
                    }
                }
                self.outboxes
                    .extend(change.added.into_iter().map(|new| new.outbox));
            }
        }
    }

    fn transmit(&mut self, beat: &mut Beat, now: TimeUs) {
        let mut due = Vec::new();
        if beat.is_due(now) {
            due = self.fleet.heartbeat_targets(now);
        }
        self.fleet.poll_transmissions(now, &mut due);
        for transmission in due {
            let LinkId(link) = transmission.link;
            if let Some(Some(outbox)) = self.outboxes.get(usize::from(link)) {
                // A full outbox is a link that cannot send; it says so itself in its statistics.
                drop(outbox.try_send(transmission));
            }
        }
    }
}

/// The newest time a report carries.
fn latest(report: &LinkReport) -> TimeUs {
    match report {
        LinkReport::Heard(_, batch) => batch.iter().map(|heard| heard.t).max().unwrap_or_default(),
        LinkReport::Statistics(_, statistics) => statistics.t,
        LinkReport::Phase(..)
        | LinkReport::Peer(..)
        | LinkReport::Untimed(..)
        | LinkReport::Station(..) => TimeUs::default(),
    }
}

#[derive(Debug, Default)]
struct Beat {
    latest: TimeUs,
    next: TimeUs,
    opened: bool,
    wall_offset_us: Option<i64>,
}

impl Beat {
    fn now(&self, clock: Clock) -> TimeUs {
        match clock {
            Clock::Station(clock) => clock.now(),
            Clock::Recording => self.latest,
        }
    }

    /// Once a second, and at once when a link opened or a peer appeared.
    fn is_due(&mut self, now: TimeUs) -> bool {
        let due = now >= self.next || std::mem::take(&mut self.opened);
        if due {
            self.next = now.plus(HEARTBEAT_EVERY);
        }
        due
    }

    fn watch_wall_clock(&mut self, clock: StationClock, fleet: &mut Fleet, now: TimeUs) {
        let offset_us = clock.wall_offset_us();
        let before = *self.wall_offset_us.get_or_insert(offset_us);
        if before.abs_diff(offset_us) > CLOCK_STEP_US {
            self.wall_offset_us = Some(offset_us);
            let seconds = (offset_us - before) as f64 / 1e6;
            let text =
                format!("the wall clock stepped by {seconds:+.1} s; station time goes on unmoved");
            fleet.note_station(now, Severity::WARNING, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        ids::{ComponentId, PeerId, SystemId},
        report::{Heard, Report},
    };

    fn batch(frames: usize) -> LinkReport {
        let heard = Heard {
            peer: PeerId(0),
            t: TimeUs(0),
            system: SystemId(1),
            component: ComponentId(1),
            sequence: 0,
            mavlink2: true,
            signing: crate::model::signing::FrameSigning::Unchecked,
            fingerprint: 0,
            message: 436,
            report: Report::CurrentMode(0),
        };
        LinkReport::Heard(LinkId(0), vec![heard; frames])
    }

    #[test]
    fn what_waits_is_bounded_by_frames_and_room_comes_back() {
        let (inbox, mut end) = inbox();
        assert!(inbox.offer(batch(HEARD)).is_ok());
        assert_eq!(
            inbox.offer(batch(1)).map_err(|back| frames_in(&back)),
            Err(1)
        );
        assert!(
            inbox
                .offer(LinkReport::Phase(
                    LinkId(0),
                    crate::model::link::Phase::Ended,
                    TimeUs(0)
                ))
                .is_ok()
        );
        assert!(end.next().is_some());
        assert!(inbox.offer(batch(HEARD)).is_ok());
    }
}
