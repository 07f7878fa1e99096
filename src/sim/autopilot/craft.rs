//! The state of one simulated craft: what its autopilot knows, and nothing about how it is told or sent.

use std::collections::{BTreeMap, VecDeque};

use crate::model::ids::SystemId;
use crate::model::time::TimeUs;
use crate::sim::airframe::Airframe;
use crate::sim::battery::Battery;
use crate::sim::kinematics::{Body, Spot, Wind};
use crate::sim::mission::{self, Item, NAV_TAKEOFF, Origin};
use crate::sim::random::Random;

use super::firmware::Firmware;
use super::modes::{Conduct, Mode};

/// Texts kept until they can be sent; more are dropped, the oldest last, as a real queue does.
const TEXTS: usize = 32;
/// From power-on to a position good enough for arming.
const WARM_UP_US: i64 = 6_000_000;

/// Severity `MAV_SEVERITY_CRITICAL`.
pub const CRITICAL: u8 = 2;
/// Severity `MAV_SEVERITY_WARNING`.
pub const WARNING: u8 = 4;
/// Severity `MAV_SEVERITY_INFO`.
pub const INFO: u8 = 6;
/// Severity `MAV_SEVERITY_DEBUG`.
pub const DEBUG: u8 = 7;

/// How a craft begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Start {
    /// On the ground, disarmed, waiting for orders.
    Parked,
    /// On the ground; arms and flies its patrol by itself after a few seconds.
    TakingOff,
    /// Already on its patrol.
    Underway,
}

/// Who a craft is and how it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct CraftOptions {
    /// System id on the air.
    pub system: SystemId,
    /// Firmware it runs.
    pub firmware: Firmware,
    /// What it is.
    pub airframe: Airframe,
    /// Where it stands: the origin of its local metres.
    pub origin: Origin,
    /// Seed of everything accidental about it.
    pub seed: u64,
    /// What it does at the beginning.
    pub start: Start,
    /// Messages per second sent without being asked, in the usual mix; `None` behaves like the firmware.
    pub unasked_rate_hz: Option<f64>,
    /// How long it has been powered at the beginning, s.
    pub uptime_s: u32,
}

/// Where a craft is between ground and air (`MAV_LANDED_STATE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landed {
    /// On the ground.
    OnGround,
    /// In the air.
    InAir,
    /// Leaving the ground.
    TakingOff,
    /// Coming down to land.
    Landing,
}

/// How far the mission has come.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// Number of the item being flown.
    pub current: u16,
    /// Whether its start has been announced.
    pub announced: bool,
    /// When the place of the item was reached, for items that wait there.
    pub since: Option<TimeUs>,
    /// Whether the last item is done.
    pub finished: bool,
    /// Repeats left of every DO_JUMP, by item number.
    pub jumps: BTreeMap<u16, i32>,
}

/// One craft as its autopilot sees it.
#[derive(Debug)]
pub struct Craft {
    /// Who it is.
    pub options: CraftOptions,
    /// Its motion.
    pub body: Body,
    /// Its pack.
    pub battery: Battery,
    /// Its luck.
    pub random: Random,
    /// The wind it feels.
    pub wind: Wind,
    /// Its flight mode.
    pub mode: Mode,
    /// Whether the motors may turn.
    pub armed: bool,
    /// Ground or air.
    pub landed: Landed,
    /// Power-on.
    pub booted: TimeUs,
    /// Home; set when armed.
    pub home: Spot,
    /// Where guided flight goes.
    pub target: Spot,
    /// Height a guided takeoff climbs to, m above the origin, until it is there.
    pub climb_to_m: Option<f64>,
    /// Speed on a leg, m/s.
    pub speed_m_s: f64,
    /// Mission, fence and rally points, by `MAV_MISSION_TYPE`.
    pub plans: [Vec<Item>; 3],
    /// Whether the mission is being rewritten: it is not flown meanwhile.
    pub plan_busy: bool,
    /// How far the mission has come.
    pub progress: Progress,
    /// Coming home: whether the way down has begun.
    pub descending: bool,
    /// When the craft touched the ground with turning motors.
    pub touched: Option<TimeUs>,
    /// Until when no satellite is heard.
    pub gps_lost: Option<(TimeUs, TimeUs)>,
    /// 0 unhurt, 1 the low battery was announced, 2 the critical one.
    pub battery_alarm: u8,
    /// When what speaks against arming may be said again.
    pub reminder: TimeUs,
    /// When it takes off by itself.
    pub eager: Option<TimeUs>,
    /// Texts not yet sent: severity and words.
    pub texts: VecDeque<(u8, String)>,
    /// Mission items reached and not yet announced.
    pub reached: VecDeque<u16>,
}

