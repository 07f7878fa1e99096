//! The map pane: a frame of 120×60 cells with a hundred flying vehicles, their tracks and the coast.
//! The limit is 250 µs. The moment of a fit over a thousand vehicles is measured beside it.

use std::sync::Arc;

use divan::{Bencher, black_box};
use ratatui::{buffer::Buffer, layout::Rect};
use volery::{
    model::{
        geo::LatLon,
        groups::{Heading, Home, Position, Velocity},
        ids::VehicleId,
        snapshot::Snapshot,
        time::TimeUs,
        track::{Track, TrackPoint},
        vehicle::{State, Vehicle},
    },
    tui::{
        keymap::lookup::Keymap,
        map::{MapPlace, coast::Coast, fit::fit},
        message::{Context, Message},
        scene::Scene,
        station::StationInfo,
        theme::{Depth, Theme, ThemeName},
        ui::Ui,
        update::update,
        view::render,
    },
};

fn main() {
    divan::main();
}

const NOW_MS: i64 = 1_763_906_602_000;
const COLUMNS: u16 = 122;
const ROWS: u16 = 64;

/// A vehicle on a circle round its home, with a track of 2,000 points.
fn vehicle(n: u32) -> (Vehicle, Track) {
    let id = format!("v{n}");
    let mut vehicle = Vehicle::expected(
        VehicleId::from(&*id),
        format!("Vehicle {n}").into(),
        "mav".into(),
        (n % 250 + 1) as u8,
    );
    let home = LatLon {
        lat_deg: 50.06 + f64::from(n % 10) * 0.004,
        lon_deg: -5.71 + f64::from(n / 10) * 0.006,
    };
    let at = |step: f64| LatLon {
        lat_deg: home.lat_deg + 0.003 * (step / 60.0).sin(),
        lon_deg: home.lon_deg + 0.004 * (step / 47.0).cos(),
    };
    let mut track = Track::default();
    for step in 0..2_000_i64 {
        track.push(TrackPoint {
            t: TimeUs::from_ms(NOW_MS - (2_000 - step) * 400),
            place: at(step as f64),
            alt_rel_m: Some(50.0),
        });
    }
    let t_ms = Some(NOW_MS - 100);
    let here = at(2_000.0);
    vehicle.state = State::Live;
    vehicle.heard_ms = t_ms;
    vehicle.armed = Some(true);
    vehicle.position = Some(Position {
        lat_deg: Some(here.lat_deg),
        lon_deg: Some(here.lon_deg),
        t_ms,
        ..Position::default()
    });
    vehicle.velocity = Some(Velocity {
        groundspeed_m_s: Some(12.0),
        t_ms,
        ..Velocity::default()
    });
    vehicle.heading = Some(Heading {
        deg: Some(f64::from(n) * 17.0 % 360.0),
        t_ms,
    });
    vehicle.home = Some(Home {
        lat_deg: Some(home.lat_deg),
        lon_deg: Some(home.lon_deg),
        distance_m: Some(300.0),
        bearing_deg: Some(10.0),
        t_ms,
        ..Home::default()
    });
    (vehicle, track)
}

fn fleet(count: u32) -> Snapshot {
    let mut snapshot = Snapshot {
        seq: 1,
        time_ms: NOW_MS,
        ..Snapshot::default()
    };
    for n in 0..count {
        let (vehicle, track) = vehicle(n);
        let id = vehicle.id.clone();
        snapshot.tracks.insert(id.clone(), Arc::new(track));
        snapshot.vehicles.insert(id, Arc::new(vehicle));
    }
    snapshot
}

/// A screen whose map is 120×60 cells and shows that scale; `None` is the fit.
fn screen(count: u32, m_per_column: Option<f64>) -> Ui {
    let keymap = Keymap::default();
    let context = Context {
        keymap: &keymap,
        now_ms: NOW_MS,
        is_transmitting: false,
        modes: &volery::tui::hands::NoModes,
    };
    let mut ui = Ui::default();
    ui.map.place = MapPlace::Full;
    update(&mut ui, Message::Resize(COLUMNS, ROWS), &context);
    update(&mut ui, Message::Snapshot(Arc::new(fleet(count))), &context);
    if let Some(m_per_column) = m_per_column {
        ui.map.m_per_column = m_per_column;
    }
    ui
}

fn draw(bencher: Bencher<'_, '_>, count: u32, m_per_column: Option<f64>) {
    let ui = screen(count, m_per_column);
    let theme = Theme::new(ThemeName::Default, Depth::True, false);
    let (station, keymap) = (StationInfo::default(), Keymap::default());
    let scene = Scene {
        snapshot: &ui.shown,
        ui: &ui,
        theme: &theme,
        station: &station,
        keymap: &keymap,
        now_ms: NOW_MS,
    };
    let area = Rect::new(0, 0, COLUMNS, ROWS);
    bencher
        .with_inputs(|| Buffer::empty(area))
        .bench_refs(|buffer| render(buffer, area, &scene));
}

#[divan::bench]
fn hundred_with_tracks_fitted(bencher: Bencher<'_, '_>) {
    draw(bencher, 100, None);
}

#[divan::bench]
fn hundred_with_tracks_and_coast(bencher: Bencher<'_, '_>) {
    draw(bencher, 100, Some(2_000.0));
}

#[divan::bench]
fn hundred_on_a_continent(bencher: Bencher<'_, '_>) {
    draw(bencher, 100, Some(25_000.0));
}

#[divan::bench]
fn hundred_on_the_globe(bencher: Bencher<'_, '_>) {
    draw(bencher, 100, Some(110_000.0));
}

#[divan::bench]
fn thousand_with_tracks_fitted(bencher: Bencher<'_, '_>) {
    draw(bencher, 1_000, None);
}

#[divan::bench]
fn fit_a_thousand(bencher: Bencher<'_, '_>) {
    let places: Vec<LatLon> = (0..1_000)
        .map(|n| LatLon {
            lat_deg: 47.0 + f64::from(n % 31) * 0.01,
            lon_deg: 8.0 + f64::from(n / 31) * 0.01,
        })
        .collect();
    bencher.bench(|| fit(black_box(&places), (120, 60)));
}

#[divan::bench]
fn decode_the_coast(bencher: Bencher<'_, '_>) {
    let file = include_bytes!("../assets/map/coast.bin");
    bencher.bench(|| Coast::decode(black_box(file)));
}
