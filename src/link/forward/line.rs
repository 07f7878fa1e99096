//! One connection of a forward: which frames of a parcel leave on it, and which of those that come are echoes.

use std::sync::{Arc, Mutex, PoisonError};

use super::post::Post;
use crate::{
    model::{
        frames::{Listener, Parcel},
        ids::{PathId, SystemId},
        loops::{Loops, hash},
    },
    wire::frame::STX_V2,
};

/// Frames gathered for one hand-over to the network.
pub(super) const BATCH: usize = 128;

/// Where a frame was first seen by a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It came over this path of a link.
    Link(PathId),
    /// The other station sent it.
    There,
}

/// A connection.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) post: Arc<Post>,
    loops: Mutex<Loops<Place>>,
}

/// Parcels, and which of their frames leave.
#[derive(Debug, Default)]
pub(super) struct Batch {
    parcels: Vec<Arc<Parcel>>,
    /// Parcel, first byte, byte behind the last.
    chosen: Vec<(usize, u32, u32)>,
}

impl Batch {
    /// The frames that leave, in the order they came, borrowed from the parcels.
    pub(super) fn frames(&self) -> Vec<&[u8]> {
        let frame = |(parcel, start, end): &(usize, u32, u32)| {
            let records = &self.parcels.get(*parcel)?.records;
            records.get(*start as usize..*end as usize)
        };
        self.chosen.iter().filter_map(frame).collect()
    }
}

impl Line {
    pub(super) fn new(post: &Arc<Post>) -> Self {
        Self {
            post: Arc::clone(post),
            loops: Mutex::default(),
        }
    }

    /// Waits for frames and gathers what is there; empty when nothing of it leaves. `None`: nothing will come.
    pub(super) async fn gather(&self, listener: &mut Listener) -> Option<Batch> {
        let mut batch = Batch::default();
        self.choose(listener.next().await?, &mut batch);
        while batch.chosen.len() < BATCH {
            let Some(parcel) = listener.waiting() else {
                break;
            };
            self.choose(parcel, &mut batch);
        }
        Some(batch)
    }

    fn choose(&self, parcel: Arc<Parcel>, batch: &mut Batch) {
        let (now, at) = (self.post.now(), batch.parcels.len());
        let filter = &self.post.info().filter;
        let mut loops = self.loops.lock().unwrap_or_else(PoisonError::into_inner);
        let mut looped = 0;
        for (mark, (path, frame)) in parcel.marks.iter().zip(parcel.frames()) {
            let (system, message) = sender_and_message(frame);
            if !filter.has(system, message) {
                continue;
            }
            if loops.passes(hash(frame), Place::Link(path), now) {
                batch.chosen.push((at, mark.start, mark.end));
            } else {
                looped += 1;
            }
        }
        drop(loops);
        if looped > 0 {
            self.post.count(|counted| counted.looped += looped);
        }
        batch.parcels.push(parcel);
    }

    /// Whether a frame that came was sent over this connection, or came over it a moment ago.
    pub(super) fn is_echo(&self, frame: &[u8]) -> bool {
        let now = self.post.now();
        let mut loops = self.loops.lock().unwrap_or_else(PoisonError::into_inner);
        !loops.is_new(hash(frame), Place::There, now)
    }
}

/// Who sent a whole frame, and its message id (<https://mavlink.io/en/guide/serialization.html>).
fn sender_and_message(frame: &[u8]) -> (SystemId, u32) {
    match *frame {
        [STX_V2, _, _, _, _, system, _, low, middle, high, ..] => {
            (SystemId(system), u32::from_le_bytes([low, middle, high, 0]))
        }
        [_, _, _, system, _, message, ..] => (SystemId(system), u32::from(message)),
        _ => (SystemId(0), u32::MAX),
    }
}
