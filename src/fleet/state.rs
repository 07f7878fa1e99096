//! The fleet: every vehicle and link, changed only by `apply`, `on_link` and `tick`, published as snapshots.
//!
//! A plain value with plain functions: no channel, no clock. `actor` drives it live, `cli` drives it
//! over a recording. What it wants sent comes out of `poll_transmissions`.

mod change;
mod command;
mod forwarding;
mod own_id;
mod publish;
mod recorded;
mod senders;
mod signing;
mod streams;
mod transfer;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::{
    commands::{
        Commands,
        hear::{foresee, hear_answer},
    },
    forwards::Forwards,
    journal::{Desk, Entry, Journal},
    links::{LinkBook, book},
    losses::{settle_state, tell_silent_links},
    path_record::Standing,
    paths::{converse, hear_autopilot, hear_text, heartbeat_targets, settle, show_paths, witness},
    roster::{Listed, Roster},
    signing::Telling,
    transfers::{book::Transfers, watch::overhear},
};
use crate::model::{
    event::EventKind,
    ids::{ComponentId, LinkId, PathId, SystemId, VehicleId},
    link::{LinkInfo, LinkReport, Phase},
    report::{Heard, Report},
    snapshot::Snapshot,
    time::TimeUs,
    transmission::Transmission,
    words::Severity,
};

/// What a fleet is made of before anything is heard.
#[derive(Debug, Clone)]
pub struct FleetOptions {
    /// Every link; a `LinkId` is a place in this list.
    pub links: Vec<LinkInfo>,
    /// Vehicles that are expected.
    pub listed: Vec<Listed>,
    /// How long an unlisted vehicle may be lost before it leaves.
    pub forget_after: Duration,
    /// This station on the air.
    pub own: (SystemId, ComponentId),
}

/// Everything that is believed.
#[derive(Debug)]
pub struct Fleet {
    roster: Roster,
    network_of_link: Vec<usize>,
    links: Vec<LinkBook>,
    journal: Journal,
    published: Arc<Snapshot>,
    commands: Commands,
    tellings: Vec<Telling>,
    forwards: Forwards,
    transfers: Transfers,
    forget_after: Duration,
    own: (SystemId, ComponentId),
    own_id_told: Option<TimeUs>,
    /// Vehicles an operator looks at.
    focus: BTreeSet<VehicleId>,
    /// When the links are shared out again.
    govern_from: TimeUs,
}

impl Fleet {
    /// A fleet in which every listed vehicle is expected and nothing has been heard.
    #[must_use]
    pub fn new(options: FleetOptions) -> Self {
        let mut fleet = Self {
            roster: Roster::default(),
            network_of_link: Vec::new(),
            links: Vec::new(),
            journal: Journal::default(),
            published: Arc::default(),
            commands: Commands::default(),
            tellings: Vec::new(),
            forwards: Forwards::default(),
            transfers: Transfers::default(),
            forget_after: options.forget_after,
            own: options.own,
            own_id_told: None,
            focus: BTreeSet::new(),
            govern_from: TimeUs(i64::MIN),
        };
        for info in options.links {
            let network = fleet.roster.network(&info.network);
            fleet.network_of_link.push(network);
            let id = LinkId(u16::try_from(fleet.links.len()).unwrap_or(u16::MAX));
            fleet.links.push(LinkBook::new(id, info));
        }
        for listed in &options.listed {
            fleet.roster.expect(listed);
        }
        fleet
    }

    /// Events get the ids after `id`, which the flight log has used up. To be called before the first.
    pub fn number_events_after(&mut self, id: u64) {
        self.journal = Journal::starting_after(id);
    }

