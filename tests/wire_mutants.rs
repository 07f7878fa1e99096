//! Does a damaged frame ever pass, a good one ever get lost, or anything ever panic?
//!
//! Real frames are flipped, cut, spliced and sprinkled with start bytes; what the splitter takes must
//! be what a slow, strict walk of its own takes: bit by bit CRC, its own table of messages. Runs
//! 200,000 mutants; `VOLERY_MUTANTS` asks for another number, `VOLERY_SEED` for another seed.

use std::{collections::HashMap, fs};

use volery::wire::{
    counters::SplitCounters,
    frame::Check,
    raw::RawReader,
    splitter::{MAX_PENDING, Splitter, split_datagram},
    tlog::TlogReader,
};

/// Small and seeded, so that a mutant is found again by its number.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// The strict walk: at every place, is there a frame of a known message whose CRC holds?
struct StrictWalk {
    /// CRC_EXTRA and longest payload by id.
    messages: HashMap<u32, (u8, u8)>,
}

impl StrictWalk {
    fn new() -> Self {
        let text = fs::read_to_string("tests/wire/fixtures/messages.json").expect("fixture");
        let table: HashMap<u32, (String, u8, u8)> = serde_json::from_str(&text).expect("fixture");
        Self {
            messages: table
                .into_iter()
                .map(|(id, (_, extra, len))| (id, (extra, len)))
                .collect(),
        }
    }

    fn frames<'a>(&self, bytes: &'a [u8]) -> Vec<&'a [u8]> {
        let (mut at, mut found) = (0, Vec::new());
        while at < bytes.len() {
            let len = self.frame_len(&bytes[at..]).unwrap_or(0);
            if len > 0 {
                found.push(&bytes[at..at + len]);
            }
            at += len.max(1);
        }
        found
    }

    fn frame_len(&self, b: &[u8]) -> Option<usize> {
        let payload = usize::from(*b.get(1)?);
        let (id, crc_at, signature) = match b[0] {
            0xFE => (u32::from(*b.get(5)?), 6 + payload, 0),
            0xFD if *b.get(2)? <= 1 => {
                let id = u32::from_le_bytes([*b.get(7)?, *b.get(8)?, *b.get(9)?, 0]);
                (id, 10 + payload, if b[2] == 1 { 13 } else { 0 })
            }
            _ => return None,
        };
        let len = crc_at + 2 + signature;
        let (extra, max_len) = *self.messages.get(&id)?;
        if b[0] == 0xFE && b[1] > max_len {
            return None;
        }
        let sent = u16::from_le_bytes([*b.get(crc_at)?, *b.get(crc_at + 1)?]);
        (b.len() >= len && slow_crc(&b[1..crc_at], extra) == sent).then_some(len)
    }
}

/// CRC-16/MCRF4XX, one bit at a time.
fn slow_crc(bytes: &[u8], extra: u8) -> u16 {
    let mut crc = 0xFFFF_u16;
    for &byte in bytes.iter().chain([&extra]) {
        crc ^= u16::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0x8408
            } else {
                crc >> 1
            };
        }
    }
    crc
}

/// The same message as MAVLink 1 would carry it, where it can.
fn as_v1(frame: &[u8], walk: &StrictWalk) -> Option<Vec<u8>> {
    let [_, len, _, _, seq, system, component, id, 0, 0, ..] = *frame else {
        return None;
    };
    let (extra, _) = walk.messages[&u32::from(id)];
    let mut v1 = vec![0xFE, len, seq, system, component, id];
    v1.extend_from_slice(&frame[10..10 + usize::from(len)]);
    let crc = slow_crc(&v1[1..], extra);
    v1.extend_from_slice(&crc.to_le_bytes());
    Some(v1)
}

fn corpus(walk: &StrictWalk) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for file in fs::read_dir("tests/data").expect("tests/data") {
        let path = file.expect("entry").path();
        if path.extension().is_some_and(|e| e == "tlog") {
            let bytes = fs::read(&path).expect("recording");
            frames.extend(TlogReader::new(&bytes).map(|r| r.frame.bytes().to_vec()));
        }
    }
    assert!(frames.len() > 50_000);
    frames.sort();
    let v1: Vec<_> = frames
        .iter()
        .step_by(3)
        .filter_map(|f| as_v1(f, walk))
        .collect();
    frames.extend(v1);
    frames
}

/// One to four real frames, one to three of them or their seams damaged.
fn mutant(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..=dice.below(4) {
        bytes.extend_from_slice(&corpus[dice.below(corpus.len())]);
    }
    for _ in 0..=dice.below(3) {
        damage(&mut bytes, corpus, dice);
    }
    bytes
}

