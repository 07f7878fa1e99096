use proptest::prelude::*;

use super::*;

const fn at(lat_deg: f64, lon_deg: f64) -> LatLon {
    LatLon { lat_deg, lon_deg }
}

/// Metres from a place to the nearest point of the finest coast.
fn to_the_coast_m(at: LatLon) -> f64 {
    let here = place(at);
    let level = coast().unwrap().levels.last().unwrap();
    let nearest = level
        .pieces
        .iter()
        .flat_map(|piece| &piece.points)
        .map(|point| product(point, &here))
        .fold(-1.0, f64::max);
    nearest.min(1.0).acos() * crate::model::geo::EARTH_RADIUS_M
}

#[test]
fn the_file_is_small_and_has_two_levels() {
    assert!(FILE.len() <= 120_000, "{}", FILE.len());
    let coast = coast().unwrap();
    assert_eq!(coast.levels.len(), 2);
    assert!(coast.levels[0].error_m > coast.levels[1].error_m);
}

#[test]
fn capes_are_where_they_are() {
    for (name, lat_deg, lon_deg) in [
        ("Cape Agulhas", -34.833, 20.0),
        ("Land's End", 50.066, -5.716),
        ("Cape Horn", -55.98, -67.27),
        ("Cape York", -10.69, 142.53),
        ("Nordkinn", 71.13, 27.65),
    ] {
        let off_m = to_the_coast_m(at(lat_deg, lon_deg));
        assert!(off_m < 15_000.0, "{name}: {off_m:.0} m");
    }
    assert!(
        to_the_coast_m(at(0.0, -30.0)) > 500_000.0,
        "the Atlantic is empty"
    );
}

#[test]
fn no_line_runs_along_the_antimeridian_or_round_the_pole() {
    for piece in coast()
        .unwrap()
        .levels
        .iter()
        .flat_map(|level| &level.pieces)
    {
        for pair in piece.points.windows(2) {
            let step = product(&pair[0], &pair[1]).min(1.0).acos().to_degrees();
            assert!(step < 12.0, "{step} degrees in one step");
            let on_seam = |point: &Place| point[1].abs() < 1e-9 && point[0] < 0.0;
            // An island on the antimeridian may have a short side along it.
            assert!(
                step < 0.3 || !(on_seam(&pair[0]) && on_seam(&pair[1])),
                "{pair:?}"
            );
        }
    }
}

#[test]
fn only_what_may_be_in_the_view_is_looked_at_and_nothing_of_it_is_missed() {
    let coast = coast().unwrap();
    for (centre, m_per_dot) in [
        (at(47.0, 8.0), 2_000.0),
        (at(-17.0, 180.0), 5_000.0),
        (at(90.0, 0.0), 8_000.0),
        (at(0.0, 0.0), 90_000.0),
        (at(20.0, 100.0), 150_000.0),
    ] {
        let view = Projection::new(centre, m_per_dot, (240.0, 160.0));
        let near: usize = coast.pieces(&view).map(|piece| piece.points.len()).sum();
        let error_m = coast
            .levels
            .iter()
            .find(|level| level.error_m / m_per_dot <= ERROR_DOTS)
            .unwrap_or(&coast.levels[1])
            .error_m;
        let level = coast
            .levels
            .iter()
            .find(|level| level.error_m.total_cmp(&error_m).is_eq());
        let inside = |point: &Place| view.project(point).is_some_and(|dot| view.is_inside(dot));
        let all = level.unwrap().pieces.iter();
        let wanted = all.clone().filter(|piece| piece.points.iter().any(inside));
        let wanted: Vec<_> = wanted.map(|piece| &raw const *piece).collect();
        let got: Vec<_> = coast.pieces(&view).map(|piece| &raw const *piece).collect();
        assert!(wanted.iter().all(|piece| got.contains(piece)), "{centre:?}");
        let total: usize = all.map(|piece| piece.points.len()).sum();
        assert!(m_per_dot > 9_000.0 || near * 5 < total, "{near} of {total}");
    }
}

#[test]
fn a_view_finer_than_the_data_shows_no_coast() {
    let view = Projection::new(at(50.066, -5.716), 100.0, (240.0, 160.0));
    assert_eq!(coast().unwrap().pieces(&view).count(), 0);
}

#[test]
fn every_truncation_is_an_error_value() {
    for length in (0..FILE.len()).step_by(97).chain(0..40) {
        assert!(Coast::decode(&FILE[..length]).is_err(), "{length}");
        // With a check sum that fits, so that the numbers themselves are looked at.
        let mut file = FILE[..length].to_vec();
        file.extend_from_slice(&fnv1a(&FILE[..length]).to_le_bytes());
        if length != FILE.len() - 4 {
            assert!(Coast::decode(&file).is_err(), "{length} with a check sum");
        }
    }
    assert_eq!(Coast::decode(b"").err(), Some(CoastError::Truncated));
    assert_eq!(
        Coast::decode(b"PNG and more").err(),
        Some(CoastError::Magic)
    );
}

proptest! {
    #[test]
    fn changed_bytes_never_panic(place in 6..FILE.len() - 4, byte in any::<u8>()) {
        let mut file = FILE.to_vec();
        file[place] = byte;
        let end = file.len() - 4;
        let sum = fnv1a(&file[..end]).to_le_bytes();
        file[end..].copy_from_slice(&sum);
        let _ = Coast::decode(&file);
    }
}
