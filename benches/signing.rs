//! What does a signature cost: to check one, to make one, and not to use any?
//!
//! Over the copter recording of `tests/data`: the throughput column is frames per second.

use std::{fs, hint::black_box};

use divan::{Bencher, counter::ItemsCount};
use volery::{
    model::signing::{SigningKey, SigningPolicy},
    wire::{
        signing::{Signing, state::SigningState, timestamp::Timestamp},
        tlog::TlogReader,
        verify::whole_frame,
    },
};

fn main() {
    divan::main();
}

fn link(policy: SigningPolicy) -> Signing {
    let key = SigningKey::from_bytes([7; 32]);
    Signing::new(key, policy, 1, &SigningState::default())
}

const NOW: Timestamp = Timestamp::from_raw(34_715_520_000_000);

fn plain() -> Vec<Vec<u8>> {
    let bytes = fs::read("tests/data/sitl-copter_mission.tlog")
        .expect("the recording is in the repository");
    let frames = TlogReader::new(&bytes).map(|record| record.frame.bytes().to_vec());
    frames
        .filter(|frame| frame[0] == 0xFD && frame[2] == 0)
        .collect()
}

fn signed() -> Vec<Vec<u8>> {
    let mut link = link(SigningPolicy::Accept);
    let sign = |mut frame: Vec<u8>| {
        link.sign(&mut frame, 0, NOW).expect("a frame of MAVLink 2");
        frame
    };
    plain().into_iter().map(sign).collect()
}

fn check(bencher: Bencher<'_, '_>, frames: &[Vec<u8>], link: &Signing) {
    let frames: Vec<_> = frames
        .iter()
        .filter_map(|frame| whole_frame(frame))
        .collect();
    bencher
        .counter(ItemsCount::new(frames.len()))
        .with_inputs(|| link.clone())
        .bench_local_values(|mut link| {
            let accepted = frames
                .iter()
                .filter(|frame| link.check(black_box(frame), NOW).is_accepted());
            accepted.count()
        });
}

#[divan::bench]
fn check_signed_frames(bencher: Bencher<'_, '_>) {
    check(bencher, &signed(), &link(SigningPolicy::Require));
}

#[divan::bench]
fn check_with_signing_off(bencher: Bencher<'_, '_>) {
    check(bencher, &plain(), &Signing::off());
}

#[divan::bench]
fn sign_frames(bencher: Bencher<'_, '_>) {
    let frames = plain();
    let mut link = link(SigningPolicy::Accept);
    bencher
        .counter(ItemsCount::new(frames.len()))
        .bench_local(|| {
            let mut out = Vec::with_capacity(300);
            for frame in &frames {
                out.clear();
                out.extend_from_slice(frame);
                let _ = link.sign(black_box(&mut out), 0, NOW);
            }
            out.len()
        });
}
