//! One remote address of a link: its stream, its senders, and what they said they are.

use std::collections::BTreeMap;

use crate::{
    model::{
        ids::{ComponentId, PeerId, SystemId},
        link::SenderStatistics,
        time::TimeUs,
        words::{Autopilot, MavType},
    },
    wire::{
        sequence::{SequenceTotals, SequenceTracker, Window},
        splitter::Splitter,
    },
};

/// What is known of a peer.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) id: PeerId,
    pub(super) heard: TimeUs,
    /// Its address was told: something of it was believed.
    pub(super) is_told: bool,
    pub(super) splitter: Splitter,
    pub(super) senders: SequenceTracker,
    pub(super) autopilots: Box<[Option<Autopilot>; 256]>,
    pub(super) types: BTreeMap<(SystemId, ComponentId), MavType>,
}

impl Peer {
    pub(super) fn new(id: PeerId, heard: TimeUs) -> Self {
        Self {
            id,
            heard,
            is_told: false,
            splitter: Splitter::new(),
            senders: SequenceTracker::new(),
            autopilots: Box::new([None; 256]),
            types: BTreeMap::new(),
        }
    }

    /// Every sender with what was received and lost of it since the last call.
    pub(super) fn take_senders(&mut self) -> Vec<SenderStatistics> {
        let (peer, types) = (self.id, &self.types);
        let statistics =
            |((system, component), window, totals): (_, Window, SequenceTotals)| SenderStatistics {
                peer,
                system,
                component,
                received: u32::try_from(window.received).unwrap_or(u32::MAX),
                lost: u32::try_from(window.lost).unwrap_or(u32::MAX),
                duplicates: totals.duplicates,
                reordered: totals.reordered,
                mav_type: types.get(&(system, component)).copied(),
            };
        self.senders.take_windows().map(statistics).collect()
    }
}
