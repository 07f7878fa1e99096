//! What whoever shows a running station may hold of it: the fleet's inbox, and the way to whoever owns it.

use std::sync::Arc;

use super::Running;
use crate::model::{control::Control, intent::FleetHandle};

impl Running {
    /// Takes intents for the fleet.
    #[must_use]
    pub fn fleet_handle(&self) -> Arc<dyn FleetHandle> {
        Arc::new(self.starter.fleet.clone())
    }

    /// Ends or changes the station.
    #[must_use]
    pub fn control_handle(&self) -> Arc<dyn Control> {
        Arc::new(self.control.clone())
    }
}
