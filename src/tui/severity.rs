//! What is wrong with a vehicle, worst first: the one judgement behind colour, symbol, word and order.
//!
//! Pure: the moment is passed in, ages are painted later. A reason whose numbers are old stays, since it
//! may still be true, and names the group its age is that of. Limits are those most autopilots warn at.

use std::{borrow::Cow, sync::Arc};

use super::{
    charge::{Charge, cell},
    format::short_sensor,
    freshness::{Group, Habit},
};
use crate::model::{
    vehicle::{State, Vehicle},
    words::{GpsFix, LandedState, SystemStatus},
};

/// How loud a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing to see.
    Calm,
    /// Worth a word, not a colour: on the ground without a fix.
    Notice,
    /// Somebody should look.
    Warning,
    /// Somebody must act.
    Critical,
}

/// One thing that is wrong. The order of the variants is the order of the table, worst first.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// The pack is nearly empty by charge or by volts.
    BatteryCritical(Charge),
    /// The autopilot says emergency, critical or termination.
    Autopilot(Cow<'static, str>),
    /// A critical alert of `fleet.toml` is raised.
    AlertCritical(Arc<str>),
    /// No heartbeat for 3.5 s; armed or flying when it was last heard.
    LostInAction,
    /// No heartbeat for 3.5 s; parked when it was last heard.
    LostParked,
    /// No heartbeat for 1.5 s.
    Late,
    /// Only heartbeats come: what was heard of it otherwise is gone.
    Silent,
    /// Two senders claim its system id.
    Conflict,
    /// Outside its fence.
    Fence,
    /// The pack is low by charge or by volts.
    BatteryLow(Charge),
    /// Sensors that are on and do not work.
    Sensors(&'static str, usize),
    /// A warning of `fleet.toml` is raised.
    AlertWarning(Arc<str>),
    /// Armed without a position fix.
    NoFix,
    /// An estimator variance is over its limit.
    Estimator(&'static str),
    /// Vibration over 60 m/s².
    Vibration,
    /// Many frames are lost, percent.
    LossyLink(u8),
    /// Only heartbeats come of a parked vehicle.
    SilentParked,
    /// Disarmed and not ready to arm.
    NotReady,
    /// Disarmed without a position fix.
    NoFixParked,
}

impl Reason {
    /// How loud it is.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self {
            Self::BatteryCritical(_)
            | Self::Autopilot(_)
            | Self::AlertCritical(_)
            | Self::LostInAction => Level::Critical,
            Self::SilentParked | Self::NotReady | Self::NoFixParked => Level::Notice,
            _ => Level::Warning,
        }
    }

    /// Whether it is that nothing is heard any more.
    #[must_use]
    pub const fn is_loss(&self) -> bool {
        matches!(self, Self::LostInAction | Self::LostParked)
    }

    /// Place in the table, 0 is the worst.
    #[must_use]
    pub const fn rank(&self) -> u8 {
        match self {
            Self::BatteryCritical(_) => 0,
            Self::Autopilot(_) => 1,
            Self::AlertCritical(_) => 2,
            Self::LostInAction => 3,
            Self::LostParked => 4,
            Self::Late => 5,
            Self::Silent => 6,
            Self::Conflict => 7,
            Self::Fence => 8,
            Self::BatteryLow(_) => 9,
            Self::Sensors(..) => 10,
            Self::AlertWarning(_) => 11,
            Self::NoFix => 12,
            Self::Estimator(_) => 13,
            Self::Vibration => 14,
            Self::LossyLink(_) => 15,
            Self::SilentParked => 16,
            Self::NotReady => 17,
            Self::NoFixParked => 18,
        }
    }

    /// The group whose age is that of the reason; `None` for what the heartbeat or this station says.
    #[must_use]
    pub const fn group(&self) -> Option<Group> {
        match self {
            Self::BatteryCritical(_) | Self::BatteryLow(_) => Some(Group::Battery),
            Self::Fence => Some(Group::Fence),
            // Sensors come in the message that says how busy the processor is: SYS_STATUS.
            Self::Sensors(..) | Self::NotReady => Some(Group::Processor),
            Self::NoFix | Self::NoFixParked => Some(Group::Gps),
            Self::Estimator(_) => Some(Group::Ekf),
            Self::Vibration => Some(Group::Vibration),
            _ => None,
        }
    }

    /// The word an operator reads, without the age of a loss.
    #[must_use]
    pub fn word(&self) -> Cow<'_, str> {
        match self {
            Self::BatteryCritical(charge) | Self::BatteryLow(charge) => charge.word().into(),
            Self::Autopilot(word) => Cow::Borrowed(word),
            Self::AlertCritical(name) | Self::AlertWarning(name) => Cow::Borrowed(name),
            Self::LostInAction | Self::LostParked => "LOST".into(),
            Self::Late => "late".into(),
            Self::Silent | Self::SilentParked => "no telemetry".into(),
            Self::Conflict => "CONFLICT".into(),
            Self::Fence => "fence breach".into(),
            Self::Sensors(name, 1) => format!("{} bad", short_sensor(name)).into(),
            Self::Sensors(name, more) => format!("{} bad +{}", short_sensor(name), more - 1).into(),
            Self::NoFix | Self::NoFixParked => "no GPS fix".into(),
            Self::Estimator(axis) => format!("EKF {axis}").into(),
            Self::Vibration => "vibration".into(),
            Self::LossyLink(loss) => format!("loss {loss}%").into(),
            Self::NotReady => "not ready".into(),
        }
    }
}

