//! Vehicles that send what they are asked to, over a link that carries only so much: who gets how much, and who meddles.

mod world;

use super::*;
use crate::{
    fleet::order::FleetChange,
    model::{
        command::{Command, CommandRequest, Consent},
        intent::Act,
        report::{RateRequest, Stream},
        signing::FrameSigning,
    },
};
use world::{WANTED, World};

fn idle(_: &mut World) {}

#[test]
fn ten_vehicles_on_a_radio_settle_under_its_budget_and_the_one_in_focus_has_more() {
    let mut world = World::new(10, "radio", Some(WANTED), Some(4_000));
    world.live(1, idle);
    world.focus(&["mav-3"]);
    world.live(40, idle);
    let flow = world.flow(10);
    assert!((3_000.0..=4_000.0).contains(&flow), "{flow}");
    assert!((world.position_hz(3) - 2.0).abs() < 1e-6);
    assert!((1.0..1.7).contains(&world.position_hz(1)));
    let shown = world.link();
    assert_eq!(shown.budget_bytes_per_s, Some(4_000.0));
    let asked = shown.asked_bytes_per_s.unwrap();
    assert!((flow - asked).abs() < 0.05 * flow, "{flow} of {asked}");
    let before = world.asked();
    world.focus(&["mav-5"]);
    world.live(10, idle);
    assert!((world.position_hz(5) - 2.0).abs() < 1e-6);
    assert!(world.position_hz(3) < 1.7);
    let asked = world.asked() - before;
    assert!(asked <= 2 * 14, "only two have changed: {asked}");
    let vehicle = shown_vehicle(&mut world, "mav-5");
    let path = vehicle.link.as_ref().unwrap().paths["radio"].clone();
    assert_eq!(path.asked.unwrap().position_hz, Some(2.0));
}

fn shown_vehicle(world: &mut World, id: &str) -> Arc<Vehicle> {
    let snapshot = world.fleet.publish(at(world.ms));
    Arc::clone(&snapshot.vehicles[&VehicleId::from(id)])
}

#[test]
fn signatures_weigh_too() {
    let mut world = World::new(10, "radio", Some(WANTED), Some(4_000));
    world.signing = FrameSigning::Signed;
    world.live(40, idle);
    let (flow, asked) = (world.flow(10), world.link().asked_bytes_per_s.unwrap());
    assert!((3_000.0..=4_000.0).contains(&flow), "{flow}");
    assert!((flow - asked).abs() < 0.05 * flow, "{flow} of {asked}");
    assert!(world.told("come unasked").is_empty());
}

#[test]
fn settled_rates_are_not_asked_for_again() {
    let mut world = World::new(10, "radio", Some(WANTED), Some(4_000));
    world.live(30, idle);
    let before = world.asked();
    world.live(300, idle);
    assert_eq!(world.asked(), before);
}

#[test]
fn what_vehicles_send_unasked_is_made_room_for() {
    let mut world = World::new(5, "radio", Some(WANTED), Some(2_500));
    for craft in world.craft.values_mut() {
        craft.hz.insert(9_000, 3.0);
    }
    world.live(60, idle);
    let flow = world.flow(10);
    assert!(flow <= 2_500.0 * 1.02, "{flow}");
    assert!(world.position_hz(1) > 0.5);
}

#[test]
fn what_nobody_shows_is_stopped_when_it_fills_the_link() {
    let mut world = World::new(5, "radio", Some(WANTED), Some(2_500));
    for craft in world.craft.values_mut() {
        craft.hz.insert(27, 10.0);
        craft.hz.insert(163, 2.0);
    }
    world.live(20, idle);
    assert!(world.position_hz(1) > 0.1, "somebody must see something");
    world.live(60, idle);
    let flow = world.flow(10);
    assert!(flow <= 2_500.0, "{flow}");
    assert!(world.craft[&2].hz[&27] < 0.1 && world.craft[&2].hz[&163] < 0.1);
    assert!(world.position_hz(1) >= 1.0, "{}", world.position_hz(1));
    let told = world.told("come unasked");
    assert_eq!(
        told,
        [
            "link radio: 1250 of its 2500 bytes per second come unasked; vehicles are asked to stop what is not shown here"
        ]
    );
}

