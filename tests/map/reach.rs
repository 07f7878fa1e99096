//! Whatever the place, the scale, the size and the keys: no panic, nothing outside.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use volery::{
    model::geo::LatLon,
    tui::{
        map::{MapPlace, Tracking},
        message::{Message, Mouse, MouseKind},
        theme::{Depth, ThemeName},
    },
};

use super::{desk::Desk, skies};

fn key() -> impl Strategy<Value = KeyCode> {
    proptest::sample::select(vec![
        KeyCode::Char('m'),
        KeyCode::Char('+'),
        KeyCode::Char('-'),
        KeyCode::Char('0'),
        KeyCode::Char('c'),
        KeyCode::Char('f'),
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Tab,
        KeyCode::Esc,
        KeyCode::Home,
    ])
}

fn mouse() -> impl Strategy<Value = Mouse> {
    let kind = prop_oneof![
        Just(MouseKind::Press),
        Just(MouseKind::Drag),
        Just(MouseKind::Release),
        any::<i8>().prop_map(MouseKind::Wheel),
    ];
    (kind, 0_u16..310, 0_u16..110).prop_map(|(kind, column, row)| Mouse { kind, column, row })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_place_scale_size_key_or_mouse_panics(
        place in (-90.0..=90.0_f64, -180.0..=180.0_f64),
        zoom in -3.0..7.0_f64,
        size in (1_u16..300, 1_u16..100),
        keys in proptest::collection::vec(key(), 0..10),
        mice in proptest::collection::vec(mouse(), 0..10),
        is_ascii in any::<bool>(),
    ) {
        let home = LatLon { lat_deg: place.0, lon_deg: place.1 };
        let mut desk = Desk::new(size.0, size.1, skies::three(home))
            .with_theme(ThemeName::Default, Depth::True, is_ascii);
        desk.ui.map.place = MapPlace::Full;
        desk.buffer();
        desk.ui.map.tracking = Tracking::Free;
        desk.ui.map.m_per_column = 10f64.powf(zoom);
        for code in keys {
            desk.send(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
            desk.buffer();
        }
        for mouse in mice {
            desk.send(Message::Mouse(mouse));
            desk.buffer();
        }
    }

    #[test]
    fn numbers_that_are_none_do_not_panic(
        lat in any::<f64>(),
        lon in any::<f64>(),
        speed in any::<f64>(),
        scale in any::<f64>(),
    ) {
        let mut fleet = skies::troubled();
        for vehicle in fleet.vehicles.values_mut() {
            let vehicle = std::sync::Arc::make_mut(vehicle);
            if let Some(position) = &mut vehicle.position {
                (position.lat_deg, position.lon_deg) = (Some(lat), Some(lon));
            }
            if let Some(velocity) = &mut vehicle.velocity {
                velocity.groundspeed_m_s = Some(speed);
            }
            if let Some(heading) = &mut vehicle.heading {
                heading.deg = Some(lon);
            }
        }
        let mut desk = Desk::new(150, 40, fleet);
        desk.buffer();
        desk.ui.map.m_per_column = scale;
        desk.ui.map.centre = LatLon { lat_deg: lon, lon_deg: lat };
        desk.buffer();
    }
}

#[test]
fn every_small_size_is_painted_with_the_map() {
    for columns in (1..64).step_by(3) {
        for rows in 1..20 {
            let mut desk = Desk::new(columns, rows, skies::troubled());
            desk.type_in("m");
            assert!(!desk.text().trim().is_empty(), "{columns}x{rows}");
        }
    }
}
