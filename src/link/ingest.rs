//! Bytes of a link become frames, records of the flight log and reports to the fleet. Every transport uses this.
//! Owned by one link task. Knows sockets only as numbers of peers; never sends.

use std::{collections::HashMap, hash::Hash, sync::Arc, time::Duration};

use super::{
    echo::Echo, exchange::Exchange, gate::Gate, peer::Peer, records::Records,
    sent_requests::rate_request,
};
use crate::{
    fleet::actor::FleetInbox,
    model::{
        frames::{Mark, Parcel},
        ids::{LinkId, PathId, PeerId},
        link::{LinkReport, LinkStatistics, Phase},
        recorder::{Direction, Recorder},
        report::{Heard, Report},
        signing::FrameSigning,
        time::TimeUs,
    },
    wire::{
        counters::SplitCounters,
        decode::{Context, decode},
        frame::{Check, Frame, Version},
        sequence::Arrival,
        signing::redact::carries_key,
        splitter::split_datagram,
    },
};

/// Peers remembered per link; beyond that the silent ones are forgotten, and without any, new ones refused.
const MAX_PEERS: usize = 1_024;
/// How long a peer may be silent before it may be forgotten.
const PEER_SILENCE: Duration = Duration::from_mins(1);

/// What a transport knows its peers by: a socket address, a connection number, nothing.
pub(super) trait PeerKey: Eq + Hash + Clone + Send {
    /// The address as people read it; `None` for links with one unnamed peer.
    fn address(&self) -> Option<String>;
}

/// A link with one peer that needs no name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct OnlyPeer;

impl PeerKey for OnlyPeer {
    fn address(&self) -> Option<String> {
        None
    }
}

impl PeerKey for std::net::SocketAddr {
    fn address(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// The receiving half of a link.
#[derive(Debug)]
pub(super) struct Ingest<K: PeerKey> {
    // in
    link: LinkId,
    fleet: FleetInbox,
    recorder: Arc<dyn Recorder>,
    exchange: Arc<Exchange>,
    network: Arc<str>,
    // out
    batch: Vec<Heard>,
    records: Records,
    /// Frames of `records` that others want as well; empty while nobody does.
    marks: Vec<Mark>,
    urgent: bool,
    unannounced: Vec<LinkReport>,
    // private
    peers: HashMap<K, Peer>,
    next_peer: u32,
    datagrams: SplitCounters,
    totals: Totals,
    echo: Echo,
    gate: Gate,
}

/// Counters a transport adds to by itself.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Totals {
    pub(super) bytes: u64,
    pub(super) kernel_drops: u64,
    pub(super) sent_frames: u64,
    pub(super) sent_bytes: u64,
    pub(super) send_errors: u64,
    queue_drops: u64,
}

impl<K: PeerKey> Ingest<K> {
    pub(super) fn new(
        link: LinkId,
        fleet: FleetInbox,
        recorder: Arc<dyn Recorder>,
        (exchange, network): (Arc<Exchange>, Arc<str>),
        gate: Gate,
    ) -> Self {
        Self {
            link,
            fleet,
            recorder,
            exchange,
            network,
            batch: Vec::new(),
            records: Records::default(),
            marks: Vec::new(),
            urgent: false,
            unannounced: Vec::new(),
            peers: HashMap::new(),
            next_peer: 0,
            datagrams: SplitCounters::default(),
            totals: Totals::default(),
            echo: Echo::default(),
            gate,
        }
    }

    /// Signatures of this link, for what leaves on it.
    pub(super) fn gate(&mut self) -> &mut Gate {
        &mut self.gate
    }

    /// Counters the transport adds to.
    pub(super) fn totals(&mut self) -> &mut Totals {
        &mut self.totals
    }

    /// One datagram: nothing of it carries over to the next, and noise makes no peer.
    pub(super) fn datagram(&mut self, from: &K, bytes: &[u8], t: TimeUs) {
        self.totals.bytes += bytes.len() as u64;
        let mut counters = std::mem::take(&mut self.datagrams);
        split_datagram(bytes, &mut counters, &mut |frame| {
            self.arrive(from, &frame, t);
        });
        self.datagrams = counters;
    }