#[test]
fn a_vehicle_that_is_lost_is_asked_nothing_and_leaves_room() {
    let mut world = World::new(2, "radio", Some(WANTED), Some(700));
    world.live(30, idle);
    assert!(world.position_hz(1) < 2.0);
    world.craft.get_mut(&2).unwrap().is_silent = true;
    let before = world.craft[&2].asked;
    world.live(60, idle);
    assert_eq!(world.craft[&2].asked, before);
    assert!((world.position_hz(1) - 2.0).abs() < 1e-6);
}

#[test]
fn a_full_radio_halves_the_rates_and_room_gives_them_back_each_told_once() {
    let mut world = World::new(2, "radio", Some(WANTED), Some(4_000));
    world.live(20, |world| world.radio_says(70));
    assert!((world.position_hz(1) - 2.0).abs() < 1e-6);
    world.live(2, |world| world.radio_says(10));
    world.live(10, |world| world.radio_says(60));
    let (flow, link) = (world.flow(5), world.link());
    assert_eq!(
        (link.throttle_percent, link.tx_buffer_percent),
        (Some(50), Some(60))
    );
    assert_eq!(link.budget_bytes_per_s, Some(2_000.0));
    assert!(flow <= 2_000.0, "{flow}");
    world.live(30, |world| world.radio_says(100));
    assert!((world.position_hz(1) - 2.0).abs() < 1e-6);
    assert_eq!(world.link().throttle_percent, None);
    let told = world.told("link radio: the radio");
    assert_eq!(
        told,
        [
            "link radio: the radio's transmit buffer is 10 % free; 50 % of the wanted rates are asked for",
            "link radio: the radio has room again; rates are asked for whole"
        ]
    );
}

#[test]
fn a_station_that_overwrites_a_rate_is_named_once_shown_and_left_to_win() {
    let mut world = World::new(1, "lan", Some(WANTED), None);
    world.live(20, idle);
    world.live(120, |world| {
        let request = RateRequest {
            target_system: 1,
            target_component: 1,
            stream: Stream::Message(30),
        };
        world.foreign(254, Report::RateRequest(request));
        let craft = world.craft.get_mut(&1).unwrap();
        craft.hz.insert(30, 10.0);
    });
    let told = world.told("ATTITUDE");
    assert_eq!(
        told,
        [
            "ATTITUDE at 10 Hz, asked were 1: station 254/190 asks for other rates; this station asks no more"
        ]
    );
    let vehicle = shown_vehicle(&mut world, "mav-1");
    let asked = vehicle.link.as_ref().unwrap().paths["radio"].asked.clone();
    let asked = asked.unwrap();
    assert_eq!(asked.overruled, Some(vec!["ATTITUDE".into()]));
    assert_eq!(asked.overruled_by.as_deref(), Some("254/190"));
    let before = world.craft[&1].asked;
    world.live(600, idle);
    assert_eq!(world.craft[&1].asked, before, "no more is asked");
    let now = at(world.ms);
    world.fleet.change(&FleetChange::default(), now);
    world.live(60, idle);
    assert_eq!(world.craft[&1].asked, before + 1, "a reload asks once more");
    assert!((world.craft[&1].hz[&30] - 1.0).abs() < 1e-6);
}

#[test]
fn requests_for_another_vehicle_or_of_our_own_blame_nobody() {
    let mut world = World::new(1, "lan", Some(WANTED), None);
    world.live(200, |world| {
        let request = |target_system| {
            Report::RateRequest(RateRequest {
                target_system,
                target_component: 1,
                stream: Stream::Message(30),
            })
        };
        world.foreign(254, request(2));
        world.craft.get_mut(&1).unwrap().hz.insert(30, 10.0);
    });
    let told = world.told("ATTITUDE");
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("another station seems to set it"),
        "{told:?}"
    );
}

