//! A whole vehicle in one message: what HIGH_LATENCY2 changes in a record.

use std::sync::Arc;

use super::{beliefs::extend_track, journal::Desk, record::Record};
use crate::model::{
    groups::{Battery, Mission, Wind},
    report::{HighLatency, Report},
};

impl Record {
    /// Believes such a message of the vehicle's own autopilot.
    pub(super) fn high_latency(&mut self, report: &HighLatency, desk: &mut Desk<'_>) {
        let t = desk.t;
        let (mode, label) = self.named_mode(&report.mode, u32::from(report.custom_mode));
        let Self {
            vehicle, sources, ..
        } = self;
        let object = Arc::make_mut(vehicle);
        object.mav_type = Some(report.mav_type);
        object.autopilot = Some(report.autopilot);
        object.mode_label = label;
        sources.hear_global(object, report.position, t);
        sources.hear_hud(object, report.hud, t);
        object.wind = Some(Wind {
            t_ms: Some(t.as_ms()),
            ..report.wind
        });
        if report.battery_percent.is_some() {
            let battery = Battery {
                remaining_percent: report.battery_percent,
                ..Default::default()
            };
            sources.hear_battery(object, 0, battery, t);
        }
        extend_track(&mut self.track, object, t);
        self.mission(
            &Report::Mission(Mission {
                current: Some(report.mission_current),
                ..Default::default()
            }),
            t,
        );
        self.change_mode(mode, desk);
        if let Some(armed) = report.armed {
            self.change_armed(armed, desk);
        }
    }
}
