//! What does it cost to split, check and follow one frame?
//!
//! Over the copter recording of `tests/data`: divide by the frames the counter shows, or read the
//! throughput column, frames per second.

use std::{fs, hint::black_box};

use divan::{Bencher, counter::ItemsCount};
use volery::wire::{
    counters::SplitCounters,
    crc, dialect,
    sequence::SequenceTracker,
    splitter::{Splitter, split_datagram},
    tlog::TlogReader,
    verify,
};

fn main() {
    divan::main();
}

fn recording() -> Vec<u8> {
    fs::read("tests/data/sitl-copter_mission.tlog").expect("the recording is in the repository")
}

fn frames() -> Vec<Vec<u8>> {
    TlogReader::new(&recording())
        .map(|r| r.frame.bytes().to_vec())
        .collect()
}

#[divan::bench]
fn split_datagrams_of_one_frame(bencher: Bencher<'_, '_>) {
    let frames = frames();
    bencher.counter(ItemsCount::new(frames.len())).bench(|| {
        let mut counters = SplitCounters::default();
        for frame in &frames {
            split_datagram(black_box(frame), &mut counters, &mut |f| {
                black_box(f.msgid);
            });
        }
        counters.frames
    });
}

#[divan::bench(args = [64, 1024, 65536])]
fn split_a_stream_in_pieces_of(bencher: Bencher<'_, '_>, piece_len: usize) {
    let frames = frames();
    let stream = frames.concat();
    bencher.counter(ItemsCount::new(frames.len())).bench(|| {
        let mut splitter = Splitter::new();
        for piece in stream.chunks(piece_len) {
            splitter.push(black_box(piece), &mut |f| {
                black_box(f.msgid);
            });
        }
        splitter.counters().frames
    });
}

#[divan::bench]
fn read_a_tlog(bencher: Bencher<'_, '_>) {
    let bytes = recording();
    let records = TlogReader::new(&bytes).count();
    bencher
        .counter(ItemsCount::new(records))
        .bench(|| TlogReader::new(black_box(&bytes)).count());
}

#[divan::bench]
fn checksum_ours(bencher: Bencher<'_, '_>) {
    checksum(bencher, crc::frame_checksum);
}

#[divan::bench]
fn checksum_of_the_mavlink_crate(bencher: Bencher<'_, '_>) {
    checksum(bencher, mavlink::calculate_crc);
}

fn checksum(bencher: Bencher<'_, '_>, of: fn(&[u8], u8) -> u16) {
    let frames = frames();
    bencher.counter(ItemsCount::new(frames.len())).bench(|| {
        let sum = |sum: u16, f: &Vec<u8>| sum ^ of(black_box(&f[1..f.len() - 2]), 50);
        frames.iter().fold(0, sum)
    });
}

#[divan::bench]
fn look_a_message_up(bencher: Bencher<'_, '_>) {
    let ids: Vec<u32> = TlogReader::new(&recording())
        .map(|r| r.frame.msgid)
        .collect();
    bencher.counter(ItemsCount::new(ids.len())).bench(|| {
        let seed = |id: &u32| u64::from(dialect::entry(black_box(*id)).map_or(0, |e| e.crc_extra));
        ids.iter().map(seed).sum::<u64>()
    });
}

#[divan::bench]
fn follow_the_sequence(bencher: Bencher<'_, '_>) {
    let frames = frames();
    let frames: Vec<_> = frames
        .iter()
        .filter_map(|f| verify::whole_frame(f))
        .collect();
    bencher.counter(ItemsCount::new(frames.len())).bench(|| {
        let mut tracker = SequenceTracker::new();
        for frame in &frames {
            black_box(tracker.observe(black_box(frame)));
        }
    });
}

#[divan::bench]
fn split_noise_per_byte(bencher: Bencher<'_, '_>) {
    let mut state = 1_u64;
    let mut byte = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    };
    let noise: Vec<u8> = (0..1_000_000).map(|_| byte()).collect();
    bencher.counter(ItemsCount::new(noise.len())).bench(|| {
        let mut splitter = Splitter::new();
        splitter.push(black_box(&noise), &mut |_| ());
        splitter.counters().junk_bytes
    });
}
