//! A request for transfers becomes one job per vehicle: each waits its turn and ends by itself.

use std::sync::Arc;

use serde_json::json;

use super::Fleet;
use crate::{
    fleet::{
        commands::drive::each_once,
        journal::Entry,
        transfers::{
            begin,
            conclude::Conclusion,
            job::{Asked, Job, kind_of},
        },
    },
    model::{
        event::EventKind,
        holdings::HeldParams,
        ids::{SystemId, VehicleId},
        intent::Origin,
        params::set::ParamSet,
        time::TimeUs,
        transfer::TransferRequest,
        transfer_report::TransferProgress,
        transmission::Transmission,
        words::Severity,
    },
};

/// Transfers that may be under way or wait at one time.
const MOST_OPEN: usize = 1_000;
/// Names an event lists.
const MOST_NAMES: usize = 40;

impl Fleet {
    /// Somebody wants something moved.
    pub(super) fn transfer(&mut self, request: TransferRequest, origin: &Origin, now: TimeUs) {
        let TransferRequest {
            ticket,
            request,
            vehicles,
            work,
            consent,
        } = request;
        let asked = Asked {
            ticket,
            request,
            work,
            consent,
            origin: origin.clone(),
            at: now,
        };
        let vehicles = each_once(&vehicles);
        self.note_transfer(&asked, &vehicles, now);
        let is_many = vehicles.len() > 1 && asked.work.changes();
        for id in vehicles {
            let mut job = Job {
                row: usize::MAX,
                system: SystemId(0),
                vehicle: id.clone(),
                boots: 0,
                heirs: 0,
                asked: asked.clone(),
                machine: None,
                round_trip: None,
                is_cancelled: false,
                progress: TransferProgress::default(),
                retries: 0,
                last_sent: None,
                told: now,
            };
            let begun = if is_many && !consent.confirm {
                Err("it would change several vehicles at once: confirm is needed".to_owned())
            } else {
                self.enlist(&mut job, now)
            };
            match begun {
                Ok(()) => {
                    let standing = job.standing();
                    self.transfers
                        .tell((&job.vehicle, &job.asked), standing, now);
                    self.transfers.open.push(job);
                }
                Err(why) => {
                    let refused = Conclusion::refused(why);
                    self.transfers.end(&mut self.journal, &job, refused, now);
                }
            }
        }
    }

    fn note_transfer(&mut self, asked: &Asked, vehicles: &[&VehicleId], now: TimeUs) {
        let names = vehicles.iter().take(MOST_NAMES);
        let names: Vec<_> = names.map(|id| id.as_str()).collect();
        let more = if vehicles.len() > MOST_NAMES {
            ", …"
        } else {
            ""
        };
        let word = asked.work.word();
        let origin = &asked.origin;
        let text = format!("{origin}: {word} for {}{more}", names.join(", "));
        let data = json!({
            "request": asked.request, "work": word, "vehicles": vehicles,
            "consent": asked.consent, "by": origin,
        });
        let entry = Entry::new(kind_of(&asked.work), Severity::INFO, text).with(data);
        self.journal.station(now, entry);
    }

    /// Finds the vehicle and looks whether it could begin now.
    fn enlist(&self, job: &mut Job, now: TimeUs) -> Result<(), String> {
        let records = &self.roster.records;
        let found = records.iter().enumerate().find_map(|(row, record)| {
            let record = record.as_ref()?;
            (record.vehicle.id == job.vehicle).then_some((row, record))
        });
        let (row, record) = found.ok_or_else(|| self.unknown(&job.vehicle))?;
        if self.transfers.open.len() >= MOST_OPEN {
            return Err("the station has too many transfers under way".into());
        }
        begin::weigh(record, &self.links, &job.asked, now)?;
        job.row = row;
        job.system = record.system;
        job.boots = record.boots;
        job.heirs = record.heirs;
        Ok(())
    }

    /// Somebody wants transfers broken off.
    pub(super) fn cancel_transfers(&mut self, ticket: u64, origin: &Origin, now: TimeUs) {
        let jobs = self.transfers.open.iter_mut();
        let mut words = Vec::new();
        for job in jobs.filter(|job| job.asked.ticket == ticket && !job.is_cancelled) {
            job.is_cancelled = true;
            words.push((
                job.asked.work.word(),
                job.vehicle.clone(),
                kind_of(&job.asked.work),
            ));
        }
        for (word, vehicle, kind) in words {
            let text = format!("{word} is to be broken off: {origin}");
            let entry = Entry::new(kind, Severity::INFO, text).with(json!({ "by": origin }));
            self.journal.vehicle(now, &vehicle, entry);
        }
    }

    /// An earlier session read these: shown as a memory, and the reason not to ask again where a hash says so.
    pub(super) fn remember_params(
        &mut self,
        uid: &str,
        (hash, set): (Option<u32>, &Arc<ParamSet>),
        now: TimeUs,
    ) {
        for record in self.roster.records.iter_mut().flatten() {
            let is_it = record.vehicle.uid.as_deref() == Some(uid);
            if !is_it || record.held.params.is_some() {
                continue;
            }
            let held = HeldParams {
                set: (**set).clone(),
                hash,
                t_ms: now.as_ms(),
                by_file: false,
                unreadable: Vec::new(),
                doubt: Some("they were read in an earlier session"),
            };
            Arc::make_mut(&mut record.held).params = Some(Arc::new(held));
            let text = format!(
                "{} parameters remembered from an earlier session",
                set.len()
            );
            let entry = Entry::new(EventKind::Command, Severity::INFO, text);
            self.journal.vehicle(now, &record.vehicle.id, entry);
        }
    }

    /// Sends what is due and ends what is over.
    pub(super) fn drive_transfers(&mut self, now: TimeUs, out: &mut Vec<Transmission>) {
        let state = (&mut *self.roster.records, &*self.links);
        self.transfers.drive(state, &mut self.journal, now, out);
    }
}
