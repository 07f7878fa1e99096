//! Commands under way at one tick: what leaves, what ends, and in which words.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::{
    Asked, Commands, Finished, Open, Standing, Wanted,
    begin::still_right,
    hints::{hint, may_explain},
};
use crate::{
    fleet::{
        journal::{Entry, Journal},
        links::{LinkBook, book},
        record::Record,
    },
    model::{
        command::{
            Kind,
            policy::Facts,
            report::CommandState::{Accepted, Refused, Rejected, Sent, TimedOut},
        },
        event::EventKind,
        ids::VehicleId,
        time::TimeUs,
        transmission::{Outgoing, Transmission},
        vehicle::State,
        words::{CommandResult, Severity},
    },
    protocol::commanding::{Ending, Proof, Step},
};

/// How long the vehicle may take to explain its no.
const EXPLAINS_WITHIN: Duration = Duration::from_millis(1_500);
const MOST_EXPLANATIONS: usize = 200;

impl Commands {
    /// Whether a question of an operator is open for that row.
    pub(in crate::fleet) fn asks(&self, row: usize) -> bool {
        self.open
            .iter()
            .any(|open| open.row == row && open.asked.kind == Kind::Request)
    }

    /// Brings every open command on.
    pub(in crate::fleet) fn drive(
        &mut self,
        (records, links): (&[Option<Record>], &[LinkBook]),
        journal: &mut Journal,
        now: TimeUs,
        out: &mut Vec<Transmission>,
    ) {
        self.read_explanations(journal);
        let mut still = Vec::new();
        for mut open in std::mem::take(&mut self.open) {
            let record = records.get(open.row).and_then(Option::as_ref);
            let record = record.filter(|record| record.system == open.system);
            let ended = match record {
                None => Some(Standing::new(TimedOut, "it is no longer known here")),
                Some(record) => self.step((&mut open, record), links, (journal, now), out),
            };
            match ended {
                Some(standing) => self.end(&open, standing, journal, now),
                None => still.push(open),
            }
        }
        self.open = still;
    }

    /// Tells how a command ended, and remembers it for what may still come.
    pub(super) fn end(
        &mut self,
        open: &Open,
        standing: Standing,
        journal: &mut Journal,
        now: TimeUs,
    ) {
        if open.run.sent() > 0 {
            self.note_finished(Finished {
                t: now,
                row: open.row,
                asked: open.asked.clone(),
                wanted: open.wanted,
                state: standing.state,
            });
        }
        self.tell(journal, (&open.vehicle, &open.asked), standing, now);
    }

    fn step(
        &mut self,
        (open, record): (&mut Open, &Record),
        links: &[LinkBook],
        (journal, now): (&mut Journal, TimeUs),
        out: &mut Vec<Transmission>,
    ) -> Option<Standing> {
        open.vehicle.clone_from(&record.vehicle.id);
        if let Some((result, until)) = open.held {
            let explanation = open.explanation.clone();
            return (explanation.is_some() || now >= until).then(|| {
                let asked = (open.asked.kind, open.asked.command);
                let likely = || hint(asked, &record.vehicle, result);
                let text = explanation.as_deref().or_else(likely);
                Standing::new(Rejected, text.unwrap_or_default()).with(result)
            });
        }
        if record.boots != open.boots && open.asked.kind != Kind::Reboot {
            return Some(Standing::new(
                TimedOut,
                "it restarted meanwhile; nothing is sent again",
            ));
        }
        if record.heirs != open.heirs {
            return Some(taken_over(open));
        }
        if open.run.sent() == 0
            && let Err(why) = still_right(open, record, now)
        {
            return Some(Standing::new(Refused, why));
        }
        let primary = record.paths.primary().filter(|path| path.id == open.path);
        let book = book(links, open.path.link).filter(|book| book.transmits());
        let (Some(path), Some(book)) = (primary, book) else {
            if open.run.sent() == 0 {
                return Some(Standing::new(
                    Refused,
                    "its link changed before anything was sent",
                ));
            }
            open.run.stop_retrying();
            return without_way(open, record, now);
        };
        calm(open, record);
        let is_asked = record
            .enquiries
            .iter()
            .any(|(_, enquiry)| enquiry.in_flight() == Some(open.run.command()));
        if open.run.sent() == 0 && is_asked {
            return None;
        }
        let may_send =
            !open.run.is_due(now) || self.pace.take(open.path.link, book.info.class, now);
        if !may_send {
            return None;
        }
        match open.run.poll(now, agrees(open, record)) {
            Step::Wait => None,
            Step::Done(ending) => finish(open, record, ending, now),
            Step::Send(message) => {
                let peer = book.info.shared.then_some(open.path.peer);
                let mavlink2 = path.mavlink2;
                self.sent(open, &message, (journal, now));
                out.push(Transmission {
                    link: open.path.link,
                    peer,
                    mavlink2,
                    message,
                });
                None
            }
        }
    }

