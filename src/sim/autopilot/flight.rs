//! From mode to motion: what a craft aims at, when it has got there, and when it goes home by itself.

use crate::model::time::TimeUs;
use crate::sim::airframe::Airframe;
use crate::sim::kinematics::{Goal, Spot};

use super::checks;
use super::craft::{CRITICAL, Craft, INFO, Landed, WARNING};
use super::errand;
use super::firmware::Firmware;
use super::modes::Conduct;

/// Height over home of the way back, m.
const RETURN_UP_M: f64 = 30.0;
/// Height of a takeoff that names none, m.
pub(super) const TAKEOFF_UP_M: f64 = 10.0;
/// Motors stop this long after the ground is felt.
const SETTLE_US: i64 = 2_000_000;
/// Armed on the ground and left alone for this long, a copter disarms.
const IDLE_US: i64 = 10_000_000;
/// Without satellites for this long a copter that needs them comes down.
const BLIND_US: i64 = 10_000_000;

/// Moves a craft on by `step_s` seconds that end at `now`.
pub(super) fn advance(craft: &mut Craft, now: TimeUs, step_s: f64) {
    set_off_if_eager(craft, now);
    mind_battery(craft);
    mind_position(craft, now);
    checks::remind(craft, now);
    let goal = if craft.armed {
        aim(craft, now)
    } else {
        Goal::Rest
    };
    let (wind, airborne) = (craft.wind, craft.body.spot.up_m > 0.15);
    craft.body.step(step_s, goal, wind, &mut craft.random);
    craft.battery.drain(step_s, craft.body.throttle);
    if craft.armed {
        mind_ground(craft, goal, airborne, now);
    }
}

fn aim(craft: &mut Craft, now: TimeUs) -> Goal {
    let here = craft.body.spot;
    let on_ground = craft.landed == Landed::OnGround;
    match craft.mode.conduct {
        Conduct::Manual | Conduct::Hold if on_ground => Goal::Rest,
        Conduct::Manual | Conduct::Hold => stay(craft),
        Conduct::Guided if craft.climb_to_m.is_some() => guided_climb(craft),
        Conduct::Guided if on_ground && craft.options.airframe != Airframe::Rover => Goal::Rest,
        Conduct::Guided => Goal::Reach {
            spot: craft.target,
            speed_m_s: craft.speed_m_s,
        },
        Conduct::Mission => errand::aim(craft, now),
        Conduct::Return => come_home(craft),
        Conduct::Land => Goal::Land {
            spot: if craft.descending {
                craft.target
            } else {
                land_here(craft, here)
            },
        },
        Conduct::Takeoff => climb_out(craft),
    }
}

fn guided_climb(craft: &mut Craft) -> Goal {
    let up_m = craft.climb_to_m.unwrap_or(TAKEOFF_UP_M);
    if craft.body.spot.up_m >= up_m - 0.5 {
        craft.climb_to_m = None;
        craft.target = Spot {
            up_m,
            ..craft.body.spot
        };
    }
    Goal::Climb { up_m }
}

fn stay(craft: &mut Craft) -> Goal {
    Goal::Reach {
        spot: craft.target,
        speed_m_s: craft.speed_m_s,
    }
}

fn land_here(craft: &mut Craft, here: Spot) -> Spot {
    craft.descending = true;
    craft.target = here;
    here
}

fn climb_out(craft: &mut Craft) -> Goal {
    let up_m = craft.target.up_m.max(TAKEOFF_UP_M);
    if craft.body.spot.up_m >= up_m - 0.7 {
        craft.target = Spot {
            up_m,
            ..craft.body.spot
        };
        match craft.options.firmware {
            Firmware::Px4 => craft.enter_conduct(Conduct::Guided),
            Firmware::ArduPilot => {
                return Goal::Reach {
                    spot: craft.target,
                    speed_m_s: craft.speed_m_s,
                };
            }
        }
    }
    Goal::Climb { up_m }
}

fn come_home(craft: &mut Craft) -> Goal {
    let (here, home) = (craft.body.spot, craft.home);
    let away_m = here.across_m(home);
    if craft.landed == Landed::OnGround && craft.options.airframe != Airframe::Rover {
        return Goal::Rest;
    }
    let speed_m_s = craft.speed_m_s;
    match craft.options.airframe {
        Airframe::Rover => Goal::Reach {
            spot: home,
            speed_m_s,
        },
        Airframe::Plane if craft.options.firmware == Firmware::ArduPilot => Goal::Circle {
            centre: Spot {
                up_m: RETURN_UP_M * 3.0,
                ..home
            },
            radius_m: craft.body.limits.loiter_radius_m,
        },
        Airframe::Plane => Goal::Land { spot: home },
        Airframe::Copter if craft.descending => Goal::Land { spot: home },
        Airframe::Copter if away_m < 1.5 => {
            craft.descending = true;
            if craft.options.firmware == Firmware::Px4 {
                craft.say(INFO, "RTL: land at destination\t");
            }
            Goal::Land { spot: home }
        }
        Airframe::Copter if away_m > 10.0 && here.up_m < RETURN_UP_M - 1.0 => {
            Goal::Climb { up_m: RETURN_UP_M }
        }
        Airframe::Copter => Goal::Reach {
            spot: Spot {
                up_m: here.up_m,
                ..home
            },
            speed_m_s,
        },
    }
}

