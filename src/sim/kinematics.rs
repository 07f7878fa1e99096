//! How a craft moves: a point with limits to its speed, turn and climb, in metres around its origin.
//!
//! Pure: step length, goal and wind come in, the next state comes out. No ids, no protocol, no clock.

use std::f64::consts::{PI, TAU};

use super::airframe::{Airframe, Performance};
use super::random::Random;

const GRAVITY_M_S2: f64 = 9.81;

/// A place relative to the origin: metres north, east and up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spot {
    /// Metres north of the origin.
    pub north_m: f64,
    /// Metres east of the origin.
    pub east_m: f64,
    /// Metres above the origin.
    pub up_m: f64,
}

impl Spot {
    /// Horizontal distance, m.
    #[must_use]
    pub fn across_m(self, other: Self) -> f64 {
        (self.north_m - other.north_m).hypot(self.east_m - other.east_m)
    }
}

/// What the craft is trying to do right now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// Motors stopped, on the ground.
    Rest,
    /// Go to a spot (a plane circles it on arrival), at most this fast.
    Reach {
        /// Where to.
        spot: Spot,
        /// Speed limit, m/s.
        speed_m_s: f64,
    },
    /// Climb straight (copter) or take a run and climb out (plane).
    Climb {
        /// Height to reach, m above the origin.
        up_m: f64,
    },
    /// Fly a circle.
    Circle {
        /// Its centre, and the height to keep.
        centre: Spot,
        /// Its radius, m.
        radius_m: f64,
    },
    /// Come down at a spot (a copter comes straight down above it) and stop.
    Land {
        /// Where the wheels should touch.
        spot: Spot,
    },
}

/// Steady wind with gusts, m/s, blowing towards north and east.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Wind {
    /// Northward part, m/s.
    pub north_m_s: f64,
    /// Eastward part, m/s.
    pub east_m_s: f64,
}

/// Where a craft is, how it moves and how it lies in the air.
#[derive(Debug, Clone)]
pub struct Body {
    /// The craft's limits.
    pub limits: Performance,
    airframe: Airframe,
    /// Position.
    pub spot: Spot,
    /// Speed over ground: north, east, up, m/s.
    pub velocity_m_s: [f64; 3],
    /// Roll, pitch, yaw, rad; yaw 0 to 2π.
    pub attitude_rad: [f64; 3],
    /// Rates of the three, rad/s.
    pub rates_rad_s: [f64; 3],
    /// Speed through the air, m/s.
    pub airspeed_m_s: f64,
    /// Throttle, 0 to 1.
    pub throttle: f64,
    /// Where a hovering copter was told to look, rad.
    pub facing_rad: Option<f64>,
    gust: Wind,
}

impl Body {
    /// A craft at rest on the ground, its nose towards `yaw_rad`.
    #[must_use]
    pub fn at_rest(airframe: Airframe, spot: Spot, yaw_rad: f64) -> Self {
        Self {
            limits: airframe.performance(),
            airframe,
            spot,
            velocity_m_s: [0.0; 3],
            attitude_rad: [0.0, 0.0, yaw_rad.rem_euclid(TAU)],
            rates_rad_s: [0.0; 3],
            airspeed_m_s: 0.0,
            throttle: 0.0,
            facing_rad: None,
            gust: Wind::default(),
        }
    }

    /// Speed over ground, m/s.
    #[must_use]
    pub fn groundspeed_m_s(&self) -> f64 {
        self.velocity_m_s[0].hypot(self.velocity_m_s[1])
    }

