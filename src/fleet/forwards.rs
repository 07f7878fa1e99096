//! The books of the forwards: their phases and counters, made into the objects that are shown.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;

use super::journal::{Entry, Journal};
use crate::model::{
    event::EventKind,
    forward::{ForwardId, ForwardInfo, ForwardStatistics},
    forward_state::ForwardState,
    geo::round_to,
    link::{LinkPhase, Other, Phase},
    time::TimeUs,
    words::Severity,
};

/// Every forward of the station.
#[derive(Debug, Default)]
pub(super) struct Forwards {
    books: BTreeMap<ForwardId, Book>,
}

#[derive(Debug)]
struct Book {
    name: Arc<str>,
    state: Arc<ForwardState>,
    last: Option<ForwardStatistics>,
    /// Dropped frames that were told, and when.
    drops_told: (u64, Option<TimeUs>),
}

/// Losses are told once in this time.
const DROPS_TOLD_EVERY: std::time::Duration = std::time::Duration::from_secs(10);

impl Forwards {
    pub(super) fn add(&mut self, id: ForwardId, info: &ForwardInfo) {
        let book = Book {
            name: Arc::clone(&info.name),
            state: Arc::new(ForwardState::opening(info)),
            last: None,
            drops_told: (0, None),
        };
        self.books.insert(id, book);
    }

    /// Takes one away; its name, if it was there.
    pub(super) fn remove(&mut self, id: ForwardId) -> Option<Arc<str>> {
        self.books.remove(&id).map(|book| book.name)
    }

    /// The name of one.
    pub(super) fn name(&self, id: ForwardId) -> Option<&Arc<str>> {
        self.books.get(&id).map(|book| &book.name)
    }

    /// What is shown.
    pub(super) fn shown(&self) -> BTreeMap<Arc<str>, Arc<ForwardState>> {
        let shown = |book: &Book| (Arc::clone(&book.name), Arc::clone(&book.state));
        self.books.values().map(shown).collect()
    }

    /// A new phase; only a change is an event.
    pub(super) fn phase(&mut self, id: ForwardId, phase: Phase, t: TimeUs, journal: &mut Journal) {
        let Some(book) = self.books.get_mut(&id) else {
            return;
        };
        let (state, reason) = match phase {
            Phase::Opening => (LinkPhase::Opening, None),
            Phase::Open => (LinkPhase::Open, None),
            Phase::Waiting { reason, .. } => (LinkPhase::Waiting, Some(reason)),
            Phase::Ended => (LinkPhase::Ended, None),
        };
        if let Some(entry) = book.tell(state, reason.as_ref()) {
            journal.station(t, entry);
        }
        let was = book.state.state;
        let object = Arc::make_mut(&mut book.state);
        // One that is tried again keeps the reason of its last failure until it opens.
        if state != LinkPhase::Opening || was != LinkPhase::Waiting {
            object.reason = reason;
        }
        object.state = state;
        object.since_ms = Some(t.as_ms());
        if state != LinkPhase::Open {
            // Nothing goes out: rates must not go on looking alive.
            (object.frames_per_s, object.bytes_per_s) = (Some(0.0), Some(0.0));
            object.peers = None;
        }
    }

    /// Counters of the last second.
    pub(super) fn statistics(
        &mut self,
        id: ForwardId,
        statistics: ForwardStatistics,
        journal: &mut Journal,
    ) {
        let Some(book) = self.books.get_mut(&id) else {
            return;
        };
        if let Some(entry) = book.newly_dropped(&statistics) {
            journal.station(statistics.t, entry);
        }
        book.show(&statistics);
        book.last = Some(statistics);
    }
}

impl Book {
    fn tell(&self, state: LinkPhase, reason: Option<&Arc<str>>) -> Option<Entry> {
        let (name, now) = (&self.name, &self.state);
        let entry = |severity, text: String| {
            Some(Entry::new(EventKind::Link, severity, text).with(json!({ "forward": &**name })))
        };
        match (state, reason) {
            (LinkPhase::Waiting, Some(reason)) if now.reason.as_ref() != Some(reason) => {
                entry(Severity::WARNING, format!("forward {name}: {reason}"))
            }
            (LinkPhase::Open, _) if now.state != LinkPhase::Open => {
                let way = now.direction;
                entry(Severity::INFO, format!("forward {name} open ({way})"))
            }
            (LinkPhase::Ended, _) if now.state != LinkPhase::Ended => {
                entry(Severity::INFO, format!("forward {name} ended"))
            }
            _ => None,
        }
    }

    /// What the other station never gets because it is too slow, once in ten seconds.
    fn newly_dropped(&mut self, statistics: &ForwardStatistics) -> Option<Entry> {
        let (told, at) = self.drops_told;
        let lost = statistics.dropped.saturating_sub(told);
        if lost == 0 || at.is_some_and(|at| statistics.t.since(at) < DROPS_TOLD_EVERY) {
            return None;
        }
        self.drops_told = (statistics.dropped, Some(statistics.t));
        let name = &self.name;
        let text = format!("forward {name}: {lost} frames dropped, the other side is too slow");
        let data = json!({ "forward": &**name, "dropped_frames": statistics.dropped });
        Some(Entry::new(EventKind::Link, Severity::WARNING, text).with(data))
    }

    fn show(&mut self, new: &ForwardStatistics) {
        let last = self.last.as_ref();
        let seconds = last.map_or(0.0, |last| new.t.since(last.t).as_secs_f64());
        let rate = |now: u64, before: u64| {
            (seconds > 0.0).then(|| round_to(now.saturating_sub(before) as f64 / seconds, 1))
        };
        let rates = last.map(|last| {
            (
                rate(new.sent, last.sent),
                rate(new.sent_bytes, last.sent_bytes),
            )
        });
        let object = Arc::make_mut(&mut self.state);
        if let Some((frames_per_s, bytes_per_s)) = rates
            && seconds > 0.0
        {
            (object.frames_per_s, object.bytes_per_s) = (frames_per_s, bytes_per_s);
        }
        object.peers = Some(new.peers).filter(|peers| *peers > 0);
        object.sent_frames = Some(new.sent);
        object.dropped_frames = Some(new.dropped);
        object.looped_frames = Some(new.looped);
        object.send_errors = Some(new.send_errors);
        object.received_frames = Some(new.received);
        object.passed_frames = Some(new.passed);
        object.broadcast_frames = Some(new.broadcast);
        object.ignored_frames = Some(new.ignored);
        object.refused_frames = Some(new.refused);
        object.own_id_frames = Some(new.own_id);
        object.bad_crc = Some(new.bad_crc);
        let others: BTreeMap<Arc<str>, Other> = new
            .others
            .iter()
            .map(|(system, component, kind, peer)| {
                let key = Arc::from(format!("{system}/{component}"));
                let (kind, peer) = (Some(*kind), peer.clone());
                (key, Other { kind, peer })
            })
            .collect();
        if *object.others != others {
            *object.others.make_mut() = others;
        }
    }
}
