//! Transfers at one tick: whose turn it is, what leaves, how far they are, what ends.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    begin,
    book::Transfers,
    conclude::{Conclusion, Learned},
    interrupt::Interruption,
    job::Job,
};
use crate::{
    fleet::{
        journal::Journal,
        links::{LinkBook, book},
        record::Record,
    },
    model::{
        holdings::HeldPlan,
        ids::{ComponentId, LinkId, SystemId},
        report::{Heard, Report},
        time::TimeUs,
        transfer_report::TransferState,
        transmission::{Outgoing, Transmission},
    },
    protocol::{mission::pace::Pace, step::Step},
};

/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// After its end a conversation still answers a vehicle that has not heard our last word.
const LINGERS: Duration = Duration::from_secs(5);
/// Messages of one transfer that may leave in one tick.
const MOST_PER_TICK: usize = 32;

impl Transfers {
    /// A report of the autopilot of `row`. Returns whether it belongs to a transfer of ours.
    pub(in crate::fleet) fn hear(
        &mut self,
        row: usize,
        heard: &Heard,
        own: (SystemId, ComponentId),
    ) -> bool {
        if !is_about_transfers(&heard.report) {
            return false;
        }
        let sender = (heard.system, heard.component);
        let lingering = self.lingering.iter_mut().map(|(_, job)| job);
        let mut jobs = self.open.iter_mut().chain(lingering);
        jobs.any(|job| {
            let machine = job.machine.as_mut().filter(|_| job.row == row);
            machine.is_some_and(|machine| machine.on_report(sender, &heard.report, own, heard.t))
        })
    }

    /// Brings every transfer on.
    pub(in crate::fleet) fn drive(
        &mut self,
        (records, links): (&mut [Option<Record>], &[LinkBook]),
        journal: &mut Journal,
        now: TimeUs,
        out: &mut Vec<Transmission>,
    ) {
        self.lingering.retain(|(until, _)| now < *until);
        for (_, job) in &mut self.lingering {
            let record = records.get(job.row).and_then(Option::as_ref);
            let is_same = |record: &&Record| {
                record.system == job.system && Interruption::of(job, record).is_none()
            };
            if let Some(record) = record.filter(is_same) {
                speak(job, record, links, now, out);
            }
        }
        let mut turns = Turns::of(&self.open, records);
        for mut job in std::mem::take(&mut self.open) {
            let record = records.get_mut(job.row).and_then(Option::as_mut);
            let record = record.filter(|record| record.system == job.system);
            let Some(record) = record else {
                let gone = Conclusion::failed("the vehicle is no longer known here");
                self.end(journal, &job, gone, now);
                continue;
            };
            job.vehicle.clone_from(&record.vehicle.id);
            let conclusion = step(&mut job, record, links, (&mut turns, now), out);
            match conclusion {
                None => {
                    self.tell_progress(&mut job, now);
                    self.open.push(job);
                }
                Some(mut conclusion) => {
                    if let Some(machine) = &job.machine {
                        job.progress = machine.progress(now);
                    }
                    if job.is_cancelled && conclusion.state != TransferState::Done {
                        conclusion.state = TransferState::Cancelled;
                    }
                    learn(record, &conclusion.learned, now);
                    self.end(journal, &job, conclusion, now);
                    if job.machine.is_some() {
                        self.lingering.push((now.plus(LINGERS), job));
                    }
                }
            }
        }
    }

    fn tell_progress(&mut self, job: &mut Job, now: TimeUs) {
        let Some(machine) = &job.machine else { return };
        let progress = machine.progress(now);
        if progress == job.progress || now.since(job.told) < TELL_EVERY {
            return;
        }
        job.progress = progress;
        job.told = now;
        self.tell((&job.vehicle, &job.asked), job.standing(), now);
    }
}

const fn is_about_transfers(report: &Report) -> bool {
    matches!(
        report,
        Report::Plan(_) | Report::MissionCount(_) | Report::Param(_) | Report::Ftp(_)
    )
}

/// Which vehicles are busy, and how many transfers each link carries.
#[derive(Debug, Default)]
struct Turns {
    rows: Vec<usize>,
    links: BTreeMap<LinkId, usize>,
}

impl Turns {
    fn of(open: &[Job], records: &[Option<Record>]) -> Self {
        let mut turns = Self::default();
        for job in open.iter().filter(|job| job.machine.is_some()) {
            let record = records.get(job.row).and_then(Option::as_ref);
            if let Some(path) = record.and_then(|record| record.paths.primary()) {
                turns.take(job.row, path.id.link);
            }
        }
        turns
    }

    fn take(&mut self, row: usize, link: LinkId) {
        self.rows.push(row);
        *self.links.entry(link).or_default() += 1;
    }

    fn is_free(&self, row: usize, book: &LinkBook) -> bool {
        let on_link = self.links.get(&book.id).copied().unwrap_or_default();
        !self.rows.contains(&row) && on_link < begin::most_on(book)
    }
}

