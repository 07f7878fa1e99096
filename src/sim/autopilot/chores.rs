//! What an autopilot has promised for later: steps of a calibration, the progress of a takeoff, a restart.

use crate::model::time::TimeUs;

use super::craft::{Craft, Landed};
use super::modes::Conduct;
use super::voice::{Asker, Verdict};

/// More than this many at once is somebody's mistake, and forgotten.
const MOST: usize = 16;

/// Something promised for later.
#[derive(Debug, Clone, Copy)]
pub(super) enum Chore {
    /// The next step of a calibration.
    Calibrate {
        asker: Asker,
        command: u16,
        progress: u8,
    },
    /// How far a takeoff has come.
    ReportTakeoff { asker: Asker },
    /// Switch off and on again.
    Reboot,
    /// The restart is over.
    WakeUp,
}

/// One report on a command that takes its time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) asker: Asker,
    pub(super) command: u16,
    pub(super) verdict: Verdict,
    pub(super) progress: u8,
}

/// The promises, in no order.
#[derive(Debug, Default)]
pub(super) struct Chores {
    list: Vec<(TimeUs, Chore)>,
}

impl Chores {
    /// Remembers to do something after a while.
    pub(super) fn promise(&mut self, now: TimeUs, wait_us: i64, chore: Chore) {
        if self.list.len() < MOST {
            self.list.push((TimeUs(now.0 + wait_us), chore));
        }
    }

    /// Takes one promise that is due.
    pub(super) fn take_due(&mut self, now: TimeUs) -> Option<Chore> {
        let place = self.list.iter().position(|(due, _)| *due <= now)?;
        Some(self.list.swap_remove(place).1)
    }

    /// Forgets them all.
    pub(super) fn clear(&mut self) {
        self.list.clear();
    }
}

/// What is to be said about a takeoff now: the verdict and how far it has come, percent.
pub(super) fn takeoff_progress(craft: &Craft) -> (Verdict, u8) {
    let up_m = craft.body.spot.up_m;
    let wanted_m = match craft.climb_to_m {
        Some(climb_to_m) => climb_to_m,
        None if craft.mode.conduct == Conduct::Takeoff => craft.target.up_m,
        None if craft.landed == Landed::InAir => return (Verdict::Accepted, 100),
        None => return (Verdict::Failed, 0),
    };
    if !craft.armed {
        return (Verdict::Failed, 0);
    }
    let share = (up_m / wanted_m.max(1.0) * 100.0).clamp(0.0, 99.0);
    (Verdict::InProgress, share as u8)
}
