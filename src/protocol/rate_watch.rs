//! How often the messages of one vehicle are wanted over one path, how they come, and who has the last word on that.

use std::time::Duration;

use super::{
    wanted_messages::{Asked, SIGNATURE_BYTES, WantedMessage},
    wants::{Verdict, Want, plan, quiet},
};
use crate::model::{
    ids::{ComponentId, SystemId},
    report::Stream,
    time::TimeUs,
    words::Autopilot,
};

/// Not asked what to do for this long, it has not listened either: what was counted says nothing.
const ABSENCE: Duration = Duration::from_secs(2);
/// How often it is looked at what came: many vehicles are polled twenty times a second.
const JUDGED_EVERY: Duration = Duration::from_millis(500);
/// Messages that are overruled are told together, this long after the first.
const GATHERING: Duration = Duration::from_secs(15);

/// The wanted messages of a vehicle and what is known of each.
#[derive(Debug)]
pub struct RateWatch {
    pub(super) wants: Vec<Want>,
    asked: Option<Asked>,
    delivered: f64,
    polled: Option<TimeUs>,
    judge_from: TimeUs,
    heard_bytes: f64,
    heard_frames: f64,
    telling: Telling,
    autopilot: Autopilot,
    is_quiet: bool,
}

/// What comes otherwise than this station asked, whatever it asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Overruled {
    /// Which messages: their names, the rate that was asked for, and the one they come at, Hz.
    pub messages: Vec<(&'static str, f64, f64)>,
    /// The station that was heard asking for one of them.
    pub by: Option<(SystemId, ComponentId)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telling {
    Nothing,
    Gathering(TimeUs),
    Told,
}

impl RateWatch {
    /// For a vehicle that is asked for these rates, or for none.
    pub(super) fn new(autopilot: Autopilot, asked: Option<Asked>) -> Self {
        Self {
            wants: asked
                .map(|asked| plan(autopilot, &asked))
                .unwrap_or_default(),
            asked,
            delivered: 1.0,
            polled: None,
            judge_from: TimeUs(i64::MIN),
            heard_bytes: 0.0,
            heard_frames: 0.0,
            telling: Telling::Nothing,
            autopilot,
            is_quiet: false,
        }
    }

    /// The link has no room for what nobody here shows: the vehicle is asked to stop it.
    pub fn quieten(&mut self) {
        let is_coarse = self.wants.iter().any(|want| want.is_coarse);
        if self.asked.is_some() && !is_coarse && !std::mem::replace(&mut self.is_quiet, true) {
            self.wants.extend(quiet(self.autopilot));
        }
    }

    /// The rates it asks for; `None` over a path that is asked only who the vehicle is.
    #[must_use]
    pub const fn asked(&self) -> Option<Asked> {
        self.asked
    }

    /// Other rates are to be asked for; only those that differ are asked anew.
    pub fn retune(&mut self, asked: Asked) {
        self.asked = Some(asked);
        for want in &mut self.wants {
            if let Some(hz) = asked.of(want.message.class) {
                want.retune(hz);
            }
        }
    }

    /// Whatever was given up is asked for once more: an operator has read the configuration again.
    pub fn resume(&mut self) {
        for want in &mut self.wants {
            if want.verdict == Verdict::Overruled {
                want.resume();
                self.telling = Telling::Nothing;
            }
        }
    }

    /// The vehicle is busy with a transfer, in which firmware slows its streams down: nothing is judged meanwhile.
    pub fn pause(&mut self, now: TimeUs) {
        self.wants.iter_mut().for_each(|want| want.restart(now));
    }

    /// The part of the vehicle's frames that is not lost on the way, 0 to 1: a rate is judged by it.
    pub const fn delivered(&mut self, part: f64) {
        self.delivered = part;
    }

    /// Bytes of the messages it asks for that came since this was last called, as they weigh in a budget.
    pub fn take_heard_bytes(&mut self, is_signed: bool) -> f64 {
        let signature = if is_signed { SIGNATURE_BYTES } else { 0.0 };
        let frames = std::mem::replace(&mut self.heard_frames, 0.0);
        std::mem::replace(&mut self.heard_bytes, 0.0) + frames * signature
    }

    /// Another station asked this vehicle for a message or a group of them.
    pub fn overhear(&mut self, sender: (SystemId, ComponentId), stream: Stream, now: TimeUs) {
        for want in &mut self.wants {
            let is_meant = match stream {
                Stream::Message(id) => want.message.id == id,
                Stream::Group(group) => group == 0 || group_of(want.message) == Some(group),
            };
            if is_meant {
                want.foreign = Some((now, sender));
            }
        }
    }

    /// An operator of this station chose a rate for a message: that is not to be changed back.
    pub fn leave(&mut self, message: u32) {
        for want in &mut self.wants {
            if want.message.id == message {
                want.verdict = Verdict::Chosen;
            }
        }
    }

    /// What comes otherwise than asked and is asked for no more; `None` where nothing does.
    #[must_use]
    pub fn overruled(&self) -> Option<Overruled> {
        let mut wants = self
            .wants
            .iter()
            .filter(|want| want.verdict == Verdict::Overruled)
            .peekable();
        wants.peek()?;
        let by = wants.clone().find_map(|want| want.foreign);
        let messages = wants.map(|want| {
            let observed_hz = want.observed_hz.unwrap_or(0.0);
            (want.message.name, want.hz, observed_hz)
        });
        Some(Overruled {
            messages: messages.collect(),
            by: by.map(|(_, sender)| sender),
        })
    }

    /// The same, once, when all of it is known.
    pub fn take_news(&mut self, now: TimeUs) -> Option<Overruled> {
        match self.telling {
            Telling::Nothing if self.overruled().is_some() => {
                self.telling = Telling::Gathering(now);
                None
            }
            Telling::Gathering(since) if now.since(since) >= GATHERING => {
                self.telling = Telling::Told;
                self.overruled()
            }
            _ => None,
        }
    }

    /// A message of the vehicle came.
    pub fn hear(&mut self, message: u32, now: TimeUs) {
        let mut wants = self.wants.iter_mut();
        if let Some(want) = wants.find(|want| want.message.id == message) {
            want.hear(now);
            self.heard_bytes += want.message.frame_bytes();
            self.heard_frames += 1.0;
        }
    }

    /// Judges how the messages come. After an absence the counting begins anew.
    pub(super) fn watch(&mut self, now: TimeUs) {
        let was_away = self.polled.is_none_or(|polled| now.since(polled) > ABSENCE);
        self.polled = Some(now);
        if now < self.judge_from && !was_away {
            return;
        }
        self.judge_from = now.plus(JUDGED_EVERY);
        for want in &mut self.wants {
            if was_away {
                want.restart(now);
            }
            want.judge(now, self.delivered);
        }
    }
}

/// The MAV_DATA_STREAM ArduPilot sends a message with.
fn group_of(message: &WantedMessage) -> Option<u8> {
    match message.id {
        1 | 24 | 42 | 162 => Some(2),
        65 => Some(3),
        33 => Some(6),
        30 => Some(10),
        74 => Some(11),
        2 | 147 | 168 | 193 | 241 => Some(12),
        _ => None,
    }
}
