//! What a conversation wants at a moment: nothing, to send, or to be over with an outcome `O`.

use crate::model::transmission::Outgoing;

/// Answer of a machine's `poll`; it is polled again until it says `Wait` or `Done`.
#[derive(Debug, Clone, PartialEq)]
pub enum Step<O> {
    /// Nothing yet.
    Wait,
    /// Send this.
    Send(Outgoing),
    /// It is over; said again at every later poll.
    Done(O),
}
