//! What a simulation is asked for, and which craft follow from that.

use std::net::SocketAddr;

use crate::model::ids::SystemId;

use super::airframe::Airframe;
use super::autopilot::craft::{CraftOptions, Start};
use super::autopilot::firmware::Firmware;
use super::error::SimError;
use super::mission::Origin;
use super::scenario::{Fault, FaultKind, Scenario, Victim};

/// System ids one target can hold: 251 to 255 are left to stations.
const ROOM: usize = 250;
/// Distance between the places on the ground, m.
const PITCH_M: f64 = 40.0;
const COLUMNS: usize = 10;
/// Canberra Model Aircraft Club, where ArduPilot's own simulator stands.
const FIELD: Origin = Origin {
    lat_deg: -35.363_262,
    lon_deg: 149.165_237,
    alt_msl_m: 584.0,
};

/// Which firmware the fleet runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FirmwareChoice {
    /// All ArduPilot.
    #[default]
    ArduPilot,
    /// All PX4.
    Px4,
    /// Every third PX4.
    Mixed,
}

/// A whole simulation.
#[derive(Debug, Clone)]
pub struct SimOptions {
    /// How many vehicles.
    pub vehicles: usize,
    /// Where they send: one address per network; vehicles are dealt out in blocks of equal size.
    pub to: Vec<SocketAddr>,
    /// Their firmware.
    pub autopilot: FirmwareChoice,
    /// Their airframes, repeated as often as needed.
    pub airframes: Vec<Airframe>,
    /// How they begin, repeated as often as needed.
    pub starts: Vec<Start>,
    /// Messages per second and vehicle, sent unasked (load test); `None` behaves like the firmware.
    pub rate_hz: Option<f64>,
    /// Seed of everything accidental.
    pub seed: u64,
    /// System id of the first vehicle of every target.
    pub first_sysid: u8,
    /// Every vehicle sends from a UDP port of its own; else those of one target share one.
    pub one_socket_per_vehicle: bool,
    /// What goes wrong.
    pub scenario: Scenario,
}

impl SimOptions {
    /// Parked ArduPilot copters, ids from 1, nothing going wrong. Above 250 vehicles they share sockets,
    /// because a usual process may open 1,024 files.
    #[must_use]
    pub fn parked(vehicles: usize, to: Vec<SocketAddr>) -> Self {
        Self {
            vehicles,
            to,
            autopilot: FirmwareChoice::ArduPilot,
            airframes: vec![Airframe::Copter],
            starts: vec![Start::Parked],
            rate_hz: None,
            seed: 1,
            first_sysid: 1,
            one_socket_per_vehicle: vehicles <= ROOM,
            scenario: Scenario::default(),
        }
    }

    /// Every craft with the number of its target, the doubles of `duplicate_sysid` last.
    pub(super) fn craft(&self) -> Result<Vec<(usize, CraftOptions)>, SimError> {
        let block = self.block()?;
        self.check_victims()?;
        let mut craft: Vec<_> = (0..self.vehicles)
            .map(|place| (place / block, self.one(place, block)))
            .collect();
        let doubles: Vec<usize> = self.doubled().collect();
        for place in doubles {
            let (target, mut double) = craft[place].clone();
            double.seed ^= 0x00D0_0B1E;
            double.start = Start::Parked;
            craft.push((target, double));
        }
        Ok(craft)
    }

    /// The vehicles (from 0) that a `duplicate_sysid` doubles, in the order of the faults.
    pub(super) fn doubled(&self) -> impl Iterator<Item = usize> {
        let doubles = |fault: &&Fault| fault.kind == FaultKind::DuplicateSysid;
        self.scenario
            .faults
            .iter()
            .filter(doubles)
            .flat_map(|fault| self.victims(fault))
    }

    /// The vehicles (from 0) a fault hits.
    pub(super) fn victims(&self, fault: &Fault) -> std::ops::Range<usize> {
        match fault.victim {
            Victim::All => 0..self.vehicles,
            Victim::Vehicle(number) => number - 1..number,
        }
    }

    fn block(&self) -> Result<usize, SimError> {
        if self.to.is_empty() {
            return Err(SimError::NoTarget);
        }
        let block = self.vehicles.div_ceil(self.to.len()).max(1);
        let room = ROOM.min(255_usize.saturating_sub(usize::from(self.first_sysid)));
        if block > room || self.first_sysid == 0 {
            return Err(SimError::TooManyVehicles {
                vehicles: self.vehicles,
                targets: self.to.len(),
                first: self.first_sysid,
                room,
            });
        }
        Ok(block)
    }

    fn check_victims(&self) -> Result<(), SimError> {
        for (place, fault) in self.scenario.faults.iter().enumerate() {
            if let Victim::Vehicle(vehicle) = fault.victim
                && (vehicle == 0 || vehicle > self.vehicles)
            {
                return Err(SimError::NoSuchVehicle {
                    number: place + 1,
                    vehicle,
                    vehicles: self.vehicles,
                });
            }
        }
        Ok(())
    }

    fn one(&self, place: usize, block: usize) -> CraftOptions {
        let firmware = match self.autopilot {
            FirmwareChoice::Mixed if place % 3 == 1 => Firmware::Px4,
            FirmwareChoice::Px4 => Firmware::Px4,
            FirmwareChoice::ArduPilot | FirmwareChoice::Mixed => Firmware::ArduPilot,
        };
        let ground = super::kinematics::Spot {
            north_m: (place / COLUMNS) as f64 * PITCH_M,
            east_m: (place % COLUMNS) as f64 * PITCH_M,
            up_m: 0.0,
        };
        let (lat, lon) = FIELD.scaled(ground);
        CraftOptions {
            system: SystemId(self.first_sysid + (place % block) as u8),
            firmware,
            airframe: cycle(&self.airframes, place, Airframe::Copter),
            origin: Origin {
                lat_deg: f64::from(lat) / 1e7,
                lon_deg: f64::from(lon) / 1e7,
                ..FIELD
            },
            seed: self.seed ^ ((place / block) as u64) << 32,
            start: cycle(&self.starts, place, Start::Parked),
            unasked_rate_hz: self.rate_hz,
            uptime_s: 40 + (place % 7) as u32 * 3,
        }
    }
}

fn cycle<T: Copy>(list: &[T], place: usize, otherwise: T) -> T {
    list.get(place % list.len().max(1))
        .copied()
        .unwrap_or(otherwise)
}
