//! Which command made a mode change? Those of this station that are under way or ended moments ago, and those another
//! station gave, as far as its answers are heard here.

use std::time::Duration;

use super::{Asked, Commands, Finished, Foreign, Wanted, strays::ack_name};
use crate::model::{
    command::{Kind, report::CommandState},
    intent::Origin,
    report::{CommandAck, Mode},
    time::TimeUs,
    vehicle::ModeClass,
};

/// How long after its end a command of this station may explain a change.
const MEMORY: Duration = Duration::from_secs(10);
/// How long after its answer a command of another station may.
const FOREIGN_MEMORY: Duration = Duration::from_secs(5);
const REMEMBERED: usize = 1_024;

impl Commands {
    pub(super) fn note_finished(&mut self, finished: Finished) {
        let t = finished.t;
        let is_old = |old: &Finished| t.since(old.t) > MEMORY;
        while self.finished.front().is_some_and(is_old) || self.finished.len() >= REMEMBERED {
            self.finished.pop_front();
        }
        self.finished.push_back(finished);
    }

    /// Another station's command was answered. Words for it when it changes modes and was accepted.
    pub(super) fn note_foreign(&mut self, row: usize, ack: &CommandAck, t: TimeUs) {
        let is_old = |old: &Foreign| t.since(old.t) > FOREIGN_MEMORY;
        while self.foreign.front().is_some_and(is_old) || self.foreign.len() >= REMEMBERED {
            self.foreign.pop_front();
        }
        if ack.result.0 == 0 && changes_modes(ack.command) {
            self.foreign.push_back(Foreign {
                t,
                row,
                command: ack.command,
                station: (ack.target_system, ack.target_component),
            });
        }
    }

    /// What made the vehicle of that row change into `mode`, heard at `t`; `None` when nobody commanded it.
    pub(in crate::fleet) fn reason(&self, row: usize, mode: &Mode, t: TimeUs) -> Option<String> {
        let open = self
            .open
            .iter()
            .filter(|open| open.row == row && open.run.sent() > 0 && open.held.is_none())
            .map(|open| (&open.asked, open.wanted));
        let lately = |finished: &&Finished| {
            let may_be_done = matches!(
                finished.state,
                CommandState::Accepted | CommandState::TimedOut
            );
            finished.row == row && may_be_done && t.since(finished.t) <= MEMORY
        };
        let finished = self
            .finished
            .iter()
            .rev()
            .filter(lately)
            .map(|finished| (&finished.asked, finished.wanted));
        let own = open
            .chain(finished)
            .find(|(asked, wanted)| explains(asked, *wanted, mode));
        if let Some((asked, _)) = own {
            let whose = whose(&asked.origin);
            return Some(format!(
                "{}, request {} of {whose}",
                asked.label, asked.request
            ));
        }
        self.foreign_reason(row, t)
    }

    /// What another station had a vehicle do within the last seconds.
    pub(in crate::fleet) fn foreign_reason(&self, row: usize, t: TimeUs) -> Option<String> {
        let of = |foreign: &&Foreign| foreign.row == row && t.since(foreign.t) <= FOREIGN_MEMORY;
        self.foreign.iter().rev().find(of).map(|foreign| {
            let (system, component) = foreign.station;
            format!(
                "another station ({system}/{component}): {}",
                ack_name(foreign.command)
            )
        })
    }
}

/// The way and the name, once where they are the same.
fn whose(origin: &Origin) -> String {
    let (via, who) = (origin.via.word(), &origin.who);
    if via == &**who {
        format!("the {via}")
    } else {
        format!("{via} {who}")
    }
}

/// Whether a change into `mode` is what was commanded.
fn explains(asked: &Asked, wanted: Wanted, mode: &Mode) -> bool {
    use ModeClass::{Guided, Hold, Land, Mission, Return, Takeoff};
    if let Wanted::Mode(name) = wanted
        && mode.name == name
    {
        return true;
    }
    match asked.kind {
        Kind::Rtl => matches!(mode.class, Return | Land),
        Kind::Land => mode.class == Land,
        Kind::Takeoff => matches!(mode.class, Takeoff | Guided | Hold),
        Kind::MissionStart => mode.class == Mission,
        // A goto takes the vehicle into its guided mode, which PX4 has none of.
        Kind::Steer => matches!(wanted, Wanted::Going(_)) && matches!(mode.class, Guided | Hold),
        Kind::Mode | Kind::Other => wanted == Wanted::Nothing,
        _ => false,
    }
}

/// SET_MODE, and every MAV_CMD that takes a vehicle into another mode.
const fn changes_modes(ack: u16) -> bool {
    matches!(
        ack,
        11 | 17 | 20 | 21 | 22 | 84 | 85 | 92 | 176 | 192 | 193 | 252 | 262 | 300
    )
}