#[test]
fn an_interval_an_operator_sets_is_not_changed_back() {
    let mut world = World::new(1, "lan", Some(WANTED), None);
    world.live(20, idle);
    let command = Command::MessageInterval {
        message: 30,
        rate_hz: 20.0,
    };
    world.intend(Act::Command(Box::new(CommandRequest {
        ticket: 1,
        request: "c1".into(),
        vehicles: vec!["mav-1".into()],
        command,
        consent: Consent::default(),
    })));
    world.live(300, idle);
    assert!((world.craft[&1].hz[&30] - 20.0).abs() < 1e-6);
    assert_eq!(world.told("ATTITUDE at"), Vec::<String>::new());
}

#[test]
fn a_restart_has_everything_asked_anew() {
    let mut world = World::new(1, "radio", Some(WANTED), Some(4_000));
    world.live(30, idle);
    let before = world.craft[&1].asked;
    let time = |boot_ms| {
        Report::Time(SystemTime {
            utc_us: None,
            boot_ms,
        })
    };
    world.say(1, 2, time(90_000));
    world.craft.get_mut(&1).unwrap().hz.clear();
    world.say(1, 2, time(1_000));
    world.live(10, idle);
    assert_eq!(world.craft[&1].asked, before + 14);
}

#[test]
fn by_satellite_nothing_is_asked_and_no_heartbeat_is_sent() {
    let mut world = World::new(2, "satcom", None, Some(50));
    world.live(60, idle);
    assert_eq!(world.sent, 0);
    assert_eq!(world.fleet.heartbeat_targets(at(world.ms)), []);
    let rare = Rates {
        position_hz: Some(0.1),
        attitude_hz: None,
        status_hz: None,
    };
    let mut world = World::new(1, "satcom", Some(rare), Some(50));
    world.live(60, idle);
    assert_eq!(world.craft[&1].hz.len(), 2, "rates that were written down");
}

#[test]
fn a_link_that_keeps_rates_is_asked_for_none() {
    let mut world = World::new(1, "lan", None, None);
    world.live(60, idle);
    assert_eq!(world.craft[&1].asked, 0);
    assert_eq!(world.link().asked_bytes_per_s, None);
}

fn clock(world: &mut World, ahead_ms: i64) {
    let utc_us = u64::try_from(at(world.ms).0 + ahead_ms * 1_000).unwrap();
    let time = SystemTime {
        utc_us: Some(utc_us),
        boot_ms: u32::try_from(world.ms).unwrap() + 60_000,
    };
    world.say(1, 2, Report::Time(time));
}

#[test]
fn a_clock_that_is_off_is_shown_and_told_once() {
    let mut world = World::new(1, "lan", None, None);
    world.live(2, |world| clock(world, 400));
    let vehicle = shown_vehicle(&mut world, "mav-1");
    assert_eq!(vehicle.clock.unwrap().offset_ms, Some(400));
    assert!(world.told("clock").is_empty());
    world.live(30, |world| clock(world, 3_700_000));
    let expected = ["its clock is 3700.0 s ahead of this station's"];
    assert_eq!(world.told("clock"), expected);
    world.live(2, |world| clock(world, 1_500));
    world.live(2, |world| clock(world, 2_500));
    assert_eq!(world.told("clock"), expected, "not right in between");
    world.live(2, |world| clock(world, 10));
    world.live(2, |world| clock(world, 2_500));
    assert_eq!(world.told("clock").len(), 2);
    let unknown = SystemTime {
        utc_us: None,
        boot_ms: 200_000,
    };
    world.say(1, 2, Report::Time(unknown));
    assert_eq!(shown_vehicle(&mut world, "mav-1").clock, None);
}

#[test]
fn a_boot_time_of_positions_that_falls_far_back_is_a_restart() {
    let mut world = World::new(1, "lan", None, None);
    world.live(2, idle);
    let position = |boot_ms| {
        let place = place(47.0);
        Report::Position(GlobalPosition { boot_ms, ..place })
    };
    for boot_ms in [100_000, 75_000, 0, 101_000] {
        world.say(1, 33, position(boot_ms));
    }
    assert!(world.told("rebooted").is_empty());
    world.say(1, 33, position(2_000));
    world.say(
        1,
        2,
        Report::Time(SystemTime {
            utc_us: None,
            boot_ms: 2_100,
        }),
    );
    assert_eq!(world.told("rebooted").len(), 1);
}