impl Craft {
    /// A craft at its beginning.
    #[must_use]
    pub fn new(options: CraftOptions, now: TimeUs) -> Self {
        let mut random = Random::for_member(options.seed, u64::from(options.system.0));
        let yaw_rad = random.between(0.0, std::f64::consts::TAU);
        let blow = random.between(0.0, 1.5);
        let home_first = options.firmware == Firmware::ArduPilot;
        let patrol = mission::patrol(options.airframe, &options.origin, home_first, &mut random);
        let charge = random.between(82.0, 100.0);
        let mut craft = Self {
            body: Body::at_rest(options.airframe, Spot::default(), yaw_rad),
            battery: Battery::with_charge(options.airframe.pack(), charge),
            random,
            wind: Wind {
                north_m_s: 2.5 + blow,
                east_m_s: -1.0 - blow,
            },
            mode: options.firmware.first_mode(options.airframe),
            armed: false,
            landed: Landed::OnGround,
            booted: TimeUs(now.0 - i64::from(options.uptime_s) * 1_000_000),
            home: Spot::default(),
            target: Spot::default(),
            climb_to_m: None,
            speed_m_s: options.airframe.performance().cruise_m_s,
            plans: [patrol, Vec::new(), Vec::new()],
            plan_busy: false,
            progress: Progress::default(),
            descending: false,
            touched: None,
            gps_lost: None,
            battery_alarm: 0,
            reminder: TimeUs(0),
            eager: None,
            texts: VecDeque::new(),
            reached: VecDeque::new(),
            options,
        };
        craft.begin(now);
        craft
    }

    fn begin(&mut self, now: TimeUs) {
        match self.options.start {
            Start::Parked => {}
            Start::TakingOff => {
                let wait_us = (self.random.between(1.0, 6.0) * 1e6) as i64;
                self.eager = Some(TimeUs(now.0 + wait_us));
            }
            Start::Underway => self.begin_underway(),
        }
    }

    fn begin_underway(&mut self) {
        let flies = |item: &Item| matches!(item.command, 16 | 19) && item.x != 0;
        let first = self.plans[0]
            .iter()
            .position(|item| item.command == NAV_TAKEOFF);
        let first = first.map_or_else(|| self.first_item(), |takeoff| takeoff as u16 + 1);
        let legs = self.plans[0]
            .iter()
            .skip(usize::from(first))
            .filter(|item| flies(item))
            .count();
        let chosen = first + self.random.below(legs as u64) as u16;
        if let Some(item) = self.plans[0].get(usize::from(chosen)) {
            self.body.spot = self.options.origin.spot_of(item, Spot::default());
        }
        if self.options.airframe == Airframe::Plane {
            self.body.airspeed_m_s = self.speed_m_s;
        }
        self.armed = true;
        self.landed = Landed::InAir;
        if let Some(mode) = self
            .options
            .firmware
            .mode_for(self.options.airframe, Conduct::Mission)
        {
            self.mode = mode;
        }
        self.progress = Progress {
            current: chosen,
            announced: true,
            ..Progress::default()
        };
    }

