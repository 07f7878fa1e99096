//! What the station itself judges of a vehicle's numbers: a battery falling, a lossy link, telemetry that
//! stopped, a fix that was lost. Each crossing is told once, and once more when it is over.
//!
//! Pure: the vehicle object and time come in, entries go out.

use std::{sync::Arc, time::Duration};

use super::{journal::Entry, liveness::seconds};
use crate::model::{
    event::EventKind,
    report::Report,
    time::TimeUs,
    vehicle::{State, Vehicle},
    words::{GpsFix, Severity},
};

/// Charge at which a battery is low, and critical; how far it must rise above to be so no longer, percent.
const LOW_PERCENT: u8 = 25;
const CRITICAL_PERCENT: u8 = 15;
const CHARGE_STEP_PERCENT: u8 = 3;
/// Loss that is told, and loss below which it is over, percent; either must last.
const LOSSY_PERCENT: f64 = 20.0;
const SOUND_PERCENT: f64 = 10.0;
const LASTS: Duration = Duration::from_secs(5);
/// Without telemetry for so long, although heartbeats come, it has stopped.
const TELEMETRY_STOPPED: Duration = Duration::from_secs(5);
/// Telemetry that came this seldom before is not missed sooner.
const USUAL_GAPS: u32 = 3;
/// GPS_FIX_TYPE: below the one there is no fix, from the other on a full one.
const NO_FIX_BELOW: GpsFix = GpsFix(2);
const FULL_FIX: GpsFix = GpsFix(3);

/// What was judged last.
#[derive(Debug, Default)]
pub(super) struct Judgements {
    charge: Charge,
    loss: Loss,
    telemetry: Telemetry,
    fix: Fix,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Charge {
    #[default]
    Enough,
    Low,
    Critical,
}

#[derive(Debug, Default)]
struct Loss {
    via: Option<Arc<str>>,
    is_told: bool,
    /// Since when it is otherwise than told.
    turned: Option<TimeUs>,
}

#[derive(Debug, Default)]
struct Telemetry {
    heard: Option<TimeUs>,
    usual_gap: Duration,
    is_told: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Fix {
    #[default]
    Never,
    Had,
    Lost,
}

impl Judgements {
    /// A report of the vehicle's own autopilot. An entry when telemetry is back.
    pub(super) fn hear(&mut self, report: &Report, t: TimeUs) -> Option<Entry> {
        let is_telemetry = matches!(
            report,
            Report::Position(_)
                | Report::Gps(..)
                | Report::Attitude(_)
                | Report::Hud(_)
                | Report::System(_)
                | Report::HighLatency(_)
        );
        is_telemetry.then(|| self.telemetry.hear(t)).flatten()
    }

    /// Judges a vehicle at `now`; one that is lost or was never heard is not judged.
    pub(super) fn judge(&mut self, vehicle: &Vehicle, now: TimeUs) -> Vec<Entry> {
        if !matches!(vehicle.state, State::Live | State::Late) {
            return Vec::new();
        }
        let told = [
            self.charge(vehicle),
            self.loss.judge(vehicle, now),
            self.telemetry.judge(vehicle.state, now),
            self.fix(vehicle),
        ];
        told.into_iter().flatten().collect()
    }

    fn charge(&mut self, vehicle: &Vehicle) -> Option<Entry> {
        let percent = vehicle.battery?.remaining_percent?;
        let at = |percent: u8| {
            if percent <= CRITICAL_PERCENT {
                Charge::Critical
            } else if percent <= LOW_PERCENT {
                Charge::Low
            } else {
                Charge::Enough
            }
        };
        // Falling counts at once, rising only by a step: a charge at a limit flickers.
        let risen = at(percent.saturating_sub(CHARGE_STEP_PERCENT));
        let new = at(percent).max(risen.min(self.charge));
        let was = std::mem::replace(&mut self.charge, new);
        let state = |severity, text| Some(Entry::new(EventKind::State, severity, text));
        match new {
            _ if new == was => None,
            Charge::Critical => state(Severity::CRITICAL, format!("battery critical: {percent} %")),
            Charge::Low if was < new => {
                state(Severity::WARNING, format!("battery low: {percent} %"))
            }
            Charge::Low => state(
                Severity::INFO,
                format!("battery no longer critical: {percent} %"),
            ),
            Charge::Enough => state(
                Severity::INFO,
                format!("battery no longer low: {percent} %"),
            ),
        }
    }

    fn fix(&mut self, vehicle: &Vehicle) -> Option<Entry> {
        let best = vehicle.gps.values().filter_map(|gps| gps.fix).max()?;
        let state = |severity, text| Some(Entry::new(EventKind::State, severity, text));
        match self.fix {
            Fix::Had if best < NO_FIX_BELOW && vehicle.armed == Some(true) => {
                self.fix = Fix::Lost;
                state(Severity::WARNING, "GPS fix lost while armed")
            }
            Fix::Lost if best >= FULL_FIX => {
                self.fix = Fix::Had;
                state(Severity::INFO, "GPS fix is back")
            }
            Fix::Never if best >= FULL_FIX => {
                self.fix = Fix::Had;
                None
            }
            _ => None,
        }
    }
}

impl Loss {
    fn judge(&mut self, vehicle: &Vehicle, now: TimeUs) -> Option<Entry> {
        let link = vehicle.link.as_ref()?;
        let loss = link.paths.get(&link.via)?.loss_percent?;
        if self.via.as_ref() != Some(&link.via) {
            *self = Self {
                via: Some(Arc::clone(&link.via)),
                ..Self::default()
            };
        }
        let turns = if self.is_told {
            loss < SOUND_PERCENT
        } else {
            loss >= LOSSY_PERCENT
        };
        if !turns {
            self.turned = None;
            return None;
        }
        if now.since(*self.turned.get_or_insert(now)) < LASTS {
            return None;
        }
        (self.is_told, self.turned) = (!self.is_told, None);
        let via = &link.via;
        Some(if self.is_told {
            let text = format!("link {via} loses frames: {loss:.0} %");
            Entry::new(EventKind::Link, Severity::WARNING, text)
        } else {
            let text = format!("link {via} is sound again: {loss:.0} % loss");
            Entry::new(EventKind::Link, Severity::INFO, text)
        })
    }
}

impl Telemetry {
    fn hear(&mut self, t: TimeUs) -> Option<Entry> {
        let gap = self.heard.map(|heard| t.since(heard));
        self.heard = self.heard.max(Some(t));
        let gap = gap?;
        self.usual_gap = gap.max(self.usual_gap * 15 / 16);
        std::mem::take(&mut self.is_told).then(|| {
            let text = format!("telemetry is back after {}", seconds(gap));
            Entry::new(EventKind::Link, Severity::INFO, text)
        })
    }

    fn judge(&mut self, state: State, now: TimeUs) -> Option<Entry> {
        let gap = now.since(self.heard?);
        let missed = gap >= TELEMETRY_STOPPED.max(self.usual_gap * USUAL_GAPS);
        if self.is_told || !missed || state != State::Live {
            return None;
        }
        self.is_told = true;
        let text = format!(
            "telemetry stopped {} ago; heartbeats still come",
            seconds(gap)
        );
        Some(Entry::new(EventKind::Link, Severity::WARNING, text))
    }
}
