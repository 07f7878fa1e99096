//! Round trips: each path of a vehicle is asked for its clock now and then, and its questions are answered
//! (<https://mavlink.io/en/services/timesync.html>).
//!
//! How often depends on the link: every 10 s on a network, every 30 s over a radio, never over a satellite.

use std::time::Duration;

use crate::{
    model::{
        ids::{ComponentId, PathId, SystemId},
        report::{Heard, Report},
        time::TimeUs,
        transmission::{Outgoing, Target},
    },
    protocol::timesync::Timesync,
};

/// The clocks of one vehicle, path by path.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    paths: Vec<(PathId, Timesync)>,
    answers: Vec<(PathId, Outgoing)>,
}

impl Clocks {
    /// The smoothed round trip over a path.
    pub(super) fn round_trip(&self, path: PathId) -> Option<Duration> {
        let known = self.paths.iter().find(|(id, _)| *id == path);
        known.and_then(|(_, clock)| clock.known().smoothed)
    }

    /// A report of the autopilot over a path.
    pub(super) fn hear(&mut self, path: PathId, heard: &Heard, own: (SystemId, ComponentId)) {
        if !matches!(heard.report, Report::Clock(_)) {
            return;
        }
        let Some((_, clock)) = self.paths.iter_mut().find(|(id, _)| *id == path) else {
            return;
        };
        let said = ((heard.system, heard.component), &heard.report);
        let answer = clock.on_report(said, own, heard.t);
        self.answers.extend(answer.map(|answer| (path, answer)));
    }

    /// What is to be sent over a path: the question that is due, when `asks`, and the answers owed.
    pub(super) fn poll(
        &mut self,
        path: PathId,
        (target, class, asks): (Target, &str, bool),
        now: TimeUs,
    ) -> Vec<Outgoing> {
        let place = self.paths.iter().position(|(id, _)| *id == path);
        let place = place.unwrap_or_else(|| {
            self.paths.push((path, Timesync::new(target, every(class))));
            self.paths.len() - 1
        });
        let clock = &mut self.paths[place].1;
        let question = asks.then(|| clock.poll(now)).flatten();
        let owed = self.answers.extract_if(.., |(id, _)| *id == path);
        question
            .into_iter()
            .chain(owed.map(|(_, answer)| answer))
            .collect()
    }

    /// Forgets paths that are gone.
    pub(super) fn retain(&mut self, is_known: impl Fn(PathId) -> bool) {
        self.paths.retain(|(id, _)| is_known(*id));
        self.answers.retain(|(id, _)| is_known(*id));
    }

    /// It restarted, or is another vehicle: its clock is another one.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

fn every(class: &str) -> Option<Duration> {
    match class {
        "lan" => Some(Duration::from_secs(10)),
        "radio" => Some(Duration::from_secs(30)),
        _ => None,
    }
}