    /// Moves on by `step_s` seconds (at most 0.2) towards the goal.
    pub fn step(&mut self, step_s: f64, goal: Goal, wind: Wind, random: &mut Random) {
        let before = self.attitude_rad;
        self.gust.north_m_s +=
            (0.25 * random.bell() - 0.3 * self.gust.north_m_s) * step_s.sqrt() * 0.5;
        self.gust.east_m_s +=
            (0.25 * random.bell() - 0.3 * self.gust.east_m_s) * step_s.sqrt() * 0.5;
        let air = Wind {
            north_m_s: wind.north_m_s + self.gust.north_m_s,
            east_m_s: wind.east_m_s + self.gust.east_m_s,
        };
        match (goal, self.airframe) {
            (Goal::Rest, _) => self.rest(),
            (_, Airframe::Copter) => self.hover_step(step_s, goal, air),
            (_, Airframe::Plane) => self.glide_step(step_s, goal, air),
            (_, Airframe::Rover) => self.drive_step(step_s, goal),
        }
        self.spot.north_m += self.velocity_m_s[0] * step_s;
        self.spot.east_m += self.velocity_m_s[1] * step_s;
        self.spot.up_m = (self.spot.up_m + self.velocity_m_s[2] * step_s).max(0.0);
        self.attitude_rad[2] = self.attitude_rad[2].rem_euclid(TAU);
        for (axis, rate) in self.rates_rad_s.iter_mut().enumerate() {
            *rate = turn_between(before[axis], self.attitude_rad[axis]) / step_s;
        }
    }

    fn rest(&mut self) {
        self.velocity_m_s = [0.0; 3];
        self.spot.up_m = 0.0;
        self.attitude_rad[0] = 0.0;
        self.attitude_rad[1] = 0.0;
        self.airspeed_m_s = 0.0;
        self.throttle = 0.0;
    }

    fn hover_step(&mut self, step_s: f64, goal: Goal, air: Wind) {
        let (target, speed_m_s) = self.hover_aim(goal);
        let away = [
            target.north_m - self.spot.north_m,
            target.east_m - self.spot.east_m,
        ];
        let distance_m = away[0].hypot(away[1]);
        // The square root leaves room to brake at the limit of the acceleration.
        let braking_m_s = (1.2 * self.limits.accel_m_s2 * distance_m).sqrt();
        let fast_m_s = speed_m_s.min(braking_m_s).min(distance_m);
        let most = self.limits.accel_m_s2 * step_s;
        let mut push = [0.0; 2];
        for axis in 0..2 {
            let wanted = away[axis] / distance_m.max(1e-6) * fast_m_s;
            let change = (wanted - self.velocity_m_s[axis]).clamp(-most, most);
            self.velocity_m_s[axis] += change;
            push[axis] = change / step_s;
        }
        let climb = match goal {
            Goal::Land { .. } if self.spot.up_m < 6.0 => -self.limits.touchdown_m_s,
            Goal::Land { .. } if distance_m > 4.0 => 0.0,
            _ => (target.up_m - self.spot.up_m).clamp(-self.limits.sink_m_s, self.limits.climb_m_s),
        };
        self.velocity_m_s[2] += (climb - self.velocity_m_s[2]).clamp(-most, most);
        if let Some(facing_rad) = self.facing_rad {
            self.turn_towards(facing_rad, step_s);
        } else if self.groundspeed_m_s() > 1.5 && distance_m > 4.0 {
            self.turn_towards(away[1].atan2(away[0]), step_s);
        }
        self.lean(push, air, step_s);
    }

    /// Where a copter goes, and how fast at most.
    fn hover_aim(&self, goal: Goal) -> (Spot, f64) {
        let cruise = self.limits.cruise_m_s;
        match goal {
            Goal::Reach { spot, speed_m_s } => (spot, speed_m_s),
            Goal::Climb { up_m } => (Spot { up_m, ..self.spot }, 0.0),
            Goal::Circle { centre, radius_m } => (self.ahead_on(centre, radius_m), cruise * 0.6),
            Goal::Land { spot } => (Spot { up_m: -5.0, ..spot }, cruise * 0.4),
            Goal::Rest => (self.spot, 0.0),
        }
    }

