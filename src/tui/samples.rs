//! Vehicles for the tests of this folder.

use crate::model::{
    ids::VehicleId,
    link::{LinkPhase, LinkState},
    vehicle::{State, Vehicle},
};

/// A vehicle of which nothing but its name is known.
pub(super) fn vehicle(id: &str, sysid: u8) -> Vehicle {
    let blank = Vehicle::expected(VehicleId::from(id), id.into(), "mav".into(), sysid);
    Vehicle {
        state: State::Live,
        ..blank
    }
}

/// A link of which nothing but its URL and phase is known.
pub(super) fn link(url: &str, state: LinkPhase) -> LinkState {
    LinkState {
        state,
        ..LinkState::opening(url.into(), "mav".into(), "lan", false)
    }
}
