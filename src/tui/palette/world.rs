//! What the palette looks at: the fleet as it is now, its numbers, its firmwares' modes. Nothing in here changes.

use crate::{
    model::{
        ids::VehicleId,
        modes::{ModeBook, ModeOrder},
        snapshot::Snapshot,
        vehicle::Vehicle,
    },
    tui::digest::Digest,
};

/// The facts.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// The newest moment.
    pub snapshot: &'a Snapshot,
    /// The numbers of the vehicles.
    pub digest: &'a Digest,
    /// What each firmware calls its modes.
    pub modes: &'a dyn ModeBook,
    /// Why no vehicle can be commanded now, if so.
    pub refusal: Option<&'static str>,
}

impl<'a> World<'a> {
    /// A vehicle of the fleet.
    #[must_use]
    pub fn vehicle(&self, id: &VehicleId) -> Option<&'a Vehicle> {
        self.snapshot.vehicles.get(id).map(|vehicle| &**vehicle)
    }

    /// Its number; 0 when it has none.
    #[must_use]
    pub fn number(&self, id: &VehicleId) -> u16 {
        self.digest.row(id).map_or(0, |row| row.number)
    }

    /// The modes its firmware has, as far as that is known.
    #[must_use]
    pub fn modes_of(&self, vehicle: &Vehicle) -> Vec<ModeOrder> {
        let known = vehicle.autopilot.zip(vehicle.mav_type);
        known.map_or_else(Vec::new, |(autopilot, mav_type)| {
            self.modes.modes(autopilot, mav_type)
        })
    }
}
