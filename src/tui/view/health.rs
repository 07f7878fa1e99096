//! Short forms of satellites, estimator and vibration, shared by table and detail.

use crate::{
    model::{groups::Gps, vehicle::Vehicle, words::GpsFix},
    tui::row::worst_variance,
};

/// The best receiver in at most seven cells: `3D 14`, `RTKf 19`, `no fix`.
pub(super) fn satellites(vehicle: &Vehicle) -> Option<String> {
    let best = vehicle
        .gps
        .values()
        .filter(|gps| gps.fix.is_some())
        .max_by_key(|gps| (gps.fix, gps.satellites))?;
    receiver(best)
}

/// One receiver, short.
pub(super) fn receiver(gps: &Gps) -> Option<String> {
    let word = match gps.fix? {
        GpsFix(0) => return Some("no gps".to_owned()),
        GpsFix(1) => return Some("no fix".to_owned()),
        GpsFix(2) => "2D",
        GpsFix(3) => "3D",
        GpsFix(4) => "DGPS",
        GpsFix(5) => "RTK",
        GpsFix(6) => "RTKf",
        GpsFix(7) => "stat",
        GpsFix(8) => "PPP",
        GpsFix(_) => "?",
    };
    let satellites = gps
        .satellites
        .map_or(String::new(), |count| format!(" {count}"));
    Some(format!("{word}{satellites}"))
}

/// The largest estimator variance.
pub(super) fn worst_ekf(vehicle: &Vehicle) -> Option<f64> {
    worst_variance(&vehicle.ekf?)
}

/// The loudest axis of vibration, m/s².
pub(super) fn worst_vibration(vehicle: &Vehicle) -> Option<f64> {
    let vibration = vehicle.vibration?;
    [vibration.x_m_s2, vibration.y_m_s2, vibration.z_m_s2]
        .into_iter()
        .flatten()
        .reduce(f64::max)
}
