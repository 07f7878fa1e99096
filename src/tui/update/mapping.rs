//! Keys and mouse that move the map, and keeping the fleet or the selected vehicle in it.

use ratatui::layout::Position;

use super::{
    arrange::{say, screen},
    moving::{choose, pin},
};
use crate::{
    model::{
        geo::LatLon,
        ids::VehicleId,
        time::TimeUs,
        vehicle::{State, Vehicle},
    },
    tui::{
        keymap::Action,
        layout::{Panes, has_room_beside, layout},
        map::{Cells, MapPlace, Tracking, mouse::on_mouse as on_map},
        message::{Mouse, MouseKind},
        ui::{Pane, Ui},
    },
};

/// A step of `+` and `-`.
const ZOOM: f64 = 1.5;
/// So many vehicles are kept in view with their tracks.
const SMALL: usize = 16;
/// How long back, ms.
const RECENT_MS: i64 = 120_000;
/// A home farther than this from its vehicle does not widen the view, metres.
const HOME_M: f64 = 30_000.0;

fn panes(ui: &Ui) -> Option<Panes> {
    layout(screen(ui), ui).panes().copied()
}

fn cells(ui: &Ui) -> Option<Cells> {
    panes(ui)?.map_cells()
}

/// Where a vehicle is, or was when it was last heard.
fn place(vehicle: &Vehicle) -> Option<LatLon> {
    let position = vehicle.position?;
    Some(LatLon {
        lat_deg: position.lat_deg?,
        lon_deg: position.lon_deg?,
    })
}

/// Places of all vehicles that were ever heard, of their homes where these are near, and in a small
/// fleet of where each has just been: who flies circuits would else draw the view along.
fn fleet(ui: &Ui) -> Vec<LatLon> {
    let heard = ui
        .shown
        .vehicles
        .values()
        .filter(|vehicle| vehicle.state != State::Expected);
    let mut places = Vec::new();
    for vehicle in heard {
        let Some(at) = place(vehicle) else { continue };
        places.push(at);
        if ui.shown.vehicles.len() <= SMALL
            && let Some(track) = ui.shown.tracks.get(&vehicle.id)
        {
            let since = TimeUs::from_ms(ui.shown.time_ms - RECENT_MS);
            let recent = track.every(16).filter(|point| point.t > since);
            places.extend(recent.map(|point| point.place));
        }
        if let Some(home) = vehicle.home
            && let (Some(lat_deg), Some(lon_deg)) = (home.lat_deg, home.lon_deg)
        {
            let home = LatLon { lat_deg, lon_deg };
            if home.distance_m(at) < HOME_M {
                places.push(home);
            }
        }
    }
    places
}

fn selected(ui: &Ui) -> Option<LatLon> {
    place(ui.shown.vehicles.get(ui.selected.as_ref()?)?)
}

/// Brings the selected vehicle into a view that keeps neither it nor the fleet there by itself.
pub(super) fn show_selected(ui: &mut Ui) {
    if let (Some(cells), Some(at), Tracking::Free) = (cells(ui), selected(ui), ui.map.tracking) {
        ui.map.look_at(at, cells);
    }
}

/// After every message: the view follows what it is to keep.
pub(super) fn keep(ui: &mut Ui) {
    let Some(cells) = cells(ui) else { return };
    if ui.map.tracking == Tracking::Free {
        return;
    }
    let (fleet, selected) = (fleet(ui), selected(ui));
    ui.map.keep(&fleet, selected, cells);
}

