//! A damaged recording gives every frame that can be believed, and says how much it could not read.

use super::*;
use crate::wire::crc;

const T0: u64 = 1_700_000_000_000_000;

fn heartbeat(seq: u8) -> Vec<u8> {
    let mut frame = vec![
        0xFD, 9, 0, 0, seq, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2, 3, 81, 4, 3,
    ];
    let crc = crc::frame_checksum(&frame[1..], 50);
    frame.extend_from_slice(&crc.to_le_bytes());
    frame
}

/// A frame of an id that no dialect has.
fn unknown() -> Vec<u8> {
    vec![0xFD, 2, 0, 0, 1, 1, 1, 0xEF, 0xCD, 0xAB, 1, 2, 3, 4]
}

fn damaged() -> Vec<u8> {
    let mut frame = heartbeat(1);
    frame[20] ^= 1;
    frame
}

fn tlog(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    for (i, frame) in frames.iter().enumerate() {
        push_record(&mut out, T0 + i as u64, frame);
    }
    out
}

/// Sequence numbers of the verified frames, and the counts.
fn read(bytes: &[u8]) -> (Vec<u8>, SplitCounters) {
    let mut reader = TlogReader::new(bytes);
    let known = reader.by_ref().filter(|r| r.frame.name().is_some());
    let seqs = known.map(|r| r.frame.seq).collect();
    (seqs, reader.counters().clone())
}

#[test]
fn times_and_frames_come_back_as_written() {
    let bytes = tlog(&[heartbeat(1), heartbeat(2)]);
    let records: Vec<(u64, u8)> = TlogReader::new(&bytes)
        .map(|r| (r.t_us, r.frame.seq))
        .collect();
    assert_eq!(records, [(T0, 1), (T0 + 1, 2)]);
}

#[test]
fn a_time_may_step_back() {
    let mut bytes = Vec::new();
    push_record(&mut bytes, T0, &heartbeat(1));
    push_record(&mut bytes, T0 - 60_000_000, &heartbeat(2));
    assert_eq!(read(&bytes).0, [1, 2]);
}

#[test]
fn a_bad_crc_is_counted_where_a_record_or_the_end_follows() {
    let (seqs, counters) = read(&tlog(&[heartbeat(1), damaged(), heartbeat(3)]));
    assert_eq!(
        (seqs, counters.bad_crc, counters.junk_bytes),
        (vec![1, 3], 1, 0)
    );
    let (seqs, counters) = read(&tlog(&[heartbeat(1), damaged()]));
    assert_eq!(
        (seqs, counters.bad_crc, counters.junk_bytes),
        (vec![1], 1, 0)
    );
    assert_eq!(counters.bad_crc_ids.ids, [(0, 1)]);
}

#[test]
fn an_unknown_id_is_counted_where_a_record_follows() {
    let (seqs, counters) = read(&tlog(&[heartbeat(1), unknown(), heartbeat(3)]));
    assert_eq!(
        (seqs, counters.unknown, counters.junk_bytes),
        (vec![1, 3], 1, 0)
    );
    let (_, counters) = read(&tlog(&[heartbeat(1), unknown()]));
    assert_eq!(
        (counters.unknown, counters.junk_bytes),
        (0, 22),
        "nothing vouches for it"
    );
}

#[test]
fn the_reader_goes_on_at_the_next_record_after_any_cut() {
    let whole = tlog(&[heartbeat(1), heartbeat(2), heartbeat(3)]);
    for from in 29..58 {
        for to in from + 1..58 {
            let bytes = [&whole[..from], &whole[to..]].concat();
            let (seqs, counters) = read(&bytes);
            assert_eq!(seqs.first(), Some(&1), "{from}..{to}");
            assert_eq!(seqs.last(), Some(&3), "{from}..{to}");
            if counters.bad_crc + counters.unknown == 0 {
                let framed = counters.frames * 29;
                assert_eq!(
                    framed + counters.junk_bytes,
                    bytes.len() as u64,
                    "{from}..{to}"
                );
            }
        }
    }
}

#[test]
fn a_cut_last_record_is_junk() {
    let whole = tlog(&[heartbeat(1), heartbeat(2)]);
    for len in 30..whole.len() {
        let (seqs, counters) = read(&whole[..len]);
        assert_eq!(seqs, [1]);
        assert_eq!(
            (counters.junk_bytes, counters.bad_crc),
            (len as u64 - 29, 0)
        );
    }
}

#[test]
fn a_time_out_of_range_makes_no_record() {
    for t_us in [0, 999_999_999_999_999, 2_200_000_000_000_001, u64::MAX] {
        let mut bytes = Vec::new();
        push_record(&mut bytes, t_us, &heartbeat(1));
        assert_eq!(read(&bytes).1.junk_bytes, 29, "{t_us}");
    }
}

#[test]
fn nothing_is_read_from_nothing() {
    assert_eq!(read(&[]), (vec![], SplitCounters::default()));
}
