//! What is asked of a fleet that lives through a recording, where no link reports once a second.

use super::Fleet;
use crate::{
    fleet::paths::show_paths,
    model::{
        ids::{ComponentId, LinkId, PeerId, SystemId},
        link::SenderStatistics,
    },
};

impl Fleet {
    /// Writes into every vehicle how it is heard as of now; live, statistics do so once a second.
    pub fn refresh_paths(&mut self) {
        for record in self.roster.records.iter_mut().flatten() {
            show_paths(record, &self.links);
        }
    }

    /// A sender seen in a recording, for the component list.
    pub fn note_sender(&mut self, link: LinkId, system: SystemId, component: ComponentId) {
        let peer = PeerId(0);
        let (received, lost, duplicates, reordered, mav_type) = (1, 0, 0, 0, None);
        let sender = SenderStatistics {
            peer,
            system,
            component,
            received,
            lost,
            duplicates,
            reordered,
            mav_type,
        };
        self.list_senders(link, &[sender]);
    }
}
