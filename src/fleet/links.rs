//! The book of one link: its phase and counters, made into the object that screens show.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::json;

use super::{
    journal::{Entry, Journal},
    link_streams::LinkStreams,
    signatures::Refusals,
};
use crate::model::{
    event::EventKind,
    geo::round_to,
    ids::{ComponentId, LinkId, PathId, PeerId, SystemId},
    link::{
        LinkInfo, LinkPhase, LinkSignatures, LinkState, LinkStatistics, Other, Phase,
        SenderStatistics,
    },
    report::RadioStatus,
    signing::{SigningCounters, SigningPolicy},
    time::TimeUs,
    vehicle::Path,
    words::{MavType, Severity},
};

/// Losses are told once in this time.
const DROPS_TOLD_EVERY: Duration = Duration::from_secs(10);
/// Seconds over which loss is counted.
const LOSS_WINDOW: usize = 5;

/// What is known of one link.
#[derive(Debug)]
pub(super) struct LinkBook {
    pub(super) id: LinkId,
    pub(super) info: LinkInfo,
    pub(super) state: Arc<LinkState>,
    pub(super) peers: BTreeMap<PeerId, Arc<str>>,
    pub(super) radio: BTreeMap<PeerId, RadioStatus>,
    /// Whether anything but MAVLink 1 was heard; until then MAVLink 2 is spoken.
    pub(super) hears_mavlink2: bool,
    /// Taken away while the fleet lives; whatever still comes from it is not heard.
    pub(super) gone: bool,
    /// When a vehicle was last heard on it, by any frame.
    pub(super) heard: Option<TimeUs>,
    /// All its vehicles fell silent together, and that was said.
    pub(super) is_silent: bool,
    /// Its frames carry no times: those they have are assumed.
    pub(super) untimed: bool,
    pub(super) streams: LinkStreams,
    last: Option<LinkStatistics>,
    refusals: Refusals,
    /// How many losses were told, and when.
    drops_told: (u64, Option<TimeUs>),
    flows: BTreeMap<(PeerId, SystemId), Flow>,
}

/// Frames of one system over one peer, second by second.
#[derive(Debug, Default)]
struct Flow {
    seconds: [(u32, u32); LOSS_WINDOW],
    next: usize,
    frames_per_s: f64,
    duplicates: u64,
    reordered: u64,
}

impl Flow {
    /// Frames received and lost over the last seconds.
    fn sums(&self) -> (u32, u32) {
        let seconds = self.seconds.iter();
        seconds.fold((0, 0), |sum, slot| (sum.0 + slot.0, sum.1 + slot.1))
    }
}

impl LinkBook {
    pub(super) fn new(id: LinkId, info: LinkInfo) -> Self {
        let (url, network) = (Arc::clone(&info.url), Arc::clone(&info.network));
        let state = LinkState::opening(url, network, info.class, info.passive);
        let (peers, radio) = (BTreeMap::new(), BTreeMap::new());
        let (mut state, flows) = (Arc::new(state), BTreeMap::new());
        if info.signing != SigningPolicy::Off {
            let none = LinkSignatures::of(info.signing, SigningCounters::default());
            Arc::make_mut(&mut state).signing = Some(none);
        }
        Self {
            id,
            info,
            state,
            peers,
            radio,
            hears_mavlink2: true,
            gone: false,
            heard: None,
            is_silent: false,
            untimed: false,
            streams: LinkStreams::default(),
            last: None,
            refusals: Refusals::default(),
            drops_told: (0, None),
            flows,
        }
    }

    /// Whether messages may be sent on it now.
    pub(super) fn transmits(&self) -> bool {
        !self.gone
            && !self.info.passive
            && !self.info.recording
            && self.state.state == LinkPhase::Open
    }

    /// Whether anything is asked here by the station itself: by satellite only where rates were written down.
    pub(super) fn asks(&self) -> bool {
        self.transmits() && (self.info.class != "satcom" || self.info.rates.is_some())
    }

    /// Whether this station's heartbeat is sent here.
    pub(super) fn beats(&self) -> bool {
        self.transmits() && self.info.class != "satcom"
    }

    /// Other rates, another budget or another class for a link that stays connected.
    pub(super) fn adjust(&mut self, info: &LinkInfo) {
        if self.state.class != info.class {
            Arc::make_mut(&mut self.state).class = info.class;
        }
        self.info.class = info.class;
        (self.info.rates, self.info.bytes_per_s) = (info.rates, info.bytes_per_s);
        self.streams.forget_shares();
        if info.rates.is_none() && self.state.asked_bytes_per_s.is_some() {
            Arc::make_mut(&mut self.state).asked_bytes_per_s = None;
        }
    }

    /// What the rates that are asked for bring at most.
    pub(super) fn show_asked(&mut self, bytes_per_s: f64) {
        let shown = Some(round_to(bytes_per_s, 0)).filter(|bytes_per_s| *bytes_per_s > 0.0);
        if self.state.asked_bytes_per_s != shown {
            Arc::make_mut(&mut self.state).asked_bytes_per_s = shown;
        }
    }

