//! The last time stamp of every signed stream, and what of it must survive a restart.
//!
//! A stream is (system, component, link id). Without the stored stamps everything recorded before a
//! restart could be played back after it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{timestamp::Timestamp, verdict::Refusal};
use crate::model::ids::{ComponentId, SystemId};

/// Only holders of the key make streams, and a link has not that many.
const MOST_STREAMS: usize = 1_024;

type Stream = (SystemId, ComponentId, u8);

/// What a link's signing must remember: plain numbers, no secret.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SigningState {
    /// The newest time stamp given out or believed, units of 10 µs since 2015.
    pub clock_10us: u64,
    /// The last time stamp of each stream.
    pub streams: Vec<StreamState>,
}

/// The last time stamp of one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamState {
    /// The sender.
    pub system: SystemId,
    /// The sender's component.
    pub component: ComponentId,
    /// The link the sender signed for.
    pub link_id: u8,
    /// Units of 10 µs since 2015.
    pub last_10us: u64,
}

impl SigningState {
    pub(super) const fn clock(&self) -> Timestamp {
        Timestamp::from_raw(self.clock_10us)
    }
}

/// The streams of a link.
#[derive(Debug, Clone, Default)]
pub(super) struct Streams(HashMap<Stream, Timestamp>);

impl Streams {
    pub(super) fn restore(state: &SigningState) -> Self {
        let restored = state.streams.iter().take(MOST_STREAMS).map(|stream| {
            let key = (stream.system, stream.component, stream.link_id);
            (key, Timestamp::from_raw(stream.last_10us))
        });
        Self(restored.collect())
    }

    /// Whether a frame of `stream` may have this time stamp, when it is now `now`.
    pub(super) fn judge(
        &self,
        stream: Stream,
        stamp: Timestamp,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        match self.0.get(&stream) {
            Some(last) if stamp <= *last => Err(Refusal::Replayed),
            None if stamp.is_long_before(now) => Err(Refusal::TooOld),
            None if self.0.len() >= MOST_STREAMS => Err(Refusal::TooManyStreams),
            _ => Ok(()),
        }
    }

    /// A well-signed frame came.
    pub(super) fn note(&mut self, stream: Stream, stamp: Timestamp) {
        self.0.insert(stream, stamp);
    }

    pub(super) fn state(&self, clock: Timestamp) -> SigningState {
        let state = |(&(system, component, link_id), last): (&Stream, &Timestamp)| StreamState {
            system,
            component,
            link_id,
            last_10us: last.raw(),
        };
        let mut streams: Vec<_> = self.0.iter().map(state).collect();
        streams.sort_by_key(|stream| (stream.system, stream.component, stream.link_id));
        SigningState {
            clock_10us: clock.raw(),
            streams,
        }
    }
}
