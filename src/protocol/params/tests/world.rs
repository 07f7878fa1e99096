//! A station, a vehicle and the two directions between them, a millisecond at a time. The station looks up
//! every 50 ms, as the fleet does.

use super::{
    channel::{Channel, Weather},
    craft::Craft,
};
use crate::{
    model::{
        ids::{ComponentId, SystemId},
        params::traffic::ParamRequest,
        report::Report,
        time::TimeUs,
        transmission::{Outgoing, Target},
    },
    protocol::step::Step,
};

pub(in crate::protocol) type Party = (SystemId, ComponentId);

pub(in crate::protocol) const OWN: Party = (SystemId(255), ComponentId(25));
pub(in crate::protocol) const VEHICLE: Party = (SystemId(7), ComponentId(1));

pub(in crate::protocol) fn target() -> Target {
    Target::new(VEHICLE.0, VEHICLE.1).unwrap()
}

/// What all machines have in common.
pub(in crate::protocol) trait Conversation {
    type Outcome;
    fn hear(&mut self, sender: Party, report: &Report, now: TimeUs);
    fn look(&mut self, now: TimeUs) -> Step<Self::Outcome>;
}

macro_rules! conversation {
    ($($machine:ty => $outcome:ty),* $(,)?) => {
        $(impl Conversation for $machine {
            type Outcome = $outcome;
            fn hear(&mut self, sender: Party, report: &Report, now: TimeUs) {
                self.on_report(sender, report, OWN, now);
            }
            fn look(&mut self, now: TimeUs) -> Step<$outcome> {
                self.poll(now)
            }
        })*
    };
}

use crate::model::params::value::ParamValue;
use crate::protocol::{
    ftp::{
        download::FtpDownload,
        failure::FtpFailure,
        listing::{FtpEntry, FtpListing},
    },
    params::{
        batch::{BatchReport, ParamBatch},
        download::{DownloadOutcome, ParamDownload},
        get::ParamGet,
        list::{ListOutcome, ParamList},
        trouble::ParamTrouble,
        write::{ParamWrite, WriteOutcome},
    },
};

conversation! {
    FtpDownload => Result<Vec<u8>, FtpFailure>,
    FtpListing => Result<Vec<FtpEntry>, FtpFailure>,
    ParamDownload => DownloadOutcome,
    ParamList => ListOutcome,
    ParamGet => Result<ParamValue, ParamTrouble>,
    ParamWrite => WriteOutcome,
    ParamBatch => BatchReport,
}

pub(in crate::protocol) struct World {
    pub craft: Craft,
    pub now_ms: i64,
    /// Everything the station has sent.
    pub sent: Vec<Outgoing>,
    up: Channel<Outgoing>,
    down: Channel<Report>,
    /// What others say, straight into the station's ear.
    pub others: Vec<(i64, Party, Report)>,
    tick_ms: i64,
}

impl World {
    pub(in crate::protocol) fn new(craft: Craft, weather: Weather, seed: u64) -> Self {
        Self {
            craft,
            now_ms: 1_000,
            sent: Vec::new(),
            up: Channel::new(seed, weather),
            down: Channel::new(seed ^ 0x5555, weather),
            others: Vec::new(),
            tick_ms: 50,
        }
    }

    /// The outcome and the milliseconds it took; panics when there is none within `limit_ms`.
    pub(in crate::protocol) fn run<C: Conversation>(
        &mut self,
        machine: &mut C,
        limit_ms: i64,
    ) -> (C::Outcome, i64) {
        let started_ms = self.now_ms;
        while self.now_ms < started_ms + limit_ms {
            if let Some(outcome) = self.step(machine) {
                return (outcome, self.now_ms - started_ms);
            }
        }
        panic!("no outcome within {limit_ms} ms")
    }

    pub(in crate::protocol) fn step<C: Conversation>(
        &mut self,
        machine: &mut C,
    ) -> Option<C::Outcome> {
        let now = TimeUs::from_ms(self.now_ms);
        for message in self.up.arrive(self.now_ms) {
            self.craft.hear(&message, self.now_ms);
        }
        for report in self.craft.speak(self.now_ms) {
            self.down.send(&report, self.now_ms);
        }
        let mut outcome = None;
        if self.now_ms % self.tick_ms == 0 {
            let now_ms = self.now_ms;
            self.others.retain(|(due_ms, sender, report)| {
                if *due_ms <= now_ms {
                    machine.hear(*sender, report, now);
                }
                *due_ms > now_ms
            });
            for report in self.down.arrive(self.now_ms) {
                machine.hear(VEHICLE, &report, now);
            }
            outcome = self.look(machine, now);
        }
        self.now_ms += 1;
        outcome
    }

    fn look<C: Conversation>(&mut self, machine: &mut C, now: TimeUs) -> Option<C::Outcome> {
        for _ in 0..1_000 {
            match machine.look(now) {
                Step::Wait => return None,
                Step::Done(outcome) => return Some(outcome),
                Step::Send(message) => {
                    assert_eq!(target_of(&message), target(), "another target: {message:?}");
                    self.up.send(&message, self.now_ms);
                    self.sent.push(message);
                }
            }
        }
        panic!("a storm: a thousand messages at once")
    }
}

fn target_of(message: &Outgoing) -> Target {
    match message {
        Outgoing::Ftp { target, .. }
        | Outgoing::Param(
            ParamRequest::List { target }
            | ParamRequest::Read { target, .. }
            | ParamRequest::ReadIndex { target, .. }
            | ParamRequest::Set { target, .. },
        ) => *target,
        other => panic!("nothing these machines send: {other:?}"),
    }
}
