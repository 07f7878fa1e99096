//! Does a message come as often as it was asked for? Judged over some seconds, asked again later and later, and not
//! for ever: where somebody else sets the rate, or the link cannot carry it, asking more is a fight.

use std::time::Duration;

use super::wanted_messages::{Asked, WantedMessage, messages_of, unshown_of};
use crate::model::{
    ids::{ComponentId, SystemId},
    time::TimeUs,
    words::Autopilot,
};

/// Observed rates are judged over this time, or over so many messages where they come seldom.
const WINDOW: Duration = Duration::from_secs(10);
const LONGEST_WINDOW: Duration = Duration::from_mins(1);
const MESSAGES_IN_WINDOW: f64 = 4.0;
/// Below this part of the wanted rate the observed one is wrong.
const TOO_SLOW: f64 = 0.6;
/// Above this multiple, and so many messages more, it is wrong as well.
const TOO_FAST: f64 = 1.6;
const TOO_MANY: f64 = 3.0;
/// Below this part of the wanted rate it does not come at all.
const AT_ALL: f64 = 0.15;
/// Silence after which a message is asked for without waiting for the window to end (Skybrush: 5 s).
const SILENCE: Duration = Duration::from_secs(5);
/// Asked so often again without effect, it is given up.
const PATIENCE: u32 = 3;
/// A request of another station explains a wrong rate for this long.
const EXPLAINS_FOR: Duration = Duration::from_mins(10);
/// Sent more often than asked by right: one for each battery, one at every change of the mission.
const IRREGULAR: [u32; 2] = [147, 42];

/// One message and how it comes.
#[derive(Debug, Clone)]
pub(super) struct Want {
    /// What.
    pub(super) message: &'static WantedMessage,
    /// Wanted rate, Hz; 0: it shall not come.
    pub(super) hz: f64,
    /// How often it was asked for.
    pub(super) asked: u32,
    /// The vehicle said no.
    pub(super) refused: bool,
    /// Asked for by groups of messages in whole hertz: it cannot be judged closely.
    pub(super) is_coarse: bool,
    pub(super) verdict: Verdict,
    /// Another station asked for it.
    pub(super) foreign: Option<(TimeUs, Sender)>,
    /// Over the last window, Hz.
    pub(super) observed_hz: Option<f64>,
    heard: u32,
    last_heard: Option<TimeUs>,
    window_start: Option<TimeUs>,
    wrong: Option<Wrong>,
    /// Its rate was changed here and not asked for yet.
    is_changed: bool,
    /// Asked again since it last came as it should.
    futile: u32,
    ask_again: TimeUs,
}

/// A station or a companion computer.
pub(super) type Sender = (SystemId, ComponentId);

/// Whether this station goes on asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It does.
    Open,
    /// An operator here chose another rate.
    Chosen,
    /// It comes otherwise whatever this station asks.
    Overruled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    TooSlow,
    TooFast,
}

impl Want {
    fn new(message: &'static WantedMessage, hz: f64) -> Self {
        Self {
            message,
            hz,
            asked: 0,
            refused: false,
            is_coarse: false,
            verdict: Verdict::Open,
            foreign: None,
            observed_hz: None,
            heard: 0,
            last_heard: None,
            window_start: None,
            wrong: None,
            is_changed: false,
            futile: 0,
            ask_again: TimeUs(i64::MIN),
        }
    }

    /// The message came.
    pub(super) fn hear(&mut self, now: TimeUs) {
        self.heard += 1;
        self.last_heard = Some(now);
    }

    /// Another rate is wanted from now on.
    pub(super) fn retune(&mut self, hz: f64) {
        if (self.hz - hz).abs() > f64::EPSILON {
            self.hz = hz;
            self.is_changed = self.asked > 0;
            self.futile = 0;
            self.wrong = None;
        }
    }

    /// Whether it should be asked for now: never asked, changed here, or asked and still wrong.
    pub(super) fn is_due(&self, now: TimeUs) -> bool {
        let is_wrong = self.wrong.is_some() && now >= self.ask_again;
        !self.refused
            && self.verdict == Verdict::Open
            && (self.asked == 0 || self.is_changed || is_wrong)
    }

