//! The pack: drains with the throttle and sags under load. Pure; time comes in as a step.

use super::airframe::Pack;

/// A pack in use. Its charge only ever falls.
#[derive(Debug, Clone)]
pub struct Battery {
    pack: Pack,
    used_mah: f64,
    current_a: f64,
}

impl Battery {
    /// A pack with this much left, in percent of its capacity.
    #[must_use]
    pub fn with_charge(pack: Pack, remaining_percent: f64) -> Self {
        let used = 1.0 - remaining_percent.clamp(0.0, 100.0) / 100.0;
        Self {
            pack,
            used_mah: pack.capacity_mah * used,
            current_a: pack.idle_a,
        }
    }

    /// Draws current for `step_s` seconds; `throttle` is 0 to 1, and 0 means the motors are off.
    pub fn drain(&mut self, step_s: f64, throttle: f64) {
        let wanted_a =
            self.pack.idle_a + (self.pack.full_a - self.pack.idle_a) * throttle.powf(1.5);
        self.current_a += (wanted_a - self.current_a) * (step_s / 0.4).min(1.0);
        let drawn_mah = self.current_a * step_s / 3.6;
        self.used_mah = (self.used_mah + drawn_mah).min(self.pack.capacity_mah);
    }

    /// Loses charge at once, as a failing pack does; more than is left is never given back.
    pub fn drop_to(&mut self, remaining_percent: f64) {
        let used = self.pack.capacity_mah * (1.0 - remaining_percent.clamp(0.0, 100.0) / 100.0);
        self.used_mah = self.used_mah.max(used);
    }

    /// What is left, percent of capacity.
    #[must_use]
    pub fn remaining_percent(&self) -> f64 {
        (100.0 * (1.0 - self.used_mah / self.pack.capacity_mah)).clamp(0.0, 100.0)
    }

    /// Voltage at the terminals, V: rest voltage less what the resistance takes.
    #[must_use]
    pub fn voltage_v(&self) -> f64 {
        self.cell_v() * f64::from(self.pack.cells)
    }

    /// Voltage of one cell under load, V.
    #[must_use]
    pub fn cell_v(&self) -> f64 {
        let sag_v = self.current_a * self.pack.resistance_ohm / f64::from(self.pack.cells);
        rest_cell_v(self.remaining_percent()) - sag_v
    }

    /// Current drawn now, A.
    #[must_use]
    pub const fn current_a(&self) -> f64 {
        self.current_a
    }

    /// Charge drawn since the pack was full, mAh.
    #[must_use]
    pub const fn used_mah(&self) -> f64 {
        self.used_mah
    }

    /// Cells in series.
    #[must_use]
    pub const fn cells(&self) -> u8 {
        self.pack.cells
    }
}

/// Rest voltage of a lithium-polymer cell: steep at both ends, nearly flat between.
fn rest_cell_v(remaining_percent: f64) -> f64 {
    const CURVE: [(f64, f64); 7] = [
        (0.0, 3.27),
        (5.0, 3.55),
        (15.0, 3.68),
        (40.0, 3.79),
        (70.0, 3.95),
        (90.0, 4.10),
        (100.0, 4.20),
    ];
    CURVE
        .windows(2)
        .find(|pair| remaining_percent <= pair[1].0)
        .map_or(4.20, |pair| {
            let share = (remaining_percent - pair[0].0) / (pair[1].0 - pair[0].0);
            pair[0].1 + share * (pair[1].1 - pair[0].1)
        })
}

#[cfg(test)]
mod tests {
    use super::super::airframe::Airframe;
    use super::*;

    #[test]
    fn a_battery_only_falls_and_sags_under_load() {
        let mut battery = Battery::with_charge(Airframe::Copter.pack(), 100.0);
        battery.drain(1.0, 0.0);
        let at_rest_v = battery.voltage_v();
        let mut before = battery.remaining_percent();
        for step in 0..3_000 {
            battery.drain(0.5, f64::from(step % 10) / 10.0);
            let now = battery.remaining_percent();
            assert!(now <= before, "{now} > {before}");
            before = now;
        }
        assert!(before < 60.0, "{before}");
        let mut loaded = Battery::with_charge(Airframe::Copter.pack(), 100.0);
        loaded.drain(1.0, 1.0);
        assert!(loaded.voltage_v() < at_rest_v - 0.5);
    }

    #[test]
    fn a_failing_pack_never_gains_charge() {
        let mut battery = Battery::with_charge(Airframe::Rover.pack(), 40.0);
        battery.drop_to(80.0);
        assert!((battery.remaining_percent() - 40.0).abs() < 1e-9);
        battery.drop_to(12.0);
        assert!((battery.remaining_percent() - 12.0).abs() < 1e-9);
    }
}
