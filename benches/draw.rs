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
    model::snapshot::Snapshot,
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

/// Paint everything and encode everything: a first frame, into memory.
#[divan::bench(args = SIZES)]
fn whole_frame_of_1000_vehicles(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    let desk = thousand(size);
    bencher.bench_local(|| {
        let mut next = blank(size);
        desk.paint(&mut next);
        let mut bytes = Vec::with_capacity(64 << 10);
        Encoder::default().frame(&Buffer::default(), &next, &mut bytes);
        black_box(bytes.len())
    });
}

/// Paint alone.
#[divan::bench(args = SIZES)]
fn paint_1000_vehicles(bencher: Bencher<'_, '_>, size: (u16, u16)) {
    let desk = thousand(size);
    bencher.bench_local(|| {
        let mut next = blank(size);
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
