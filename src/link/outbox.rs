//! Messages on their way out of a link: encoded and signed here, at the moment they are sent.

use super::gate::Gate;
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        signing::SigningChange,
        transmission::{Outgoing, Target, Transmission},
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

    /// The bytes of a message; `None` when it must not leave on this link.
    pub(super) fn encode(&mut self, transmission: &Transmission, gate: &mut Gate) -> Option<&[u8]> {
        self.frame.clear();
        match transmission.message {
            Outgoing::SetupSigning { target, change } => self.hand_over(target, change, gate)?,
            ref message => {
                let mavlink2 = transmission.mavlink2 || gate.requires();
                self.encoder.encode(message, mavlink2, &mut self.frame);
            }
        }
        let may_leave = !self.frame.is_empty() && gate.seal(&mut self.frame);
        may_leave.then_some(self.frame.as_slice())
    }

    /// The key of the link comes in here and nowhere before.
    fn hand_over(&mut self, target: Target, change: SigningChange, gate: &mut Gate) -> Option<()> {
        let (key, stamp) = gate.handover()?;
        let handed = (change == SigningChange::Setup).then_some((&key, stamp));
        self.encoder.setup_signing(target, handed, &mut self.frame);
        Some(())
    }
}
