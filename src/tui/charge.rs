//! How full a pack is: what it says in percent, its lowest cell, or the mean of cells that were counted.

use super::freshness::Habit;
use crate::model::vehicle::Vehicle;

/// By which number a pack is low.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Charge {
    /// State of charge, percent.
    Percent(u8),
    /// The lowest cell as the autopilot measured it, V.
    Cell(f64),
    /// The mean cell, from the pack and a guessed number of cells, V.
    AboutCell(f64),
}

impl Charge {
    /// The word an operator reads.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            Self::Percent(percent) => format!("battery {percent}%"),
            Self::Cell(volts) => format!("cell {volts:.2}V"),
            Self::AboutCell(volts) => format!("cell ~{volts:.2}V"),
        }
    }
}

/// Lowest measured cell, else the mean of a guessed number of cells.
#[must_use]
pub fn cell(vehicle: &Vehicle, habit: &Habit) -> Option<Charge> {
    let measured = vehicle
        .batteries
        .values()
        .filter_map(|battery| battery.cells_v)
        .filter_map(|cells| cells.as_millivolts().iter().copied().min())
        .filter(|millivolts| *millivolts > 500)
        .min();
    if let Some(millivolts) = measured {
        return Some(Charge::Cell(f64::from(millivolts) / 1_000.0));
    }
    // A full cell has at most 4.4 V, and nothing below two cells flies: 5 V is a bench supply.
    let pack_v = vehicle.battery?.voltage_v?;
    let cells = (habit.highest_pack_v().max(pack_v) / 4.4).ceil();
    (pack_v > 6.0 && cells >= 2.0).then(|| Charge::AboutCell(pack_v / cells))
}
