//! May this command go to this vehicle? What speaks against it, in one sentence; else everything it needs.

use std::time::Duration;

use super::{
    Commands, Open, Sent, Wanted,
    forms::{Wording, word},
    hints::{remark, senseless},
};
use crate::{
    fleet::{
        links::{LinkBook, book},
        record::Record,
    },
    model::{
        command::{
            CommandRequest, Consent, Kind,
            policy::{CONFIRM_NEEDED, Facts, Policy, policy},
        },
        ids::PathId,
        modes::{ModeBook, ModeOrder},
        time::TimeUs,
        transmission::Target,
        vehicle::{ModeClass, State},
        words::{Autopilot, MavType},
    },
    protocol::commanding::{Commanding, Doubt, Sending, form::Forms},
};

/// Two tries are never closer than this.
const LEAST_SPACING: Duration = Duration::from_millis(600);
/// An answer by satellite may take minutes; asking again would only cost.
const SATCOM_WITHIN: Duration = Duration::from_mins(2);

/// A command that is never repeated is not sent either when it had to wait longer than this for the link: whoever asked
/// may have turned to something else by then, or walked up to the vehicle.
const MOST_WAITING: Duration = Duration::from_secs(15);

/// How often a network may deliver one frame: each delivery is answered.
const COPIES: u8 = 2;

/// A command that may be sent.
pub(in crate::fleet) struct Ready {
    pub(in crate::fleet) run: Commanding,
    pub(in crate::fleet) wanted: Wanted,
    pub(in crate::fleet) path: PathId,
    pub(in crate::fleet) class: Option<ModeClass>,
    pub(in crate::fleet) remark: Option<String>,
}

/// Knows no modes: a fleet that was not told of any.
#[derive(Debug)]
struct NoModes;

impl ModeBook for NoModes {
    fn modes(&self, _: Autopilot, _: MavType) -> Vec<ModeOrder> {
        Vec::new()
    }
}

impl Commands {
    /// Weighs a command for one vehicle; `group` is how many it is for in all.
    pub(in crate::fleet) fn weigh(
        &self,
        (row, record): (usize, &Record),
        links: &[LinkBook],
        request: &CommandRequest,
        group: usize,
        now: TimeUs,
    ) -> Result<Ready, String> {
        let vehicle = &record.vehicle;
        let component = record.autopilot.ok_or("it has not been heard yet")?;
        let target = Target::new(record.system, component).ok_or("it has no address of its own")?;
        within_reach(record, request.consent, now)?;
        let (path, book) = way(record, links)?;
        let none = NoModes;
        let modes = self.modes.as_deref().unwrap_or(&none);
        let wording = word(&request.command, vehicle, modes)?;
        let kind = request.command.kind();
        senseless(kind, vehicle)?;
        let policy = policy(kind, Facts::of(vehicle, wording.class))?;
        agreed(policy, request.consent, group)?;
        self.is_free(row, (kind, &wording), now)?;
        let by_satellite = book.info.class == "satcom";
        let (tries, within) = if by_satellite {
            (1, SATCOM_WITHIN)
        } else {
            (policy.tries, policy.within)
        };
        let sending = Sending {
            target,
            command: wording.command,
            forms: wording.forms,
            tries,
            spacing: (policy.within / u32::from(policy.tries)).max(LEAST_SPACING),
            within,
        };
        let run = Commanding::new(sending, self.doubt(row, &wording, now));
        Ok(Ready {
            run,
            wanted: wording.wanted,
            path,
            class: wording.class,
            remark: remark(kind, vehicle),
        })
    }

    /// One command of a MAV_CMD at a time; a safe one may take the place of another.
    fn is_free(
        &self,
        row: usize,
        (kind, wording): (Kind, &Wording),
        now: TimeUs,
    ) -> Result<(), String> {
        let command = wording.command;
        let same = |open: &&super::Open| open.row == row && open.run.command() == command;
        if let Some(open) = self.open.iter().find(same) {
            let supersedes = is_safe(kind) && open.asked.kind != kind;
            if !supersedes {
                let what = &open.asked.label;
                return Err(format!("{what} is still waiting for its answer"));
            }
        }
        let last = self.earlier(row, wording, now).last();
        let never_again = matches!(
            kind,
            Kind::Takeoff | Kind::MissionStart | Kind::Reboot | Kind::Other
        );
        match last.filter(|_| never_again && wording.wanted == Wanted::Nothing) {
            Some(sent) => Err(format!(
                "the same command was sent {:.0} s ago; {:.0} s more must pass so that their answers can be told apart",
                now.since(sent.t).as_secs_f64(),
                sent.until.since(now).as_secs_f64().ceil()
            )),
            None => Ok(()),
        }
    }

