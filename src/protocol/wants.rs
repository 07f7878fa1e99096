//! Which messages a station wants from a vehicle, how often, and whether they come.

use std::time::Duration;

use crate::model::{link::Rates, time::TimeUs, words::Autopilot};

/// Observed rates are judged over this time.
const WINDOW: Duration = Duration::from_secs(10);
/// Below this part of the wanted rate the observed one is wrong.
const TOO_SLOW: f64 = 0.6;

/// One message and how it comes.
#[derive(Debug, Clone)]
pub(super) struct Want {
    /// Message id.
    pub(super) message: u32,
    /// Wanted rate, Hz.
    pub(super) hz: f64,
    /// How often it was asked for.
    pub(super) asked: u32,
    /// The vehicle said no.
    pub(super) refused: bool,
    heard: u32,
    window_start: Option<TimeUs>,
    too_slow: bool,
    ask_again: TimeUs,
}

impl Want {
    fn new(message: u32, hz: f64) -> Self {
        Self {
            message,
            hz,
            asked: 0,
            refused: false,
            heard: 0,
            window_start: None,
            too_slow: true,
            ask_again: TimeUs(i64::MIN),
        }
    }

    /// The message came.
    pub(super) fn hear(&mut self) {
        self.heard += 1;
    }

    /// Whether it should be asked for now: never asked, or asked and still too slow.
    pub(super) fn is_due(&mut self, now: TimeUs) -> bool {
        let start = *self.window_start.get_or_insert(now);
        let elapsed = now.since(start);
        if elapsed >= WINDOW {
            self.too_slow = f64::from(self.heard) < self.hz * TOO_SLOW * elapsed.as_secs_f64();
            self.heard = 0;
            self.window_start = Some(now);
        }
        !self.refused && (self.asked == 0 || (self.too_slow && now >= self.ask_again))
    }

    /// It is being asked for: the next time will be later and later.
    pub(super) fn note_asked(&mut self, now: TimeUs) {
        self.asked += 1;
        self.too_slow = false;
        self.heard = 0;
        self.window_start = Some(now);
        self.ask_again = now.plus(WINDOW * 2u32.pow(self.asked.min(5)));
    }
}

/// The plan for one vehicle, the most important first.
pub(super) fn plan(autopilot: Autopilot, rates: Rates) -> Vec<Want> {
    const POSITION: [u32; 2] = [33, 74];
    const ATTITUDE: [u32; 1] = [30];
    const STATUS: [u32; 7] = [1, 24, 147, 245, 42, 241, 2];
    const STATUS_SLOW: [u32; 1] = [65];
    let own: &[u32] = match autopilot {
        Autopilot::ARDUPILOT => &[193, 168, 162],
        Autopilot::PX4 => &[230, 231],
        _ => &[],
    };
    let mut wants = Vec::new();
    let mut add = |messages: &[u32], hz: Option<f64>| {
        let positive = hz.filter(|hz| *hz > 0.0);
        wants.extend(
            positive
                .into_iter()
                .flat_map(|hz| messages.iter().map(move |message| Want::new(*message, hz))),
        );
    };
    add(&POSITION, rates.position_hz);
    add(&STATUS, rates.status_hz);
    add(&ATTITUDE, rates.attitude_hz);
    add(own, rates.status_hz);
    add(&STATUS_SLOW, rates.status_hz);
    wants
}
