//! Where the frames of all links come together for those who pass them on, and where frames of other stations find
//! the link of the vehicle they are for.
//!
//! ```text
//!  link ─► offer ─► a queue per taker ─► forwards, /ws/frames       (nobody takes: one look at a flag per frame)
//!  link ◄─ outbox ◄─ pass ◄─ a frame of another station            (by its target and the roads of the fleet)
//! ```
//! Shared by every link and forward. Nothing waits here: what a taker or a link cannot take is dropped and counted.

use std::sync::{
    Arc, Mutex, PoisonError, RwLock,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::{
    model::{
        forward::{ForwardFilter, Road, RoadBook},
        frames::{Dropped, Listener, Parcel, Taker, queue},
        ids::{ComponentId, LinkId, PathId, PeerId, SystemId},
        loops::{Loops, hash},
        time::TimeUs,
        transmission::{Outgoing, Transmission},
    },
    wire::{
        addressee::{Addressee, addressee},
        frame::Frame,
        signing::redact::carries_key,
    },
};

/// Places of an outbox that are left to this station's own messages, however much others send.
const OWN_PLACES: usize = 64;

/// The meeting point; one per station.
#[derive(Debug, Default)]
pub struct Exchange {
    is_wanted: AtomicBool,
    takers: RwLock<Vec<Taker>>,
    /// By `LinkId`; `None` for links that never send.
    outboxes: RwLock<Vec<Option<mpsc::Sender<Transmission>>>>,
    roads: RwLock<Arc<[Road]>>,
    roads_wanted: AtomicUsize,
    /// Frames of other stations that were sent to vehicles lately, and who brought them.
    passed: Mutex<Loops<Place>>,
    /// Frames the links sent lately: one that comes back is nobody else's.
    sent: Mutex<Loops<()>>,
}

/// Who brought a frame of another station.
pub(super) type Place = u32;

/// What came of a frame of another station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passage {
    /// On its way to the one vehicle it is for.
    ToOne,
    /// On its way to this many paths.
    ToAll(usize),
    /// It was here already.
    Looped,
    /// It carries a signing key.
    Key,
    /// No vehicle it is for can be reached, or more than one goes by its number.
    NoRoad,
    /// The link has no room.
    Full,
}

/// Wants the roads as long as it lives.
#[derive(Debug)]
pub(super) struct RoadUser(Arc<Exchange>);

impl Drop for RoadUser {
    fn drop(&mut self) {
        self.0.roads_wanted.fetch_sub(1, Ordering::Relaxed);
    }
}

impl RoadBook for Exchange {
    fn wants_roads(&self) -> bool {
        self.roads_wanted.load(Ordering::Relaxed) > 0
    }

    fn set_roads(&self, roads: Vec<Road>) {
        let mut held = self.roads.write().unwrap_or_else(PoisonError::into_inner);
        if **held != *roads {
            *held = roads.into();
        }
    }
}

