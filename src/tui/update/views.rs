//! Which view is shown, and of which vehicle.

use super::moving;
use crate::{
    model::ids::VehicleId,
    tui::{
        aboard::Tab,
        map::MapPlace,
        ui::{Pane, Ui, View},
    },
};

/// Turns to a view.
pub(super) fn turn_to(ui: &mut Ui, view: View) {
    ui.view = view;
    if ui.map.place == MapPlace::Full {
        ui.map.place = MapPlace::Beside;
    }
    ui.pane = Pane::Fleet;
    if view == View::Aboard {
        moving::pin(ui);
    }
}

/// The view that shows a list of a vehicle.
pub(super) fn show(ui: &mut Ui, tab: Tab, id: VehicleId) {
    moving::choose(ui, id);
    turn_to(ui, View::Aboard);
    ui.aboard.tab = tab;
}
