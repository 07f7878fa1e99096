//! What a frame costs on its way into the flight log: `cargo bench --bench store`.
//!
//! First the CPU time of the writer thread (from `/proc`, so that waiting does not count), for frames
//! as they come from few and from many senders; then, with divan, what the links pay to hand them over.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench fails by panicking and tells its figures"
)]

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use divan::counter::ItemsCount;
use tempfile::TempDir;
use volery::{
    model::{
        ids::LinkId,
        recorder::{Direction, FrameBatch, Recorder as _},
        snapshot::Snapshot,
        time::TimeUs,
    },
    store::{SessionInfo, Store, StoreHandle, StoreOptions},
    wire::tlog::TlogReader,
};

const START: i64 = 1_750_000_000_000_000;

fn main() {
    println!("CPU time of the writer thread, µs per frame (median of five)");
    for (frames_per_s, per_batch) in [(3_000, 6), (12_500, 25), (100_000, 200)] {
        let mut runs: Vec<f64> = (0..5).map(|_| writer_us(frames_per_s, per_batch)).collect();
        runs.sort_by(f64::total_cmp);
        println!(
            "  {frames_per_s:>7} frames/s in batches of {per_batch:>3}: {:.3}",
            runs[2]
        );
    }
    divan::main();
}

/// Real frames: a recording of three copters, over and over.
fn frames() -> Vec<Vec<u8>> {
    let bytes = fs::read("tests/data/sitl-three_copters.tlog").unwrap();
    TlogReader::new(&bytes)
        .map(|record| record.frame.bytes().to_vec())
        .collect()
}

fn batches(count: usize, per_batch: usize, frames_per_s: i64) -> Vec<FrameBatch> {
    let frames = frames();
    let all: Vec<(i64, &Vec<u8>)> = (0..count)
        .map(|n| {
            let t = START + n as i64 * 1_000_000 / frames_per_s;
            (t, &frames[n % frames.len()])
        })
        .collect();
    let batch = |some: &[(i64, &Vec<u8>)]| FrameBatch {
        link: LinkId(0),
        direction: Direction::Received,
        start: TimeUs(some[0].0),
        end: TimeUs(some[some.len() - 1].0),
        count: some.len() as u32,
        data: some
            .iter()
            .flat_map(|(t, frame)| [&t.to_be_bytes()[..], frame].concat())
            .collect(),
    };
    all.chunks(per_batch).map(batch).collect()
}

fn open(folder: &Path) -> (Store, StoreHandle) {
    let info = SessionInfo {
        started: TimeUs(START),
        ..SessionInfo::default()
    };
    let options = StoreOptions {
        queue_bytes: 512 * 1024 * 1024,
        ..StoreOptions::default()
    };
    Store::open(&folder.join("flights.db"), &info, &options).unwrap()
}

/// CPU time so far of the thread that writes, or wrote a moment ago.
fn writer_cpu() -> Option<Duration> {
    fs::read_dir("/proc/self/task").unwrap().find_map(|task| {
        let task = task.unwrap().path();
        let name = fs::read_to_string(task.join("comm")).ok()?;
        if name.trim() != "flight-log" {
            return None;
        }
        let schedstat = fs::read_to_string(task.join("schedstat")).ok()?;
        let nanoseconds = schedstat.split_whitespace().next()?.parse().ok()?;
        Some(Duration::from_nanos(nanoseconds))
    })
}

/// Four seconds of traffic, at eight times its pace.
fn writer_us(frames_per_s: i64, per_batch: usize) -> f64 {
    let seconds = 4;
    let batches = batches((frames_per_s * seconds) as usize, per_batch, frames_per_s);
    let folder = TempDir::new().unwrap();
    let (store, handle) = open(folder.path());
    let before = loop {
        // The thread has its name a moment after it was started.
        if let Some(cpu) = writer_cpu() {
            break cpu;
        }
        std::thread::yield_now();
    };
    let began = Instant::now();
    for batch in batches {
        let due = Duration::from_micros((batch.start.0 - START).unsigned_abs() / 8);
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        handle.record(batch);
    }
    let all = (frames_per_s * seconds) as u64;
    handle.snapshot(&Arc::new(Snapshot::default()));
    while handle.status().frames < all {
        assert!(began.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(1));
    }
    let spent = writer_cpu().unwrap().saturating_sub(before);
    store.close().unwrap();
    spent.as_secs_f64() * 1e6 / all as f64
}

/// Handing batches of six over; the writer takes them meanwhile.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn hand_over(bencher: divan::Bencher<'_, '_>) {
    const COUNT: usize = 60_000;
    bencher
        .counter(ItemsCount::new(COUNT))
        .with_inputs(|| {
            let folder = TempDir::new().unwrap();
            let opened = open(folder.path());
            (folder, opened, batches(COUNT, 6, 12_500))
        })
        .bench_values(|(folder, (store, handle), batches)| {
            for batch in batches {
                handle.record(batch);
            }
            (folder, store)
        });
}