    /// A copter leans into what it wants and against the wind; that costs throttle.
    fn lean(&mut self, push_m_s2: [f64; 2], air: Wind, step_s: f64) {
        let past = [
            air.north_m_s - self.velocity_m_s[0],
            air.east_m_s - self.velocity_m_s[1],
        ];
        let lean = |axis: usize| {
            let force = push_m_s2[axis] - 0.15 * past[axis];
            (force / GRAVITY_M_S2).clamp(-0.5, 0.5)
        };
        let (sin, cos) = self.attitude_rad[2].sin_cos();
        let (north, east) = (lean(0), lean(1));
        let roll = east * cos - north * sin;
        let pitch = -(north * cos + east * sin);
        self.ease_attitude(roll, pitch, step_s);
        self.airspeed_m_s = past[0].hypot(past[1]);
        let effort = 0.38 + 0.06 * self.velocity_m_s[2] + 0.012 * self.airspeed_m_s;
        self.throttle = effort.clamp(0.15, 0.9);
    }

    fn glide_step(&mut self, step_s: f64, goal: Goal, air: Wind) {
        let on_ground = self.spot.up_m <= 0.05;
        let landing = matches!(goal, Goal::Land { .. });
        let (course, up_m, speed_m_s) = self.glide_aim(goal, on_ground);
        let most = self.limits.accel_m_s2 * step_s;
        let change = (speed_m_s - self.airspeed_m_s).clamp(-most, most);
        self.airspeed_m_s = (self.airspeed_m_s + change).max(0.0);
        let before = self.attitude_rad[2];
        if !on_ground || !landing {
            self.turn_towards(course, step_s);
        }
        let rate = turn_between(before, self.attitude_rad[2]) / step_s;
        let floor_m_s = if landing && self.spot.up_m < 8.0 {
            -self.limits.touchdown_m_s
        } else {
            -self.limits.sink_m_s
        };
        let climb = if self.airspeed_m_s > 0.6 * self.limits.cruise_m_s {
            (0.5 * (up_m - self.spot.up_m)).clamp(floor_m_s, self.limits.climb_m_s)
        } else {
            floor_m_s
        };
        let (sin, cos) = self.attitude_rad[2].sin_cos();
        let drift = if on_ground { 0.0 } else { 1.0 };
        self.velocity_m_s = [
            self.airspeed_m_s * cos + drift * air.north_m_s,
            self.airspeed_m_s * sin + drift * air.east_m_s,
            self.velocity_m_s[2] + (climb - self.velocity_m_s[2]).clamp(-most, most),
        ];
        if on_ground {
            self.velocity_m_s[2] = self.velocity_m_s[2].max(0.0);
        }
        let turning = (self.airspeed_m_s * rate / GRAVITY_M_S2).atan();
        let bank = if on_ground { 0.0 } else { turning };
        let nose = (self.velocity_m_s[2] / self.airspeed_m_s.max(8.0)).asin() + 0.03;
        self.ease_attitude(bank, nose, step_s);
        let effort = (0.45 + 0.1 * self.velocity_m_s[2]).clamp(0.0, 1.0);
        self.throttle = if speed_m_s > 0.0 { effort } else { 0.0 };
    }

    /// Course, height and airspeed a plane wants.
    fn glide_aim(&self, goal: Goal, on_ground: bool) -> (f64, f64, f64) {
        let cruise = self.limits.cruise_m_s;
        match goal {
            Goal::Climb { up_m } => (self.attitude_rad[2], up_m, cruise),
            Goal::Reach { spot, speed_m_s } => {
                let course = self.course_around(spot, self.limits.loiter_radius_m);
                (course, spot.up_m, speed_m_s.max(12.0))
            }
            Goal::Circle { centre, radius_m } => {
                let course = self.course_around(centre, radius_m.max(40.0));
                (course, centre.up_m, cruise)
            }
            Goal::Land { spot } if on_ground => (self.bearing_to(spot), 0.0, 0.0),
            Goal::Land { spot } => {
                let distance_m = self.spot.across_m(spot);
                let glide_m = (distance_m * 0.12).min(self.spot.up_m);
                let up_m = if distance_m < 60.0 { -1.0 } else { glide_m };
                (self.bearing_to(spot), up_m, cruise * 0.75)
            }
            Goal::Rest => (self.attitude_rad[2], 0.0, 0.0),
        }
    }