    /// The next bytes of a peer's stream.
    pub(super) fn stream(&mut self, from: &K, bytes: &[u8], t: TimeUs) {
        self.totals.bytes += bytes.len() as u64;
        let Some(peer) = self.peer(from, t) else {
            return;
        };
        let mut splitter = std::mem::take(&mut peer.splitter);
        splitter.push(bytes, &mut |frame| self.arrive(from, &frame, t));
        if let Some(peer) = self.peers.get_mut(from) {
            peer.splitter = splitter;
        }
    }

    /// A frame that was split elsewhere (a record of a tlog).
    pub(super) fn whole_frame(&mut self, from: &K, frame: &Frame<'_>, t: TimeUs) {
        self.totals.bytes += frame.bytes().len() as u64;
        match frame.check {
            Check::Verified => self.datagrams.frames += 1,
            Check::Unknown => self.datagrams.unknown += 1,
        }
        self.arrive(from, frame, t);
    }

    /// A frame as it came is kept; what its signature does not carry goes no further, and makes no peer.
    fn arrive(&mut self, from: &K, frame: &Frame<'_>, t: TimeUs) {
        let place = self.records.push(t, frame.bytes());
        let Some(signing) = self.gate.admit(frame, || from.address()) else {
            return;
        };
        let known = self.frame(from, frame, signing, t);
        // Only a radio's own report is let in unsigned where signatures are required: it opens nothing.
        let may_open = || signing != FrameSigning::Unsigned || !self.gate.requires();
        let peer = match known {
            None if may_open() => {
                let welcome = self.welcome(from, t);
                welcome.and_then(|()| self.frame(from, frame, signing, t))
            }
            known => known,
        };
        // A frame with a signing key in it goes to nobody but the fleet and, blanked, the log.
        if let Some(peer) = peer
            && self.exchange.is_wanted()
            && !carries_key(frame.bytes())
        {
            let (start, end) = place;
            self.marks.push(Mark { start, end, peer });
        }
    }

    /// A connection has ended: its counters stay, its number is never used again.
    pub(super) fn forget(&mut self, from: &K) {
        if let Some(peer) = self.peers.remove(from) {
            self.datagrams.add(peer.splitter.counters());
        }
    }

    /// The number of a peer that has been heard.
    pub(super) fn known_peers(&self) -> impl Iterator<Item = (PeerId, &K)> {
        self.peers.iter().map(|(key, peer)| (peer.id, key))
    }

    fn peer(&mut self, from: &K, t: TimeUs) -> Option<&mut Peer> {
        if !self.peers.contains_key(from) {
            self.welcome(from, t)?;
        }
        let peer = self.peers.get_mut(from)?;
        peer.heard = t;
        Some(peer)
    }

    fn welcome(&mut self, from: &K, t: TimeUs) -> Option<()> {
        if self.peers.len() >= MAX_PEERS {
            self.peers
                .retain(|_, peer| t.since(peer.heard) < PEER_SILENCE);
        }
        if self.peers.len() >= MAX_PEERS {
            return None;
        }
        let id = PeerId(self.next_peer);
        self.next_peer += 1;
        self.peers.insert(from.clone(), Peer::new(id, t));
        Some(())
    }

    /// Makes of a frame what it is worth. Returns its peer; `None` when that is not known.
    fn frame(
        &mut self,
        from: &K,
        frame: &Frame<'_>,
        signing: FrameSigning,
        t: TimeUs,
    ) -> Option<PeerId> {
        let peer = self.peers.get_mut(from)?;
        peer.heard = t;
        let id = peer.id;
        if !std::mem::replace(&mut peer.is_told, true)
            && let Some(address) = from.address()
        {
            let path = PathId {
                link: self.link,
                peer: id,
            };
            self.unannounced
                .push(LinkReport::Peer(path, address.into()));
        }
        let arrival = peer.senders.observe(frame);
        if frame.check == Check::Unknown || arrival == Arrival::Duplicate {
            return Some(id);
        }
        let autopilot = peer.autopilots[usize::from(frame.system.0)];
        let Some(report) = decode(frame.msgid, frame.payload(), Context { autopilot }) else {
            return Some(id);
        };
        match &report {
            // A late heartbeat must not bring an old mode back.
            Report::Heartbeat(_) if arrival == Arrival::Late => return Some(id),
            Report::Heartbeat(_) if self.echo.is_ours(frame.bytes()) => return Some(id),
            Report::Heartbeat(heartbeat) => {
                peer.types
                    .insert((frame.system, frame.component), heartbeat.mav_type);
                let known = &mut peer.autopilots[usize::from(frame.system.0)];
                if heartbeat.is_vehicle() {
                    self.urgent |= known.is_none();
                    *known = Some(heartbeat.autopilot);
                }
            }
            // A conversation waits for it: its next question must not wait for a tick.
            Report::Ack(_)
            | Report::Plan(_)
            | Report::MissionCount(_)
            | Report::Param(_)
            | Report::Ftp(_) => self.urgent = true,
            _ => {}
        }
        self.batch.push(Heard {
            peer: id,
            t,
            system: frame.system,
            component: frame.component,
            sequence: frame.seq,
            mavlink2: frame.version == Version::V2,
            signing,
            fingerprint: frame.fingerprint(),
            message: frame.msgid,
            report,
        });
        Some(id)
    }

