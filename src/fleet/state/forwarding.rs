//! What the fleet does for forwards: shows them, and says how each vehicle is reached.

use serde_json::json;

use super::Fleet;
use crate::{
    fleet::{journal::Entry, links::book},
    model::{
        event::EventKind,
        forward::{ForeignOrder, ForwardId, ForwardInfo, Road},
        link::ForwardReport,
        mission_command,
        words::Severity,
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
            ForwardReport::Order(order) => self.note_order(id, &order),
        }
    }

    /// Another station made a vehicle do something: whoever wonders why it did finds it in the log book.
    fn note_order(&mut self, id: ForwardId, order: &ForeignOrder) {
        let Some(name) = self.forwards.name(id) else {
            return;
        };
        let command = order.command.map(|number| {
            let known = mission_command::lookup(number).map(|known| known.name.to_owned());
            known.unwrap_or_else(|| format!("MAV_CMD {number}"))
        });
        let what = command.as_deref().unwrap_or(order.message);
        let (system, component) = order.by;
        let is_for_all = order.system.0 == 0;
        let (severity, end) = if is_for_all {
            (
                Severity::WARNING,
                " of every vehicle (system 0): not passed on",
            )
        } else {
            (Severity::INFO, "")
        };
        let text =
            format!("station {system}/{component} behind forward {name} ordered {what}{end}");
        let data = json!({
            "forward": &**name, "by": format!("{system}/{component}"), "message": order.message,
            "command": order.command, "target_system": order.system,
        });
        let entry = Entry::new(EventKind::Command, severity, text).with(data);
        let mut meant = self
            .roster
            .iter()
            .filter(|record| record.system == order.system);
        match (meant.next(), meant.next()) {
            (Some(only), None) => self.journal.vehicle(order.t, &only.vehicle.id, entry),
            _ => self.journal.station(order.t, entry),
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