    /// A decoded frame, heard at its own time.
    pub fn apply(&mut self, link: LinkId, heard: &Heard) {
        let Some(network) = self.network_of(link) else {
            return;
        };
        self.watch_own_id(link, heard);
        if let Report::Radio(radio) = &heard.report {
            self.hear_radio(link, heard, *radio);
        } else if let Report::RateRequest(request) = heard.report {
            self.overhear_rates(link, heard, request);
        } else if let Some(row) = self.roster.row(network, heard.system) {
            self.links[usize::from(link.0)].hear(heard.t);
            self.hear_vehicle(row, network, link, heard);
        } else {
            self.hear_stranger(network, link, heard);
        }
    }

    /// The network of a link that is not gone.
    fn network_of(&self, link: LinkId) -> Option<usize> {
        book(&self.links, link)?;
        self.network_of_link.get(usize::from(link.0)).copied()
    }

    fn book_mut(&mut self, link: LinkId) -> Option<&mut LinkBook> {
        let book = self.links.get_mut(usize::from(link.0));
        book.filter(|book| !book.gone)
    }

    fn hear_stranger(&mut self, network: usize, link: LinkId, heard: &Heard) {
        match &heard.report {
            Report::Heartbeat(heartbeat) if heartbeat.is_vehicle() && heard.system.0 != 0 => {
                let row = self.roster.welcome(network, heard.system);
                self.unlist_others(network, heard.system);
                self.links[usize::from(link.0)].hear(heard.t);
                self.hear_vehicle(row, network, link, heard);
                let of_link = &self.network_of_link;
                let same = |link: LinkId| of_link.get(usize::from(link.0)) == Some(&network);
                let kept = self.roster.networks[network]
                    .strangers
                    .take(heard.system, same);
                for (link, heard) in kept {
                    self.hear_vehicle(row, network, link, &heard);
                }
            }
            Report::Heartbeat(heartbeat) => {
                let book = &mut self.links[usize::from(link.0)];
                let kind = Some(heartbeat.mav_type);
                book.note_other(heard.peer, heard.system, heard.component, kind);
            }
            _ => self.roster.networks[network].strangers.keep(link, heard),
        }
    }

    fn unlist_others(&mut self, network: usize, system: SystemId) {
        for (book, of) in self.links.iter_mut().zip(&self.network_of_link) {
            if *of == network {
                book.forget_others(system);
            }
        }
    }

    fn hear_vehicle(&mut self, row: usize, network: usize, link: LinkId, heard: &Heard) {
        let Roster { records, networks } = &mut self.roster;
        let Some(record) = records[row].as_mut() else {
            return;
        };
        let Some(book) = self.links.get(usize::from(link.0)) else {
            return;
        };
        let path = PathId {
            link,
            peer: heard.peer,
        };
        let mut desk = Desk {
            journal: &mut self.journal,
            t: heard.t,
        };
        if let Report::Heartbeat(heartbeat) = &heard.report {
            let of_autopilot = record.autopilot.is_none_or(|own| own == heard.component);
            if heartbeat.is_vehicle() && of_autopilot {
                hear_autopilot(record, heard, heartbeat, book, &mut desk);
            }
        }
        let texts = &mut networks[network].texts;
        if record.autopilot != Some(heard.component) {
            match &heard.report {
                Report::Text(part) => hear_text(texts, record, heard, part, &mut desk),
                report => record.hear_component(heard.component, report, heard.t),
            }
            return;
        }
        let standing = witness(record, path, heard);
        let told = self.tellings.iter_mut().filter(|told| told.row == row);
        told.for_each(|telling| telling.hear(path, heard.signing, heard.t));
        let taken = converse(record, path, heard, self.own) || book.info.recording;
        foresee(&self.commands, (row, record), heard);
        if matches!(standing, Some(Standing::Primary | Standing::Joined)) {
            let commands = &mut self.commands;
            hear_answer(commands, (row, record), (heard, taken), self.own, &mut desk);
            record.clocks.hear(path, heard, self.own);
            let is_ours = self.transfers.hear(row, heard, self.own);
            overhear(record, heard, (self.own, is_ours), &mut desk);
        }
        if standing == Some(Standing::Primary) || book.info.recording {
            match &heard.report {
                Report::Text(part) => hear_text(texts, record, heard, part, &mut desk),
                report => record.believe(report, &mut desk),
            }
        }
    }