fn step(
    job: &mut Job,
    record: &Record,
    links: &[LinkBook],
    (turns, now): (&mut Turns, TimeUs),
    out: &mut Vec<Transmission>,
) -> Option<Conclusion> {
    if job.machine.is_none() && job.is_cancelled {
        return Some(Conclusion::cancelled("it had not begun; nothing was sent"));
    }
    if let Some(interruption) = Interruption::of(job, record) {
        return Some(interruption.end(job, now));
    }
    if job.machine.is_none()
        && let Some(refused) = take_turn(job, record, links, (turns, now))
    {
        return Some(refused);
    }
    if job.is_cancelled
        && let Some(machine) = &mut job.machine
        && let Some(over) = machine.cancel()
    {
        job.machine = None;
        return Some(over);
    }
    keep_pace(job, record);
    speak(job, record, links, now, out)
}

/// A link is waited for as long as it needs, also where that was measured after the beginning, or has doubled.
fn keep_pace(job: &mut Job, record: &Record) {
    let Some(measured) = record.round_trip() else {
        return;
    };
    let is_near = |used: Duration| measured <= used * 2 && used <= measured * 2;
    if job.round_trip.is_some_and(is_near) {
        return;
    }
    job.round_trip = Some(measured);
    if let Some(machine) = &mut job.machine {
        machine.repace(Pace::from_rtt(Some(measured)));
    }
}

/// Begins, when vehicle and link are free. Returns why it cannot.
fn take_turn(
    job: &mut Job,
    record: &Record,
    links: &[LinkBook],
    (turns, now): (&mut Turns, TimeUs),
) -> Option<Conclusion> {
    let link = match begin::weigh(record, links, &job.asked, now) {
        Ok(link) => link,
        Err(why) => return Some(Conclusion::refused(why)),
    };
    let book = book(links, link).filter(|book| turns.is_free(job.row, book))?;
    match begin::machine(record, book, &job.asked, now) {
        Ok(machine) => {
            turns.take(job.row, link);
            job.machine = Some(machine);
            job.boots = record.boots;
            None
        }
        Err(why) => Some(Conclusion::refused(why)),
    }
}

/// Sends what is due over the path that makes the vehicle object.
fn speak(
    job: &mut Job,
    record: &Record,
    links: &[LinkBook],
    now: TimeUs,
    out: &mut Vec<Transmission>,
) -> Option<Conclusion> {
    let machine = job.machine.as_mut()?;
    for _ in 0..MOST_PER_TICK {
        match machine.poll(now) {
            Step::Wait => return None,
            Step::Done(conclusion) => return Some(conclusion),
            Step::Send(message) => {
                if is_repeat(job.last_sent.as_ref(), &message) {
                    job.retries += 1;
                }
                let Some(path) = record.paths.primary() else {
                    continue;
                };
                let link = book(links, path.id.link).filter(|book| book.transmits());
                if let Some(book) = link {
                    out.push(Transmission {
                        link: path.id.link,
                        peer: book.info.shared.then_some(path.id.peer),
                        mavlink2: path.mavlink2,
                        message: message.clone(),
                    });
                }
                job.last_sent = Some(message);
            }
        }
    }
    None
}

fn is_repeat(last: Option<&Outgoing>, message: &Outgoing) -> bool {
    last == Some(message)
}

/// Keeps what was learned with the vehicle.
fn learn(record: &mut Record, learned: &Learned, now: TimeUs) {
    match learned {
        Learned::Nothing => {}
        Learned::Plan(plan) => {
            let held = Arc::make_mut(&mut record.held);
            *held.plan_mut(plan.kind) = Some(Arc::clone(plan));
        }
        Learned::PlanInDoubt(kind, why) => {
            let held = Arc::make_mut(&mut record.held);
            if let Some(plan) = held.plan_mut(*kind) {
                let doubted = HeldPlan {
                    doubt: Some(why),
                    ..(**plan).clone()
                };
                *plan = Arc::new(doubted);
            }
        }
        Learned::Params(params) => {
            Arc::make_mut(&mut record.held).params = Some(Arc::clone(params));
        }
        Learned::ParamsUnchanged(hash) => {
            let held = Arc::make_mut(&mut record.held);
            if let Some(params) = held.params.as_mut().filter(|held| held.hash == Some(*hash)) {
                let params = Arc::make_mut(params);
                params.t_ms = now.as_ms();
                params.doubt = None;
            }
        }
        Learned::Values(values) => {
            let is_known = record.held.params.as_ref().is_some_and(|held| {
                let mut values = values.iter();
                values.all(|(name, value)| held.set.get(*name) == Some(*value))
            });
            if values.is_empty() || is_known {
                return;
            }
            if let Some(params) = &mut Arc::make_mut(&mut record.held).params {
                let params = Arc::make_mut(params);
                for (name, value) in values {
                    params.set.insert(*name, *value);
                }
            }
        }
    }
}