fn damage(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.below(bytes.len());
    match dice.below(6) {
        0 => {
            for _ in 0..=dice.below(8) {
                let place = dice.below(bytes.len());
                if let Some(byte) = bytes.get_mut(place) {
                    *byte ^= 1 << dice.below(8);
                }
            }
        }
        1 => bytes.truncate(at),
        2 => {
            let other = &corpus[dice.below(corpus.len())];
            let tail = &other[dice.below(other.len())..];
            bytes.truncate(at);
            bytes.extend_from_slice(tail);
        }
        3 => bytes.insert(at, [0xFD, 0xFE][dice.below(2)]),
        4 => {
            let to = (at + 1 + dice.below(30)).min(bytes.len());
            bytes.drain(at..to);
        }
        _ => {
            let other = corpus[dice.below(corpus.len())].clone();
            bytes.splice(at..at, other);
        }
    }
}

fn env(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn of_mutated_frames_exactly_those_pass_whose_crc_holds() {
    let (mutants, seed) = (env("VOLERY_MUTANTS", 200_000), env("VOLERY_SEED", 1));
    let walk = StrictWalk::new();
    let corpus = corpus(&walk);
    let mut dice = Dice(seed);
    let (mut passed, mut counters) = (0, SplitCounters::default());
    for number in 0..mutants {
        let bytes = mutant(&corpus, &mut dice);
        let expected = walk.frames(&bytes);
        let mut taken = Vec::new();
        split_datagram(&bytes, &mut counters, &mut |frame| {
            if frame.check == Check::Verified {
                taken.push(frame.bytes().to_vec());
            }
        });
        assert_eq!(
            taken, expected,
            "mutant {number} of seed {seed}: {bytes:02x?}"
        );
        passed += expected.len();
    }
    assert!(
        passed as u64 > mutants / 2,
        "the mutants must not all be beyond recognition"
    );
    println!("{mutants} mutants, {passed} frames passed, {counters:?}");
}

#[test]
fn mutants_in_a_stream_never_cost_a_frame_that_is_good() {
    let mutants = env("VOLERY_MUTANTS", 200_000) / 10;
    let walk = StrictWalk::new();
    let corpus = corpus(&walk);
    let mut dice = Dice(env("VOLERY_SEED", 1) + 1);
    let mut splitter = Splitter::new();
    for number in 0..mutants {
        let mut bytes = mutant(&corpus, &mut dice);
        // A good frame behind each mutant must come out at once, whatever the mutant left pending.
        let good = &corpus[dice.below(corpus.len())];
        let damaged_len = bytes.len();
        bytes.extend_from_slice(good);
        let expected = walk.frames(&bytes);
        let mut taken = Vec::new();
        let (head, tail) = bytes.split_at(dice.below(damaged_len + 1));
        for part in [head, tail] {
            splitter.push(part, &mut |frame| {
                if frame.check == Check::Verified {
                    taken.push(frame.bytes().to_vec());
                }
            });
        }
        assert!(splitter.pending_bytes() < MAX_PENDING);
        assert_eq!(taken, expected, "mutant {number}: {bytes:02x?}");
    }
}

#[test]
fn no_mutated_recording_makes_a_reader_panic_or_lose_count() {
    let whole = fs::read("tests/data/sitl-px4_quad.tlog").expect("recording");
    let mut dice = Dice(env("VOLERY_SEED", 1) + 2);
    for _ in 0..env("VOLERY_MUTANTS", 200_000) / 100 {
        let from = dice.below(whole.len() - 4000);
        let mut bytes = whole[from..from + 4000].to_vec();
        for _ in 0..dice.below(20) {
            let at = dice.below(bytes.len());
            bytes[at] = dice.next() as u8;
        }
        let mut raw = RawReader::new(&bytes);
        let raw_bytes: usize = raw.by_ref().map(|f| f.bytes().len()).sum();
        assert!(raw_bytes as u64 + raw.counters().junk_bytes <= bytes.len() as u64);
        let mut tlog = TlogReader::new(&bytes);
        let tlog_bytes: usize = tlog.by_ref().map(|r| 8 + r.frame.bytes().len()).sum();
        assert!(tlog_bytes as u64 + tlog.counters().junk_bytes <= bytes.len() as u64);
        assert_eq!((raw.offset(), tlog.offset()), (bytes.len(), bytes.len()));
    }
}
