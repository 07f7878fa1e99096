//! Who was heard sending on a link: parts of a vehicle, or others that are listed under the link.

use super::Fleet;
use crate::model::{
    ids::{ComponentId, LinkId, PeerId, SystemId},
    link::SenderStatistics,
};

impl Fleet {
    pub(super) fn list_senders(&mut self, link: LinkId, senders: &[SenderStatistics]) {
        let network = self.network_of_link[usize::from(link.0)];
        for sender in senders.iter().filter(|sender| sender.received > 0) {
            match self.roster.find(network, sender.system) {
                Some(record) if record.autopilot.is_some() => {
                    if record.autopilot != Some(sender.component) {
                        record.note_component(sender.component, sender.mav_type);
                    }
                }
                _ => {
                    let book = &mut self.links[usize::from(link.0)];
                    let SenderStatistics {
                        peer,
                        system,
                        component,
                        mav_type,
                        ..
                    } = *sender;
                    book.note_other(peer, system, component, mav_type);
                }
            }
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