/// Feels the ground come and go: landed states, the texts that go with them, motors off at the end.
fn mind_ground(craft: &mut Craft, goal: Goal, was_airborne: bool, now: TimeUs) {
    if craft.options.airframe == Airframe::Rover {
        return;
    }
    let up_m = craft.body.spot.up_m;
    let px4 = craft.options.firmware == Firmware::Px4;
    if up_m > 0.15 {
        if !was_airborne && craft.landed == Landed::OnGround && px4 {
            craft.say(INFO, "Takeoff detected\t");
        }
        craft.touched = None;
        craft.landed = match goal {
            Goal::Land { .. } => Landed::Landing,
            Goal::Climb { .. } if up_m < 3.0 => Landed::TakingOff,
            _ => Landed::InAir,
        };
        return;
    }
    let stopped = craft.body.groundspeed_m_s() < 0.5;
    if !matches!(goal, Goal::Land { .. }) && !matches!(goal, Goal::Rest) || !stopped {
        return;
    }
    let Some(touched) = craft.touched else {
        craft.touched = Some(now);
        if px4 && craft.landed != Landed::OnGround {
            craft.say(INFO, "Landing detected\t");
        }
        return;
    };
    let after_flight = craft.landed != Landed::OnGround;
    let patience_us = if after_flight { SETTLE_US } else { IDLE_US };
    let disarms = after_flight || craft.options.airframe == Airframe::Copter;
    if disarms && now.0 - touched.0 > patience_us {
        craft.landed = Landed::OnGround;
        craft.armed = false;
        craft.say(
            INFO,
            match (px4, after_flight) {
                (true, true) => "Disarmed by landing\t",
                (true, false) => "Disarmed by auto preflight disarming\t",
                (false, _) => disarm_words(craft.options.airframe),
            },
        );
    }
}

/// What ArduPilot says when the motors stop.
pub(super) const fn disarm_words(airframe: Airframe) -> &'static str {
    match airframe {
        Airframe::Copter => "Disarming motors",
        Airframe::Plane | Airframe::Rover => "Throttle disarmed",
    }
}

/// What ArduPilot says when the motors may turn.
pub(super) const fn arm_words(airframe: Airframe) -> &'static str {
    match airframe {
        Airframe::Copter => "Arming motors",
        Airframe::Plane | Airframe::Rover => "Throttle armed",
    }
}

fn set_off_if_eager(craft: &mut Craft, now: TimeUs) {
    if craft.eager.is_none_or(|when| now < when) || !craft.has_position(now) {
        return;
    }
    craft.eager = None;
    craft.armed = true;
    craft.home = craft.body.spot;
    craft.say(
        INFO,
        match craft.options.firmware {
            Firmware::ArduPilot => arm_words(craft.options.airframe),
            Firmware::Px4 => "Armed by external command\t",
        },
    );
    craft.enter_conduct(Conduct::Mission);
}

fn mind_battery(craft: &mut Craft) {
    let left = craft.battery.remaining_percent();
    let (volts, used) = (craft.battery.voltage_v(), craft.battery.used_mah());
    let px4 = craft.options.firmware == Firmware::Px4;
    if left < 20.0 && craft.battery_alarm == 0 {
        craft.battery_alarm = 1;
        if px4 {
            craft.say(WARNING, "Low battery level\t");
        } else {
            craft.say(
                WARNING,
                format!("Battery 1 is low {volts:.2}V used {used:.0} mAh"),
            );
            go_home_for_battery(craft);
        }
    }
    if left < 10.0 && craft.battery_alarm == 1 {
        craft.battery_alarm = 2;
        if px4 {
            craft.say(CRITICAL, "Critical battery level!\t");
            go_home_for_battery(craft);
        } else {
            craft.say(
                CRITICAL,
                format!("Battery 1 is critical {volts:.2}V used {used:.0} mAh"),
            );
        }
    }
}

fn go_home_for_battery(craft: &mut Craft) {
    let already_down = matches!(craft.mode.conduct, Conduct::Return | Conduct::Land);
    if !craft.is_flying() || already_down {
        return;
    }
    craft.say(
        WARNING,
        match craft.options.firmware {
            Firmware::ArduPilot => "Battery Failsafe",
            Firmware::Px4 => "Failsafe activated: RTL\t",
        },
    );
    craft.enter_conduct(Conduct::Return);
}

fn mind_position(craft: &mut Craft, now: TimeUs) {
    let Some((from, until)) = craft.gps_lost else {
        return;
    };
    if now >= until {
        craft.gps_lost = None;
        craft.say(
            INFO,
            match craft.options.firmware {
                Firmware::ArduPilot => "GPS Glitch cleared",
                Firmware::Px4 => "GNSS data fusion resumed\t",
            },
        );
        return;
    }
    let blind = now.0 - from.0 > BLIND_US && craft.mode.needs_position;
    if blind && craft.is_flying() && craft.options.airframe == Airframe::Copter {
        craft.say(
            CRITICAL,
            match craft.options.firmware {
                Firmware::ArduPilot => "EKF Failsafe: changed to LAND Mode",
                Firmware::Px4 => "Failsafe activated: Blind Land\t",
            },
        );
        craft.enter_conduct(Conduct::Land);
    }
}
