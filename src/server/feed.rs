//! The feed: every message is made once per tick and shared by all clients at the same point.
//!
//! A client at `have` is brought to the newest snapshot by their difference, whatever lies between;
//! so nothing is queued for anybody, and a slow client costs a snapshot it still holds. The cache
//! lives for one tick and is filled by the first client that asks.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;

use super::{
    difference::{SnapshotMessage, UpdateMessage},
    protocol::{MessageError, ServerMessage, encode},
    selection::{Encoding, Selection, View},
};
use crate::model::snapshot::Snapshot;

/// What a client has: the snapshot its state equals, and the `seq` it was told last.
#[derive(Debug, Clone)]
pub(super) struct Have {
    /// As far as the client's selection shows, its state is this one's.
    pub(super) snapshot: Arc<Snapshot>,
    /// The `seq` of the last message it got; older than the snapshot's when ticks showed it nothing.
    pub(super) told: u64,
}

impl Have {
    /// After a snapshot or an update to this one.
    pub(super) fn exactly(snapshot: Arc<Snapshot>) -> Self {
        let told = snapshot.seq;
        Self { snapshot, told }
    }
}

/// Makes messages, each once.
#[derive(Debug, Default)]
pub(super) struct Feed {
    cache: Mutex<Cache>,
    selections: Mutex<Vec<Weak<Selection>>>,
    /// Messages that were encoded.
    pub(super) encoded: AtomicU64,
    /// Messages that were asked for.
    pub(super) asked: AtomicU64,
}

#[derive(Debug, Default)]
struct Cache {
    seq: u64,
    messages: HashMap<Key, Arc<Slot>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    what: What,
    selection: usize,
    encoding: Encoding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Snapshot,
    Update { have: u64, told: u64 },
    Events { after: u64 },
}

/// Holds the selection too, so that its address is not given to another while the key lives.
#[derive(Debug)]
struct Slot {
    _selection: Arc<Selection>,
    message: OnceLock<Made>,
}

type Made = Result<Option<Bytes>, MessageError>;

/// More different wishes than this in one tick are served without being kept.
const CACHE_CAPACITY: usize = 1024;

impl Feed {
    /// The one shared copy of a selection.
    pub(super) fn intern(&self, selection: Selection) -> Arc<Selection> {
        let mut known = lock(&self.selections);
        known.retain(|weak| weak.strong_count() > 0);
        if let Some(found) = known
            .iter()
            .filter_map(Weak::upgrade)
            .find(|found| **found == selection)
        {
            return found;
        }
        let selection = Arc::new(selection);
        known.push(Arc::downgrade(&selection));
        selection
    }

    /// The whole of `newest`, as far as the view shows it.
    pub(super) fn snapshot(&self, newest: &Snapshot, view: &View) -> Result<Bytes, MessageError> {
        let make = || {
            let message = SnapshotMessage::of(newest, &view.selection);
            encode(view.encoding, &message).map(Some)
        };
        self.made(newest.seq, What::Snapshot, view, make)
            .map(Option::unwrap_or_default)
    }

    /// What brings a client from what it has to `newest`; `None` when its view shows no difference.
    pub(super) fn update(&self, have: &Have, newest: &Snapshot, view: &View) -> Made {
        let what = What::Update {
            have: have.snapshot.seq,
            told: have.told,
        };
        self.made(newest.seq, what, view, || {
            UpdateMessage::between(&have.snapshot, newest, have.told, &view.selection)
                .map(|message| encode(view.encoding, &message))
                .transpose()
        })
    }

    /// The events of `newest` after that id; `None` when the view shows none.
    pub(super) fn events(&self, after: u64, newest: &Snapshot, view: &View) -> Made {
        self.made(newest.seq, What::Events { after }, view, || {
            let events: Vec<_> = newest
                .events
                .after(after)
                .map(|event| &**event)
                .filter(|event| view.selection.has_event(event))
                .collect();
            if events.is_empty() {
                return Ok(None);
            }
            encode(view.encoding, &ServerMessage::Events { events: &events }).map(Some)
        })
    }

    fn made(&self, seq: u64, what: What, view: &View, make: impl FnOnce() -> Made) -> Made {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let make = || {
            self.encoded.fetch_add(1, Ordering::Relaxed);
            make()
        };
        match self.slot(seq, what, view) {
            Some(slot) => slot.message.get_or_init(make).clone(),
            None => make(),
        }
    }

    fn slot(&self, seq: u64, what: What, view: &View) -> Option<Arc<Slot>> {
        let key = Key {
            what,
            selection: Arc::as_ptr(&view.selection).addr(),
            encoding: view.encoding,
        };
        let mut cache = lock(&self.cache);
        if seq > cache.seq {
            cache.seq = seq;
            cache.messages.clear();
        }
        if seq < cache.seq {
            return None;
        }
        if let Some(slot) = cache.messages.get(&key) {
            return Some(slot.clone());
        }
        if cache.messages.len() >= CACHE_CAPACITY {
            return None;
        }
        let slot = Arc::new(Slot {
            _selection: view.selection.clone(),
            message: OnceLock::new(),
        });
        cache.messages.insert(key, slot.clone());
        Some(slot)
    }
}

/// The lock; a thread that died holding it left nothing half done that the next tick does not clear.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
