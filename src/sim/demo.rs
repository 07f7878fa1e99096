//! The built-in demonstration: a small mixed fleet at work, and what goes wrong with it.

use std::net::SocketAddr;
use std::time::Duration;

use super::airframe::Airframe::{Copter, Plane, Rover};
use super::autopilot::craft::Start::{Parked, TakingOff, Underway};
use super::options::{FirmwareChoice, SimOptions};
use super::scenario::{Fault, FaultKind, Scenario, Victim, Way};

/// The demonstration fleet: copters, a plane, a rover, of both firmwares; most under way, some about to take off.
#[must_use]
pub fn demo_options(vehicles: usize, seed: u64, to: Vec<SocketAddr>) -> SimOptions {
    SimOptions {
        autopilot: FirmwareChoice::Mixed,
        airframes: vec![Copter, Copter, Plane, Rover, Copter, Copter],
        starts: vec![Underway, Underway, Underway, Underway, TakingOff, Parked],
        seed,
        scenario: demo_scenario(vehicles),
        ..SimOptions::parked(vehicles, to)
    }
}

/// Within ten seconds one battery fails and one vehicle is lost; it comes back, and smaller things follow.
#[must_use]
pub fn demo_scenario(vehicles: usize) -> Scenario {
    let fault = |at_s, lasts_s: Option<u64>, vehicle, kind| Fault {
        at: Duration::from_secs(at_s),
        lasts: lasts_s.map(Duration::from_secs),
        victim: Victim::Vehicle(vehicle),
        way: Way::Both,
        kind,
    };
    let low = FaultKind::LowBattery {
        remaining_percent: 18.5,
    };
    let faults = [
        fault(3, None, 1, low),
        fault(4, Some(36), 2, FaultKind::Silence),
        fault(
            15,
            Some(30),
            4,
            FaultKind::Loss {
                percent: 25.0,
                burst: 1.0,
            },
        ),
        fault(25, Some(8), 3, FaultKind::GpsLoss),
        fault(60, None, 6, FaultKind::Reboot),
    ];
    let fits =
        |fault: &Fault| matches!(fault.victim, Victim::Vehicle(number) if number <= vehicles);
    Scenario {
        faults: faults.into_iter().filter(fits).collect(),
    }
}