    /// How full the radio is and what that does to the budget.
    pub(super) fn show_throttle(&mut self, now: TimeUs) {
        let factor = self.streams.throttle.factor();
        let limit = self.info.bytes_per_s.filter(|_| self.asks());
        let budget = self.streams.shown_budget(limit);
        let throttle = (factor < 1.0).then_some((factor * 100.0) as u8);
        let buffer = self.streams.throttle.free_percent(now);
        let state = &self.state;
        let shown = (
            state.budget_bytes_per_s,
            state.throttle_percent,
            state.tx_buffer_percent,
        );
        if shown != (budget, throttle, buffer) {
            let state = Arc::make_mut(&mut self.state);
            state.budget_bytes_per_s = budget;
            state.throttle_percent = throttle;
            state.tx_buffer_percent = buffer;
        }
    }

    /// The part of a system's frames that is not lost on the way, over the last seconds.
    pub(super) fn delivered(&self, peer: PeerId, system: SystemId) -> f64 {
        let flow = self.flows.get(&(peer, system));
        let (received, lost) = flow.map_or((0, 0), Flow::sums);
        if received + lost == 0 {
            return 1.0;
        }
        f64::from(received) / f64::from(received + lost)
    }

    /// The address of a peer; a link with one peer has the link's own.
    pub(super) fn peer(&self, peer: PeerId) -> Arc<str> {
        self.peers
            .get(&peer)
            .map_or_else(|| Arc::clone(&self.info.url), Arc::clone)
    }

    /// A frame of a vehicle came over it.
    pub(super) fn hear(&mut self, t: TimeUs) {
        self.heard = self.heard.max(Some(t));
        self.is_silent = false;
    }

    /// Its frames carry no times.
    pub(super) fn has_no_times(&mut self, now: TimeUs, journal: &mut Journal) {
        if !std::mem::replace(&mut self.untimed, true) {
            let text = format!(
                "link {} carries no times: its pace is assumed, and nobody on it is found late or lost",
                self.info.name
            );
            let entry = Entry::new(EventKind::Link, Severity::INFO, text);
            journal.station(now, entry);
        }
    }

    /// Nothing comes any more: rates must not go on looking alive.
    fn stand_still(&mut self) {
        let object = Arc::make_mut(&mut self.state);
        (object.frames_per_s, object.bytes_per_s) = (Some(0.0), Some(0.0));
        self.flows
            .values_mut()
            .for_each(|flow| flow.frames_per_s = 0.0);
    }

    /// A new phase; only a change is an event.
    pub(super) fn phase(&mut self, phase: &Phase, now: TimeUs, journal: &mut Journal) {
        let (state, reason) = match phase {
            Phase::Opening => (LinkPhase::Opening, None),
            Phase::Open => (LinkPhase::Open, None),
            Phase::Waiting { reason, .. } => (LinkPhase::Waiting, Some(Arc::clone(reason))),
            Phase::Ended => (LinkPhase::Ended, None),
        };
        if self.state.state == state && self.state.reason == reason {
            return;
        }
        let name = &self.info.name;
        let was = self.state.state;
        let entry = match (was, state, &reason) {
            (_, LinkPhase::Waiting, Some(reason)) if self.state.reason.as_ref() != Some(reason) => {
                Some(Entry::new(
                    EventKind::Link,
                    Severity::WARNING,
                    format!("link {name}: {reason}"),
                ))
            }
            (_, LinkPhase::Open, _) => Some(Entry::new(
                EventKind::Link,
                Severity::INFO,
                format!("link {name} open"),
            )),
            (_, LinkPhase::Ended, _) => Some(Entry::new(
                EventKind::Link,
                Severity::INFO,
                if self.info.recording {
                    format!("recording {name} ended")
                } else {
                    format!("link {name} ended")
                },
            )),
            _ => None,
        };
        if let Some(entry) = entry {
            journal.station(now, entry);
        }
        let object = Arc::make_mut(&mut self.state);
        // A link that is tried again keeps the reason of its last failure until it opens.
        if state != LinkPhase::Opening || was != LinkPhase::Waiting {
            object.reason = reason;
        }
        object.state = state;
        object.since_ms = Some(now.as_ms());
        if state == LinkPhase::Ended {
            self.stand_still();
        }
    }

    /// What was lost before anybody could read it, once in ten seconds: it is missing everywhere, the log included.
    pub(super) fn newly_dropped(&mut self, statistics: &LinkStatistics) -> Option<Entry> {
        let (kernel, queue) = (statistics.kernel_drops, statistics.queue_drops);
        let (told, told_at) = self.drops_told;
        let lost = (kernel + queue).saturating_sub(told);
        let is_soon = told_at.is_some_and(|at| statistics.t.since(at) < DROPS_TOLD_EVERY);
        if lost == 0 || is_soon {
            return None;
        }
        self.drops_told = (kernel + queue, Some(statistics.t));
        let name = &self.info.name;
        let text = format!(
            "link {name}: {lost} datagrams or reports came faster than this station took them"
        );
        let data = json!({ "link": &**name, "kernel_drops": kernel, "queue_drops": queue });
        Some(Entry::new(EventKind::Link, Severity::WARNING, text).with(data))
    }

