//! Giving vehicles the key of their link, or taking it away: said several times, judged by what is heard afterwards.
//!
//! SETUP_SIGNING has no acknowledgement (<https://mavlink.io/en/guide/message_signing.html>): a vehicle that obeys
//! signs from then on, or signs no more. The key itself never comes here; its link fills it in.

use std::time::Duration;

use super::{
    commands::{Asked, Standing},
    links::{LinkBook, book},
    record::Record,
};
use crate::model::{
    command::{
        policy::CONFIRM_NEEDED,
        report::CommandState::{Accepted, Refused, Sent, TimedOut},
    },
    ids::{PathId, SystemId, VehicleId},
    signing::{FrameSigning, PathSigning, SigningChange, SigningPolicy},
    time::TimeUs,
    transmission::{Outgoing, Target, Transmission},
    vehicle::State,
};

/// How often it is said at most, and how far apart.
const TRIES: u8 = 5;
const SPACING: Duration = Duration::from_millis(700);
/// How long a vehicle may take to be heard as it should.
const WITHIN: Duration = Duration::from_secs(10);
const SATCOM_WITHIN: Duration = Duration::from_mins(2);
/// One unsigned frame may have been on its way; a second one was not.
const UNSIGNED_ENOUGH: u8 = 2;

/// One vehicle that is being told.
#[derive(Debug)]
pub(super) struct Telling {
    pub(super) row: usize,
    pub(super) asked: Asked,
    pub(super) vehicle: VehicleId,
    system: SystemId,
    path: PathId,
    target: Target,
    change: SigningChange,
    within: Duration,
    sent: u8,
    first: Option<TimeUs>,
    next: TimeUs,
    unsigned: u8,
    is_done: bool,
}

/// What is known at a tick.
pub(super) struct Around<'a> {
    pub(super) record: Option<&'a Record>,
    pub(super) links: &'a [LinkBook],
    pub(super) now: TimeUs,
}

impl Telling {
    /// Weighs a wish for one vehicle.
    ///
    /// # Errors
    /// How it ends at once: it is as wished already, or what speaks against it.
    pub(super) fn begin(
        (row, record): (usize, &Record),
        links: &[LinkBook],
        (asked, change): (&Asked, SigningChange),
        confirm: bool,
    ) -> Result<Self, Standing> {
        let refuse = |why: &str| Standing::new(Refused, why);
        let vehicle = &record.vehicle;
        let heard = record.autopilot.zip(record.paths.primary());
        let (component, path) = heard.ok_or_else(|| refuse("it has not been heard yet"))?;
        let target = Target::new(record.system, component);
        let target = target.ok_or_else(|| refuse("it has no address of its own"))?;
        if !matches!(vehicle.state, State::Live | State::Late) {
            return Err(refuse(
                "it is not heard now, so nothing would show whether it obeyed",
            ));
        }
        if vehicle.conflict.is_some() {
            return Err(refuse(
                "two senders use its system id: the key could reach the wrong one",
            ));
        }
        let book = book(links, path.id.link).ok_or_else(|| refuse("its link is gone"))?;
        may_sign(book, change).map_err(|why| refuse(&why))?;
        if !path.mavlink2 {
            return Err(refuse(
                "it has spoken MAVLink 1 only, which cannot be signed",
            ));
        }
        let name = &book.info.name;
        match (change, path.signatures.word()) {
            (SigningChange::Setup, Some(PathSigning::Signed)) => {
                let text = format!("it signs already, with the key of link {name}");
                return Err(Standing::new(Accepted, text));
            }
            (SigningChange::Disable, Some(PathSigning::Unsigned)) => {
                return Err(Standing::new(Accepted, "it does not sign"));
            }
            _ => {}
        }
        if vehicle.armed != Some(false) {
            return Err(refuse("it is armed, or not known to be disarmed"));
        }
        if !confirm {
            return Err(refuse(CONFIRM_NEEDED));
        }
        let is_slow = book.info.class == "satcom";
        Ok(Self {
            row,
            asked: asked.clone(),
            vehicle: vehicle.id.clone(),
            system: record.system,
            path: path.id,
            target,
            change,
            within: if is_slow { SATCOM_WITHIN } else { WITHIN },
            sent: 0,
            first: None,
            next: asked.at,
            unsigned: 0,
            is_done: false,
        })
    }

