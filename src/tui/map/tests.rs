use super::*;

const CELLS: Cells = (60, 30);

const fn at(lat_deg: f64, lon_deg: f64) -> LatLon {
    LatLon { lat_deg, lon_deg }
}

fn near() -> MapView {
    let mut view = MapView::default();
    view.fit(&[at(47.0, 8.0), at(47.01, 8.02)], CELLS);
    view
}

#[test]
fn a_new_map_shows_the_globe_and_then_the_fleet() {
    let mut view = MapView::default();
    view.keep(&[], None, CELLS);
    assert!(view.projection(Grain::Braille, CELLS).rim().is_some());
    view.keep(&[at(47.0, 8.0), at(47.01, 8.02)], None, CELLS);
    assert!(view.m_per_column < 100.0, "{}", view.m_per_column);
    assert_eq!(view.tracking, Tracking::Fit);
}

#[test]
fn the_fit_stands_still_while_the_fleet_moves_a_little() {
    let mut view = near();
    let before = view.clone();
    for n in 0..10 {
        let off = f64::from(n) / 10_000.0;
        view.keep(&[at(47.0 + off, 8.0), at(47.01, 8.02 + off)], None, CELLS);
    }
    assert_eq!(view, before);
}

#[test]
fn following_moves_only_when_the_vehicle_leaves_the_middle() {
    let mut view = near();
    view.tracking = Tracking::Follow;
    view.look_at(at(47.0, 8.0), CELLS);
    let before = view.centre;
    view.keep(&[], Some(at(47.0005, 8.0005)), CELLS);
    assert_eq!(view.centre, before);
    view.keep(&[], Some(at(47.05, 8.0)), CELLS);
    assert!((view.centre.lat_deg - 47.05).abs() < 1e-9);
}

#[test]
fn zoom_ends_at_twenty_metres_and_at_the_whole_earth() {
    let mut view = near();
    for _ in 0..200 {
        view.zoom(0.5, CELLS);
    }
    assert!((view.m_per_column * 60.0 - 20.0).abs() < 1e-6);
    for _ in 0..200 {
        view.zoom(2.0, CELLS);
    }
    let world = view.projection(Grain::Braille, CELLS);
    let far = world.project_at(at(-40.0, -160.0)).unwrap();
    assert!(world.is_inside(far));
}

#[test]
fn what_is_under_the_pointer_stays_there_when_zooming() {
    let mut view = near();
    let pointer = (50.0, 5.0);
    let there = view.under(pointer, CELLS).unwrap();
    for factor in [0.5, 0.5, 2.0, 4.0] {
        view.zoom_at(factor, pointer, CELLS);
        let now = view.under(pointer, CELLS).unwrap();
        assert!(now.distance_m(there) < view.m_per_column * 0.05);
    }
}

#[test]
fn panning_goes_round_the_earth_and_stops_at_the_pole() {
    let mut view = near();
    view.m_per_column = 100_000.0;
    for _ in 0..40 {
        view.pan(10.0, 0.0, CELLS);
        assert!(view.centre.lon_deg.abs() <= 180.0);
    }
    assert_eq!(view.tracking, Tracking::Free);
    for _ in 0..40 {
        view.pan(0.0, -10.0, CELLS);
    }
    assert!((view.centre.lat_deg - 90.0).abs() < 1e-9);
    view.pan(0.0, 10.0, CELLS);
    assert!(view.centre.lat_deg < 90.0);
}

#[test]
fn a_map_of_no_cells_is_harmless() {
    for cells in [(0, 0), (1, 1), (0, 9), (u16::MAX, 1)] {
        let mut view = near();
        view.keep(&[at(1.0, 2.0)], Some(at(1.0, 2.0)), cells);
        view.zoom_at(0.5, (0.0, 0.0), cells);
        view.pan(1.0, 1.0, cells);
        let _ = view.under((3.0, 3.0), cells);
    }
}