    /// Sends whose answers could be taken for this one's, in any of its forms.
    fn earlier(&self, row: usize, wording: &Wording, now: TimeUs) -> impl Iterator<Item = &Sent> {
        let Forms { first, then } = wording.forms;
        let acks =
            [Some(first), then].map(|form| form.and_then(|form| form.acked_as(wording.command)));
        self.sends_of(row, now)
            .filter(move |sent| acks.contains(&Some(sent.command)))
    }

    fn doubt(&self, row: usize, wording: &Wording, now: TimeUs) -> Doubt {
        let (mut sends, mut answers, mut is_unanswered) = (0_u8, 0_u8, false);
        for sent in self.earlier(row, wording, now) {
            sends = sends.saturating_add(1);
            answers = answers.saturating_add(sent.answers);
            is_unanswered |= sent.answers == 0;
        }
        let strays = sends.saturating_mul(COPIES).saturating_sub(answers);
        match (sends, is_unanswered) {
            (0, _) => Doubt::None,
            (_, true) => Doubt::OfAll(strays),
            (_, false) => Doubt::OfYes(strays),
        }
    }
}

/// Whether it may end another command of the same MAV_CMD: it makes the vehicle safer.
pub(in crate::fleet) const fn is_safe(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Disarm | Kind::ForcedDisarm | Kind::Hold | Kind::Rtl | Kind::Land
    )
}

/// Whether a command that waited for its turn is still right, for what it was agreed to may have changed meanwhile.
pub(super) fn still_right(open: &Open, record: &Record, now: TimeUs) -> Result<(), String> {
    within_reach(record, open.consent, now)?;
    let kind = open.asked.kind;
    let policy = policy(kind, Facts::of(&record.vehicle, open.class))?;
    agreed(policy, open.consent, 1)?;
    let waited = now.since(open.asked.at);
    if policy.tries == 1 && kind != Kind::ForcedDisarm && waited > MOST_WAITING {
        let waited_s = waited.as_secs();
        return Err(format!(
            "it waited {waited_s} s for its turn on the link: an order that old is not sent"
        ));
    }
    Ok(())
}

/// Whether it may be spoken to: neither lost nor in conflict, or agreed to all the same.
pub(in crate::fleet) fn within_reach(
    record: &Record,
    consent: Consent,
    now: TimeUs,
) -> Result<(), String> {
    let vehicle = &record.vehicle;
    if consent.overrides {
        return Ok(());
    }
    if vehicle.state == State::Lost {
        let silent_s = vehicle
            .heard_ms
            .map_or(0, |heard| (now.as_ms() - heard) / 1_000);
        return Err(format!(
            "it is lost, not heard for {silent_s} s: override is needed"
        ));
    }
    if vehicle.conflict.is_some() {
        return Err("two senders use its system id, and both may obey: override is needed".into());
    }
    Ok(())
}

/// The path that makes the vehicle object, when something may be sent there.
pub(in crate::fleet) fn way<'a>(
    record: &Record,
    links: &'a [LinkBook],
) -> Result<(PathId, &'a LinkBook), String> {
    let path = record
        .paths
        .primary()
        .ok_or("it has not been heard yet")?
        .id;
    let book = book(links, path.link).ok_or("its link is gone")?;
    let name = &book.info.name;
    if book.transmits() {
        Ok((path, book))
    } else if book.info.recording {
        Err("it is a recording".into())
    } else if book.info.passive {
        Err(format!(
            "link {name} is passive: nothing is ever sent there"
        ))
    } else {
        Err(format!("link {name} is not open"))
    }
}

fn agreed(policy: Policy, consent: Consent, group: usize) -> Result<(), String> {
    if consent.confirm {
        return Ok(());
    }
    if group > 1 {
        return Err(format!(
            "it is for {group} vehicles at once: {CONFIRM_NEEDED}"
        ));
    }
    if policy.confirm {
        return Err(CONFIRM_NEEDED.into());
    }
    Ok(())
}
