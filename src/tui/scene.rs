//! Everything a view may look at. A view is a pure function of this and an area.

use ratatui::style::Style;

use super::{
    format::{age, clean, clock, fixed, rough_age},
    freshness::{Freshness, Group},
    keymap::lookup::Keymap,
    row::Row,
    severity::Reason,
    station::StationInfo,
    theme::Theme,
    ui::Ui,
};
use crate::model::{
    link::{LinkPhase, LinkState},
    snapshot::Snapshot,
    vehicle::{State, Vehicle},
};

/// One frame's worth of facts.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The moment on the screen.
    pub snapshot: &'a Snapshot,
    /// What the screen remembers.
    pub ui: &'a Ui,
    /// Colours and signs.
    pub theme: &'a Theme,
    /// This station.
    pub station: &'a StationInfo,
    /// The keys in force.
    pub keymap: &'a Keymap,
    /// Now, Unix ms of station time.
    pub now_ms: i64,
}

impl Scene<'_> {
    /// The moment ages are counted to: now, or when the screen was frozen.
    #[must_use]
    pub fn data_ms(&self) -> i64 {
        self.ui.frozen_ms.unwrap_or(self.now_ms)
    }

    /// How old a moment is, ms.
    #[must_use]
    pub fn age_ms(&self, t_ms: i64) -> i64 {
        self.data_ms().saturating_sub(t_ms).max(0)
    }

    /// An age; on a slow line in whole seconds.
    #[must_use]
    pub fn age(&self, age_ms: i64) -> String {
        if self.ui.is_slow {
            rough_age(age_ms)
        } else {
            age(age_ms)
        }
    }

    /// A height or a speed in tenths; on a slow line in halves, which tremble less.
    #[must_use]
    pub fn tenths(&self, value: f64) -> String {
        fixed(self.coarse(value, 0.5), 1)
    }

    /// A value in steps where each byte counts, and as it is elsewhere.
    #[must_use]
    pub fn coarse(&self, value: f64, step: f64) -> f64 {
        if self.ui.is_slow {
            (value / step).round() * step
        } else {
            value
        }
    }

    /// The moment a duration of a vehicle runs to: now, or when it was last heard if it is lost.
    #[must_use]
    pub fn last_ms(&self, vehicle: &Vehicle) -> i64 {
        match (vehicle.state, vehicle.heard_ms) {
            (State::Lost, Some(heard_ms)) => heard_ms,
            _ => self.data_ms(),
        }
    }

    /// How far a group of a vehicle may be trusted. Nothing of a lost vehicle is fresh.
    #[must_use]
    pub fn freshness(&self, row: &Row, group: Group) -> Freshness {
        let vehicle = &row.vehicle;
        let by_age = self.ui.habits.freshness(vehicle, group, self.data_ms());
        match vehicle.state {
            State::Lost | State::Expected => by_age.max(Freshness::Old),
            State::Live | State::Late => by_age,
        }
    }

    /// Whether this is a replay and every recording was played to its end: nothing on the screen is live then.
    #[must_use]
    pub fn replay_has_ended(&self) -> bool {
        let links = &self.snapshot.links;
        let is_ended = |link: &LinkState| link.state == LinkPhase::Ended;
        self.station.replay.is_some()
            && !links.is_empty()
            && links.values().all(|link| is_ended(link))
    }

    /// How far a reason may be trusted, and how old it is, ms. What no group tells of is as good as now.
    #[must_use]
    pub fn trust(&self, row: &Row, reason: &Reason) -> (Freshness, i64) {
        let heard_ms = |group: Group| Some((group, group.heard_ms(&row.vehicle)?));
        match reason.group().and_then(heard_ms) {
            Some((group, heard_ms)) => (self.freshness(row, group), self.age_ms(heard_ms)),
            None => (Freshness::Fresh, 0),
        }
    }

    /// A reason in its word, with what is known of its age, and whether it is dim.
    #[must_use]
    pub fn told(&self, row: &Row, reason: &Reason) -> (String, Style) {
        let (vehicle, word) = (&row.vehicle, clean(&reason.word()).into_owned());
        let style = match reason {
            Reason::Conflict => self.theme.conflict,
            reason => self.theme.level(reason.level()),
        };
        if matches!(reason, Reason::Silent | Reason::SilentParked) {
            let habit = self.ui.habits.of(row.id());
            let silent_ms = habit.silent_for_ms(vehicle, self.data_ms());
            let age = silent_ms.map_or(String::new(), |ms| format!(" {}", rough_age(ms)));
            return (format!("{word}{age}"), style);
        }
        match self.trust(row, reason) {
            (Freshness::Fresh, _) => (word, style),
            (Freshness::Old, _) => (word, self.theme.dim),
            (Freshness::Gone, age_ms) => {
                (format!("({word}) {}", rough_age(age_ms)), self.theme.dim)
            }
        }
    }

    /// A time of day.
    #[must_use]
    pub fn clock(&self, t_ms: i64) -> String {
        clock(t_ms, self.ui.local_time)
    }
}
