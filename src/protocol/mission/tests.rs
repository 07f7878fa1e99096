//! Whole transfers over a bad link with small models of both autopilots, and whatever else may be heard.

mod channel;
mod endings;
mod link;
mod vehicles;
mod whole;

use std::time::Duration;

use self::{
    channel::Channel,
    vehicles::{Habits, ModelVehicle},
};
use super::{
    clear::Clear,
    current::SetCurrent,
    download::Download,
    numbering::Stack,
    pace::{Pace, Step},
    transfer::MissionTransfer,
    upload::Upload,
};
use crate::model::{
    geo::LatLon,
    ids::{ComponentId, SystemId},
    mission::{Frame, MissionItem, PlanKind},
    mission_command::DO_JUMP,
    report::Report,
    time::TimeUs,
    transmission::Target,
};

const OWN: (SystemId, ComponentId) = (SystemId(255), ComponentId(25));
const VEHICLE: (SystemId, ComponentId) = (SystemId(7), ComponentId(1));
const RTT: Duration = Duration::from_millis(20);

fn target() -> Target {
    Target::new(VEHICLE.0, VEHICLE.1).unwrap()
}

fn pace() -> Pace {
    Pace::from_rtt(Some(RTT))
}

/// What all machines have in common.
trait Machine {
    fn on_report(
        &mut self,
        sender: (SystemId, ComponentId),
        report: &Report,
        own: (SystemId, ComponentId),
        now: TimeUs,
    ) -> bool;
    fn poll(&mut self, now: TimeUs) -> Step;
}

macro_rules! machines {
    ($($kind:ty),*) => {$(
        impl Machine for $kind {
            fn on_report(
                &mut self,
                sender: (SystemId, ComponentId),
                report: &Report,
                own: (SystemId, ComponentId),
                now: TimeUs,
            ) -> bool {
                self.on_report(sender, report, own, now)
            }
            fn poll(&mut self, now: TimeUs) -> Step {
                self.poll(now)
            }
        }
    )*};
}
machines!(Download, Upload, Clear, SetCurrent, MissionTransfer);

/// A mission of `count` items that every autopilot knows, the last a jump back to the second.
fn drawn(count: usize) -> Vec<MissionItem> {
    let mut items: Vec<_> = (0..count)
        .map(|index| {
            let place = LatLon {
                lat_deg: 47.0 + f64::from(index as u32 * 7) / 1e7,
                lon_deg: -122.0 - f64::from(index as u32 * 3) / 1e7,
            };
            let waypoint = MissionItem::at(16, Frame(6), place, 30.0 + index as f32 / 4.0);
            match index % 10 {
                3 => waypoint.with_params([f32::from(index as u8 % 7), 0.0, 0.0, f32::NAN]),
                6 => MissionItem::action(178, [1.0, 5.0, -1.0, 0.0]),
                _ => waypoint,
            }
        })
        .collect();
    if let Some(last) = items.last_mut() {
        *last = MissionItem::action(DO_JUMP, [2.0, 3.0, 0.0, 0.0]);
    }
    items
}

/// Runs a machine against a vehicle until it is done; the time it took. Nobody but the target is spoken to.
fn drive(
    machine: &mut impl Machine,
    vehicle: &mut ModelVehicle,
    channel: &mut Channel,
    limit: Duration,
) -> Duration {
    let start = channel.now();
    loop {
        loop {
            match machine.poll(channel.now()) {
                Step::Wait => break,
                Step::Send(message) => channel.up(message),
                Step::Done(()) => return channel.now().since(start),
            }
        }
        let spent = channel.now().since(start);
        assert!(spent <= limit, "no outcome after {spent:?}");
        channel.step();
        while let Some(message) = channel.arrived_up() {
            for report in vehicle.hear(&message, channel.now()) {
                channel.down(&report);
            }
        }
        for report in vehicle.tick(channel.now()) {
            channel.down(&report);
        }
        while let Some(report) = channel.arrived_down() {
            machine.on_report(VEHICLE, &report, OWN, channel.now());
        }
    }
}

fn vehicle(stack: Stack) -> ModelVehicle {
    ModelVehicle::new(Habits::of(stack))
}

const LISTS: [PlanKind; 3] = PlanKind::ALL;