/// Everything that is wrong with one vehicle.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Severity {
    /// Worst first.
    pub reasons: Vec<Reason>,
}

impl Severity {
    /// The loudest level.
    #[must_use]
    pub fn level(&self) -> Level {
        self.reasons.first().map_or(Level::Calm, Reason::level)
    }

    /// Place in the table: smaller is worse.
    #[must_use]
    pub fn rank(&self) -> u8 {
        self.reasons.first().map_or(u8::MAX, Reason::rank)
    }

    /// What stands in the row: a loss before everything, since no other number is current then; of a
    /// vehicle without telemetry nothing that rests on it.
    #[must_use]
    pub fn headline(&self) -> Option<&Reason> {
        let is_current = |reason: &&Reason| reason.group().is_none();
        let is_silent = self.reasons.contains(&Reason::Silent);
        let current = || self.reasons.iter().find(is_current).filter(|_| is_silent);
        let loss = self.reasons.iter().find(|reason| reason.is_loss());
        loss.or_else(current).or_else(|| self.reasons.first())
    }

    /// Whether only heartbeats come.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        let is_silence = |reason: &Reason| matches!(reason, Reason::Silent | Reason::SilentParked);
        self.reasons.iter().any(is_silence)
    }

    /// The loudest level of what is not counted by liveness.
    #[must_use]
    pub fn loudest_but_liveness(&self) -> Level {
        self.reasons
            .iter()
            .filter(|reason| {
                !matches!(
                    reason,
                    Reason::LostInAction | Reason::LostParked | Reason::Late
                )
            })
            .map(Reason::level)
            .max()
            .unwrap_or(Level::Calm)
    }

    /// How loud the battery alone is.
    #[must_use]
    pub fn battery(&self) -> Level {
        self.reasons
            .iter()
            .filter(|reason| matches!(reason, Reason::BatteryCritical(_) | Reason::BatteryLow(_)))
            .map(Reason::level)
            .max()
            .unwrap_or(Level::Calm)
    }
}

/// Judges a vehicle at a moment of station time, Unix ms. `habit` knows the highest pack voltage, from
/// which unmeasured cells are counted, and how often what is told usually comes.
#[must_use]
pub fn severity(vehicle: &Vehicle, habit: &Habit, now_ms: i64) -> Severity {
    let mut reasons = Vec::new();
    if vehicle.state != State::Expected {
        reasons.extend(liveness(vehicle).into_iter().flatten());
        reasons.extend(silence(vehicle, habit, now_ms));
        reasons.extend(battery(vehicle, habit));
        reasons.extend(autopilot(vehicle).into_iter().flatten());
        reasons.extend(surroundings(vehicle).into_iter().flatten());
        alerts(vehicle, &mut reasons);
        reasons.sort_by_key(Reason::rank);
        name_the_cause(&mut reasons);
    }
    Severity { reasons }
}

/// What stands where an autopilot says critical and nothing else is known.
const FAILSAFE: &str = "failsafe";

/// An autopilot that says critical rarely says why: what else is wrong with the vehicle does.
fn name_the_cause(reasons: &mut Vec<Reason>) {
    let is_cause = |reason: &Reason| {
        matches!(
            reason,
            Reason::BatteryCritical(_)
                | Reason::BatteryLow(_)
                | Reason::Fence
                | Reason::Sensors(..)
                | Reason::NoFix
                | Reason::NoFixParked
                | Reason::Estimator(_)
        )
    };
    let failsafe = |reason: &Reason| matches!(reason, Reason::Autopilot(word) if word == FAILSAFE);
    let Some(place) = reasons.iter().position(failsafe) else {
        return;
    };
    let Some(cause) = reasons.iter().position(is_cause) else {
        return;
    };
    if cause > place {
        let word = reasons[cause].word().into_owned();
        reasons[place] = Reason::Autopilot(word.into());
        reasons.remove(cause);
    }
}

fn is_in_action(vehicle: &Vehicle) -> bool {
    let flies = matches!(vehicle.landed, Some(LandedState(2..=4)));
    vehicle.armed != Some(false) || flies || vehicle.airborne_since_ms.is_some()
}

