//! Does somebody else on the air call itself what this station calls itself? Then acks and answers go astray.

use std::time::Duration;

use serde_json::json;

use super::Fleet;
use crate::{
    fleet::{journal::Entry, links::book},
    model::{
        event::EventKind,
        ids::LinkId,
        report::{Heard, Report},
        time::TimeUs,
        words::Severity,
    },
};

/// It is said once in this time, however many there are.
const SAID_EVERY: Duration = Duration::from_mins(1);

impl Fleet {
    /// A heartbeat under our own id that is not our own come back (links keep those to themselves).
    /// In a recording it is the station that recorded.
    pub(super) fn watch_own_id(&mut self, link: LinkId, heard: &Heard) {
        let is_ours = (heard.system, heard.component) == self.own;
        if !is_ours || !matches!(heard.report, Report::Heartbeat(_)) {
            return;
        }
        let Some(book) = book(&self.links, link).filter(|book| !book.info.recording) else {
            return;
        };
        let is_told = |told: TimeUs| heard.t.since(told) < SAID_EVERY;
        if self.own_id_told.is_some_and(is_told) {
            return;
        }
        self.own_id_told = Some(heard.t);
        let (system, component) = self.own;
        let peer = book.peer(heard.peer);
        let text = format!(
            "another station uses our id {system}/{component}: {peer} on link {}",
            book.info.name
        );
        let data = json!({ "peer": &*peer, "link": &*book.info.name });
        let entry = Entry::new(EventKind::System, Severity::WARNING, text).with(data);
        self.journal.station(heard.t, entry);
    }
}
