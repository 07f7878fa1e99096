//! Flying a mission: which item is being flown, when it is done, and what is said about it.

use std::f64::consts::TAU;

use crate::model::time::TimeUs;
use crate::sim::airframe::Airframe;
use crate::sim::kinematics::{Goal, Spot};
use crate::sim::mission::{
    DO_JUMP, Item, NAV_LAND, NAV_LOITER_TIME, NAV_LOITER_TURNS, NAV_LOITER_UNLIM,
    NAV_RETURN_TO_LAUNCH, NAV_TAKEOFF, NAV_WAYPOINT,
};

use super::craft::{Craft, INFO};
use super::firmware::Firmware;
use super::modes::Conduct;

/// What the current item asks for; finishing it and going on to the next is done on the way.
pub(super) fn aim(craft: &mut Craft, now: TimeUs) -> Goal {
    if craft.plan_busy {
        return Goal::Reach {
            spot: craft.target,
            speed_m_s: craft.speed_m_s,
        };
    }
    let number = craft.progress.current;
    let Some(item) = craft.plans[0].get(usize::from(number)).copied() else {
        finish(craft);
        return Goal::Reach {
            spot: craft.target,
            speed_m_s: craft.speed_m_s,
        };
    };
    announce(craft, number, &item);
    let spot = craft.options.origin.spot_of(&item, craft.body.spot);
    let goal = goal_of(craft, &item, spot);
    match item.command {
        DO_JUMP => jump(craft, number, &item),
        NAV_RETURN_TO_LAUNCH => craft.enter_conduct(Conduct::Return),
        178 => {
            if item.params[1] > 0.0 {
                craft.speed_m_s = f64::from(item.params[1]);
            }
            next(craft);
        }
        NAV_TAKEOFF if craft.body.spot.up_m >= spot.up_m - 0.7 => reach(craft, number),
        NAV_WAYPOINT | NAV_LOITER_TIME | NAV_LOITER_TURNS => {
            wait_there(craft, number, &item, spot, now);
        }
        NAV_TAKEOFF | NAV_LOITER_UNLIM | NAV_LAND => {}
        _ => next(craft),
    }
    goal
}

fn goal_of(craft: &Craft, item: &Item, spot: Spot) -> Goal {
    match item.command {
        NAV_TAKEOFF if craft.options.airframe != Airframe::Rover => Goal::Climb { up_m: spot.up_m },
        NAV_LOITER_TURNS => Goal::Circle {
            centre: spot,
            radius_m: turn_radius_m(item),
        },
        NAV_LAND => Goal::Land { spot },
        DO_JUMP | NAV_RETURN_TO_LAUNCH | 178 => Goal::Reach {
            spot: craft.body.spot,
            speed_m_s: craft.speed_m_s,
        },
        _ => Goal::Reach {
            spot,
            speed_m_s: craft.speed_m_s,
        },
    }
}

fn turn_radius_m(item: &Item) -> f64 {
    let radius_m = f64::from(item.params[2].abs());
    if radius_m > 1.0 { radius_m } else { 15.0 }
}

fn wait_there(craft: &mut Craft, number: u16, item: &Item, spot: Spot, now: TimeUs) {
    let here = craft.body.spot;
    let near = match item.command {
        NAV_LOITER_TURNS => craft.body.limits.accept_m + turn_radius_m(item) * 1.5,
        _ => craft.body.limits.accept_m,
    };
    let high = (here.up_m - spot.up_m).abs() < 3.0 || craft.options.airframe != Airframe::Copter;
    if craft.progress.since.is_none() && here.across_m(spot) < near && high {
        craft.progress.since = Some(now);
    }
    let Some(since) = craft.progress.since else {
        return;
    };
    let first = f64::from(item.params[0].max(0.0));
    let wait_s = match item.command {
        NAV_LOITER_TURNS => first * TAU * turn_radius_m(item) / (craft.speed_m_s * 0.6),
        _ => first,
    };
    if (now.0 - since.0) as f64 >= wait_s * 1e6 {
        reach(craft, number);
    }
}

fn announce(craft: &mut Craft, number: u16, item: &Item) {
    if craft.progress.announced {
        return;
    }
    craft.progress.announced = true;
    match craft.options.firmware {
        Firmware::ArduPilot if item.command != DO_JUMP => {
            craft.say(INFO, format!("Mission: {number} {}", item.word()));
        }
        Firmware::Px4 if number == 0 => craft.say(INFO, "Executing Mission\t"),
        _ => {}
    }
}

fn reach(craft: &mut Craft, number: u16) {
    if craft.reached.len() < 8 {
        craft.reached.push_back(number);
    }
    if craft.options.firmware == Firmware::ArduPilot {
        craft.say(
            INFO,
            match craft.options.airframe {
                Airframe::Plane => format!(
                    "Reached waypoint #{number} dist {:.0}m",
                    craft.body.limits.accept_m
                ),
                _ => format!("Reached command #{number}"),
            },
        );
    }
    next(craft);
}

fn next(craft: &mut Craft) {
    go_to(craft, craft.progress.current.saturating_add(1));
}

fn go_to(craft: &mut Craft, number: u16) {
    craft.progress.current = number;
    craft.progress.announced = false;
    craft.progress.since = None;
}

fn jump(craft: &mut Craft, number: u16, item: &Item) {
    let repeats = item.params[1] as i32;
    let left = craft.progress.jumps.entry(number).or_insert(repeats);
    if *left == 0 {
        craft.progress.jumps.remove(&number);
        next(craft);
        return;
    }
    *left = if *left > 0 { *left - 1 } else { -1 };
    go_to(craft, item.params[0].max(0.0) as u16);
}

fn finish(craft: &mut Craft) {
    if craft.progress.finished {
        return;
    }
    craft.progress.finished = true;
    craft.target = craft.body.spot;
    craft.progress.current = (craft.plans[0].len() as u16).saturating_sub(1);
    if craft.options.firmware == Firmware::Px4 {
        craft.say(INFO, "Mission finished, loitering\t");
        craft.enter_conduct(Conduct::Guided);
    }
}
