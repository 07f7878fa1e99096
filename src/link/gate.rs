//! Who may come in on a link, and how is signed what goes out? The signing of one link with its clock and its memory.
//!
//! `ingest` asks for every frame before anything is made of it, `outbox` for every frame at the moment it leaves.
//! Where signing is off that is one comparison.

use std::{fmt, sync::Arc};

use crate::{
    model::{
        link::RefusedFrame,
        signing::{FrameSigning, SigningCounters, SigningKey, SigningPolicy},
        time::{TimeUs, WallClock},
    },
    wire::{
        frame::Frame,
        signing::{
            Signing,
            state::SigningState,
            timestamp::Timestamp,
            verdict::{Refusal, SignError, Verdict},
        },
    },
};

/// Keeps what signing must remember over a restart.
pub trait SigningKeeper: Send + Sync + fmt::Debug {
    /// The state of the link of this name, to be stored soon. Called by links at work: returns at once.
    fn keep(&self, link: &str, state: SigningState);
}

/// What `app` gives a link that signs.
#[derive(Debug, Clone)]
pub struct LinkSigning {
    /// The link's name, for its keeper.
    pub name: Arc<str>,
    /// The secret.
    pub key: SigningKey,
    /// What is refused.
    pub policy: SigningPolicy,
    /// Differs between all links of this station, and stays over restarts.
    pub link_id: u8,
    /// What was remembered.
    pub state: SigningState,
    /// Where it goes on being remembered.
    pub keeper: Arc<dyn SigningKeeper>,
    /// Where time stamps come from.
    pub wall: WallClock,
}

/// The signing of one link.
#[derive(Debug)]
pub(super) struct Gate {
    signing: Signing,
    memory: Option<(Arc<str>, Arc<dyn SigningKeeper>)>,
    wall: WallClock,
    /// The first frame refused since the last report.
    refused: Option<RefusedFrame>,
}

impl Gate {
    pub(super) fn new(signing: Option<LinkSigning>) -> Self {
        let Some(given) = signing else {
            return Self {
                signing: Signing::off(),
                memory: None,
                wall: WallClock::system(),
                refused: None,
            };
        };
        let LinkSigning { key, policy, .. } = given;
        Self {
            signing: Signing::new(key, policy, given.link_id, &given.state),
            memory: Some((given.name, given.keeper)),
            wall: given.wall,
            refused: None,
        }
    }

    /// What the signature of a frame is worth; `None` when the frame is refused, which is counted.
    #[inline]
    pub(super) fn admit(
        &mut self,
        frame: &Frame<'_>,
        address: impl FnOnce() -> Option<String>,
    ) -> Option<FrameSigning> {
        if self.signing.policy() == SigningPolicy::Off {
            return Some(FrameSigning::Unchecked);
        }
        match self.signing.check(frame, self.now()) {
            Verdict::Unchecked => Some(FrameSigning::Unchecked),
            Verdict::Unsigned => Some(FrameSigning::Unsigned),
            Verdict::Signed => Some(FrameSigning::Signed),
            Verdict::Refused(why) => {
                self.note(frame, why, address);
                None
            }
        }
    }

    #[cold]
    fn note(&mut self, frame: &Frame<'_>, why: Refusal, address: impl FnOnce() -> Option<String>) {
        self.refused.get_or_insert_with(|| RefusedFrame {
            system: frame.system,
            component: frame.component,
            peer: address().map(Into::into),
            why: why.to_string().into(),
        });
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_wall(self.wall.now())
    }

    /// Whether signatures are required, and so MAVLink 2.
    pub(super) fn requires(&self) -> bool {
        self.signing.policy() == SigningPolicy::Require
    }

    /// The secret and the first time stamp that goes with it, for a SETUP_SIGNING; `None` where signing is off.
    pub(super) fn handover(&mut self) -> Option<(SigningKey, u64)> {
        let now = self.now();
        let (key, stamp) = self.signing.handover(now)?;
        Some((key, stamp.raw()))
    }

    /// Signs the one frame in `frame`. Returns whether it may leave: unsigned it does only where that is accepted.
    pub(super) fn seal(&mut self, frame: &mut Vec<u8>) -> bool {
        if self.signing.policy() == SigningPolicy::Off {
            return true;
        }
        let now = self.now();
        match self.signing.sign(frame, 0, now) {
            Ok(()) => true,
            Err(SignError::Mavlink1 | SignError::NotAFrame) => !self.requires(),
        }
    }

    /// The counters of the start until now, and the first frame refused since the last call.
    pub(super) fn report(&mut self) -> (Option<SigningCounters>, Option<RefusedFrame>) {
        let is_on = self.signing.policy() != SigningPolicy::Off;
        let counters = is_on.then(|| self.signing.counters());
        (counters, self.refused.take())
    }

    /// Hands over what must be remembered, when that is due.
    pub(super) fn remember(&mut self, now: TimeUs) {
        if let Some((name, keeper)) = &self.memory
            && let Some(state) = self.signing.state_when_due(now)
        {
            keeper.keep(name, state);
        }
    }

    /// The same at the end, due or not.
    pub(super) fn remember_all(&mut self) {
        if let Some((name, keeper)) = &self.memory {
            keeper.keep(name, self.signing.state());
        }
    }
}

#[cfg(test)]
mod tests;
