//! What an operator would write in a log book: always which vehicle, what, and why where known.

use std::{collections::VecDeque, sync::Arc};

use serde::Serialize;

use super::{ids::VehicleId, words::Severity};

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Rising by one, never used twice in a flight log nor in a session.
    pub id: u64,
    /// When, Unix ms of station time.
    pub t_ms: i64,
    /// About whom; absent for the station itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle: Option<VehicleId>,
    /// What sort.
    pub kind: EventKind,
    /// How bad.
    pub severity: Severity,
    /// One line.
    pub text: Arc<str>,
    /// Details for programs.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    pub data: serde_json::Value,
}

/// What sort of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// A STATUSTEXT.
    Text,
    /// The mode changed.
    Mode,
    /// Armed or disarmed.
    Armed,
    /// Appeared, lost, returned, rebooted, forgotten.
    State,
    /// A link opened or failed.
    Link,
    /// Another path took over, or a conflict.
    Path,
    /// An alert was raised or cleared.
    Alert,
    /// A command and its outcome.
    Command,
    /// A mission transfer.
    Mission,
    /// An operator or client came, went or did something.
    Operator,
    /// The station itself.
    System,
}

impl EventKind {
    /// Every sort there is.
    pub const ALL: [Self; 11] = [
        Self::Text,
        Self::Mode,
        Self::Armed,
        Self::State,
        Self::Link,
        Self::Path,
        Self::Alert,
        Self::Command,
        Self::Mission,
        Self::Operator,
        Self::System,
    ];

    /// The sort behind a word of the contract; `None` for one newer than this build.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Mode => "mode",
            Self::Armed => "armed",
            Self::State => "state",
            Self::Link => "link",
            Self::Path => "path",
            Self::Alert => "alert",
            Self::Command => "command",
            Self::Mission => "mission",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }
}

/// The newest events; a reader that kept its last id sees what is new, and whether it missed any.
#[derive(Debug, Clone, Default)]
pub struct EventRing {
    events: VecDeque<Arc<Event>>,
    /// The id before the first event of the session.
    before: u64,
}

impl EventRing {
    /// How many are kept.
    pub const CAPACITY: usize = 2_000;

    /// An empty ring whose first event will have the id after `id`: those up to it are in the flight log.
    #[must_use]
    pub fn starting_after(id: u64) -> Self {
        Self {
            events: VecDeque::new(),
            before: id,
        }
    }

    /// Adds the newest; the oldest leaves when full.
    pub fn push(&mut self, event: Arc<Event>) {
        if self.events.len() == Self::CAPACITY {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    /// Every event with an id above `id`, oldest first.
    #[must_use]
    pub fn after(&self, id: u64) -> impl DoubleEndedIterator<Item = &Arc<Event>> {
        self.events
            .range(self.events.partition_point(|event| event.id <= id)..)
    }

    /// How many events after `id` have already left the ring.
    #[must_use]
    pub fn missed_after(&self, id: u64) -> u64 {
        self.events.front().map_or(0, |oldest| {
            oldest.id.saturating_sub(id.max(self.before) + 1)
        })
    }

    /// Id of the newest event; when there is none yet, the one before the first.
    #[must_use]
    pub fn newest_id(&self) -> u64 {
        self.events.back().map_or(self.before, |event| event.id)
    }

    /// How many events there were in this session.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.newest_id().saturating_sub(self.before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: u64) -> Arc<Event> {
        let text = "x".into();
        let (kind, severity) = (EventKind::System, Severity::INFO);
        Arc::new(Event {
            id,
            t_ms: 0,
            vehicle: None,
            kind,
            severity,
            text,
            data: serde_json::Value::Null,
        })
    }

    #[test]
    fn a_reader_sees_each_event_once_and_knows_what_it_missed() {
        let mut ring = EventRing::default();
        for id in 1..=EventRing::CAPACITY as u64 + 5 {
            ring.push(event(id));
        }
        assert_eq!(
            ring.after(ring.newest_id() - 2)
                .map(|event| event.id)
                .collect::<Vec<_>>(),
            [2004, 2005]
        );
        assert_eq!(ring.missed_after(0), 5);
        assert_eq!(ring.missed_after(5), 0);
    }

    #[test]
    fn events_of_earlier_sessions_are_not_missed() {
        let mut ring = EventRing::starting_after(40);
        assert_eq!((ring.newest_id(), ring.written()), (40, 0));
        ring.push(event(41));
        assert_eq!((ring.missed_after(0), ring.missed_after(40)), (0, 0));
        assert_eq!((ring.newest_id(), ring.written()), (41, 1));
    }

    #[test]
    fn every_sort_of_event_is_found_by_its_word() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(EventKind::from_word("gossip"), None);
    }
}
