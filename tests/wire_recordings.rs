//! Do the readers of recordings find exactly what an independent walk found?
//!
//! Runs over `tests/data` and, when `VOLERY_RECORDINGS` names a folder, over every recording there
//! that has an `expect.json` beside it.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use volery::wire::{
    counters::SplitCounters,
    file_format::{FileFormat, detect},
    frame::{Check, Frame},
    raw::RawReader,
    sequence::lost_by_file_rule,
    splitter::{Splitter, split_datagram},
    tlog::{TlogReader, push_record},
};

#[derive(Debug, Deserialize)]
struct Expected {
    format: String,
    bytes: usize,
    frames: u64,
    frames_v1: u64,
    frames_v2: u64,
    bad_crc_frames: u64,
    unverifiable_frames: u64,
    junk_bytes: u64,
    first_ts_us: Option<u64>,
    last_ts_us: Option<u64>,
    total_counts: BTreeMap<String, u64>,
    components: Vec<ExpectedComponent>,
}

#[derive(Debug, Deserialize)]
struct ExpectedComponent {
    sysid: u8,
    compid: u8,
    frames: u64,
    seq_lost: u64,
    counts: BTreeMap<String, u64>,
}

#[derive(Debug, Default, PartialEq)]
struct Component {
    frames: u64,
    seq_lost: u64,
    last_seq: Option<u8>,
    counts: BTreeMap<String, u64>,
}

#[derive(Debug, Default, PartialEq)]
struct Found {
    counts: BTreeMap<String, u64>,
    components: BTreeMap<(u8, u8), Component>,
    first_us: Option<u64>,
    last_us: Option<u64>,
}

impl Found {
    fn take(&mut self, frame: &Frame<'_>) {
        if frame.check == Check::Unknown {
            return;
        }
        let name = frame.name().expect("a verified frame has a name");
        *self.counts.entry(name.to_owned()).or_default() += 1;
        let sender = (frame.system.0, frame.component.0);
        let component = self.components.entry(sender).or_default();
        component.frames += 1;
        *component.counts.entry(name.to_owned()).or_default() += 1;
        if let Some(previous) = component.last_seq.replace(frame.seq) {
            component.seq_lost += u64::from(lost_by_file_rule(previous, frame.seq));
        }
    }
}

fn recordings(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("folder of recordings")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| expectation_of(path).is_file())
        .collect();
    found.sort();
    found
}

fn expectation_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".expect.json");
    name.into()
}

fn all_recordings() -> Vec<PathBuf> {
    let mut all = recordings(Path::new("tests/data"));
    assert_eq!(all.len(), 4);
    if let Some(folder) = std::env::var_os("VOLERY_RECORDINGS") {
        let more = recordings(Path::new(&folder));
        assert!(!more.is_empty(), "VOLERY_RECORDINGS has no expect.json");
        all.extend(more);
    }
    all
}

fn load(path: &Path) -> Result<(Vec<u8>, Expected), Box<dyn Error>> {
    // Python writes NaN, which JSON lacks; no figure compared here is one.
    let text = fs::read_to_string(expectation_of(path))?.replace("NaN", "null");
    let expected: Expected = serde_json::from_str(&text)?;
    let bytes = fs::read(path)?;
    assert_eq!(bytes.len(), expected.bytes, "{}", path.display());
    Ok((bytes, expected))
}

fn read(bytes: &[u8]) -> (FileFormat, Found, SplitCounters) {
    let mut found = Found::default();
    let format = detect(bytes);
    let counters = if format == FileFormat::Raw {
        let mut reader = RawReader::new(bytes);
        reader.by_ref().for_each(|frame| found.take(&frame));
        assert_eq!(reader.offset(), bytes.len());
        reader.counters().clone()
    } else {
        let mut reader = TlogReader::new(bytes);
        for record in reader.by_ref() {
            found.first_us.get_or_insert(record.t_us);
            found.last_us = Some(record.t_us);
            found.take(&record.frame);
        }
        assert_eq!(reader.offset(), bytes.len());
        reader.counters().clone()
    };
    (format, found, counters)
}

