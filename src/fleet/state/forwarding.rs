//! What the fleet does for forwards: shows them, and says how each vehicle is reached.

use super::Fleet;
use crate::{
    fleet::links::book,
    model::{
        forward::{ForwardId, ForwardInfo, Road},
        link::ForwardReport,
    },
};

impl Fleet {
    /// A forward that will be heard of.
    pub fn add_forward(&mut self, id: ForwardId, info: &ForwardInfo) {
        self.forwards.add(id, info);
    }

    /// News of a forward.
    pub(super) fn on_forward(&mut self, id: ForwardId, report: ForwardReport) {
        let journal = &mut self.journal;
        match report {
            ForwardReport::Phase(phase, t) => self.forwards.phase(id, phase, t, journal),
            ForwardReport::Statistics(statistics) => {
                self.forwards.statistics(id, *statistics, journal);
            }
            ForwardReport::OwnId(peer, t) => self.hear_own_id_behind(id, peer, t),
        }
    }

    /// The primary path of every vehicle that can be sent to: none over links that are passive, closed or recordings.
    #[must_use]
    pub fn roads(&self) -> Vec<Road> {
        let road = |record: &crate::fleet::record::Record| {
            let path = record.paths.primary()?.id;
            let book = book(&self.links, path.link).filter(|book| book.transmits())?;
            Some(Road {
                network: book.info.network.clone(),
                system: record.system,
                autopilot: record.autopilot?,
                path,
                shared: book.info.shared,
            })
        };
        self.roster.iter().filter_map(road).collect()
    }
}
