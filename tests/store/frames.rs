//! Frame bytes in are frame bytes out.

use std::{collections::BTreeMap, io};

use proptest::prelude::*;
use volery::{
    model::{
        recorder::{Direction, Recorder as _},
        time::TimeUs,
    },
    store::{FrameFilter, LogReader},
};

use crate::support::{START, batch, check, frame, new_log, open, options, session, tlog};

/// What went over each link in each direction.
type Streams = BTreeMap<(u16, Direction), Vec<(TimeUs, Vec<u8>)>>;

/// What a link hands over: over which link, whether received, when its frames came and what they are.
type Given = (u16, bool, Vec<(u32, Vec<u8>)>);

fn given() -> impl Strategy<Value = Vec<Given>> {
    let payload = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..=255),
        (any::<u8>(), 0..=255_usize).prop_map(|(byte, length)| vec![byte; length]),
    ];
    let frames = proptest::collection::vec((0..200_000_u32, payload), 1..60);
    proptest::collection::vec((0..3_u16, any::<bool>(), frames), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_frame_comes_back_byte_for_byte_and_in_order(given in given()) {
        let (_folder, path) = new_log();
        let (store, handle) = open(&path);
        let mut streams = Streams::new();
        for (link, received, frames) in given {
            let direction = if received { Direction::Received } else { Direction::Sent };
            let stamped: Vec<_> = frames
                .into_iter()
                .enumerate()
                .map(|(n, (t, payload))| (TimeUs(START.0 + i64::from(t)), frame(30, n as u8, &payload)))
                .collect();
            handle.record(batch(link, direction, &stamped));
            streams.entry((link, direction)).or_default().extend(stamped);
        }
        store.close().unwrap();

        let log = LogReader::open(&path).unwrap();
        let report = check(&path);
        prop_assert!(report.ok, "{:?}", report.problems);
        let mut total = 0;
        for ((link, direction), frames) in streams {
            let name = ["radio", "lan", "link-2"][usize::from(link)];
            let filter = FrameFilter {
                direction: Some(direction),
                link: Some(name.into()),
                ..FrameFilter::default()
            };
            let mut out = Vec::new();
            log.export_tlog(&filter, &mut out, &mut |_| {}).unwrap();
            prop_assert_eq!(out, tlog(&frames));
            total += frames.len();
        }
        prop_assert_eq!(log.frames(&FrameFilter::default()).unwrap().count(), total);
        prop_assert_eq!(report.frames as usize, total);
    }
}

#[test]
fn frames_of_several_links_come_in_the_order_of_their_times() {
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    let at = |ms: i64| TimeUs::from_ms(START.as_ms() + ms);
    for link in [0, 1] {
        for n in 0..200 {
            let t = at(n * 20 + i64::from(link) * 7);
            handle.record(batch(
                link,
                Direction::Received,
                &[(t, frame(0, n as u8, b"beat"))],
            ));
        }
    }
    store.close().unwrap();
    let log = LogReader::open(&path).unwrap();
    let all: Vec<_> = log.frames(&FrameFilter::default()).unwrap().collect();
    assert_eq!(all.len(), 400);
    assert!(all.is_sorted_by_key(|frame| frame.t));
    let window = FrameFilter {
        from: Some(at(1_000)),
        to: Some(at(2_000)),
        ..FrameFilter::default()
    };
    let part: Vec<_> = log.frames(&window).unwrap().collect();
    let expected = all
        .iter()
        .filter(|frame| frame.t >= at(1_000) && frame.t <= at(2_000));
    assert!(part.iter().eq(expected));
    assert_eq!(part.len(), 101);
}

#[test]
fn a_long_recording_with_steps_back_in_time_comes_out_unchanged() {
    // Every message id up to 300, those that compress and those that do not.
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    let mut frames = Vec::new();
    for n in 0..5_000_u32 {
        let step_back = if n % 500 == 0 { 30_000 } else { 0 };
        let t = TimeUs(START.0 + i64::from(n) * 300 - step_back);
        let noise: Vec<u8> = (0..n % 60)
            .map(|m| (n.wrapping_mul(2_654_435_761) >> (m % 24)) as u8)
            .collect();
        frames.push((t, frame(n % 300, n as u8, &noise)));
    }
    for some in frames.chunks(37) {
        handle.record(batch(0, Direction::Received, some));
    }
    store.close().unwrap();
    let mut out = Vec::new();
    let log = LogReader::open(&path).unwrap();
    let counts = log
        .export_tlog(&FrameFilter::default(), &mut out, &mut |_| {})
        .unwrap();
    assert_eq!((counts.items, counts.lost), (5_000, 0));
    let without_keys: Vec<_> = frames
        .into_iter()
        .map(|(t, mut frame)| {
            let end = frame.len() - 2;
            if frame[7..10] == [0, 1, 0] && end > 20 {
                frame[20..end].fill(0);
            }
            (t, frame)
        })
        .collect();
    assert_eq!(out, tlog(&without_keys));
}

#[test]
fn a_signing_key_never_reaches_the_disk() {
    let key = *b"correct horse battery staple 123";
    let setup = frame(256, 7, &[&[9; 10][..], &key].concat());
    let (folder, path) = new_log();
    let (store, handle) = open(&path);
    handle.record(batch(0, Direction::Sent, &[(START, setup.clone())]));
    store.close().unwrap();
    let log = LogReader::open(&path).unwrap();
    let logged = log.frames(&FrameFilter::default()).unwrap().next().unwrap();
    assert_eq!(logged.direction, Direction::Sent);
    assert_eq!(logged.bytes[..20], setup[..20]);
    assert_eq!(logged.bytes[20..52], [0; 32]);
    assert_eq!(logged.bytes[52..], setup[52..]);
    for file in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(16).any(|part| part == &key[..16]));
    }
    drop(folder);
}

#[test]
fn a_log_without_frames_keeps_none() {
    let (_folder, path) = new_log();
    let mut without = options();
    without.frames = false;
    let (store, handle) = volery::store::Store::open(&path, &session(), &without).unwrap();
    handle.record(batch(0, Direction::Received, &[(START, frame(0, 0, b"x"))]));
    store.close().unwrap();
    let info = LogReader::open(&path).unwrap().info().unwrap();
    assert_eq!((info.blocks, info.gaps, info.sessions), (0, 0, 1));
}

#[test]
fn an_export_says_when_nobody_takes_it() {
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (_folder, path) = new_log();
    let (store, handle) = open(&path);
    handle.record(batch(0, Direction::Received, &[(START, frame(0, 0, b"x"))]));
    store.close().unwrap();
    let log = LogReader::open(&path).unwrap();
    let error = log
        .export_tlog(&FrameFilter::default(), &mut Full, &mut |_| {})
        .unwrap_err();
    assert!(error.to_string().contains("flights.db"), "{error}");
}
