//! Does somebody else on the air call itself what this station calls itself? Then acks and answers go astray.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::Fleet;
use crate::{
    fleet::{journal::Entry, links::book},
    model::{
        event::EventKind,
        forward::ForwardId,
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
        let peer = book.peer(heard.peer);
        let place = format!("{peer} on link {}", book.info.name);
        let data = json!({ "peer": &*peer, "link": &*book.info.name });
        self.say_own_id(&place, data, heard.t);
    }

    /// The same from behind a forward, which has told our own frames come round apart.
    pub(super) fn hear_own_id_behind(
        &mut self,
        forward: ForwardId,
        peer: Option<Arc<str>>,
        t: TimeUs,
    ) {
        let Some(name) = self.forwards.name(forward).cloned() else {
            return;
        };
        let peer = peer.unwrap_or_else(|| "a station".into());
        let place = format!("{peer} behind forward {name}");
        self.say_own_id(&place, json!({ "peer": &*peer, "forward": &*name }), t);
    }

    fn say_own_id(&mut self, place: &str, data: serde_json::Value, t: TimeUs) {
        let is_told = |told: TimeUs| t.since(told) < SAID_EVERY;
        if self.own_id_told.is_some_and(is_told) {
            return;
        }
        self.own_id_told = Some(t);
        let (system, component) = self.own;
        let text = format!("another station uses our id {system}/{component}: {place}");
        let entry = Entry::new(EventKind::System, Severity::WARNING, text).with(data);
        self.journal.station(t, entry);
    }
}