    /// It is being asked for: while it stays wrong the next time will be later and later.
    pub(super) fn note_asked(&mut self, now: TimeUs) {
        let is_first = self.asked == 0 || self.is_changed;
        self.asked += 1;
        self.futile = if is_first { 0 } else { self.futile + 1 };
        self.is_changed = false;
        self.wrong = None;
        self.ask_again = now.plus(WINDOW * 2u32.pow((self.futile + 1).min(5)));
        self.restart(now);
    }

    /// What was counted so far says nothing.
    pub(super) fn restart(&mut self, now: TimeUs) {
        self.heard = 0;
        self.window_start = Some(now);
    }

    /// It was given up, and is asked for once more.
    pub(super) const fn resume(&mut self) {
        self.verdict = Verdict::Open;
        self.foreign = None;
        self.is_changed = true;
    }

    /// Looks at what came. `delivered` is the part of the frames that is not lost on the way.
    pub(super) fn judge(&mut self, now: TimeUs, delivered: f64) {
        let start = *self.window_start.get_or_insert(now);
        let elapsed = now.since(start);
        if elapsed >= self.window() {
            self.conclude(elapsed.as_secs_f64(), delivered);
            self.restart(now);
        } else if self.is_silent(start, now) {
            self.wrong = Some(Wrong::TooSlow);
        }
        if self.wrong.is_some() && self.is_given_up(now) {
            self.verdict = Verdict::Overruled;
        }
    }

    fn conclude(&mut self, seconds: f64, delivered: f64) {
        let heard = f64::from(self.heard);
        self.observed_hz = Some(heard / seconds);
        let expected = seconds
            * if self.is_coarse {
                self.hz.ceil()
            } else {
                self.hz
            };
        let has_own_mind = self.is_coarse || IRREGULAR.contains(&self.message.id);
        self.wrong = if heard < expected * TOO_SLOW * delivered {
            Some(Wrong::TooSlow)
        } else if heard > expected * TOO_FAST + TOO_MANY && !has_own_mind {
            Some(Wrong::TooFast)
        } else {
            self.futile = 0;
            None
        };
    }

    /// It has come before and then stopped, while the vehicle is still heard.
    fn is_silent(&self, start: TimeUs, now: TimeUs) -> bool {
        let Some(last) = self.last_heard.filter(|_| self.hz > 0.0) else {
            return false;
        };
        let patience = Duration::from_secs_f64(3.0 / self.hz).max(SILENCE);
        now.since(last.max(start)) > patience
    }

    /// Whether asking more would be a fight. A message that never comes is none: nobody sends it.
    fn is_given_up(&self, now: TimeUs) -> bool {
        let is_explained = self
            .foreign
            .is_some_and(|(t, _)| now.since(t) < EXPLAINS_FOR);
        let comes = self.observed_hz.is_some_and(|hz| hz > self.hz * AT_ALL);
        let enough = if is_explained { 1 } else { PATIENCE };
        self.asked > 0 && self.futile >= enough && (comes || is_explained)
    }

    fn window(&self) -> Duration {
        if self.hz <= 0.0 {
            return WINDOW;
        }
        let several = Duration::from_secs_f64((MESSAGES_IN_WINDOW / self.hz).min(3_600.0));
        several.clamp(WINDOW, LONGEST_WINDOW)
    }
}

/// The plan for one vehicle, the most important first.
pub(super) fn plan(autopilot: Autopilot, asked: &Asked) -> Vec<Want> {
    messages_of(autopilot)
        .filter_map(|message| Some(Want::new(message, asked.of(message.class)?)))
        .collect()
}

/// What is to be stopped where there is no room for it.
pub(super) fn quiet(autopilot: Autopilot) -> impl Iterator<Item = Want> {
    unshown_of(autopilot).map(|message| Want::new(message, 0.0))
}
