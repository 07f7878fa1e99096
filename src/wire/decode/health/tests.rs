//! Estimators and vibration.

use mavlink::dialects::ardupilotmega::{
    EKF_STATUS_REPORT_DATA, ESTIMATOR_STATUS_DATA, EkfStatusFlags, EstimatorStatusFlags,
    VIBRATION_DATA,
};

use crate::{
    model::groups::{Ekf, Vibration},
    wire::decode::testing::{report, report_v1, unwrap_report},
};

fn ekf() -> EKF_STATUS_REPORT_DATA {
    EKF_STATUS_REPORT_DATA {
        velocity_variance: 0.1004,
        pos_horiz_variance: 0.2,
        pos_vert_variance: 0.3,
        compass_variance: 0.4,
        terrain_alt_variance: 0.5,
        flags: EkfStatusFlags::from_bits_retain(0x8123),
        airspeed_variance: 0.6,
    }
}

fn variances(airspeed_variance: Option<f64>) -> Ekf {
    Ekf {
        velocity_variance: Some(0.1),
        pos_horiz_variance: Some(0.2),
        pos_vert_variance: Some(0.3),
        compass_variance: Some(0.4),
        terrain_alt_variance: Some(0.5),
        airspeed_variance,
        flags: Some(0x8123),
        t_ms: None,
    }
}

#[test]
fn every_field_of_ekf_status_report_is_found() {
    assert_eq!(unwrap_report!(report(&ekf()), Ekf), variances(Some(0.6)));
    assert_eq!(unwrap_report!(report_v1(&ekf()), Ekf), variances(None));
    let nan = EKF_STATUS_REPORT_DATA {
        airspeed_variance: f32::NAN,
        ..ekf()
    };
    assert_eq!(unwrap_report!(report(&nan), Ekf), variances(None));
}

#[test]
fn every_field_of_estimator_status_is_found() {
    let message = ESTIMATOR_STATUS_DATA {
        time_usec: 0x0102_0304_0506_0708,
        vel_ratio: 0.1,
        pos_horiz_ratio: 0.2,
        pos_vert_ratio: 0.3,
        mag_ratio: 0.4,
        hagl_ratio: 0.5,
        tas_ratio: 0.6,
        pos_horiz_accuracy: 0.7,
        pos_vert_accuracy: 0.8,
        flags: EstimatorStatusFlags::from_bits_retain(0x8123),
    };
    assert_eq!(unwrap_report!(report(&message), Ekf), variances(Some(0.6)));
}

#[test]
fn vibration_has_three_axes_and_one_count() {
    let message = VIBRATION_DATA {
        time_usec: 0x0102_0304_0506_0708,
        vibration_x: 1.234,
        vibration_y: 2.345,
        vibration_z: f32::NAN,
        clipping_0: u32::MAX,
        clipping_1: 2,
        clipping_2: 3,
    };
    let whole = Vibration {
        x_m_s2: Some(1.23),
        y_m_s2: Some(2.35),
        z_m_s2: None,
        clipping: Some(u64::from(u32::MAX) + 5),
        t_ms: None,
    };
    assert_eq!(unwrap_report!(report(&message), Vibration), whole);
}
