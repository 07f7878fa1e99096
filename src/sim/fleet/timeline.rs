//! When each fault of the scenario begins and ends, and what that does to a member of the fleet.

use std::time::Duration;

use crate::model::time::TimeUs;
use crate::sim::air::Air;
use crate::sim::options::SimOptions;
use crate::sim::scenario::{FaultKind, Way};

use super::member::Member;

#[derive(Debug, Clone, Copy)]
struct Turn {
    at: TimeUs,
    /// When the fault ends, for what must know it beforehand.
    until: TimeUs,
    member: usize,
    kind: FaultKind,
    way: Way,
    begins: bool,
}

/// The turns still to come, the next one last.
#[derive(Debug)]
pub(super) struct Timeline {
    turns: Vec<Turn>,
}

impl Timeline {
    /// The turns of a scenario whose zero is `start`.
    pub(super) fn new(options: &SimOptions, start: TimeUs) -> Self {
        let mut turns = Vec::new();
        let mut double = options.vehicles;
        for fault in &options.scenario.faults {
            let at = start.plus(fault.at);
            let until = fault.lasts.map_or(TimeUs(i64::MAX), |lasts| at.plus(lasts));
            for victim in options.victims(fault) {
                let is_double = fault.kind == FaultKind::DuplicateSysid;
                let member = if is_double { double } else { victim };
                double += usize::from(is_double);
                let begin = Turn {
                    at,
                    until,
                    member,
                    kind: fault.kind,
                    way: fault.way,
                    begins: true,
                };
                turns.push(begin);
                if fault.lasts.is_some() {
                    turns.push(Turn {
                        at: until,
                        begins: false,
                        ..begin
                    });
                }
            }
        }
        turns.sort_by_key(|turn| std::cmp::Reverse(turn.at));
        Self { turns }
    }

    /// Carries out every turn that is due.
    pub(super) fn play(&mut self, members: &mut [Member], now: TimeUs) {
        while let Some(turn) = self.turns.pop_if(|turn| turn.at <= now) {
            if let Some(member) = members.get_mut(turn.member) {
                turn.apply(member, now);
            }
        }
    }
}

impl Turn {
    fn apply(&self, member: &mut Member, now: TimeUs) {
        if self.way != Way::Up {
            self.disturb(&mut member.downlink);
        }
        if self.way != Way::Down {
            self.disturb(&mut member.uplink);
        }
        match self.kind {
            FaultKind::Reboot => member.autopilot.reboot(now),
            FaultKind::GpsLoss if self.begins => member.autopilot.lose_gps(now, self.until),
            FaultKind::Loss { .. }
            | FaultKind::Duplicate { .. }
            | FaultKind::Reorder { .. }
            | FaultKind::Delay { .. }
            | FaultKind::Silence
            | FaultKind::GpsLoss => {}
            FaultKind::LowBattery { remaining_percent } => {
                member.autopilot.lose_charge(remaining_percent);
            }
            FaultKind::DuplicateSysid => member.present = self.begins,
            FaultKind::Noise { per_s } => member.set_noise(self.begins.then_some(per_s), now),
            FaultKind::Refuse { command, verdict } => {
                let verdict = self.begins.then_some(verdict);
                member.autopilot.refuse(command, verdict);
            }
            FaultKind::Progress => member.autopilot.report_progress(self.begins),
        }
    }

    /// What happens to one way of the air.
    fn disturb(&self, air: &mut Air) {
        let share = |percent: f64| if self.begins { percent } else { 0.0 };
        let time = |by: Duration| if self.begins { by } else { Duration::ZERO };
        match self.kind {
            FaultKind::Loss { percent, burst } => {
                air.loss_percent = share(percent);
                air.loss_burst = burst;
            }
            FaultKind::Duplicate { percent } => air.duplicate_percent = share(percent),
            FaultKind::Reorder { percent } => air.reorder_percent = share(percent),
            FaultKind::Delay { by, jitter } => {
                air.delay = time(by);
                air.jitter = time(jitter);
            }
            FaultKind::Silence => air.silent = self.begins,
            _ => {}
        }
    }
}
