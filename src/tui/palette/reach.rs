//! Whether this screen may command at all, and the sentence that says why not.

use crate::model::snapshot::Snapshot;

/// Whom this screen can reach; handed over by whoever starts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Nobody takes what it would send.
    #[default]
    Nobody,
    /// A recording, which nobody can command.
    Recording,
    /// The vehicles of this station, over links that transmit.
    Vehicles,
}

impl Reach {
    /// Why no vehicle can be commanded over the links of a snapshot, if so.
    #[must_use]
    pub fn refusal(self, snapshot: &Snapshot) -> Option<&'static str> {
        match self {
            Self::Nobody => Some("this screen has nobody to command for it"),
            Self::Recording => Some("this is a recording: nothing in it can be commanded"),
            Self::Vehicles if snapshot.links.values().any(|link| !link.passive) => None,
            Self::Vehicles => Some("no link of this station transmits: it only listens"),
        }
    }
}
