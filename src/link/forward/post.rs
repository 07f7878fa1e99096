//! One forward as all its connections share it: what it carries, what it has counted, and what is done with what the
//! other station says.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio_util::sync::CancellationToken;

use super::orders::{Lines, Order, may_be_for_all, order};
use crate::{
    fleet::actor::FleetInbox,
    link::exchange::{Exchange, Passage, RoadUser},
    model::{
        forward::{ForeignOrder, ForwardId, ForwardInfo, ForwardStatistics, Way},
        frames::{Dropped, Listener},
        ids::{ComponentId, SystemId},
        link::{ForwardReport, LinkReport, Phase},
        loops::hash,
        report::Report,
        time::{StationClock, TimeUs},
        words::MavType,
    },
    wire::{
        addressee::{Addressee, addressee},
        counters::SplitCounters,
        decode::{Context, decode},
        frame::{Check, Frame},
    },
};

/// What one connection may have waiting: seconds of a large fleet, and no more memory than that.
const ROOM_BYTES: usize = 4 * 1_024 * 1_024;
/// Stations that are listed.
const MOST_OTHERS: usize = 64;

/// What `app` gives a forward.
#[derive(Debug)]
pub struct ForwardSetup {
    /// Its number.
    pub id: ForwardId,
    /// What it carries.
    pub info: ForwardInfo,
    /// Where frames come from and go to.
    pub exchange: Arc<Exchange>,
    /// Where its state is told.
    pub fleet: FleetInbox,
    /// Station time.
    pub clock: StationClock,
    /// This station on the air.
    pub own: (SystemId, ComponentId),
    /// Ends the forward.
    pub stop: CancellationToken,
}

type Others = BTreeMap<(SystemId, ComponentId), (MavType, Option<Arc<str>>)>;

