//! Requests of clients by the names they gave them, for those who want to speak of one again.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use crate::model::{ids::VehicleId, snapshot::Snapshot};

/// How many are remembered.
const REMEMBERED: usize = 512;

/// What a request is called: as the client says, without control characters and not too long, else by its ticket.
pub(super) fn name_of(given: Option<String>, (letter, ticket): (char, u64)) -> Arc<str> {
    let given = given.unwrap_or_else(|| format!("{letter}{ticket}"));
    let plain = given.chars().filter(|letter| !letter.is_control());
    plain.take(80).collect::<String>().into()
}

/// A request that was handed to the fleet.
#[derive(Debug, Clone)]
pub(super) struct Submitted {
    /// The fleet's own number of it.
    pub(super) ticket: u64,
    /// The client's name for it, or one made here.
    pub(super) request: Arc<str>,
    /// Whom it is for.
    pub(super) vehicles: Vec<VehicleId>,
}

/// The newest requests.
#[derive(Debug, Default)]
pub(super) struct Requests(Mutex<VecDeque<Submitted>>);

impl Requests {
    /// Remembers one; the oldest is forgotten.
    pub(super) fn remember(&self, submitted: &Submitted) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == REMEMBERED {
            all.pop_front();
        }
        all.push_back(submitted.clone());
    }

    /// The newest of that name: of a client of this server, else of anybody whose command is still told of.
    pub(super) fn find(&self, request: &str, newest: &Snapshot) -> Option<Submitted> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.iter().rev().find(|known| &*known.request == request);
        own.cloned().or_else(|| told(request, newest))
    }
}

fn told(request: &str, newest: &Snapshot) -> Option<Submitted> {
    let reports = || newest.commands.after(0).rev();
    let report = reports().find(|report| &*report.request == request)?;
    let ticket = report.ticket;
    let mut vehicles = Vec::new();
    for report in reports().filter(|report| report.ticket == ticket) {
        if !vehicles.contains(&report.vehicle) {
            vehicles.push(report.vehicle.clone());
        }
    }
    Some(Submitted {
        ticket,
        request: Arc::clone(&report.request),
        vehicles,
    })
}
