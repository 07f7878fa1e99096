//! What changes while a fleet lives: links come and go, vehicles are listed, unlisted, renamed, regrouped.
//!
//! A link's number is never used again. A vehicle keeps everything that is known of it, whatever it is called.

use super::Fleet;
use crate::{
    fleet::{
        journal::Entry,
        links::LinkBook,
        order::FleetChange,
        paths::show_paths,
        roster::{Listed, Relisted},
    },
    model::{
        event::EventKind,
        ids::LinkId,
        intent::{Act, Intent},
        link::LinkInfo,
        time::TimeUs,
        words::Severity,
    },
};

impl Fleet {
    /// Acts on an intent.
    pub fn obey(&mut self, intent: Intent, now: TimeUs) {
        let Intent { origin, act } = intent;
        match act {
            Act::Command(request) => self.command(&request, &origin, now),
            Act::AbortCommand { ticket } => self.abort_command(ticket, &origin, now),
            Act::Signing(request) => self.change_signing(&request, &origin, now),
            Act::Transfer(request) => self.transfer(*request, &origin, now),
            Act::CancelTransfer { ticket } => self.cancel_transfers(ticket, &origin, now),
            Act::RememberParams { uid, hash, set } => {
                self.remember_params(&uid, (hash, &set), now);
            }
            Act::Focus { vehicles } => self.focus(vehicles),
            Act::Note {
                kind,
                severity,
                text,
                data,
            } => {
                let mut details = serde_json::Map::new();
                if let serde_json::Value::Object(given) = data {
                    details = given;
                }
                details.insert("by".into(), serde_json::json!(origin));
                let entry = Entry::new(kind, severity, text).with(details.into());
                self.journal.station(now, entry);
            }
        }
    }

    /// Takes a change over; each part of it is an event.
    pub fn change(&mut self, change: &FleetChange, now: TimeUs) {
        self.resume_rates();
        for link in &change.removed {
            self.remove_link(*link, now);
        }
        for new in &change.added {
            self.add_link(new.id, new.info.clone(), now);
        }
        for (link, info) in &change.adjusted {
            self.adjust_link(*link, info);
        }
        for id in &change.forwards_removed {
            if let Some(name) = self.forwards.remove(*id) {
                self.note_link(format!("forward {name} removed"), now);
            }
        }
        for (id, info) in &change.forwards_added {
            let text = format!("forward {} added: {}", info.name, info.url);
            self.add_forward(*id, info);
            self.note_link(text, now);
        }
        if let Some(listed) = &change.listed {
            self.relist(listed, now);
        }
        if let Some(forget_after) = change.forget_after {
            self.forget_after = forget_after;
        }
    }

    fn remove_link(&mut self, link: LinkId, now: TimeUs) {
        let Some(book) = self.links.get_mut(usize::from(link.0)) else {
            return;
        };
        if std::mem::replace(&mut book.gone, true) {
            return;
        }
        let text = format!("link {} removed", book.info.name);
        self.note_link(text, now);
        self.show_paths_over(link);
    }

    fn add_link(&mut self, id: LinkId, info: LinkInfo, now: TimeUs) {
        if usize::from(id.0) != self.links.len() {
            tracing::error!(
                ?id,
                "a link came with a number out of turn; it is not heard"
            );
            return;
        }
        let text = format!("link {} added: {}", info.name, info.url);
        let network = self.roster.network(&info.network);
        self.network_of_link.push(network);
        self.links.push(LinkBook::new(id, info));
        self.note_link(text, now);
    }

    fn note_link(&mut self, text: String, now: TimeUs) {
        let entry = Entry::new(EventKind::Link, Severity::INFO, text);
        self.journal.station(now, entry);
    }

    fn adjust_link(&mut self, link: LinkId, info: &LinkInfo) {
        let Some(book) = self.links.get_mut(usize::from(link.0)) else {
            return;
        };
        book.adjust(info);
        // Vehicles on it are asked anew, at the new rates.
        for record in self.roster.records.iter_mut().flatten() {
            record.enquiries.retain(|(path, _)| path.link != link);
        }
    }

    /// Writes into the vehicles of a link how they are heard.
    pub(super) fn show_paths_over(&mut self, link: LinkId) {
        for record in self.roster.records.iter_mut().flatten() {
            if record.paths.iter().any(|path| path.id.link == link) {
                show_paths(record, &self.links);
            }
        }
    }

    fn relist(&mut self, listed: &[Listed], now: TimeUs) {
        for (id, what) in self.roster.relist(listed) {
            let text = match &what {
                Relisted::Expected => format!("{id} is expected"),
                Relisted::Gone => format!("{id} is no longer expected"),
                Relisted::Renamed(was) => format!("{was} is now {id}"),
                Relisted::Described => format!("{id} is described anew"),
            };
            let entry = Entry::new(EventKind::State, Severity::INFO, text);
            if matches!(what, Relisted::Gone) {
                self.journal.station(now, entry);
            } else {
                self.journal.vehicle(now, &id, entry);
            }
        }
    }
}

#[cfg(test)]
mod tests;