    /// Frames are refused for their signatures, and were not before.
    pub(super) fn newly_refused(&mut self, statistics: &LinkStatistics) -> Option<Entry> {
        self.refusals.begin(&self.info.name, statistics)
    }

    /// Counters of the last second. Returns how long it was, when there were any before.
    pub(super) fn statistics(&mut self, statistics: LinkStatistics) -> Option<f64> {
        let last = self.last.as_ref();
        let seconds = last.map_or(0.0, |last| statistics.t.since(last.t).as_secs_f64());
        let rate =
            |new: u64, old: u64| (seconds > 0.0).then(|| round_to((new - old) as f64 / seconds, 1));
        let object = Arc::make_mut(&mut self.state);
        object.frames_per_s = last.and_then(|last| rate(statistics.frames, last.frames));
        object.bytes_per_s = last.and_then(|last| rate(statistics.bytes, last.bytes));
        object.frames = Some(statistics.frames);
        object.bad_crc = Some(statistics.bad_crc);
        object.unknown = Some(statistics.unknown);
        object.junk_bytes = Some(statistics.junk_bytes);
        object.kernel_drops = Some(statistics.kernel_drops);
        object.queue_drops = Some(statistics.queue_drops);
        object.sent_frames = Some(statistics.sent_frames);
        object.send_errors = Some(statistics.send_errors);
        let policy = self.info.signing;
        object.signing = statistics
            .signing
            .map(|counters| LinkSignatures::of(policy, counters));
        object.peers = Some(statistics.peers).filter(|peers| *peers > 0);
        self.flow(
            &statistics.senders,
            if seconds > 0.0 { seconds } else { 1.0 },
        );
        self.last = Some(statistics);
        (seconds > 0.0).then_some(seconds)
    }

    fn flow(&mut self, senders: &[SenderStatistics], seconds: f64) {
        for flow in self.flows.values_mut() {
            flow.next = (flow.next + 1) % LOSS_WINDOW;
            flow.seconds[flow.next] = (0, 0);
            (flow.duplicates, flow.reordered) = (0, 0);
        }
        for sender in senders {
            let flow = self.flows.entry((sender.peer, sender.system)).or_default();
            let slot = &mut flow.seconds[flow.next];
            slot.0 += sender.received;
            slot.1 += sender.lost;
            flow.duplicates += sender.duplicates;
            flow.reordered += sender.reordered;
        }
        for flow in self.flows.values_mut() {
            flow.frames_per_s = round_to(f64::from(flow.seconds[flow.next].0) / seconds, 1);
        }
    }

    /// How a system is heard over a peer.
    pub(super) fn path(&self, peer: PeerId, system: SystemId, heard: TimeUs) -> Path {
        let mut path = Path {
            peer: Some(self.peer(peer)),
            heard_ms: Some(heard.as_ms()),
            ..Path::default()
        };
        path.rssi = self.radio.get(&peer).and_then(|radio| radio.rssi);
        if let Some(flow) = self.flows.get(&(peer, system)) {
            let (received, lost) = flow.sums();
            let sent = received + lost;
            path.frames_per_s = Some(flow.frames_per_s);
            path.loss_percent =
                (sent > 0).then(|| round_to(f64::from(lost) * 100.0 / f64::from(sent), 1));
            path.duplicates = Some(flow.duplicates);
            path.reordered = Some(flow.reordered);
        }
        path
    }

    /// A sender that is no part of a vehicle.
    pub(super) fn note_other(
        &mut self,
        peer: PeerId,
        system: SystemId,
        component: ComponentId,
        kind: Option<MavType>,
    ) {
        let key: Arc<str> = format!("{system}/{component}").into();
        let known = self.state.others.get(&key);
        let kind = kind.or(known.and_then(|known| known.kind));
        let other = Other {
            kind,
            peer: self.peers.get(&peer).cloned(),
        };
        if known != Some(&other) {
            Arc::make_mut(&mut self.state)
                .others
                .make_mut()
                .insert(key, other);
        }
    }

    /// A system of this link has become a vehicle: it is listed there now.
    pub(super) fn forget_others(&mut self, system: SystemId) {
        let prefix = format!("{system}/");
        if self.state.others.keys().any(|key| key.starts_with(&prefix)) {
            Arc::make_mut(&mut self.state)
                .others
                .make_mut()
                .retain(|key, _| !key.starts_with(&prefix));
        }
    }
}

/// The key of a path in the vehicle object: the link's name, with the peer where a link has several.
pub(super) fn path_key(book: &LinkBook, path: PathId, first_on_link: bool) -> Arc<str> {
    if first_on_link {
        Arc::clone(&book.info.name)
    } else {
        format!("{}@{}", book.info.name, book.peer(path.peer)).into()
    }
}

/// Looks a link up; one that is gone, and a number no link has, give nothing.
pub(super) fn book(links: &[LinkBook], link: LinkId) -> Option<&LinkBook> {
    links.get(usize::from(link.0)).filter(|book| !book.gone)
}
