//! Senders that are no vehicle yet: what they said once is kept for a moment, in case they become one.

use std::collections::VecDeque;

use crate::model::{
    ids::{LinkId, SystemId},
    report::{Heard, Report},
};

/// Most reports kept; the oldest leave first.
const KEPT: usize = 256;

/// One-shot reports (home, version, text) heard before the first heartbeat of their system.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    kept: VecDeque<(LinkId, Heard)>,
}

impl Strangers {
    /// Keeps what will not be said again.
    pub(super) fn keep(&mut self, link: LinkId, heard: &Heard) {
        if !matches!(
            heard.report,
            Report::Home(_) | Report::Version(_) | Report::Text(_) | Report::MissionCount(_)
        ) {
            return;
        }
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((link, heard.clone()));
    }

    /// Everything kept of one system on the links that `same_network` accepts, in order.
    pub(super) fn take(
        &mut self,
        system: SystemId,
        same_network: impl Fn(LinkId) -> bool,
    ) -> Vec<(LinkId, Heard)> {
        let belongs =
            |(link, heard): &(LinkId, Heard)| heard.system == system && same_network(*link);
        let (taken, left): (Vec<_>, Vec<_>) = std::mem::take(&mut self.kept)
            .into_iter()
            .partition(belongs);
        self.kept = left.into();
        taken
    }
}
