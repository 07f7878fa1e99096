//! One row of the fleet table, and which of two comes first by what.

use std::{
    cmp::{Ordering, Reverse},
    sync::Arc,
};

use super::{
    charge::{Charge, cell},
    columns::{Column, Sort},
    freshness::Habits,
    severity::{Level, Severity},
};
use crate::model::{
    groups::Ekf,
    ids::VehicleId,
    vehicle::{State, Vehicle},
    words::{LandedState, MavType},
};

/// One vehicle with what is said of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The vehicle.
    pub vehicle: Arc<Vehicle>,
    /// By which number it is addressed; never changes while it is listed.
    pub number: u16,
    /// What is wrong with it.
    pub severity: Severity,
    /// Since when it is critical, Unix ms of station time.
    pub critical_since_ms: Option<i64>,
}

impl Row {
    /// A row that was not judged yet.
    #[must_use]
    pub fn new(vehicle: Arc<Vehicle>, number: u16) -> Self {
        Self {
            vehicle,
            number,
            severity: Severity::default(),
            critical_since_ms: None,
        }
    }

    /// Whose row it is.
    #[must_use]
    pub fn id(&self) -> &VehicleId {
        &self.vehicle.id
    }
}

/// Above this height an armed vehicle that reports no landed state is in the air, metres over home.
const IN_AIR_M: f64 = 2.0;

/// What a vehicle does when nothing is wrong with it, in a word or two.
#[must_use]
pub fn doing(vehicle: &Vehicle) -> String {
    // A rover, a boat or a submarine is never in the air, whatever its landed state says.
    let drives = matches!(vehicle.mav_type, Some(MavType(10..=12 | 46)));
    let height_m = vehicle.position.and_then(|position| position.alt_rel_m);
    let is_up = vehicle.armed == Some(true) && height_m.is_some_and(|m| m > IN_AIR_M);
    let word = match (vehicle.state, vehicle.landed.and_then(LandedState::name)) {
        (State::Expected, _) => "expected",
        (_, Some("in_air")) if drives => "under way",
        (_, Some(landed)) => return landed.replace('_', " "),
        (_, None) if is_up && !drives => "in air",
        (_, None) => "ok",
    };
    word.to_owned()
}

/// Which of two rows comes first in the table.
#[must_use]
pub fn compare(a: &Row, b: &Row, sort: Sort, habits: &Habits) -> Ordering {
    let natural = match sort.by {
        Column::Name => a.vehicle.name.cmp(&b.vehicle.name),
        Column::Number => a.number.cmp(&b.number),
        Column::Status => status_key(a, habits).cmp(&status_key(b, habits)),
        by => return compare_values(value(a, by, habits), value(b, by, habits), sort),
    };
    if sort.reversed {
        natural.reverse()
    } else {
        natural
    }
}

/// Worst first; among equally bad ones the emptier weak pack. Calm ones stand still.
fn status_key(row: &Row, habits: &Habits) -> (u8, Reverse<Level>, i64) {
    let weakness = row.severity.battery();
    let charge = match battery_value(row, habits) {
        Some(Value::Number(percent, _)) if weakness > Level::Calm => (percent * 100.0) as i64,
        _ => 0,
    };
    (row.severity.rank(), Reverse(weakness), charge)
}

/// Unknown values come last whichever way round.
fn compare_values(a: Option<Value<'_>>, b: Option<Value<'_>>, sort: Sort) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if sort.is_descending() => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

enum Value<'a> {
    Text(&'a str),
    Number(f64, f64),
}

impl Value<'_> {
    /// A total order, whatever a number holds.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(a, more_a), Self::Number(b, more_b)) => {
                a.total_cmp(b).then(more_a.total_cmp(more_b))
            }
            (Self::Text(_), Self::Number(..)) => Ordering::Less,
            (Self::Number(..), Self::Text(_)) => Ordering::Greater,
        }
    }
}

fn value<'a>(row: &'a Row, by: Column, habits: &Habits) -> Option<Value<'a>> {
    let vehicle = &*row.vehicle;
    let number = |value: Option<f64>| value.map(|value| Value::Number(value, 0.0));
    match by {
        Column::Mode => vehicle.mode.as_deref().map(Value::Text),
        Column::Kind => vehicle
            .kind
            .as_deref()
            .or_else(|| vehicle.mav_type?.name())
            .map(Value::Text),
        Column::Group => vehicle.group.as_deref().map(Value::Text),
        Column::Armed => number(vehicle.armed.map(|armed| f64::from(u8::from(!armed)))),
        Column::Battery => battery_value(row, habits),
        Column::Altitude => number(vehicle.position?.alt_rel_m),
        Column::Speed => number(vehicle.velocity?.groundspeed_m_s),
        Column::Home => number(vehicle.home?.distance_m),
        Column::Gps => vehicle
            .gps
            .values()
            .filter_map(|gps| {
                let satellites = gps.satellites.map_or(0.0, f64::from);
                Some(Value::Number(f64::from(gps.fix?.0), satellites))
            })
            .max_by(Value::cmp),
        Column::Link => {
            let link = vehicle.link.as_ref()?;
            number(
                link.paths
                    .get(&link.via)?
                    .loss_percent
                    .map(|loss| 100.0 - loss),
            )
        }
        Column::Flight => number(vehicle.airborne_since_ms.map(|since_ms| -(since_ms as f64))),
        Column::Ekf => number(vehicle.ekf.and_then(|ekf| worst_variance(&ekf))),
        Column::Vibration => number(vehicle.vibration.and_then(|vibration| vibration.z_m_s2)),
        _ => None,
    }
}

/// A pack that is judged worse sorts as emptier, whatever percentage it reports.
fn battery_value<'a>(row: &Row, habits: &Habits) -> Option<Value<'a>> {
    let battery = row.vehicle.battery?;
    let cell_v = match cell(&row.vehicle, habits.of(row.id())) {
        Some(Charge::Cell(volts) | Charge::AboutCell(volts)) => Some(volts),
        _ => None,
    };
    let guessed = cell_v.map(|volts| ((volts - 3.3) / 0.9 * 100.0).clamp(0.0, 100.0));
    let reported = battery.remaining_percent.map(f64::from);
    // A pack that reports 99 % at 10.4 V is as empty as its volts say; a calm one is believed.
    let percent = match (reported, guessed) {
        (Some(reported), Some(guessed)) if row.severity.battery() > Level::Calm => {
            reported.min(guessed)
        }
        (reported, guessed) => reported.or(guessed)?,
    };
    let band = match row.severity.battery() {
        Level::Critical => -2_000.0,
        Level::Warning => -1_000.0,
        Level::Notice | Level::Calm => 0.0,
    };
    Some(Value::Number(band + percent, cell_v.unwrap_or(0.0)))
}

/// The largest variance of an estimator, 1.0 is the limit.
#[must_use]
pub fn worst_variance(ekf: &Ekf) -> Option<f64> {
    [
        ekf.velocity_variance,
        ekf.pos_horiz_variance,
        ekf.pos_vert_variance,
        ekf.compass_variance,
        ekf.airspeed_variance,
    ]
    .into_iter()
    .flatten()
    .reduce(f64::max)
}
