//! Streams of the whole fleet: shared out once a second and whenever something changes, watched all the time.

use std::time::Duration;

use super::Fleet;
use crate::{
    fleet::{
        journal::Desk,
        paths::{begin_enquiries, enquire},
        record::Record,
        streams::{govern, measure, tell_overruled, tell_throttle, tell_unasked},
        synchronise::synchronise,
    },
    model::{
        ids::{LinkId, VehicleId},
        report::{Heard, RadioStatus, RateRequest},
        time::TimeUs,
        transmission::{Outgoing, Transmission},
        words::MavType,
    },
};

const GOVERN_EVERY: Duration = Duration::from_secs(1);
const MAV_CMD_SET_MESSAGE_INTERVAL: u16 = 511;

/// ArduPilot sends everything four times more seldom while it sends a mission or parameters
/// (<https://ardupilot.org/dev/docs/mavlink-requesting-data.html>).
fn pause_judging(record: &mut Record, now: TimeUs) {
    for (_, enquiry) in &mut record.enquiries {
        enquiry.rates.pause(now);
    }
}

impl Fleet {
    /// What vehicles are to be asked now. Nothing on links that are passive, closed or recordings.
    pub fn poll_transmissions(&mut self, now: TimeUs, out: &mut Vec<Transmission>) {
        self.share_links(now);
        let commands = &mut self.commands;
        for (row, record) in self.roster.records.iter_mut().enumerate() {
            // An operator's request and the station's own would take each other's answers.
            if let Some(record) = record.as_mut().filter(|_| !commands.asks(row)) {
                let before = out.len();
                if self.transfers.open.iter().any(|job| job.row == row) {
                    pause_judging(record, now);
                }
                enquire(record, &mut self.links, now, out);
                synchronise(record, &self.links, now, out);
                commands.note_questions(row, out.get(before..).unwrap_or_default(), now);
            }
        }
        let before = out.len();
        self.drive_commands(now, out);
        self.leave_chosen_rates(out.get(before..).unwrap_or_default());
        self.drive_signing(now, out);
        self.drive_transfers(now, out);
    }

    /// The vehicles an operator looks at: they get what they want of a link before the others.
    pub(super) fn focus(&mut self, vehicles: Vec<VehicleId>) {
        self.focus = vehicles.into_iter().collect();
        self.govern_from = TimeUs(i64::MIN);
    }

    /// The configuration was read again: what was given up is asked for once more.
    pub(super) fn resume_rates(&mut self) {
        let records = self.roster.records.iter_mut().flatten();
        for (_, enquiry) in records.flat_map(|record| &mut record.enquiries) {
            enquiry.rates.resume();
        }
    }

    fn share_links(&mut self, now: TimeUs) {
        for record in self.roster.records.iter_mut().flatten() {
            for link in begin_enquiries(record, &self.links) {
                if let Some(book) = self.links.get_mut(usize::from(link.0)) {
                    book.streams.forget_shares();
                }
                self.govern_from = TimeUs(i64::MIN);
            }
        }
        if now < self.govern_from {
            return;
        }
        self.govern_from = now.plus(GOVERN_EVERY);
        for book in self.links.iter_mut().filter(|book| !book.gone) {
            govern(&mut self.roster.records, book, &self.focus, now);
            tell_throttle(book, now, &mut self.journal);
            tell_unasked(book, now, &mut self.journal);
        }
        let journal = &mut self.journal;
        let mut desk = Desk { journal, t: now };
        for record in self.roster.records.iter_mut().flatten() {
            tell_overruled(record, &mut desk);
        }
    }

    /// What came over a link in the last `seconds`, when that is known.
    pub(super) fn measure_streams(&mut self, link: LinkId, seconds: Option<f64>) {
        let book = self.links.get_mut(usize::from(link.0));
        if let (Some(book), Some(seconds)) = (book, seconds) {
            measure(&mut self.roster.records, book, seconds);
        }
    }

    /// An operator's own `message_interval` is not to be changed back.
    fn leave_chosen_rates(&mut self, sent: &[Transmission]) {
        for transmission in sent {
            let (Outgoing::CommandLong {
                target,
                command: MAV_CMD_SET_MESSAGE_INTERVAL,
                params: [message, ..],
                ..
            }
            | Outgoing::CommandInt {
                target,
                command: MAV_CMD_SET_MESSAGE_INTERVAL,
                params: [message, ..],
                ..
            }) = transmission.message
            else {
                continue;
            };
            let network = self.network_of_link[usize::from(transmission.link.0)];
            if let Some(record) = self.roster.find(network, target.system()) {
                for (_, enquiry) in &mut record.enquiries {
                    enquiry.rates.leave(message as u32);
                }
            }
        }
    }

    /// Another station asks vehicles of a link for other rates. They are set port by port, so only there.
    pub(super) fn overhear_rates(&mut self, link: LinkId, heard: &Heard, request: RateRequest) {
        let sender = (heard.system, heard.component);
        if sender == self.own {
            return;
        }
        let to = request.target_system;
        for record in self.roster.records.iter_mut().flatten() {
            if to != 0 && record.system.0 != to {
                continue;
            }
            for (path, enquiry) in &mut record.enquiries {
                if path.link == link {
                    enquiry.rates.overhear(sender, request.stream, heard.t);
                }
            }
        }
    }

    /// A radio speaks of itself.
    pub(super) fn hear_radio(&mut self, link: LinkId, heard: &Heard, radio: RadioStatus) {
        if let Some(book) = self.book_mut(link) {
            book.radio.insert(heard.peer, radio);
            if let Some(free_percent) = radio.tx_buffer_percent {
                book.streams.throttle.hear(free_percent, heard.t);
            }
            book.note_other(
                heard.peer,
                heard.system,
                heard.component,
                Some(MavType::RADIO),
            );
        }
    }
}