    fn sent(
        &mut self,
        open: &mut Open,
        message: &Outgoing,
        (journal, now): (&mut Journal, TimeUs),
    ) {
        let (is_cancel, form) = match message {
            Outgoing::CommandCancel { .. } => (true, "COMMAND_CANCEL"),
            Outgoing::CommandInt { .. } => (false, "COMMAND_INT"),
            Outgoing::SetMode { .. } => (false, "SET_MODE"),
            Outgoing::Plan(..) => (false, "MISSION_SET_CURRENT"),
            Outgoing::GuidedTarget { .. } => (false, "SET_POSITION_TARGET_GLOBAL_INT"),
            _ => (false, "COMMAND_LONG"),
        };
        let acked_as = open.run.form().acked_as(open.run.command());
        if let Some(command) = acked_as.filter(|_| !is_cancel) {
            let whose = (command, Some(open.asked.ticket));
            self.note_sent(open.row, whose, (now, open.run.within()));
        }
        if open.first_sent.is_none() {
            open.first_sent = Some(now);
            let standing = Standing::new(Sent, open.remark.take().unwrap_or_default());
            self.tell(journal, (&open.vehicle, &open.asked), standing, now);
            return;
        }
        let (label, tries) = (&open.asked.label, open.run.sent());
        let text = if is_cancel {
            format!("{label}: told to leave it")
        } else {
            format!("{label} sent again, try {tries}, as {form}")
        };
        let data = json!({ "request": open.asked.request, "command": open.asked.command, "try": tries, "as": form, "by": open.asked.origin });
        let entry = Entry::new(EventKind::Command, Severity::INFO, text).with(data);
        journal.vehicle(now, &open.vehicle, entry);
    }

    /// Ends an open command of that MAV_CMD, and the retries of all that steer: somebody wants something newer.
    pub(in crate::fleet) fn give_way(
        &mut self,
        (row, command): (usize, u16),
        newer: &Asked,
        journal: &mut Journal,
        now: TimeUs,
    ) {
        let is_same = |open: &Open| open.row == row && open.run.command() == command;
        let (ended, mut still): (Vec<_>, Vec<_>) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(is_same);
        if newer.kind != Kind::Request {
            let steers = |open: &&mut Open| open.row == row && open.asked.kind != Kind::Request;
            still
                .iter_mut()
                .filter(steers)
                .for_each(|open| open.run.stop_retrying());
        }
        self.open = still;
        for open in ended {
            let text = format!("{} took its place before its answer came", newer.label);
            let state = if open.run.sent() == 0 {
                Refused
            } else {
                TimedOut
            };
            self.end(&open, Standing::new(state, text), journal, now);
        }
    }

    fn read_explanations(&mut self, journal: &Journal) {
        let ring = journal.ring();
        for event in ring.after(self.read_to) {
            if !may_explain(event.kind) || event.severity > Severity::WARNING {
                continue;
            }
            let of = |open: &&mut Open| event.vehicle.as_ref() == Some(&open.vehicle);
            for open in self.open.iter_mut().filter(of) {
                let after = open
                    .first_sent
                    .is_some_and(|sent| event.t_ms >= sent.as_ms());
                if after {
                    explain(&mut open.explanation, &event.text);
                }
            }
        }
        self.read_to = ring.newest_id();
    }
}

