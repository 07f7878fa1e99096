//! What a screen is given: facts, the time, raised flags, and what it may do beyond itself.

use std::sync::Arc;

use tokio::sync::watch;

use super::{control::ScreenControl, hands::Hands};
use crate::model::{
    snapshot::Snapshot,
    time::{StationClock, TimeUs},
};

/// Where the screen gets its facts.
pub struct Feed {
    /// The newest moment.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Station time now: the station's clock, the other instance's when attached, the recording's in replay.
    pub now: Box<dyn Fn() -> TimeUs + Send>,
    /// Raised flags: stop, hang-up, suspend, resumed.
    pub control: ScreenControl,
    /// What the screen may do beyond itself.
    pub hands: Hands,
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").finish_non_exhaustive()
    }
}

impl Feed {
    /// The feed of a live station.
    #[must_use]
    pub fn live(
        snapshots: watch::Receiver<Arc<Snapshot>>,
        clock: StationClock,
        control: ScreenControl,
    ) -> Self {
        Self {
            snapshots,
            now: Box::new(move || clock.now()),
            control,
            hands: Hands::default(),
        }
    }
}