fn liveness(vehicle: &Vehicle) -> [Option<Reason>; 2] {
    let life = match vehicle.state {
        State::Lost if is_in_action(vehicle) => Some(Reason::LostInAction),
        State::Lost => Some(Reason::LostParked),
        State::Late => Some(Reason::Late),
        State::Live | State::Expected => None,
    };
    [life, vehicle.conflict.is_some().then_some(Reason::Conflict)]
}

/// Heartbeats come and nothing else does any more. A late or lost one says so itself.
#[must_use]
pub fn silence(vehicle: &Vehicle, habit: &Habit, now_ms: i64) -> Option<Reason> {
    let is_heard = vehicle.state == State::Live;
    (is_heard && habit.silent_for_ms(vehicle, now_ms).is_some()).then(|| {
        if is_in_action(vehicle) {
            Reason::Silent
        } else {
            Reason::SilentParked
        }
    })
}

fn battery(vehicle: &Vehicle, habit: &Habit) -> Option<Reason> {
    let percent = vehicle
        .battery
        .and_then(|battery| battery.remaining_percent);
    let cell = cell(vehicle, habit);
    let cell_level = match cell {
        Some(Charge::Cell(volts)) if volts < 3.3 => Level::Critical,
        Some(Charge::AboutCell(volts)) if volts < 3.2 => Level::Critical,
        Some(Charge::Cell(volts) | Charge::AboutCell(volts)) if volts < 3.5 => Level::Warning,
        _ => Level::Calm,
    };
    let percent_level = match percent {
        Some(0..=15) => Level::Critical,
        Some(16..=25) => Level::Warning,
        _ => Level::Calm,
    };
    let charge = match (percent, cell) {
        (Some(percent), _) if percent_level >= cell_level => Charge::Percent(percent),
        (_, Some(cell)) => cell,
        _ => return None,
    };
    match percent_level.max(cell_level) {
        Level::Critical => Some(Reason::BatteryCritical(charge)),
        Level::Warning => Some(Reason::BatteryLow(charge)),
        Level::Calm | Level::Notice => None,
    }
}

fn autopilot(vehicle: &Vehicle) -> [Option<Reason>; 3] {
    let status = match vehicle.system_status {
        Some(SystemStatus(5)) => Some(Reason::Autopilot(FAILSAFE.into())),
        Some(SystemStatus(6)) => Some(Reason::Autopilot("EMERGENCY".into())),
        Some(SystemStatus(8)) => Some(Reason::Autopilot("TERMINATED".into())),
        _ => None,
    };
    let sensors = vehicle.sensors.unwrap_or_default();
    let mut failed = sensors.failed().filter(|name| *name != "prearm");
    let first = failed.next();
    let broken = first.map(|name| Reason::Sensors(name, 1 + failed.count()));
    let waits = vehicle.armed == Some(false) && sensors.failed().any(|name| name == "prearm");
    [status, broken, waits.then_some(Reason::NotReady)]
}

fn surroundings(vehicle: &Vehicle) -> [Option<Reason>; 5] {
    let fence = vehicle.fence.and_then(|fence| fence.breached) == Some(true);
    let best_fix = vehicle.gps.values().filter_map(|gps| gps.fix).max();
    let no_fix = best_fix.is_some_and(|GpsFix(fix)| fix < 2).then(|| {
        if vehicle.armed == Some(true) {
            Reason::NoFix
        } else {
            Reason::NoFixParked
        }
    });
    let shaken = vehicle.vibration.is_some_and(|vibration| {
        [vibration.x_m_s2, vibration.y_m_s2, vibration.z_m_s2]
            .into_iter()
            .flatten()
            .any(|axis| axis >= 60.0)
    });
    let loss = vehicle
        .link
        .as_ref()
        .and_then(|link| link.paths.get(&link.via)?.loss_percent)
        // An outage is told as a loss already.
        .filter(|loss| *loss >= 20.0 && vehicle.state != State::Lost);
    [
        fence.then_some(Reason::Fence),
        no_fix,
        estimator(vehicle),
        shaken.then_some(Reason::Vibration),
        loss.map(|loss| Reason::LossyLink(loss.round().clamp(0.0, 100.0) as u8)),
    ]
}

fn estimator(vehicle: &Vehicle) -> Option<Reason> {
    let ekf = vehicle.ekf?;
    [
        ("velocity", ekf.velocity_variance),
        ("position", ekf.pos_horiz_variance),
        ("height", ekf.pos_vert_variance),
        ("compass", ekf.compass_variance),
        ("airspeed", ekf.airspeed_variance),
    ]
    .into_iter()
    .find(|(_, variance)| variance.is_some_and(|variance| variance >= 1.0))
    .map(|(axis, _)| Reason::Estimator(axis))
}

fn alerts(vehicle: &Vehicle, reasons: &mut Vec<Reason>) {
    for (name, alert) in vehicle.alerts.iter() {
        match &*alert.severity {
            "critical" => reasons.push(Reason::AlertCritical(name.clone())),
            "warning" => reasons.push(Reason::AlertWarning(name.clone())),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
