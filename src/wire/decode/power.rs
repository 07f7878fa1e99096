//! Batteries and what the autopilot says of itself beside them: SYS_STATUS, BATTERY_STATUS.
//!
//! BATTERY_STATUS carries cells, or one sum in the place of the first cell, or a sum too large for one
//! place (<https://mavlink.io/en/messages/common.html#BATTERY_STATUS>); telling them apart is done here.

use super::payload::{Payload, percent};
use crate::model::{
    groups::{Battery, Cells, Processor},
    report::{Report, SystemReport},
    sensors::Sensors,
};

/// No cell here.
const UNUSED_MV: u16 = u16::MAX;
/// As much as one place holds: the sum goes on in the next.
const FULL_MV: u16 = u16::MAX - 1;

/// SYS_STATUS (<https://mavlink.io/en/messages/common.html#SYS_STATUS>).
pub(super) fn sys_status(payload: Payload<'_>) -> SystemReport {
    let voltage_mv = payload.u16(14);
    let remaining_percent = percent(payload.i8(30));
    SystemReport {
        sensors: Sensors {
            present: payload.u32(0),
            enabled: payload.u32(4),
            healthy: payload.u32(8),
        },
        battery: Battery {
            remaining_percent,
            voltage_v: (voltage_mv != u16::MAX)
                .then(|| volts(u64::from(voltage_mv)))
                .filter(|voltage_v| is_measured(*voltage_v, remaining_percent)),
            current_a: amperes(payload.i16(16)),
            ..Battery::default()
        },
        processor: Processor {
            load_percent: within(payload.u16(12), 1_000).map(|raw| raw / 10.0),
            drop_rate_percent: within(payload.u16(18), 10_000).map(|raw| raw / 100.0),
            t_ms: None,
        },
    }
}

/// BATTERY_STATUS with the id of its battery.
pub(super) fn battery_status(payload: Payload<'_>) -> Report {
    let voltages = Voltages::read(payload);
    let consumed_mah = payload.i32(0);
    let temperature_cdeg = payload.i16(8);
    let time_remaining_s = payload.i32(36);
    let remaining_percent = percent(payload.i8(35));
    let battery = Battery {
        remaining_percent,
        voltage_v: voltages
            .pack_v()
            .filter(|voltage_v| is_measured(*voltage_v, remaining_percent)),
        cells_v: voltages.cells(),
        current_a: amperes(payload.i16(30)),
        consumed_mah: (consumed_mah >= 0).then_some(consumed_mah),
        temperature_c: (temperature_cdeg != i16::MAX).then(|| f64::from(temperature_cdeg) / 100.0),
        time_remaining_s: (time_remaining_s > 0).then_some(time_remaining_s),
        t_ms: None,
    };
    Report::Battery(payload.u8(32), battery)
}

/// Autopilots without a monitor send 0 V with an unknown charge: nobody measured that.
fn is_measured(voltage_v: f64, remaining_percent: Option<u8>) -> bool {
    voltage_v > 0.0 || remaining_percent.is_some()
}

/// Rounded to 0.01 V.
fn volts(millivolts: u64) -> f64 {
    (millivolts.saturating_add(5) / 10) as f64 / 100.0
}

/// −1 is "not measured"; other negative currents flow into the battery.
fn amperes(raw_ca: i16) -> Option<f64> {
    (raw_ca != -1).then(|| f64::from(raw_ca) / 100.0)
}

fn within(raw: u16, most: u16) -> Option<f64> {
    (raw <= most).then(|| f64::from(raw))
}

/// The fourteen places for voltages, cells or not.
struct Voltages {
    places_mv: [u16; 14],
}

impl Voltages {
    fn read(payload: Payload<'_>) -> Self {
        let mut places_mv = [UNUSED_MV; 14];
        for (place, at) in places_mv
            .iter_mut()
            .zip((10..30).step_by(2).chain((41..49).step_by(2)))
        {
            let raw = payload.u16(at);
            // In the extension field a cell that does not exist is 0.
            let absent = at >= 41 && raw == 0;
            *place = if absent { UNUSED_MV } else { raw };
        }
        Self { places_mv }
    }

    fn used(&self) -> impl DoubleEndedIterator<Item = u16> {
        self.places_mv
            .iter()
            .copied()
            .filter(|raw| *raw != UNUSED_MV)
    }

    /// Cells and partial sums alike add up to the pack.
    fn pack_v(&self) -> Option<f64> {
        self.used().next()?;
        Some(volts(self.used().map(u64::from).sum()))
    }

    /// The cells, where the places hold cells: at least two, and none as full as only a sum can be.
    fn cells(&self) -> Option<Cells> {
        // Firmwares that clear the field with zeros instead of 65535 have no cells of 0 V behind.
        let unfilled = self.used().rev().take_while(|raw| *raw == 0).count();
        let count = self.used().count() - unfilled;
        if count < 2 || self.used().any(|raw| raw == FULL_MV) {
            return None;
        }
        let mut cells = Cells::default();
        self.used().take(count).for_each(|raw| cells.push(raw));
        Some(cells)
    }
}

#[cfg(test)]
mod tests;
