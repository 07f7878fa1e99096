//! What a frame costs: painting it, and finding the bytes that changed. `cargo bench --bench draw`.

#[path = "../tests/render/desk.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod desk;
#[path = "../tests/render/fleets.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod fleets;

use std::sync::Arc;

use desk::Desk;
use divan::{Bencher, black_box};
use ratatui::{buffer::Buffer, layout::Rect};
use volery::{
    model::{
        geo::LatLon,
        snapshot::Snapshot,
        time::TimeUs,
        track::{Track, TrackPoint},
    },
    tui::{encode::Encoder, message::Message},
};

fn main() {
    divan::main();
}

const SIZES: [(u16, u16); 3] = [(80, 24), (160, 45), (200, 60)];

fn blank((columns, rows): (u16, u16)) -> Buffer {
    Buffer::empty(Rect::new(0, 0, columns, rows))
}

fn thousand(size: (u16, u16)) -> Desk {
    Desk::new(size.0, size.1, fleets::thousand())
}

/// As many of the thousand, each with a track of 2,000 points round its place: the map has its share to do.
fn with_tracks(vehicles: usize, size: (u16, u16)) -> Desk {
    let mut snapshot = fleets::thousand();
    let last = snapshot.vehicles.keys().nth(vehicles).cloned();
    if let Some(last) = last {
        snapshot.vehicles.split_off(&last);
    }
    for (n, vehicle) in snapshot.vehicles.values_mut().enumerate() {
        let vehicle = Arc::make_mut(vehicle);
        let home = LatLon {
            lat_deg: 50.06 + (n % 10) as f64 * 0.004,
            lon_deg: -5.71 + (n / 10) as f64 * 0.006,
        };
        let mut track = Track::default();
        for step in 0..2_000_i64 {
            track.push(TrackPoint {
                t: TimeUs::from_ms(fleets::NOW_MS - (2_000 - step) * 400),
                place: LatLon {
                    lat_deg: home.lat_deg + 0.003 * (step as f64 / 60.0).sin(),
                    lon_deg: home.lon_deg + 0.004 * (step as f64 / 47.0).cos(),
                },
                alt_rel_m: Some(50.0),
            });
        }
        if let (Some(position), Some(last)) = (&mut vehicle.position, track.last()) {
            position.lat_deg = Some(last.place.lat_deg);
            position.lon_deg = Some(last.place.lon_deg);
        }
        snapshot.tracks.insert(vehicle.id.clone(), Arc::new(track));
    }
    Desk::new(size.0, size.1, snapshot)
}

/// Paints everything and encodes everything, as the screen does after a change of size: into memory it has.
fn whole_frame(bencher: Bencher<'_, '_>, desk: &Desk, size: (u16, u16)) {
    let mut next = blank(size);
    let mut bytes = Vec::with_capacity(64 << 10);
    bencher.bench_local(|| {
        next.reset();
        desk.paint(&mut next);
        bytes.clear();
        Encoder::default().frame(&Buffer::default(), &next, &mut bytes);
        black_box(bytes.len())
    });
}

#[divan::bench(args = SIZES)]
fn whole_frame_of_100_vehicles(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    whole_frame(bencher, &with_tracks(100, size), size);
}

#[divan::bench(args = SIZES)]
fn whole_frame_of_1000_vehicles(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    whole_frame(bencher, &thousand(size), size);
}

#[divan::bench(args = SIZES)]
fn whole_frame_of_1000_vehicles_with_tracks(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    whole_frame(bencher, &with_tracks(1_000, size), size);
}

/// Paint alone.
#[divan::bench(args = SIZES)]
fn paint_1000_vehicles(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    let desk = thousand(size);
    let mut next = blank(size);
    bencher.bench_local(|| {
        next.reset();
        desk.paint(&mut next);
        black_box(next.content.len())
    });
}

/// A frame in which nothing changed: no byte.
#[divan::bench]
fn encode_nothing_changed_200x60(bencher: Bencher<'_, '_>) {
    let desk = thousand((200, 60));
    let mut painted = blank((200, 60));
    desk.paint(&mut painted);
    let mut encoder = Encoder::default();
    bencher.bench_local(|| {
        let mut bytes = Vec::new();
        encoder.frame(&painted, &painted, &mut bytes);
        assert!(bytes.is_empty());
    });
}

/// A snapshot in which every vehicle changed, taken in, judged and sorted.
#[divan::bench(args = [12, 1_000])]
fn take_a_snapshot(bencher: Bencher<'_, '_>, vehicles: usize) {
    let mut snapshot = fleets::thousand();
    let last = snapshot.vehicles.keys().nth(vehicles).cloned();
    if let Some(last) = last {
        snapshot.vehicles.split_off(&last);
    }
    let changed = |snapshot: &Snapshot| {
        let mut next = snapshot.clone();
        for vehicle in next.vehicles.values_mut() {
            let _ = Arc::make_mut(vehicle);
        }
        Arc::new(next)
    };
    let mut desk = Desk::new(160, 45, snapshot.clone());
    bencher
        .with_inputs(|| changed(&snapshot))
        .bench_local_values(|next| desk.send(Message::Snapshot(next)));
}
