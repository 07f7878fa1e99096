//! What the fleet actor is told besides what links report: intents, changes of its make-up, "are you there?".
//!
//! Written by the server, the screen and `app`; read by the actor at its next tick, or at once. Bounded:
//! a full one refuses, aloud.

use tokio::sync::{mpsc, oneshot};

use super::roster::Listed;
use crate::model::{
    forward::{ForwardId, ForwardInfo},
    ids::LinkId,
    intent::Intent,
    link::LinkInfo,
    transmission::Transmission,
};

/// Orders that may wait for a tick.
pub(super) const ORDERS: usize = 64;

/// One order.
#[derive(Debug)]
pub(super) enum Order {
    /// Somebody wants something.
    Intent(Intent),
    /// The make-up changes.
    Change(Box<FleetChange>),
    /// Answered when the actor comes round.
    AreYouThere(oneshot::Sender<()>),
}

/// A change of links and listed vehicles while the fleet lives.
#[derive(Debug, Default)]
pub struct FleetChange {
    /// Links that are gone; their ids are never used again.
    pub removed: Vec<LinkId>,
    /// New links. Ids go on where those of all earlier links ended.
    pub added: Vec<NewLink>,
    /// Links that stay connected and are asked for other rates, or counted to another class.
    pub adjusted: Vec<(LinkId, LinkInfo)>,
    /// Forwards that are gone; their ids are never used again.
    pub forwards_removed: Vec<ForwardId>,
    /// New forwards.
    pub forwards_added: Vec<(ForwardId, ForwardInfo)>,
    /// The vehicles that are expected from now on; `None` leaves them.
    pub listed: Option<Vec<Listed>>,
    /// How long an unlisted vehicle may be lost before it leaves; `None` leaves it.
    pub forget_after: Option<std::time::Duration>,
}

/// A link that joins a living fleet.
#[derive(Debug)]
pub struct NewLink {
    /// Its number.
    pub id: LinkId,
    /// What the fleet must know of it.
    pub info: LinkInfo,
    /// Where messages for it go; `None` for one that never sends.
    pub outbox: Option<mpsc::Sender<Transmission>>,
}