impl Exchange {
    /// Whether anybody takes frames.
    #[inline]
    pub(super) fn is_wanted(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed)
    }

    /// From now on every parcel of these networks (none named: of all), up to `room_bytes` waiting; what does not fit
    /// is added to `dropped`.
    pub fn listen(
        &self,
        networks: Vec<Arc<str>>,
        room_bytes: usize,
        dropped: &Dropped,
    ) -> Listener {
        let (taker, listener) = queue(networks, room_bytes, dropped);
        let mut takers = self.takers.write().unwrap_or_else(PoisonError::into_inner);
        takers.push(taker);
        self.is_wanted.store(true, Ordering::Relaxed);
        listener
    }

    /// Hands a parcel to everybody who takes any.
    pub(super) fn offer(&self, parcel: Parcel) {
        let parcel = Arc::new(parcel);
        let takers = self.takers.read().unwrap_or_else(PoisonError::into_inner);
        let staying = takers.iter().filter(|taker| taker.offer(&parcel)).count();
        let has_left = staying < takers.len();
        drop(takers);
        if has_left {
            let mut takers = self.takers.write().unwrap_or_else(PoisonError::into_inner);
            takers.retain(Taker::is_taking);
            self.is_wanted.store(!takers.is_empty(), Ordering::Relaxed);
        }
    }

    /// A link sent this.
    pub(super) fn note_sent(&self, frame: &[u8], now: TimeUs) {
        if self.is_wanted() {
            let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            sent.remember(hash(frame), (), now);
            // Looking also forgets.
            let _ = sent.knows(0, now);
        }
    }

    /// Whether a link sent this lately.
    pub(super) fn was_sent(&self, frame: u64, now: TimeUs) -> bool {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.knows(frame, now)
    }

    /// Where messages for a link go; `None` for one that never sends, or is gone.
    pub fn set_outbox(&self, link: LinkId, outbox: Option<mpsc::Sender<Transmission>>) {
        let mut outboxes = self
            .outboxes
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let at = usize::from(link.0);
        if outboxes.len() <= at {
            outboxes.resize(at + 1, None);
        }
        outboxes[at] = outbox;
    }

    /// Asks the fleet for the roads, as long as what is given back is kept.
    pub(super) fn want_roads(self: &Arc<Self>) -> RoadUser {
        self.roads_wanted.fetch_add(1, Ordering::Relaxed);
        RoadUser(Arc::clone(self))
    }

    /// The roads as the fleet last told them.
    pub(super) fn roads(&self) -> Arc<[Road]> {
        let roads = self.roads.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&roads)
    }

    /// Whether this is an autopilot heard on a link: then it cannot be another station.
    pub(super) fn is_vehicle(&self, system: SystemId, component: ComponentId) -> bool {
        self.roads()
            .iter()
            .any(|road| (road.system, road.autopilot) == (system, component))
    }

    /// Sends a frame of another station where it is meant to go
    /// (<https://mavlink.io/en/guide/routing.html>): to its target's path, or to every vehicle's when it names none.
    pub(super) fn pass(
        &self,
        frame: &Frame<'_>,
        place: Place,
        filter: &ForwardFilter,
        now: TimeUs,
    ) -> Passage {
        if carries_key(frame.bytes()) {
            return Passage::Key;
        }
        let mark = hash(frame.bytes());
        if self.is_vehicle(frame.system, frame.component) || self.was_sent(mark, now) {
            return Passage::Looped;
        }
        {
            let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
            if !passed.is_new(mark, place, now) {
                return Passage::Looped;
            }
        }
        let target = addressee(frame);
        let roads = self.roads();
        let is_meant = |road: &&Road| match target {
            Addressee::System(system, _) => road.system == system,
            Addressee::Everybody | Addressee::Unaddressed | Addressee::Unknown => true,
        };
        let carried =
            |road: &&Road| filter.has_network(&road.network) && filter.has_system(road.system);
        let mut paths: Vec<(PathId, Option<PeerId>)> = roads
            .iter()
            .filter(is_meant)
            .filter(carried)
            .map(|road| (road.path, road.shared.then_some(road.path.peer)))
            .map(|(path, peer)| match peer {
                Some(_) => (path, peer),
                // A link with one peer hears it once, however many vehicles are on it.
                None => (
                    PathId {
                        peer: PeerId(0),
                        ..path
                    },
                    None,
                ),
            })
            .collect();
        paths.sort_unstable_by_key(|(path, _)| *path);
        paths.dedup();
        // One number, two vehicles: it cannot be told which one is meant, and the wrong one must not be hit.
        if matches!(target, Addressee::System(..)) && paths.len() > 1 {
            return Passage::NoRoad;
        }
        let bytes = Bytes::copy_from_slice(frame.bytes());
        let sent = paths
            .iter()
            .filter(|(path, peer)| self.send(path.link, *peer, bytes.clone()))
            .count();
        match (target, paths.len(), sent) {
            (_, 0, _) => Passage::NoRoad,
            (_, _, 0) => Passage::Full,
            (Addressee::System(..), ..) => Passage::ToOne,
            (_, _, sent) => Passage::ToAll(sent),
        }
    }

    fn send(&self, link: LinkId, peer: Option<PeerId>, frame: Bytes) -> bool {
        let outboxes = self.outboxes.read().unwrap_or_else(PoisonError::into_inner);
        let Some(Some(outbox)) = outboxes.get(usize::from(link.0)) else {
            return false;
        };
        if outbox.capacity() <= OWN_PLACES {
            return false;
        }
        let transmission = Transmission {
            link,
            peer,
            mavlink2: true,
            message: Outgoing::Foreign(frame),
        };
        outbox.try_send(transmission).is_ok()
    }
}
