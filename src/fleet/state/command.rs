//! A request becomes one command per vehicle: each is weighed by itself and ends by itself.

use std::sync::Arc;

use serde_json::json;

use super::Fleet;
use crate::{
    fleet::{
        commands::{Asked, Open, Standing, drive::each_once},
        journal::Entry,
    },
    model::{
        command::{CommandRequest, report::CommandState::Refused},
        event::EventKind,
        ids::VehicleId,
        intent::Origin,
        modes::ModeBook,
        suggest::nearest,
        time::TimeUs,
        transmission::Transmission,
        words::Severity,
    },
};

/// Commands that may be under way at one time.
const MOST_OPEN: usize = 2_000;
/// Names an event lists.
const MOST_NAMES: usize = 40;

impl Fleet {
    /// Modes are known by these tables. Without them `mode` and `hold` are refused.
    pub fn use_modes(&mut self, modes: Arc<dyn ModeBook>) {
        self.commands.modes = Some(modes);
    }

    /// Somebody wants something of vehicles.
    pub(super) fn command(&mut self, request: &CommandRequest, origin: &Origin, now: TimeUs) {
        let asked = Asked {
            ticket: request.ticket,
            request: Arc::clone(&request.request),
            command: request.command.name(),
            label: request.command.label().into(),
            kind: request.command.kind(),
            origin: origin.clone(),
            at: now,
        };
        let vehicles = each_once(&request.vehicles);
        let names: Vec<_> = vehicles
            .iter()
            .take(MOST_NAMES)
            .map(|id| id.as_str())
            .collect();
        let more = if vehicles.len() > MOST_NAMES {
            ", …"
        } else {
            ""
        };
        let text = format!("{origin}: {} for {}{more}", asked.label, names.join(", "));
        let data = json!({
            "request": asked.request, "command": asked.command, "vehicles": vehicles,
            "consent": request.consent, "by": origin,
        });
        let entry = Entry::new(EventKind::Command, Severity::INFO, text).with(data);
        self.journal.station(now, entry);
        for id in &vehicles {
            if let Err(why) = self.begin(id, request, (&asked, vehicles.len()), now) {
                let standing = Standing::new(Refused, why);
                let whose = (*id, &asked);
                self.commands.tell(&mut self.journal, whose, standing, now);
            }
        }
    }

    /// Somebody wants no more of a command.
    pub(super) fn abort_command(&mut self, ticket: u64, origin: &Origin, now: TimeUs) {
        self.commands.abort(ticket, origin, &mut self.journal, now);
    }

    fn begin(
        &mut self,
        id: &VehicleId,
        request: &CommandRequest,
        (asked, group): (&Asked, usize),
        now: TimeUs,
    ) -> Result<(), String> {
        let records = &self.roster.records;
        let found = records.iter().enumerate().find_map(|(row, record)| {
            let record = record.as_ref()?;
            (record.vehicle.id == *id).then_some((row, record))
        });
        let (row, record) = found.ok_or_else(|| self.unknown(id))?;
        if self.commands.open.len() >= MOST_OPEN {
            return Err("the station has too many commands under way".into());
        }
        let ready = self
            .commands
            .weigh((row, record), &self.links, request, group, now)?;
        let open = Open {
            row,
            system: record.system,
            vehicle: id.clone(),
            path: ready.path,
            boots: record.boots,
            heirs: record.heirs,
            consent: request.consent,
            class: ready.class,
            asked: asked.clone(),
            run: ready.run,
            wanted: ready.wanted,
            first_sent: None,
            remark: ready.remark,
            explanation: None,
            held: None,
        };
        let place = (row, open.run.command());
        self.commands.give_way(place, asked, &mut self.journal, now);
        self.commands.open.push(open);
        Ok(())
    }

    pub(super) fn unknown(&self, id: &VehicleId) -> String {
        let known = self.roster.iter().map(|record| record.vehicle.id.as_str());
        match nearest(id.as_str(), known) {
            Some(near) => format!("no vehicle is called {id}; did you mean {near}?"),
            None => format!("no vehicle is called {id}"),
        }
    }

    /// Sends what is due and ends what is over.
    pub(super) fn drive_commands(&mut self, now: TimeUs, out: &mut Vec<Transmission>) {
        let state = (&*self.roster.records, &*self.links);
        self.commands.drive(state, &mut self.journal, now, out);
    }
}