#[test]
fn every_figure_of_a_recording_equals_the_independent_walk() -> Result<(), Box<dyn Error>> {
    for path in all_recordings() {
        let file = path.display();
        let (bytes, expected) = load(&path)?;
        let (format, found, counters) = read(&bytes);
        let expected_format = match expected.format.as_str() {
            "raw" => FileFormat::Raw,
            _ => FileFormat::Tlog,
        };
        assert_eq!(format, expected_format, "{file}");
        assert_eq!(counters.frames, expected.frames, "{file}");
        assert_eq!(counters.v1, expected.frames_v1, "{file}");
        assert_eq!(counters.v2, expected.frames_v2, "{file}");
        assert_eq!(counters.bad_crc, expected.bad_crc_frames, "{file}");
        assert_eq!(counters.unknown, expected.unverifiable_frames, "{file}");
        assert_eq!(counters.junk_bytes, expected.junk_bytes, "{file}");
        assert_eq!(found.first_us, expected.first_ts_us, "{file}");
        assert_eq!(found.last_us, expected.last_ts_us, "{file}");
        assert_eq!(found.counts, expected.total_counts, "{file}");
        assert_eq!(found.components.len(), expected.components.len(), "{file}");
        for component in &expected.components {
            let sender = (component.sysid, component.compid);
            let ours = &found.components[&sender];
            assert_eq!(ours.frames, component.frames, "{file} {sender:?}");
            assert_eq!(ours.seq_lost, component.seq_lost, "{file} {sender:?}");
            assert_eq!(ours.counts, component.counts, "{file} {sender:?}");
        }
    }
    Ok(())
}

#[test]
fn the_same_frames_come_out_of_a_stream_of_datagrams_and_of_a_raw_file()
-> Result<(), Box<dyn Error>> {
    for path in all_recordings() {
        let (bytes, expected) = load(&path)?;
        if expected.format != "tlog" || expected.junk_bytes + expected.bad_crc_frames > 0 {
            continue;
        }
        let mut stream = Vec::new();
        let (mut from_tlog, mut from_datagrams) = (Found::default(), Found::default());
        let mut counters = SplitCounters::default();
        for record in TlogReader::new(&bytes) {
            from_tlog.take(&record.frame);
            stream.extend_from_slice(record.frame.bytes());
            split_datagram(record.frame.bytes(), &mut counters, &mut |f| {
                from_datagrams.take(&f);
            });
        }
        let mut from_stream = Found::default();
        let mut splitter = Splitter::new();
        for piece in stream.chunks(61) {
            splitter.push(piece, &mut |f| from_stream.take(&f));
        }
        let mut from_raw = Found::default();
        RawReader::new(&stream).for_each(|f| from_raw.take(&f));
        assert_eq!(from_datagrams, from_tlog);
        assert_eq!(from_stream, from_tlog);
        assert_eq!(from_raw, from_tlog);
        assert_eq!(splitter.counters(), &counters);
        assert_eq!(counters.frames, expected.frames);
    }
    Ok(())
}

#[test]
fn a_recording_written_again_is_the_same_file() -> Result<(), Box<dyn Error>> {
    let (bytes, _) = load(Path::new("tests/data/sitl-px4_quad.tlog"))?;
    let mut again = Vec::with_capacity(bytes.len());
    for record in TlogReader::new(&bytes) {
        push_record(&mut again, record.t_us, record.frame.bytes());
    }
    assert_eq!(again, bytes);
    Ok(())
}

#[test]
fn a_tail_of_noise_adds_junk_and_no_frame() -> Result<(), Box<dyn Error>> {
    let (mut bytes, expected) = load(Path::new("tests/data/sitl-px4_quad.tlog"))?;
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let noise: usize = 2_900_000;
    for _ in 0..noise {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        bytes.push((state >> 56) as u8);
    }
    let (_, found, counters) = read(&bytes);
    assert_eq!(counters.frames, expected.frames);
    assert_eq!(found.counts, expected.total_counts);
    assert_eq!(counters.junk_bytes, noise as u64);
    Ok(())
}