    /// News of a link.
    pub fn on_link(&mut self, report: LinkReport) {
        match report {
            LinkReport::Heard(link, batch) => {
                for heard in &batch {
                    self.apply(link, heard);
                }
            }
            LinkReport::Phase(link, phase, t) => {
                let book = self.links.get_mut(usize::from(link.0));
                if let Some(book) = book.filter(|book| !book.gone) {
                    book.phase(&phase, t, &mut self.journal);
                }
                if phase == Phase::Ended {
                    self.show_paths_over(link);
                }
            }
            LinkReport::Untimed(link, t) => {
                let book = self.links.get_mut(usize::from(link.0));
                if let Some(book) = book {
                    book.has_no_times(t, &mut self.journal);
                }
            }
            LinkReport::Peer(path, address) => {
                if let Some(book) = self.book_mut(path.link) {
                    book.peers.insert(path.peer, address);
                }
            }
            LinkReport::Forward(id, report) => self.on_forward(id, report),
            LinkReport::Station(t, severity, text) => self.note_station(t, severity, &text),
            LinkReport::Statistics(link, statistics) => {
                let Some(book) = self.book_mut(link) else {
                    return;
                };
                let senders = statistics.senders.clone();
                let (t, dropped) = (statistics.t, book.newly_dropped(&statistics));
                let refused = book.newly_refused(&statistics);
                let seconds = book.statistics(*statistics);
                for entry in dropped.into_iter().chain(refused) {
                    self.journal.station(t, entry);
                }
                self.measure_streams(link, seconds);
                self.list_senders(link, &senders);
                self.show_paths_over(link);
            }
        }
    }

    /// Liveness, take-overs, conflicts, forgetting: what time alone changes.
    pub fn tick(&mut self, now: TimeUs) {
        tell_silent_links(&self.roster, &mut self.links, &mut self.journal, now);
        for row in 0..self.roster.records.len() {
            self.tick_row(row, now);
        }
        for network in 0..self.roster.networks.len() {
            let expired: Vec<_> = self.roster.networks[network].texts.expire(now).collect();
            for (system, _, joined) in expired {
                if let Some(record) = self.roster.find(network, system) {
                    record.text(
                        joined,
                        &mut Desk {
                            journal: &mut self.journal,
                            t: now,
                        },
                    );
                }
            }
        }
    }

    fn tick_row(&mut self, row: usize, now: TimeUs) {
        let Some(record) = self.roster.records[row].as_mut() else {
            return;
        };
        let mut desk = Desk {
            journal: &mut self.journal,
            t: now,
        };
        let changed = settle(record, &self.links, &mut desk);
        let Some(heard) = record.paths.heard() else {
            return;
        };
        settle_state(record, heard, &self.links, &mut desk);
        record.judge(&mut desk);
        if record.vehicle.heard_ms != Some(heard.as_ms()) {
            record.object().heard_ms = Some(heard.as_ms());
        }
        if !record.listed && now.since(heard) > self.forget_after {
            let text = "forgotten: not heard for too long";
            record.note(
                &mut desk,
                Entry::new(EventKind::State, Severity::INFO, text),
            );
            self.roster.forget(row);
        } else if changed {
            show_paths(record, &self.links);
        }
    }

    /// Where this station's heartbeat goes: every open link with one peer, every vehicle's peer on the others.
    #[must_use]
    pub fn heartbeat_targets(&self, now: TimeUs) -> Vec<Transmission> {
        heartbeat_targets(&self.links, self.roster.iter(), now)
    }

    /// An entry about the station itself (a clock step, a full disk, a new client).
    pub fn note_station(&mut self, now: TimeUs, severity: Severity, text: &str) {
        self.journal
            .station(now, Entry::new(EventKind::System, severity, text));
    }
}

#[cfg(test)]
mod tests;