    /// Switches off and on again: nothing but the plans, the pack and the place survives.
    pub fn reboot(&mut self, now: TimeUs) {
        let yaw_rad = self.body.attitude_rad[2];
        self.body = Body::at_rest(
            self.options.airframe,
            Spot {
                up_m: 0.0,
                ..self.body.spot
            },
            yaw_rad,
        );
        self.mode = self.options.firmware.first_mode(self.options.airframe);
        self.armed = false;
        self.landed = Landed::OnGround;
        self.booted = now;
        self.progress = Progress::default();
        self.descending = false;
        self.climb_to_m = None;
        self.touched = None;
        self.eager = None;
        self.texts.clear();
        self.reached.clear();
    }

    /// Whether the position is good enough to arm and to fly by.
    #[must_use]
    pub fn has_position(&self, now: TimeUs) -> bool {
        self.is_warm(now) && !self.is_gps_lost(now)
    }

    /// Whether start-up is over.
    #[must_use]
    pub fn is_warm(&self, now: TimeUs) -> bool {
        now.0 - self.booted.0 >= WARM_UP_US
    }

    /// Whether no satellite is heard.
    #[must_use]
    pub fn is_gps_lost(&self, now: TimeUs) -> bool {
        self.gps_lost
            .is_some_and(|(from, until)| now >= from && now < until)
    }

    /// Whether it runs PX4.
    #[must_use]
    pub fn is_px4(&self) -> bool {
        self.options.firmware == Firmware::Px4
    }

    /// From now until then no satellite is heard.
    pub fn lose_gps(&mut self, now: TimeUs, until: TimeUs) {
        self.gps_lost = Some((now, until));
        self.say(
            CRITICAL,
            match self.options.firmware {
                Firmware::ArduPilot => "GPS Glitch or Compass error",
                Firmware::Px4 => "GNSS data fusion stopped\t",
            },
        );
    }

    /// Whether it is off the ground (a rover: moving).
    #[must_use]
    pub fn is_flying(&self) -> bool {
        match self.options.airframe {
            Airframe::Rover => self.armed && self.body.groundspeed_m_s() > 0.3,
            _ => self.armed && self.landed != Landed::OnGround,
        }
    }

    /// Time since power-on, ms; wraps as on the air.
    #[must_use]
    pub const fn uptime_ms(&self, now: TimeUs) -> u32 {
        ((now.0 - self.booted.0) / 1_000) as u32
    }

    /// Time since power-on, µs.
    #[must_use]
    pub const fn uptime_us(&self, now: TimeUs) -> u64 {
        (now.0 - self.booted.0) as u64
    }

    /// Queues a text; PX4 ends its texts with a tab when the same news goes out as an EVENT.
    pub fn say(&mut self, severity: u8, text: impl Into<String>) {
        if self.texts.len() < TEXTS {
            self.texts.push_back((severity, text.into()));
        }
    }

    /// Changes the mode, and what depends on it.
    pub fn enter(&mut self, mode: Mode) {
        if mode.number == self.mode.number {
            return;
        }
        self.mode = mode;
        self.descending = false;
        self.climb_to_m = None;
        self.body.facing_rad = None;
        self.target = Spot {
            up_m: self.body.spot.up_m,
            ..self.body.spot
        };
        self.progress.since = None;
        self.progress.announced = false;
        if mode.conduct == Conduct::Mission && self.progress.finished {
            self.progress = Progress::default();
        }
        if mode.conduct == Conduct::Mission && self.progress.current < self.first_item() {
            self.progress.current = self.first_item();
        }
    }

    /// Enters the mode in which the firmware keeps its place.
    pub fn hold(&mut self) {
        self.enter_conduct(match self.options.firmware {
            Firmware::ArduPilot => Conduct::Hold,
            Firmware::Px4 => Conduct::Guided,
        });
    }

    /// Enters the first mode of a conduct.
    pub fn enter_conduct(&mut self, conduct: Conduct) {
        if let Some(mode) = self
            .options
            .firmware
            .mode_for(self.options.airframe, conduct)
        {
            self.enter(mode);
        }
    }

    /// The number of the first item to be flown: ArduPilot keeps home at 0.
    #[must_use]
    pub const fn first_item(&self) -> u16 {
        match self.options.firmware {
            Firmware::ArduPilot => 1,
            Firmware::Px4 => 0,
        }
    }
}
