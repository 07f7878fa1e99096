//! Messages on their way out of a link: encoded here, at the moment they are sent.

use crate::{
    model::{
        ids::{ComponentId, PeerId, SystemId},
        transmission::{Outgoing, Transmission},
    },
    wire::encode::Encoder,
};

/// The sending half of a link: one sequence counter for everything that leaves on it.
#[derive(Debug)]
pub(super) struct Outbox {
    encoder: Encoder,
    frame: Vec<u8>,
}

impl Outbox {
    pub(super) fn new(own: (SystemId, ComponentId)) -> Self {
        Self {
            encoder: Encoder::new(own.0, own.1),
            frame: Vec::with_capacity(64),
        }
    }

    /// The bytes of a message, and whom they are for.
    pub(super) fn encode(&mut self, transmission: &Transmission) -> (Option<PeerId>, &[u8]) {
        self.frame.clear();
        // A frame of another station leaves as it came: its numbers and its signature are that station's.
        if let Outgoing::Foreign(frame) = &transmission.message {
            self.frame.extend_from_slice(frame);
            return (transmission.peer, &self.frame);
        }
        self.encoder.encode(
            &transmission.message,
            transmission.mavlink2,
            &mut self.frame,
        );
        (transmission.peer, &self.frame)
    }
}