    /// A frame of the vehicle's autopilot came in.
    pub(super) fn hear(&mut self, path: PathId, signing: FrameSigning, t: TimeUs) {
        if path != self.path || self.first.is_none_or(|first| t <= first) {
            return;
        }
        match (self.change, signing) {
            (SigningChange::Setup, FrameSigning::Signed) => self.is_done = true,
            (SigningChange::Disable, FrameSigning::Unsigned) => {
                self.unsigned += 1;
                self.is_done |= self.unsigned >= UNSIGNED_ENOUGH;
            }
            (_, FrameSigning::Signed) => self.unsigned = 0,
            _ => {}
        }
    }

    /// What has come of it, when something has; sends what is due.
    pub(super) fn poll(
        &mut self,
        around: &Around<'_>,
        out: &mut Vec<Transmission>,
    ) -> Option<Standing> {
        let Around { links, now, .. } = *around;
        let record = around.record.filter(|record| record.system == self.system);
        let Some(record) = record else {
            return Some(Standing::new(TimedOut, "it is no longer known here"));
        };
        if self.is_done {
            return Some(self.done(record, links));
        }
        if let Some(first) = self.first
            && now.since(first) >= self.within
        {
            let seconds = self.within.as_secs();
            return Some(Standing::new(
                TimedOut,
                format!(
                    "no change seen within {seconds} s: it may not know the message, or hold another key"
                ),
            ));
        }
        self.send(record, links, now, out)
    }

    fn send(
        &mut self,
        record: &Record,
        links: &[LinkBook],
        now: TimeUs,
        out: &mut Vec<Transmission>,
    ) -> Option<Standing> {
        if self.sent >= TRIES || now < self.next {
            return None;
        }
        let primary = record.paths.primary().filter(|path| path.id == self.path);
        let book = book(links, self.path.link).filter(|book| book.transmits());
        let vehicle = &record.vehicle;
        let may = primary.is_some() && vehicle.armed == Some(false) && vehicle.conflict.is_none();
        let Some(book) = book.filter(|_| may) else {
            let why =
                "it was armed, its link changed, or a second sender came, before anything was sent";
            return (self.sent == 0).then(|| Standing::new(Refused, why));
        };
        out.push(Transmission {
            link: self.path.link,
            peer: book.info.shared.then_some(self.path.peer),
            mavlink2: true,
            message: Outgoing::SetupSigning {
                target: self.target,
                change: self.change,
            },
        });
        self.sent += 1;
        self.next = now.plus(SPACING);
        let is_first = self.first.is_none();
        self.first.get_or_insert(now);
        is_first.then(|| Standing::new(Sent, ""))
    }

    fn done(&self, record: &Record, links: &[LinkBook]) -> Standing {
        let text = match self.change {
            SigningChange::Disable => "it signs no more".to_owned(),
            SigningChange::Setup => {
                let others = record.paths.iter().filter(|path| path.id != self.path);
                let deaf: Vec<&str> = others
                    .filter_map(|path| book(links, path.id.link))
                    .filter(|book| book.info.signing == SigningPolicy::Off)
                    .map(|book| &*book.info.name)
                    .collect();
                let warning = if deaf.is_empty() {
                    String::new()
                } else {
                    let deaf = deaf.join(", ");
                    format!("; link {deaf} has no key, so the vehicle does not listen there")
                };
                format!("it signs now{warning}")
            }
        };
        Standing::new(Accepted, text)
    }
}

/// Whether a link can give or take a key.
fn may_sign(book: &LinkBook, change: SigningChange) -> Result<(), String> {
    let name = &book.info.name;
    if !book.transmits() {
        return Err(format!("link {name} is passive, a recording or not open"));
    }
    match (book.info.signing, change) {
        (SigningPolicy::Off, _) => Err(format!(
            "link {name} has no signing key (signing = {{ key_env = …, policy = \"accept\" }} in fleet.toml)"
        )),
        (SigningPolicy::Require, SigningChange::Disable) => Err(format!(
            "link {name} requires signatures and would not hear it any more; policy = \"accept\" comes first"
        )),
        _ => Ok(()),
    }
}