/// Whoever answers from now on is not proven to be the vehicle it was for.
fn taken_over(open: &Open) -> Standing {
    let why = "its sender fell silent, and the one that took its place is not proven to be the same vehicle";
    if open.run.sent() == 0 {
        return Standing::new(Refused, format!("{why}; nothing was sent"));
    }
    Standing::new(TimedOut, format!("{why}; nothing is sent again"))
}

/// A command that cannot be sent any more still ends.
fn without_way(open: &mut Open, record: &Record, now: TimeUs) -> Option<Standing> {
    match open.run.poll(now, agrees(open, record)) {
        Step::Done(ending) => finish(open, record, ending, now),
        Step::Wait | Step::Send(_) => None,
    }
}

fn finish(open: &mut Open, record: &Record, ending: Ending, now: TimeUs) -> Option<Standing> {
    match ending {
        Ending::Accepted(proof) => {
            let text = match proof {
                Proof::Ack => "",
                Proof::AckAndState => {
                    "its answer could not be told from that to an earlier one; the vehicle's own state says the same"
                }
                Proof::State => "it has no answer of its own; the vehicle's own state says so",
            };
            let standing = Standing::new(Accepted, text);
            let answered = proof != Proof::State;
            Some(if answered {
                standing.with(CommandResult(0))
            } else {
                standing
            })
        }
        Ending::Rejected(result) => {
            let Some(text) = open.explanation.clone() else {
                open.held = Some((result, now.plus(EXPLAINS_WITHIN)));
                return None;
            };
            Some(Standing::new(Rejected, &*text).with(result))
        }
        Ending::TimedOut(maybe) => Some(Standing::new(TimedOut, silence(open, record, maybe))),
    }
}

/// What is known of a command that got no certain answer.
fn silence(open: &Open, record: &Record, maybe: Option<CommandResult>) -> String {
    let has_answers = open.run.form().acked_as(0).is_some();
    let mut text = match (maybe, open.run.sent()) {
        (Some(result), _) => {
            format!("an answer came ({result}) that may belong to an earlier command")
        }
        _ if !has_answers => {
            "a guided target was sent, not confirmed: the vehicle has not said that it goes there"
                .into()
        }
        (None, 1) => "no answer; it may have been done all the same".to_owned(),
        (None, tries) => {
            format!("no answer to {tries} tries; it may have been done all the same")
        }
    };
    if agrees(open, record) {
        text.push_str(match open.wanted {
            Wanted::Armed(true) => ": it says it is armed",
            Wanted::Armed(false) => ": it says it is disarmed",
            Wanted::Going(_) => ": it says it goes there",
            Wanted::Item(_) => ": it says it is at that item",
            _ => ": it says it is in that mode",
        });
    }
    text
}

fn explain(explanation: &mut Option<Arc<str>>, text: &Arc<str>) {
    let text = text.trim();
    match explanation {
        None => *explanation = Some(text.into()),
        Some(known) if known.len() < MOST_EXPLANATIONS && !known.contains(text) => {
            *explanation = Some(format!("{known}; {text}").into());
        }
        Some(_) => {}
    }
}

/// Nothing is repeated to a vehicle that was lost, or once a second sender uses its system id, or disarmed again once it
/// may have left the ground.
fn calm(open: &mut Open, record: &Record) {
    let lost = record.vehicle.state == State::Lost;
    let doubled = record.vehicle.conflict.is_some() && !open.consent.overrides;
    let off_ground =
        open.asked.kind == Kind::Disarm && Facts::of(&record.vehicle, None).on_ground != Some(true);
    if lost || doubled || off_ground {
        open.run.stop_retrying();
    }
}

/// Whether the vehicle has said, since the command was first sent as it is sent now, that it is so.
fn agrees(open: &Open, record: &Record) -> bool {
    let since = open.run.since();
    since.is_some_and(|since| open.wanted.is_so(record, since))
}

/// The targets of a request, each once.
pub(in crate::fleet) fn each_once(vehicles: &[VehicleId]) -> Vec<&VehicleId> {
    let mut once = Vec::new();
    for vehicle in vehicles {
        if !once.contains(&vehicle) {
            once.push(vehicle);
        }
    }
    once
}