/// Does what a key of the map asks for.
pub(super) fn act(ui: &mut Ui, action: Action, now_ms: i64) {
    if action == Action::Map {
        turn(ui);
        return;
    }
    let Some(cells) = cells(ui) else {
        say(ui, "the map is off: m shows it".to_owned(), now_ms);
        return;
    };
    match (action, selected(ui)) {
        (Action::ZoomIn, _) => ui.map.zoom(1.0 / ZOOM, cells),
        (Action::ZoomOut, _) => ui.map.zoom(ZOOM, cells),
        (Action::FitAll, _) => {
            let fleet = fleet(ui);
            ui.map.fit(&fleet, cells);
        }
        (Action::Follow, _) if ui.map.tracking == Tracking::Follow => {
            ui.map.tracking = Tracking::Free;
        }
        (Action::Centre, Some(at)) => {
            pin(ui);
            ui.map.look_at(at, cells);
            if ui.map.tracking == Tracking::Fit {
                ui.map.tracking = Tracking::Free;
            }
        }
        (Action::Follow, Some(at)) => {
            pin(ui);
            ui.map.look_at(at, cells);
            ui.map.tracking = Tracking::Follow;
        }
        (Action::Centre | Action::Follow, None) => {
            let text = "the selected vehicle has no position yet";
            say(ui, text.to_owned(), now_ms);
        }
        _ => {}
    }
}

/// Beside the table, alone, off; where there is no room beside the table, alone or not.
fn turn(ui: &mut Ui) {
    let is_wide = has_room_beside(ui.size.0);
    let place = match (ui.map.place, is_wide) {
        (MapPlace::Beside, _) | (MapPlace::Off, false) => MapPlace::Full,
        (MapPlace::Full, true) => MapPlace::Off,
        (MapPlace::Off, true) | (MapPlace::Full, false) => MapPlace::Beside,
    };
    put(ui, place);
}

/// Puts the map there.
pub(super) fn put(ui: &mut Ui, place: MapPlace) {
    ui.map.place = place;
    ui.map.grabbed = None;
    ui.pane = match place {
        MapPlace::Full => Pane::Map,
        MapPlace::Beside | MapPlace::Off => Pane::Fleet,
    };
}

/// A step back: the cursor goes, then a map alone makes room for the table. Says whether there was one.
pub(super) fn back(ui: &mut Ui) -> bool {
    if ui.map.cursor.take().is_some() {
        return true;
    }
    let is_full = ui.map.place == MapPlace::Full;
    if is_full {
        ui.map.place = MapPlace::Beside;
        ui.pane = Pane::Fleet;
    }
    is_full
}

/// Arrows and page keys while the map has them.
pub(super) fn pan(ui: &mut Ui, action: Action) {
    let Some(cells) = cells(ui) else { return };
    let (column, row) = (f64::from(cells.0) / 10.0, f64::from(cells.1) / 10.0);
    match action {
        Action::Up => ui.map.pan(0.0, -row, cells),
        Action::Down => ui.map.pan(0.0, row, cells),
        Action::Fold => ui.map.pan(-column, 0.0, cells),
        Action::Unfold => ui.map.pan(column, 0.0, cells),
        Action::PageUp => ui.map.pan(0.0, -5.0 * row, cells),
        Action::PageDown => ui.map.pan(0.0, 5.0 * row, cells),
        _ => {}
    }
}

/// Gives the map what the mouse did over it, or what it does to a map it holds. Says whether it did.
pub(super) fn on_mouse(ui: &mut Ui, mouse: Mouse) -> bool {
    let Mouse { kind, column, row } = mouse;
    let Some(inside) = panes(ui).and_then(|panes| panes.map_inside()) else {
        return false;
    };
    let is_over = inside.contains(Position::new(column, row));
    let is_held = ui.map.grabbed.is_some();
    if ui.overlay.takes_the_mouse() || !(is_over || is_held) {
        return false;
    }
    if kind == MouseKind::Press {
        ui.pane = Pane::Map;
    }
    let at = (
        column.clamp(inside.x, inside.right().saturating_sub(1)) - inside.x,
        row.clamp(inside.y, inside.bottom().saturating_sub(1)) - inside.y,
    );
    let fleet: Vec<(VehicleId, LatLon)> = ui
        .shown
        .vehicles
        .values()
        .filter_map(|vehicle| Some((vehicle.id.clone(), place(vehicle)?)))
        .collect();
    let cells = (inside.width, inside.height);
    if let Some(id) = on_map(&mut ui.map, kind, at, (cells, &fleet)) {
        choose(ui, id);
    }
    true
}
