//! The mouse over the map: the wheel zooms at the pointer, dragging pans, a click selects the vehicle under it.

use super::{Cells, Grab, MapView, canvas::Grain};
use crate::{
    model::{geo::LatLon, ids::VehicleId},
    tui::message::MouseKind,
};

/// A notch of the wheel.
const NOTCH: f64 = 1.25;
/// How far from its mark a click still means a vehicle, columns.
const REACH: f64 = 2.5;

/// Applies what the mouse did over a cell of the map, counted from its upper left corner. A click
/// returns the vehicle it meant; beside all vehicles it leaves the cursor there.
pub fn on_mouse(
    view: &mut MapView,
    kind: MouseKind,
    at: (u16, u16),
    (cells, fleet): (Cells, &[(VehicleId, LatLon)]),
) -> Option<VehicleId> {
    match kind {
        MouseKind::Wheel(rows) => {
            let factor = if rows < 0 { 1.0 / NOTCH } else { NOTCH };
            view.zoom_at(factor, middle(at), cells);
        }
        MouseKind::Press => {
            view.grabbed = Some(Grab {
                at,
                has_moved: false,
            });
        }
        MouseKind::Drag => {
            let grab = view.grabbed?;
            if let Some(there) = view.under(middle(grab.at), cells).filter(|_| grab.at != at) {
                view.bring(there, middle(at), cells);
                view.tracking = super::Tracking::Free;
                view.grabbed = Some(Grab {
                    at,
                    has_moved: true,
                });
            }
        }
        MouseKind::Release => {
            let grab = view.grabbed.take()?;
            if !grab.has_moved {
                return click(view, at, cells, fleet);
            }
        }
    }
    None
}

fn middle((column, row): (u16, u16)) -> (f64, f64) {
    (f64::from(column) + 0.5, f64::from(row) + 0.5)
}

fn click(
    view: &mut MapView,
    at: (u16, u16),
    cells: Cells,
    fleet: &[(VehicleId, LatLon)],
) -> Option<VehicleId> {
    let projection = view.projection(Grain::Ascii, cells);
    let (x, y) = middle(at);
    let distance = |place: LatLon| {
        let dot = projection.project_at(place)?;
        Some((dot.x - x).hypot(dot.y - y * 2.0))
    };
    let nearest = fleet
        .iter()
        .filter_map(|(id, place)| Some((id, distance(*place)?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|(_, columns)| *columns <= REACH);
    if nearest.is_none() {
        view.cursor = view.under((x, y), cells);
    }
    nearest.map(|(id, _)| id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::map::Tracking;

    const CELLS: Cells = (60, 30);

    fn fleet() -> Vec<(VehicleId, LatLon)> {
        let at = |lat_deg, lon_deg| LatLon { lat_deg, lon_deg };
        vec![
            (VehicleId::from("alpha"), at(47.0, 8.0)),
            (VehicleId::from("bravo"), at(47.01, 8.02)),
        ]
    }

    fn view() -> MapView {
        let mut view = MapView::default();
        let places: Vec<_> = fleet().iter().map(|(_, at)| *at).collect();
        view.fit(&places, CELLS);
        view
    }

    /// The cell of a place.
    fn cell(view: &MapView, place: LatLon) -> (u16, u16) {
        let dot = view
            .projection(Grain::Ascii, CELLS)
            .project_at(place)
            .unwrap();
        (dot.x as u16, (dot.y / 2.0) as u16)
    }

    fn mouse(view: &mut MapView, kind: MouseKind, at: (u16, u16)) -> Option<VehicleId> {
        on_mouse(view, kind, at, (CELLS, &fleet()))
    }

    #[test]
    fn a_click_selects_the_vehicle_and_beside_it_sets_the_cursor() {
        let mut view = view();
        let at = cell(&view, fleet()[1].1);
        assert_eq!(mouse(&mut view, MouseKind::Press, at), None);
        assert_eq!(
            mouse(&mut view, MouseKind::Release, at),
            Some(VehicleId::from("bravo"))
        );
        assert_eq!(view.cursor, None);
        mouse(&mut view, MouseKind::Press, (1, 1));
        assert_eq!(mouse(&mut view, MouseKind::Release, (1, 1)), None);
        assert!(view.cursor.is_some());
        assert_eq!(
            view.tracking,
            Tracking::Fit,
            "a click does not move the map"
        );
    }

    #[test]
    fn a_drag_takes_the_map_along_and_selects_nothing() {
        let mut view = view();
        let at = cell(&view, fleet()[0].1);
        mouse(&mut view, MouseKind::Press, at);
        mouse(&mut view, MouseKind::Drag, (at.0 + 4, at.1));
        mouse(&mut view, MouseKind::Drag, (at.0 + 10, at.1 - 3));
        let end = (at.0 + 10, at.1 - 3);
        assert_eq!(mouse(&mut view, MouseKind::Release, end), None);
        assert_eq!(cell(&view, fleet()[0].1), end);
        assert_eq!(view.tracking, Tracking::Free);
    }

    #[test]
    fn the_wheel_zooms_at_the_pointer() {
        let mut view = view();
        let (before, at) = (view.m_per_column, cell(&view, fleet()[0].1));
        for _ in 0..5 {
            mouse(&mut view, MouseKind::Wheel(-3), at);
        }
        assert!(view.m_per_column < before / 3.0);
        let now = cell(&view, fleet()[0].1);
        assert!(
            now.0.abs_diff(at.0) <= 1 && now.1.abs_diff(at.1) <= 1,
            "{at:?} {now:?}"
        );
    }

    #[test]
    fn a_drag_that_began_elsewhere_moves_nothing() {
        let mut view = view();
        let before = view.clone();
        mouse(&mut view, MouseKind::Drag, (9, 9));
        mouse(&mut view, MouseKind::Release, (9, 9));
        assert_eq!(view, before);
    }
}