/// A forward at work.
#[derive(Debug)]
pub(super) struct Post {
    setup: ForwardSetup,
    counted: Mutex<ForwardStatistics>,
    others: Mutex<Others>,
    lines: Mutex<Lines>,
    peers: AtomicU32,
    dropped: Dropped,
    /// While frames may go up, the fleet says where the vehicles are.
    _roads: Option<RoadUser>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Post {
    pub(super) fn new(setup: ForwardSetup) -> Self {
        let may_send = setup.info.way == Way::Both;
        Self {
            _roads: may_send.then(|| setup.exchange.want_roads()),
            setup,
            counted: Mutex::default(),
            others: Mutex::default(),
            lines: Mutex::default(),
            peers: AtomicU32::new(0),
            dropped: Dropped::default(),
        }
    }

    pub(super) fn info(&self) -> &ForwardInfo {
        &self.setup.info
    }

    pub(super) fn now(&self) -> TimeUs {
        self.setup.clock.now()
    }

    /// Differs between forwards and tries.
    pub(super) fn entropy(&self) -> u64 {
        let now = self.now().0.unsigned_abs();
        now.wrapping_add(u64::from(self.setup.id.0) << 47)
    }

    /// From now on the frames of the links come here.
    pub(super) fn listen(&self) -> Listener {
        let networks = self.setup.info.filter.networks.clone();
        self.setup
            .exchange
            .listen(networks, ROOM_BYTES, &self.dropped)
    }

    /// Adds to the counters.
    pub(super) fn count(&self, add: impl FnOnce(&mut ForwardStatistics)) {
        add(&mut lock(&self.counted));
    }

    /// How many remote addresses there are.
    pub(super) fn has_peers(&self, peers: usize) {
        let peers = u32::try_from(peers).unwrap_or(u32::MAX);
        self.peers.store(peers, Ordering::Relaxed);
    }

    /// It is open.
    pub(super) async fn opened(&self) {
        self.phase(Phase::Open).await;
    }

    /// It is not open any more.
    pub(super) fn closed(&self) {
        self.has_peers(0);
        lock(&self.others).clear();
        self.tell_statistics();
    }

    pub(super) async fn phase(&self, phase: Phase) {
        let report = ForwardReport::Phase(phase, self.now());
        let report = LinkReport::Forward(self.setup.id, report);
        self.setup.fleet.send(report).await;
    }

    /// Tells the counters; lost when the fleet's inbox is full, the next ones say it all.
    pub(super) fn tell_statistics(&self) {
        let others = lock(&self.others).clone().into_iter();
        let statistics = ForwardStatistics {
            t: self.now(),
            peers: self.peers.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
            others: others
                .map(|((system, component), (kind, peer))| (system, component, kind, peer))
                .collect(),
            ..lock(&self.counted).clone()
        };
        let report = ForwardReport::Statistics(Box::new(statistics));
        let report = LinkReport::Forward(self.setup.id, report);
        drop(self.setup.fleet.offer(report));
    }

    /// Counts what a splitter found since it was last asked.
    pub(super) fn count_split(&self, counters: &SplitCounters, before: &mut SplitCounters) {
        let bad = counters.bad_crc.saturating_sub(before.bad_crc);
        if bad > 0 {
            self.count(|counted| counted.bad_crc += bad);
        }
        *before = counters.clone();
    }

    /// A frame of the other station: counted, and where it may, sent to the vehicle it is for. `is_echo`: it was sent
    /// over this very connection and has come back.
    pub(super) fn hear(&self, frame: &Frame<'_>, from: Option<SocketAddr>, is_echo: bool) {
        let now = self.now();
        self.count(|counted| counted.received += 1);
        if is_echo {
            return self.count(|counted| counted.looped += 1);
        }
        let is_own = (frame.system, frame.component) == self.setup.own;
        let mark = hash(frame.bytes());
        if is_own && self.setup.exchange.was_sent(mark, now) {
            return self.count(|counted| counted.looped += 1);
        }
        self.note_sender(frame, from, is_own, now);
        if self.setup.info.way == Way::Out {
            return self.count(|counted| counted.ignored += 1);
        }
        if addressee(frame) == Addressee::Everybody && !may_be_for_all(frame) {
            self.tell_order(frame, now);
            return self.count(|counted| counted.refused += 1);
        }
        let filter = &self.setup.info.filter;
        let place = u32::from(self.setup.id.0);
        let passage = self.setup.exchange.pass(frame, place, filter, now);
        self.count(|counted| match passage {
            Passage::ToOne => counted.passed += 1,
            Passage::ToAll(_) => counted.broadcast += 1,
            Passage::Looped => counted.looped += 1,
            Passage::Key => counted.refused += 1,
            Passage::NoRoad | Passage::Full => counted.ignored += 1,
        });
        if passage == Passage::ToOne {
            self.tell_order(frame, now);
        }
    }

    /// What another station orders is its own act, but an operator here wants to know why a vehicle obeys.
    fn tell_order(&self, frame: &Frame<'_>, now: TimeUs) {
        let system = match addressee(frame) {
            Addressee::System(system, _) => system,
            Addressee::Everybody => SystemId(0),
            Addressee::Unaddressed | Addressee::Unknown => return,
        };
        let Some(Order { message, command }) = order(frame) else {
            return;
        };
        if !lock(&self.lines).has_room(now) {
            return;
        }
        let by = (frame.system, frame.component);
        let order = ForeignOrder {
            t: now,
            by,
            system,
            message,
            command,
        };
        let report = ForwardReport::Order(Box::new(order));
        // Lost with a full inbox; the flight log has the frame.
        drop(
            self.setup
                .fleet
                .offer(LinkReport::Forward(self.setup.id, report)),
        );
    }

    /// Lists who speaks there; this station's own id is an alarm.
    fn note_sender(&self, frame: &Frame<'_>, from: Option<SocketAddr>, is_own: bool, now: TimeUs) {
        if is_own {
            self.count(|counted| counted.own_id += 1);
        }
        if frame.check != Check::Verified || frame.msgid != 0 {
            return;
        }
        let context = Context { autopilot: None };
        let Some(Report::Heartbeat(heartbeat)) = decode(frame.msgid, frame.payload(), context)
        else {
            return;
        };
        let peer: Option<Arc<str>> = from.map(|from| from.to_string().into());
        if is_own {
            let report =
                LinkReport::Forward(self.setup.id, ForwardReport::OwnId(peer.clone(), now));
            // Lost with a full inbox: the next heartbeat is a second away.
            drop(self.setup.fleet.offer(report));
        }
        let mut others = lock(&self.others);
        let key = (frame.system, frame.component);
        if others.len() < MOST_OTHERS || others.contains_key(&key) {
            others.insert(key, (heartbeat.mav_type, peer));
        }
    }
}
