//! A wish about signing becomes one telling per vehicle: each ends by itself, in a definite report.

use std::sync::Arc;

use serde_json::json;

use super::Fleet;
use crate::{
    fleet::{
        commands::{Asked, Standing, drive::each_once},
        journal::Entry,
        signing::{Around, Telling},
    },
    model::{
        command::{Kind, report::CommandState::Refused},
        event::EventKind,
        ids::VehicleId,
        intent::Origin,
        signing::SigningRequest,
        time::TimeUs,
        transmission::Transmission,
        words::Severity,
    },
};

/// Vehicles that may be told at one time.
const MOST_TELLINGS: usize = 500;

impl Fleet {
    /// Somebody wants vehicles to sign, or to stop signing.
    pub(super) fn change_signing(
        &mut self,
        request: &SigningRequest,
        origin: &Origin,
        now: TimeUs,
    ) {
        let asked = Asked {
            ticket: request.ticket,
            request: Arc::clone(&request.request),
            command: request.change.name(),
            label: request.change.label().into(),
            kind: Kind::Other,
            origin: origin.clone(),
            at: now,
        };
        let vehicles = each_once(&request.vehicles);
        let names: Vec<&str> = vehicles.iter().map(|id| id.as_str()).collect();
        let text = format!("{origin}: {} for {}", asked.label, names.join(", "));
        let data = json!({
            "request": asked.request, "command": asked.command, "vehicles": vehicles,
            "confirm": request.confirm, "by": origin,
        });
        let entry = Entry::new(EventKind::Command, Severity::INFO, text).with(data);
        self.journal.station(now, entry);
        for id in vehicles {
            if let Err(standing) = self.begin_signing(id, (&asked, request)) {
                let whose = (id, &asked);
                self.commands.tell(&mut self.journal, whose, standing, now);
            }
        }
    }

    fn begin_signing(
        &mut self,
        id: &VehicleId,
        (asked, request): (&Asked, &SigningRequest),
    ) -> Result<(), Standing> {
        let refuse = |why: &str| Standing::new(Refused, why);
        let records = self.roster.records.iter().enumerate();
        let mut records = records.filter_map(|(row, record)| Some((row, record.as_ref()?)));
        let found = records.find(|(_, record)| record.vehicle.id == *id);
        let (row, record) = found.ok_or_else(|| refuse(&self.unknown(id)))?;
        if self.tellings.iter().any(|telling| telling.row == row) {
            return Err(refuse("its signing is being changed already"));
        }
        if self.tellings.len() >= MOST_TELLINGS {
            return Err(refuse("the station tells too many vehicles at once"));
        }
        let wish = (asked, request.change);
        let telling = Telling::begin((row, record), &self.links, wish, request.confirm)?;
        self.tellings.push(telling);
        Ok(())
    }

    /// Says again what is due and ends what is over.
    pub(super) fn drive_signing(&mut self, now: TimeUs, out: &mut Vec<Transmission>) {
        let mut still = Vec::new();
        for mut telling in std::mem::take(&mut self.tellings) {
            let around = Around {
                record: self.roster.records[telling.row].as_ref(),
                links: &self.links,
                now,
            };
            let standing = telling.poll(&around, out);
            let is_over = standing
                .as_ref()
                .is_some_and(|standing| standing.state.is_final());
            if let Some(standing) = standing {
                let whose = (&telling.vehicle, &telling.asked);
                self.commands.tell(&mut self.journal, whose, standing, now);
            }
            if !is_over {
                still.push(telling);
            }
        }
        self.tellings = still;
    }
}

#[cfg(test)]
mod tests;
