//! One transfer with one vehicle, from the request to its end.

use std::{sync::Arc, time::Duration};

use super::machine::Machine;
use crate::model::{
    command::Consent,
    event::EventKind,
    ids::{SystemId, VehicleId},
    intent::Origin,
    time::TimeUs,
    transfer::Work,
    transfer_report::{Outcome, TransferProgress, TransferState},
    transmission::Outgoing,
};

/// Who asked for what, for reports and events.
#[derive(Debug, Clone)]
pub(in crate::fleet) struct Asked {
    pub(in crate::fleet) ticket: u64,
    pub(in crate::fleet) request: Arc<str>,
    pub(in crate::fleet) work: Work,
    pub(in crate::fleet) consent: Consent,
    pub(in crate::fleet) origin: Origin,
    pub(in crate::fleet) at: TimeUs,
}

/// One transfer with one vehicle.
#[derive(Debug)]
pub(in crate::fleet) struct Job {
    pub(in crate::fleet) row: usize,
    pub(in crate::fleet) system: SystemId,
    pub(in crate::fleet) vehicle: VehicleId,
    pub(in crate::fleet) boots: u32,
    /// As `Record::heirs` was when it was asked for.
    pub(in crate::fleet) heirs: u32,
    pub(in crate::fleet) asked: Asked,
    /// `None` while it waits its turn.
    pub(in crate::fleet) machine: Option<Machine>,
    /// The round trip its waits were made of.
    pub(in crate::fleet) round_trip: Option<Duration>,
    pub(in crate::fleet) is_cancelled: bool,
    pub(in crate::fleet) progress: TransferProgress,
    pub(in crate::fleet) retries: u32,
    pub(in crate::fleet) last_sent: Option<Outgoing>,
    /// When its progress was last told.
    pub(in crate::fleet) told: TimeUs,
}

/// How a transfer stands with a vehicle.
pub(in crate::fleet) struct Standing {
    pub(in crate::fleet) state: TransferState,
    pub(in crate::fleet) progress: TransferProgress,
    pub(in crate::fleet) retries: u32,
    pub(in crate::fleet) text: Arc<str>,
    pub(in crate::fleet) outcome: Option<Arc<Outcome>>,
}

impl Job {
    /// How it stands before its end.
    pub(in crate::fleet) fn standing(&self) -> Standing {
        let state = if self.machine.is_some() {
            TransferState::Running
        } else {
            TransferState::Waiting
        };
        Standing {
            state,
            progress: self.progress,
            retries: self.retries,
            text: "".into(),
            outcome: None,
        }
    }
}

/// Parameters are commands of a kind; the contract has a word for missions.
pub(in crate::fleet) const fn kind_of(work: &Work) -> EventKind {
    if work.is_plan() {
        EventKind::Mission
    } else {
        EventKind::Command
    }
}