    /// Hands over what has been gathered: to the fleet, to the flight log.
    pub(super) fn flush(&mut self) {
        while let Some(report) = self.unannounced.pop() {
            if let Err(report) = self.fleet.offer(report) {
                self.unannounced.push(report);
                break;
            }
        }
        if !self.batch.is_empty() {
            let size = self.batch.len();
            let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(size));
            if let Err(LinkReport::Heard(_, dropped)) =
                self.fleet.offer(LinkReport::Heard(self.link, batch))
            {
                self.totals.queue_drops += dropped.len() as u64;
            }
        }
        if std::mem::take(&mut self.urgent) {
            self.fleet.hurry();
        }
        if let Some(batch) = self.records.take(self.link, Direction::Received) {
            if !self.marks.is_empty() {
                let size = self.marks.len();
                self.exchange.offer(Parcel {
                    link: self.link,
                    network: Arc::clone(&self.network),
                    records: batch.data.clone(),
                    marks: std::mem::replace(&mut self.marks, Vec::with_capacity(size)),
                });
            }
            self.recorder.record(batch);
        }
    }

    /// The frames of this link carry no times: those they are given are assumed.
    pub(super) async fn untimed(&self, t: TimeUs) {
        self.fleet.send(LinkReport::Untimed(self.link, t)).await;
    }

    /// Says what the link is doing.
    pub(super) async fn phase(&self, phase: Phase, t: TimeUs) {
        self.fleet
            .send(LinkReport::Phase(self.link, phase, t))
            .await;
    }

    /// Sends the counters of the last second. Dropped when the inbox is full: the next ones say it all.
    pub(super) fn statistics(&mut self, t: TimeUs) {
        let mut counters = self.datagrams.clone();
        for peer in self.peers.values() {
            counters.add(peer.splitter.counters());
        }
        let senders = self
            .peers
            .values_mut()
            .flat_map(Peer::take_senders)
            .collect();
        self.gate.remember(t);
        let (signing, refused) = self.gate.report();
        let statistics = LinkStatistics {
            t,
            frames: counters.frames + counters.unknown,
            bytes: self.totals.bytes,
            bad_crc: counters.bad_crc,
            unknown: counters.unknown,
            junk_bytes: counters.junk_bytes,
            kernel_drops: self.totals.kernel_drops,
            queue_drops: self.totals.queue_drops,
            sent_frames: self.totals.sent_frames,
            sent_bytes: self.totals.sent_bytes,
            send_errors: self.totals.send_errors,
            peers: u32::try_from(self.peers.len()).unwrap_or(u32::MAX),
            senders,
            signing,
            refused,
        };
        drop(
            self.fleet
                .offer(LinkReport::Statistics(self.link, Box::new(statistics))),
        );
    }

    /// CRC-valid frames so far.
    pub(super) fn valid_frames(&self) -> u64 {
        let streams: u64 = self
            .peers
            .values()
            .map(|peer| peer.splitter.counters().frames)
            .sum();
        self.datagrams.frames + streams
    }

    /// A frame is about to leave: it may be back over a forward before the send returns.
    pub(super) fn about_to_send(&self, frame: &[u8], t: TimeUs) {
        self.exchange.note_sent(frame, t);
    }

    /// Records a frame that was sent.
    pub(super) fn record_sent(&mut self, frame: &[u8], t: TimeUs) {
        self.echo.sent(frame);
        let mut records = Records::default();
        records.push(t, frame);
        if let Some(batch) = records.take(self.link, Direction::Sent) {
            self.recorder.record(batch);
        }
        self.totals.sent_frames += 1;
        self.totals.sent_bytes += frame.len() as u64;
        self.batch.extend(rate_request(frame, t));
    }
}
