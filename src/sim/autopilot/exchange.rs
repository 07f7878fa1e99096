//! The conversations of many messages, and which message belongs to which: parameters, plans, files.

use crate::model::time::TimeUs;
use crate::sim::airframe::Airframe;
use crate::sim::frames::Received;
use crate::sim::params::Params;

use super::craft::Craft;
use super::firmware::Firmware;
use super::ftp::Ftp;
use super::message_ids as id;
use super::plans::{ardupilot, px4};
use super::settings::Settings;
use super::voice::Voice;

#[derive(Debug)]
enum Plans {
    ArduPilot(ardupilot::Plans),
    Px4(px4::Plans),
}

/// The conversations of one craft.
#[derive(Debug)]
pub struct Exchange {
    settings: Settings,
    plans: Plans,
    files: Ftp,
}

impl Exchange {
    /// No conversation yet.
    #[must_use]
    pub fn new(firmware: Firmware, airframe: Airframe, system: u8) -> Self {
        Self {
            settings: Settings::new(firmware, airframe, system),
            plans: Plans::new(firmware),
            files: Ftp::default(),
        }
    }

    /// The parameters, to be looked at.
    #[must_use]
    pub const fn params(&self) -> &Params {
        &self.settings.params
    }

    /// Whether it has more to send without being asked again.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.settings.is_busy() || self.files.is_busy()
    }

    /// Breaks off whatever was going on.
    pub fn restart(&mut self, craft: &mut Craft) {
        self.settings.restart();
        self.plans = Plans::new(craft.options.firmware);
        self.files.restart();
        craft.plan_busy = false;
    }

    /// Answers a message of these protocols; others are not looked at. The target has been checked.
    pub fn answer(
        &mut self,
        craft: &mut Craft,
        frame: &Received,
        now: TimeUs,
        voice: &mut Voice<'_>,
    ) {
        if frame.id == id::FILE_TRANSFER_PROTOCOL {
            let params = &self.settings.params;
            self.files.answer(craft, params, frame, now, voice);
            return;
        }
        self.settings.answer(craft, frame, now, voice);
        match &mut self.plans {
            Plans::ArduPilot(plans) => plans.answer(craft, frame, now, voice),
            Plans::Px4(plans) => plans.answer(craft, frame, now, voice),
        }
        self.count_items(craft);
    }

    /// Goes on with what takes time: lists, bursts, and items that did not come.
    pub fn advance(&mut self, craft: &mut Craft, now: TimeUs, voice: &mut Voice<'_>) {
        self.settings.advance(craft.options.firmware, now, voice);
        match &mut self.plans {
            Plans::ArduPilot(plans) => plans.advance(craft, now, voice),
            Plans::Px4(plans) => plans.advance(craft, now, voice),
        }
        self.files.advance(craft, &self.settings.params, now, voice);
    }

    /// ArduPilot keeps the lengths of its plans as parameters.
    fn count_items(&mut self, craft: &Craft) {
        if craft.is_px4() {
            return;
        }
        for (name, plan) in ["MIS_TOTAL", "FENCE_TOTAL", "RALLY_TOTAL"]
            .iter()
            .zip(&craft.plans)
        {
            let len = plan.len() as f64;
            if (self.settings.params.value(name) - len).abs() > 0.5 {
                self.settings.params.write(name, len);
            }
        }
    }
}

impl Plans {
    fn new(firmware: Firmware) -> Self {
        match firmware {
            Firmware::ArduPilot => Self::ArduPilot(ardupilot::Plans::default()),
            Firmware::Px4 => Self::Px4(px4::Plans::default()),
        }
    }
}