    fn drive_step(&mut self, step_s: f64, goal: Goal) {
        let (target, speed_m_s) = match goal {
            Goal::Reach { spot, speed_m_s } => (spot, speed_m_s),
            Goal::Circle { centre, radius_m } => {
                (self.ahead_on(centre, radius_m), self.limits.cruise_m_s)
            }
            Goal::Land { spot } => (spot, self.limits.cruise_m_s),
            Goal::Rest | Goal::Climb { .. } => (self.spot, 0.0),
        };
        let distance_m = self.spot.across_m(target);
        let off = if distance_m > 0.5 {
            turn_between(self.attitude_rad[2], self.bearing_to(target))
        } else {
            0.0
        };
        let most = self.limits.turn_rad_s * step_s;
        self.attitude_rad[2] += off.clamp(-most, most);
        let straight = off.cos().max(0.15);
        let wanted = if distance_m < 0.5 {
            0.0
        } else {
            speed_m_s.min(0.3 + 0.7 * distance_m) * straight
        };
        let now = self.groundspeed_m_s();
        let change = self.limits.accel_m_s2 * step_s;
        let speed = now + (wanted - now).clamp(-change, change);
        let (sin, cos) = self.attitude_rad[2].sin_cos();
        self.velocity_m_s = [speed * cos, speed * sin, 0.0];
        self.ease_attitude(
            0.02 * (speed * 3.0).sin(),
            0.015 * (speed * 2.0).cos(),
            step_s,
        );
        self.airspeed_m_s = 0.0;
        self.throttle = (speed / self.limits.cruise_m_s * 0.6).clamp(0.0, 1.0);
    }

    fn bearing_to(&self, spot: Spot) -> f64 {
        (spot.east_m - self.spot.east_m).atan2(spot.north_m - self.spot.north_m)
    }

    /// The course that leads onto a circle round a spot, clockwise, and keeps to it.
    fn course_around(&self, spot: Spot, radius_m: f64) -> f64 {
        let distance_m = self.spot.across_m(spot);
        let inward = self.bearing_to(spot);
        if distance_m > 2.0 * radius_m {
            return inward;
        }
        inward - (PI / 2.0 - ((distance_m - radius_m) / radius_m * 1.5).clamp(-1.2, 1.2))
    }

    fn ahead_on(&self, centre: Spot, radius_m: f64) -> Spot {
        let radius_m = radius_m.max(3.0);
        let angle =
            (self.spot.east_m - centre.east_m).atan2(self.spot.north_m - centre.north_m) + 0.5;
        Spot {
            north_m: centre.north_m + radius_m * angle.cos(),
            east_m: centre.east_m + radius_m * angle.sin(),
            up_m: centre.up_m,
        }
    }

    fn turn_towards(&mut self, course_rad: f64, step_s: f64) {
        let most = self.limits.turn_rad_s * step_s;
        self.attitude_rad[2] += turn_between(self.attitude_rad[2], course_rad).clamp(-most, most);
    }

    fn ease_attitude(&mut self, roll_rad: f64, pitch_rad: f64, step_s: f64) {
        let share = (step_s / 0.25).min(1.0);
        self.attitude_rad[0] += (roll_rad - self.attitude_rad[0]) * share;
        self.attitude_rad[1] += (pitch_rad - self.attitude_rad[1]) * share;
    }
}

/// The shorter way round from one angle to another, rad, −π to π.
fn turn_between(from_rad: f64, to_rad: f64) -> f64 {
    (to_rad - from_rad + PI).rem_euclid(TAU) - PI
}

#[cfg(test)]
mod tests;
