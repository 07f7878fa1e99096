//! How well the vehicle knows itself: EKF_STATUS_REPORT, ESTIMATOR_STATUS, VIBRATION.

use super::payload::{Payload, sane};
use crate::model::groups::{Ekf, Vibration};

/// EKF_STATUS_REPORT (<https://mavlink.io/en/messages/ardupilotmega.html#EKF_STATUS_REPORT>). An airspeed
/// variance of exactly 0 is an extension nobody filled.
pub(super) fn ekf_status_report(payload: Payload<'_>) -> Ekf {
    Ekf {
        velocity_variance: variance(payload, 0),
        pos_horiz_variance: variance(payload, 4),
        pos_vert_variance: variance(payload, 8),
        compass_variance: variance(payload, 12),
        terrain_alt_variance: variance(payload, 16),
        airspeed_variance: Some(payload.f32(22))
            .filter(|raw| *raw != 0.0)
            .and_then(|_| variance(payload, 22)),
        flags: Some(u32::from(payload.u16(20))),
        t_ms: None,
    }
}

/// ESTIMATOR_STATUS (<https://mavlink.io/en/messages/common.html#ESTIMATOR_STATUS>): test ratios.
pub(super) fn estimator_status(payload: Payload<'_>) -> Ekf {
    Ekf {
        velocity_variance: variance(payload, 8),
        pos_horiz_variance: variance(payload, 12),
        pos_vert_variance: variance(payload, 16),
        compass_variance: variance(payload, 20),
        terrain_alt_variance: variance(payload, 24),
        airspeed_variance: variance(payload, 28),
        flags: Some(u32::from(payload.u16(40))),
        t_ms: None,
    }
}

/// Rounded to 0.001: the limit is 1.0 and a warning starts near 0.5.
fn variance(payload: Payload<'_>, at: usize) -> Option<f64> {
    sane(f64::from(payload.f32(at)), 3)
}

/// VIBRATION (<https://mavlink.io/en/messages/common.html#VIBRATION>), the three clip counters as one.
pub(super) fn vibration(payload: Payload<'_>) -> Vibration {
    let [x_m_s2, y_m_s2, z_m_s2] = [8, 12, 16].map(|at| sane(f64::from(payload.f32(at)), 2));
    Vibration {
        x_m_s2,
        y_m_s2,
        z_m_s2,
        clipping: Some(
            [20, 24, 28]
                .iter()
                .map(|at| u64::from(payload.u32(*at)))
                .sum(),
        ),
        t_ms: None,
    }
}

#[cfg(test)]
mod tests;
