//! Whatever the size, the fleet and the keys: no panic, nothing outside, and cheap enough.

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui::{buffer::Buffer, layout::Rect};
use volery::{
    model::{
        groups::{Gps, Position, WorstBattery},
        ids::VehicleId,
        snapshot::Snapshot,
        vehicle::{State, Vehicle},
        words::{GpsFix, LandedState, SystemStatus},
    },
    tui::{
        message::{Message, Mouse, MouseKind},
        theme::{Depth, ThemeName},
        ui::Overlay,
    },
};

use super::{desk::Desk, fleets};

fn number() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        Just(None),
        any::<f64>().prop_map(Some),
        (-1e4..1e4).prop_map(Some),
    ]
}

fn vehicle() -> impl Strategy<Value = Vehicle> {
    let state = prop_oneof![
        Just(State::Expected),
        Just(State::Live),
        Just(State::Late),
        Just(State::Lost)
    ];
    let words = (".{0,30}", any::<Option<bool>>(), any::<u8>(), state);
    let numbers = (
        number(),
        number(),
        any::<Option<u8>>(),
        any::<Option<i64>>(),
    );
    (words, numbers).prop_map(|((name, armed, sysid, state), (a, b, percent, t_ms))| {
        let mut vehicle = fleets::flying("x", sysid, "AUTO", 0);
        vehicle.id = VehicleId(name.as_str().into());
        vehicle.mode = Some(name.clone().into());
        vehicle.name = name.into();
        vehicle.state = state;
        vehicle.armed = armed;
        vehicle.heard_ms = t_ms;
        vehicle.airborne_since_ms = t_ms;
        vehicle.landed = Some(LandedState(sysid));
        vehicle.system_status = Some(SystemStatus(sysid));
        vehicle.position = Some(Position {
            alt_rel_m: a,
            lat_deg: b,
            lon_deg: a,
            t_ms,
            ..Position::default()
        });
        vehicle.battery = Some(WorstBattery {
            remaining_percent: percent,
            voltage_v: b,
            t_ms,
            ..WorstBattery::default()
        });
        vehicle.gps.make_mut().insert(
            0,
            Gps {
                fix: Some(GpsFix(sysid)),
                hdop: b,
                t_ms,
                ..Gps::default()
            },
        );
        if let Some(home) = &mut vehicle.home {
            (home.distance_m, home.bearing_deg) = (a, b);
        }
        if let Some(heading) = &mut vehicle.heading {
            heading.deg = b;
        }
        vehicle
    })
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    proptest::collection::vec(vehicle(), 0..8).prop_map(|vehicles| {
        let mut snapshot = fleets::troubled();
        snapshot.vehicles.clear();
        for vehicle in vehicles {
            snapshot.vehicles.insert(vehicle.id.clone(), vehicle.into());
        }
        snapshot
    })
}

fn key() -> impl Strategy<Value = KeyCode> {
    prop_oneof![
        proptest::char::range(' ', '~').prop_map(KeyCode::Char),
        Just(KeyCode::Enter),
        Just(KeyCode::Esc),
        Just(KeyCode::Tab),
        Just(KeyCode::Up),
        Just(KeyCode::Down),
        Just(KeyCode::End),
        Just(KeyCode::PageDown),
        Just(KeyCode::Backspace),
        Just(KeyCode::Left),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_size_fleet_or_key_panics(
        size in (1_u16..220, 1_u16..70),
        fleet in snapshot(),
        next in snapshot(),
        keys in proptest::collection::vec(key(), 0..12),
        is_ascii in any::<bool>(),
    ) {
        let mut desk = Desk::new(size.0, size.1, fleet)
            .with_theme(ThemeName::Default, Depth::True, is_ascii);
        for (n, code) in keys.into_iter().enumerate() {
            desk.send(Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
            if n == 5 {
                desk.now_ms += 1_500;
                desk.send(Message::Snapshot(std::sync::Arc::new(next.clone())));
                for kind in [MouseKind::Press, MouseKind::Drag, MouseKind::Wheel(3)] {
                    let (column, row) = (size.0 / 2, size.1 / 3);
                    desk.send(Message::Mouse(Mouse { kind, column, row }));
                }
            }
            desk.buffer();
        }
        let buffer = desk.buffer();
        if size.0 >= 60 && size.1 >= 16 && desk.ui.overlay == Overlay::None {
            for y in 2..size.1 - 2 {
                let ends = [buffer[(0, y)].symbol(), buffer[(size.0 - 1, y)].symbol()];
                let are_borders = ends.iter().all(|end| "│├┤┃|+#".contains(end));
                prop_assert!(are_borders, "row {} is pushed out: {}", y, desk.text());
            }
        }
    }

    #[test]
    fn an_area_larger_or_elsewhere_is_never_left(
        size in (0_u16..60, 0_u16..30),
        at in (0_u16..40, 0_u16..20),
    ) {
        let desk = Desk::new(size.0, size.1, fleets::troubled());
        let mut buffer = Buffer::empty(Rect::new(at.0, at.1, size.0, size.1));
        desk.paint(&mut buffer);
    }
}

#[test]
fn every_small_size_is_painted() {
    for columns in 1..64 {
        for rows in 1..20 {
            let desk = Desk::new(columns, rows, fleets::troubled());
            assert!(!desk.text().trim().is_empty(), "{columns}x{rows}");
        }
    }
}

#[test]
fn what_lies_over_the_screen_is_painted_at_every_small_size_and_commands_nothing_unseen() {
    let line = ":@1,2,3 rtl";
    for columns in (1..64).step_by(3) {
        for rows in 1..24 {
            let mut desk = Desk::new(columns, rows, fleets::troubled());
            desk.type_in(line);
            desk.wait(1_000);
            let palette = desk.text();
            desk.press(KeyCode::Enter);
            desk.wait(1_000);
            let question = desk.text();
            let is_asked = matches!(desk.ui.overlay, Overlay::Order(_));
            assert_eq!(is_asked, columns >= 40 && rows >= 12, "{columns}x{rows}");
            if is_asked {
                assert!(palette.contains("Alpha, Bravo, Charlie"), "{palette}");
                assert!(
                    question.contains(" Alpha ") && question.contains("send to 3"),
                    "{question}"
                );
            }
            desk.press_for(KeyCode::Char('y'), 1);
            desk.text();
        }
    }
}

/// The limit is 0.8 ms in a release build; a debug build on a busy machine gets far more.
#[test]
fn a_thousand_vehicles_are_painted_in_time() {
    let limit = if cfg!(debug_assertions) {
        Duration::from_millis(60)
    } else {
        Duration::from_micros(800)
    };
    let desk = Desk::new(200, 60, fleets::thousand());
    let best = (0..20)
        .map(|_| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 60));
            let start = Instant::now();
            desk.paint(&mut buffer);
            start.elapsed()
        })
        .min()
        .expect("twenty frames");
    assert!(best < limit, "{best:?}");
}
